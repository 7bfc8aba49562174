"""The page as its person has it: `uploader app` as a process with a world of its own, and a browser in front of it.

    def test_...(page: Page, app: App) -> None:
        page.goto(app.link)

`page` is one fresh page, as a Spanish computer shows it; `open_page(locale="pt-BR", viewport={...})` gives others.
Errors on the console, uncaught ones, failed requests and answers of 400 and more fail the test at its end, unless it
takes them (`complaints.take(...)`). A strict policy stops `page.wait_for_function`: wait for elements (`expect`).
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PracticeProcess
from tests.processes import Running, started
from tests.waiting import HANG_SECONDS, until
from tests.web.browser import CHROMIUM, Chromium, Complaints, running
from tests.web.clerk import Clerk, Office
from tests.web.visits import Sandbox, Site, Visitor, opened, sandbox
from uploader.sandbox import TOKEN

OpenPage = Callable[..., Page]
_LINK = re.compile(rb"http://127\.0\.0\.1:\d+\S*")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser come first: other workers take from the end, so one worker alone starts a browser."""
    items.sort(key=lambda item: "chromium" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    expect.set_options(timeout=HANG_SECONDS * 1000)
    with running() as browser:
        yield browser


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    complaints = Complaints()
    yield complaints
    complaints.end()


@pytest.fixture
def open_page(chromium: Chromium, complaints: Complaints) -> Iterator[OpenPage]:
    """Opens a page in a context of its own, with the options of Playwright's `new_context`."""
    with chromium.in_use() as browser:
        contexts = []

        def open_page(**how: Any) -> Page:
            contexts.append(browser.new_context(**{"locale": "es-CO", "reduced_motion": "reduce", **how}))
            contexts[-1].set_default_timeout(HANG_SECONDS * 1000)
            page = contexts[-1].new_page()
            complaints.hear(page)
            return page

        yield open_page
        for context in contexts:
            context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@dataclass(frozen=True)
class App:
    """`uploader app --no-open` as a process."""

    link: str
    """Opens the page, once."""
    process: Running
    documents: Path
    """The person's folder of documents."""


@pytest.fixture
def documents(own_world: Path) -> Path:
    documents = own_world.parent / "Documents"
    documents.mkdir()
    return documents


@pytest.fixture
def app(documents: Path) -> Iterator[App]:
    with started("app", "--no-open") as process:
        yield App(link_of(process), process, documents)


def link_of(process: Running) -> str:
    """The address in the first line that a command says."""
    until(lambda: process.is_over or b"\n" in process.out.read_bytes(), "a first line with a link")
    first, _, _ = process.out.read_bytes().partition(b"\n")
    found = _LINK.search(first)
    assert found is not None, (first, process.err.read_text(encoding="utf-8"))
    return found[0].decode()


# Without a browser: the application with a home of its own, and a sandbox in the place of the API


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Sandbox]:
    with sandbox(tmp_path / "sandbox") as one:
        yield one


@pytest.fixture
def settings_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """As IT leaves them in the environment."""
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)


@pytest.fixture
def site(
    tmp_path: Path, own_world: Path, api: Sandbox, settings_at_hand: None, api_that_ends_soon: None
) -> Iterator[Site]:
    with opened(tmp_path / "page", own_world, base_url=api.url) as one:
        yield one


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return site.visitor()


# With a browser: an office, and whoever works there


@pytest.fixture
def latency() -> float:
    """How long each answer of the sandbox takes. A test that needs another one says so: `parametrize("latency", …)`."""
    return 0.02


@pytest.fixture
def office(latency: float, documents: Path, tmp_path: Path, api_that_ends_soon: None) -> Iterator[Office]:
    record = tmp_path / "record.jsonl"
    how = ["--latency", str(latency), "--time-limit", "0.2", "--record", str(record)]
    with started("sandbox", "--port", "0", *how) as api:
        office = Office(PracticeProcess(link_of(api), record), api, documents, tmp_path)
        office.install_opener()
        yield office


OpenApp = Callable[..., AbstractContextManager[App]]


@pytest.fixture
def open_app(office: Office) -> OpenApp:
    """Starts the page in the office, with more in its environment."""

    @contextmanager
    def open_app(**more: str) -> Iterator[App]:
        path = f"{office.desktop / 'programs'}{os.pathsep}{os.environ['PATH']}"
        with started(*office.arguments, stdin=None, PATH=path, **more) as process:
            yield App(link_of(process), process, office.documents)

    return open_app


@pytest.fixture
def clerk(page: Page, open_app: OpenApp) -> Iterator[Clerk]:
    """At the first page, in Spanish."""
    with open_app() as app:
        page.goto(app.link)
        yield Clerk(page)
