"""Datasets on disk: every way in which the Hub's libraries leave them, and never through a cache."""

import json
import shutil
import tracemalloc
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from goldwire.document import Document, Mention, Span
from goldwire.errors import BrokenRules, InputError
from goldwire.eval.scoring import score
from goldwire.formats import Notes, Options, read, recognise, write
from goldwire.formats.files import file_sha256, pouring, sha256

TEXT = "Rudd left Sydney"
TOKENS = (Span(0, 4), Span(5, 9), Span(10, 16))
MENTIONS = (Mention(0, 4, "PER", "m1", "Rudd"), Mention(10, 16, "GPE", "m2", "Sydney"))
DOCUMENT = Document("s1", TEXT, MENTIONS, tokens=TOKENS, sentences=(Span(0, 16),))


@pytest.fixture
def tagged(tmp_path):
    write([DOCUMENT], tmp_path / "tagged", "hf", Options(settings={"config": "ner"}))
    return tmp_path / "tagged"


def test_a_folder_with_a_card_is_read_with_its_class_labels(tagged):
    assert "hf" == recognise(tagged).name
    assert [DOCUMENT] == list(read(tagged))


def test_load_dataset_reads_what_is_written_and_what_it_saves_is_read(tagged, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    loaded = datasets.load_dataset(str(tagged), cache_dir=str(tmp_path / "cache"))
    assert "B-PER" in loaded["test"].features["ner_tags"].feature.names
    loaded.save_to_disk(str(tmp_path / "dict"))
    loaded["test"].save_to_disk(str(tmp_path / "one"))
    loaded["test"].to_parquet(str(tmp_path / "rows.parquet"))
    for name in ("dict", "one", "rows.parquet"):
        assert [DOCUMENT.mentions] == [d.mentions for d in read(tmp_path / name)], name


@pytest.mark.parametrize("configured", [True, False])
def test_the_hubs_cache_and_what_it_prepared_are_read(tagged, tmp_path, monkeypatch, configured):
    datasets = pytest.importorskip("datasets")
    (data,) = tagged.rglob("*.parquet")
    repo = tmp_path / "datasets--org--name"
    for name in ("blobs", "refs", "snapshots/abc/data"):
        (repo / name).mkdir(parents=True)
    (repo / "refs" / "main").write_text("abc\n")
    shutil.copyfile(data, repo / "blobs" / "1f")
    (repo / "snapshots" / "abc" / "data" / "test.parquet").symlink_to("../../../blobs/1f")
    card = "configs:\n- config_name: ner\n  data_files: data/*.parquet\n" if configured else "license: mit\n"
    (repo / "snapshots" / "abc" / "README.md").write_text(f"---\n{card}---\n")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    datasets.load_dataset("parquet", data_files={"test": str(data)}, cache_dir=str(tmp_path / "cache"))
    (prepared,) = (tmp_path / "cache").rglob("*.arrow")
    for path in (repo, repo / "snapshots" / "abc", prepared.parent, prepared):
        assert "hf" == recognise(path).name
        assert [["Rudd", "Sydney"]] == [[m.text for m in document.mentions] for document in read(path)]


def test_changed_rows_under_the_same_folder_are_read(tagged):
    first = sorted(tagged.rglob("*.parquet"))
    for file in [*first, tagged / "README.md"]:
        file.unlink()
    (tagged / "data").rmdir()
    write([Document("s1", TEXT, MENTIONS[:1], tokens=TOKENS)], tagged, "hf", Options(settings={"config": "ner"}))
    assert [("Rudd",)] == [tuple(m.text for m in d.mentions) for d in read(tagged)]
    assert [file.name for file in first] != [file.name for file in sorted(tagged.rglob("*.parquet"))]


def test_span_columns_are_known_by_their_fields(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    spans = [{"start": 0, "end": 4, "label": "PER"}]
    pq.write_table(pa.table({"sentence": [TEXT], "entities": [spans]}), tmp_path / "a.parquet")
    assert [[("Rudd", "PER")]] == [[(m.text, m.label) for m in d.mentions] for d in read(tmp_path / "a.parquet")]


def test_an_unknown_split_names_those_there_are(tagged):
    with pytest.raises(InputError, match="has no split 'train'; its splits are test"):
        list(read(tagged, options=Options(settings={"split": "train"})))


def test_numbered_tags_without_names_are_refused_until_they_are_named(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"tokens": ["Rudd", "left"], "ner_tags": [1, 0]}\n')
    with pytest.raises(InputError, match="--set names="):
        list(read(path))
    (document,) = read(path, options=Options(settings={"names": "O,B-PER"}))
    assert ["Rudd"] == [m.text for m in document.mentions]


@pytest.mark.parametrize("place", ["train.json", "data/train.jsonl"])
def test_numbered_tags_have_the_names_of_dataset_infos_json(place, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / place).write_text('{"tokens": ["Rudd", "left"], "ner_tags": [1, 0]}\n')
    names = {"feature": {"names": ["O", "B-PER"], "_type": "ClassLabel"}, "_type": "Sequence"}
    (tmp_path / "dataset_infos.json").write_text(json.dumps({"news": {"features": {"ner_tags": names}}}))
    (document,) = read(tmp_path)
    assert ["Rudd"] == [m.text for m in document.mentions]


def test_a_card_that_leads_out_of_its_folder_is_refused(tagged):
    card = tagged / "README.md"
    card.write_text(card.read_text().replace("path: data/", "path: ../tagged/data/"))
    with pytest.raises(InputError, match="outside the folder"):
        list(read(tagged))


@pytest.mark.parametrize("config", ["documents", "ner"])
def test_writing_holds_a_batch_of_rows_whatever_the_number_of_documents(config, tmp_path):
    peaks = []
    for size in (2_000, 6_000):
        documents = (replace(DOCUMENT, id=f"s{number}") for number in range(size))
        tracemalloc.start()
        write(documents, tmp_path / f"{size}.parquet", "hf", Options(settings={"config": config}))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert size == sum(1 for _ in read(tmp_path / f"{size}.parquet"))
    assert peaks[1] < 1.3 * peaks[0]


def test_a_large_file_is_hashed_and_poured_in_blocks(tmp_path, monkeypatch):
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(32 * 2**20)
    poured = (tmp_path / "poured").open("wb")
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=poured))
    tracemalloc.start()
    found = file_sha256(large)
    with pouring(Path("-")) as place:
        shutil.copyfile(large, place)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found, peak < 2**21) == (sha256(bytes(32 * 2**20)), True)


def test_a_cut_parquet_file_is_one_line(tagged):
    (file,) = tagged.rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(InputError, match="no whole Parquet"):
        list(read(tagged))


TAGS = ["B-PER", "O", "B-GPE"]
CSV_LISTS = "tokens,ner_tags\n\"['Rudd', 'left', 'Sydney']\",\"['B-PER', 'O', 'B-GPE']\"\n"
CSV_TOKENS = (
    "Sentence #,Word,POS,Tag\nSentence: 1,Rudd,NNP,B-PER\n,left,VBD,O\n,Sydney,NNP,B-GPE\nSentence: 2,It,PRP,O\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.jsonl", json.dumps({"tokens": TEXT.split(), "tags": TAGS}) + "\n"),
        ("train.json", json.dumps([{"words": TEXT.split(), "labels": TAGS}])),
        ("train.csv", CSV_LISTS),
        ("ner.csv", CSV_TOKENS),
        ("indexed.csv", ",Sentence,Word,Tag\n0,1,Rudd,B-PER\n1,1,left,O\n2,1,Sydney,B-GPE\n3,2,It,O\n"),
        ("semicolons.csv", CSV_TOKENS.replace(",", ";")),
        ("ner.tsv", CSV_TOKENS.replace(",", "\t")),
        ("blanks.csv", "Sentence,Tag\nRudd left Sydney,\"['B-PER', 'O', 'B-GPE']\"\nIt left,O O\n"),
        ("spans.csv", "text,entities\nRudd left Sydney,\"[(0, 4, 'PER'), (10, 16, 'GPE')]\"\n"),
    ],
)
def test_a_folder_of_data_files_is_read_as_each_of_them(name, content, tmp_path):
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "README.md").write_text("---\nlanguage: en\n---\n")
    (tmp_path / "repo" / name).write_text(content)
    for path in (tmp_path / "repo", tmp_path / "repo" / name):
        assert "hf" == recognise(path).name
        assert ["Rudd", "Sydney"] == [m.text for document in read(path) for m in document.mentions]


def test_rows_that_are_all_broken_are_no_empty_dataset(tmp_path):
    (tmp_path / "a.csv").write_text("Sentence,Word,Tag\n1,Rudd\n1,left\n")
    with pytest.raises(BrokenRules, match=r"a.csv:2: 2 cells(.|\n)*a.csv:3: 2 cells"):
        list(read(tmp_path / "a.csv", "hf"))


def test_a_quote_is_a_token_where_tabs_part_the_cells(tmp_path):
    lines = ["sentence_id\tword\ttag", '1\t"\tO', "1\tRudd\tB-PER", '1\t"\tO', "2\tSydney\tB-GPE", ""]
    (tmp_path / "a.tsv").write_text("\n".join(lines))
    assert ['" Rudd "', "Sydney"] == [document.text for document in read(tmp_path / "a.tsv")]


def test_tokens_of_the_label_minus_100_are_left_out_and_counted(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    tags = {"feature": {"names": ["O", "B-PER"], "_type": "ClassLabel"}, "_type": "Sequence"}
    told = {"huggingface": json.dumps({"info": {"features": {"ner_tags": tags}}})}
    row = {"tokens": ["[CLS]", "Rud", "##d", "left"], "ner_tags": [-100, 1, -100, 0]}
    parquet.write_table(pa.Table.from_pylist([row]).replace_schema_metadata(told), tmp_path / "a.parquet")
    options = Options()
    (found,) = read(tmp_path / "a.parquet", options=options)
    assert ("Rud left", ["Rud"]) == (found.text, [mention.text for mention in found.mentions])
    assert options.notes.counts["tokens of the label -100 left out"] == 2


def test_all_broken_rows_are_listed_with_their_file_and_only_they_are_left_out(tmp_path):
    words = {"tokens": TEXT.split()}
    rows = [
        {**words, "tags": TAGS},
        {**words, "tags": TAGS[:2]},
        {**words, "tags": ["I-PER", "O", "O"]},
        {**words, "tags": []},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(BrokenRules) as error:
        list(read(path, "hf"))
    assert [f"{path}: s2", f"{path}: s3: token 0", f"{path}: s4"] == [p.where for p in error.value.problems]
    documents = list(read(path, "hf", Options("discard")))
    assert ["Rudd", "Sydney"] == [m.text for document in documents for m in document.mentions]


def test_lists_without_commas_in_csv_are_refused_not_run_together(tmp_path):
    (tmp_path / "a.csv").write_text(CSV_LISTS.replace("', '", "' '"))
    with pytest.raises(InputError, match="a list without commas"):
        list(read(tmp_path / "a.csv", "hf"))
    with pytest.raises(InputError, match="numpy's lists"):
        recognise(tmp_path / "a.csv")


ROWS = {
    "ends are last characters": (
        {"text": TEXT, "spans": [{"start": 10, "end": 15, "label": "GPE", "text": "Sydney"}]},
        ["Sydney"],
    ),
    "spans over tokens": ({"tokens": TEXT.split(), "spans": [{"start": 0, "end": 2, "label": "X"}]}, ["Rudd left"]),
    "offsets in a pair": ({"text": TEXT, "entities": [{"offsets": [10, 16], "type": "GPE"}]}, ["Sydney"]),
    "BigBIO": (
        {
            "passages": [{"text": ["Rudd"], "offsets": [[0, 4]]}, {"text": ["left Sydney"], "offsets": [[5, 16]]}],
            "entities": [{"id": "e", "type": "X", "text": ["Rudd", "Sydney"], "offsets": [[0, 4], [10, 16]]}],
        },
        ["Rudd Sydney"],
    ),
    "Few-NERD": ({"word": TEXT.split(), "label": ["person-politician", "O", "O"]}, ["Rudd"]),
    "CrossNER's keys": ({"str_words": TEXT.split(), "tags": ["B-PER", "O", "B-LOC"]}, ["Rudd", "Sydney"]),
    "bare prefixes": ({"tokens": TEXT.split(), "ner_tags": ["B", "I", "O"]}, ["Rudd left"]),
    "lower case": ({"tokens": TEXT.split(), "tags": ["b-per", "o", "b-gpe"]}, ["Rudd", "Sydney"]),
    "GermEval": (
        {"tokens": TEXT.split(), "ner_tags": ["B-X", "I-X", "O"], "nested_ner_tags": ["O", "B-Y", "O"]},
        ["Rudd left", "left"],
    ),
}


@pytest.mark.parametrize(("row", "expected"), ROWS.values(), ids=ROWS)
def test_rows_as_published_datasets_have_them(row, expected, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    for path in (tmp_path / "a.parquet", *([] if "text" in row else [tmp_path / "a.jsonl"])):
        assert expected == [mention.text for document in read(path) for mention in document.mentions]
        assert len(expected) == score(path, path)["mentions/strict"].gold


def span(name, kind, start, end, *links):
    told = [{"db_name": "MESH", "db_id": link} for link in links]
    return {"id": name, "type": kind, "text": [TEXT[start:end]], "offsets": [[start, end]], "normalized": told}


def event(name, kind, start, end, *arguments):
    trigger = {"text": [TEXT[start:end]], "offsets": [[start, end]]} if end else {"text": [], "offsets": []}
    told = [{"role": role, "ref_id": end} for role, end in arguments]
    return {"id": name, "type": kind, "trigger": trigger, "arguments": told}


KB = {
    "id": "0",
    "document_id": "a",
    "passages": [{"id": "p", "type": "abstract", "text": [TEXT], "offsets": [[0, len(TEXT)]]}],
    "entities": [span("T1", "PER", 0, 4, "D1", "D2"), span("T2", "GPE", 10, 16), span("T3", "X", 0, 9, "D1")],
    "events": [
        event("E1", "Leave", 5, 9, ("Agent", "T1"), ("Place", "T2")),
        event("E2", "Leave", 5, 9, ("Cause", "E3")),
        event("E3", "Say", 0, 9, ("Agent", "T1")),
        event("E4", "In", 0, 0, ("Who", "T1"), ("Where", "T2")),
    ],
    "coreferences": [{"id": "c", "entity_ids": ["T2", "T3"]}],
    "relations": [{"id": "r", "type": "in", "arg1_id": "T1", "arg2_id": "T2", "normalized": []}],
}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_bigbios_events_are_relations_and_its_normalisations_and_coreferences_entities(suffix, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, notes = tmp_path / f"a.{suffix}", Notes()
    if suffix == "parquet":
        pq.write_table(pa.Table.from_pylist([KB]), path)
    else:
        path.write_text(json.dumps(KB) + "\n")
    (document,) = read(path, options=Options(notes=notes))
    names = document.by_id()
    said = [(names[r.head].text, r.label, names[r.tail].text) for r in document.relations]
    expected = [("Rudd", "in", "Sydney"), ("left", "Agent", "Rudd"), ("left", "Place", "Sydney")]
    expected += [("left", "Cause", "Rudd left"), ("Rudd left", "Agent", "Rudd"), ("Rudd", "In", "Sydney")]
    assert sorted(expected) == sorted(said)
    (entity,) = document.entities
    assert (["Rudd left", "Rudd", "Sydney"], "MESH:D1") == ([names[m].text for m in entity.mentions], entity.link)
    assert ["E1 E2"] == [m.attributes["event"] for m in document.mentions if m.text == "left"]
    assert {"references": "MESH:D2"} == entity.attributes and not notes.lost


def test_what_else_a_row_says_of_spans_and_relations_is_kept(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    spans = [{"start": 0, "end": 4, "label": "PER", "id": "a", "sure": "yes"}, {"start": 10, "end": 16, "label": "GPE"}]
    relations = [{"head": "a", "tail": "b", "type": "in", "note": "below"}]
    row = {"text": TEXT, "spans": [spans[0], {**spans[1], "id": "b", "sure": None}], "relations": relations}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    (document,) = read(tmp_path / "a.parquet")
    assert [{"sure": "yes"}, {}] == [m.attributes for m in document.mentions]
    assert [{"note": "below"}] == [r.attributes for r in document.relations]


def test_what_bigbio_names_and_is_not_there_is_listed(tmp_path):
    broken = {"events": [event("E1", "Leave", 5, 9, ("Agent", "T9"))], "coreferences": [{"entity_ids": ["T1", "T8"]}]}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**KB, **broken}) + "\n")
    with pytest.raises(BrokenRules, match=r"event E1 has an argument T9(?s:.*)a coreference names T8"):
        list(read(path))
    notes = Notes()
    (document,) = read(path, options=Options("discard", notes=notes))
    assert (4, 1, 2) == (len(document.mentions), len(document.relations), sum(notes.counts.values()))


def test_spans_past_the_tokens_name_the_row(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"tokens": ["Rudd"], "spans": [{"start": 0, "end": 2, "label": "X"}]}))
    with pytest.raises(BrokenRules, match=r"a.jsonl: s1: a span over tokens 0 to 2 of 1"):
        list(read(tmp_path / "a.jsonl", "hf"))
