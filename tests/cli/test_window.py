"""What a program without a console has to say at its end."""

import sys

import pytest

from uploader.cli.terminal import make_streams_lenient, tell
from uploader.cli.window import errors_in_window


def ended(code: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is shown of an end with that exit code, where there is no console, as for pythonw.exe."""
    shown = list[str]()
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    def run() -> None:
        make_streams_lenient()
        tell("on the way")
        tell("El puerto está ocupado", to_error=True)
        sys.stdout.close()
        sys.exit(code)

    with pytest.raises(SystemExit), errors_in_window(shown.append):
        run()
    return shown


def test_an_error_is_shown_in_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(2, monkeypatch) == ["El puerto está ocupado"]


def test_a_good_end_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(0, monkeypatch) == []


def test_where_there_is_a_console_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    shown = list[str]()
    with errors_in_window(shown.append):
        tell("x", to_error=True)
    assert shown == []
    assert capsys.readouterr().err == "x\n"
