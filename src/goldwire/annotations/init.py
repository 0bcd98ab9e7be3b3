"""Starting a corpus of one's own: the folders, seeds with their hashes, and skeletons of what a person writes.

The skeletons are data beside this module; checking and building the corpus live elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from goldwire.errors import InputError
from goldwire.formats.files import read_bytes, sha256, write_text

SKELETONS = {
    "labels.toml": "annotations/labels.toml",
    "guidelines.md": "annotations/guidelines.md",
    "card.md": "annotations/card.md",
    "README.md": "README.md",
}
SOURCES_SAY = """\
# Where each seed is from. A table is named by the file's stem; sha256 is of the file's bytes, and a seed that differs
# is refused. Say what you know (outlet, agency, country, language, date, rights), and in note how you inferred it."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def start(folder: Path, texts: Sequence[Path], name: str) -> list[Path]:
    """Start a corpus in a folder with texts as its seeds; give the files written.

    Args:
        folder: made where it is not there; it may not hold a corpus already.
        texts: UTF-8 files, copied byte for byte; a file's stem becomes the document's id.
        name: what the corpus is called.

    Raises:
        InputError: there is no text, one is empty or not UTF-8, two have one name, or a corpus is there already.
    """
    _free(folder)
    if not _NAME.fullmatch(name):
        raise InputError(name, "cannot be a corpus' name", "use letters, digits, '_', '-' and '.' (see --name)")
    seeds = _seeds(texts)
    written = [_seed(folder, document, data) for document, data in seeds.items()]
    written.append(_text(folder / "seeds" / "sources.toml", _sources(seeds)))
    for empty in ("annotations/passes", "annotations/gold"):
        written.append(_text(folder / empty / ".gitkeep", ""))
    return written + [_text(folder / place, skeleton(file, name)) for file, place in SKELETONS.items()]


def skeleton(file: str, name: str) -> str:
    """Give a skeleton's text, with the corpus' name filled in."""
    path = files("goldwire.annotations") / "skeleton" / file
    return path.read_text(encoding="utf-8").replace("CORPUS", name)


def _free(folder: Path) -> None:
    """Refuse a folder in which something of a corpus lies already: nothing is overwritten."""
    for place in ("seeds", "annotations", *SKELETONS.values()):
        if (folder / place).exists():
            raise InputError(folder / place, "is there already", "choose a new folder")


def _seeds(texts: Sequence[Path]) -> dict[str, bytes]:
    if not texts:
        raise InputError("texts", "no file fits", "name files or a pattern, as in --texts 'articles/*.txt'")
    found: dict[str, bytes] = {}
    for path in sorted(texts):
        if path.stem in found:
            raise InputError(path, f"a second text named {path.stem}", "a document's id is its file's name: rename one")
        if not _NAME.fullmatch(path.stem):
            raise InputError(path, "its name cannot be an id", "use letters, digits, '_', '-' and '.'")
        found[path.stem] = _checked(path, read_bytes(path))
    return found


def _checked(path: Path, data: bytes) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(path, f"is not UTF-8 at byte {error.start}", "save it as UTF-8") from error
    if not text.strip():
        raise InputError(path, "is empty", "leave it out")
    return data


def _seed(folder: Path, document: str, data: bytes) -> Path:
    return _text(folder / "seeds" / f"{document}.txt", data.decode("utf-8"))


def _sources(seeds: dict[str, bytes]) -> str:
    lines = [SOURCES_SAY]
    for document, data in seeds.items():
        lines += ["", f'["{document}"]', 'outlet = ""', 'date = ""', 'language = "en"', 'rights = ""', 'note = ""']
        lines.append(f'sha256 = "{sha256(data)}"')
    return "\n".join(lines) + "\n"


def _text(path: Path, text: str) -> Path:
    write_text(path, text)
    return path
