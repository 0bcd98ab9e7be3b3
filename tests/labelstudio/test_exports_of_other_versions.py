"""Real exports of several versions: each is read, or refused with a reason that is true."""

import json
import os
from pathlib import Path

import pytest

from goldwire.errors import GoldwireError
from goldwire.formats import Options, read

SHARED = Path(os.environ.get("GOLDWIRE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
FOLDER = SHARED / "corpora" / "label_studio"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"no exports in {FOLDER}")

READ = {
    "lsf/examples/named_entity/tasks.json": ["February 22"],
    "lsf/examples/named_entity/annotations/1.json": ["February 22"],
    "lsf/examples/references/tasks.json": [],
    "lsf/examples/references/annotations/1.json": [],
    "lsf/examples/dialogue_analysis/tasks.json": [],
    "lsf/examples/dialogue_analysis/annotations/1.json": [],
    "lsf/examples/html_document/tasks.json": [],
    "lsf/examples/html_document/annotations/1.json": ["Company Name", "Michael", "Michael"],
    "sdk/test_export_csv/csv_test_colliding_keys.json": [],
    "sdk/test_export_csv/csv_test_colliding_keys_mixed.json": [],
    "sdk/test_export_csv/csv_test_history.json": [],
}
REFUSED = {
    "lsf/examples/phrases/tasks.json": "which of its data is the text cannot be told.*a list",
    "lsf/examples/phrases/annotations/1.json": "point into the turns of a dialogue",
    "lsf/examples/rich_text_plain/tasks.json": "none of its 1 regions has the text it states",
    "lsf/examples/rich_text_plain/annotations/1.json": "none of its 1 regions has the text it states",
    "lsf/examples/rich_text_html/tasks.json": "but the HTML's text has",
    "lsf/examples/rich_text_html/annotations/1.json": "but the HTML's text has",
    "sdk/test_export_csv/csv_test.json": "its results are rectanglelabels",
    "sdk/test_export_csv/csv_test2.json": "which of its data is the text cannot be told",
    "sdk/test_export_csv/csv_test2_result.csv": "which of its data is the text cannot be told",
    "sdk/test_export_json_min/data.json": "its results are polygonlabels",
    "sdk/test_export_json_min/data_repeater.json": "its results are rectanglelabels",
    "sdk/test_export_json_min/chat_data.json": "messages of a chat",
    "sdk/test_export_json_min/label_config_repeater.json": "is not a Label Studio task",
}


def test_no_export_is_passed_over():
    known = {str(p.relative_to(FOLDER)) for p in FOLDER.rglob("*.*") if p.suffix in (".json", ".csv")}
    assert known == {*READ, *REFUSED}


@pytest.mark.parametrize(("name", "words"), READ.items())
def test_an_export_is_read(name, words):
    found = list(read(FOLDER / name, "label_studio"))
    assert [m.text for document in found for m in document.mentions] == words


@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_an_export_that_is_no_text_is_refused_with_the_reason(name, why):
    with pytest.raises(GoldwireError, match=why):
        list(read(FOLDER / name, "label_studio"))


def test_html_is_read_as_its_text_where_every_region_proves_it(tmp_path):
    html = "<p><b>Jules</b>: No no, Mr. Wolfe &amp; friends.</p>"
    place = '"start": "/p[1]", "end": "/p[1]", "globalOffsets": {"start": %d, "end": %d}'
    value = f'{{{place}, "text": "%s", "hypertextlabels": ["PER"]}}'
    regions = [value % (0, 5, "Jules"), value % (18, 23, "Wolfe")]
    results = ", ".join(f'{{"id": "r{n}", "type": "hypertextlabels", "value": {v}}}' for n, v in enumerate(regions))
    path = tmp_path / "tasks.json"
    path.write_text(f'[{{"data": {{"text": "{html}"}}, "annotations": [{{"result": [{results}]}}]}}]')
    options = Options()
    (document,) = read(path, "label_studio", options)
    assert document.text == "Jules: No no, Mr. Wolfe & friends."
    assert [m.text for m in document.mentions] == ["Jules", "Wolfe"]


def html_task(tmp_path, html, *values):
    results = [{"id": f"r{n}", "type": "hypertextlabels", "value": v} for n, v in enumerate(values)]
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([{"data": {"text": html}, "annotations": [{"result": results}]}]))
    return path


def region(start, end, text, first, last):
    points = {"start": start, "startOffset": first, "end": end, "endOffset": last}
    return {**points, "text": text, "hypertextlabels": ["PER"]}


def test_html_regions_of_xpaths_alone_are_read_where_their_words_stand(tmp_path):
    html = "<html><body><div>\U0001f600 Renzi<br>met <b>Angela</b> Merkel.</div><p>Xi <i>Jinping</i></p></body></html>"
    values = [
        region("/div[1]/text()[1]", "/div[1]/text()[1]", "Renzi", 3, 8),
        region("/html[1]/body[1]/div[1]/b[1]/text()[1]", "/html[1]/body[1]/div[1]/text()[3]", "Angela Merkel", 0, 7),
        region("/div[1]/text()[3]", "/p[1]/text()[1]", "Merkel.\\n\\nXi", 1, 2),
    ]
    (document,) = read(html_task(tmp_path, html, *values), "label_studio", Options())
    assert ["Renzi", "Angela Merkel", "Merkel.Xi"] == [m.text for m in document.mentions]


@pytest.mark.parametrize(
    ("start", "text", "why"),
    [
        ("/div[2]/text()[1]", "Renzi", "by XPath only"),
        ("/div[1]/text()[1]", "Merkel", "but the HTML's text has 'Renzi'"),
    ],
)
def test_html_regions_whose_xpath_leads_nowhere_or_elsewhere_are_refused(start, text, why, tmp_path):
    path = html_task(tmp_path, "<div>Renzi</div>", region(start, start, text, 0, 5))
    with pytest.raises(GoldwireError, match=why):
        list(read(path, "label_studio"))
