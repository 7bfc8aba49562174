"""An empty list, and what comes next."""

from pathlib import Path

import pytest

from uploader.cli import run


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Once it is filled in:"), ("es", "Cuando esté llena:"), ("pt", "Quando estiver preenchida:")],
)
def test_the_next_command_names_the_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["blank", "zendesk/create_ticket", "--language", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    path = tmp_path / "create_ticket.xlsx"
    assert lines[1:] == [words, f"  uploader send {path} --template zendesk/create_ticket"]
