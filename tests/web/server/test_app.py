"""The page's server from its start to its end, as a function and as the command."""

import asyncio
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from aiohttp import web

from tests.conftest import Command, environment, everything_written, interactions, write_xlsx
from tests.processes import Running, started
from tests.waiting import HANG_SECONDS, until
from tests.web.visits import Visitor, sandbox
from uploader.actions.home.presence import announced_page
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.sandbox import TOKEN
from uploader.web.server.app import Outside, Place, Screens, serve
from uploader.web.server.guard import Guard
from uploader.web.server.life import Life

has_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@dataclass
class Desk:
    """A desk with one work, if it is busy; asked to stop, that waits for its last answer."""

    busy: bool = False
    is_answered: bool = True
    heard: list[str] = field(default_factory=list)

    def is_busy(self) -> bool:
        return self.busy

    def stop_all(self) -> None:
        self.heard.append("stop")

    async def wait_until_idle(self) -> None:
        while not self.is_answered:  # noqa: ASYNC110  # another thread says so
            await asyncio.sleep(0.01)
        self.busy = False
        self.heard.append("idle")


@dataclass
class Started:
    """A page in this process."""

    home: Path
    desk: Desk = field(default_factory=Desk)
    cancel: CancelToken = field(default_factory=CancelToken)
    shown: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    on_show: Callable[["Started"], None] = lambda _: None
    """What the person does then, in a thread."""
    _people: list[threading.Thread] = field(default_factory=list)

    def run(self, *, port: int = 0, idle_seconds: float = HANG_SECONDS) -> None:
        outside = Outside(self._show, lambda message: self.told.append(message.code), self._bug, self.cancel)
        try:
            serve(Place(self.home, "es"), self._screens, outside, port=port, idle_seconds=idle_seconds)
        finally:
            for person in self._people:
                person.join(HANG_SECONDS)

    def _show(self, address: str) -> None:
        self.shown.append(address)
        person = threading.Thread(target=self.on_show, args=(self,))
        person.start()
        self._people.append(person)

    def _screens(self, _: Place, __: Guard, life: Life) -> Screens:
        async def close(_: web.Request) -> web.StreamResponse:
            life.end()
            return web.Response(text="closed")

        return Screens(self.desk, [web.get("/", close)])

    @staticmethod
    def _bug(error: Exception) -> Message:
        raise AssertionError from error


def cookie_by(link: str) -> str:
    """The cookie of a browser that follows the link."""
    where = urlsplit(link)
    connection = http.client.HTTPConnection(where.netloc, timeout=HANG_SECONDS)
    connection.request("GET", f"{where.path}?{where.query}")
    answer = connection.getresponse()
    assert answer.status == 303
    connection.close()
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def shown_at(link: str, path: str, cookie: str, form: dict[str, str] | None = None) -> str:
    connection = http.client.HTTPConnection(urlsplit(link).netloc, timeout=HANG_SECONDS)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("GET" if form is None else "POST", path, None if form is None else urlencode(form), headers)
    answer = connection.getresponse()
    assert answer.status == 200
    text = answer.read().decode()
    connection.close()
    return text


def is_open(link: str) -> bool:
    where = urlsplit(link)
    with socket.socket() as client:
        return client.connect_ex((str(where.hostname), int(where.port or 0))) == 0


def test_it_ends_some_time_after_the_last_use(tmp_path: Path) -> None:
    page = Started(tmp_path)
    begun = time.monotonic()
    page.run(idle_seconds=0.3)
    assert time.monotonic() - begun >= 0.3
    assert page.desk.heard == ["stop", "idle"]
    assert page.told == []
    assert not is_open(page.shown[0])
    assert announced_page(tmp_path) is None


def test_it_never_ends_by_itself_while_a_work_runs(tmp_path: Path) -> None:
    def work_for_a_while(page: Started) -> None:
        time.sleep(1)
        page.desk.heard.append("worked")
        page.desk.busy = False

    page = Started(tmp_path, Desk(busy=True), on_show=work_for_a_while)
    page.run(idle_seconds=0.2)
    assert page.desk.heard == ["worked", "stop", "idle"]


def test_a_person_s_end_and_a_signal_s_wait_for_the_answers_under_way(tmp_path: Path) -> None:
    page = Started(tmp_path, Desk(busy=True), on_show=lambda page: page.cancel.cancel())
    page.run()
    assert page.desk.heard == ["stop", "idle"]
    assert page.told == ["app.stopping"]


def test_a_person_closes_it_on_the_page(tmp_path: Path) -> None:
    said = list[str]()
    page = Started(tmp_path, on_show=lambda page: said.append(shown_at(page.shown[0], "/", cookie_by(page.shown[0]))))
    page.run()
    assert said == ["closed"]


def test_the_page_answers_while_it_waits_for_the_last_answers(tmp_path: Path) -> None:
    said = list[str]()

    def ask_after_the_end(page: Started) -> None:
        cookie = cookie_by(page.shown[0])
        page.cancel.cancel()
        until(lambda: page.desk.heard, "its end")
        said.append(shown_at(page.shown[0], "/", cookie))
        page.desk.is_answered = True

    Started(tmp_path, Desk(busy=True, is_answered=False), on_show=ask_after_the_end).run()
    assert said == ["closed"]


def test_a_wish_to_end_that_came_before_the_start_counts(tmp_path: Path) -> None:
    page = Started(tmp_path)
    page.cancel.cancel()
    page.run()
    assert page.desk.heard == ["stop", "idle"]


def test_a_port_that_is_taken_is_named_with_what_helps(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"port {port}: .*0"):
            Started(tmp_path).run(port=port)
    assert announced_page(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is only one such address")
def test_it_listens_on_this_computer_s_own_address_alone(tmp_path: Path) -> None:
    outside = list[bool]()

    def try_others(page: Started) -> None:
        port = urlsplit(page.shown[0]).port
        cookie_by(page.shown[0])
        outside.append(is_open(f"http://127.0.0.2:{port}"))
        page.cancel.cancel()

    Started(tmp_path, on_show=try_others).run()
    assert outside == [False]


# The command


def link_of(running: Running) -> str:
    """The first line of its output."""

    def line() -> str:
        return running.out.read_text(encoding="utf-8").partition("\n")[0]

    until(lambda: "\n" in running.out.read_text(encoding="utf-8") or running.is_over, "a link")
    assert line().startswith("http://127.0.0.1:"), running.err.read_text(encoding="utf-8")
    return line()


@has_signals
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_it_in_good_order(number: str, own_world: Path) -> None:
    with started("app", "--no-open", "--language", "es") as running:
        link = link_of(running)
        assert "uploader funciona solo en este computador." in shown_at(link, "/", cookie_by(link))
        running.process.send_signal(getattr(signal, number))
        ended = running.ended()
    assert (ended.code, ended.out, ended.err) == (0, f"{link}\n", "")
    assert not (own_world / "app.json").exists()
    assert not (own_world / "bugs.log").exists()


def test_a_second_start_opens_the_first_and_a_killed_one_is_followed_by_another(
    own_world: Path, uploader: Command
) -> None:
    with started("app", "--no-open") as first:
        link = link_of(first)
        again = uploader("app", "--no-open")
        assert (again.code, again.err) == (0, "")
        assert urlsplit(again.out).netloc == urlsplit(link).netloc
        cookie_by(again.out.strip())
        first.kill()
        assert announced_page(own_world) is not None
        with started("app", "--no-open") as second:
            cookie = cookie_by(link_of(second))
            csrf = shown_at(link_of(second), "/", cookie).partition('name="csrf" value="')[2].partition('"')[0]
            assert "uploader is closing" in shown_at(link_of(second), "/quit", cookie, {"csrf": csrf})
            assert second.ended().code == 0


def test_a_start_whose_port_is_taken_says_what_helps(uploader: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = uploader("app", "--no-open", "--port", str(taken.getsockname()[1]))
    assert ended.code == 2
    assert "--port 0" in ended.err


@has_signals
def test_a_demo_is_gone_at_its_end_and_touches_nothing_of_the_person(own_world: Path, tmp_path: Path) -> None:
    with started("app", "--demo", "--no-open", TMPDIR=str(tmp_path)) as running:
        cookie_by(link_of(running))
        (folder,) = tmp_path.iterdir()
        assert (folder / "home" / "app.json").exists()
        running.process.send_signal(signal.SIGTERM)
        assert running.ended().code == 0
    assert list(tmp_path.iterdir()) == []
    assert not own_world.exists()


@has_signals
def test_it_opens_the_browser(tmp_path: Path) -> None:
    browser, visited, closed = tmp_path / "browser", tmp_path / "visited", tmp_path / "closed"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > "{visited}.tmp"; mv "{visited}.tmp" "{visited}"\n'
        f'while [ -d "{tmp_path}" ] && [ ! -e "{closed}" ]; do sleep 0.1; done\n'
    )
    browser.chmod(0o755)
    with started("app", BROWSER=f"{browser} %s") as running:
        until(visited.exists, "the browser")
        cookie_by(visited.read_text())
        running.process.send_signal(signal.SIGTERM)
        ended = running.ended()  # though the browser's command runs on
    closed.touch()
    assert (ended.code, ended.out, ended.err) == (0, "", "")


@has_signals
@pytest.mark.parametrize("chosen", [{}, {"BROWSER": "/nowhere/browser %s"}], ids=["none", "one that is gone"])
@pytest.mark.parametrize("terminal", ["", "xterm"])
def test_without_a_browser_it_says_the_link(chosen: dict[str, str], terminal: str, tmp_path: Path) -> None:
    for name in ("w3m", "lynx", "www-browser"):  # they fill a terminal, and run no script of ours
        (tmp_path / name).write_text(f"#!/bin/sh\n: > {tmp_path}/was-run\n")
        (tmp_path / name).chmod(0o755)
    more = {"PATH": str(tmp_path), "DISPLAY": "", "WAYLAND_DISPLAY": "", "TERM": terminal, **chosen}
    with started("app", stdin=None, **more) as running:
        until(lambda: "enter?key=" in running.out.read_text(encoding="utf-8"), "the link")
        said = running.out.read_text(encoding="utf-8")
        assert said.startswith("No browser could be opened.")
        cookie_by(said.split()[-1])
    assert not (tmp_path / "was-run").exists()


@has_signals
def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, script, str(tmp_path / "home")],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http://")
    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == "app.stopping\n"
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=HANG_SECONDS)
    assert (process.returncode, out, err) == (130, "", "")


BUSY = """
import asyncio, sys
from pathlib import Path
from uploader.cli.interrupts import begin_orderly, handled
from uploader.model.cancel import CancelToken
from uploader.sandbox import TOKEN
from uploader.web.server.app import Outside, Place, Screens, serve

class Desk:
    def is_busy(self): return True
    def stop_all(self): pass
    def wait_until_idle(self): return asyncio.Event().wait()

cancel = CancelToken()
say = lambda text: print(text, flush=True)
try:
    with handled():
        begin_orderly(cancel)
        outside = Outside(say, lambda message: say(message.code), lambda error: None, cancel)
        serve(Place(Path(sys.argv[1]), "en"), lambda *_: Screens(Desk(), []), outside)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_everything_goes_to_the_base_url_and_no_secret_is_in_any_file_or_answer(
    own_world: Path, tmp_path: Path
) -> None:
    rows = interactions(2)
    with sandbox(tmp_path / "sandbox") as api:
        with started("app", "--no-open", "--base-url", api.url, "--language", "pt", WOLKVOX_TOKEN="") as running:
            visitor = Visitor(link_of(running))
            assert visitor.page.language == "pt"
            visitor.look("/settings")
            visitor.press("web.settings.save", {"folder": str(tmp_path / "lists")})
            visitor.look("/")
            visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
            visitor.press("web.review.continue", count=2)
            visitor.press("web.ask.continue", {"setting wolkvox_token": TOKEN})
            visitor.press("page.action.send", count=2)
            assert visitor.page.path == "/jobs/1"
            secret = json.loads((own_world / "app.json").read_text(encoding="utf-8"))["secret"]
            visitor.press("web.quit.button")
            assert running.ended().code == 0
        assert api.rows(taken=True) == sorted(rows)
    assert [one for one in visitor.responses if TOKEN.encode() in one or secret.encode() in one] == []
    written = [*everything_written(own_world), *everything_written(tmp_path)]
    assert {"journal.db", "page.json", "lista.results.xlsx"} <= {name for name, _ in written}
    assert [name for name, content in written if TOKEN.encode() in content] == []


def test_a_base_url_that_is_none_is_refused_before_anything_begins(own_world: Path, uploader: Command) -> None:
    ended = uploader("app", "--no-open", "--base-url", "ftp://example.com/x")
    assert ended.code == 2
    assert "ftp://example.com/x" in ended.err
    assert not (own_world / "app.json").exists()
