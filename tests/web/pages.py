"""A guarded server with a few handlers of a test, and a client that can lie about everything a browser says."""

import asyncio
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import MultipartReader, web

from tests.clocks import Clock
from tests.waiting import HANG_SECONDS
from uploader.i18n import Message
from uploader.web.server.forms import takes_upload
from uploader.web.server.guard import HOST, Guard
from uploader.web.server.listening import answering, bound
from uploader.web.server.presence import Doorkeeper
from uploader.web.server.sessions import session_of
from uploader.web.server.uploads import received

BOUNDARY = "----a-boundary-of-a-browser"
FORM = "application/x-www-form-urlencoded"
SECRET_OF_A_CUSTOMER = "Señora Pérez, 300 123 4567"


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Page:
    """A server and what its handlers did."""

    port: int
    guard: Guard
    doorkeeper: Doorkeeper
    folder: Path
    """Where an upload goes, as `list`."""
    clock: Clock
    chunk_seconds: float = HANG_SECONDS
    done: list[str] = field(default_factory=list)
    """What reached a handler."""
    used: list[None] = field(default_factory=list)
    """One for each request that counts as use."""
    bugs: list[Exception] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None, method: str = "GET"
    ) -> Answer:
        """A request with exactly these headers; `Host` is the right one unless it is among them ("" leaves it out)."""
        sent = {"Host": f"127.0.0.1:{self.port}", **(headers or {})}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=HANG_SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            came = connection.getresponse()
            return Answer(came.status, came.msg, came.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def entered(self) -> "Browser":
        """A browser that has come in by a new link."""
        came = self.ask(self.guard.new_link(), {"Sec-Fetch-Site": "none"})
        assert (came.status, came.headers["Location"]) == (303, "/")
        cookie = str(came.headers["Set-Cookie"]).partition(";")[0]
        return Browser(self, cookie, self.ask("/csrf", {"Cookie": cookie}).text)


@dataclass(frozen=True)
class Browser:
    """A browser with a session."""

    page: Page
    cookie: str
    csrf: str

    @property
    def says(self) -> dict[str, str]:
        """What it says with every request of our own pages."""
        return {"Cookie": self.cookie, "Origin": self.page.origin, "Sec-Fetch-Site": "same-origin"}

    def look(self, path: str, **headers: str) -> Answer:
        return self.page.ask(path, {"Cookie": self.cookie, **headers})

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        sent = {**self.says, "Content-Type": FORM, **(headers or {})}
        return self.page.ask(path, sent, urlencode(form).encode(), "POST")

    def upload(self, *parts: bytes, headers: Mapping[str, str] | None = None, path: str = "/up") -> Answer:
        body = b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), part) for part in parts)
        return self.upload_raw(body + b"--%s--\r\n" % BOUNDARY.encode(), headers, path)

    def upload_raw(self, body: bytes, headers: Mapping[str, str] | None = None, path: str = "/up") -> Answer:
        sent = {**self.says, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **(headers or {})}
        return self.page.ask(path, sent, body, "POST")


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    """A part of a form, as browsers write it."""
    named = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: application/octet-stream'
    return f'Content-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + value


@contextmanager
def guarded(folder: Path, *, most: int = 1 << 20, head_seconds: float = HANG_SECONDS) -> Iterator[Page]:
    """A server in a thread while the block lasts. Its clock is that of the test."""
    listening = bound(0)
    port, clock = listening.getsockname()[1], Clock()
    used, bugs = list[None](), list[Exception]()

    def noted(error: Exception) -> Message:
        bugs.append(error)
        return Message("cli.nowhere")

    guard = Guard(port, "es", on_request=lambda: used.append(None), on_bug=noted, clock=clock)
    page = Page(port, guard, Doorkeeper(guard), folder, clock, used=used, bugs=bugs)
    static = folder / "static"
    static.mkdir()
    (static / "style.css").write_text("p{}")
    (folder / "outside.txt").write_text("outside")
    routes = [*guard.routes(), *page.doorkeeper.routes(), *_handlers(page, most), web.static("/static", static)]
    loop, ready, end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with answering(listening, guard, routes, head_seconds=head_seconds):
            ready.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="page of a test")
    thread.start()
    try:
        assert ready.wait(HANG_SECONDS)
        yield page
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(HANG_SECONDS)
        loop.close()
        listening.close()


def _handlers(page: Page, most: int) -> list[web.RouteDef]:
    async def csrf(request: web.Request) -> web.StreamResponse:
        return web.Response(text=session_of(request).csrf)

    async def do(request: web.Request) -> web.StreamResponse:
        page.done.append(request.method)
        return web.Response(text=", ".join(f"{name}={value!s}" for name, value in (await request.post()).items()))

    async def up(request: web.Request, parts: MultipartReader) -> web.StreamResponse:
        page.done.append("upload")
        upload = await received(parts, page.folder / "list", most=most, chunk_seconds=page.chunk_seconds)
        file = "no file" if upload.file is None else f"{upload.file.name} {upload.file.size}"
        return web.Response(text=f"{file} {upload.fields}")

    async def fail(_: web.Request) -> web.StreamResponse:
        raise ValueError(SECRET_OF_A_CUSTOMER)

    async def lead_on(_: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther("/csrf")

    return [
        web.get("/csrf", csrf),
        web.get("/", do),
        web.post("/do", do),
        web.post("/up", takes_upload(up)),
        web.get("/fail", fail),
        web.get("/lead", lead_on),
    ]
