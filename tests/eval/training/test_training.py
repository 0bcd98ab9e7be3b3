"""Reference models: trained on the spot, run as systems, the same for the same seed."""

import importlib.util
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.document import Document, Mention, Relation, Span, canonical
from goldwire.errors import InputError
from goldwire.eval.runs.running import run
from goldwire.eval.scoring import score
from goldwire.eval.systems import load
from goldwire.eval.systems.base import Context, System
from goldwire.eval.training.examples import examples
from goldwire.eval.training.pair_features import candidates, hashed, scene, sentences
from goldwire.eval.training.pairs import PairModel, fit, read_pairs, write_pairs
from goldwire.eval.training.recipe import Training, blank, config_of
from goldwire.eval.training.training import model_folder, train
from goldwire.formats import read
from goldwire.formats.base import Notes

NAMES = ("Ana Torres", "Bob Stone", "Pedro Quispe", "Lena Fischer", "Omar Haddad", "Kim Lee")
PLACES = ("Peru", "Kenya", "London", "Lima", "Paris", "Berlin")


def corpus(number=24, verb="visited"):
    return [sentence(i, NAMES[i % 6], verb if i % 3 else "left", PLACES[(i * 5 + i // 6) % 6]) for i in range(number)]


def sentence(i, name, verb, place):
    text = f"President {name} {verb} {place} on Monday."
    person, at = Mention(10, 10 + len(name), "PERSON", "m1", level="name"), text.index(place)
    gpe = Mention(at, at + len(place), "GPE", "m2", level="name")
    relations = (Relation("m1", "m2", verb),) if verb == "visited" else ()
    return Document(f"d{i:02}", text, (person, gpe), relations)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    train(corpus(), folder, Training(epochs=8))
    write_pairs(fit(corpus()), folder / "relations.npz")
    return folder


def test_a_model_learns_what_it_is_shown(model, tmp_path):
    done = run(System("t", "trained", str(model)), corpus(), tmp_path / "run")
    scores = score(corpus(), list(read(done.predictions)))
    assert scores["mentions/strict"].f1 > 0.9 and scores["relations/strict"].f1 > 0.9


def test_the_folder_is_one_that_spacy_knows(model):
    import spacy

    assert spacy.load(model_folder(model)).pipe_names == ["tok2vec", "ner"]
    assert "[training.optimizer]" in (model / "config.cfg").read_text()


def test_every_pipeline_tells_what_it_was_made_of(tmp_path):
    train(corpus(4), tmp_path / "m", Training(epochs=1), corpus(2))
    metas = [json.loads((tmp_path / "m" / name / "meta.json").read_text()) for name in ("model-best", "model-last")]
    assert [meta["goldwire"] for meta in metas] == [{"documents": 4, "not_learnt": {}, "unseen": {}}] * 2


@pytest.mark.parametrize("mark", ["\n", ". ", " ", ""])
def test_a_long_text_without_sentences_is_learnt_in_parts(mark):
    line = f"Ana Torres visited Peru{mark}"
    starts = range(0, len(line) * 1000, len(line))
    mentions = [Mention(s + a, s + b, "X") for s in starts for a, b in ((0, 10), (19, 23))] if mark else []
    notes, document = Notes(), Document("d", line * 1000, tuple(mentions))
    docs = examples([document], blank("en"), Training(), notes)
    assert max(len(doc.text) for doc in docs) <= 10_000 and "".join(doc.text for doc in docs) == document.text
    assert sum(len(doc.spans["sc"]) for doc in docs) == len(mentions) and not notes.counts


def test_a_trained_pipeline_runs_by_its_path_as_any_of_spacy(model, tmp_path):
    done = run(System("s", "spacy", str(model / "model-last")), corpus(2), tmp_path / "run")
    (first, _) = read(done.predictions)
    assert [(m.text, m.label) for m in first.mentions] == [("Ana Torres", "PERSON"), ("Peru", "GPE")]
    assert done.table["model"]["mention_labels"] == ["GPE", "PERSON"] and len(done.table["model"]["sha256"]) == 64


def test_the_same_seed_gives_the_same_model():
    one, two = (train(corpus(12), None, Training(epochs=2, seed=3)) for _ in "ab")
    assert [str(one(d.text).ents) for d in corpus()] == [str(two(d.text).ents) for d in corpus()]


def test_a_models_own_files_name_the_folder_it_lies_in_and_are_in_order(tmp_path):
    train(corpus(12), tmp_path / "m", Training(epochs=1), corpus(6))
    for name in ("model-best", "model-last"):
        assert f'train = "{tmp_path}/m/train.spacy"' in (tmp_path / "m" / name / "config.cfg").read_text()
        figures = json.loads((tmp_path / "m" / name / "meta.json").read_text())["performance"]["ents_per_type"]
        assert list(figures) == sorted(figures)


def test_spancat_learns_nested_mentions():
    text = "The Bank of England said so."
    nested = (Mention(4, 19, "ORG", "m1"), Mention(12, 19, "GPE", "m2"))
    documents = [Document(f"d{i}", text, nested) for i in range(4)]
    doc = train(documents, None, Training("spancat", epochs=60))(text)
    assert {(s.text, s.label_) for s in doc.spans["sc"]} == {("Bank of England", "ORG"), ("England", "GPE")}


def test_what_ner_cannot_learn_is_counted():
    text = "The Bank of England said so."
    mentions = (Mention(4, 19, "ORG", "m1"), Mention(12, 19, "GPE", "m2"), Mention(20, 22, "X", "m3"))
    nlp = train([Document("d", text, mentions)] * 2, None, Training(epochs=1))
    assert nlp.meta["goldwire"]["not_learnt"] == {
        "nested mentions that ner cannot learn": 2,
        "mentions off spaCy's token boundaries": 2,
    }


def test_every_mention_that_is_not_learnt_is_counted_with_the_reason():
    text = "Ana Torres visited Peru. The President of the Republic of Chad came."
    mentions = (
        Mention(0, 10, "PERSON", "m1"),
        Mention(19, 23, "GPE", "m2", level="name"),
        Mention(25, 62, "PERSON", "m3", level="nominal"),
        Mention(63, 67, "X", "m4"),
    )
    document = Document("d", text, mentions, sentences=(Span(0, 24), Span(25, 62)))
    nlp = train([document] * 2, None, Training(epochs=1))
    assert nlp.meta["goldwire"]["not_learnt"] == {
        "mentions of the level nominal, which was not asked for (--level)": 2,
        "mentions outside all sentences": 2,
    }


def test_sentences_that_a_mention_crosses_are_learnt_as_one():
    text = "Dr. Ana Torres visited Peru. She left."
    document = Document("d", text, (Mention(0, 14, "PERSON"),), sentences=(Span(0, 3), Span(4, 28), Span(29, 38)))
    notes = Notes()
    docs = examples([document], blank("en"), Training(), notes)
    assert ["Dr. Ana Torres visited Peru.", "She left."] == [doc.text for doc in docs] and not notes.counts


@given(st.data())
def test_what_is_learnt_and_what_is_counted_are_all_mentions(data):
    text = "".join(data.draw(st.lists(st.sampled_from(["Ana ", "Peru", ". ", "-", " "]), min_size=1, max_size=12)))
    ends = st.integers(0, len(text))
    spans = sorted({tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(ends, ends), max_size=6))})
    borders = sorted(data.draw(st.sets(ends, max_size=4)))
    mentions = tuple(Mention(a, b, "X", level=data.draw(st.sampled_from(["", "nominal"]))) for a, b in spans if a < b)
    sentences = tuple(Span(a, b) for a, b in itertools.pairwise(borders))
    notes = Notes()
    docs = examples([Document("d", text, mentions, sentences=sentences)], blank("en"), Training("spancat"), notes)
    assert len(mentions) == sum(len(doc.spans["sc"]) for doc in docs) + notes.counts.total()


def test_a_spancat_looks_at_spans_as_long_as_nearly_all_of_the_corpus_and_counts_the_longer():
    short = Document("d", "Ana Torres visited Peru.", tuple(Mention(*at, "X") for at in ((0, 3), (0, 10), (19, 23))))
    long = Document("e", "Ana Torres visited Peru.", (Mention(0, 24, "X"),))
    nlp = train([short] * 20 + [long], None, Training("spancat", epochs=1))
    assert [1, 2] == nlp.config["components"]["spancat"]["suggester"]["sizes"]
    assert {"mentions of more than 2 tokens, which spancat does not look at": 1} == nlp.meta["goldwire"]["not_learnt"]


def test_only_ner_has_small_tables():
    rows = {kind: config_of(Training(kind, longest=3), 1000, keep_best=True) for kind in ("ner", "spancat")}
    embed = {kind: config["components"]["tok2vec"]["model"]["embed"]["rows"] for kind, config in rows.items()}
    assert {"ner": [1000, 500, 1000, 500, 50], "spancat": [5000, 1000, 2500, 2500]} == embed


def test_a_relation_is_scored_by_whether_and_by_how():
    nothing = {"columns": np.array([0]), "weights": np.zeros((3, 1)), "intercepts": np.zeros(3)}
    undecided = PairModel(("left", "visited"), frozenset({("PERSON", "GPE")}), 0, 0.5, **nothing)
    assert [0.5 * 0.5] == [relation.score for relation in undecided.ranked(canonical(corpus(1)[0]))]


def test_labels_that_only_the_development_documents_have_are_said():
    dev = Document("e", "Ana visited Peru.", (Mention(0, 3, "ZEBRA"), Mention(12, 16, "GPE")))
    nlp = train(corpus(4), None, Training(epochs=1), [dev])
    said = "development mentions with the label ZEBRA, which the corpus does not have"
    assert {said: 1} == nlp.meta["goldwire"]["unseen"]


@pytest.mark.parametrize("language", ["xyz", "ja"])
def test_a_language_that_spacy_cannot_tokenize_is_one_line(language):
    if language == "ja" and importlib.util.find_spec("sudachipy"):
        pytest.skip("Japanese can be tokenized here")
    with pytest.raises(InputError, match="--language"):
        train(corpus(2), None, Training(language=language, epochs=1))


def test_the_config_trains_the_same_model_in_spacys_own_command(tmp_path):
    from spacy.cli.train import train as spacy_train

    train(corpus(), tmp_path / "m", Training(epochs=3))
    spacy_train(tmp_path / "m" / "config.cfg", tmp_path / "again")
    weights = [(tmp_path / path / "ner" / "model").read_bytes() for path in ("m/model-last", "again/model-last")]
    assert weights[0] == weights[1]


def test_without_development_documents_spacys_best_is_a_trained_one(tmp_path):
    import spacy
    from spacy.cli.train import train as spacy_train

    train(corpus(), tmp_path / "m", Training(epochs=60))
    spacy_train(tmp_path / "m" / "config.cfg", tmp_path / "again")
    best = spacy.load(tmp_path / "again" / "model-best")
    assert ["Ana Torres", "Peru"] == [entity.text for entity in best(corpus()[0].text).ents]


def test_a_config_of_ones_own_keeps_its_dropout_and_patience(tmp_path):
    (tmp_path / "base.cfg").write_text(BASE + "[training]\ndropout = 0.27\npatience = 7\neval_frequency = 3\n")
    train(corpus(), tmp_path / "m", Training(epochs=1, config=tmp_path / "base.cfg"), corpus(3))
    said = (tmp_path / "m" / "config.cfg").read_text()
    assert all(line in said for line in ("dropout = 0.27", "patience = 7", "eval_frequency = 3"))


def test_nothing_to_learn_is_one_line():
    with pytest.raises(InputError, match="no mention to learn from"):
        train([Document("d", "Peru said so.")], None, Training(epochs=1))
    with pytest.raises(InputError, match="no relation"):
        fit([replace(d, relations=()) for d in corpus()])


def test_a_config_that_is_not_spacys_is_one_line(tmp_path):
    (tmp_path / "bad.cfg").write_text("[nlp\nlang = 3")
    with pytest.raises(InputError, match="no config of spaCy"):
        train(corpus(), None, Training(config=tmp_path / "bad.cfg"))


def test_a_config_that_spacys_widget_gives_is_filled_and_its_pipeline_must_have_the_kind(tmp_path):
    (tmp_path / "base.cfg").write_text(BASE)
    nlp = train(corpus(), tmp_path / "m", Training(epochs=1, config=tmp_path / "base.cfg"))
    assert nlp.pipe_names == ["ner"] and "width = 16" in (tmp_path / "m" / "config.cfg").read_text()
    with pytest.raises(InputError, match="its pipeline is ner, with no spancat"):
        train(corpus(), None, Training("spancat", config=tmp_path / "base.cfg"))


BASE = """
[paths]
train = null
dev = null
[system]
gpu_allocator = null
[nlp]
lang = "en"
pipeline = ["ner"]
[components]
[components.ner]
factory = "ner"
[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 16
maxout_pieces = 2
use_upper = true
nO = null
[components.ner.model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v2"
pretrained_vectors = null
width = 16
depth = 1
embed_size = 200
window_size = 1
maxout_pieces = 2
subword_features = true
"""


def test_training_into_a_folder_replaces_models_and_keeps_what_else_is_there(tmp_path):
    train(corpus(), tmp_path, Training(epochs=1), corpus(3))
    write_pairs(fit(corpus()), tmp_path / "relations.npz")
    train(corpus(), tmp_path, Training(epochs=2))
    there = {path.name for path in tmp_path.iterdir()}
    assert there == {"config.cfg", "train.spacy", "dev.spacy", "model-last", "relations.npz"}
    assert f"train = {json.dumps(str(tmp_path / 'train.spacy'))}" in (tmp_path / "config.cfg").read_text()


def test_training_that_breaks_off_leaves_the_folder_as_it_was(tmp_path):
    def interrupted(epoch):
        if epoch == 2:
            raise KeyboardInterrupt

    train(corpus(), tmp_path / "m", Training(epochs=1))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(KeyboardInterrupt):
        train(corpus(), tmp_path / "m", Training(epochs=4), progress=interrupted)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_every_epoch_is_told_once():
    told = []
    train(corpus(), None, Training(epochs=5), progress=told.append)
    assert told == [1, 2, 3, 4, 5]


def test_a_classifier_of_relations_comes_back_from_its_file(tmp_path):
    model = fit(corpus())
    write_pairs(model, tmp_path / "pairs.npz")
    again = read_pairs(tmp_path / "pairs.npz")
    assert again.labels == model.labels and again.ends == model.ends and np.array_equal(again.weights, model.weights)
    assert (again.reach, again.threshold) == (model.reach, model.threshold)


def test_a_file_that_is_no_classifier_is_one_line(tmp_path):
    (tmp_path / "x.npz").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(InputError, match="no classifier"):
        read_pairs(tmp_path / "x.npz")


def test_relations_are_found_between_given_mentions(model, tmp_path):
    (tmp_path / "only").mkdir()
    write_pairs(fit(corpus()), tmp_path / "only" / "relations.npz")
    with pytest.raises(InputError, match="--given mentions"):
        load(System("r", "trained", str(tmp_path / "only")))
    done = run(System("r", "trained", str(tmp_path / "only"), given=("mentions",)), corpus(), tmp_path / "run")
    assert score(corpus(), list(read(done.predictions)))["relations/strict"].f1 > 0.9


def test_given_mentions_stay_though_the_folder_has_a_pipeline(model, tmp_path):
    document = replace(corpus()[1], mentions=corpus()[1].mentions[:1], relations=())
    done = run(System("r", "trained", str(model), given=("mentions",)), [document], tmp_path / "run")
    assert [(m.start, m.end) for d in read(done.predictions) for m in d.mentions] == [(10, 19)]


def test_pairs_stand_within_reach():
    document = canonical(Document("d", "Ana left. Bob came.", (Mention(0, 3, "P"), Mention(10, 13, "P"))))
    assert sentences(document) == [Span(0, 10), Span(10, 19)]
    assert [len(list(candidates(scene(document), reach))) for reach in (0, 1)] == [0, 2]


def aliases(number):
    """Give a document whose person comes again two sentences on, by her last name, among others who do not."""
    first, last = NAMES[number % 6].split()
    text = f"{first} {last} left {PLACES[number % 6]}. It rained. {last} waved at {PLACES[(number + 1) % 6]}."
    again = text.rindex(last)
    place = text.rindex(PLACES[(number + 1) % 6])
    mentions = (
        Mention(0, len(first) + 1 + len(last), "PERSON", "m1"),
        Mention(again, again + len(last), "PERSON", "m2"),
        Mention(place, len(text) - 1, "GPE", "m3"),
    )
    return Document(f"a{number}", text, mentions, (Relation("m2", "m1", "alias"),))


def test_relations_across_sentences_are_learnt_where_the_corpus_has_them():
    model, unseen = fit([aliases(i) for i in range(4)]), aliases(5)
    assert model.reach == 2 and fit(corpus()).reach == 0
    assert score([unseen], [model.predict(replace(unseen, relations=()))])["relations/strict"].f1 == 1


def test_the_threshold_is_the_best_on_development_documents():
    dev = [replace(document, relations=()) if i % 4 else document for i, document in enumerate(corpus(12))]
    model = fit([aliases(i) for i in range(3)] + corpus(), dev)
    f1 = {t: score(dev, [model.predict(d, t) for d in dev])["relations/strict"].f1 for t in (0.0, 0.2, 0.5, 0.8)}
    chosen = score(dev, [model.predict(d) for d in dev])["relations/strict"].f1
    assert all(chosen >= other for other in f1.values() if other == other)


def test_features_do_not_depend_on_what_is_to_be_found():
    with_them = canonical(corpus()[1])
    without = replace(with_them, relations=())
    pairs = [hashed(scene(d), *d.mentions).tolist() for d in (with_them, without)]
    assert pairs[0] == pairs[1]


def test_the_same_seed_gives_the_same_classifier():
    one, two = (fit(corpus(), seed=5) for _ in "ab")
    assert np.array_equal(one.weights, two.weights) and one.threshold == two.threshold


def test_cross_validation_never_trains_on_the_document_it_judges():
    odd = replace(corpus(1)[0], id="odd", mentions=(Mention(0, 9, "ODD", "m1", level="name"),), relations=())
    gold = (*corpus(12), odd)
    predictor = load(System("c", "crossval", settings={"folds": 3, "epochs": 4}), Context(gold))
    found = {d.id: d for d in predictor.predict([odd, gold[1]])}
    assert all(m.label != "ODD" for m in found["odd"].mentions)


def test_cross_validation_needs_two_documents_and_only_judges_those():
    with pytest.raises(InputError, match="two or more"):
        load(System("c", "crossval"), Context((corpus(1)[0],)))
    predictor = load(System("c", "crossval"), Context(tuple(corpus(2))))
    (answer,) = predictor.predict([Document("other", "Peru said so.")])
    assert "not in the gold" in str(answer)
