"""DocRED's own files, result.json and training facts included, give its script's numbers."""

import json
import random

import pytest
from click.testing import CliRunner

from goldwire import score
from goldwire.cli.score import command
from goldwire.compat.profiles.scores import score_by_profile
from goldwire.errors import InputError
from goldwire.formats import read

RELATIONS = ("P17", "P131", "P27")


def data(seed):
    """Give random documents of DocRED, some as training, and answers to the others, right, wrong and repeated."""
    chance = random.Random(seed)
    documents = [document(chance, f"t{number}") for number in range(8)]
    gold = documents[:5]
    facts = [(d, (label["h"], label["t"], label["r"])) for d in gold for label in d["labels"] if chance.random() < 0.7]
    facts += [(d, (*chance.sample(range(4), 2), chance.choice(RELATIONS))) for d in gold for _ in range(2)]
    answers = [
        {"title": d["title"], "h_idx": h, "t_idx": t, "r": r, "evidence": chance.sample(range(3), chance.randint(0, 2))}
        for d, (h, t, r) in [*facts, *facts[:2]]
    ]
    return gold, documents[5:], answers


def document(chance, title):
    words = ["Berlin", "Bonn", "Köln", "Ulm"]
    sents = [chance.sample(words, 4) for _ in range(3)]
    places = {word: [(s, row.index(word)) for s, row in enumerate(sents)] for word in words}
    vertices = [
        [{"name": word, "sent_id": s, "pos": [w, w + 1], "type": "LOC"} for s, w in chance.sample(places[word], 2)]
        for word in chance.sample(words, 4)
    ]
    pairs = {(*chance.sample(range(4), 2), chance.choice(RELATIONS)) for _ in range(5)}
    labels = [{"h": h, "t": t, "r": r, "evidence": chance.sample(range(3), 2)} for h, t, r in sorted(pairs)]
    return {"title": title, "sents": sents, "vertexSet": vertices, "labels": labels}


def names(documents, title, index):
    return {mention["name"] for d in documents if d["title"] == title for mention in d["vertexSet"][index]}


def by_the_definition(gold, training, answers):
    """Score as DocRED's script does, the first of repeated answers: facts, evidence, facts not known from training."""
    stated = {(d["title"], x["h"], x["t"], x["r"]): set(x["evidence"]) for d in gold for x in d["labels"]}
    known = {
        (head, tail, x["r"])
        for d in training
        for x in d["labels"]
        for head in names(training, d["title"], x["h"])
        for tail in names(training, d["title"], x["t"])
    }
    right = old = shared = 0
    answers = list({(x["title"], x["h_idx"], x["t_idx"], x["r"]): x for x in reversed(answers)}.values())
    for x in answers:
        if (fact := (x["title"], x["h_idx"], x["t_idx"], x["r"])) in stated:
            right, shared = right + 1, shared + len(stated[fact] & set(x["evidence"]))
            ends = [names(gold, x["title"], x[key]) for key in ("h_idx", "t_idx")]
            old += any((head, tail, x["r"]) in known for head in ends[0] for tail in ends[1])
    said, evidence = len(answers), sum(len(x["evidence"]) for x in answers)
    pairs = {
        "micro": (right / said, right / len(stated)),
        "evidence": (shared / evidence, shared / sum(map(len, stated.values()))),
        "ignoring known": ((right - old) / (said - old), right / len(stated)),
    }
    return {name: (p, r, 2 * p * r / (p + r) if p + r else 0) for name, (p, r) in pairs.items()}


@pytest.fixture
def files(tmp_path):
    def write(*values):
        paths = [tmp_path / f"{name}.json" for name in ("dev", "train", "result")]
        for path, value in zip(paths, values, strict=True):
            path.write_text(json.dumps(value))
        return paths

    return write


@pytest.mark.parametrize("seed", range(20))
def test_docreds_files_give_its_scripts_numbers(seed, files):
    values = data(seed)
    gold, training, answers = files(*values)
    found = score_by_profile("docred", gold, answers, training=read(training))
    assert {row.name: row[2:5] for row in found.rows} == by_the_definition(*values)


@pytest.mark.parametrize("seed", range(5))
def test_ign_f1_is_a_measure_of_the_command_line_and_joins_the_others_of_answers(seed, files):
    values = data(seed)
    paths = files(*values)
    asked = [str(paths[2]), "--gold", str(paths[0]), "--training", str(paths[1]), "--json"]
    told = CliRunner().invoke(command, [*asked, "--measure", "relations/entity-ign-docred"])
    row = json.loads(told.stdout)["scores"][0]
    expected = by_the_definition(*values)["ignoring known"]
    assert [row[name] for name in ("precision", "recall", "f1")] == pytest.approx(expected)
    named = {row["measure"] for row in json.loads(CliRunner().invoke(command, asked).stdout)["scores"]}
    assert "relations/entity-ign" in named
    assert len(json.loads(told.stdout)["settings"]["training"]) == 12


def test_ign_f1_without_a_training_corpus_says_what_to_name(files):
    gold, _, answers = files(*data(3))
    with pytest.raises(InputError, match=r"leaves out facts known from training.*; name the training corpus with --tr"):
        score(gold, answers, measures=["relations/entity-ign"])


def test_answers_are_scored_by_facts_and_flatter_no_other_layer(files):
    gold, _, answers = files(*data(1))
    scores = score(gold, answers)
    assert {row.measure.partition("/")[0] for row in scores.rows} == {"relations"}
    assert scores["relations/entity"].pred < len(data(1)[2])  # what is said twice counts once
    assert any("mentions and entities are the gold's own" in note for note in scores.notes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": "t9"}, r"result.json\[0\]: 't9': is no document of the gold"),
        ({"h_idx": 4}, "names entity 4 of 4"),
        ({"r": 1}, '"r" is 1, a string was expected'),
    ],
)
def test_answers_that_do_not_fit_the_gold_are_one_line(change, message, files):
    values = data(2)
    values[2][0] |= change
    gold, _, answers = files(*values)
    with pytest.raises(InputError, match=message) as caught:
        score(gold, answers)
    assert "\n" not in str(caught.value)


def test_profiles_without_training_facts_refuse_a_training_corpus(files):
    gold, training, answers = files(*data(3))
    with pytest.raises(InputError, match="profile nervaluate: takes no training corpus"):
        score_by_profile("nervaluate", gold, answers, training=read(training))
