"""The browser of these tests sees what is wrong with a page, so that its silence means something."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web
from playwright.sync_api import Page, expect

from tests.processes import started
from tests.waiting import HANG_SECONDS
from tests.web.browser import Chromium, Complaints, axe_findings
from tests.web.conftest import OpenPage, link_of

STRICT = {"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"}
WHOLE = "<!doctype html><html lang='es'><title>T</title><main><h1>Hola</h1>{}</main></html>"


@contextmanager
def page_with(body: str, script: str = "") -> Iterator[str]:
    """The address of a page with this body, a strict policy and one script of its own."""

    async def whole(_: web.Request) -> web.Response:
        text = WHOLE.format(body + "<script src='own.js'></script>")
        return web.Response(text=text, content_type="text/html", headers=STRICT)

    async def own(_: web.Request) -> web.Response:
        return web.Response(text=script, content_type="text/javascript")

    async def none(_: web.Request) -> web.Response:
        return web.Response(status=204)

    with serving(web.get("/", whole), web.get("/own.js", own), web.get("/favicon.ico", none)) as url:
        yield url


@contextmanager
def serving(*routes: web.RouteDef) -> Iterator[str]:
    """The address of a server in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="page of a test")
    thread.start()
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0)

    async def start() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(HANG_SECONDS)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(HANG_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(HANG_SECONDS)
        loop.close()


def test_a_page_without_a_fault_is_silent(page: Page) -> None:
    with page_with("<p>Listo</p>") as url:
        page.goto(url)
        expect(page.get_by_role("heading")).to_have_text("Hola")
        assert axe_findings(page) == []


def test_axe_finds_what_a_screen_reader_can_not_use(page: Page) -> None:
    with page_with("<button></button><input>") as url:
        page.goto(url)
        found = axe_findings(page)
    assert [line.partition(":")[0] for line in found] == ["button-name", "label"]
    assert found[0].endswith(": button")


@pytest.mark.parametrize(
    ("body", "script", "words"),
    [
        ("", "console.error('broken')", "console: broken"),
        ("", "undefined.x", "uncaught: "),
        ("", "fetch('/no')", "404: GET http://127.0.0.1:"),
        ("", "fetch('http://127.0.0.1:9/')", "http://127.0.0.1:9/"),
        ("<p onclick='x()'>", "document.querySelector('p').click()", "Content Security Policy"),
    ],
)
def test_what_goes_wrong_on_a_page_is_heard(
    page: Page, complaints: Complaints, body: str, script: str, words: str
) -> None:
    with page_with(body, f"{script};") as url:
        page.goto(url, wait_until="networkidle")
        with pytest.raises(AssertionError, match=re.escape(words)):
            complaints.end()
    complaints.take("")  # of one fault Chromium may say more


def test_each_page_has_its_own_cookies_and_language(open_page: OpenPage) -> None:
    with page_with("<p>Listo</p>") as url:
        one, two = open_page(), open_page(locale="pt-BR", viewport={"width": 360, "height": 640})
        for page in (one, two):
            page.goto(url)
        one.context.add_cookies([{"name": "a", "value": "b", "url": url}])
        assert two.context.cookies() == []
        assert [page.evaluate("navigator.language + innerWidth") for page in (one, two)] == ["es-CO1280", "pt-BR360"]


def test_while_no_test_uses_the_browser_loops_run_as_ever(chromium: Chromium) -> None:
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"
    with chromium.in_use() as browser:
        assert browser.is_connected()
    assert asyncio.run(asyncio.sleep(0, "done")) == "done"


def test_the_link_is_what_a_command_says_first() -> None:
    with started("sandbox", "--port", "0") as process:
        assert link_of(process).startswith("http://127.0.0.1:")
