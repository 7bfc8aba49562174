"""One page for each home: the second start asks the first one for a link, and nobody else gets one."""

import asyncio
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import serving
from tests.web.pages import Page, guarded
from uploader.actions.home.presence import RunningPage, announce_page, announced_page, only_page
from uploader.errors import BusyError, JournalError
from uploader.model.cancel import CancelToken
from uploader.web.screens import screens
from uploader.web.server.app import Outside, Place, serve
from uploader.web.server.presence import link_from


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with guarded(tmp_path_factory.mktemp("page")) as page:
        yield page


def second_start(home: Path, seconds: float = 0.5) -> list[str]:
    """What a second start shows."""
    shown = list[str]()
    outside = Outside(shown.append, lambda _: None, lambda error: pytest.fail(str(error)), CancelToken())
    serve(Place(home, "en"), screens, outside, patience_seconds=seconds)
    return shown


def test_who_knows_the_secret_gets_a_new_link(page: Page) -> None:
    running = RunningPage(page.port, 1, page.doorkeeper.secret)
    links = {link_from(running, 60), link_from(running, 60)}
    assert len(links) == 2
    for link in links:
        assert link is not None
        assert page.ask(link.removeprefix(page.origin)).status == 303


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer x", "{}", "Basic {}", "Bearer {}x", "bearer {}", "xBearer {}"]
)
def test_who_does_not_know_it_gets_none(given: str, page: Page) -> None:
    answer = page.ask("/link", {"Authorization": given.format(page.doorkeeper.secret)}, b"", "POST")
    assert answer.status == 403
    assert "key=" not in answer.text


def test_a_link_is_not_asked_for_by_a_page_nor_by_looking(page: Page) -> None:
    knows = {"Authorization": f"Bearer {page.doorkeeper.secret}"}
    for more in ({"Origin": "null"}, {"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):  # fmt: skip
        assert page.ask("/link", {**knows, **more}, b"", "POST").status in {403, 421}
    assert page.ask("/link", knows).status == 403
    assert page.ask("/link", knows, b"", "POST").status == 200


def test_a_session_opens_no_other_door(page: Page) -> None:
    browser = page.entered()
    assert browser.post("/link", {"csrf": browser.csrf}).status == 403


def test_word_of_a_page_is_for_its_user_alone_and_gone_with_it(tmp_path: Path) -> None:
    page = RunningPage(8025, 7, "a secret")
    with only_page(tmp_path) as is_ours:
        assert is_ours
        announce_page(tmp_path, page)
        assert announced_page(tmp_path) == page
        assert os.name == "nt" or stat.S_IMODE((tmp_path / "app.json").stat().st_mode) == 0o600
        with only_page(tmp_path) as is_theirs:
            assert not is_theirs
        assert announced_page(tmp_path) == page
    assert announced_page(tmp_path) is None
    assert [path.name for path in tmp_path.iterdir()] == ["locks"]


def test_the_secret_is_in_no_text_of_ours() -> None:
    assert "a secret" not in repr(RunningPage(1, 2, "a secret"))


@pytest.mark.parametrize(
    "left", ["", "{", "[]", '{"port": 1}', '{"port": "x", "process": 1, "secret": "s"}', "[" * 4000, "\udcff"]
)
def test_word_that_makes_no_sense_is_none(left: str, tmp_path: Path) -> None:
    (tmp_path / "app.json").write_bytes(left.encode("utf-8", "surrogateescape"))
    assert announced_page(tmp_path) is None


def test_word_of_a_page_that_was_killed_is_gone_before_another_one_begins(tmp_path: Path) -> None:
    announce_page(tmp_path, RunningPage(8025, 7, "a secret"))
    (tmp_path / "app.json.1234.tmp").touch()
    with only_page(tmp_path) as is_ours:
        assert is_ours
        assert announced_page(tmp_path) is None
        assert [path.name for path in tmp_path.iterdir()] == ["locks"]


def test_a_home_that_can_t_be_written_to_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    with pytest.raises(JournalError, match=home.name), only_page(home):
        pass


def test_a_second_start_shows_the_page_that_runs(page: Page, tmp_path: Path) -> None:
    with only_page(tmp_path):
        announce_page(tmp_path, RunningPage(page.port, os.getpid(), page.doorkeeper.secret))
        (link,) = second_start(tmp_path, 60)
    assert page.ask(link.removeprefix(page.origin)).status == 303


def test_a_page_that_does_not_answer_is_named_after_a_bounded_wait(tmp_path: Path) -> None:
    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            writer.close()

    with serving(hang) as (url, _), only_page(tmp_path):
        announce_page(tmp_path, RunningPage(int(url.rpartition(":")[2]), 4711, "s"))
        begun = time.monotonic()
        with pytest.raises(BusyError, match="4711"):
            second_start(tmp_path)
        assert time.monotonic() - begun >= 0.5


def test_a_page_that_left_no_word_is_waited_for(tmp_path: Path) -> None:
    with only_page(tmp_path), pytest.raises(BusyError, match="unknown"):
        second_start(tmp_path)


FOREIGN = {
    "an address of its own": json.dumps({"link": "http://evil.example/enter?key=" + "x" * 43}),
    "another path": json.dumps({"link": "/enter?key=" + "x" * 43 + "&then=http://evil.example"}),
    "an address in front": json.dumps({"link": "@evil.example/enter?key=" + "x" * 43}),
    "no text": json.dumps({"link": 7}),
    "no object": "[]",
    "no JSON": "<html>",
    "no end": "[" * 100_000,
    "nothing": "",
}


@pytest.mark.parametrize("said", FOREIGN.values(), ids=FOREIGN)
def test_nothing_that_a_foreign_server_says_is_opened(said: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode())
        await writer.drain()
        writer.close()

    with serving(answer) as (url, _):
        assert link_from(RunningPage(int(url.rpartition(":")[2]), 1, "s"), 60) is None


def test_a_foreign_server_leads_nowhere_else(page: Page) -> None:
    async def lead_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 307 X\r\nLocation: {page.origin}/link\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    with serving(lead_on) as (url, _):
        assert link_from(RunningPage(int(url.rpartition(":")[2]), 1, page.doorkeeper.secret), 60) is None
