"""A browser on the page: what it complains of, and what axe-core finds. Playwright drives the system's Chromium."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.waiting import HANG_SECONDS

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_OPTIONS = [
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--in-process-gpu",  # one process less to start and to talk to
    "--disable-dev-shm-usage",  # containers have little of it
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--renderer-process-limit=1",
]
_BAD_STATUS = 400


@dataclass
class Chromium:
    """A running browser, which one worker's tests share.

    While Playwright's calls wait, its event loop counts as running in this thread, and `asyncio.run` refuses. So the
    loop is the thread's only while a test uses the browser.
    """

    browser: Browser
    _loop: asyncio.AbstractEventLoop

    @contextmanager
    def in_use(self) -> Iterator[Browser]:
        asyncio._set_running_loop(self._loop)
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)


@contextmanager
def running() -> Iterator[Chromium]:
    """The browser, started once and closed at the end of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS, timeout=HANG_SECONDS * 1000)
        chromium = Chromium(browser, asyncio.get_running_loop())
        asyncio._set_running_loop(None)
        yield chromium
        with chromium.in_use():
            browser.close()
        asyncio._set_running_loop(chromium._loop)  # Playwright ends it


@dataclass
class Complaints:
    """What went wrong on the pages of a test. Whatever is left at its end fails it; a test that means one takes it away."""

    found: list[str] = field(default_factory=list)

    def hear(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def take(self, words: str) -> list[str]:
        """Those that contain the words; they fail no more."""
        taken = [one for one in self.found if words in one]
        self.found = [one for one in self.found if words not in one]
        return taken

    def end(self) -> None:
        """Fail if any is left."""
        assert self.found == [], "\n".join(self.found)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        is_icon = request.url.endswith(
            "/icon.svg"
        )  # which a browser asks for when it likes, also after the server's end
        if request.failure != "net::ERR_ABORTED" and not is_icon:  # that: the page was left, or it became a download
            self.found.append(f"request failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= _BAD_STATUS:
            self.found.append(f"{response.status}: {response.request.method} {response.url}")


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def axe_findings(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now: a line for each rule that is broken, with the places.

    It goes in by the way of the developer tools, so the page's own Content-Security-Policy stays as it is.
    """
    tools = page.context.new_cdp_session(page)
    try:
        _evaluated(tools, _axe())
        found = json.loads(_evaluated(tools, "axe.run({resultTypes: ['violations']}).then(JSON.stringify)"))
    finally:
        tools.detach()
    return [
        f"{rule['id']}: {rule['help']}: " + ", ".join(" ".join(map(str, node["target"])) for node in rule["nodes"])
        for rule in found["violations"]
    ]


def _evaluated(tools: Any, script: str) -> Any:
    how = {"awaitPromise": True, "returnByValue": True, "allowUnsafeEvalBlockedByCSP": True}
    answer = tools.send("Runtime.evaluate", {"expression": script, **how})
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
