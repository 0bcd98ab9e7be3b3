"""Each profile gives its tool's numbers on what the tool accepts, and refuses what it refuses."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.compat.profiles import PROFILES, profile
from goldwire.compat.profiles.tags import conlleval_read
from goldwire.document import Document, Entity, Mention
from goldwire.errors import InputError

LABELS = ["PER", "ORG"]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
NERVALUATE = ("strict", "exact", "partial", "ent_type")


def tag_pairs(prefixes, odd=()):
    tag = st.one_of(
        st.just("O"),
        st.builds("{}-{}".format, st.sampled_from(prefixes), st.sampled_from(LABELS)),
        st.sampled_from(["O", *odd]),
    )
    sentences = st.lists(st.lists(st.tuples(tag, tag), min_size=1, max_size=8), min_size=1, max_size=3)
    return sentences.map(lambda both: tuple([[pair[side] for pair in tags] for tags in both] for side in (0, 1)))


def agree(ours, theirs):
    """Both give one answer, or both refuse."""
    try:
        expected = theirs()
    except Exception:
        with pytest.raises(InputError):
            ours()
    else:
        assert ours() == pytest.approx(expected, abs=1e-12, nan_ok=True)


def row(name, *sides, scheme="IOB2", on="on_tags", of=None):
    found = getattr(profile(name), on)(*sides, *([scheme] if on == "on_tags" else []))
    figures = found[of or next(iter(found))]
    return [figures.precision, figures.recall, figures.f1]


def seqeval_scores(gold, pred, **kwargs):
    from seqeval.metrics import f1_score, precision_score, recall_score

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [score(gold, pred, **kwargs) for score in (precision_score, recall_score, f1_score)]


@settings(max_examples=80)
@given(tag_pairs("BIESUL", odd=["PER", "B"]), st.sampled_from(["micro", "macro", "weighted"]))
def test_seqeval(pair, average):
    agree(lambda: row("seqeval", *pair, of=average), lambda: seqeval_scores(*pair, average=average))


@settings(max_examples=80)
@given(tag_pairs("BIES", odd=["PER"]), st.sampled_from(["IOB1", "IOB2", "IOE2", "IOBES", "BILOU"]))
def test_seqeval_strict(pair, scheme):
    import seqeval.scheme

    kind = getattr(seqeval.scheme, scheme)
    agree(
        lambda: row("seqeval-strict", *pair, scheme=scheme), lambda: seqeval_scores(*pair, mode="strict", scheme=kind)
    )


@settings(max_examples=120)
@given(tag_pairs("BIESM", odd=["PER", "B"]))
def test_nervaluate_of_tags(pair):
    from nervaluate import Evaluator

    def theirs():
        found = Evaluator(*pair, tags=LABELS, loader="list").evaluate()["overall"]
        return [[found[mode].precision, found[mode].recall, found[mode].f1] for mode in NERVALUATE]

    try:
        expected = theirs()
    except ValueError:
        with pytest.raises(InputError):
            row("nervaluate", *pair)
    else:
        assert [row("nervaluate", *pair, of=mode) for mode in NERVALUATE] == expected


@st.composite
def mention_lists(draw):
    starts = draw(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4), st.sampled_from(LABELS)), max_size=5))
    return [(start, start + size, label) for start, size, label in starts]


def document(spans):
    return Document("a", "x" * 20, mentions=tuple(Mention(*span) for span in spans))


@settings(max_examples=150)
@given(mention_lists(), mention_lists(), st.booleans())
def test_nervaluate_of_spans_in_their_order(gold, pred, exclusive):
    from nervaluate import Evaluator

    cut = 0 if exclusive else 1
    lists = [[[{"label": s[2], "start": s[0], "end": s[1] - cut} for s in side]] for side in (gold, pred)]
    theirs = Evaluator(*lists, tags=LABELS, loader="dict").evaluate()
    name = "nervaluate-exclusive" if exclusive else "nervaluate"
    ours = profile(name).on_documents([document(gold)], [document(pred)])
    for mode in NERVALUATE:
        found = theirs["overall"][mode]
        assert list(ours[mode][:3]) == [found.precision, found.recall, found.f1]
        for label, modes in theirs["entities"].items():
            assert list(ours[f"{mode} {label}"][:3]) == [modes[mode].precision, modes[mode].recall, modes[mode].f1]


@settings(max_examples=80)
@given(tag_pairs("BIES"), st.sampled_from(["IOB1", "IOB2", "IOBES"]), st.sampled_from(["none", "discard", "conlleval"]))
def test_seqscore(pair, scheme, repair):
    from seqscore.scoring import score_label_sequences

    name = "seqscore" if repair == "none" else f"seqscore-{repair}"
    names = {"IOB1": "IOB", "IOB2": "BIO", "IOBES": "BIOES"}

    def theirs():
        with_repair = None if repair == "none" else repair
        found = score_label_sequences(pair[1], pair[0], names[scheme], repair=with_repair)[0]
        return [found.precision, found.recall, found.f1]

    agree(lambda: row(name, *pair, scheme=scheme), theirs)


@settings(max_examples=60)
@given(tag_pairs("BI", odd=["B", "PER"]))
def test_spacy(pair):
    import spacy
    from spacy.scorer import Scorer
    from spacy.tokens import Doc
    from spacy.training import Example

    vocabulary = spacy.blank("en").vocab

    def theirs():
        both = [[Doc(vocabulary, ["w"] * len(tags), ents=tags) for tags in side] for side in pair]
        found = Scorer.score_spans([Example(pred, gold) for gold, pred in zip(*both, strict=True)], "ents")
        return [found[f"ents_{name}"] for name in "prf"]

    try:
        expected = theirs()
    except ValueError:
        with pytest.raises(InputError):
            row("spacy", *pair)
    else:
        ours = row("spacy", *pair)
        assert ours == expected if None in expected else ours == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("tags", "chunks"),
    [
        (["I-PER", "I-PER", "O", "B-ORG"], [(0, 2, "PER"), (3, 4, "ORG")]),
        (["U-PER", "U-PER", "O"], [(0, 2, "PER")]),
        (["S-PER", "S-PER", "O"], [(0, 2, "PER")]),
        (["B-PER", "M-PER", "E-PER", "S-PER"], [(0, 4, "PER")]),
        (["B-PER", "I-ORG", "O"], [(0, 1, "PER"), (1, 2, "ORG")]),
        (["B-geo-loc", "I-geo-loc"], [(0, 2, "geo-loc")]),
        (["B", "I", "O", "B"], [(0, 2, ""), (3, 4, "")]),
        (["PER", "PER", "O", "ORG"], []),
    ],
)
def test_conlleval_chunks_are_those_that_the_script_printed(tags, chunks):
    assert conlleval_read(tags, "IOB2") == chunks


@settings(max_examples=80, deadline=None)
@given(tag_pairs("BIESULM"))
def test_conlleval_of_tags_with_labels_is_that_of_the_sets_of_its_chunks(pair):
    sides = [{(n, *chunk) for n, tags in enumerate(side) for chunk in conlleval_read(tags, "")} for side in pair]
    figures = profile("conlleval").on_tags(*pair, "IOB2")["micro"]
    assert figures[3:] == (len(sides[0] & sides[1]), len(sides[1]), len(sides[0]))


@pytest.mark.parametrize(
    ("gold", "pred", "counted"),
    [
        ("B E S O", "B E S O", (1, 1, 1)),  # S begins nothing without a change of type, and E before it ends nothing
        ("S O S", "S O S", (0, 0, 0)),
        ("B O S S B", "B U O S O", (0, 1, 1)),
    ],
)
def test_conlleval_counts_chunks_of_bare_tags_where_they_begin(gold, pred, counted):
    assert profile("conlleval").on_tags([gold.split()], [pred.split()], "IOB2")["micro"][3:] == counted


def clustered(groups):
    names = [name for group in groups for name in group]
    mentions = tuple(Mention(ord(name) - 97, ord(name) - 96, "PER", name) for name in sorted(set(names)))
    entities = tuple(Entity(f"e{number}", tuple(group)) for number, group in enumerate(groups))
    return Document("a", "x" * 26, mentions=mentions, entities=entities)


@settings(max_examples=60)
@given(st.integers(2, 8).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2)))
def test_coref_conll2012_is_scorchs_on_equal_mentions(both):
    from scorch import scores

    sides = []
    for group_of in both:
        groups = [["abcdefgh"[i] for i, g in enumerate(group_of) if g == group] for group in sorted(set(group_of))]
        sides.append(groups)
    ours = profile("coref-conll2012").on_documents(*([clustered(groups)] for groups in sides))
    gold, pred = ([set(group) for group in groups] for groups in sides)
    for name, function in (("b3", scores.b_cubed), ("ceafe", scores.ceaf_e)):
        recall, precision, f1 = function(gold, pred)
        assert list(ours[name][:3]) == pytest.approx([precision, recall, f1], abs=1e-9)


def test_tacred_gives_precision_one_to_silence():
    ours = row("tacred", ["per:title", "no_relation"], ["no_relation"] * 2, on="on_labels")
    assert ours == [1.0, 0.0, 0.0]


def test_semeval2010_gives_the_official_macro():
    gold = ["Cause-Effect(e1,e2)", "Other", "Entity-Origin(e1,e2)"]
    pred = ["Cause-Effect(e2,e1)", "Cause-Effect(e1,e2)", "Entity-Origin(e1,e2)"]
    assert row("semeval2010-8", gold, pred, on="on_labels")[2] == pytest.approx(0.5)


def test_docred_refuses_silence():
    with pytest.raises(InputError):
        row("docred", [document([(0, 1, "PER")])], [document([(0, 1, "PER")])], on="on_documents")


@pytest.mark.parametrize("name", [name for name, one in PROFILES.items() if one.on_documents])
def test_no_documents_at_all_are_scored_or_refused(name):
    count = PROFILES[name].on_documents
    try:
        assert count([], [])
    except InputError as error:
        assert "choose another profile" in str(error)


def test_profiles_say_their_conventions_and_unknown_ones_are_refused():
    for name, found in PROFILES.items():
        assert found.name == name
        assert all(found.signature().values())
    with pytest.raises(InputError):
        profile("sequel")
