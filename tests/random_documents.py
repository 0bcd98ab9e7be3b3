"""Hypothesis strategies of small documents: nested, overlapping, crossing, discontinuous, repeated mentions."""

from hypothesis import strategies as st

from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.labels import LabelSet, MentionLabel, RelationLabel

TEXT = "Barack Obama met Angela Merkel in Berlin on Friday, Reuters said."
LABELS = ("GPE", "ORG", "PERSON")
RELATIONS = ("knows", "member_of", "spouse")
LABEL_SET = LabelSet(
    mentions={name: MentionLabel() for name in LABELS}, relations={name: RelationLabel() for name in RELATIONS}
)


@st.composite
def spans(draw, size=14):
    start = draw(st.integers(0, size - 1))
    return Span(start, draw(st.integers(start + 1, min(size, start + 6))))


@st.composite
def mentions(draw, number, size=14, fragments=True):
    parts = [draw(spans(size))]
    if fragments and draw(st.integers(0, 7)) == 0:
        parts = sorted(draw(st.lists(spans(size), min_size=2, max_size=2)))
        if parts[0].end >= parts[1].start:
            parts = parts[:1]
    label = draw(st.sampled_from(LABELS))
    pieces = tuple(parts) if len(parts) > 1 else ()
    return Mention(parts[0].start, parts[-1].end, label, f"m{number}", fragments=pieces)


@st.composite
def documents(draw, name="d1", most=6, size=14, fragments=True):
    found = tuple(draw(mentions(i, size, fragments)) for i in range(draw(st.integers(0, most))))
    ends = st.sampled_from([m.id for m in found] or [""])
    relations = st.builds(Relation, ends, ends, st.sampled_from(RELATIONS))
    stated = tuple(draw(st.lists(relations, max_size=4))) if found else ()
    return Document(name, TEXT, found, stated, _entities(draw, found))


def _entities(draw, found):
    names = [draw(st.sampled_from("ABC")) for _ in found]
    members = {name: tuple(m.id for m, n in zip(found, names, strict=True) if n == name) for name in sorted(set(names))}
    return tuple(Entity(name, group) for name, group in members.items())


@st.composite
def corpora(draw, corpus=3, **how):
    """Give a gold and its predictions: the same ids, unrelated content."""
    names = [f"d{i}" for i in range(draw(st.integers(1, corpus)))]
    return [draw(documents(name, **how)) for name in names], [draw(documents(name, **how)) for name in names]
