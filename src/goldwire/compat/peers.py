"""The installed peers as scorers of the conformance suite: each answers with what its own program prints.

Asked by `goldwire conform`, tests and benchmarks where they are installed; no score needs one. The suite is in
conformance.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

from goldwire.compat.conformance import Answer, Case, Scorer, documents
from goldwire.errors import InputError
from goldwire.tags import scheme_name

SEQSCORE_NAMES = {"IOB1": "IOB", "IOB2": "BIO", "IOBES": "BIOES", "BILOU": "BILOU", "BMES": "BMES"}


def seqeval(case: Case, asked: Sequence[str], *, strict: bool = False) -> Answer:
    """Answer with seqeval; "macro f1" and the like are its other averages."""
    import seqeval.metrics
    import seqeval.scheme

    mode = {"mode": "strict", "scheme": getattr(seqeval.scheme, scheme_name(case.input["scheme"]))} if strict else {}
    sides = _tags(case)
    found: dict[str, float | None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in asked or ("f1",):
            *average, figure = name.split()
            function = getattr(seqeval.metrics, f"{figure}_score")
            found[name] = _number(function(*sides, average="".join(average) or "micro", **mode))
    return found


def nervaluate(case: Case, asked: Sequence[str], *, exclusive: bool = False) -> Answer:
    """Answer with nervaluate: "strict f1", or of one label "exact PER f1"; ends are made inclusive unless exclusive."""
    from nervaluate import Evaluator

    if case.kind == "tags":
        sides: Sequence[Any] = _tags(case)
        loader, labels = "list", sorted({tag[2:] for side in sides for tags in side for tag in tags if tag != "O"})
    else:
        sides = [_dicts(side, 0 if exclusive else 1) for side in documents(case)]
        loader, labels = "dict", sorted({span["label"] for side in sides for spans in side for span in spans})
    result = Evaluator(*sides, tags=labels, loader=loader).evaluate()
    found: dict[str, float | None] = {}
    for name in asked:
        words = name.split()
        figure = words.pop() if words[-1] in ("precision", "recall", "f1") else "f1"
        mode, *label = words or ["strict"]
        source = result["entities"][label[0]] if label else result["overall"]
        found[name] = _number(getattr(source[mode], figure))
    return found


def seqscore(case: Case, asked: Sequence[str], *, repair: str | None = None) -> Answer:
    """Answer with seqscore."""
    if case.kind == "documents":
        return _seqscore_mentions(case, asked)
    from seqscore.scoring import score_label_sequences

    gold, pred = _tags(case)
    encoding = SEQSCORE_NAMES[scheme_name(case.input["scheme"])]
    result = score_label_sequences(pred, gold, encoding, repair=repair)[0]
    return {name: _number(getattr(result, name)) for name in asked}


def _seqscore_mentions(case: Case, asked: Sequence[str]) -> Answer:
    from seqscore.model import Mention, Span
    from seqscore.scoring import ClassificationScore, score_sequence_mentions

    result = ClassificationScore()
    for gold, pred in zip(*documents(case), strict=True):
        sides = ([Mention(Span(m.start, m.end), m.label) for m in side.mentions] for side in (pred, gold))
        score_sequence_mentions(*sides, result)
    return {name: _number(getattr(result, name)) for name in asked}


def spacy(case: Case, asked: Sequence[str]) -> Answer:
    """Answer with spaCy's scorer: of entities (tags and documents), or "links" of its link scorer."""
    from spacy.scorer import Scorer
    from spacy.training import Example

    both = _spacy_tag_examples(case) if case.kind == "tags" else _spacy_examples(case)
    examples = [Example(pred, gold) for gold, pred in both]
    if "links" in asked:
        return {"links": _number(Scorer.score_links(examples, negative_labels=["NIL"])["nel_micro_f"])}
    result = Scorer.score_spans(examples, "ents")
    return {name: _number(result[f"ents_{name[0]}"]) for name in asked}


def _spacy_tag_examples(case: Case) -> list[tuple[Any, Any]]:
    import spacy as library
    from spacy.tokens import Doc

    vocabulary = library.blank("en").vocab
    gold, pred = _tags(case)
    if list(map(len, gold)) != list(map(len, pred)):
        raise InputError("spacy", "takes documents of one length", "give one tag a token")
    made = [[Doc(vocabulary, ["w"] * len(tags), ents=tags) for tags in side] for side in (gold, pred)]
    return list(zip(*made, strict=True))


def _spacy_examples(case: Case) -> list[tuple[Any, Any]]:
    """Make a Doc of each document, its tokens the characters', so that any span fits."""
    import spacy as library
    from spacy.tokens import Doc, Span

    vocabulary = library.blank("en").vocab
    sides = []
    for side in documents(case):
        docs = []
        for document in side:
            doc = Doc(vocabulary, ["x"] * len(document.text), spaces=[False] * len(document.text))
            links = {mention: entity.link for entity in document.entities for mention in entity.mentions}
            doc.ents = [Span(doc, m.start, m.end, label=m.label, kb_id=links.get(m.id, "")) for m in document.mentions]
            docs.append(doc)
        sides.append(docs)
    return list(zip(*sides, strict=True))


def scorch(case: Case, asked: Sequence[str]) -> Answer:
    """Answer with scorch's F1 of each kind."""
    from scorch import scores

    gold, pred = ([set(entity.mentions) for entity in side[0].entities] for side in documents(case))
    kinds = {"muc": scores.muc, "b3": scores.b_cubed, "ceaf-e": scores.ceaf_e, "blanc": scores.blanc}
    found: dict[str, float | None] = {}
    for name in asked or (*kinds, "conll"):
        kind, *rest = name.split()
        if kind == "conll":
            found[name] = _number(scores.conll2012(gold, pred))
        else:
            recall, precision, f1 = kinds[kind](gold, pred)
            found[name] = _number({"recall": recall, "precision": precision, "f1": f1}[(rest or ["f1"])[0]])
    return found


def nltk(case: Case, asked: Sequence[str]) -> Answer:
    """Answer with nltk's agreement of two annotators."""
    from nltk.metrics.agreement import AnnotationTask

    both = case.input["gold"], case.input["pred"]
    task = AnnotationTask([(who, item, label) for who, side in enumerate(both) for item, label in enumerate(side)])
    return {name: _number(getattr(task, name)()) for name in asked}


def sklearn(case: Case, asked: Sequence[str]) -> Answer:
    """Answer with scikit-learn's kappa of two annotators."""
    from sklearn.metrics import cohen_kappa_score

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dict.fromkeys(asked, _number(cohen_kappa_score(case.input["gold"], case.input["pred"])))


def krippendorff(case: Case, asked: Sequence[str]) -> Answer:
    """Answer with krippendorff's nominal alpha of two annotators."""
    import krippendorff as library

    labels = sorted({*case.input["gold"], *case.input["pred"]})
    coded = [[labels.index(label) for label in case.input[side]] for side in ("gold", "pred")]
    return dict.fromkeys(asked, _number(library.alpha(reliability_data=coded, level_of_measurement="nominal")))


def _tags(case: Case) -> tuple[list[list[str]], list[list[str]]]:
    if case.kind != "tags":
        raise InputError("peer", f"takes no {case.kind}", "give tags")
    return case.input["gold"], case.input["pred"]


def _dicts(side: Sequence[Any], cut: int) -> list[list[dict[str, Any]]]:
    return [[{"label": m.label, "start": m.start, "end": m.end - cut} for m in doc.mentions] for doc in side]


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)  # noqa: PLR0124 (NaN is not itself)


PEERS: dict[str, tuple[str, Scorer]] = {
    "seqeval": ("seqeval", seqeval),
    "seqeval-strict": ("seqeval", partial(seqeval, strict=True)),
    "nervaluate": ("nervaluate", nervaluate),
    "nervaluate-exclusive": ("nervaluate", partial(nervaluate, exclusive=True)),
    "seqscore": ("seqscore", seqscore),
    "seqscore-discard": ("seqscore", partial(seqscore, repair="discard")),
    "seqscore-conlleval": ("seqscore", partial(seqscore, repair="conlleval")),
    "spacy": ("spacy", spacy),
    "spacy-links": ("spacy", spacy),
    "scorch": ("scorch", scorch),
    "nltk": ("nltk", nltk),
    "sklearn": ("sklearn", sklearn),
    "krippendorff": ("krippendorff", krippendorff),
}


def installed() -> dict[str, Scorer]:
    """Give the peers that are installed, by the name under which the cases expect their answers."""
    return {name: scorer for name, (package, scorer) in PEERS.items() if find_spec(package)}
