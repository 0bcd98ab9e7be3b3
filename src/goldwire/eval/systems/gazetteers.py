"""Names that everybody knows: from pycountry, babel and knowledge.toml; nothing here was taken from a gold.

Matching them in a text is the business of the rules.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from goldwire.eval.systems.base import optional

_PURPOSE = "the system of rules"
_NOT_DEMONYMS = frozenset(
    {"Old", "New", "Special", "Gold", "US", "CFA", "CFP", "Central", "East", "West", "South", "Test", "Unknown"}
)


@cache
def knowledge() -> dict[str, dict[str, list[str]]]:
    """Give the tables of knowledge.toml."""
    text = files("goldwire.eval.systems").joinpath("knowledge.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Give the known names by label, sorted; SEAT stands for places that also name who sits there."""
    found = {label: set(names) for label, names in knowledge()["phrases"].items()}
    found["GPE"] |= _countries() | _states()
    found["NORP"] |= _demonyms()
    found["LANGUAGE"] = _languages()
    found["GPE"] -= found["LOC"]
    return {label: tuple(sorted(names)) for label, names in found.items()}


@cache
def calendar() -> tuple[frozenset[str], frozenset[str]]:
    """Give the names of months and of weekdays, short ones too (with and without a full stop), in lower case."""
    locale = _locale()
    months = {name for width in ("wide", "abbreviated") for name in locale.months["format"][width].values()}
    days = {name for width in ("wide", "abbreviated") for name in locale.days["format"][width].values()}
    return _spelt(months | {"Sept"}), _spelt(days | {"Tues", "Thurs"})


def currencies() -> tuple[str, ...]:
    """Give the signs of currencies in use ($, €, US$ ...), longest first."""
    signs = {str(sign) for sign in _locale().currency_symbols.values() if not str(sign).isalpha()}
    return tuple(sorted({*signs, "$", "€", "£", "¥"}, key=lambda sign: (-len(sign), sign)))


def _spelt(names: set[str]) -> frozenset[str]:
    low = {name.lower().rstrip(".") for name in names}
    return frozenset(low | {f"{name}." for name in low if len(name) <= 5})


def _countries() -> set[str]:
    pycountry = optional("pycountry", "pycountry", "rules", _PURPOSE)
    territories: dict[str, str] = _locale().territories
    names = {
        name
        for code, name in territories.items()
        if len(code) == 2 and code not in {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
    }
    for country in pycountry.countries:
        names |= {country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")}
    return {name for name in names if name and "," not in name and "(" not in name}


def _states() -> set[str]:
    pycountry = optional("pycountry", "pycountry", "rules", _PURPOSE)
    return {state.name for state in pycountry.subdivisions.get(country_code="US") if "," not in state.name}


def _demonyms() -> set[str]:
    """Give what stands before the unit in the names of currencies: Japanese Yen, Russian Ruble."""
    names = (re.sub(r"\s*\(.*", "", name).split() for name in _locale().currencies.values())
    first = {words[0] for words in names if len(words) == 2}
    ends = ("an", "ese", "ish", "ian", "i", "ic", "ch")
    return {word for word in first - _NOT_DEMONYMS if word.istitle() and word.endswith(ends)}


def _languages() -> set[str]:
    return {name for code, name in _locale().languages.items() if len(code) == 2 and " " not in name}


@cache
def _locale() -> Any:
    return optional("babel", "babel", "rules", _PURPOSE).Locale("en")
