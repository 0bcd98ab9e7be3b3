"""CoNLL-U with CorefUD's Entity brackets: heads, parts, empty nodes and multiword tokens keep their meaning."""

import pytest

from goldwire import score
from goldwire.errors import BrokenRules
from goldwire.formats import read, recognise
from goldwire.formats.base import Options

HEADS = "coreference/mentions-head"


def written(path, *rows, schema="eid-etype-head-other"):
    """A file of one sentence; a row is an id, a form and what MISC says."""
    lines = ["# newdoc id = a", f"# global.Entity = {schema}"]
    lines += ["\t".join([number, form, *"_______", misc]) for number, form, misc in rows]
    path.write_text("\n".join([*lines, "", ""]))
    return path


def document(path, *rows, options=None):
    return next(iter(read(written(path / "a.conllu", *rows), options=options or Options())))


@pytest.mark.parametrize("column", [5, 9], ids=["FEATS", "MISC"])
@pytest.mark.parametrize("key", ["Entity", "NamedEntity"])
def test_tags_under_any_key_that_every_word_has_are_mentions(key, column, tmp_path):
    rows = [[str(n), word, *"________"] for n, word in enumerate(("in", "New", "York", ".", "Bonn"), start=1)]
    for row, tag in zip(rows, ("O", "B-place", "L-place", "O", "U-place"), strict=True):
        row[column] = f"Morph=x|{key}={tag}"
    (tmp_path / "a.conllu").write_text("\n".join("\t".join(row) for row in rows))
    assert ["New York", "Bonn"] == [mention.text for mention in next(iter(read(tmp_path / "a.conllu"))).mentions]


def test_a_key_that_few_words_have_is_none_of_tags(tmp_path):
    found = document(tmp_path, ("1", "new", "Ref=B-1"), ("2", "york", "_"), ("3", "is", "_"))
    assert () == found.mentions


def test_a_head_is_the_place_of_its_word_whatever_its_number_in_the_mention(tmp_path):
    found = document(
        tmp_path,
        ("1", "the", "Entity=(e1-person-2-"),
        ("2", "president", "_"),
        ("3", "of", "_"),
        ("4", "France", "Entity=(e2-place-1-)e1)"),
    )
    assert [(m.text, found.text[slice(*map(int, m.attributes["head"].split(":")))]) for m in found.mentions] == [
        ("the president of France", "president"),
        ("France", "France"),
    ]


def test_other_borders_match_by_the_heads_that_both_sides_say(tmp_path):
    words = ["the", "president", "of", "France", "said", "he"]
    whole, short = ({0: "(e1-x-2-", 3: "e1)", 5: "(e1-x-1-)"}, {1: "(e1-x-1-", 2: "e1)", 5: "(e1-x-1-)"})
    gold, pred, other = (
        written(
            tmp_path / name,
            *((str(n + 1), w, f"Entity={cells[n]}" if n in cells else "_") for n, w in enumerate(words)),
        )
        for name, cells in (("gold", whole), ("pred", short), ("other", {**short, 1: "(e1-x-2-"}))
    )
    scores = [score(gold, side, measures=[HEADS])[HEADS].f1 for side in (pred, other)]
    assert scores == [1, 0.5]


def test_parts_of_a_discontinuous_mention_are_one_and_a_lost_part_is_an_error(tmp_path):
    rows = [("1", "turn", "Entity=(e1[1/2]-x-1-)"), ("2", "it", "_"), ("3", "off", "Entity=(e1[2/2]-x-1-)")]
    found = document(tmp_path, *rows)
    assert [(m.text, m.fragments) for m in found.mentions] == [("turn off", ((0, 4), (8, 11)))]
    with pytest.raises(
        BrokenRules, match=r"a.conllu:3: a: Entity=e1 has parts, but not the last one; mend the brackets"
    ):
        document(tmp_path, *rows[:2])


def test_mentions_of_empty_nodes_are_counted_and_those_with_words_keep_them(tmp_path):
    options = Options()
    found = document(
        tmp_path,
        ("1", "viene", "Entity=(e2-x-2-"),
        ("1.1", "_", "Entity=e2)(e1-x-1-)"),
        ("2", "Ana", "Entity=(e1-x-1-)"),
        options=options,
    )
    assert [(m.text, m.attributes.get("head")) for m in found.mentions] == [("viene", None), ("Ana", "6:9")]
    assert options.notes.lines()[0].startswith("1 × mention of empty nodes alone, which have no text: not read")


@pytest.mark.parametrize(
    ("token", "forms", "cut"),
    [
        ("don't", ["do", "n't"], ["do", "n't"]),
        ("del", ["de", "el"], ["d", "el"]),
        ("Vámonos", ["Vamos", "nos"], ["Vámo", "nos"]),
        ("dámelo", ["da", "me", "lo"], ["dá", "me", "lo"]),
        ("du", ["de", "le"], ["du", "du"]),
    ],
)
def test_multiword_tokens_are_cut_where_their_forms_tell_how(tmp_path, token, forms, cut):
    words = [(str(n), form, f"Entity=(e{n}-x-1-)" if n > 1 else "Entity=(e1-x-1-)") for n, form in enumerate(forms, 1)]
    found = document(tmp_path, (f"1-{len(forms)}", token, "_"), *words)
    said = {entity.id: entity.mentions[0] for entity in found.entities}
    assert [found.by_id()[said[f"ee{n}"]].text for n in range(1, len(forms) + 1)] == cut


# {(a:1-2)} {(b:4-7) (c:11) (e:15-17 with the zero 15.1)} {(d:13-14) (f:19)}, README of corefud-scorer's zero cases
BASE = {1: "(e1-x-1-", 2: "e1)", 4: "(e2-x-1-", 7: "e2)", 11: "(e2-x-1-)", 13: "(e3-x-1-", 14: "e3)", 19: "(e3-x-1-)"}


def zeros(path, more):
    cells = {**{str(n): cell for n, cell in BASE.items()}, **more}
    numbers = [*map(str, range(1, 16)), "15.1", *map(str, range(16, 20))]
    return written(path, *((n, "_", f"Entity={cells[n]}" if n in cells else "_") for n in numbers))


@pytest.mark.parametrize(
    ("gold", "pred", "match", "b3", "muc"),
    [
        pytest.param({"15": "(e2-x-2-", "17": "e2)"}, {"15": "(e2-x-2-", "17": "e2)"}, "", 1, 1, id="ZD-1"),
        pytest.param({"15": "(e2-x-2-", "17": "e2)"}, {"15": "(e2-x-1-", "17": "e2)"}, "", 1, 1, id="ZD-2"),
        pytest.param({"15": "(e2-x-2-", "17": "e2)"}, {"15": "(e2-x-1-", "15.1": "e2)"}, "-partial", 1, 1, id="ZD-3"),
        pytest.param(
            {"15": "(e2-x-2-", "17": "e2)"}, {"15": "(e2-x-1-", "15.1": "e2)"}, "", 26 / 36, 2 / 3, id="ZD-3 exact"
        ),
        pytest.param({"15": "(e2-x-1-", "17": "e2)"}, {"15": "(e2-x-2-", "15.1": "e2)"}, "-partial", 1, 1, id="ZE-2"),
        pytest.param(
            {"15": "(e2-x-1-", "17": "e2)"}, {"15": "(e2-x-2-", "15.1": "e2)"}, "", 26 / 36, 2 / 3, id="ZE-2 exact"
        ),
    ],
)
def test_the_published_numbers_of_corefud_scorers_zero_cases_come_out(tmp_path, gold, pred, match, b3, muc):
    sides = zeros(tmp_path / "key.conllu", gold), zeros(tmp_path / "sys.conllu", pred)
    names = [f"coreference/{kind}{match}" for kind in ("b3", "muc")]
    found = score(*sides, measures=names)
    got = [found[name] for name in names]
    assert [(row.recall, row.precision) for row in got] == [(pytest.approx(b3),) * 2, (pytest.approx(muc),) * 2]


DANE = "{}\t{}\t_\t_\t_\t_\t_\t_\t_\tname={}"


def test_danes_tags_stand_under_name(tmp_path):
    rows = [DANE.format(*cells) for cells in (("1", "Peter", "B-PER|SpaceAfter=No"), ("2", "'s", "O"))]
    (tmp_path / "ddt.conllu").write_text("\n".join(["# newdoc id = a", *rows, "", ""]))
    (found,) = read(tmp_path / "ddt.conllu")
    assert [(found.text, m.text, m.label) for m in found.mentions] == [("Peter's", "Peter", "PER")]


def test_all_that_is_broken_is_listed_with_its_line_and_only_that_is_left_out(tmp_path):
    path = written(
        tmp_path / "a.conllu",
        ("1", "Merkel", "Entity=(e1-person-1-)e9)"),
        ("x", "left", "_"),
        ("2", "office", "_"),
        ("3-5", "zur", "_"),
        ("4", "der", "Entity=(e2-place-1-"),
        schema="eid-etype-head-other",
    )
    path.write_text(path.read_text().replace("left\t", "left"))
    with pytest.raises(BrokenRules) as error:
        list(read(path))
    assert [problem.where.rpartition(":")[2] for problem in error.value.problems] == ["4", "6", "3", "7"]
    options = Options("discard")
    (found,) = read(path, options=options)
    assert [m.text for m in found.mentions] == ["Merkel"]
    assert options.notes.counts["broken annotations discarded (--repair discard)"] == 4


def test_sentences_are_documents_where_that_is_asked_for_and_nothing_else_divides(tmp_path):
    path = written(tmp_path / "a.conllu", ("1", "Yes", "_"))
    lines = path.read_text().splitlines()[1:]
    path.write_text("\n".join(["# sent_id = one", *lines, "# sent_id = two", *lines, ""]))
    asked: tuple[dict[str, str], ...] = ({}, {"documents": "sentence"})
    ids = [[d.id for d in read(path, options=Options(settings=how))] for how in asked]
    assert ids == [["a"], ["one", "two"]]


def cupt(folder, *rows, names="ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC PARSEME:MWE"):
    """A CUPT file of one sentence; a row is an id, a form, what MISC says and its expressions."""
    lines = ["\t".join([number, form, *"_______", misc, mwe]) for number, form, misc, mwe in rows]
    (folder / "a.cupt").write_text("\n".join([f"# global.columns = {names}", "# text = ...", *lines, "", ""]))
    return folder / "a.cupt"


def test_parsemes_expressions_lie_in_pieces_and_in_each_other(tmp_path):
    rows = [("1-2", "Take", "_", "*"), ("1", "Take", "_", "1:VID;2:LVC.full"), ("2", "it", "_", "*")]
    path = cupt(
        tmp_path, *rows, ("3", "into", "_", "1"), ("4", "account", "SpaceAfter=No", "1;2"), ("5", ".", "_", "*")
    )
    assert recognise(path).name == "cupt"
    (found,) = read(path)
    assert {
        "VID": ["Take", "into account"],
        "LVC.full": ["Take", "account"],
    } == {m.label: [found.text[slice(*part)] for part in m.fragments] for m in found.mentions}
    assert found.text.endswith("account.")
    assert 2 == score(path, path)["mentions/strict"].gold


def test_an_expression_without_a_category_and_a_line_without_its_column_are_listed(tmp_path):
    path = cupt(tmp_path, ("1", "Take", "_", "1"), ("2", "it", "_", "*"))
    with pytest.raises(BrokenRules, match=r"a.cupt:3: expression 1 has no category; write 1:VID on its first word"):
        list(read(path))
    path.write_text(path.read_text().replace("it\t_", "it"))
    with pytest.raises(BrokenRules, match=r"a.cupt:4: 10 columns, 11 were expected"):
        list(read(path))


def test_ten_columns_with_tags_where_grammar_stands_are_columns_of_tags(tmp_path):
    path = tmp_path / "webanno1.tsv"
    rows = ("1 Ms. _ NNP B-PER O 3 SUBJ _ _", "2 Haag _ NNP I-PER O 3 SBJ _ _", "3 plays _ VBD O O 0 ROOT _ _")
    path.write_text("#id=1\n#text=Ms. Haag plays\n" + "\n".join(rows).replace(" ", "\t") + "\n", encoding="utf-8")
    assert "conll" == recognise(path).name
    assert ["Ms. Haag"] == [m.text for document in read(path) for m in document.mentions]
