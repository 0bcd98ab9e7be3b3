"""Token patterns for names and values, as spaCy's Matcher takes them: general rules of English newswire.

What wins where patterns overlap is decided in rules.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from goldwire.eval.systems.gazetteers import calendar, currencies, knowledge

Pattern: TypeAlias = list[dict[str, Any]]

_CAPITAL = r"^[A-Z][\w&.'’]*$"
_ABOUT: dict[str, Any] = {"about": True}  # stands for one of the words before a number, or none


def value_patterns() -> dict[str, list[Pattern]]:
    """Give the patterns of dates, times, money, percentages, quantities, ordinals and cardinals."""
    found: dict[str, list[Pattern]] = {
        "DATE": _dates(),
        "TIME": _times(),
        "MONEY": _money(),
        "PERCENT": [
            [_ABOUT, *_number(), {"LOWER": {"IN": ["%", "percent", "pct"]}}],
            [_ABOUT, *_number(), {"LOWER": "per"}, {"LOWER": "cent"}],
        ],
        "QUANTITY": [
            [
                _ABOUT,
                *_number(),
                {"ORTH": "-", "OP": "?"},
                {"LOWER": {"IN": ["square", "cubic", "metric"]}, "OP": "?"},
                {"LOWER": {"IN": _words("units")}},
            ]
        ],
        "ORDINAL": [[{"LOWER": {"IN": _words("ordinals")}}], [{"LOWER": {"REGEX": r"^\d+(st|nd|rd|th)$"}}]],
        "CARDINAL": [[*_number()], [{"LOWER": {"IN": _words("plurals")}}]],
    }
    return {label: _expanded(patterns) for label, patterns in found.items()}


def name_patterns() -> dict[str, list[Pattern]]:
    """Give the patterns of names that end in a word telling what they are."""
    named = {"ORG": "company", "FAC": "facility", "LOC": "place", "EVENT": "happening", "LAW": "law"}
    patterns = {label: [[_capital("+"), _ending(words)]] for label, words in named.items()}
    of = {"LOWER": {"IN": ["of", "for"]}}
    the = {"LOWER": "the", "OP": "?"}
    patterns["ORG"] += [
        [_capital("{1}"), {"ORTH": {"IN": ["-", "–"]}}, _capital("+"), _ending("company")],
        [_ending("body"), of, the, _capital("+")],
        [_ending("body"), of, the, _capital("+"), {"LOWER": "and"}, _capital("+")],
        [_capital("+"), {"LOWER": {"IN": ["and", "&"]}}, _capital("+"), _ending("company")],
        [_capital("+"), _ending("body"), of, the, _capital("+")],
    ]
    patterns["EVENT"].append([{"TEXT": {"REGEX": r"^(19|20)\d\d$"}}, _capital("*"), _ending("happening")])
    patterns["LAW"] += [
        [{"ORTH": "Article"}, {"LIKE_NUM": True}],
        [{"ORTH": {"IN": ["Treaty", "Convention"]}}, of, the, _capital("+")],
    ]
    patterns["LOC"] += [
        [
            {"ORTH": {"IN": ["Lake", "Mount", "Cape", "Gulf", "Sea", "Strait"]}},
            {"LOWER": "of", "OP": "?"},
            _capital("+"),
        ]
    ]
    return patterns


def _dates() -> list[Pattern]:
    months, days = calendar()
    month, day = {"LOWER": {"IN": sorted(months)}, "IS_TITLE": True}, {"LOWER": {"IN": sorted(days)}, "IS_TITLE": True}
    number, year = {"TEXT": {"REGEX": r"^\d{1,2}(st|nd|rd|th)?$"}}, {"TEXT": {"REGEX": r"^(1[5-9]|20)\d\d$"}}
    which = {"LOWER": {"IN": _words("which")}}
    units, unit = {"LOWER": {"IN": _words("day_units")}}, {"LOWER": {"IN": [*_words("day_units"), *_words("seasons")]}}
    comma, maybe = {"ORTH": ",", "OP": "?"}, {**which, "OP": "?"}
    return [
        [month, number],
        [month, number, comma, year],
        [day, comma, month, number],
        [day, comma, month, number, comma, year],
        [number, month],
        [number, month, year],
        [maybe, month],
        [maybe, month, comma, year],
        [maybe, day],
        [maybe, year],
        [{"LOWER": {"IN": _words("deictic")}}],
        [which, unit],
        [which, *_number(), units],
        [{"LOWER": "the"}, {"LOWER": "day"}, {"LOWER": {"IN": ["before", "after"]}}],
        [
            _ABOUT,
            *_number(),
            {"ORTH": "-", "OP": "?"},
            units,
            {"LOWER": {"IN": ["ago", "earlier", "later", "old"]}, "OP": "?"},
        ],
        [_ABOUT, {"LOWER": {"IN": ["a", "an"]}}, units, {"LOWER": {"IN": _words("after")}}],
        [{"TEXT": {"REGEX": r"^(1[5-9]|20)?\d0['’]?s$"}}],
        [{"TEXT": {"REGEX": r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$"}}],
        [{"LOWER": "earliest"}, {"LOWER": {"IN": ["days", "years"]}}],
        *[[{"LOWER": word} for word in holiday.lower().replace("'s", " 's").split()] for holiday in _words("holidays")],
    ]


def _times() -> list[Pattern]:
    _, days = calendar()
    part = {"LOWER": {"IN": _words("day_times")}}
    hours = {"LOWER": {"IN": _words("hour_units")}}
    clock = {"TEXT": {"REGEX": r"^\d{1,2}([:.]\d\d)?$"}}
    half = {"LOWER": {"IN": ["am", "pm", "a.m.", "p.m.", "a.m", "p.m", "gmt", "utc", "est", "et"]}}
    return [
        [clock, half],
        [clock, half, half],
        [{"TEXT": {"REGEX": r"^\d{1,2}:\d\d$"}}],
        [{"TEXT": {"REGEX": r"^\d{4}$"}}, {"ORTH": {"IN": ["GMT", "UTC"]}}],
        [{"LOWER": {"IN": ["tonight", "midnight", "noon"]}}],
        [{"LOWER": {"IN": [*_words("which"), *_words("deictic")]}}, part],
        [{"LOWER": {"IN": sorted(days)}, "IS_TITLE": True}, part],
        [{"LOWER": {"IN": ["early", "late"]}}, {"LOWER": {"IN": sorted(days)}, "IS_TITLE": True}, part],
        [_ABOUT, *_number(), {"ORTH": "-", "OP": "?"}, hours, {"LOWER": {"IN": _words("after")}, "OP": "?"}],
        [_ABOUT, *_number(), hours, {"LOWER": "and"}, *_number(), hours],
        [_ABOUT, {"LOWER": {"IN": ["a", "an"]}}, hours, {"LOWER": {"IN": _words("after")}}],
    ]


def _money() -> list[Pattern]:
    signs = {"ORTH": {"IN": [*currencies(), "US$", "A$", "C$", "HK$"]}}
    prefix = {"ORTH": {"IN": ["US", "A", "C"]}, "OP": "?"}
    scale = {"LOWER": {"IN": _words("scales")}, "OP": "?"}
    return [
        [_ABOUT, prefix, signs, {"LIKE_NUM": True}, scale],
        [_ABOUT, {"TEXT": {"REGEX": r"^(US)?[$€£¥]\d[\d.,]*(bn|m|k)?$"}}, scale],
        [_ABOUT, *_number(), {"LOWER": {"IN": _words("currency_words")}}],
        [
            _ABOUT,
            *_number(),
            {"LOWER": {"IN": ["us", "u.s.", "canadian", "australian"]}},
            {"LOWER": {"IN": _words("currency_words")}},
        ],
    ]


def _number() -> Pattern:
    numeral = {"LOWER": {"REGEX": rf"^(\d[\d.,]*|{'|'.join(_words('numbers'))})$"}}
    return [numeral, {"LOWER": {"IN": [*_words("numbers"), *_words("scales")]}, "OP": "*"}]


def _expanded(patterns: list[Pattern]) -> list[Pattern]:
    """Give each pattern that begins with _ABOUT without it, and with each of the words that may stand there."""
    single: Pattern = [{"LOWER": {"IN": _words("about")}}]
    pairs: list[Pattern] = [
        [{"LOWER": {"IN": ["more", "less", "fewer"]}}, {"LOWER": "than"}],
        [{"LOWER": "at"}, {"LOWER": {"IN": ["least", "most"]}}],
        [{"LOWER": "up"}, {"LOWER": "to"}],
    ]
    return [
        [*prefix, *pattern[1:]] if pattern[0] is _ABOUT else pattern
        for pattern in patterns
        for prefix in ([[], single, *pairs] if pattern[0] is _ABOUT else [[]])
    ]


def _capital(times: str) -> dict[str, Any]:
    return {"TEXT": {"REGEX": _CAPITAL}, "LOWER": {"NOT_IN": knowledge()["words"]["small"]}, "OP": times}


def _ending(words: str) -> dict[str, Any]:
    return {"LOWER": {"IN": knowledge()["words"][words]}, "TEXT": {"REGEX": r"^[A-Z]"}}


def _words(name: str) -> list[str]:
    return [word.lower() if name != "holidays" else word for word in knowledge()["values"][name]]
