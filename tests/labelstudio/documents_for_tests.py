"""Random documents with everything the model has, for the round trips of Label Studio."""

from __future__ import annotations

from hypothesis import strategies as st

from goldwire.document import Document, Entity, Mention, Relation, Span, Zone
from goldwire.labels import Attribute, Attributes, LabelSet, MentionLabel, RelationLabel

WORDS = [
    "Biden",
    "😀",
    "👨‍👩‍👧",
    "\r\n",
    "e\u0301lysée",
    "𝒫utin",
    " ",
    "\n\n",
    "\u200b",
    "<b>",
    "&amp;",
    "Україна",
    "\\n",
    "x",
]
LABELS = LabelSet(
    levels={"name": "", "nominal": ""},
    mentions={"PER": MentionLabel(), "ORG": MentionLabel()},
    relations={"met": RelationLabel(symmetric=True), "works for": RelationLabel(), "a: b": RelationLabel()},
    attributes=Attributes(
        mention={"kind": Attribute(("real", "fictional"), "real"), "note": Attribute()},
        relation={"time": Attribute(("past", "present"), "present"), "source": Attribute()},
    ),
    zones={"headline": "", "quotation": ""},
)
_texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join)
_names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4)
_scores = st.none() | st.floats(0, 1)


@st.composite
def documents(draw, id="D1", text=None, role=None):
    """A document that keeps the structural rules; nothing else is spared."""
    text = draw(_texts) if text is None else text
    mentions = draw(st.lists(_mention(text), max_size=6))
    mentions = [_with_id(m, i, draw(st.booleans())) for i, m in enumerate(mentions)]
    names = [m.id for m in mentions]
    sentences = tuple(draw(st.lists(_span(text), max_size=3)))
    return Document(
        id,
        text,
        tuple(mentions),
        tuple(draw(st.lists(_relation(names, len(sentences)), max_size=6))) if len(names) > 1 else (),
        tuple(draw(_entities(names))),
        tuple(draw(st.lists(_span(text), max_size=3))),
        sentences,
        tuple(draw(st.lists(_zone(text, names), max_size=3))),
        {
            **draw(st.dictionaries(_names | st.sampled_from(["text", "doc_id", "source"]), _names, max_size=2)),
            **(role or {}),
        },
    )


@st.composite
def groups(draw):
    """The versions of one document: passes, two by one annotator among them, predictions, gold, the bare text."""
    text = draw(_texts)
    roles = draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=5, unique_by=lambda r: r[0]))
    return [draw(documents(text=text, role=role)) for _, role in roles]


ROLES = [
    ("gold", {}),
    ("a", {"annotator": "a"}),
    ("a again", {"annotator": "a"}),
    ("b", {"annotator": "jane@x.org"}),
    ("c", {"annotator": "Žofie N. 😀"}),
    ("skipped", {"annotator": "a", "was_cancelled": "true"}),
    ("s", {"system": "spacy"}),
    ("s again", {"system": "spacy"}),
    ("t", {"system": ""}),
]


def _with_id(mention, index, named):
    id = f"m{index}" if named else f"🜚 {index}.2"
    return Mention(
        mention.start,
        mention.end,
        mention.label,
        id,
        "",
        mention.level,
        mention.fragments,
        mention.attributes,
        mention.score,
    )


@st.composite
def _span(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    return Span(start, draw(st.integers(start + 1, len(text))))


@st.composite
def _mention(draw, text):
    cuts = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted))
    if len(text) < 2 or len(cuts) < 4:
        start, end = draw(_span(text))
        fragments = ()
    else:
        fragments = tuple(Span(a, b) for a, b in zip(cuts[:-1:2], cuts[1::2], strict=False))
        start, end = fragments[0].start, fragments[-1].end
        fragments = fragments if len(fragments) > 1 else ()
    attributes = draw(st.dictionaries(st.sampled_from(["kind", "note", "other"]), _names | st.just("real"), max_size=2))
    label = draw(st.sampled_from(["PER", "ORG", ""]))
    level = draw(st.sampled_from(["", "name", "unknown"]))
    return Mention(start, end, label, "", "", level, fragments, attributes, draw(_scores))


@st.composite
def _relation(draw, names, sentences):
    head, tail = draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
    label = draw(st.sampled_from(["met", "works for", "a: b", "", "time: past"]))
    attributes = draw(
        st.dictionaries(st.sampled_from(["time", "source"]), st.sampled_from(["past", "present", "x"]), max_size=2)
    )
    evidence = tuple(draw(st.lists(st.integers(0, sentences - 1), max_size=2))) if sentences else ()
    return Relation(head, tail, label, "", evidence, attributes, draw(_scores))


@st.composite
def _entities(draw, names):
    ids = draw(st.lists(_names, max_size=3, unique=True))
    members = st.lists(st.sampled_from(names), max_size=4) if names else st.just([])
    return [
        Entity(
            id,
            tuple(draw(members)),
            draw(st.sampled_from(["", "NIL", "Joe_Biden"])),
            draw(st.sampled_from(["", "Q6279"])),
            draw(st.dictionaries(st.just("country"), _names, max_size=1)),
        )
        for id in ids
    ]


@st.composite
def _zone(draw, text, names):
    speaker = draw(st.sampled_from(["", *names]))
    return Zone(*draw(_span(text)), draw(st.sampled_from(["headline", "quotation", ""])), speaker)
