"""What is forgotten is forgotten whole, or not at all."""

import threading
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.waiting import HANG_SECONDS
from tests.worlds import World
from uploader.actions import history as history_module
from uploader.actions.history import Files, forget, history, jobs_to_forget
from uploader.actions.planning.find_job import Which
from uploader.errors import BusyError, SettingsError, WorkbookError


@pytest.fixture
def lists(world: World, tmp_path: Path) -> list[Path]:
    """Two lists; the first one was sent twice."""
    paths = [write_csv(tmp_path / name, interactions(2, start=start)) for name, start in (("a.csv", 0), ("b.csv", 10))]
    for path in (*paths, paths[0]):
        assert world.sends(path).code == 0
    return paths


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_job_is_found_by_the_path_of_its_list_or_its_number(world: World, lists: list[Path], is_gone: bool) -> None:
    if is_gone:
        for path in lists:
            path.unlink()
    ways: list[Which] = [*lists, str(lists[0]), 1, "1", 2]
    found = {which: [job.id for job in history(world.session, which)] for which in ways}
    assert found == {lists[0]: [1], lists[1]: [2], str(lists[0]): [1], 1: [1], "1": [1], 2: [2]}
    assert [job.id for job in history(world.session)] == [1, 2]  # the newest sending first
    with pytest.raises(SettingsError):
        history(world.session, 9)


def test_the_jobs_of_a_list_are_forgotten_by_its_path_and_stay_in_the_history(world: World, lists: list[Path]) -> None:
    jobs = jobs_to_forget([lists[0]], None, world.session, everything=False)
    assert [job.id for job in jobs] == [1]
    forget(jobs, world.session, everything=False)
    assert [bool(job.forgotten_at) for job in history(world.session, lists[0])] == [True]
    assert [bool(job.forgotten_at) for job in history(world.session, lists[1])] == [False]


@pytest.mark.parametrize(("which", "older_than", "code"), [([], None, "which_to_forget"), ([], "90", "not_an_age")])
def test_which_jobs_are_meant_must_be_said(world: World, which: list[int], older_than: str | None, code: str) -> None:
    with pytest.raises(SettingsError) as error:
        jobs_to_forget(which, older_than, world.session, everything=False)
    assert error.value.message.code == f"history.{code}"


def test_while_one_of_the_jobs_is_sent_none_is_forgotten(world: World, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        world.sends(write_csv(tmp_path / name, interactions(2, start=len(history(world.session)) * 10)))
    jobs = history(world.session)
    holds, let_go = threading.Event(), threading.Event()

    def send_the_last() -> None:
        with world.session.journal() as journal, journal.locks.hold_list(jobs[-1].list_sha256, "a.csv"):
            holds.set()
            let_go.wait(HANG_SECONDS)

    thread = threading.Thread(target=send_the_last)
    thread.start()
    assert holds.wait(HANG_SECONDS)
    try:
        with pytest.raises(BusyError):
            forget(jobs, world.session, everything=False)
    finally:
        let_go.set()
        thread.join()
    assert [job.forgotten_at for job in history(world.session)] == [None, None]
    forget(jobs, world.session, everything=False)
    assert all(job.forgotten_at for job in history(world.session))


def test_a_forgotten_list_sent_again_is_the_same_job_and_nothing_goes_twice(world: World, lists: list[Path]) -> None:
    forget(history(world.session, lists[0]), world.session, everything=False)
    again = world.sends(lists[0])
    assert (again.came, again.json["job"], again.json["requests"]) == ([], 1, 0)
    assert [(job.id, job.forgotten_at) for job in history(world.session)] == [(1, None), (2, None)]


def test_its_rows_in_another_list_are_held_back(world: World, lists: list[Path], tmp_path: Path) -> None:
    forget(history(world.session), world.session, everything=False)
    longer = write_csv(tmp_path / "longer.csv", interactions(3, start=0))
    assert [row[0] for row in world.sends(longer).came] == [interactions(3, start=0)[2][0]]


def test_what_of_a_forgotten_list_was_not_sent_goes_once(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "pilot.csv", interactions(4))
    world.sends(path, first=1)
    forget(history(world.session, path), world.session, everything=False)
    assert len(world.sends(path).came) == 3
    assert world.sends(path).came == []


def test_a_list_sent_elsewhere_and_forgotten_there_is_not_a_later_version_of_itself(
    world: World, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    world.sends(path, first=1)
    world.elsewhere["http://127.0.0.1:9"] = world.api
    world.sends(path, base_url="http://127.0.0.1:9")
    forget([history(world.session)[0]], world.session, everything=False)
    assert [(job.id, bool(job.forgotten_at)) for job in history(world.session)] == [(2, True), (1, False)]
    (plan,) = world.resumes(1).plans
    assert plan.later is None


def test_where_a_copy_can_not_be_deleted_nothing_is_forgotten(
    world: World, lists: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = history(world.session, lists[0])
    copies = [world.home / "results" / name for name in ("a.xlsx", "b.xlsx")]
    copies[0].parent.mkdir()
    for copy in copies:
        copy.write_bytes(copy.name.encode())
        with world.session.journal() as journal:
            journal.set_results_path(job.id, copy)

    rename = Path.rename

    def is_open_elsewhere(path: Path, target: Path) -> Path:
        if path == copies[1]:
            raise PermissionError(13, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", is_open_elsewhere)
    monkeypatch.setattr(history_module, "files_with_data", lambda *_, **__: Files(copies, []))
    with pytest.raises(WorkbookError) as error:
        forget([job], world.session, everything=False)
    monkeypatch.undo()
    assert (error.value.message.code, error.value.message.facts["path"]) == ("forget.copy_stays", str(copies[1]))
    assert history(world.session, lists[0])[0].forgotten_at is None
    assert [(copy.name, copy.read_text()) for copy in sorted(copies[0].parent.iterdir())] == [
        ("a.xlsx", "a.xlsx"),
        ("b.xlsx", "b.xlsx"),
    ]
