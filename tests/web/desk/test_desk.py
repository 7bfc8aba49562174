"""What is on the desk: lists at hand, what was found in them, works and notices, however many there were."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SHIPPED, WOLKVOX, interactions, write_csv
from tests.waiting import HANG_SECONDS, until
from uploader.actions.steps.awake import kept_awake
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.web.desk.desk import Desk
from uploader.web.desk.findings import Filter
from uploader.web.desk.lists_at_hand import JobAddress, ListAtHand
from uploader.web.desk.typed_settings import TypedSettings
from uploader.web.desk.work import PageUi, Work


@pytest.fixture
def desk(tmp_path: Path, own_world: Path) -> Iterator[Desk]:
    one = Desk(own_world, {})
    one.lists.kept.set_folder(tmp_path / "lists")
    yield one
    one.works.stop_all()
    assert all(work.wait(HANG_SECONDS) for work in one.works.newest_first())


def kept(desk: Desk, folder: Path, name: str = "lista.csv", count: int = 2) -> ListAtHand:
    return desk.lists.keep(write_csv(folder / "upload", interactions(count)), name, SHIPPED)


def checked(desk: Desk, one: ListAtHand) -> Work:
    work = desk.begin_check(one, "es")
    assert work.wait(HANG_SECONDS)
    assert work.error is None
    return work


def test_a_list_that_is_kept_is_at_hand_and_known_by_its_address(desk: Desk, tmp_path: Path) -> None:
    one = kept(desk, tmp_path)
    assert one.address == f"/lists/{one.id}"
    assert (one.name, one.read.template, one.job, one.findings) == ("lista.csv", SHIPPED, None, None)
    assert desk.lists.at(one.id) is one
    assert Desk(desk.home, {}).lists.at(one.id).path == one.path  # after another start
    two = kept(desk, tmp_path)
    assert two.id != one.id
    assert two.path != one.path


@pytest.mark.parametrize(
    "list_id", ["", "x", "job-", "job-x", "job-1", "practice-1", "job-" + "9" * 30, "../../etc", "0" * 16]
)
def test_what_is_no_list_is_none(list_id: str, desk: Desk) -> None:
    with pytest.raises(SettingsError):
        desk.lists.at(list_id)
    assert desk.lists.path_of(list_id) is None


def test_addresses_of_jobs() -> None:
    assert (JobAddress(3, False).path, JobAddress(3, False).list_id) == ("/jobs/3", "job-3")
    assert (JobAddress(3, True).path, JobAddress(3, True).list_id) == ("/practice/3", "practice-3")


def test_a_corrected_file_takes_the_place_of_its_list(desk: Desk, tmp_path: Path) -> None:
    one = kept(desk, tmp_path)
    checked(desk, one)
    before = one.path
    corrected = write_csv(tmp_path / "upload", interactions(3))
    assert desk.lists.keep_corrected(one, corrected, "otra.csv") is one
    assert (one.name, one.path.name, one.path.parent) == ("otra.csv", "otra.csv", before.parent)
    assert (one.read.template, one.read.sheet) == (SHIPPED, None)
    assert desk.lists.keep_corrected(one, corrected, "otra.csv").path.name != "otra.csv"  # which is not overwritten
    checked(desk, one)
    assert one.findings is not None
    assert one.findings.total == 3


def test_what_was_found_is_kept_of_the_last_lists_alone(desk: Desk, tmp_path: Path) -> None:
    lists = [kept(desk, tmp_path, f"lista{number}.csv") for number in range(8)]
    for one in lists:
        checked(desk, one)
    assert [one.findings is not None for one in lists] == [False] * 3 + [True] * 5
    checked(desk, lists[0])
    assert lists[0].findings is not None
    assert sum(one.findings is not None for one in lists) == 5


def test_who_reads_rows_while_they_are_let_go_of_reads_to_the_end(desk: Desk, tmp_path: Path) -> None:
    one = kept(desk, tmp_path)
    checked(desk, one)
    assert one.findings is not None
    grid = one.findings.grid
    checked(desk, one)
    assert one.findings.grid is not grid
    assert grid.count(Filter()) == 2


def test_one_work_at_a_time_for_each_list(desk: Desk, tmp_path: Path) -> None:
    address, goes_on = JobAddress(1, False), threading.Event()
    work = desk.begin_writing(address, "a", lambda _: goes_on.wait(HANG_SECONDS))
    assert desk.begin_writing(address, "a", lambda _: None) is work
    assert desk.begin_writing(JobAddress(1, True), "b", lambda _: None) is not work
    assert desk.works.running_on("job-1") is work
    assert desk.works.is_busy()
    goes_on.set()
    assert work.wait(HANG_SECONDS)
    assert desk.works.running_on("job-1") is None
    again = desk.begin_writing(address, "a", lambda _: None)
    assert again is not work
    assert again.id != work.id


def test_so_many_works_are_remembered_and_none_that_runs_is_forgotten(desk: Desk) -> None:
    goes_on = threading.Event()
    first = desk.begin_writing(JobAddress(0, False), "a", lambda _: goes_on.wait(HANG_SECONDS))
    for number in range(1, 120):
        assert desk.begin_writing(JobAddress(number, False), "a", lambda _: None).wait(HANG_SECONDS)
    assert len(list(desk.works.newest_first())) < 60
    assert desk.works.find(first.id) is first
    assert desk.works.find("job-119.120") is not None
    goes_on.set()


def test_a_question_keeps_no_server_alive_and_is_stopped_with_it(desk: Desk, tmp_path: Path) -> None:
    header = ["Remite", "Nombre", "Destino", "x", "Asunto", "Cuerpo", "Punto"]
    one = desk.lists.keep(write_csv(tmp_path / "upload", interactions(1), header), "lista.csv", SHIPPED)
    work = desk.begin_check(one, "es")
    until(lambda: work.stage == "asking", "its question")
    assert not desk.works.is_busy()
    desk.works.stop_all()
    assert work.wait(HANG_SECONDS)
    assert work.was_given_up
    assert (one.findings, one.error) == (None, None)


def test_what_is_said_at_the_top_of_a_page_is_said_once_to_its_own_session(desk: Desk) -> None:
    one, two = Message("web.lost"), Message("web.busy")
    desk.leave_notices("a", [one])
    desk.leave_notices("a", [two])
    assert desk.take_notices("b") == []
    assert desk.take_notices("a") == [one, two]
    assert desk.take_notices("a") == []


def test_the_copy_that_was_written_last_is_at_hand_while_it_is_there(desk: Desk, tmp_path: Path) -> None:
    address = JobAddress(1, False)
    paths = [tmp_path / "uno.xlsx", tmp_path / "dos.xlsx"]
    for path in paths:
        path.write_bytes(b"x")

        def write(_: PageUi, path: Path = path) -> Path:
            return path

        assert desk.begin_writing(address, "a", write, kind="copy").wait(HANG_SECONDS)
    assert desk.works.own_workbook_of(address.list_id) == paths[1]
    paths[1].unlink()
    assert desk.works.own_workbook_of(address.list_id) == paths[0]
    assert desk.works.own_workbook_of("job-2") is None


def test_the_computer_is_kept_awake_while_rows_are_sent(desk: Desk) -> None:
    assert desk.session("es").keeps_awake is kept_awake


def test_secrets_and_the_environment_are_in_no_text_of_the_desk(own_world: Path) -> None:
    typed = TypedSettings({WOLKVOX: {"wolkvox_token": "t0ken"}})
    desk = Desk(own_world, {"WOLKVOX_TOKEN": "t0ken"}, typed=typed)
    assert desk.typed.names() == {(WOLKVOX, "wolkvox_token")}
    assert "t0ken" not in repr(desk)
    assert "t0ken" not in repr(desk.session("es", template=SHIPPED))
