"""The page with a team's journal: it sends and looks there, and says so; without it, nothing is sent."""

from pathlib import Path

import pytest

import uploader
from tests.conftest import interactions, write_csv
from tests.web.visits import Sandbox, opened
from uploader.journal import Server
from uploader.sandbox import TOKEN

PASSWORD = "gehe1m"


@pytest.fixture(autouse=True)
def settings_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)


@pytest.mark.usefixtures("api_that_ends_soon")
def test_what_the_page_sends_is_known_to_the_team(
    database: Server, api: Sandbox, tmp_path: Path, own_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL", database.conninfo)
    with opened(tmp_path / "page", own_world, base_url=api.url) as site:
        visitor = site.visitor()
        visitor.drop(write_csv(tmp_path / "list.csv", interactions(3)))
        visitor.press("web.review.continue", count=3)
        visitor.press("page.action.send", count=3)
        assert "list.csv" in visitor.look("/history").text
        assert database.shown in visitor.look("/settings").text
    assert not list(own_world.glob("journal.db*"))
    jobs = uploader.history(home=tmp_path / "another computer")
    assert list(jobs["accepted"]) == [3]


def test_a_journal_out_of_reach_is_said_on_every_page_without_its_password(
    tmp_path: Path, own_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL", f"postgresql://ana:{PASSWORD}@127.0.0.1:1/team")
    with opened(tmp_path / "page", own_world, base_url="http://127.0.0.1:1") as site:
        visitor = site.visitor()
        for page in ("/", "/history"):
            text = visitor.look(page).text
            assert "No se puede llegar al registro del equipo 127.0.0.1:1/team" in text
            assert PASSWORD not in text
    assert not list(own_world.glob("*.db"))
