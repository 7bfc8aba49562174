"""The folder of the files that go along with rows: of a list that is checked, and of a job whose rest is sent."""

import asyncio
import os
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from uploader.i18n import Message
from uploader.model.job import Job
from uploader.web.desk.lists_at_hand import JobAddress, ListAtHand
from uploader.web.pages.app_keys import DESK
from uploader.web.pages.jobs import JOB_PATH, job_address
from uploader.web.pages.render import back_to, form_of, page
from uploader.web.server.sessions import session_of

_FIELD = "files"


class FolderField(NamedTuple):
    """The field of a form that names the folder."""

    text: str = ""
    refused: Message | None = None
    """What is wrong with it."""


def folder_field(folder: Path | None) -> FolderField:
    """The field with a folder that was named before, which may be gone by now."""
    return FolderField() if folder is None else typed_folder(str(folder))[1]


def typed_folder(typed: str) -> tuple[Path | None, FolderField]:
    """The folder that somebody typed, and the field as it is shown again; None for what is none."""
    text = typed.strip().removeprefix('"').removesuffix('"')  # as Windows copies a path
    path = Path(os.path.expanduser(text))  # noqa: PTH111  # it never raises, nor do the others below
    if not text:
        return None, FolderField(text, Message("web.files.none"))
    if not path.is_absolute():
        return None, FolderField(text, Message("web.files.not_whole", path=text))
    if os.path.isfile(path):  # noqa: PTH113  # as above
        return None, FolderField(text, Message("web.files.is_file", path=text, folder=str(path.parent)))
    if not os.path.isdir(path):  # noqa: PTH112  # as above
        return None, FolderField(text, Message("options.files", path=text))
    return path, FolderField(text)


# Of a list


def _list(request: web.Request) -> ListAtHand:
    return request.app[DESK].lists.at(request.match_info["id"])


async def _of_list(request: web.Request) -> web.Response:
    """The field on a page of its own."""
    one = await asyncio.to_thread(_list, request)
    return _list_page(request, one, await asyncio.to_thread(folder_field, one.read.files))


def _list_page(request: web.Request, one: ListAtHand, field: FolderField) -> web.Response:
    return page(request, "list_files.html", list=one, files_folder=field, is_practice=one.is_practice)


async def _choose(request: web.Request) -> web.Response:
    """The list is checked again with the files in that folder; a wrong one changes nothing."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    under_way = desk.works.running_on(one.id)
    if under_way is not None:
        return back_to(request, f"/works/{under_way.id}")
    typed = form_of(await request.post()).get(_FIELD, "")
    folder, field = await asyncio.to_thread(typed_folder, typed)
    if folder is None:
        return _list_page(request, one, field)
    await asyncio.to_thread(desk.lists.take_files_folder, one, folder)
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


# Of a job


async def _before_rest(request: web.Request) -> web.Response:
    """The folder of a job's files is asked for again: the journal doesn't know it."""
    desk, address = request.app[DESK], job_address(request)
    job = await asyncio.to_thread(desk.lists.job, address)
    if not await asyncio.to_thread(desk.sends_files, job):
        return back_to(request, address.path)
    known = await asyncio.to_thread(lambda: folder_field(desk.lists.files_folder_of(job)))
    return _job_page(request, job, address, known)


def _job_page(request: web.Request, job: Job, address: JobAddress, field: FolderField) -> web.Response:
    return page(
        request,
        "resume_files.html",
        job=job,
        address=address,
        files_folder=field,
        resends="unknown" in request.query,
        is_practice=address.is_practice,
    )


async def _resume(request: web.Request) -> web.Response:
    """Send what is left of a job, once the folder of its files is known, if it has any."""
    desk, address = request.app[DESK], job_address(request)
    form = form_of(await request.post())
    resends = bool(form.get("unknown")) or "unknown" in request.query
    job, folder = await asyncio.to_thread(desk.lists.job, address), None
    if await asyncio.to_thread(desk.sends_files, job):
        if _FIELD not in form:
            return back_to(request, f"{address.path}/resume{'?unknown' if resends else ''}")
        folder, field = await asyncio.to_thread(typed_folder, form[_FIELD])
        if folder is None:
            return _job_page(request, job, address, field)
        await asyncio.to_thread(desk.lists.note_files_folder, job, folder)
    work = desk.begin_resume(job, address, session_of(request).language, folder, resend_unknown=resends)
    return back_to(request, f"/works/{work.id}")


ROUTES = [
    web.get("/lists/{id}/files", _of_list),
    web.post("/lists/{id}/files", _choose),
    web.get(f"{JOB_PATH}/resume", _before_rest),
    web.post(f"{JOB_PATH}/resume", _resume),
]
