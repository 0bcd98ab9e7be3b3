"""The labelling interface says all that the label set says, and is kept fresh."""

from dataclasses import replace
from pathlib import Path

import pytest

from goldwire.annotations.labelstudio.interface import controls, declared_values, interface
from goldwire.errors import InputError
from goldwire.labels import LabelSet, MentionLabel, RelationLabel, read_labels
from labelstudio.documents_for_tests import LABELS

HERE = Path(__file__).resolve().parents[2] / "annotations"


def test_every_label_level_relation_and_attribute_is_offered():
    offered = declared_values(interface(LABELS, zones=True))
    assert offered["label"] == {"PER", "ORG"}
    assert offered["zone"] == {"headline", "quotation"}
    assert offered["level"] == {"name", "nominal"}
    assert offered["mention_kind"] == {"real", "fictional"}
    assert {"mention_note", "entity", "link"} <= offered.keys()
    assert offered["relation"] == {"met", "works for", "a: b", "time: past", "(fragment)", "(speaker)"}


def test_names_with_markup_are_escaped():
    odd = LabelSet(mentions={'<"A&B">': MentionLabel()}, relations={"it's": RelationLabel()})
    offered = declared_values(interface(odd))
    assert (offered["label"], offered["relation"]) == ({'<"A&B">'}, {"it's", "(fragment)"})


def test_hotkeys_and_colours_are_each_given_once():
    from xml.etree.ElementTree import fromstring

    many = LabelSet(mentions={f"L{n}": MentionLabel() for n in range(60)})
    labels = fromstring(interface(many)).findall(".//Label")
    keys = [label.get("hotkey") for label in labels if label.get("hotkey")]
    assert len(set(keys)) == len(keys)
    assert len({label.get("background") for label in labels}) == 60


@pytest.mark.parametrize("zones", [True, False])
def test_the_sdk_accepts_the_interface(zones):
    LabelInterface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface  # noqa: N806
    LabelInterface(interface(read_labels(HERE / "labels.toml"), zones=zones)).validate()


def test_the_corpus_interface_is_fresh():
    assert (HERE / "interface.xml").read_text() == interface(read_labels(HERE / "labels.toml"))


@pytest.mark.parametrize(
    ("labels", "why"),
    [(LabelSet(), "no mention label"), (replace(LABELS, relations={"(fragment)": RelationLabel()}), "goldwire keeps")],
)
def test_a_label_set_that_makes_no_interface_is_refused(labels, why):
    with pytest.raises(InputError, match=why):
        interface(labels)


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]><View name="z">&x;</View>', "document type"),
        ("<View><Labels", "is not XML"),
        ('<View><RectangleLabels name="l" toName="i"/><Image name="i" value="$i"/></View>', "no <Labels> on a <Text>"),
    ],
)
def test_an_interface_that_is_none_of_a_text_is_refused(config, why):
    with pytest.raises(InputError, match=why):
        controls(config)
