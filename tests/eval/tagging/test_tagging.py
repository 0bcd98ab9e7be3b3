"""The engine for tags counts what the plain definitions say, from every source."""

import json
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seqscore.scoring import score_label_sequences

from goldwire.document import Document, Mention
from goldwire.errors import InputError
from goldwire.eval.columns import columns
from goldwire.eval.counts import GOLD, GOLD_CORRECT, PRED, PRED_CORRECT, micro
from goldwire.eval.measures import by_name
from goldwire.eval.tagging import MEASURES, score_tag_columns, score_tag_datasets, score_tag_files, score_tags
from goldwire.eval.tagging.files import has_words, read_tags
from goldwire.eval.tagging.words import Unlike
from goldwire.tags import GRAMMARS, SCHEMES, decode

LABELS = ["PER", "ORG", "geo-loc"]


def tag_pairs(scheme, **sizes):
    prefixes = st.sampled_from([*GRAMMARS[scheme].joins])
    tag = st.one_of(st.just("O"), st.builds("{}-{}".format, prefixes, st.sampled_from(LABELS)))
    sentences = st.lists(st.lists(st.tuples(tag, tag), max_size=8), **{"max_size": 5, **sizes})
    return sentences.map(lambda both: tuple([[pair[side] for pair in tags] for tags in both] for side in (0, 1)))


schemes_and_pairs = st.sampled_from(SCHEMES).flatmap(lambda scheme: st.tuples(st.just(scheme), tag_pairs(scheme)))


def spans(sequences, scheme, repair):
    return [{(number, *span) for span in decode(tags, scheme, repair)} for number, tags in enumerate(sequences)]


def as_documents(found, sizes):
    return [
        Document(str(number), "x" * size, mentions=tuple(Mention(*span[1:]) for span in sorted(here)))
        for number, (here, size) in enumerate(zip(found, sizes, strict=True))
    ]


@settings(max_examples=200)
@given(schemes_and_pairs, st.sampled_from(["discard", "conlleval"]))
def test_strict_counts_are_those_of_sets_of_spans(case, repair):
    scheme, (gold, pred) = case
    counts = score_tags(gold, pred, scheme, repair, rows="sequences")["mentions/strict"]
    for row, (one, other) in enumerate(zip(spans(gold, scheme, repair), spans(pred, scheme, repair), strict=True)):
        tallies = [Counter(span[-1] for span in part) for part in (one, other, one & other, one & other)]
        for column, tally in zip((GOLD, PRED, GOLD_CORRECT, PRED_CORRECT), tallies, strict=True):
            assert counts.values[row, :, column].tolist() == [tally[label] for label in counts.labels]


@settings(max_examples=200)
@given(schemes_and_pairs, st.sampled_from(["discard", "conlleval"]))
def test_all_modes_are_those_of_the_same_spans_as_documents(case, repair):
    scheme, (gold, pred) = case
    sizes = list(map(len, gold))
    sides = [as_documents(spans(side, scheme, repair), sizes) for side in (gold, pred)]
    wanted = columns(*sides)
    found = score_tags(gold, pred, scheme, repair, rows="total")
    for name in MEASURES:
        expected = dict(zip(wanted.mention_labels, by_name(name).count(wanted).total().tolist(), strict=True))
        actual = dict(zip(found[name].labels, found[name].total().tolist(), strict=True))
        assert {label: row for label, row in actual.items() if any(row)} == expected


@settings(max_examples=100)
@given(schemes_and_pairs)
def test_rows_grouped_or_not_add_up_to_the_total(case):
    scheme, (gold, pred) = case
    total, grouped, single = (
        score_tags(gold * 3, pred * 3, scheme, "conlleval", rows=rows) for rows in ("total", "grouped", "sequences")
    )
    for name in MEASURES:
        assert total[name].labels == grouped[name].labels == single[name].labels
        assert total[name].total().tolist() == grouped[name].total().tolist() == single[name].total().tolist()
        ours = sorted(zip(map(bytes, grouped[name].values), grouped[name].times.tolist(), strict=True))
        rows = Counter(map(bytes, single[name].values))
        assert sum(times for _, times in ours) == len(gold) * 3
        assert {row: sum(t for r, t in ours if r == row) for row in rows} == rows


@settings(max_examples=100)
@given(tag_pairs("IOB2", min_size=1), st.sampled_from(["discard", "conlleval"]))
def test_micro_scores_are_seqscores(pair, repair):
    kept = [both for both in zip(*pair, strict=True) if both[0]]
    gold, pred = ([both[side] for both in kept] for side in (0, 1))
    theirs, _ = score_label_sequences(pred, gold, "BIO", repair=repair)
    ours = np.nan_to_num(micro(score_tags(gold, pred, "IOB2", repair)["mentions/strict"].total()))
    assert ours.tolist() == pytest.approx([theirs.precision, theirs.recall, theirs.f1], abs=1e-15)


@settings(max_examples=200)
@given(schemes_and_pairs)
def test_broken_tags_are_refused_just_where_the_definition_refuses_them(case):
    scheme, (gold, pred) = case
    try:
        for number, tags in [*enumerate(gold), *enumerate(pred)]:  # noqa: B007 (the last one counts)
            decode(tags, scheme)
    except InputError as broken:
        with pytest.raises(InputError) as error:
            score_tags(gold, pred, scheme)
        assert f"sequence {number}, {broken}" in str(error.value)
    else:
        assert score_tags(gold, pred, scheme)["mentions/strict"].total().sum() >= 0


GOLD_TAGS = [["B-PER", "I-PER", "O", "B-geo-loc"], ["O"], ["B-ORG", "O"]] * 4000
PRED_TAGS = [["B-PER", "O", "O", "B-geo-loc"], ["B-ORG"], ["B-PER", "I-PER"]] * 4000


def results(scored):
    return {name: dict(zip(counts.labels, counts.total().tolist(), strict=True)) for name, counts in scored.items()}


EXPECTED = results(score_tags(GOLD_TAGS, PRED_TAGS, rows="total"))


def write_conll(path, sequences):
    text = "\n\n".join("\n".join(f"Tok NN\t{tag}" for tag in tags) for tags in sequences)
    path.write_text(f"-DOCSTART- -X- O\n\n{text}\n", encoding="utf-8")


def write_json(path, sequences):
    import msgspec

    path.write_bytes(b"\n".join(msgspec.json.encode({"tokens": ["x"], "ner_tags": tags}) for tags in sequences))


def write_parquet(path, sequences, names=None):
    import datasets

    tags = datasets.ClassLabel(names=names) if names else datasets.Value("string")
    values = [[names.index(tag) for tag in row] for row in sequences] if names else sequences
    features = datasets.Features({"tags": datasets.List(tags)})
    datasets.Dataset.from_dict({"tags": values}, features=features).to_parquet(path, batch_size=700)


NAMES = ["B-ORG", "O", "B-PER", "I-PER", "B-geo-loc"]


@pytest.mark.parametrize("suffix", ["conll", "jsonl", "parquet"])
def test_files_give_the_counts_of_the_lists_they_hold(tmp_path, suffix):
    write = {"conll": write_conll, "jsonl": write_json, "parquet": write_parquet}[suffix]
    for name, sequences in (("gold", GOLD_TAGS), ("pred", PRED_TAGS)):
        write(tmp_path / f"{name}.{suffix}", sequences)
    for scheme in ("IOB2", "auto"):
        scored = score_tag_files(tmp_path / f"gold.{suffix}", tmp_path / f"pred.{suffix}", scheme)
        assert results(scored) == EXPECTED


@pytest.mark.parametrize("newline", ["\n", "\r\n", " \n", "\t\r\n"])
def test_blanks_and_carriage_returns_at_the_ends_of_lines_change_nothing(tmp_path, newline):
    for name, sequences in (("gold", GOLD_TAGS), ("pred", PRED_TAGS)):
        lines = "\n\n".join("\n".join(f"Tok {tag}" for tag in tags) for tags in sequences)
        (tmp_path / f"{name}.bio").write_bytes(f"# id = 7\n{lines}\n\n\n".replace("\n", newline).encode())
    assert results(score_tag_files(tmp_path / "gold.bio", tmp_path / "pred.bio")) == EXPECTED


def test_tags_that_appear_late_in_json_lines_are_learnt(tmp_path):
    gold = [["O"] * 30] * 9000 + [["B-PER", "I-PER"]] + [["O"] * 30] * 9000 + [["B-LATE"]]
    for name, sequences in (("gold", gold), ("pred", gold)):
        write_json(tmp_path / f"{name}.jsonl", sequences)
    scored = score_tag_files(tmp_path / "gold.jsonl", tmp_path / "pred.jsonl")["mentions/strict"]
    assert dict(zip(scored.labels, scored.total()[:, GOLD_CORRECT].tolist(), strict=True)) == {"LATE": 1, "PER": 1}


def test_files_of_unlike_formats_are_scored_against_each_other(tmp_path):
    write_parquet(tmp_path / "gold.parquet", GOLD_TAGS, NAMES)
    write_conll(tmp_path / "pred.txt", PRED_TAGS)
    assert results(score_tag_files(tmp_path / "gold.parquet", tmp_path / "pred.txt")) == EXPECTED


def test_dataset_columns_give_the_counts_of_their_lists_also_when_selected():
    import datasets

    features = datasets.Features({"tags": datasets.List(datasets.ClassLabel(names=NAMES))})
    sides = [
        datasets.Dataset.from_dict({"tags": [[NAMES.index(tag) for tag in row] for row in side]}, features=features)
        for side in (GOLD_TAGS, PRED_TAGS)
    ]
    assert results(score_tag_datasets(*sides, "tags")) == EXPECTED
    chosen = [3, 4, 11, 0]
    some = score_tags([GOLD_TAGS[i] for i in chosen], [PRED_TAGS[i] for i in chosen])
    assert results(score_tag_datasets(*(side.select(chosen) for side in sides), "tags")) == results(some)


@pytest.mark.parametrize("kind", ["int64", "int8", "string", "large_string", "dictionary"])
def test_arrow_columns_of_every_kind_give_the_same(kind):
    import pyarrow as pa

    if kind.startswith("int"):
        sides = [[[NAMES.index(tag) for tag in row] for row in side] for side in (GOLD_TAGS, PRED_TAGS)]
        arrays = [pa.array(side, pa.list_(pa.type_for_alias(kind))) for side in sides]
    else:
        value = pa.dictionary(pa.int32(), pa.string()) if kind == "dictionary" else pa.type_for_alias(kind)
        arrays = [pa.array(side, pa.list_(value)) for side in (GOLD_TAGS, PRED_TAGS)]
    assert results(score_tag_columns(*arrays, NAMES if kind.startswith("int") else None)) == EXPECTED
    chunked = pa.chunked_array([arrays[1][:5], arrays[1][5:7], arrays[1][7:]])
    assert results(score_tag_columns(arrays[0], chunked, NAMES if kind.startswith("int") else None)) == EXPECTED


@pytest.mark.parametrize("wrong", [-1, -100, 5, 10**6])
def test_integers_without_a_name_are_refused(wrong):
    import pyarrow as pa

    with pytest.raises(InputError, match="but there are 5 names"):
        score_tag_columns(pa.array([[0, 1]]), pa.array([[1, wrong]]), NAMES)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tag_pairs("IOB2", min_size=1), st.sampled_from(["compact", "blanks", "wide", "escaped"]))
def test_lists_of_tags_are_found_in_json_however_it_is_written(tmp_path, pair, style):
    writes = {
        "compact": lambda row: json.dumps(row, separators=(",", ":")),
        "blanks": json.dumps,
        "wide": lambda row: json.dumps(row, separators=(" , ", " : ")),
        "escaped": lambda row: json.dumps(row).replace("PER", "\\u0050ER"),
    }
    for name, side in zip(("gold", "pred"), pair, strict=True):
        rows = [{"text": '"ner_tags": ["B-X"]', "ner_tags": tags, "tokens": ["]"]} for tags in side]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(writes[style], rows)))
    scored = score_tag_files(tmp_path / "gold.jsonl", tmp_path / "pred.jsonl", "IOB2", "conlleval", rows="total")
    assert results(scored) == results(score_tags(*pair, "IOB2", "conlleval", rows="total"))


@pytest.mark.parametrize("odd", ['["O", null]', '[["O"]]', '{"O": "O"}', '[1, "O"]', '["O", 1]', '["O"', "null", '"O"'])
def test_json_that_is_no_list_of_tags_is_refused(tmp_path, odd):
    for name, value in (("gold", '["O", "O"]'), ("pred", odd)):
        (tmp_path / f"{name}.jsonl").write_text(f'{{"tags": ["O"]}}\n{{"tags": {value}}}\n')
    with pytest.raises(InputError, match=r"pred\.jsonl"):
        score_tag_files(tmp_path / "gold.jsonl", tmp_path / "pred.jsonl")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text("BIO-PERéΩ", min_size=1, max_size=30), min_size=1), min_size=1, max_size=9))
def test_tags_of_any_length_are_read_as_they_stand(tmp_path, sequences):
    write_conll(tmp_path / "tags.conll", sequences)
    write_json(tmp_path / "tags.jsonl", sequences)
    assert read_tags(tmp_path / "tags.conll") == read_tags(tmp_path / "tags.jsonl") == sequences


SAME = ["# newdoc id = a\nTok B-PER\n# text = Tok\nTok O\n\n", "Tok  B-PER\n Tok O\n\n", "Tok\tB-PER \nTok\tO\n\n"]


@pytest.mark.parametrize("text", [*SAME, "\ufeffTok B-PER\nTok O\n\n", "-DOCSTART- O\n\nTok B-PER\nTok O\n\n"])
def test_comments_headers_and_runs_of_blanks_divide_nothing(tmp_path, text):
    (tmp_path / "tags.conll").write_text(text + "Tok O", encoding="utf-8")
    assert read_tags(tmp_path / "tags.conll") == [["B-PER", "O"], ["O"]]


@pytest.mark.parametrize(("column", "tags"), [("-1", ["O"]), ("3", ["O"]), ("2", ["B-PER"]), ("-2", ["B-PER"])])
def test_columns_are_named_by_their_number_from_either_end(tmp_path, column, tags):
    (tmp_path / "tags.conll").write_text("Acme B-PER O\n")
    assert read_tags(tmp_path / "tags.conll", column) == [tags]


def write_words(path, rows):
    if path.suffix == ".parquet":
        import datasets

        datasets.Dataset.from_list([{"tokens": words, "tags": ["O"] * len(words)} for words in rows]).to_parquet(path)
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps({"tokens": words, "tags": ["O"] * len(words)}) for words in rows))
    else:
        path.write_text("\n\n".join("\n".join(f"{word} O" for word in words) for words in rows))


WORDS = [["Narendra", "Modi", "met", "Emmanuel", "Macron"], ["in"], ["New", "Delhi", "on", "Tuesday"]] * 3000


@pytest.mark.parametrize(
    "pair", list(product(["a.conll", "a.jsonl", "a.parquet"], ["b.conll", "b.jsonl", "b.parquet"]))
)
def test_sentences_of_other_words_are_counted_whatever_the_files(tmp_path, pair):
    paths = [tmp_path / name for name in pair]
    other = [list(row) for row in WORDS]
    other[5][1], other[7000][0] = "Dehli", "at"
    for pred, expected in ((WORDS, Unlike()), (other, Unlike(2, "sentence 6: 'Dehli' for 'Delhi'"))):
        for path, rows in zip(paths, (WORDS, pred), strict=True):
            write_words(path, rows)
        unlike = Unlike()
        score_tag_files(*paths, unlike=unlike)
        assert all(map(has_words, paths))
        assert unlike == expected


BAD_FILES = {
    "ragged.conll": (b"Acme NN B-ORG\nrose O\n", "ragged.conll:2: 2 columns, 3 columns were expected"),
    "longer.conll": (b"Acme B-ORG\nrose\n\nup NN O\n", "longer.conll:2: has no tag"),
    "tokenless.conll": (b"Acme\tB-ORG\n\tO\n", "tokenless.conll:2: the token is empty"),
    "no_tag.conll": (b"Acme\tB-ORG\nrose\n", "no_tag.conll:2: has no tag"),
    "unknown.conll": (b"Acme PER\n", "unknown.conll: tag 'PER': is neither O nor PREFIX-LABEL"),
    "broken.jsonl": (b'{"tags": ["O"\n', "broken.jsonl: is not JSON lines"),
    "other.jsonl": (b'{"text": "Acme rose"}\n', "other.jsonl: has no column of tags; it has text"),
    "numbers.jsonl": (b'{"tags": [1, 2]}\n', "numbers.jsonl: is not as expected"),
    "none.parquet": (b"PAR0", "none.parquet: is no Parquet file"),
    "orphan.conll": (b"Acme O\n\nrose I-ORG\n", "orphan.conll: sequence 1, token 0: the tag breaks IOB2"),
    "short.conll": (b"Acme O\n", "short.conll: ends after 1 sequences"),
    "long.conll": (b"Acme O\nrose O\n", "sequence 0: 2 predicted tags for 1 tokens"),
}


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_bad_files_are_named_in_one_line(tmp_path, name):
    content, line = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "gold.conll").write_bytes(b"Acme\tO\r\n\r\nrose\tO\r\n")
    with pytest.raises(InputError) as error:
        score_tag_files(tmp_path / "gold.conll", tmp_path / name)
    assert line in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.conll: No such file"):
        score_tag_files(tmp_path / "gone.conll", tmp_path / "gone.conll")


def test_a_hundred_labels_are_counted_like_three():
    tags = [f"B-T{number:03}" for number in range(300)]
    counts = score_tags([tags, tags[:150]], [tags[::-1], tags[:150]], rows="total")["mentions/strict"]
    assert len(counts.labels) == 300
    assert counts.total()[:, GOLD_CORRECT].sum() == 150


@pytest.mark.parametrize("rows", ["total", "grouped", "sequences"])
def test_a_sequence_of_a_hundred_thousand_mentions_is_counted(rows):
    tags = ["B-PER"] * 100_000
    counts = score_tags([tags, ["O"]], [tags, ["O"]], rows=rows)["mentions/strict"]
    assert counts.total()[0, [GOLD, PRED, GOLD_CORRECT]].tolist() == [100_000] * 3
