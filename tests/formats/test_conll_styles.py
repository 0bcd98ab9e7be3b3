"""CoNLL columns as published corpora have them: which column, which layers, which spelling, and what is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.errors import BrokenRules, InputError
from goldwire.eval.scoring import score
from goldwire.formats import Notes, Options, read, recognise
from goldwire.formats.spelling import unpiled

LITBANK = (
    "the\tB-FAC\tO\tO\t\nhouse\tI-FAC\tO\tO\t\nof\tI-FAC\tO\tO\t\nhis\tI-FAC\tB-PER\tB-PER\t\nwife\tI-FAC\tI-PER\tO\t\n"
)
GERMEVAL = "#\thttp://de.wikipedia.org/wiki/Bonn\t[2009-08-13]\n1\tUniversität\tB-ORG\tO\n2\tBonn\tI-ORG\tB-LOC\n"
STYLES = {
    "MIT: the tag first": ("O\twhat\nB-ACTOR\tsteve\nI-ACTOR\tmcqueen\n\nB-GENRE\tcrime\n", "steve mcqueen|crime"),
    "Few-NERD: bare labels": (
        "Paul\tperson-artist/author\nEster\tperson-artist/author\nand\tO\nBar\tbuilding-other\n",
        "Paul Ester|Bar",
    ),
    "WikiAnn: languages": ("en:R.H.\tB-ORG\nen:Saunders\tI-ORG\nen:(\tO\n\nen:'\tO\n", "R.H. Saunders"),
    "GermEval 2014: two layers": (GERMEVAL, "Universität Bonn|Bonn"),
    "GermEval 2014: inner layer empty": (GERMEVAL.replace("B-LOC", "O"), "Universität Bonn"),
    "LitBank: layers and a tab at the end": (LITBANK, "the house of his wife|his wife|his"),
    "conlleval: gold and predicted": (
        "EU NNP B-ORG B-ORG\nsays VBZ O O\nUN NNP B-ORG O\nlamb NN O B-MISC\n",
        "EU|lamb",
    ),
    "conlleval: nothing predicted": ("EU NNP B-ORG O\nsays VBZ O O\n", ""),
    "NameTag: several tags in a cell": (
        "University\tB-ORG\nof\tI-ORG\nBonn\tI-ORG|B-LOC\nsays\tO\nRudd\tB-PER\n",
        "University of Bonn|Bonn|Rudd",
    ),
    "nested in BILOU": ("Bank\tB-ORG\nof\tI-ORG\nNew\tI-ORG|B-GPE\nYork\tL-ORG|L-GPE\n", "Bank of New York|New York"),
    "MultiNERD: counted from 0": ("0\tin\tO\n1\tParis\tB-LOC\n\n0\tBerlin\tB-LOC\n1\tis\tO\n", "Paris|Berlin"),
    "counted, and cut from a longer file": ("7-8\tdel\tO\n7\tde\tO\n8\tEl\tB-LOC\n\n0\tBerlin\tB-LOC\n", "El|Berlin"),
    "UniversalNER: ranges": ("1-2\tdel\tO\t-\t-\n1\tde\tO\t-\t-\n2\tEl\tB-LOC\t-\t-\n", "El"),
    "JNLPBA: MEDLINE": (
        "###MEDLINE:95369245\n\nIL-2\tB-DNA\ngene\tI-DNA\n\nthe\tO\nNF-kappa\tB-protein\n",
        "IL-2 gene|NF-kappa",
    ),
    "DaN+: tabs, and an inner layer that is empty here": ("Sønderho\tB-LOC\tO\ner\tO\tO\nsmukt\tO\tO\n", "Sønderho"),
    "Wojood: inner tags behind the outer one, on lines that have them": (
        "Bank B-ORG\nof I-ORG\nNew I-ORG B-GPE\nYork I-ORG I-GPE\nsays O\nRudd B-PER\nin O\n",
        "Bank of New York|New York|Rudd",
    ),
    "UniversalNER: annotators behind mentions alone": (
        20 * "1\tin\tO\n2\tBonn\tB-LOC\t-\tsam\n3\tand\tO\n\n",
        "|".join(20 * ["Bonn"]),
    ),
    "CRFsuite: features behind the tag, fewer where a sentence ends": (
        20 * "Bonn\tB-LOC\tw[0]=Bonn\tw[1]=is\t__BOS__\nis\tO\tw[-1]=Bonn\tw[0]=is\tw[1]=.\tw[0]|w[1]=is|.\n\t\n",
        "|".join(20 * ["Bonn"]),
    ),
    "AnEM: offsets between the token and its tag": ("Lung\t0\t4\tB-Organ\nwas\t5\t8\tO\n", "Lung"),
    "offsets before bare labels": ("Lung\t0\t4\tOrgan\nwas\t5\t8\tO\n", "Lung"),
    "Klintan: 0 for outside, beside bare labels": ("Edsbyn  ORG\nupp 0\nVetlanda    ORG\n.   0\n", "Edsbyn|Vetlanda"),
    "S for outside": ("因 S\n食 B-Cause\n中 M-Cause\n毒 E-Cause\n， S\n", "食 中 毒"),
    "many layers, apart from each other": (
        "We\tO\tO\tO\ncan\tB-MODAL\tO\tO\n,\tO\tO\tO\nthis\tO\tB-REF\tO\npaper\tO\tI-REF\tO\n",
        "can|this paper",
    ),
    "bare prefixes": ("familial\tB\npolyposis\tI\nof\tO\n", "familial polyposis"),
    "B_LOC": ("EU B_ORG\nrejects O\nNew B_LOC\nYork I_LOC\n", "EU|New York"),
    "b-loc": ("EU b-org\nrejects o\nNew b-loc\nYork i-loc\n", "EU|New York"),
    "LOC-B": ("EU ORG-B\nrejects O\nNew LOC-B\nYork LOC-I\n", "EU|New York"),
    "_ for outside": ("EU\tB-ORG\nrejects\t_\nNew\tB-LOC\nYork\tI-LOC\n", "EU|New York"),
    "-X- for outside": ("EU B-ORG\nrejects -X-\nNew B-LOC\nYork I-LOC\n", "EU|New York"),
    "names of the columns": ("token\tlabel\nEU\tB-ORG\nrejects\tO\nParis\tB-LOC\n", "EU|Paris"),
    "names of the columns over bare labels": ("WORD\tTAG\nEU\tORG\nrejects\tO\nNew York\tLOC\n", "EU|New York"),
    "CoNLL-2003 in German: chunks of their own": (
        "Die d ART I-NC O\nUSA USA NE I-NC I-LOC\nund und KON I-NC O\nBonn Bonn NE I-NC I-LOC\n",
        "USA|Bonn",
    ),
    "a chunk column beside lower case": ("EU B-NP b-org\nsays B-VP o\nBonn B-NP b-loc\n", "EU|Bonn"),
}


def put(folder, content):
    (folder / "a.txt").write_bytes(content.encode())
    return folder / "a.txt"


@pytest.mark.parametrize(("content", "expected"), STYLES.values(), ids=STYLES)
def test_a_published_style_is_read_without_flags_and_scored_the_same_way(content, expected, tmp_path):
    path = put(tmp_path, content)
    assert "conll" == recognise(path).name
    found = [mention.text for document in read(path) for mention in document.mentions]
    assert expected == "|".join(found)
    counts = score(path, path)["mentions/strict"]
    assert (len(found), len(found)) == (counts.correct, counts.gold)


def test_a_counted_docstart_is_no_token(tmp_path):
    path = put(tmp_path, "0\t-DOCSTART-\tO\n\n0\tBonn\tB-LOC\n1\tis\tO\n\n0\t-DOCSTART-\tO\n\n0\tRudd\tB-PER\n")
    assert [("d1", "Bonn is"), ("d2", "Rudd")] == [(document.id, document.text) for document in read(path)]


def test_a_docstart_with_nothing_behind_it_is_no_document(tmp_path):
    path, notes = put(tmp_path, "-DOCSTART- O\n\nBonn B-LOC\n\n-DOCSTART- O\n\n-DOCSTART- O\n"), Notes()
    assert ["d1"] == [document.id for document in read(path, options=Options(notes=notes))]
    assert 2 == notes.counts["-DOCSTART- lines with nothing behind them, which begin no document"]


def test_a_line_that_lacks_the_second_of_two_tags_is_broken_however_many_do(tmp_path):
    path = put(tmp_path, 30 * "EU\tB-ORG\tB-ORG\nsays\tO\n\n")
    with pytest.raises(BrokenRules, match="columns were expected"):
        list(read(path))


def test_columns_that_are_set_are_layers(tmp_path):
    path = put(tmp_path, "EU B-ORG B-ORG\nsays O O\nBonn O B-LOC\n")
    texts = [m.text for document in read(path, options=Options(settings={"column": "2,3"})) for m in document.mentions]
    assert ["EU", "EU", "Bonn"] == texts


WIKINER = "\nThe|DT|I-MISC Times|NNP|I-MISC of|IN|O London|NNP|I-LOC Paris|NNP|B-LOC\n\nA|B|NN|O Bush|NNP|I-PER .|.|O\n"


@pytest.mark.parametrize("content", [WIKINER, WIKINER.replace("|NNP", "").replace("|DT", "").replace("|IN|", "|")
                                     .replace("|NN|", "|").replace(".|.", ".").replace("|", "/")])  # fmt: skip
def test_wikiners_words_have_their_tags_behind_them(content, tmp_path):
    path = put(tmp_path, content)
    assert recognise(path).name == "inline_tags"
    documents = list(read(path))
    assert ["The Times", "London", "Paris", "Bush"] == [m.text for d in documents for m in d.mentions]
    assert documents[1].text in ("A|B Bush .", "A/B Bush .")


def test_words_that_lack_their_tag_are_listed_by_line_and_taken_as_outside(tmp_path):
    path = put(tmp_path, WIKINER.replace(".|.|O", "left Rome|NNP") + WIKINER * 9)
    with pytest.raises(BrokenRules, match=r"a.txt:4: 'left' is no word(.|\n)*a.txt:4: 'Rome\|NNP' is no word"):
        list(read(path))
    options = Options("discard")
    assert sum(len(document.mentions) for document in read(path, options=options)) == 40
    assert options.notes.counts["words without a tag taken as tokens outside (--repair)"] == 2


def test_mecabs_lines_of_several_widths_end_in_their_tag(tmp_path):
    lines = "2005\tNUM\t*\tB-DAT\n年\tNOUN\t*\tネン\tネン\tI-DAT\n、\tSYM\t*\t、\t、\tO\n7\tNUM\t*\tB-DAT\n\n"
    path = put(tmp_path, lines * 10)
    assert ["2005 年", "7"] * 10 == [mention.text for document in read(path) for mention in document.mentions]
    assert score(path, path)["mentions/strict"].f1 == 1


def test_a_line_that_lacks_its_tag_is_broken_though_its_chunk_would_look_like_one(tmp_path):
    path = put(tmp_path, "EU NNP B-NP B-ORG\nsays VBZ B-VP O\nBonn NNP B-NP\n" * 9)
    with pytest.raises(BrokenRules, match=r"a.txt:3: 3 columns, 4 columns were expected"):
        list(read(path))


def test_all_that_is_broken_is_listed_up_to_twenty_lines(tmp_path):
    path = put(tmp_path, "EU I-ORG\nsays O\nUN\n" + "x I-PER\nsays O\n" * 30 + "Bonn B-LOC\n")
    with pytest.raises(BrokenRules) as caught:
        list(read(path))
    lines = str(caught.value).splitlines()
    assert lines[0].startswith(f"{path}:3: 1 columns, 2 columns were expected; mend the line, or --repair discard")
    assert lines[1].startswith(f"{path}:1: tag 'I-ORG' continues no mention")
    assert lines[20] == f"{path}: 12 more are broken; mend them too"


def test_broken_lines_and_values_are_tokens_outside_under_a_repair_and_counted(tmp_path):
    path = put(tmp_path, "EU\tB-ORG\nrejects\n\tO\n" + "x\tO\n" * 40 + "y\t0\nParis\tB-LOC\n")
    with pytest.raises(BrokenRules):
        list(read(path))
    notes = Notes()
    (document,) = read(path, options=Options("discard", notes=notes))
    assert ["EU", "Paris"] == [mention.text for mention in document.mentions] and 45 == len(document.tokens)
    assert 1 == notes.counts["broken lines: --repair takes it as a token outside"]
    assert 1 == notes.counts["broken lines: --repair reads it as \ufffd"]
    assert 1 == notes.counts["values that are no tags, taken as O (--repair)"]


@pytest.mark.parametrize(("blank", "repair"), [(" ", "none"), ("", "conlleval")])
def test_a_token_without_a_surface_keeps_its_tag(blank, repair, tmp_path):
    path = put(tmp_path, f"in\tO\nNew\tB-LOC\n{blank}\tI-LOC\nYork\tI-LOC\n")
    (document,) = read(path, options=Options(repair))
    assert ["New \ufffd York"] == [mention.text for mention in document.mentions]


def test_a_value_that_is_no_tag_names_its_line(tmp_path):
    path = put(tmp_path, "EU B-ORG\n" + "x O\n" * 30 + "y 0\n")
    with pytest.raises(InputError, match=r"a.txt:32: tag '0' is neither O nor PREFIX-LABEL"):
        list(read(path))


@given(st.lists(st.sets(st.sampled_from(["PER", "ORG", "LOC"])), min_size=1, max_size=12), st.booleans())
def test_mentions_piled_in_cells_come_apart_again(rows, turned):
    before, cells = set(), []
    for row in rows:
        tags = [f"{'I' if label in before else 'B'}-{label}" for label in sorted(row, reverse=turned)]
        cells.append("|".join(tags) or "O")
        before = row
    layers = unpiled(cells)
    assert [sorted(cell.split("|")) for cell in cells] == [
        sorted(tag for tag in column if tag != "O") or ["O"] for column in zip(*layers, strict=True)
    ]
    for layer in layers:
        assert all(b[0] != "I" or a[2:] == b[2:] for a, b in zip(["O", *layer], layer, strict=False))
