"""`uploader work` and `uploader send --join` on a computer whose journal nobody shares."""

from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from uploader.cli import run
from uploader.sandbox import TOKEN, SandboxConfig
from uploader.sandbox.server import running


@pytest.fixture
def unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)
    monkeypatch.setenv("WOLKVOX_SERVER", "0000")
    path = write_csv(tmp_path / "list.csv", interactions(3))
    with running(SandboxConfig(latency_seconds=0)) as url:
        assert run(["send", str(path), "--base-url", url, "--first", "1"]) == 1
    return path


def test_without_any_job_it_needs_a_journal_that_the_team_shares(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["work"]) == 2
    assert "needs a journal that the team shares" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["work", "work 1", "send --join"])
def test_it_needs_a_journal_that_the_team_shares(
    unfinished: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    line = ["send", str(unfinished), "--join"] if how.startswith("send") else how.split()
    assert run(line) == 2
    said = "needs a journal that the team shares"
    assert said in capsys.readouterr().err
