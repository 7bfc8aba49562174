"""The first page, as long as there are no others: it says that uploader runs, and can end it."""

import asyncio
from collections.abc import Awaitable
from html import escape

from aiohttp import web

from uploader.i18n import Message, render
from uploader.web.app import Place, Screens
from uploader.web.guard import Guard
from uploader.web.life import Life
from uploader.web.plain_page import plain_page
from uploader.web.sessions import session_of

_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>uploader</title>
<h1>uploader</h1>
<p>{runs}</p>
<form method="post" action="/close"><input type="hidden" name="csrf" value="{csrf}"><button>{close}</button></form>
</html>
"""


class _NoWork:
    """A desk at which nothing is ever begun."""

    def is_busy(self) -> bool:
        return False

    def stop_all(self) -> None:
        """There is nothing to stop."""

    def wait_until_idle(self) -> Awaitable[None]:
        return asyncio.sleep(0)


def start_page(_: Place, __: Guard, life: Life) -> Screens:
    """The page and its button."""

    async def start(request: web.Request) -> web.StreamResponse:
        session = session_of(request)
        runs, close = (escape(render(Message(code), session.language)) for code in ("app.runs", "app.close"))
        page = _PAGE.format(language=session.language, runs=runs, csrf=session.csrf, close=close)
        return web.Response(text=page, content_type="text/html")

    async def close(request: web.Request) -> web.StreamResponse:
        life.end()
        return plain_page(Message("app.closed"), session_of(request).language, 200)

    return Screens(_NoWork(), [web.get("/", start), web.post("/close", close)])
