"""What a run does with a folder that is not as it left it: in use, another's, of another version, half of it gone."""

import json
import shutil
from dataclasses import replace

import pytest

import news_systems
from goldwire.errors import InputError
from goldwire.eval.runs.folder import held
from goldwire.eval.runs.running import Changed, run
from goldwire.eval.systems.base import System


def system(function="first_words", **settings):
    return System("mine", "python", f"news_systems:{function}", settings=settings)


@pytest.fixture
def done(tmp_path):
    return run(system(), news_systems.news(), tmp_path / "run")


def kept_half(done):
    """Leave only the first prediction of a run."""
    first = done.predictions.read_bytes().splitlines(keepends=True)[0]
    done.predictions.write_bytes(first)


def test_two_processes_do_not_run_into_one_folder(tmp_path):
    with held(tmp_path / "run"), pytest.raises(InputError, match="another process is running into it; wait"):
        run(system(), news_systems.news(), tmp_path / "run")


def test_a_folder_is_free_again_after_its_run(done):
    assert run(system(), news_systems.news(), done.folder).predicted == 0


def test_what_a_killed_process_was_writing_is_removed(done):
    (done.folder / ".run.json.x1.part").touch()
    run(system(), news_systems.news(), done.folder)
    assert not list(done.folder.glob(".*"))


def test_a_run_that_cannot_begin_leaves_no_folder(tmp_path):
    with pytest.raises(InputError):
        run(system("no_such_function"), news_systems.news(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("half", [True, False])
def test_predictions_that_nothing_tells_the_system_of_are_not_taken_for_its(done, half):
    (done.folder / "run.json").unlink()
    if half:
        kept_half(done)
    with pytest.raises(Changed, match=r"holds predictions, but no run\.json"):
        run(system(), news_systems.news(), done.folder)


@pytest.mark.parametrize("lacks", ["model", "data", "predictions", "failures", "notes"])
@pytest.mark.parametrize("half", [True, False])
def test_the_run_of_another_version_is_refused_in_one_line(done, lacks, half):
    table = {name: value for name, value in done.table.items() if name != lacks}
    (done.folder / "run.json").write_text(json.dumps(table))
    if half:
        kept_half(done)
    with pytest.raises(Changed, match="holds the run of another version of goldwire"):
        run(system(), news_systems.news(), done.folder)
    assert run(system(), news_systems.news(), done.folder, fresh=True).predicted == 4


@pytest.mark.parametrize("half", [True, False])
def test_a_label_map_that_has_changed_is_refused(tmp_path, half):
    maps = tmp_path / "mine.toml"
    maps.write_text('[mentions.full]\nX = "PERSON"\n')
    mapped = replace(system(), label_map=str(maps))
    done = run(mapped, news_systems.news(), tmp_path / "run")
    maps.write_text('[mentions.full]\nX = "ORG"\n')
    if half:
        kept_half(done)
    with pytest.raises(Changed, match=r"the label map .* said something else"):
        run(mapped, news_systems.news(), tmp_path / "run")


def test_a_system_that_cannot_be_loaded_leaves_the_run_that_stands(done):
    before = shutil.copytree(done.folder, done.folder.with_name("before"))
    with pytest.raises(InputError):
        run(system("no_such_function"), news_systems.news(), done.folder, fresh=True)
    assert [(done.folder / f.name).read_bytes() for f in before.iterdir()] == [f.read_bytes() for f in before.iterdir()]
