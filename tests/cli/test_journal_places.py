"""Every command goes to the team's journal where one is named, and no word that it says shows the password."""

import json
import traceback
from pathlib import Path

import pytest

import uploader
from tests.conftest import interactions, write_csv
from uploader.cli import run
from uploader.errors import JournalError, SettingsError
from uploader.model.exit_codes import ExitCode
from uploader.sandbox import TOKEN

PASSWORD = "gehe1m"
UNREACHABLE = f"postgresql://ana:{PASSWORD}@127.0.0.1:1/team"
WRONG = f"postgresql://ana:{PASSWORD}?@127.0.0.1/team"
COMMANDS = (("history",), ("history", "--json"), ("history", "forget", "1", "--yes"), ("results",), ("resume",),
            ("settle", "1", "--row", "2", "--arrived"), ("send", "list.csv", "--yes", "--json"))  # fmt: skip


@pytest.fixture(autouse=True)
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)
    return write_csv(tmp_path / "list.csv", interactions(2))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("address", "code", "part"),
    [
        (UNREACHABLE, ExitCode.STOPPED, "127.0.0.1:1/team can't be reached"),
        (WRONG, ExitCode.NOTHING_SENT, "PGPASSWORD"),
    ],
)
def test_a_journal_that_is_not_there_stops_the_command(
    command: tuple[str, ...], address: str, code: ExitCode, part: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_world: Path,
) -> None:  # fmt: skip
    monkeypatch.setenv("UPLOADER_JOURNAL", address)
    assert run(command) == code
    out, err = capsys.readouterr()
    assert part in err
    assert PASSWORD not in out + err
    if "--json" in command:
        assert json.loads(out)["exit"] == code
    assert not list(own_world.rglob("*.db"))  # nothing is written down elsewhere instead


def test_a_check_says_that_it_could_not_compare(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_world: Path
) -> None:
    own_world.mkdir()
    (own_world / "settings.toml").write_text('journal = "host=127.0.0.1 port=1 dbname=team"', encoding="utf-8")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert run(["check", "list.csv"]) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert "127.0.0.1:1/team can't be reached" in err
    assert PASSWORD not in out + err


def test_the_sandbox_needs_no_team(monkeypatch: pytest.MonkeyPatch, own_world: Path) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL", UNREACHABLE)
    assert run(["send", "list.csv", "--sandbox", "--yes", "--quiet"]) == ExitCode.DONE
    assert [path.name for path in own_world.glob("*.db")] == ["sandbox.db"]


def test_python_goes_there_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL", UNREACHABLE)
    for call in (uploader.history, lambda: uploader.send(tmp_path / "list.csv")):
        with pytest.raises(JournalError) as raised:
            call()
        assert PASSWORD not in "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    monkeypatch.setenv("UPLOADER_JOURNAL", WRONG)
    with pytest.raises(SettingsError) as refused:
        uploader.history()
    assert PASSWORD not in "".join(traceback.format_exception(refused.value)) + repr(refused.value)


def test_a_bug_report_holds_no_password(
    monkeypatch: pytest.MonkeyPatch, own_world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL", UNREACHABLE)

    def broken(*_: object, **__: object) -> None:
        raise ValueError(UNREACHABLE)

    monkeypatch.setattr("uploader.journal.places.Server.of", broken)
    assert run(["history", "--json"]) == ExitCode.OUR_BUG
    out, err = capsys.readouterr()
    log = (own_world / "bugs.log").read_text(encoding="utf-8")
    assert "ValueError" in log
    assert PASSWORD not in out + err + log
