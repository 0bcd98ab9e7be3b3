"""XML files an element at a time, with errors that name the line; files that declare entities are refused.

What the elements mean belongs to the formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from goldwire.errors import InputError
from goldwire.formats.columns import first_bytes


def elements(path: Path, tag: str) -> Iterator[Any]:
    """Give the elements of a tag, each forgotten when the next is asked for.

    Raises:
        InputError: the file is not whole XML, or declares entities.
    """
    from xml.etree import ElementTree

    if b"<!ENTITY" in first_bytes(path):
        raise InputError(path, "declares entities, which are not read", "export it without them")
    try:
        for _, element in ElementTree.iterparse(path):  # noqa: S314 - expat bounds what entities grow to
            if element.tag == tag:
                yield element
                element.clear()
    except ElementTree.ParseError as error:
        raise InputError(f"{path}:{error.position[0]}", f"is not whole XML: {error}", "restore the file") from error
    except (LookupError, ValueError) as error:
        raise InputError(path, f"is XML that cannot be read: {error}", "save it as UTF-8") from error
