"""Verify a workbook, settings, the language, and the end of it all."""

import asyncio
from pathlib import Path

from aiohttp import MultipartReader, web

from uploader.actions.home import secret_store
from uploader.actions.home.safe_name import safe_name
from uploader.actions.templates.known import Unusable, templates
from uploader.actions.verify import Verification, verify
from uploader.errors import UploaderError
from uploader.i18n import Message
from uploader.web.desk.desk import Desk
from uploader.web.pages.app_keys import DESK
from uploader.web.pages.render import back_to, form_of, known_languages, page
from uploader.web.server.forms import takes_upload
from uploader.web.server.sessions import session_of
from uploader.web.server.uploads import uploaded

_SHOWN_DIFFERENCES = 50


async def _verify_form(request: web.Request) -> web.Response:
    return page(request, "verify.html", found=None, told=())


async def _verify(request: web.Request, parts: MultipartReader) -> web.Response:
    """Whether a result workbook is as we wrote it."""
    desk = request.app[DESK]
    async with uploaded(parts) as (aside, upload):
        if upload.file is None:
            return back_to(request, "/verify", Message("web.start.no_file"))
        path = aside.with_name(safe_name(upload.file.name))
        aside.rename(path)
        try:
            found = await asyncio.to_thread(verify, path, desk.session(session_of(request).language))
        except UploaderError as why:
            return back_to(request, "/verify", why.message)
    return page(request, "verify.html", found=found, differences=_differences(found))


def _differences(found: Verification) -> list[tuple[object, Message]]:
    by_number = sorted(found.differences, key=lambda at: (not at.row.isdecimal(), len(at.row), at))
    return [(at, found.differences[at]) for at in by_number[:_SHOWN_DIFFERENCES]]


async def _settings(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    kept, unusable = await asyncio.to_thread(_kept_secrets, desk)
    folder = await asyncio.to_thread(lambda: str(desk.lists.kept.folder))
    recorded_at = desk.session("en").recorded_at()
    return page(request, "settings.html", kept=kept, unusable=unusable, folder=folder, recorded_at=recorded_at)


def _kept_secrets(desk: Desk) -> tuple[list[tuple[str, str]], list[Unusable]]:
    """The servers and setting of each secret that this computer's keyring has for us, or that is in memory.

    And the templates that don't say which secrets the keyring may have for them.
    """
    found = desk.typed.names()
    if not secret_store.is_available():
        return sorted(found), []
    usable, unusable = templates(desk.session("en"))
    for template in usable:
        secret = [name for name, setting in template.settings.items() if setting.secret]
        at = template.servers
        found |= {(at, name) for name in secret if (at, name) not in found and secret_store.kept(at, name)}
    return sorted(found), unusable


async def _drop_secrets(request: web.Request) -> web.Response:
    desk = request.app[DESK]

    def dropped() -> None:
        kept, _ = _kept_secrets(desk)
        for servers, name in kept:
            if secret_store.is_available():
                secret_store.drop(servers, name)
        desk.typed.forget()

    await asyncio.to_thread(dropped)
    return back_to(request, "/settings", Message("web.settings.dropped"))


async def _folder(request: web.Request) -> web.Response:
    """Where lists that are dropped are kept from now on."""
    desk, form = request.app[DESK], form_of(await request.post())
    typed = form.get("folder", "").strip()
    if not typed:
        return back_to(request, "/settings")
    await asyncio.to_thread(lambda: desk.lists.kept.set_folder(Path(typed).expanduser()))
    return back_to(request, "/settings", Message("web.settings.folder_set"))


async def _language(request: web.Request) -> web.Response:
    form = form_of(await request.post())
    chosen, back = form.get("language", ""), form.get("back", "/")
    if chosen in known_languages():
        session_of(request).language = chosen
        request.app[DESK].preferences.note(language=chosen)
    return back_to(request, back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")


async def _alive(_: web.Request) -> web.Response:
    """A page that is open says so now and then: the server ends some minutes after the last of them."""
    return web.Response(status=204)


async def _quit(request: web.Request) -> web.Response:
    """End the server; what is being sent is stopped as by `Stop`, and its answers are awaited."""
    desk = request.app[DESK]
    response = page(request, "goodbye.html")
    asyncio.get_running_loop().call_later(0.2, desk.on_quit)
    return response


ROUTES = [
    web.get("/verify", _verify_form),
    web.post("/verify", takes_upload(_verify)),
    web.get("/settings", _settings),
    web.post("/settings/secrets", _drop_secrets),
    web.post("/settings/folder", _folder),
    web.post("/language", _language),
    web.get("/alive", _alive),
    web.post("/quit", _quit),
]
