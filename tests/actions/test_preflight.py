"""What the API says beforehand of the ids of a list, and what becomes of rows whose id it doesn't have."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tests.apis import SandboxApi
from tests.conftest import interactions, sheet_rows, write_csv
from tests.worlds import World, sandboxed
from uploader.actions.history import history
from uploader.i18n import render, row_numbers
from uploader.journal.locks import FileLocks, TokenHold
from uploader.journal.sqlite import SqliteJournal
from uploader.model.teammates import News


@pytest.fixture
def world(own_world: Path) -> World:
    """Its API has two routing points, one of them switched off."""
    return sandboxed(own_world, SandboxApi.with_faults(routing_points=("61196", "88888")))


def test_a_list_with_ids_that_do_not_exist_is_stopped_before_its_first_row(world: World, tmp_path: Path) -> None:
    rows = [[*row[:6], "61196"] for row in interactions(8)]
    rows[2][6] = rows[5][6] = "61197"
    rows[3][6] = "88888"
    path = write_csv(tmp_path / "list.csv", rows)
    assert world.checks(path).code == 0
    assert world.api.lines == []  # it never connects
    stopped = world.sends(path)
    assert (stopped.code, stopped.json["invalid"], stopped.json["job"]) == (2, 2, None)
    assert "“rp_id” 61197 does not exist in the API in 2 rows: G4 and G7." in stopped.screen
    assert "“rp_id” 88888 is inactive in the API in 1 row: G5." in stopped.screen
    assert world.api.received() == []
    problems = sheet_rows(tmp_path / "list.problems.xlsx", "Problems")
    assert [row["Row"] for row in problems if row["Problem"]] == [4, 7]
    assert history(world.session) == []

    ended = replace(world, language="pt").sends(path, skip_invalid=True)
    assert (ended.code, ended.json["accepted"], ended.json["invalid"]) == (1, 6, 2)
    (quota,) = [one.quota for one in ended.plans]
    assert quota is not None
    said = render(quota, "pt")
    assert said.startswith("6 linhas para enviar e hoje restam ")
    assert said.endswith("é suficiente para tudo.")
    lines = {line["Row"]: line for line in sheet_rows(tmp_path / "list.results.xlsx")}
    assert [lines[number]["Status"] for number in (4, 7)] == ["invalid"] * 2
    assert (
        lines[4]["Advice"] == "H4: “rp_id” 61197 não existe na API. Digite um que exista na API (pontos de roteamento)."
    )


def test_asking_can_be_left_out(world: World, tmp_path: Path) -> None:
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(2)), no_preflight=True)
    assert ended.json["rejected"] == 2
    assert (world.api.received("token_info"), world.api.received("routing_points")) == ([], [])


def test_a_job_that_goes_on_keeps_its_rows_when_their_id_is_gone(world: World, tmp_path: Path) -> None:
    rows = [[*row[:6], "61196"] for row in interactions(6)]
    rows[4][6] = "61197"
    assert world.sends(write_csv(tmp_path / "list.csv", rows), no_preflight=True, first=2).code == 1
    stopped = world.resumes()
    assert (stopped.code, stopped.json["accepted"], stopped.json["invalid"], stopped.json["not_sent"]) == (2, 2, 1, 3)
    assert len(world.api.received()) == 2
    ended = world.resumes(skip_invalid=True)
    assert (ended.code, ended.json["accepted"], ended.json["invalid"]) == (1, 5, 1)


def later_without(world: World, path: Path, *routing_points: str) -> World:
    """The list was sent; since then the API has only these routing points."""
    assert world.sends(path).json["accepted"] > 0
    return replace(world, api=SandboxApi.with_faults(routing_points=routing_points))


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_ids_of_duplicates_are_checked_before_a_person_sends_them(
    world: World, tmp_path: Path, answer: str
) -> None:
    rows = [[*row[:6], "61196"] for row in interactions(5)]
    rows[1][6] = rows[3][6] = "88888"
    path = write_csv(tmp_path / "list.csv", rows)
    world = later_without(world, path, "61196")
    world.person({"duplicates": answer})
    ended = world.sends(path)
    if answer == "no":
        assert (ended.code, ended.json["accepted"], ended.came) == (0, 5, [])
        assert not ended.told("plan.duplicates_with_unknown_ids")
        return
    assert (ended.code, ended.json["accepted"], ended.json["invalid"]) == (0, 5, 0)  # they were accepted once
    assert ended.came == [rows[0], rows[2], rows[4]]
    assert ended.told("plan.duplicates_with_unknown_ids", count=2, numbers=row_numbers([3, 5]))
    lines = {line["Row"]: line for line in sheet_rows(tmp_path / "list.results.xlsx")}
    assert [lines[row]["Status"] for row in (2, 4, 6)] == ["accepted"] * 3


def test_the_ids_of_duplicates_are_checked_when_a_job_is_resumed(world: World, tmp_path: Path) -> None:
    rows = [[*row[:6], "61196"] for row in interactions(6)]
    rows[1][6] = "88888"
    first = write_csv(tmp_path / "first.csv", rows[:3])
    assert world.sends(first).code == 0
    second = write_csv(tmp_path / "second.csv", rows)
    assert world.sends(second, first=1).json["skipped"] == 3  # rows 2 to 4 are held back, 5 goes
    world = replace(world, api=SandboxApi.with_faults(routing_points=("61196",)))
    ended = world.resumes("2", send_duplicates=True, skip_invalid=True)
    assert (ended.json["accepted"], ended.json["invalid"]) == (5, 1)
    assert rows[1] not in ended.came


class Mates:
    """Those who send with the same token leave so many places to us."""

    def __init__(self, ours: int) -> None:
        self._ours = ours
        self.in_use: list[int] = []

    def places(self, in_use: int) -> int | None:
        self.in_use.append(in_use)
        return self._ours

    def hear(self) -> Sequence[News]:
        return ()

    def tell(self, news: News) -> None: ...

    def calling(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.mark.parametrize(("ours", "waits"), [(1, True), (2, False)])
def test_the_api_is_asked_over_a_place_of_our_own(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: int, waits: bool
) -> None:
    mates = Mates(ours)
    held = TokenHold(has_waited=False, teammates=mates)
    monkeypatch.setattr(FileLocks, "hold_token", lambda *_, **__: nullcontext(held))
    monkeypatch.setattr(SqliteJournal, "unanswered", lambda *_: [1.0])  # of the API's two places, it may have one
    ended = world.sends(write_csv(tmp_path / "list.csv", [[*row[:6], "61196"] for row in interactions(2)]))
    assert (ended.code, ended.told("preflight.waits_for_place")) == (0, waits)
    assert mates.in_use[:2] == [1, 0]
