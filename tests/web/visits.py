"""The real application in this process, and a visitor who reads its pages and presses the buttons that are there."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import xlsxwriter
from aiohttp import web

from tests.conftest import FIELDS
from tests.waiting import HANG_SECONDS, until
from tests.web.pages import BOUNDARY, FORM, part
from uploader.i18n import Fact, Message, render
from uploader.model.cancel import CancelToken
from uploader.sandbox.config import SandboxConfig
from uploader.sandbox.faults import FaultRule
from uploader.sandbox.server import running
from uploader.web.desk.desk import Desk
from uploader.web.pages.app_keys import DESK
from uploader.web.screens import screens
from uploader.web.server.app import Place, Screens
from uploader.web.server.guard import Guard
from uploader.web.server.life import Life
from uploader.web.server.listening import answering, bound

_MOST_STEPS = 10
"""Redirections after each other."""
_FIELDS = ("input", "select", "textarea", "button")


@dataclass
class Form:
    """A form as a browser knows it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    """What is sent if nothing is changed."""
    names: set[str] = field(default_factory=set)
    """Of all fields that may be filled in."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """The values that a field with choices has."""
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """The text of each, its name and its value."""
    takes_file: bool = False


class _Reader(HTMLParser):
    """Reads a page's text, forms, links and rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.rows: list[list[str]] = []
        self.text: list[str] = []
        self.names_seen: list[str] = []
        """Texts in attributes that a person sees or hears."""
        self.language = ""
        self._form: Form | None = None
        self._open: list[tuple[str, Mapping[str, str], int]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        self.names_seen += [at[name] for name in ("aria-label", "alt", "placeholder", "title") if at.get(name)]
        if tag == "html":
            self.language = at["lang"]
        elif tag == "form":
            self._form = Form(at.get("action", ""), at.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "tr":
            self.rows.append([])
        elif self._form is not None and tag in _FIELDS:
            self._take_field(self._form, tag, at)
        elif self._form is not None and tag == "option":
            self._take_option(self._form, at)
        self._open.append((tag, at, len(self.text)))

    def _take_field(self, form: Form, tag: str, at: Mapping[str, str]) -> None:
        name, kind = at.get("name", ""), at.get("type", "text")
        if tag == "button" or not name:
            return
        form.names.add(name)
        if kind == "file":
            form.takes_file = True
        elif kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(at["value"])
            form.fields += [(name, at["value"])] if "checked" in at else []
        elif tag == "input":
            form.fields.append((name, at.get("value", "")))

    def _take_option(self, form: Form, at: Mapping[str, str]) -> None:
        name = next(one["name"] for tag, one, _ in reversed(self._open) if tag == "select")
        is_first = name not in form.choices
        form.choices.setdefault(name, []).append(at["value"])
        if is_first or "selected" in at:
            form.fields = [(*one,) for one in form.fields if one[0] != name] + [(name, at["value"])]

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, at, begin = self._open.pop()
            if opened == tag:
                self._ended(tag, at, " ".join("".join(self.text[begin:]).split()))
                return

    def _ended(self, tag: str, at: Mapping[str, str], text: str) -> None:
        if tag == "button" and self._form is not None:
            self._form.buttons.append((text, at.get("name", ""), at.get("value", "")))
        elif tag == "a":
            self.links.append((text, at["href"]))
        elif tag in ("td", "th"):
            self.rows[-1].append(text)
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@dataclass(frozen=True)
class Seen:
    """A page as somebody sees it."""

    path: str
    """Its address, after all redirections."""
    status: int
    headers: http.client.HTTPMessage
    content: bytes
    language: str

    @property
    def html(self) -> str:
        return self.content.decode("utf-8")

    @property
    def _read(self) -> _Reader:
        return _Reader(self.html)

    @property
    def text(self) -> str:
        """All of its text, with single spaces."""
        return " ".join("".join(self._read.text).split())

    @property
    def labels(self) -> list[str]:
        """What is read out of pictures and parts without a text."""
        return self._read.names_seen

    @property
    def forms(self) -> list[Form]:
        return self._read.forms

    @property
    def links(self) -> list[tuple[str, str]]:
        return self._read.links

    @property
    def rows(self) -> list[list[str]]:
        """The cells of its table of rows, without the header."""
        grid = self.html.partition('<table class="grid">')[2].partition("</table>")[0]
        return [row for row in _Reader(f"<html lang>{grid}").rows[1:] if row]

    @property
    def header(self) -> list[str]:
        """The header of that table."""
        grid = self.html.partition('<table class="grid">')[2].partition("</table>")[0]
        return _Reader(f"<html lang>{grid}").rows[0]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rows that it shows, in its order."""
        return [next(int(cell) for cell in row if cell.isdecimal()) for row in self.rows]

    @property
    def stage(self) -> str:
        """Of the work that it is about; "" of a page about none."""
        return self.html.partition('data-stage="')[2].partition('"')[0]

    def says(self, code: str, **facts: Fact) -> bool:
        """Whether this sentence is on it, with a capital letter or without."""
        said = " ".join(render(Message(code, **facts), self.language, face="page").split())
        return said in self.text or said[:1].upper() + said[1:] in self.text

    def button(self, code: str, **facts: Fact) -> tuple[Form, str, str]:
        """The form, the name and the value of the button with this text."""
        text = render(Message(code, **facts), self.language, face="page")
        found = [(form, name, value) for form in self.forms for said, name, value in form.buttons if said == text]
        assert found, f"no button {text!r} on {self.path}: {self.text}"
        return found[0]

    def has_button(self, code: str, **facts: Fact) -> bool:
        text = render(Message(code, **facts), self.language, face="page")
        return any(said == text for form in self.forms for said, _, _ in form.buttons)

    def link(self, code: str, **facts: Fact) -> str:
        """Where the link with this text leads."""
        text = render(Message(code, **facts), self.language, face="page")
        return next(path for said, path in self.links if said == text)


class Visitor:
    """A browser that came in by a link: it keeps its cookie, follows where it is led, and waits for what runs."""

    def __init__(self, link: str) -> None:
        self.origin = link.partition("/enter")[0]
        self.responses: list[bytes] = []
        """All that it was answered, heads too."""
        answer = self._asked("GET", link.removeprefix(self.origin), {}, None)
        assert answer.status == 303, answer.content
        self.cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        self.page = self.look("/")

    def _asked(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Seen:
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=HANG_SECONDS)
        try:
            connection.request(method, path, body, dict(headers))
            came = connection.getresponse()
            content = came.read()
        finally:
            connection.close()
        self.responses.append(str(came.headers).encode() + content)
        is_page = came.headers.get_content_type() == "text/html" and came.status != 303
        language = _Reader(content.decode()).language if is_page else ""
        return Seen(path, came.status, came.headers, content, language)

    def _led(self, seen: Seen) -> Seen:
        for _ in range(_MOST_STEPS):
            if seen.status != 303:
                return seen
            seen = self._asked("GET", seen.headers["Location"].partition("#")[0], {"Cookie": self.cookie}, None)
        raise AssertionError(f"it leads in circles: {seen.path}")

    def look(self, path: str, *, waits: bool = True) -> Seen:
        """A page; if it is about something that runs, with `waits` the page that comes after it."""
        return self._at(self._led(self._asked("GET", path, {"Cookie": self.cookie}, None)), waits=waits)

    def _at(self, seen: Seen, *, waits: bool) -> Seen:
        for _ in range(_MOST_STEPS):
            if not waits or seen.stage != "running":
                break
            self.wait(seen.path)
            seen = self._led(self._asked("GET", seen.path, {"Cookie": self.cookie}, None))
        if seen.headers.get_content_type() == "text/html":
            self.page = seen
        return seen

    def wait(self, work: str) -> None:
        """Until a work is over or asks something."""
        until(lambda: self.state(work)["stage"] != "running", f"the end of {work}")

    def state(self, work: str) -> dict[str, Any]:
        """What the page's script asks for."""
        found: dict[str, Any] = json.loads(self._asked("GET", f"{work}/state", {"Cookie": self.cookie}, None).content)
        return found

    def press(
        self,
        code: str,
        fields: Mapping[str, str | Sequence[str] | None] | None = None,
        *,
        waits: bool = True,
        **facts: Fact,
    ) -> Seen:
        """A button of the page at hand, with what is filled in before; None leaves a field out."""
        form, name, value = self.page.button(code, **facts)
        sent = filled_in(form, fields or {}) + ([(name, value)] if name else [])
        return self.submit(form.action, sent, waits=waits)

    def submit(self, action: str, fields: Sequence[tuple[str, str]], *, waits: bool = True) -> Seen:
        """A form with exactly these fields."""
        headers = {"Cookie": self.cookie, "Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
        return self._at(self._led(self._asked("POST", action, headers, urlencode(fields).encode())), waits=waits)

    def post(self, action: str, *, waits: bool = True, **fields: str) -> Seen:
        """A form with these fields and the session's token."""
        return self.submit(action, [("csrf", self.csrf), *fields.items()], waits=waits)

    @property
    def csrf(self) -> str:
        return next(value for form in self.page.forms for name, value in form.fields if name == "csrf")

    def drop(self, path: Path, *, name: str | None = None, template: str | None = None, waits: bool = True) -> Seen:
        """A file on the page at hand, where it takes one."""
        (form,) = [form for form in self.page.forms if form.takes_file]
        fields = filled_in(form, {} if template is None else {"template": template})
        parts = [part(key, value.encode()) for key, value in fields]
        parts.append(part("file", path.read_bytes(), name or path.name))
        body = b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), one) for one in parts)
        headers = {
            "Cookie": self.cookie,
            "Origin": self.origin,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        closed = body + b"--%s--\r\n" % BOUNDARY.encode()
        return self._at(self._led(self._asked("POST", form.action, headers, closed)), waits=waits)

    def file(self, path: str) -> bytes:
        """What a link to a file gives."""
        answer = self._asked("GET", path, {"Cookie": self.cookie}, None)
        assert (answer.status, answer.headers["Content-Disposition"][:10]) == (200, "attachment"), answer.content
        return answer.content


def filled_in(form: Form, fields: Mapping[str, str | Sequence[str] | None]) -> list[tuple[str, str]]:
    """What the form sends with these fields changed. One that it doesn't have, or a choice, fails the test."""
    sent = [one for one in form.fields if one[0] not in fields]
    for name, given in fields.items():
        values = [given] if isinstance(given, str) else list(given or ())
        assert name in form.names, (name, form.names)
        assert set(values) <= set(form.choices.get(name, values)), (values, form.choices)
        sent += [(name, value) for value in values]
    return sent


# The server


@dataclass
class Site:
    """The application, what it was told of bugs, and the API that it sends to."""

    guard: Guard
    desk: Desk
    home: Path
    lists: Path
    life: Life
    bugs: list[Exception] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """Another browser."""
        return Visitor(f"{self.guard.origin}{self.guard.new_link()}")


@contextmanager
def opened(
    folder: Path, home: Path, *, base_url: str | None = None, language: str = "es", is_demo: bool = False
) -> Iterator[Site]:
    """The application while the block lasts. A bug of it fails the test, wherever it was shown."""
    listening = bound(0)
    bugs, life = list[Exception](), Life(HANG_SECONDS, CancelToken())

    def noted(error: Exception) -> Message:
        bugs.append(error)
        return Message("cli.nowhere")

    lists = folder / "lists"
    lists.mkdir(parents=True, exist_ok=True)
    guard = Guard(listening.getsockname()[1], language, on_request=life.use, on_bug=noted)
    shown = screens(Place(home, language, lists, base_url, is_demo), guard, life)
    app = web.Application()
    shown.prepare(app)
    desk = app[DESK]
    with _served(listening, guard, shown):
        yield Site(guard, desk, home, lists, life, bugs)
    assert bugs == []
    assert not (home / "bugs.log").exists(), (home / "bugs.log").read_text(encoding="utf-8")


@contextmanager
def _served(listening: Any, guard: Guard, shown: Screens) -> Iterator[None]:
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with answering(listening, guard, [*guard.routes(), *shown.routes], shown.prepare):
            ready.set()
            await end.wait()
        shown.works.stop_all()
        await shown.works.wait_until_idle()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="page of a test")
    thread.start()
    try:
        assert ready.wait(HANG_SECONDS)
        yield
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(HANG_SECONDS)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        listening.close()


@dataclass(frozen=True)
class Sandbox:
    """An API that nobody can tell from the real one, but for its record."""

    url: str
    record: Path

    def lines(self) -> list[dict[str, Any]]:
        whole, _, _ = self.record.read_text(encoding="utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def received(self, api: str = "add_interaction") -> list[dict[str, Any]]:
        """The row requests, or those of another API."""
        return [line for line in self.lines() if parse_qs(urlsplit(line["path"]).query)["api"] == [api]]

    def rows(self, *, taken: bool | None = None) -> list[list[str]]:
        """The rows that came, as rows of a list, in order of their text."""
        lines = [line for line in self.received() if taken is None or line["taken"] is taken]
        bodies = [json.loads(line["body"]) for line in lines]
        return sorted([body[name] for name in FIELDS] for body in bodies)


@contextmanager
def sandbox(folder: Path, *faults: str, **config: Any) -> Iterator[Sandbox]:
    """The sandbox's server in a thread."""
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "record.jsonl"
    rules = tuple(map(FaultRule.parsed, faults))
    how = {"latency_seconds": 0.0, "quota": 1000, **config}
    with running(SandboxConfig(record=record, faults=rules, **how)) as url:
        yield Sandbox(url, record)


def write_own(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = FIELDS) -> Path:
    """A workbook as Excel writes them, of which a copy loses nothing."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Lista")
        for at, row in enumerate([header, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    return path
