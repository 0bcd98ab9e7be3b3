"""A file that a second process reads gives what it gives when it is read here: counts, words that differ, errors."""

import json
import os
import signal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldwire.errors import InputError
from goldwire.eval.tagging import beside, score_tag_files
from goldwire.eval.tagging.codes import CodeBook, scheme_reader
from goldwire.eval.tagging.lines import json_pieces
from goldwire.eval.tagging.words import Unlike

TAGS = ["O", *(f"{prefix}-L{number}" for prefix in "BI" for number in range(200))]
sequences = st.lists(st.lists(st.sampled_from(TAGS), max_size=5), min_size=1, max_size=20)


def write(path, rows, words="w"):
    lines = [{"tokens": [words] * len(tags), "ner_tags": tags, "text": "x" * 50} for tags in rows]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


@pytest.fixture
def always(monkeypatch):
    monkeypatch.setattr(beside, "WORTH", 0)
    monkeypatch.setattr(beside, "_processors", lambda: 2)


def pieces(read, path, **settings):
    book = CodeBook(scheme_reader("IOB2"))
    found = list(read(path, book, "ner_tags", **settings))
    names = book.names()
    tags = [names[code // 4 - 1] if code else "O" for piece in found for code in piece.codes.tolist()]
    words = [row for piece in found if piece.words for row in piece.words.rows()]
    return tags, [length for piece in found for length in piece.lengths.tolist()], words


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequences, st.booleans())
def test_pieces_are_those_read_here(tmp_path, rows, with_words):
    path = write(tmp_path / "rows.jsonl", rows)
    here, there = (pieces(read, path, with_words=with_words) for read in (json_pieces, beside.pieces_beside))
    assert here == there


def test_tags_and_words_of_many_blocks_come_in_order(tmp_path):
    rows = [["B-L1", "I-L1", "O"]] * 5000 + [[tag] for tag in TAGS[1:201]] + [["B-L7"]] * 5000
    path = write(tmp_path / "rows.jsonl", rows)
    here, there = (pieces(read, path, with_words=True) for read in (json_pieces, beside.pieces_beside))
    assert here == there


@pytest.mark.parametrize("larger", ["gold", "pred"])
def test_counts_and_unlike_words_are_those_of_one_process(tmp_path, always, monkeypatch, larger):
    tags = [["B-L1", "I-L1", "O"], ["B-L2"], []] * 3000
    paths = [write(tmp_path / f"{side}.jsonl", tags, "w" * (1 + (side == larger))) for side in ("gold", "pred")]
    assert beside.larger(*paths) == tmp_path / f"{larger}.jsonl"
    found = []
    for processors in (2, 1):
        monkeypatch.setattr(beside, "_processors", lambda count=processors: count)
        unlike = Unlike()
        counts = score_tag_files(*paths, rows="total", unlike=unlike)
        found.append(({name: (part.labels, part.total().tolist()) for name, part in counts.items()}, unlike))
    assert found[0] == found[1]
    assert found[0][1].count == 6000


@pytest.mark.parametrize(
    ("line", "told"), [('{"ner_tags": ["O"', "is not JSON lines"), ('{"ner_tags": 3}', "expected")]
)
def test_what_is_wrong_there_is_said_here(tmp_path, always, line, told):
    gold = write(tmp_path / "gold.jsonl", [["O"]])
    pred = write(tmp_path / "pred.jsonl", [["O"]] * 9)
    pred.write_text(f"{pred.read_text()}\n{line}\n")
    with pytest.raises(InputError, match=told) as error:
        score_tag_files(gold, pred)
    assert str(pred) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_broken_tag_is_named_by_its_side_and_place(tmp_path, always):
    gold = write(tmp_path / "gold.jsonl", [["O", "O"]] * 9)
    pred = write(tmp_path / "pred.jsonl", [["O", "O"]] * 8 + [["O", "I-L1"]])
    with pytest.raises(InputError, match=r"pred\.jsonl: sequence 8, token 1"):
        score_tag_files(gold, pred)


@pytest.fixture
def started(monkeypatch):
    """The processes that were started."""
    found, real = [], beside.subprocess.Popen
    monkeypatch.setattr(
        beside.subprocess, "Popen", lambda *given, **how: found.append(real(*given, **how)) or found[-1]
    )
    return found


def begun(tmp_path):
    """A reading that has begun, and goes on for long."""
    path = write(tmp_path / "rows.jsonl", [["O"] * 20] * 20_000)
    read = beside.pieces_beside(path, CodeBook(scheme_reader("IOB2")))
    next(read)
    return read


def test_a_process_that_dies_is_told_in_one_line(tmp_path, started):
    read = begun(tmp_path)
    os.kill(started[0].pid, signal.SIGKILL)
    with pytest.raises(InputError, match="the process that read it ended with code -9"):
        list(read)


def test_a_reading_that_is_given_up_leaves_no_process(tmp_path, started):
    begun(tmp_path).close()
    assert started[0].poll() is not None
