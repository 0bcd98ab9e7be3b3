"""Reference models fitted on any corpus: a spaCy NER for flat mentions, a spancat for nested ones.

spaCy trains them, from a config that its own users know (recipe), on what its examples can hold (examples). The
classifier of relations is in pairs.
"""

from __future__ import annotations

import io
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.training.examples import count_longer, count_unknown, examples, longest
from goldwire.eval.training.recipe import SPANS, Training, blank, config_of
from goldwire.formats.base import Notes
from goldwire.formats.files import read_text, write_text

RELATIONS = "relations.npz"
BEST, LAST, CONFIG, META = "model-best", "model-last", "config.cfg", "meta.json"
TRAIN, DEV = "train.spacy", "dev.spacy"
Progress = Callable[[int], None]


def train(
    documents: Sequence[Document],
    out: Path | None,
    how: Training,
    dev: Sequence[Document] = (),
    progress: Progress | None = None,
) -> Any:
    """Give a spaCy pipeline trained on documents; `out` is a folder that gets config.cfg, train.spacy and model-last.

    With development documents the step that does best on them is taken (model-best), and training ends after 1600
    without a better one; without any, the last is taken. The seed fixes the result on one machine; another processor
    may round otherwise. `out` changes when all is done, and not before. `progress` is called with the number of each
    epoch that begins.

    Raises:
        InputError: there is nothing to learn, the config is not one of spaCy, or the folder cannot be written.
    """
    import spacy

    with _beside(out) as folder, _quiet():
        notes, unseen = Notes(), Notes()
        docs = _learnt(documents, how, notes)
        held = _learnt(dev, how, unseen, "the development corpus", "choose by") if dev else docs[:1]
        how = replace(how, longest=how.longest or longest(docs))
        count_unknown(docs, held, unseen)
        if how.kind == "spancat" and not how.config:
            count_longer(docs, how.longest, notes)
        words = sum(map(len, docs))
        _write(docs, folder / TRAIN)
        _write(held, folder / DEV)
        config = config_of(how, words, keep_best=bool(dev))
        _fit(folder, _with_paths(config, folder), words, progress, keep_best=bool(dev))
        _with_paths(config, out or folder).to_disk(folder / CONFIG)
        _tell(folder, {"documents": len(documents), "not_learnt": notes.counts, "unseen": unseen.counts})
        nlp = spacy.load(model_folder(folder) or folder)
        if out:
            _moved(folder, out)
        return nlp


@contextmanager
def _beside(out: Path | None) -> Iterator[Path]:
    """Give a folder to train in, beside `out`; in the end it is gone, and with it what was not moved."""
    if out and out.exists() and not out.is_dir():
        raise InputError(out, "is a file, the model's folder was expected", "choose another --out")
    try:
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
        held = tempfile.TemporaryDirectory(dir=out.parent if out else None, prefix=f".{out.name if out else 'model'}-")
    except OSError as error:
        raise InputError(out or "a folder", f"cannot be written ({error.strerror})", "choose another --out") from error
    with held as name:
        yield Path(name)


def _moved(folder: Path, out: Path) -> None:
    """Put what was trained in its place, and remove what another training left there under these names."""
    out.mkdir(exist_ok=True)
    for name in (BEST, LAST):
        if (folder / name).is_dir():
            _lasting(folder / name, out)
        shutil.rmtree(out / name, ignore_errors=True)
    for name in (LAST, BEST, CONFIG, TRAIN, DEV):
        if (folder / name).exists():
            (folder / name).replace(out / name)


def _lasting(model: Path, out: Path) -> None:
    """Let a model's config name its examples in `out`, and its meta.json list figures of labels in order."""
    config, meta = model / CONFIG, model / META
    write_text(config, read_text(config).replace(str(model.parent), str(out)))
    told = json.loads(read_text(meta))
    figures = told.get("performance", {})
    ordered = {key: dict(sorted(one.items())) if isinstance(one, dict) else one for key, one in figures.items()}
    write_text(meta, json.dumps({**told, "performance": ordered}, ensure_ascii=False, indent=2) + "\n")


def model_folder(folder: Path) -> Path | None:
    """Give the pipeline in a folder that was trained into: the best one, else the last, else none."""
    return next((path for name in (BEST, LAST) if (path := folder / name).is_dir()), None)


def _learnt(
    documents: Sequence[Document], how: Training, notes: Notes, source: str = "the corpus", aim: str = "learn from"
) -> list[Any]:
    """Give what can be learnt of documents, as spaCy's Docs.

    Raises:
        InputError: there is no mention among them.
    """
    docs = examples(documents, blank(how.language), how, notes)
    if not any(doc.spans[SPANS] for doc in docs):
        passed = any("--level" in what for what in notes.counts)
        mend = f"--level takes others than {', '.join(how.levels)}" if passed else "name one that has"
        why = f" ({'; '.join(notes.lines())})" if notes.counts else ""
        raise InputError(source, f"has no mention to {aim}{why}", mend)
    return docs


def _write(docs: Sequence[Any], path: Path) -> None:
    from spacy.tokens import DocBin

    DocBin(docs=docs).to_disk(path)


def _fit(folder: Path, config: Any, words: int, progress: Progress | None, *, keep_best: bool) -> None:
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train as spacy_train

    nlp = init_nlp(config)
    if progress:
        nlp.update = _telling(nlp.update, words, progress)  # type: ignore[method-assign]
    spacy_train(nlp, folder, stdout=io.StringIO(), stderr=io.StringIO())
    if not keep_best:  # spaCy keeps one though nothing says that it is the best
        shutil.rmtree(folder / BEST, ignore_errors=True)


def _tell(folder: Path, said: Mapping[str, Any]) -> None:
    """Write into each model's meta.json, under "goldwire", what it was made of."""
    for path in (folder / name / "meta.json" for name in (BEST, LAST)):
        if path.exists():
            meta = {**json.loads(read_text(path)), "goldwire": said}
            write_text(path, json.dumps(meta, ensure_ascii=False, indent=2) + "\n")


def _telling(update: Callable[..., Any], words: int, progress: Progress) -> Callable[..., Any]:
    """Give spaCy's update, which tells on the way when as many words were seen as the corpus has."""
    seen = epoch = 0

    def told(examples: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal seen, epoch
        if seen >= epoch * words:
            progress(epoch := epoch + 1)
        seen += sum(len(example.reference) for example in examples)
        return update(examples, *args, **kwargs)

    return told


def _with_paths(config: Any, folder: Path) -> Any:
    """Give a config whose examples are in a folder."""
    config["paths"].update({"train": str(folder / TRAIN), "dev": str(folder / DEV)})
    return config


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep spaCy's advice to itself for a while."""
    logger = logging.getLogger("spacy")
    before = logger.level
    logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(before)
