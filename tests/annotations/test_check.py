"""Checking: each rule, broken alone, is reported alone; and all of them at once."""

import json
from dataclasses import replace

import pytest

from goldwire.annotations.check import check_corpus, check_paths, tidy
from goldwire.annotations.rules import finished_rules, label_set_rules
from goldwire.document import Entity, Relation, Span, Zone
from goldwire.formats.goldwire_json import dump, dump_line
from goldwire.labels import Attribute, Attributes, LabelSet, MentionLabel, RelationLabel, read_labels
from goldwire.rules import broken_rules
from small_corpus import BRIEF, HOW, LABELS, LEAD, REPOSITORY, brief, changed, goldwire, lead, mention, write_corpus


def problems(document):
    return [str(p) for p in (*broken_rules(document, LABELS), *finished_rules(document, LABELS))]


def with_mention(old, **parts):
    document = lead()
    return changed(document, mentions=tuple(replace(m, **parts) if m.id == old else m for m in document.mentions))


def with_relation(old, **parts):
    document = lead()
    return changed(document, relations=tuple(replace(r, **parts) if r.id == old else r for r in document.relations))


def with_entity(old, **parts):
    document = lead()
    return changed(document, entities=tuple(replace(e, **parts) if e.id == old else e for e in document.entities))


def more(**parts):
    document = lead()
    return changed(document, **{name: (*getattr(document, name), *items) for name, items in parts.items()})


ALONE = [
    (with_mention("m7", end=900), "mention m7: [73, 900) lies outside the text"),
    (with_mention("m1", text="Bidem"), "its text is 'Bidem', but the document has 'Biden' there"),
    (with_mention("m7", label="DAY"), "unknown label 'DAY'"),
    (with_mention("m7", level="loud"), "level 'loud' with DATE"),
    (with_mention("m7", level="nominal"), "level 'nominal' with DATE; it may be name"),
    (with_mention("m7", level=""), "has no level"),
    (with_mention("m7", attributes={"mood": "x"}), "unknown attribute 'mood'"),
    (with_mention("m7", end=87, text=""), "is not inside one sentence"),
    (with_mention("m7", start=72, text=""), "begins or ends with a blank"),
    (with_mention("m7", score=0.5), "has a score"),
    (with_mention("m6", end=76, text=""), "crosses"),
    (more(mentions=[mention(LEAD, "Friday", "DATE", "m10")]), "DATE at [[73, 79]] stands 2 times"),
    (more(mentions=[mention(LEAD, "Friday", "TIME", "m7")]), "mention id m7 stands 2 times"),
    (more(mentions=[mention(LEAD, "meet", "EVENT", "m10", "nominal")]), "a EVENT is in no entity"),
    (with_relation("r1", tail="m99"), "no mention m99 (there are 9)"),
    (with_relation("r1", label="meets"), "unknown label 'meets'"),
    (with_relation("r1", tail="m1"), "relates a mention to itself"),
    (with_relation("r2", tail="m4"), "runs from PERSON to TITLE; the label set allows PERSON to GPE/NORP"),
    (with_relation("r1", attributes=HOW | {"modality": "sure"}), "modality is 'sure'"),
    (with_relation("r1", attributes={}), "does not say its polarity"),
    (with_relation("r1", evidence=(1,)), "its evidence, sentence 1, does not hold m1"),
    (with_relation("r1", evidence=(7,)), "its evidence is sentence 7 of 3"),
    (with_relation("r1", evidence=()), "has no evidence"),
    (with_relation("r1", head="m2", tail="m1"), "its head stands after its tail"),
    (with_relation("r1", score=1.0), "has a score"),
    (more(relations=[Relation("m1", "m2", "met_with", "r9", (0,), HOW)]), "met_with(m1, m2) stands 2 times"),
    (more(relations=[Relation("m2", "m1", "met_with", "r9", (0,), HOW)]), "stands twice, once from each end"),
    (with_entity("joe_biden", mentions=("m1", "m5", "m9", "m3")), "mixes the labels GPE, PERSON"),
    (with_entity("fumio_kishida", mentions=("m2", "m6", "m9")), "is in the entities"),
    (with_entity("fumio_kishida", mentions=("m2", "m6", "m77")), "entity fumio_kishida: no mention m77"),
    (with_entity("fumio_kishida", link="Joe Biden"), "link 'Joe Biden' belongs to"),
    (with_entity("fumio_kishida", link=""), "has no link"),
    (with_entity("fumio_kishida", link="NIL", wikidata="Q1"), "is NIL and has Q1"),
    (with_entity("fumio_kishida", wikidata="1"), "wikidata is '1'"),
    (with_entity("fumio_kishida", attributes={"age": "64"}), "unknown attribute 'age'"),
    (more(entities=[Entity("friday", ("m7",), "NIL")]), "a DATE is in entity friday"),
    (more(entities=[Entity("president", ("m4",), "NIL")]), "a TITLE is in entity president"),
    (more(entities=[Entity("nobody", (), "NIL")]), "has no mention"),
    (changed(lead(), sentences=(Span(0, 21), *lead().sentences[2:])), "is in no sentence"),
    (changed(lead(), sentences=(Span(0, 22), *lead().sentences[1:])), "begins or ends with a blank"),
    (changed(lead(), sentences=(Span(0, 30), *lead().sentences[1:])), "sentences overlap"),
    (changed(lead(), zones=lead().zones[1:]), "'Biden' at 0 is in no zone"),
    (changed(lead(), zones=()), "has no zones"),
    (more(zones=[Zone(0, 5, "caption")]), "unknown label 'caption'"),
    (more(zones=[Zone(0, 5, "headline")]), "zones overlap"),
    (more(zones=[Zone(10, 30, "quotation")]), "is not inside one other zone"),
    (more(zones=[Zone(0, 900, "quotation")]), "lies outside the text"),
    (
        changed(lead(), zones=(*lead().zones[:2], replace(lead().zones[2], speaker="m50"))),
        "its speaker m50 is no mention",
    ),
    (changed(lead(), zones=(replace(lead().zones[0], speaker="m1"), *lead().zones[1:])), "only quotations have one"),
    (changed(lead(), text=LEAD.replace("talk", "ta\ud800k")), "lone surrogate"),
    (changed(lead(), id=""), "the document has no id"),
]


def test_the_small_corpus_itself_breaks_no_rule():
    assert [] == problems(lead()) + problems(brief())


@pytest.mark.parametrize(("document", "found"), ALONE, ids=[found for _, found in ALONE])
def test_each_broken_rule_is_reported_in_a_line_of_its_own(document, found):
    lines = problems(document)
    assert any(found in line for line in lines), lines
    assert not any("\n" in line for line in lines)


def check(folder):
    annotations = folder / "annotations"
    return check_corpus(annotations / "labels.toml", folder / "seeds", annotations / "gold", annotations / "passes")


def lines(folder):
    return [str(problem) for problem in check(folder).unique()]


def gold_file(folder, document):
    return folder / "annotations" / "gold" / f"{document}.json"


def test_a_whole_corpus_without_problems_is_green_and_the_repositorys_own_is_one(tmp_path):
    assert [] == lines(write_corpus(tmp_path)) + lines(REPOSITORY)
    assert [] == check(REPOSITORY).notes


def test_all_broken_rules_are_reported_at_once(tmp_path):
    folder = write_corpus(tmp_path)
    gold_file(folder, "lead").write_text(dump(changed(lead(), relations=())).replace('"Friday"', '"Fridey"'))
    gold_file(folder, "brief").write_bytes(b'{"id": "brief"')
    (folder / "seeds" / "lead.txt").write_bytes(b"other")
    found = lines(folder)
    assert [True] * 3 == [any(what in line for line in found) for what in ("Fridey", "not whole JSON", "was changed")]


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda t: t.replace("{\n", "{\n\n", 1), "is not in canonical form"),
        (lambda t: t.replace('"text":"Friday",', ""), "is not in canonical form"),
        (lambda t: t.replace("will talk", "will walk"), "its text differs from the seed's at offset"),
        (lambda t: t.replace('"id": "lead"', '"id": "leed"'), "holds the document 'leed'"),
        (lambda t: t.replace('"id": "lead"', '"id": "leed"'), "there is no seed 'leed'"),
        (lambda t: t.replace('"start":', '"begin":', 1), "is not a document"),
        (lambda t: t.replace('"start":0', '"start":"0"', 1), "is not a document"),
        (lambda t: t.replace("will talk", "will \\ud800"), "not whole JSON"),
        (lambda t: t[:200], "is not whole JSON"),
        (lambda t: "", "is empty"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, spoil, found):
    folder = write_corpus(tmp_path)
    file = gold_file(folder, "lead")
    file.write_text(spoil(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(str(file) in line and found in line for line in lines(folder)), lines(folder)


@pytest.mark.parametrize(
    ("entity", "found"),
    [
        (Entity("joe_biden", ("m1",), "Joe", "Q6279"), "its link is Joe here and Joe Biden in"),
        (Entity("joe_biden", ("m1",), "Joe Biden", "Q6280"), "its wikidata is Q6280 here and Q6279 in"),
        (Entity("biden", ("m1",), "Joe Biden", "Q6279"), "link 'Joe Biden' belongs to biden here and to joe_biden in"),
        (Entity("united_states", ("m1",), "United States", "Q30"), "its label is PERSON here and GPE in"),
    ],
)
def test_two_documents_may_not_contradict_each_other_about_an_entity(entity, found, tmp_path):
    others = [e for e in brief().entities if "m1" not in e.mentions]
    spoiled = changed(brief(), id="z", entities=(entity, *others))
    assert any(found in line for line in lines(write_corpus(tmp_path, [lead(), spoiled])))


def test_passes_are_checked_as_documents_and_need_not_be_finished(tmp_path):
    folder = write_corpus(tmp_path)
    annotator = folder / "annotations" / "passes" / "ann"
    annotator.mkdir(parents=True)
    (annotator / "brief.json").write_text(dump(changed(brief(), entities=(), zones=())), encoding="utf-8")
    assert [] == lines(folder)
    (annotator / "notes.txt").write_text("to do")
    (annotator / "lead.json").write_text(dump(with_mention("m7", label="DAY")), encoding="utf-8")
    assert ["unknown label 'DAY'", "is no document"] == [
        what for what in ("unknown label 'DAY'", "is no document") if any(what in line for line in lines(folder))
    ]


def test_seeds_without_gold_are_said_but_break_no_rule(tmp_path):
    folder = write_corpus(tmp_path)
    gold_file(folder, "brief").unlink()
    assert [] == lines(folder)
    assert ["1 of 2 seeds have no gold yet: brief"] == check(folder).notes


def test_any_file_can_be_checked_and_two_documents_of_one_id_are_a_problem(tmp_path):
    file, again = tmp_path / "predictions.jsonl", tmp_path / "more.jsonl"
    file.write_text("".join(json.dumps({"id": "a", "text": text}) + "\n" for text in (LEAD, BRIEF)))
    again.write_text(json.dumps({"id": "a", "text": BRIEF}) + "\n")
    assert 2 == sum("is the second document of this id" in str(p) for p in check_paths([file, again], None).problems)


def test_entity_ids_of_a_foreign_corpus_may_be_local_to_its_documents(tmp_path):
    file = tmp_path / "corpus.jsonl"
    other = changed(brief(), entities=(Entity("joe_biden", ("m3",), "Washington, D.C."),))
    file.write_text(dump_line(lead()) + dump_line(other), encoding="utf-8")
    assert [] == check_paths([file], LABELS).problems
    assert check_paths([file], LABELS, finished=True).problems


def test_tidy_rewrites_what_is_only_untidy(tmp_path):
    file = gold_file(write_corpus(tmp_path), "lead")
    whole = file.read_bytes()
    file.write_text(json.dumps(json.loads(whole)))
    assert ([file], []) == (tidy([file]), tidy([file]))
    assert whole == file.read_bytes()


def test_the_repositorys_label_set_is_sane_and_has_the_types_that_were_asked_for():
    labels = read_labels(REPOSITORY / "annotations" / "labels.toml")
    assert [] == list(label_set_rules(labels, "labels.toml"))
    assert 19 == len(labels.mentions)
    assert not labels.mentions["TITLE"].has_entity and labels.mentions["PERSON"].has_entity
    assert {"met_with", "ally_of"} == labels.symmetric


GPE, PERSON = MentionLabel(), MentionLabel()
INSANE = [
    (LabelSet(), "declares no label of mentions"),
    (LabelSet(mentions={"O": GPE}), "cannot be a label"),
    (LabelSet(mentions={"B-ORG": GPE}), "cannot be a label"),
    (LabelSet(mentions={"GPE": MentionLabel(levels=("name",))}), "unknown level 'name'"),
    (LabelSet(mentions={"GPE": MentionLabel(conll="GPE")}), "conll is 'GPE'"),
    (LabelSet(mentions={"GPE": MentionLabel(wikidata="17")}), "wikidata is '17'"),
    (LabelSet(mentions={"GPE": GPE}, relations={"no_relation": RelationLabel()}), "cannot be a label"),
    (LabelSet(mentions={"GPE": GPE}, relations={"in": RelationLabel(head=("LOC",))}), "allows the unknown label 'LOC'"),
    (LabelSet(mentions={"GPE": GPE}, relations={"in": RelationLabel(docred="located")}), "property 'located'"),
    (LabelSet(mentions={"GPE": GPE}, relations={"in": RelationLabel(inverse="has")}), "'has' is not declared"),
    (
        LabelSet(mentions={"GPE": GPE}, relations={"in": RelationLabel(inverse="has"), "has": RelationLabel()}),
        "the inverse of has is none; make it in",
    ),
    (
        LabelSet(
            mentions={"GPE": GPE, "PERSON": PERSON},
            relations={"in": RelationLabel(head=("GPE",), inverse="has"), "has": RelationLabel(inverse="in")},
        ),
        "turned round",
    ),
    (
        LabelSet(mentions={"GPE": GPE}, relations={"ally": RelationLabel(symmetric=True, inverse="ally")}),
        "is symmetric and has an inverse",
    ),
    (
        LabelSet(mentions={"GPE": GPE}, relations={"ally": RelationLabel(head=("GPE",), symmetric=True)}),
        "allows other labels as head than as tail",
    ),
    (
        LabelSet(mentions={"GPE": GPE}, attributes=Attributes(relation={"mood": Attribute(("a",), "b")})),
        "its default is 'b'",
    ),
]


@pytest.mark.parametrize(("labels", "found"), INSANE, ids=[found for _, found in INSANE])
def test_a_label_set_that_contradicts_itself_is_told_so(labels, found):
    assert any(found in str(problem) for problem in label_set_rules(labels, "labels.toml"))


def test_the_verb_prints_a_line_a_problem_or_json_and_exits_1(tmp_path):
    folder = write_corpus(tmp_path)
    assert (0, "") == ((run := goldwire("check", cwd=folder)).returncode, run.stdout)
    file = gold_file(folder, "lead")
    file.write_text(dump(with_mention("m7", label="DAY")), encoding="utf-8")
    run, as_json = goldwire("check", cwd=folder), goldwire("check", "--json", cwd=folder)
    assert (1, 1) == (run.returncode, as_json.returncode)
    assert (
        "annotations/gold/lead.json: mention m7: unknown label 'DAY'; labels.toml lists the known ones\n" == run.stdout
    )
    assert [{"where": "annotations/gold/lead.json: mention m7", "found": "unknown label 'DAY'"}] == [
        {key: found[key] for key in ("where", "found")} for found in json.loads(as_json.stdout)
    ]
