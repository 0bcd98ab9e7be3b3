"""JSON as language models write it, made strict: what stands there in one reading only; nothing is guessed or closed.

Which object is the answer is for llm_answer to say.
"""

from __future__ import annotations

import re

_COMMENT = r"//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n]*"
_BEHIND = rf"\s*(?:[,:\]}}]|{_COMMENT})"
_START = re.compile(rf"""\{{(?=(?:\s|{_COMMENT})*(?:["']|\w+\s*:))""", re.DOTALL)
_PART = re.compile(
    rf"""
      "(?P<double>(?:[^"\\]|\\.)*+)"
    | '(?P<single>(?:[^'\\]|\\.|'(?!{_BEHIND}))*+)'
    | (?P<comment>{_COMMENT})
    | (?P<comma>,(?=(?:\s|{_COMMENT})*[\]}}]))
    | (?P<open>["'].*)
    | \b(?P<key>[A-Za-z_]\w*+)(?=\s*:)
    | \b(?P<word>True|False|None)\b
    """,
    re.DOTALL | re.VERBOSE,
)
_ESCAPED = re.compile(r'\\.|"', re.DOTALL)
_WORDS = {"True": "true", "False": "false", "None": "null"}
_STARTS = 4
"""How many places are tried at which an object may begin: prose before an answer has few braces."""


def mended(content: str) -> list[str]:
    r"""Give the content from each place at which an object may begin, as strict JSON would have it.

    Mended are single quotes, commas before a closing bracket, comments, names of keys without quotes, \' and Python's
    True, False and None. What else is wrong stays wrong.
    """
    starts = [found.start() for found in _START.finditer(content)][:_STARTS]
    return [_PART.sub(_strict, content[start:]) for start in starts]


def _strict(part: re.Match[str]) -> str:
    """Give a part as strict JSON has it."""
    kind, said = part.lastgroup, part.group(part.lastgroup or 0)
    if kind in ("double", "single"):
        return f'"{_ESCAPED.sub(_escape, said)}"'
    if kind == "open":
        return said
    if kind == "key":
        return f'"{said}"'
    return _WORDS[said] if kind == "word" else " " if kind == "comment" else ""


def _escape(found: re.Match[str]) -> str:
    return {'"': '\\"', "\\'": "'"}.get(found.group(), found.group())
