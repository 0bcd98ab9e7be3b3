"""The house: imports point one way, there is no circle, and the faces hide nothing."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter

import pytest

from small_corpus import REPOSITORY

SOURCE = REPOSITORY / "src"
FILES = sorted((SOURCE / "goldwire").rglob("*.py"))
LAYERS = (
    ("errors", "tags", "document", "labels", "rules"),
    ("formats",),
    ("annotations",),
    ("corpus",),
    ("eval",),
    ("compat",),
    ("cli",),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts} | {"__main__": 7}
FACE = "goldwire"


def module(file):
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(file): file for file in FILES}


def imported(node, known):
    """Give goldwire's modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [name.name for name in node.names if name.name.split(".")[0] == FACE]
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == FACE:
        names = [f"{node.module}.{name.name}" for name in node.names]
        return [name if name in known else node.module for name in names]
    return []


def all_imports(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {name for node in ast.walk(tree) for name in imported(node, MODULES)}


def imports_when_loaded(file):
    """Give what a module imports at its top level; what stands in a function or under TYPE_CHECKING comes later."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {name for node in tree.body for name in imported(node, MODULES)}


def layer(name):
    return RANK[name.split(".")[1]]


@pytest.mark.parametrize("name", [name for name in MODULES if name != FACE])
def test_imports_point_down_only_wherever_they_stand(name):
    upwards = {other for other in all_imports(MODULES[name]) if other != FACE and layer(other) > layer(name)}
    assert set() == upwards


def test_no_module_needs_itself_to_be_loaded():
    graph = {name: imports_when_loaded(file) - {name} for name, file in MODULES.items()}
    assert len(MODULES) <= len(list(TopologicalSorter(graph).static_order()))


def test_every_folder_is_a_stage_of_its_name():
    folders = {path.name for path in (SOURCE / "goldwire").iterdir() if (path / "__init__.py").is_file()}
    assert {"annotations", "corpus", "eval", "formats", "compat", "cli"} == folders
    assert all((REPOSITORY / stage).is_dir() for stage in ("seeds", "annotations", "corpus", "eval"))


def test_the_page_on_architecture_draws_every_folder_and_names_no_file_that_is_not_there():
    page = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in FILES if path.name == "__init__.py"} - {FACE, "metrics"}
    assert set() == {folder for folder in folders if not re.search(rf"\b{folder}(/|'s)", page)}
    named = set(re.findall(r"[\w/]+\.(?:py|md)\b", page))
    bases = (REPOSITORY, SOURCE / FACE, REPOSITORY / "annotations")
    assert set() == {name for name in named if not any((base / name).exists() for base in bases)}


def test_goldwires_face_has_no_future_import_which_would_hide_the_subpackage_annotations():
    tree = ast.parse(MODULES[FACE].read_text(encoding="utf-8"))
    assert "__future__" not in {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_nobody_imports_the_subpackage_eval_under_a_name_that_hides_the_builtin():
    hiding = [
        str(file)
        for file in (*FILES, *sorted((REPOSITORY / "tests").rglob("*.py")))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
        if (name.asname or name.name) == "eval"
    ]
    assert [] == hiding


FRESH = """
import sys
import goldwire
assert not set(sys.modules) & {"numpy", "pyarrow", "spacy", "datasets", "pandas", "click"}, "import goldwire is heavy"
import goldwire.annotations, goldwire.eval
assert goldwire.annotations.__name__ == "goldwire.annotations" and eval("1 + 1") == 2
gold = goldwire.load()
scores = goldwire.score(gold, gold)
assert {row.f1 for row in scores.rows if row.name == "micro" and row.f1 == row.f1} == {1.0}, scores.rows
heavy = set(sys.modules) & {"spacy", "datasets", "pandas", "scipy", "torch"}
assert not heavy, heavy
"""


def test_load_and_score_come_when_asked_for_and_bring_nothing_heavy():
    run = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, timeout=300)
    assert (0, "") == (run.returncode, run.stderr)


def test_a_name_that_goldwire_does_not_have_is_an_attribute_error():
    import goldwire

    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = goldwire.lode
