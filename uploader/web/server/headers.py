"""What every response tells the browser not to do, and what it tells nobody."""

from typing import Final

from aiohttp import web

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Never no-referrer: with it, Chromium sends `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


async def harden(_: web.BaseRequest, response: web.StreamResponse) -> None:
    """Just before the head of a response is written: whichever handler made it, and whatever that set."""
    response.headers.update(HEADERS)
    response.headers.popall("Server", None)  # aiohttp's, which names its version and that of Python
