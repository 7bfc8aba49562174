import sys
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from uploader.cli import run
from uploader.cli.ui import TerminalUi
from uploader.i18n import Message
from uploader.model.questions import Question
from uploader.model.rows import Status
from uploader.model.summary import Summary

DONE = Summary(Path("list.csv"), "t", 1, {Status.ACCEPTED: 3}, run={Status.ACCEPTED: 3})
REJECTED = Summary(Path("list.csv"), "t", 1, {Status.ACCEPTED: 3, Status.REJECTED: 1}, run={Status.ACCEPTED: 3})
QUOTA = Message("text", text="the quota is nearly spent")


def quiet() -> TerminalUi:
    return TerminalUi(is_attended=False, language="en", quiet=True)


def test_quiet_says_nothing_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    ui = quiet()
    ui.tell(QUOTA)
    ui.show(DONE)
    assert capsys.readouterr() == ("", "")


def test_quiet_tells_everything_where_something_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    ui = quiet()
    ui.tell(QUOTA)
    ui.show(REJECTED)
    told = capsys.readouterr()
    assert told.err == "the quota is nearly spent\n"
    assert "3 accepted, 1 rejected" in told.out


def test_quiet_tells_a_good_end_after_all_where_the_workbook_can_not_be_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ui = quiet()
    ui.show(DONE)
    ui.tell(Message("text", text="The disk is full."))
    ui.show(Summary(Path("list.csv"), "t", 1, {Status.ACCEPTED: 3}, stopped=QUOTA))
    told = capsys.readouterr()
    assert told.err == "3 rows: 3 accepted. Time: 0 s.\nThe disk is full.\n"
    assert told.out == ""


def test_a_good_send_is_silent_on_both_streams(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPLOADER_HOME", str(tmp_path / "home"))
    path = write_csv(tmp_path / "list.csv", interactions(3))
    assert run(["send", str(path), "--sandbox", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_quiet_of_invalid_rows_tells_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPLOADER_HOME", str(tmp_path / "home"))
    rows = interactions(3)
    rows[1][6] = ""
    path = write_csv(tmp_path / "list.csv", rows)
    assert run(["send", str(path), "--sandbox", "--quiet"]) == 2
    told = capsys.readouterr().err
    assert "G3" in told
    assert "Nothing was sent." in told


def test_what_was_held_back_is_told_before_a_question(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ui = TerminalUi(is_attended=True, language="es", quiet=True)
    monkeypatch.setattr(sys.stdin, "readline", lambda: "s\n", raising=False)
    ui.tell(QUOTA)
    assert ui.decide([Question("forget")]) == {"forget": "yes"}
    assert capsys.readouterr().err == "the quota is nearly spent\n¿Eliminar estos datos? [s/N]: "
