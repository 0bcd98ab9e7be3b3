"""What a push has to do, whatever the server has: a plan that leaves each task once and whole, and people's work."""

from hypothesis import given
from hypothesis import strategies as st

from goldwire.annotations.labelstudio.reconcile import arrived, batches, is_touched, is_whole, plan, stored
from goldwire.document import Document, Mention
from goldwire.formats.label_studio_tasks import tasks_of

TASKS = tasks_of(
    [Document(f"D{n}", f"Officials met in Tokyo on {n} May.", (Mention(0, 9, "PER", "m1"),)) for n in range(4)]
)


def copy(task, id, **changes):
    return stored({"id": id, "data": task["data"], "total_annotations": 1, "total_predictions": 0, **changes})


copies = st.lists(st.tuples(st.sampled_from(range(4)), st.booleans(), st.booleans()).map(tuple), max_size=12)


@given(copies)
def test_after_the_plan_every_task_is_there_once_and_whole(found):
    listed = []
    for id, (number, lost, stale) in enumerate(found):
        data = {**TASKS[number]["data"], "_goldwire": {"hash": "old"}} if stale else TASKS[number]["data"]
        listed.append(copy({"data": data}, id, total_annotations=0 if lost else 1))
    todo = plan(TASKS, listed)
    left = [entry for entry in listed if entry.id not in todo.delete]
    after = [entry.document for entry in left] + [task["data"]["doc_id"] for task in todo.send]
    assert sorted(after) == ["D0", "D1", "D2", "D3"]
    assert all(is_whole(entry, TASKS[int(entry.document[1])]) for entry in left)


def test_tasks_of_other_makers_are_left_alone():
    assert (
        plan(TASKS, [stored({"id": 1, "data": {"text": "x"}}), stored({"id": 2, "data": {"doc_id": "E9"}})]).delete
        == ()
    )


def test_the_copy_with_most_annotations_is_kept():
    todo = plan(TASKS[:1], [copy(TASKS[0], 1), copy(TASKS[0], 2, total_annotations=3), copy(TASKS[0], 3)])
    assert ([entry.id for entry in todo.kept], sorted(todo.delete)) == ([2], [1, 3])


def test_a_task_that_lost_a_region_has_not_arrived():
    (sent,) = TASKS[:1]
    there = {
        "data": sent["data"],
        "annotations": [{**sent["annotations"][0], "import_id": 1, "id": 50}],
        "predictions": [],
    }
    assert arrived(sent, there)
    there["annotations"] = [{**there["annotations"][0], "result": []}]
    assert not arrived(sent, there)


def test_predictions_count_each_once():
    prediction = {"model_version": "s", "score": None, "result": []}
    sent = {"data": {}, "predictions": [prediction, prediction]}
    assert arrived(sent, {"data": {}, "predictions": [{**prediction, "id": n} for n in (1, 2)]})
    assert not arrived(sent, {"data": {}, "predictions": [{**prediction, "id": 1}]})


def test_work_of_people_is_an_annotation_made_there_one_changed_there_or_a_draft():
    ours = {"import_id": 1, "updated_by": None, "last_action": None}
    assert not is_touched({"annotations": [ours]})
    assert is_touched({"annotations": [{**ours, "import_id": None}]})
    assert is_touched({"annotations": [{**ours, "updated_by": 4}]})
    assert is_touched({"annotations": [ours], "drafts": [{}]})


@given(st.lists(st.integers(1, 50), max_size=20), st.integers(1, 5), st.integers(1, 60))
def test_batches_hold_every_task_once_and_keep_their_limits(sizes, most, size):
    tasks = [({"n": n}, b"x" * length) for n, length in enumerate(sizes)]
    cut = list(batches(tasks, most, size))
    assert [task for batch in cut for task in batch] == tasks
    assert all(len(batch) <= most for batch in cut)
    assert all(len(batch) == 1 or sum(len(raw) for _, raw in batch) <= size for batch in cut)
