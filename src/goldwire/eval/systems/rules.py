"""The system of rules: a spaCy pipeline (no model) of gazetteers and token patterns, written from general knowledge.

The lists are in gazetteers and knowledge.toml, the patterns in patterns, the relations in relation_rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from goldwire.document import Document, Mention, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, Predictor, System, answered, source_hash, versions
from goldwire.eval.systems.gazetteers import calendar, knowledge, phrases
from goldwire.eval.systems.patterns import name_patterns, value_patterns
from goldwire.eval.systems.relation_rules import RELATIONS, find_relations

SETTINGS = {"relations": "whether relations are looked for as well (false)"}
_SOURCES = ("rules.py", "relation_rules.py", "patterns.py", "gazetteers.py", "knowledge.toml")
VALUES = ("DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL")
OUTER = frozenset({"ORG", "FAC", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART"})
INNER = frozenset({"GPE", "LOC", "NORP", "ORG", "FAC", "PERSON"})
_RANK = {
    label: rank
    for rank, label in enumerate(
        ("PERSON", "TITLE", "EVENT", "LAW", "LOC", "GPE", "ORG", "FAC", "LANGUAGE", "NORP", "PRODUCT", *VALUES)
    )
}
_GOES = frozenset(
    {"visit", "visited", "visiting", "at", "in", "inside", "outside", "near", "to", "into", "toured", "entered", "left"}
)
_TITLE_VERBS = frozenset(
    {"become", "became", "becoming", "be", "elected", "appointed", "named", "as", "remain", "remained"}
)
_NAME = re.compile(r"[A-Z][\w'’-]*\.?$")


class Found(NamedTuple):
    """A candidate: token offsets, label."""

    start: int
    end: int
    label: str


def load(system: System, context: Context) -> Predictor:
    """Build the pipeline."""
    del context
    if system.model not in ("", "news"):
        raise InputError(f"system {system.name}", f"there are no rules {system.model!r}", "write rules: alone")
    relations = system.setting("relations", False)
    nlp = _Pipeline()

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for source, doc in nlp.pipe(documents):
            mentions = answered(source, nlp.mentions(doc))
            yield find_relations(canonical(mentions), doc) if relations else canonical(mentions)

    labels = {"mention_labels": sorted(_RANK), "relation_labels": sorted(RELATIONS) if relations else []}
    return Predictor(predict, {**versions("spacy", "babel", "pycountry"), "sha256": source_hash(*_SOURCES), **labels})


class _Pipeline:
    """A blank English pipeline with the matchers, built once."""

    def __init__(self) -> None:
        import spacy
        from spacy.matcher import Matcher, PhraseMatcher

        self.nlp: Any = spacy.blank("en")
        self.nlp.add_pipe("sentencizer")
        self.nlp.max_length = 10**9
        self.phrases = PhraseMatcher(self.nlp.vocab)
        for label, names in phrases().items():
            upper = {name.upper() for name in names if label == "GPE" and len(name) > 3}  # as datelines write them
            self.phrases.add(label, [self.nlp.make_doc(name) for name in sorted({*names, *upper})])
        self.patterns = Matcher(self.nlp.vocab)
        for label, patterns in {**value_patterns(), **name_patterns()}.items():
            self.patterns.add(label, patterns)
        self.words = {name: frozenset(word for word in words) for name, words in knowledge()["words"].items()}
        self.calendar = frozenset[str]().union(*calendar())

    def pipe(self, documents: Iterable[Document]) -> Iterator[tuple[Document, Any]]:
        for document in documents:
            yield document, self.nlp(document.text)

    def mentions(self, doc: Any) -> list[Mention]:
        known = [_sited(found, doc) for found in self._matched(self.phrases(doc), doc)]
        patterned = self._matched(self.patterns(doc), doc)
        places = {index for found in known if found.label != "PERSON" for index in range(found.start, found.end)}
        persons = self._persons(doc, places)
        titles = self._titles(doc, persons)
        chosen = _resolved([*known, *persons, *titles, *patterned], doc)
        return [_mention(found, doc) for found in chosen]

    def _matched(self, matches: Iterable[tuple[int, int, int]], doc: Any) -> list[Found]:
        names = self.nlp.vocab.strings
        return [found for key, start, end in matches if _sensible(found := Found(start, end, names[key]), doc)]

    def _persons(self, doc: Any, places: set[int]) -> list[Found]:
        found = [person for index in range(len(doc)) if (person := self._person_at(doc, index, places))]
        full = _longest(found, doc)
        known = {doc[end - 1].text for start, end, _ in full} - {doc[index].text for index in places}
        inside = {index for start, end, _ in full for index in range(start, end)}
        alone = [Found(t.i, t.i + 1, "PERSON") for t in doc if t.text in known and t.i not in inside]
        return full + alone

    def _person_at(self, doc: Any, index: int, places: set[int]) -> Found | None:
        """Give the person whose name begins here: after an honorific or office, or with a known given name."""
        before = doc[index - 1].lower_ if index else ""
        end = index
        while end < len(doc) and end - index < 4 and self._names(doc, end, places, inside=end > index):
            end += 1
        while end > index and not _NAME.match(doc[end - 1].text):
            end -= 1
        introduced = before in self.words["honorific"] or self._office(doc, index - 1)
        given = end - index > 1 and doc[index].text in self.words["given"]
        return Found(index, end, "PERSON") if end > index and (introduced or given) else None

    def _names(self, doc: Any, index: int, places: set[int], *, inside: bool) -> bool:
        token = doc[index]
        if inside and token.lower_ in self.words["particle"] and index + 1 < len(doc):
            return bool(_NAME.match(doc[index + 1].text))
        office = token.lower_ in self.words["office"] or token.lower_ in self.words["honorific"]
        blocked = index in places or office or token.lower_ in self.calendar or token.is_stop
        return bool(_NAME.match(token.text)) and not blocked and token.lower_ not in self.words["field"]

    def _office(self, doc: Any, index: int) -> bool:
        """Say whether an office ends here: minister, or of state after secretary."""
        if index < 0:
            return False
        of = index >= 2 and doc[index - 1].lower_ == "of" and doc[index - 2].lower_ in self.words["office"]
        return doc[index].lower_ in self.words["office"] or (of and doc[index].lower_ in self.words["field"])

    def _titles(self, doc: Any, persons: Iterable[Found]) -> list[Found]:
        before = [self._title_ending(doc, person.start - 1) for person in persons]
        after = [self._title_after(doc, person.end) for person in persons]
        alone = [self._title_complement(doc, token.i) for token in doc if token.lower_ in _TITLE_VERBS]
        return [title for title in (*before, *after, *alone) if title]

    def _title_ending(self, doc: Any, last: int) -> Found | None:
        if not self._office(doc, last):
            return None
        start = last - 2 if doc[last].lower_ not in self.words["office"] else last
        while start > 0 and doc[start - 1].lower_ in self.words["field"] | self.words["office"]:
            start -= 1
        return Found(start, last + 1, "TITLE")

    def _title_after(self, doc: Any, end: int) -> Found | None:
        if end + 1 >= len(doc) or doc[end].text != ",":
            return None
        return self._title_starting(doc, end + 2 if doc[end + 1].lower_ in {"the", "a", "an"} else end + 1)

    def _title_complement(self, doc: Any, index: int) -> Found | None:
        return self._title_starting(doc, index + 1)

    def _title_starting(self, doc: Any, start: int) -> Found | None:
        end = start
        while end < len(doc) and doc[end].lower_ in self.words["field"]:
            end += 1
        if end < len(doc) and doc[end].lower_ in self.words["office"]:
            return Found(start, end + 1, "TITLE")
        return None


def _sensible(found: Found, doc: Any) -> bool:
    """Drop the readings that only a language reader or a month would make: French alone, may, march."""
    first, text = doc[found.start], doc[found.start : found.end].text
    if found.label == "LANGUAGE":
        before = doc[found.start - 1].lower_ if found.start else ""
        return before in {"in", "speak", "speaks", "spoke", "speaking", "into", "from", "learn"} and not _followed(
            found, doc
        )
    if found.label in VALUES:
        return text not in {"May", "Sun", "Sat", "Mar", "Second", "One"} or not first.is_sent_start
    if found.label == "LOC" and text == "West":
        return found.start > 0 and doc[found.start - 1].lower_ == "the" and not _followed(found, doc)
    return True


def _followed(found: Found, doc: Any) -> bool:
    return bool(found.end < len(doc) and doc[found.end].is_alpha and not doc[found.end].is_stop)


def _sited(found: Found, doc: Any) -> Found:
    """Read the seat of an institution: a place where somebody goes or is, else who sits there."""
    if found.label != "SEAT":
        return found
    before = [doc[i].lower_ for i in range(max(0, found.start - 2), found.start) if doc[i].lower_ != "the"]
    after = doc[found.end].text[:1].isupper() if found.end < len(doc) else False
    return found._replace(label="FAC" if before and before[-1] in _GOES and not after else "ORG")


def _longest(candidates: Iterable[Found], doc: Any) -> list[Found]:
    """Give the candidates that lie in no longer one, the earlier first."""
    taken, chosen = [False] * len(doc), list[Found]()
    for found in sorted(candidates, key=lambda f: (f.start - f.end, f.start, _RANK.get(f.label, 0))):
        if not any(taken[found.start : found.end]):
            chosen.append(found)
            taken[found.start : found.end] = [True] * (found.end - found.start)
    return sorted(chosen)


def _resolved(candidates: list[Found], doc: Any) -> list[Found]:
    """Give the outermost candidates, and inside those that may hold names the longest names."""
    outer = _longest(candidates, doc)
    inner: list[Found] = []
    for whole in (found for found in outer if found.label in OUTER):
        within = [f for f in candidates if f.label in INNER and _inside(f, whole)]
        inner += [f for f in _longest(within, doc) if f.label != whole.label or f.start > whole.start]
    return sorted({*outer, *inner})


def _inside(found: Found, whole: Found) -> bool:
    return whole.start <= found.start and found.end <= whole.end and (found.start, found.end) != whole[:2]


def _mention(found: Found, doc: Any) -> Mention:
    span = doc[found.start : found.end]
    return Mention(span.start_char, span.end_char, found.label, text=span.text, level="name")
