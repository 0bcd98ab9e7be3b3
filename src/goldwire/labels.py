"""The label set of a corpus, as labels.toml declares it.

Which labels mentions, relations, zones and attributes may bear lives here; whether a document does, in rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import msgspec

from goldwire.errors import InputError


@dataclass(frozen=True, slots=True)
class MentionLabel:
    """A label of mentions; those of `value` labels (dates, numbers) refer to no entity.

    `refers = false` says the same of a label that is no value (titles).
    """

    description: str = ""
    levels: tuple[str, ...] = ()
    conll: str = ""
    wikidata: str = ""
    value: bool = False
    refers: bool = True

    @property
    def has_entity(self) -> bool:
        """Say whether mentions of this label refer to an entity."""
        return self.refers and not self.value


@dataclass(frozen=True, slots=True)
class RelationLabel:
    """A label of relations with the mention labels its ends may bear (none listed: any).

    `inverse` names the label of the opposite direction. In `wikidata` and `docred` a leading "-" says that their
    property runs from our tail to our head.
    """

    description: str = ""
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    symmetric: bool = False
    inverse: str = ""
    wikidata: str = ""
    docred: str = ""
    tacred: str = ""

    def allows(self, head: str, tail: str) -> bool:
        """Say whether a relation of this label may run between mentions of these labels."""
        straight = _fits(head, self.head) and _fits(tail, self.tail)
        return straight or (self.symmetric and _fits(tail, self.head) and _fits(head, self.tail))


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute with its closed values (none listed: free text) and the value that goes without saying."""

    values: tuple[str, ...] = ()
    default: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of mentions, relations and entities."""

    mention: Mapping[str, Attribute] = field(default_factory=dict)
    relation: Mapping[str, Attribute] = field(default_factory=dict)
    entity: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelSet:
    """All labels of a corpus. Levels and zones map a name to its description."""

    version: str = "0"
    name: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    mentions: Mapping[str, MentionLabel] = field(default_factory=dict)
    relations: Mapping[str, RelationLabel] = field(default_factory=dict)
    attributes: Attributes = field(default_factory=Attributes)
    zones: Mapping[str, str] = field(default_factory=dict)

    @property
    def symmetric(self) -> frozenset[str]:
        """Give the relation labels that have no direction."""
        return frozenset(name for name, label in self.relations.items() if label.symmetric)

    @property
    def inverses(self) -> dict[str, str]:
        """Give the relation labels that another one, alphabetically earlier, states the other way round."""
        pairs = ((name, label.inverse) for name, label in self.relations.items() if label.inverse)
        return {max(pair): min(pair) for pair in pairs}


def read_labels(path: Path) -> LabelSet:
    """Read a label set from its TOML file.

    Raises:
        InputError: the file is missing, is not TOML, or has a key or value that labels.toml does not know.
    """
    import tomllib

    try:
        return msgspec.convert(_known(path, tomllib.loads(path.read_text(encoding="utf-8"))), LabelSet)
    except OSError as error:
        raise InputError(path, error.strerror or "cannot be read", "name a labels.toml") from error
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not UTF-8 at byte {error.start}", "save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(path, f"is not a label set: {error}", "see annotations/labels.toml for the form") from error


def _fits(label: str, allowed: tuple[str, ...]) -> bool:
    return not allowed or label in allowed


def _known(path: Path, table: dict[str, object]) -> dict[str, object]:
    sections: dict[str, type[MentionLabel] | type[RelationLabel]] = {
        "mentions": MentionLabel,
        "relations": RelationLabel,
    }
    for key in sorted(set(table) - set(_names(LabelSet))):
        raise InputError(path, f"unknown key {key!r}", f"known are {', '.join(_names(LabelSet))}")
    for section, kind in sections.items():
        _check_keys(path, section, table.get(section), kind)
    return table


def _check_keys(path: Path, section: str, labels: object, kind: type[MentionLabel] | type[RelationLabel]) -> None:
    known = set(_names(kind))
    for name, entry in labels.items() if isinstance(labels, dict) else ():
        for key in sorted(set(entry) - known) if isinstance(entry, dict) else ():
            raise InputError(path, f"{section}.{name}: unknown key {key!r}", f"known: {sorted(known)}")


def _names(kind: type[LabelSet] | type[MentionLabel] | type[RelationLabel]) -> list[str]:
    return [field.name for field in fields(kind)]
