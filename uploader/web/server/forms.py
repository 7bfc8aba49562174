"""Whether a POST comes from a page of its session: by the token that only our own pages can know.

Of an upload that is known before anything of the file is read. A handler gets no upload that was not checked: one that
takes them is wrapped by `takes_upload`, and the guard refuses uploads to all others.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from weakref import WeakSet

from aiohttp import BodyPartReader, MultipartReader, web

from uploader.web.server.keys import is_same
from uploader.web.server.plain_page import RefusedError
from uploader.web.server.sessions import Handler, PageSession, session_of

LARGEST_BODY = 256 * 1024
"""Bytes of a body that is no upload."""
_FIELD, _HEADER = "csrf", "X-CSRF"
_FORM, _UPLOAD = "application/x-www-form-urlencoded", "multipart/form-data"
_LARGEST_TOKEN = 256
_SECONDS = 30.0
"""For a body that is no upload, and for the first part of one."""
_UPLOAD_HANDLERS: "WeakSet[Handler]" = WeakSet()

UploadHandler: TypeAlias = Callable[[web.Request, MultipartReader], Awaitable[web.StreamResponse]]


async def check_form(request: web.Request, session: PageSession) -> None:
    """Raises RefusedError if the token of a POST is missing or wrong, TimeoutError if the form takes too long.

    An upload may still have to show it as its first part.
    """
    is_upload = request.content_type.startswith("multipart/")
    if is_upload and request.match_info.handler not in _UPLOAD_HANDLERS:
        raise RefusedError(415, "app.not_understood")
    in_form = await _token_in_form(request) if request.content_type == _FORM else ""
    if _HEADER in request.headers:
        _check_token(request.headers[_HEADER], session)
    elif not is_upload:
        _check_token(in_form, session)


def takes_upload(handler: UploadHandler) -> Handler:
    """A handler of uploads. It is called with the parts that follow the token, and only if that is right."""

    async def checked(request: web.Request) -> web.StreamResponse:
        return await handler(request, await checked_parts(request))

    _UPLOAD_HANDLERS.add(checked)
    return checked


async def checked_parts(request: web.Request) -> MultipartReader:
    """The parts of an upload. The first one is `csrf` and is read already, unless the token came as a header.

    Raises RefusedError where it is missing, wrong or not the first one: nothing behind it is read then.
    """
    if request.content_type != _UPLOAD:
        raise RefusedError(415, "app.not_understood")
    try:
        parts = await request.multipart()
        if _HEADER not in request.headers:  # which the guard has checked
            async with asyncio.timeout(_SECONDS):
                _check_token(await _token_in_part(parts), session_of(request))
    except (ValueError, AssertionError, web.RequestPayloadError) as why:  # all of these where it is no multipart
        raise RefusedError(400, "app.not_understood") from why
    return parts


async def _token_in_form(request: web.Request) -> str:
    try:
        async with asyncio.timeout(_SECONDS):
            token = (await request.post()).get(_FIELD, "")
    except (ValueError, LookupError, web.RequestPayloadError) as why:  # not in the encoding that it names, or in none
        raise RefusedError(400, "app.not_understood") from why
    return token if isinstance(token, str) else ""


async def _token_in_part(parts: MultipartReader) -> str:
    part = await parts.next()
    if not isinstance(part, BodyPartReader) or part.name != _FIELD or part.filename is not None:
        return ""
    token = b""
    while not part.at_eof() and len(token) <= _LARGEST_TOKEN:
        token += await part.read_chunk(_LARGEST_TOKEN)
    return token.decode("latin-1")


def _check_token(given: str, session: PageSession) -> None:
    if not is_same(given, session.csrf):
        raise RefusedError(403, "app.old_form")
