"""Reference models fitted on any corpus: a spaCy NER for flat mentions, a spancat for nested ones.

spaCy trains them, from a config that its own users know. The classifier of relations is in pairs.
"""

from __future__ import annotations

import io
import logging
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire.document import Document, Mention, Span
from goldwire.errors import InputError
from goldwire.formats.base import Notes

KINDS = ("ner", "spancat")
SPANS = "sc"
RELATIONS = "relations.npz"
BEST, LAST, CONFIG, TRAIN, DEV = "model-best", "model-last", "config.cfg", "train.spacy", "dev.spacy"
Progress = Callable[[int], None]
FEATURES = {"NORM": 1000, "PREFIX": 500, "SUFFIX": 1000, "SHAPE": 500, "IS_TITLE": 50}


@dataclass(frozen=True, slots=True)
class Training:
    """How to train. Mentions of `levels` are learnt, and those that say no level.

    `longest` is the longest span, in tokens, that a spancat considers; `config` is a config of spaCy that takes the
    place of ours: its paths, seed and epochs are set all the same.
    """

    kind: str = "ner"
    language: str = "en"
    seed: int = 0
    epochs: int = 30
    dropout: float = 0.35
    levels: tuple[str, ...] = ("name",)
    longest: int = 8
    config: Path | None = None


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
        notes = Notes()
        words = write_examples(documents, folder / TRAIN, how, notes)
        write_examples(dev or documents[:1], folder / DEV, how, Notes())
        config = _config(how, words, keep_best=bool(dev))
        _fit(folder, _with_paths(config, folder), words, progress, keep_best=bool(dev))
        _with_paths(config, out or folder).to_disk(folder / CONFIG)
        nlp = spacy.load(model_folder(folder) or folder)
        nlp.meta["goldwire"] = {"documents": len(documents), "not_learnt": dict(notes.counts)}
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
        shutil.rmtree(out / name, ignore_errors=True)
    for name in (LAST, BEST, CONFIG, TRAIN, DEV):
        if (folder / name).exists():
            (folder / name).replace(out / name)


def model_folder(folder: Path) -> Path | None:
    """Give the pipeline in a folder that was trained into: the best one, else the last, else none."""
    return next((path for name in (BEST, LAST) if (path := folder / name).is_dir()), None)


def write_examples(documents: Iterable[Document], path: Path, how: Training, notes: Notes) -> int:
    """Write the sentences of documents as a DocBin, their mentions as entities (outermost) and as spans (all).

    Gives the number of words.

    Raises:
        InputError: there is no mention among them.
    """
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank(how.language)
    docs = [doc for document in documents for doc in _docs(document, nlp, how, notes)]
    if not any(doc.spans[SPANS] for doc in docs):
        raise InputError("the corpus", "has no mention to learn from", f"levels learnt are {', '.join(how.levels)}")
    DocBin(docs=docs).to_disk(path)
    return sum(map(len, docs))


def _docs(document: Document, nlp: Any, how: Training, notes: Notes) -> Iterator[Any]:
    """Give a spaCy Doc a sentence, or one in all where the document says no sentences."""
    learnt = [m for m in document.mentions if not m.level or m.level in how.levels]
    for start, end in document.sentences or (Span(0, len(document.text)),):
        doc = nlp.make_doc(document.text[start:end])
        inside = [m for m in learnt if start <= m.start and m.end <= end]
        spans = [span for m in inside if (span := _span(doc, m, start, document.id, notes))]
        doc.spans[SPANS] = spans
        doc.set_ents(_outermost(spans))
        if how.kind == "ner" and len(spans) > len(doc.ents):
            notes.add("nested mentions that ner cannot learn", document.id, len(spans) - len(doc.ents))
        if len(doc):
            yield doc


def _span(doc: Any, mention: Mention, offset: int, where: str, notes: Notes) -> Any:
    span = doc.char_span(mention.start - offset, mention.end - offset, label=mention.label)
    if mention.fragments or span is None:
        notes.add("discontinuous mentions" if mention.fragments else "mentions off spaCy's token boundaries", where)
        return None
    return span


def _outermost(spans: Sequence[Any]) -> list[Any]:
    from spacy.util import filter_spans

    return list(filter_spans(list(spans)))


def _fit(folder: Path, config: Any, words: int, progress: Progress | None, *, keep_best: bool) -> None:
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train as spacy_train

    nlp = init_nlp(config)
    if progress:
        nlp.update = _telling(nlp.update, words, progress)  # type: ignore[method-assign]
    spacy_train(nlp, folder, stdout=io.StringIO(), stderr=io.StringIO())
    if not keep_best:  # spaCy takes the first, untrained one for the best: nothing else was measured
        shutil.rmtree(folder / BEST, ignore_errors=True)


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


def _config(how: Training, words: int, *, keep_best: bool) -> Any:
    """Give spaCy's own recommended config for the kind, or the one that is named, with our seed and epochs."""
    config = _named(how.config, how.kind) if how.config else _recommended(how, words)
    config["system"]["seed"] = how.seed
    every, patience = (100, 1600) if keep_best else (10**9, 0)
    fixed = {"max_epochs": how.epochs, "max_steps": 0, "patience": patience, "eval_frequency": every}
    config["training"].update({"seed": how.seed, "dropout": how.dropout, **fixed})
    config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
    return config


def _named(path: Path, kind: str) -> Any:
    """Read a config of spaCy; what it leaves open gets spaCy's defaults, as `spacy init fill-config` gives them."""
    from spacy.util import get_sourced_components, load_config, load_model_from_config

    try:
        config = load_config(path)
        filled = load_model_from_config(config, auto_fill=True, validate=False).config
        filled["components"].update(get_sourced_components(config))
        names = load_model_from_config(filled).pipe_names
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())[:300]
        raise InputError(path, f"is no config of spaCy: {said}", "spacy init config makes one") from error
    if kind not in names:
        raise InputError(
            path, f"its pipeline is {', '.join(names) or 'empty'}, with no {kind}", "choose another --kind"
        )
    return filled


def _recommended(how: Training, words: int) -> Any:
    """Give what `spacy init config` gives, made smaller: corpora that one labels are, and names in them are new.

    Fewer rows, so that rare words share them and shapes and affixes count for more; half the depth; averaged weights.
    Chosen on the development set of WNUT-17. Batches are small enough for a small corpus to give twenty an epoch.
    """
    from spacy.cli.init_config import init_config

    config = init_config(lang=how.language, pipeline=[how.kind], optimize="efficiency", gpu=False)
    encoder = config["components"]["tok2vec"]["model"]
    encoder["embed"].update({"attrs": list(FEATURES), "rows": list(FEATURES.values())})
    encoder["encode"]["depth"] = 2
    config["training"]["optimizer"]["use_averages"] = True
    most = max(20, min(1000, words // 20))
    growing = {"@schedules": "compounding.v1", "start": min(100, most), "stop": most, "compound": 1.001}
    config["training"]["batcher"]["size"] = growing
    if how.kind == "spancat":
        sizes = list(range(1, how.longest + 1))
        config["components"]["spancat"]["suggester"] = {"@misc": "spacy.ngram_suggester.v1", "sizes": sizes}
        config["components"]["spancat"]["spans_key"] = SPANS
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
