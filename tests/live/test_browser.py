"""The editor in headless Chromium: regions on the right words, relations drawn, work by mouse comes back right."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from goldwire.annotations.labelstudio.interface import interface
from goldwire.annotations.labelstudio.pull import pull
from goldwire.annotations.labelstudio.push import listing, open_project, push
from goldwire.document import Document, Entity, Mention, Relation, canonical
from goldwire.formats.label_studio_documents import Reading
from goldwire.formats.label_studio_tasks import Writing, tasks_of
from goldwire.labels import read_labels
from live.label_studio_server import EMAIL, PASSWORD

LABELS = read_labels(Path(__file__).resolve().parents[2] / "annotations" / "labels.toml")
TEXT = "😀👨‍👩‍👧 President Biden met Fumio Kishida in Tokyo,\nofficials of the White House said."
HIGHLIGHTS = ".htx-highlight"
WORDS = """
const text = document.querySelector('.htx-highlight').parentElement, all = document.createTreeWalker(text, 4);
for (let node; (node = all.nextNode()); ) {
  const place = node.data.indexOf(arguments[0]);
  if (place < 0) continue;
  const range = document.createRange();
  range.setStart(node, place); range.setEnd(node, place + arguments[0].length);
  const box = range.getBoundingClientRect();
  return [box.left, box.top + box.height / 2, box.width];
}"""


def mention(words, label, id):
    start = TEXT.index(words)
    return Mention(start, start + len(words), label, id, level="name")


DOCUMENT = Document(
    "D1",
    TEXT,
    (
        mention("President", "TITLE", "m1"),
        mention("Biden", "PERSON", "m2"),
        mention("Fumio Kishida", "PERSON", "m3"),
        mention("White House", "ORG", "m4"),
    ),
    (Relation("m2", "m1", "has_title", "r1"), Relation("m2", "m3", "met_with", "r2", (), {"time": "past"})),
    (Entity("joe_biden", ("m2",), "Joe Biden", "Q6279"),),
)


@pytest.fixture
def browser():
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("no chromium and chromedriver: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    nowhere_else = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--window-size=1500,1000",
        nowhere_else,
    ):
        options.add_argument(argument)
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


def until(browser, condition, seconds=120):
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, ignored_exceptions=(Exception,)).until(lambda _: condition())


def one(browser, selector):
    return until(browser, lambda: browser.find_element("css selector", selector))


def drawn(browser):
    return [element.text for element in browser.find_elements("css selector", HIGHLIGHTS)]


def sign_in(browser, running):
    browser.get(f"{running.url}user/login")
    one(browser, "[name=email]").send_keys(EMAIL)
    one(browser, "[name=password]").send_keys(PASSWORD)
    one(browser, "form button[type=submit]").click()
    until(browser, lambda: "login" not in browser.current_url)


def open_task(browser, running, project, task):
    """Open the project first: as a first visit, a task would open on an empty annotation."""
    browser.get(f"{running.url}projects/{project.id}/data")
    until(browser, lambda: "President" in browser.find_element("css selector", "body").text)
    browser.get(f"{running.url}projects/{project.id}/data?task={task.id}")
    until(browser, lambda: len(drawn(browser)) == len(DOCUMENT.mentions))


def screenshot(browser, folder, name):
    path = Path(os.environ.get("GOLDWIRE_SCREENSHOTS", folder)) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(path))


def select_words(browser, words):
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    left, middle, width = browser.execute_script(WORDS, words)
    actions = ActionBuilder(browser)
    pointer = actions.pointer_action
    pointer.move_to_location(left + 0.5, middle).pointer_down()
    pointer.move_to_location(left + width / 2, middle).move_to_location(left + width - 0.5, middle).pointer_up()
    actions.perform()


def test_regions_lie_on_their_words_relations_are_drawn_and_mouse_work_comes_back(server, running, browser, tmp_path):
    project = open_project(server, "browser", interface(LABELS))
    push(server, project, tasks_of([DOCUMENT], Writing(LABELS)))
    (task,) = listing(server, project)
    sign_in(browser, running)
    open_task(browser, running, project, task)
    assert drawn(browser) == ["President", "Biden", "Fumio Kishida", "White House"]
    arrows = until(browser, lambda: browser.find_elements("css selector", ".relations-overlay text"))
    assert {arrow.text for arrow in arrows} == {"has_title", "met_with, time: past"}
    screenshot(browser, tmp_path, "before")
    browser.find_element("css selector", "body").send_keys("5")
    select_words(browser, "Tokyo")
    until(browser, lambda: "Tokyo" in drawn(browser))
    screenshot(browser, tmp_path, "after")
    one(browser, "[data-testid=bottombar-update-button]").click()
    expected = canonical(
        replace(DOCUMENT, mentions=(*DOCUMENT.mentions, replace(mention("Tokyo", "GPE", "new"), level="")))
    )
    until(browser, lambda: without_new_id(read(server, project)) == expected)


def read(server, project):
    _, ((version),) = pull(server, project, Reading(labels=LABELS))
    return version.document


def without_new_id(document):
    """The editor gives a region made by mouse an id of its own."""
    known = {m.id for m in DOCUMENT.mentions}
    mentions = tuple(m if m.id in known else replace(m, id="new") for m in document.mentions)
    return canonical(replace(document, mentions=mentions))
