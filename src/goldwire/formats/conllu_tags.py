"""Which key of CoNLL-U's MISC or FEATS holds tags of mentions: known by its name, or by values that are all tags.

Where the tags become mentions is in conllu.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from goldwire.formats.spelling import TAG
from goldwire.tags import OUTSIDE

_KEYS = ("NER", "Ner", "ner", "NE", "name")  # the last one is DaNE's


def pairs(cell: str) -> dict[str, str]:
    """Give the pairs of a cell: Case=Nom|Number=Sing."""
    found = (part.partition("=") for part in cell.split("|") if cell != "_")
    return {key: value for key, sign, value in found if sign}


def tags_in(features: str) -> dict[str, str]:
    """Give the pairs of FEATS whose values are tags, as Coptic Scriptorium has them: Entity=B-person."""
    return {key: value for key, value in pairs(features).items() if TAG.match(value)} if "=" in features else {}


def tag_key(words: Iterable[Mapping[str, str]]) -> str:
    """Give the key of the tags among what is said of each word, "" where there is none.

    A known name comes first; another is one that nine words of ten have, always with a tag, not always with O.
    """
    total, plain, told = 0, dict[str, int](), set[str]()
    for said in words:
        total += 1
        for key, value in said.items():
            if key in _KEYS or TAG.match(value):
                plain[key] = plain.get(key, 0) + 1
                told |= {key} if value != OUTSIDE else set()
    known = [key for key in _KEYS if key in plain]
    return next(iter([*known, *(key for key in plain if key in told and 10 * plain[key] >= 9 * total)]), "")
