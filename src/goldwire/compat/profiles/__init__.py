"""Profiles: the conventions of other scorers as data, so that their numbers can be had beside ours.

A profile reproduces its tool on what that tool accepts, flaws included, and refuses (InputError) what it refuses. How
each reads and counts is in the files beside; tests hold each against the tool where it installs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from goldwire.compat.profiles import mentions, relations, tags
from goldwire.compat.profiles.clinical import meddocan_documents, n2c2_documents
from goldwire.compat.profiles.clusters import conll2012_documents
from goldwire.compat.profiles.corefud import corefud_files
from goldwire.compat.profiles.corefud_matching import Way
from goldwire.compat.profiles.figures import Rows, Tags
from goldwire.compat.profiles.gerbil import gerbil_documents
from goldwire.compat.profiles.germeval import germeval_files
from goldwire.compat.profiles.hipe import hipe_documents, hipe_links, hipe_tags
from goldwire.compat.profiles.jnlpba import jnlpba_tags
from goldwire.compat.profiles.neleval import neleval_documents
from goldwire.compat.profiles.scienceie import scienceie_files
from goldwire.document import Document
from goldwire.errors import InputError
from goldwire.eval.layers.facts import Known
from goldwire.formats.base import Options


@dataclass(frozen=True, slots=True)
class Profile:
    """A tool's conventions in words, as a signature names them, and its counting of what it takes.

    on_tags(gold, pred, scheme), on_documents(gold, pred) in one order, on_labels(gold, pred), on_known(gold, pred,
    facts of the training corpus), on_files(gold, pred, options) of what only its own reading holds: None where the
    tool takes no such input. The first row is the tool's main figure.
    by_tokens: the tool knows tokens by their numbers alone, and reads no words. folders: on_files takes folders.
    common: the tool does not see documents that only one side has, so that silence about one costs nothing.
    """

    name: str
    tool: str
    decode: str
    matching: str
    duplicates: str
    repair: str = "none"
    undefined: str = "0"
    on_tags: Callable[[Tags, Tags, str], Rows] | None = None
    on_documents: Callable[[Sequence[Document], Sequence[Document]], Rows] | None = None
    on_labels: Callable[[Sequence[str], Sequence[str]], Rows] | None = None
    on_known: Callable[[Sequence[Document], Sequence[Document], Known], Rows] | None = None
    on_files: Callable[[Path, Path, Options], Rows] | None = None
    by_tokens: bool = False
    folders: bool = False
    common: bool = False

    def signature(self) -> dict[str, str]:
        """Give what belongs into a signature."""
        return {
            "profile": self.name,
            "scheme": self.decode,
            "repair": self.repair,
            "matching": self.matching,
            "duplicates": self.duplicates,
            "undefined": self.undefined,
        }


COREFUD: dict[str, dict[str, Any]] = {
    "partial": {"matching": "partial"},
    "exact": {"matching": "exact"},
    "singletons": {"singletons": True},
    "linear": {"zeros": "linear"},
}


def _corefud(*options: str) -> Profile:
    """Give the profile of CorefUD's scorer with some of its options."""
    way = Way(**{key: value for option in options for key, value in COREFUD[option].items()})
    return Profile(
        "-".join(["corefud", *options]),
        f"CorefUD scorer (2025), {way.matching} match, singletons {'kept' if way.singletons else 'left out'}",
        decode="nodes-of-CoNLL-U",
        repair="a-mention-in-two-entities-is-of-the-last",
        matching=f"{way.matching}-one-to-one,zeros-{way.zeros}",
        duplicates="once-an-entity",
        on_files=partial(corefud_files, way=way),
    )


_SEQSCORE = partial(Profile, decode="as-declared", matching="span-and-label", duplicates="sets", tool="seqscore 0.9")
_HIPE_NEL = partial(
    Profile,
    tool="HIPE-scorer (2024) of links, the first of each mention",
    repair="conlleval",
    matching="greedy-in-order-equal-ones-again",
    duplicates="each-counts",
    undefined="0-but-left-out-of-means-over-documents",
)

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "seqeval",
            "seqeval 1.2.2, default mode",
            decode="any-of-BIES",
            repair="conlleval",
            matching="span-and-label",
            duplicates="sets",
            on_tags=tags.seqeval_tags,
        ),
        Profile(
            "seqeval-strict",
            "seqeval 1.2.2, mode='strict'",
            decode="as-declared",
            repair="discard",
            matching="span-and-label",
            duplicates="sets",
            on_tags=partial(tags.seqeval_tags, strict=True),
        ),
        Profile(
            "conlleval",
            "conlleval.pl of the CoNLL-2000 shared task",
            decode="B-I-E-and-changes-of-type",
            repair="conlleval",
            matching="span-and-label",
            duplicates="sets",
            on_tags=tags.conlleval_tags,
        ),
        Profile(
            "nervaluate",
            "nervaluate 1.2.1",
            decode="B-starts-anything-goes-on",
            repair="conlleval",
            matching="greedy-in-order",
            duplicates="each-counts",
            on_tags=tags.nervaluate_tags,
            on_documents=mentions.nervaluate_documents,
        ),
        Profile(
            "nervaluate-exclusive",
            "nervaluate 1.2.1, handed exclusive ends",
            decode="spans",
            matching="greedy-in-order-touching-overlaps",
            duplicates="each-counts",
            on_documents=partial(mentions.nervaluate_documents, inclusive_ends=True),
        ),
        Profile(
            "hipe",
            "HIPE-scorer (2024), lines of a document merged",
            decode="B-starts-anything-goes-on",
            repair="conlleval",
            matching="greedy-in-order-equal-ones-again",
            duplicates="each-counts",
            undefined="0-but-left-out-of-means-over-documents",
            on_tags=hipe_tags,
            on_documents=hipe_documents,
        ),
        _HIPE_NEL("hipe-nel", decode="mentions-with-links", on_documents=hipe_links),
        _HIPE_NEL("hipe-nel-joined", decode="runs-of-one-link", on_documents=partial(hipe_links, joined=True)),
        Profile(
            "jnlpba",
            "JNLPBA 2004, evalIOB2.pl of 2004-10-14",
            decode="B-starts-I-goes-on",
            repair="I-after-O-starts-nothing",
            matching="span-and-label,either-border-and-label",
            duplicates="sets",
            on_tags=jnlpba_tags,
        ),
        Profile(
            "spacy",
            "spaCy 3.8, Scorer.score_spans of Doc.ents",
            decode="BIO-I-after-other-starts",
            repair="conlleval-but-at-the-start",
            matching="span-and-label",
            duplicates="sets",
            undefined="none-if-nothing-at-all-else-0",
            on_tags=tags.spacy_tags,
            on_documents=mentions.spacy_documents,
        ),
        _SEQSCORE("seqscore", on_tags=tags.seqscore_tags, on_documents=mentions.set_documents),
        _SEQSCORE("seqscore-discard", repair="discard", on_tags=partial(tags.seqscore_tags, repair="discard")),
        _SEQSCORE("seqscore-conlleval", repair="conlleval", on_tags=partial(tags.seqscore_tags, repair="conlleval")),
        Profile(
            "docred",
            "DocRED evaluation.py",
            decode="facts",
            matching="entity-pair-and-label",
            duplicates="the-first-prediction-of-a-fact",
            undefined="error",
            on_documents=relations.docred_documents,
            on_known=relations.docred_documents,
        ),
        Profile(
            "tacred",
            "TACRED score.py",
            decode="labels",
            matching="label",
            duplicates="each-counts",
            undefined="precision-1-recall-0-f1-0",
            on_labels=relations.tacred_labels,
        ),
        Profile(
            "semeval2010-8",
            "SemEval-2010 task 8 scorer 1.2, official (9+1)-way",
            decode="labels",
            matching="relation-and-direction",
            duplicates="each-counts",
            on_labels=relations.semeval2010_labels,
        ),
        Profile(
            "germeval2014",
            "GermEval 2014, nereval.perl of 2014-05-19",
            decode="B-I-of-two-columns",
            repair="a-change-of-label-goes-on",
            matching="span-and-label-and-column,the-last-of-a-file-never",
            duplicates="each-counts",
            on_files=germeval_files,
        ),
        Profile(
            "semeval2017-10",
            "SemEval-2017 task 10 (ScienceIE), eval.py of 2017-02-21",
            decode="brat-star-lines-are-relations",
            repair="synonyms-of-hyponyms-are-one",
            matching="span-and-label,relations-by-labelled-spans",
            duplicates="the-first-of-a-place",
            on_files=scienceie_files,
            folders=True,
        ),
        Profile(
            "neleval",
            "neleval 3.1.1",
            decode="mentions-with-entries",
            matching="document-span-and-what-the-measure-says",
            duplicates="sets",
            on_documents=neleval_documents,
        ),
        Profile(
            "gerbil",
            "GERBIL 1.2, strong annotation match, without its look-up of other names (sameAs)",
            decode="mentions-with-links",
            matching="span-and-link",
            duplicates="each-counts",
            undefined="1-where-nothing-was-to-find-or-found-else-0",
            on_documents=gerbil_documents,
        ),
        Profile(
            "n2c2-2018-2",
            "n2c2 2018 track 2, evaluation script of 2018",
            decode="spans-from-start-to-end",
            matching="greedy-in-order,what-meets-a-met-one-is-not-seen,common-documents",
            duplicates="not-seen",
            on_documents=n2c2_documents,
            common=True,
        ),
        Profile(
            "meddocan",
            "MEDDOCAN 2019, evaluation script without leak score",
            decode="spans-from-start-to-end",
            matching="span-and-label,span,merged-spans,common-documents",
            duplicates="sets",
            on_documents=meddocan_documents,
            common=True,
        ),
        Profile(
            "coref-conll2012",
            "CoNLL-2012 scorer 8.01, which cuts percentages off where we round",
            decode="clusters",
            repair="a-repeated-mention-that-the-key-has-stays-in-its-first-cluster",
            matching="span",
            duplicates="in-the-key-each-counts",
            on_documents=conll2012_documents,
            by_tokens=True,
        ),
        _corefud(),
    )
}


def profile(name: str) -> Profile:
    """Give a profile by its name, or by one with options (corefud-partial-singletons).

    Raises:
        InputError: there is no such profile.
    """
    first, *options = name.split("-")
    if name in PROFILES:
        return PROFILES[name]
    if first == "corefud" and len(set(options)) == len(options) and set(options) <= COREFUD.keys():
        return _corefud(*options)
    raise InputError("profile", f"{name!r} is none", f"choose one of {', '.join(PROFILES)}")
