"""CoNLL-2012's files without lines that begin and end documents are parted by their first two columns."""

import pytest

from goldwire.errors import GoldwireError
from goldwire.formats import read, recognise
from sample_files import CONLL2012

ROWS = "\n".join(line for line in CONLL2012.splitlines() if not line.startswith("#")).strip("\n") + "\n"
SECOND = ROWS.replace("cctv_0000   0 ", "cctv_0000   1 ")


def put(folder, content):
    path = folder / "x.v4_gold_conll"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_documents_begin_where_the_name_or_part_changes(between, tmp_path):
    path = put(tmp_path, ROWS + between + SECOND)
    assert ["conll2012"] * 2 == [recognise(path).name, recognise(tmp_path).name]
    first, second = read(path)
    (told,) = read(put(tmp_path, CONLL2012))
    assert (told, "bc/cctv/00/cctv_0000_1") == (first, second.id)
    assert (told.text, told.mentions, told.entities) == (second.text, second.mentions, second.entities)


def test_rows_outside_documents_are_refused_where_others_are_told(tmp_path):
    path = put(tmp_path, CONLL2012 + SECOND)
    with pytest.raises(GoldwireError, match=r"conll:11: a line outside a document"):
        list(read(path))
