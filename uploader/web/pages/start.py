"""The first page: what to send, a list to choose, an empty list to download, and what was sent before."""

import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

from aiohttp import MultipartReader, web

from uploader.actions.home.kept_list import KeptList
from uploader.actions.options import DEFAULT_TEMPLATE
from uploader.actions.templates.known import Loaded, blank, templates
from uploader.i18n import Message
from uploader.model.job import Job
from uploader.model.limits import TEMPORARY
from uploader.web.desk.desk import Desk
from uploader.web.desk.lists_at_hand import JobAddress
from uploader.web.pages.app_keys import DESK
from uploader.web.pages.downloads import workbook_headers
from uploader.web.pages.render import back_to, page
from uploader.web.server.forms import takes_upload
from uploader.web.server.sessions import session_of
from uploader.web.server.uploads import uploaded

_SHOWN_JOBS = 8


class ShownJob(NamedTuple):
    """A job, and where its page is."""

    job: Job
    address: JobAddress
    is_running: bool


async def _start(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    jobs, kept, known = await asyncio.to_thread(_known, desk)
    return page(
        request,
        "start.html",
        templates=known.usable,
        unusable=known.unusable,
        chosen=desk.preferences.template or DEFAULT_TEMPLATE,
        jobs=jobs[:_SHOWN_JOBS],
        more=len(jobs) > _SHOWN_JOBS,
        kept=kept,
        folder=str(desk.lists.kept.folder),
        works=desk.works.under_way(),
    )


def _known(desk: Desk) -> tuple[list[ShownJob], list[KeptList], Loaded]:
    session = desk.session("en")
    jobs = _shown(desk)
    counted = [one.job for one in jobs if not one.address.is_practice or desk.is_demo]
    sent = [path for job in counted for path in (job.list_path, job.results_path)]
    waiting = [one for one in desk.lists.kept.lists() if not any(map(one.has, sent))]
    return jobs, waiting, templates(session)


def _shown(desk: Desk) -> list[ShownJob]:
    return [ShownJob(job, address, desk.sending_of(job, address) is not None) for job, address in desk.lists.jobs()]


async def _history(request: web.Request) -> web.Response:
    desk = request.app[DESK]
    return page(request, "history.html", jobs=await asyncio.to_thread(_shown, desk))


async def _upload(request: web.Request, parts: MultipartReader) -> web.Response:
    """A list was dropped or chosen: it is kept, and checked."""
    desk = request.app[DESK]
    async with uploaded(parts) as (aside, upload):
        if upload.file is None:
            return back_to(request, "/", Message("web.start.no_file"))
        template = upload.fields.get("template") or DEFAULT_TEMPLATE
        one = await asyncio.to_thread(desk.lists.keep, aside, upload.file.name, template)
    desk.preferences.note(template=template)
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


async def _sample(request: web.Request) -> web.Response:
    """The sample list, to be practised with."""
    desk = request.app[DESK]
    one = await asyncio.to_thread(desk.lists.keep_sample)
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


async def _blank(request: web.Request) -> web.Response:
    """An empty list for a template, to fill in."""
    desk, name = request.app[DESK], request.query.get("template", DEFAULT_TEMPLATE)

    def written() -> tuple[str, bytes]:
        with tempfile.TemporaryDirectory(prefix=TEMPORARY) as folder:
            path = blank(name, Path(folder) / f"{name.rpartition('/')[2]}.xlsx", desk.session(language))
            return path.name, path.read_bytes()

    language = session_of(request).language
    file_name, content = await asyncio.to_thread(written)
    return web.Response(body=content, headers=workbook_headers(file_name))


ROUTES = [
    web.get("/", _start),
    web.post("/lists", takes_upload(_upload)),
    web.post("/sample", _sample),
    web.get("/history", _history),
    web.get("/blank", _blank),
]
