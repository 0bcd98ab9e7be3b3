"""Keys of JSON objects as people spell them: case, hyphens and underscores do not matter, and some have synonyms.

Which keys a format has, and what stands under them, belongs to the formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from goldwire.errors import InputError
from goldwire.formats.base import Notes

RELATION_HEADS = (
    "subj_char_span", "head", "head_id", "h", "h_idx", "subj", "subject", "subj_id", "subject_id", "from", "from_id",
    "source", "source_id", "src", "src_id", "arg1", "arg1_id", "arg_1_id", "argument1", "argument_1_id", "e1", "e1_id",
    "entity1", "entity1_id", "ent1", "mention1", "first", "root", "root_id", "parent", "parent_id", "governor",
    "head_entity", "head_entity_id", "head_span", "head_mention", "subject_entity", "from_entity", "from_entity_id",
    "source_entity", "source_entity_id", "source_node", "start_id", "origin", "node1", "id1",
)  # fmt: skip
RELATION_TAILS = (
    "obj_char_span", "tail", "tail_id", "t", "t_idx", "obj", "object", "obj_id", "object_id", "to", "to_id",
    "target", "target_id", "tgt", "tgt_id", "arg2", "arg2_id", "arg_2_id", "argument2", "argument_2_id", "e2", "e2_id",
    "entity2", "entity2_id", "ent2", "mention2", "second", "child", "child_id", "dependent", "dest", "destination",
    "tail_entity", "tail_entity_id", "tail_span", "tail_mention", "object_entity", "to_entity", "to_entity_id",
    "target_entity", "target_entity_id", "target_node", "end_id", "node2", "id2",
)  # fmt: skip
RELATION_KINDS = (
    "type", "label", "relation", "pred", "predicate", "relation_type", "relation_label", "relation_name", "rel_type",
    "rel", "r", "relationship", "kind", "class", "property", "name",
)  # fmt: skip
"""The names, in the order of preference, under which sources tell a relation's two ends and its label."""
_ARGUMENTS = ("arguments", "args", "ends", "members", "entities", "mentions", "nodes", "spans", "pair")
_IDS = ("id", "ref_id", "entity_id", "mention_id", "span_id", "idx")


class Ends(NamedTuple):
    """What a relation says of its head and tail, and the keys that say it."""

    head: Any
    tail: Any
    keys: tuple[str, ...]


def squeezed_key(key: str) -> str:
    """Give a key without case, blanks, hyphens and underscores."""
    return "".join(filter(str.isalnum, key)).casefold()


def key_of(value: Mapping[str, Any], names: Iterable[str], fits: Callable[[Any], bool] = lambda told: True) -> str:
    """Give the key of an object that is the first of some names, however spelt, and holds what fits; "" if none."""
    spelt: dict[str, list[str]] = {}
    for key in value:
        spelt.setdefault(squeezed_key(key), []).append(key)
    found = (key for name in names for key in sorted(spelt.get(squeezed_key(name), ()), key=lambda key: key != name))
    return next((key for key in found if fits(value[key])), "")


def respelt(value: dict[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Give an object with our keys; names: what else each of ours is called. What stands under ours is left."""
    taken = {key_of(value, (ours, *others)): ours for ours, others in names.items() if ours not in value}
    return {taken.get(key, key): told for key, told in value.items()} if any(taken) else value


def listed_keys(value: Mapping[str, Any]) -> str:
    """Give the keys of an object, for an error."""
    return ", ".join(list(value)[:12]) or "(none)"


def unnamed(value: Mapping[str, Any], known: Iterable[str], fits: Callable[[Any], bool]) -> str:
    """Give the first key, none of the known ones, that holds a list of what fits; "" where none does."""
    others = (key for key in value if isinstance(value[key], list) and key not in known)
    return next((key for key in others if value[key] and all(map(fits, value[key]))), "")


def without_spans(value: Mapping[str, Any], other: str, where: str, notes: Notes) -> None:
    """Note an object that has no key of spans; other: the key that holds what may be them.

    Raises:
        InputError: there is such a key.
    """
    if other:
        found = f"there are no spans among its keys {listed_keys(value)}"
        raise InputError(where, found, f"{other!r} may hold them: call it entities")
    notes.add("documents without a key of spans, read as text", where)


def relation_ends(value: Mapping[str, Any], names: Callable[[Any], bool], where: object) -> Ends:
    """Give a relation's ends: of what stands under the keys for them, what names a mention; or two arguments listed.

    Raises:
        InputError: no key for one of them is there; the error lists the keys that are.
    """
    known = (RELATION_HEADS, RELATION_TAILS)
    keys = tuple(key_of(value, end, names) or key_of(value, end, _tells) for end in known)
    if all(keys):
        return Ends(value[keys[0]], value[keys[1]], keys)
    pair = key_of(value, _ARGUMENTS, lambda told: isinstance(told, list) and len(told) == 2)
    if pair:
        head, tail = value[pair]
        return Ends(head, tail, (pair,))
    found = f"a relation with the keys {listed_keys(value)} names no {'head' if not keys[0] else 'tail'}"
    raise InputError(where, found, "call its ends head and tail, and its label type")


def _tells(told: Any) -> bool:
    return isinstance(told, str | int | list | dict)


def is_relation(value: Any) -> bool:
    """Say whether a value is an object with keys for both ends of a relation."""
    return isinstance(value, dict) and all(key_of(value, end, _tells) for end in (RELATION_HEADS, RELATION_TAILS))


def mention_names(spans: Sequence[Any]) -> dict[str, str]:
    """Give the mentions, m1, m2 ..., by what names them: their ids or, where no id is a number, their places."""
    rows = ((f"m{number}", row) for number, row in enumerate(spans, start=1) if isinstance(row, dict))
    ids = {str(row[key]): name for name, row in rows if (key := key_of(row, _IDS, _is_name))}
    places = {str(index): f"m{index + 1}" for index in range(len(spans))}
    return ids if any(map(str.isdigit, ids)) else {**places, **ids}


def _is_name(told: Any) -> bool:
    return isinstance(told, str | int) and told != ""


def named_end(told: Any, names: Mapping[str, str]) -> str:
    """Give the mention that a relation's end names, itself or by an id within; "" where it names none."""
    if isinstance(told, dict):
        key = key_of(told, _IDS, _is_name)
        told = told[key] if key else None
    return names.get(str(told), "") if _is_name(told) else ""
