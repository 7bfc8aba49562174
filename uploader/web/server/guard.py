"""Who may ask the page for anything: this computer's browser, after a link that works once, from our own pages.

Every request passes here, also one to an unknown address. A page of another origin (another port is one), a name that
was made to lead to this computer (DNS rebinding), another user of this computer: each is refused before a handler runs.
"""

import time
from collections.abc import Callable

from aiohttp import web

from uploader.errors import UploaderError
from uploader.i18n import Message
from uploader.web.server.forms import check_form
from uploader.web.server.keys import Keys
from uploader.web.server.plain_page import RefusedError, plain_page
from uploader.web.server.sessions import Handler, PageSession, begin_session, find_session

HOST = "127.0.0.1"
ENTER_PATH = "/enter"
_METHODS = ("GET", "HEAD", "POST")
_LINK_SECONDS = 300.0
_MOST_LINKS = 8
_SESSION_SECONDS = 7 * 24 * 3600.0
_MOST_SESSIONS = 64
_FIRST_ERROR = 400


class Guard:
    """The links and sessions of one server, and the middleware that holds every request against them."""

    def __init__(
        self,
        port: int,
        language: str,
        *,
        on_request: Callable[[], None] = lambda: None,
        on_bug: Callable[[Exception], Message],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Where it listens, and the language before a person chooses one.

        `on_request` is called for each request with a session, `on_bug` for an exception that nobody expects; it gives
        what the person is told.
        """
        self._host, self._cookie = f"{HOST}:{port}", f"uploader-{port}"
        self._on_request, self._on_bug = on_request, on_bug
        self.language: Callable[[], str] = lambda: language
        """Of who comes in by a link, and of who may not: what was chosen on the page before, where that is known."""
        self._links = Keys[PageSession](_MOST_LINKS, _LINK_SECONDS, clock)
        self._sessions = Keys[PageSession](_MOST_SESSIONS, _SESSION_SECONDS, clock)
        self._open_handlers: list[object] = [self.enter]

    @property
    def origin(self) -> str:
        """The address of the page, without a path."""
        return f"http://{self._host}"

    def new_link(self) -> str:
        """The path that lets one browser in, once and within some minutes."""
        return f"{ENTER_PATH}?key={self._links.add(PageSession(self.language()))}"

    def leave_open(self, handler: Handler) -> Handler:
        """The handler, which is asked by who has no session, and checks for itself who that is."""
        self._open_handlers.append(handler)
        return handler

    def routes(self) -> list[web.RouteDef]:
        """Where a link leads."""
        return [web.get(ENTER_PATH, self.enter, allow_head=False)]

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Use a link up, and begin a session."""
        if request.headers.get("Sec-Purpose") or request.headers.get("Purpose"):
            raise RefusedError(403, "app.no_session")  # a browser that looks ahead must not use it up
        session = self._links.use_up(request.query.get("key", ""))
        if session is None:
            raise RefusedError(403, "app.link_used")
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(self._cookie, self._sessions.add(session), path="/", httponly=True, samesite="Strict")
        return response

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through to its handler, or answer it with the reason why not."""
        try:
            return await self._answered(request, handler)
        except RefusedError as why:
            return self._page(request, why.message, why.status)
        except UploaderError as why:
            return self._page(request, why.message, 400)
        except TimeoutError:
            return self._page(request, Message("app.too_slow"), 408)
        except web.RequestPayloadError:
            return self._page(request, Message("app.not_understood"), 400)
        except web.HTTPException as end:
            if end.status < _FIRST_ERROR:
                raise
            return self._page(request, _of_status(end.status), end.status)
        except ConnectionError:
            raise  # there is nobody to answer
        except Exception as error:  # noqa: BLE001  # the edge: a stack trace may hold a customer's data
            return self._page(request, self._on_bug(error), 500)

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._check_address(request)
        self._check_sender(request)
        session = self._sessions.find(request.cookies.get(self._cookie, ""))
        if session is not None:
            begin_session(request, session)
        if request.match_info.handler in self._open_handlers:
            return await handler(request)
        if session is None:
            raise RefusedError(403, "app.no_session")
        if request.method == "POST":
            await check_form(request, session)
        self._on_request()
        return await handler(request)

    def _check_address(self, request: web.Request) -> None:
        """It is meant for us: no other name leads here, and no proxy's form of an address."""
        if request.headers.getall("Host", []) != [self._host]:
            raise RefusedError(421, "app.other_host")
        if not request.raw_path.startswith("/"):
            raise RefusedError(400, "app.other_host")
        if request.method not in _METHODS:
            raise RefusedError(405, "app.no_such_way")

    def _check_sender(self, request: web.Request) -> None:
        """Where a browser says which page makes it ask, that is one of ours, or for a look the person's own wish."""
        origins = request.headers.getall("Origin", [])
        sites = request.headers.getall("Sec-Fetch-Site", [])
        allowed = ("same-origin",) if request.method == "POST" else ("same-origin", "none")
        if any(origin != self.origin for origin in origins) or any(site not in allowed for site in sites):
            raise RefusedError(403, "app.other_page")

    def _page(self, request: web.Request, message: Message, status: int) -> web.StreamResponse:
        session = find_session(request)
        language = self.language() if session is None else session.language
        return plain_page(message, language, status, back_to=None if session is None else self._page_before(request))

    def _page_before(self, request: web.Request) -> str:
        """The path of our page on which the person was; the first one where the browser doesn't say."""
        before = request.headers.get("Referer", "")
        is_ours = before.startswith(f"{self.origin}/") and not before.startswith(f"{self.origin}//")
        path = before.removeprefix(self.origin) if is_ours else "/"
        return "/" if request.method == "GET" and path == request.path_qs else path


def _of_status(status: int) -> Message:
    """What a person is told where aiohttp says only a number."""
    codes = {404: "app.no_such_page", 405: "app.no_such_way", 413: "app.too_large"}
    return Message(codes.get(status, "app.not_understood"))
