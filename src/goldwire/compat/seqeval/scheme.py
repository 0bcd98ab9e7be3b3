"""seqeval's schemes and what its strict mode makes of tags, as `seqeval.scheme` names them.

The rules are seqeval's own, flaws included (IOB1, IOE1 and IOE2 are not those of goldwire.tags).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import ClassVar

PREFIXES = "IOBESUL"
_ANY = "*"


@dataclass(frozen=True, slots=True)
class Entity:
    """A typed span of a sentence: token indices, half-open."""

    sent_id: int | None
    start: int
    end: int
    tag: str

    def __repr__(self) -> str:
        """Show the sentence, type, start and end."""
        return f"({self.sent_id}, {self.tag}, {self.start}, {self.end})"

    def to_tuple(self) -> tuple[int | None, str, int, int]:
        """Give the sentence, type, start and end."""
        return self.sent_id, self.tag, self.start, self.end


class Token:
    """A tag read under a scheme; the schemes say by patterns which neighbours start, continue and end an entity.

    A pattern is two prefixes (* for any) and a condition on the types: = equal, ! unequal, nothing either.
    """

    allowed: ClassVar[str] = PREFIXES
    start_patterns: ClassVar[str] = ""
    inside_patterns: ClassVar[str] = ""
    end_patterns: ClassVar[str] = ""
    __slots__ = ("prefix", "tag", "token")

    def __init__(self, token: str, suffix: bool = False, delimiter: str = "-") -> None:
        """Divide a tag into prefix and type; raises KeyError for an unknown prefix."""
        self.token = token
        self.prefix = token[-1] if suffix else token[0]
        if self.prefix not in PREFIXES:
            raise KeyError(self.prefix)
        self.tag = (token[:-1] if suffix else token[1:]).strip(delimiter) or "_"

    def __repr__(self) -> str:
        """Show the tag as it was given."""
        return self.token

    def is_valid(self) -> bool:
        """Tell that the scheme has the prefix; raises ValueError where it has not."""
        if self.prefix not in self.allowed:
            allowed = "|".join(prefix for prefix in PREFIXES if prefix in self.allowed)
            raise ValueError(f"Invalid token is found: {self.token}. Allowed prefixes are: {allowed}.")
        return True

    def is_start(self, prev: Token) -> bool:
        """Tell whether an entity starts here."""
        return _fits(self.start_patterns, prev.prefix, self.prefix, prev.tag == self.tag)

    def is_inside(self, prev: Token) -> bool:
        """Tell whether the entity of the tag before goes on here."""
        return _fits(self.inside_patterns, prev.prefix, self.prefix, prev.tag == self.tag)

    def is_end(self, prev: Token) -> bool:
        """Tell whether an entity ends with the tag before."""
        return _fits(self.end_patterns, prev.prefix, self.prefix, prev.tag == self.tag)


@cache
def _fits(patterns: str, before: str, after: str, same: bool) -> bool:
    return any(
        pattern[0] in (before, _ANY) and pattern[1] in (after, _ANY) and pattern[2:] in ("", "=" if same else "!")
        for pattern in patterns.split()
    )


class IOB1(Token):
    """Inside and outside; B divides entities of one type."""

    allowed = "IOB"
    start_patterns = "OI II! BI IB= BB="
    inside_patterns = "BI= II="
    end_patterns = "II! IO IB BO BI! BB="


class IOE1(Token):
    """Inside and outside; E divides entities of one type."""

    allowed = "IOE"
    start_patterns = "OI II! EI EE="
    inside_patterns = "II= IE="
    end_patterns = "II! IO IE! EI= EE="


class IOB2(Token):
    """Every entity begins with B."""

    allowed = "IOB"
    start_patterns = "*B"
    inside_patterns = "BI= II="
    end_patterns = "IO II! IB BO BI! BB"


class IOE2(Token):
    """Every entity ends with E."""

    allowed = "IOE"
    start_patterns = "OI OE EI EE II! IE!"
    inside_patterns = "IE= II="
    end_patterns = "E*"


class IOBES(Token):
    """B begins, E ends, S stands alone."""

    allowed = "IOBES"
    start_patterns = "*B *S"
    inside_patterns = "BI= BE= II= IE="
    end_patterns = "S* E*"


class BILOU(Token):
    """B begins, L ends, U stands alone."""

    allowed = "BILOU"
    start_patterns = "*B *U"
    inside_patterns = "BI= BL= II= IL="
    end_patterns = "U* L*"


class Tokens:
    """A sentence's tags read under a scheme."""

    def __init__(
        self,
        tokens: Sequence[str],
        scheme: type[Token],
        suffix: bool = False,
        delimiter: str = "-",
        sent_id: int | None = None,
    ) -> None:
        """Read all tags; raises KeyError for an unknown prefix."""
        self.outside_token = scheme("O", suffix=suffix, delimiter=delimiter)
        self.tokens = [scheme(token, suffix=suffix, delimiter=delimiter) for token in tokens]
        self.extended_tokens = [*self.tokens, self.outside_token]
        self.sent_id = sent_id

    @property
    def entities(self) -> list[Entity]:
        """Give the entities in order; raises ValueError for a prefix that the scheme has not."""
        found = []
        tokens = self.extended_tokens
        before, index = self.outside_token, 0
        while index < len(tokens):
            start, index = index, index + 1
            tokens[start].is_valid()
            if tokens[start].is_start(before):
                while index < len(tokens) and tokens[index].is_inside(tokens[index - 1]):
                    index += 1
                if tokens[index].is_end(tokens[index - 1]):
                    found.append(Entity(self.sent_id, start, index, tokens[start].tag))
            before = tokens[index - 1]
        return found


class Entities:
    """The entities of all sentences."""

    def __init__(
        self, sequences: Iterable[Sequence[str]], scheme: type[Token], suffix: bool = False, delimiter: str = "-"
    ) -> None:
        """Find the entities, a list a sentence."""
        self.entities = [
            Tokens(sequence, scheme, suffix, delimiter, number).entities for number, sequence in enumerate(sequences)
        ]

    def filter(self, tag_name: str) -> set[Entity]:
        """Give the entities of a type."""
        return {entity for entity in chain(*self.entities) if entity.tag == tag_name}

    @property
    def unique_tags(self) -> set[str]:
        """Give the types in use."""
        return {entity.tag for entity in chain(*self.entities)}


_DETECTED: tuple[tuple[type[Token], str], ...] = (
    (IOB2, "IOB IB BO B"),
    (IOE2, "IOE IE EO E"),
    (IOBES, "IOBES IBES IOBE OBES IBE BES OBE BE S"),
    (BILOU, "IOBLU IBLU IOBL OBLU IBL BLU OBL BL U"),
)


def auto_detect(sequences: Iterable[Sequence[str]], suffix: bool = False, delimiter: str = "-") -> type[Token]:
    """Give the scheme that the prefixes in use suggest; raises ValueError where seqeval knows none."""
    prefixes = set()
    for tag in dict.fromkeys(chain.from_iterable(sequences)):
        try:
            prefixes.add(Token(tag, suffix, delimiter).prefix)
        except KeyError as error:
            raise ValueError(f"This scheme is not supported: {tag}") from error
    for scheme, sets in _DETECTED:
        if prefixes in map(set, sets.split()):
            return scheme
    raise ValueError(f"This scheme is not supported: {prefixes}")
