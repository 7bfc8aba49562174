"""The wish to end, from any thread, is honoured by every long step; nothing is sent twice or lost because of it."""

import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import interactions, write_csv, write_xlsx
from tests.waiting import HANG_SECONDS
from tests.worlds import World
from uploader.errors import CancelledError
from uploader.journal.locks import FileLocks
from uploader.model.cancel import CancelToken
from uploader.model.events import Interrupting, Phase, RowDone
from uploader.model.settings import Settings
from uploader.model.teammates import TokenLimits
from uploader.readers.excel import book
from uploader.readers.snapshot import Snapshot
from uploader.templates.requests.many.maker import RequestMaker


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "home")


@pytest.mark.parametrize("phase", ["reading", "checking", "staging", "writing"])
def test_every_long_step_ends_when_it_is_asked_to(world: World, tmp_path: Path, phase: str) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(30))
    ui = world.person()

    def cancel_in_it(event: Any) -> None:
        if isinstance(event, Phase) and event.name == phase:
            thread = threading.Thread(target=ui.cancel.cancel)
            thread.start()
            thread.join()

    ui.watch = cancel_in_it
    with pytest.raises(CancelledError):
        world.send(path)
    assert len(world.api.rows) == (30 if phase == "writing" else 0)
    assert not (tmp_path / "list.results.xlsx").exists()
    world.person()
    summary = world.send(path)  # and it is done as if nothing had been: each row once
    assert world.statuses(summary) == ["accepted"] * 30
    assert len(world.api.rows) == 30


def test_sending_ends_in_order_and_what_is_left_can_be_resumed(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(30))
    ui = world.person()
    ui.watch = lambda event: ui.cancel.cancel() if isinstance(event, RowDone) else None
    summary = world.send(path)
    assert (summary.interrupted, summary.sent) == (True, True)
    assert any(isinstance(event, Interrupting) for event in ui.events)
    sent = len(world.api.rows)
    assert world.statuses(summary).count("accepted") == sent
    assert 0 < sent < 30
    world.person()
    summary = world.send(path)
    assert world.statuses(summary) == ["accepted"] * 30
    assert len(world.api.rows) == 30


def test_waiting_for_another_run_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    settings, token = Settings(secret={"token": "x"}), CancelToken()
    hold_token = partial(FileLocks(tmp_path, "journal").hold_token, limits=TokenLimits(2, 0, 0))
    holds, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with hold_token("https://a", settings, "a.csv", on_wait=lambda _: None, cancel=CancelToken()):
            holds.set()
            let_go.wait(HANG_SECONDS)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(HANG_SECONDS)
    try:
        with (
            pytest.raises(CancelledError),
            hold_token("https://a", settings, "b.csv", on_wait=lambda _: token.cancel(), cancel=token),
        ):
            pytest.fail("it was held by somebody else")
    finally:
        let_go.set()
        thread.join()


def test_a_workbook_is_opened_once(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", interactions(3))
    opened: list[Path] = []
    begin = book.Book.__init__

    def counted(self: Any, file: Snapshot, *rest: Any) -> None:
        opened.append(file.path)
        begin(self, file, *rest)

    monkeypatch.setattr(book.Book, "__init__", counted)
    summary = world.send(path)
    assert opened == [path]
    opened.clear()
    assert summary.results is not None
    world.send(summary.results)
    assert opened.count(summary.results) <= 3  # read, looked at before it is replaced, and for notes


def test_a_row_has_one_request_built_and_one_fingerprint_made_for_each_look(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    made = RequestMaker.made

    def counted(self: RequestMaker, *arguments: Any, **options: Any) -> Any:
        built.append("request")
        return made(self, *arguments, **options)

    monkeypatch.setattr(RequestMaker, "made", counted)
    world.send(write_csv(tmp_path / "list.csv", interactions(4)))
    assert len(built) == 4


def test_a_run_that_does_not_practise_does_not_import_the_sandbox_s_library(tmp_path: Path) -> None:
    code = "import sys, uploader.actions.send, uploader.actions.resume; print('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
