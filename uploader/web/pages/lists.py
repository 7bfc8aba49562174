"""A list that was chosen: how it was read, which column fills what, and what is wrong in which cell."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aiohttp import MultipartReader, web

from uploader.actions.options import ReadOptions
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.rows import Status, column_letter
from uploader.web.desk.desk import Desk
from uploader.web.desk.findings import Filter, Findings, GridRow
from uploader.web.desk.lists_at_hand import ListAtHand
from uploader.web.desk.paging import ROWS, Paging, page_number
from uploader.web.pages.app_keys import DESK
from uploader.web.pages.downloads import download
from uploader.web.pages.files_folder import folder_field
from uploader.web.pages.open_file import open_file
from uploader.web.pages.render import back_to, form_of, page
from uploader.web.server.forms import takes_upload
from uploader.web.server.sessions import session_of
from uploader.web.server.uploads import uploaded

_STATUSES: Mapping[str, Status] = {
    "going": Status.NOT_SENT,
    "errors": Status.INVALID,
    "skipped": Status.SKIPPED,
    "unknown": Status.UNKNOWN,
    "accepted": Status.ACCEPTED,
    "rejected": Status.REJECTED,
}
"""The rows that a tab shows, by its name in the address; besides `all` and `warnings`."""


def _list(request: web.Request) -> ListAtHand:
    return request.app[DESK].lists.at(request.match_info["id"])


async def _review(request: web.Request) -> web.Response:
    """The checked list; it is checked first if it was not yet, or if what was found is gone."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    under_way = desk.works.running_on(one.id)
    if under_way is not None:
        return back_to(request, f"/works/{under_way.id}")
    if one.error is not None:
        return page(request, "list_error.html", list=one, status=200, is_practice=one.is_practice)
    if one.findings is None:
        work = desk.begin_check(one, session_of(request).language)
        return back_to(request, f"/works/{work.id}")
    return await _shown(request, one, one.findings)


async def _shown(request: web.Request, one: ListAtHand, found: Findings) -> web.Response:
    show, text, cause = (request.query.get(name, "") for name in ("show", "q", "cause"))
    show = show or ("errors" if found.invalid else "all")
    wanted = _filter(found, show, text, cause)
    total = await asyncio.to_thread(found.grid.count, wanted)
    kept = {name: value for name, value in (("show", show), ("q", text), ("cause", cause)) if value}
    paging = Paging(one.address, kept, total, page_number(request.query.get("page", "1")))
    rows = await asyncio.to_thread(found.grid.page, wanted, paging.skip, ROWS)
    return page(
        request,
        "review.html",
        list=one,
        found=found,
        rows=rows,
        paging=paging,
        show=show,
        text=text,
        cause=cause,
        letters=[column_letter(at) for at in range(len(found.grid.header))],
        order=_order(found, rows),
        says=any(map(_says_something, rows)),
        tabs=_tabs(found),
        downloads="download" in request.query,
        files_folder=await asyncio.to_thread(folder_field, one.read.files),
        sendings=await asyncio.to_thread(request.app[DESK].lists.sendings_of, one),
        is_practice=one.is_practice,
    )


def _says_something(row: GridRow) -> bool:
    """Whether there is something to say of it as a whole, and not in one of its cells."""
    return row.status not in (Status.NOT_SENT, Status.INVALID) or any(one.column is None for one in row.problems)


def _order(found: Findings, rows: Sequence[GridRow]) -> list[int]:
    """The list's columns, from 0, those first in which a cell on this page is wrong: nobody has to look for it."""
    wrong = {problem.column for row in rows for problem in row.problems if problem.column is not None}
    return sorted(range(len(found.grid.header)), key=lambda at: at not in wrong)


def _filter(found: Findings, show: str, text: str, cause: str) -> Filter:
    number = int(cause) if cause.isascii() and cause.isdecimal() and len(cause) < len("1000000") else None
    if number is not None and number < len(found.grid.causes):
        return Filter(cause=number, text=text)
    return Filter(_STATUSES.get(show), show == "warnings", None, text)


def _tabs(found: Findings) -> list[tuple[str, int]]:
    """The name of each tab that has rows, and how many."""
    tabs = [("all", found.total)]
    tabs += [(name, found.counts.get(status, 0)) for name, status in _STATUSES.items()]
    tabs.append(("warnings", found.grid.count(Filter(is_odd=True))))
    return [tab for tab in tabs if tab[1]]


async def _check(request: web.Request) -> web.Response:
    """Check it again: the file was changed, or is to be read in another way."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    form = form_of(await request.post())
    if form.get("template"):
        one.read = desk.lists.reading(form["template"])
    if form.get("sheet") in one.sheets:
        one.read = ReadOptions(template=one.read.template, sheet=form["sheet"], files=one.read.files)
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


async def _columns(request: web.Request) -> web.Response:
    """Which column fills which field, to be changed."""
    one = await asyncio.to_thread(_list, request)
    if one.findings is None:
        return back_to(request, one.address)
    return page(request, "columns.html", list=one, found=one.findings, is_practice=one.is_practice)


async def _choose_columns(request: web.Request) -> web.Response:
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    form = form_of(await request.post())
    if one.findings is None:
        return back_to(request, one.address)
    known = {option.letter for option in one.findings.options}
    chosen = {use.field: form.get(f"field {use.field}", "") for use in one.findings.columns}
    one.read = replace(one.read, mapping={name: letter for name, letter in chosen.items() if letter in known})
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


async def _corrected(request: web.Request, parts: MultipartReader) -> web.Response:
    """The same list, corrected elsewhere."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    async with uploaded(parts) as (aside, upload):
        if upload.file is None:
            return back_to(request, one.address, Message("web.start.no_file"))
        one = await asyncio.to_thread(desk.lists.keep_corrected, one, aside, upload.file.name)
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


def _workbook(one: ListAtHand) -> Path:
    """The workbook with the list's errors. Raises SettingsError where none was written, or it is gone."""
    path = one.error_workbook
    if path is None or not path.is_file():
        raise SettingsError(Message("web.file_is_gone", path=str(path or one.name)))
    return path


async def _write_workbook(request: web.Request) -> web.Response:
    """The rows with their errors as a workbook: the plain one, or a copy of the person's own."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    marks_own = form_of(await request.post()).get("which") == "own"
    work = desk.begin_problems(one, session_of(request).language, marks_own=marks_own)
    return back_to(request, f"/works/{work.id}")


async def _use_workbook(request: web.Request) -> web.Response:
    """The workbook was corrected in Excel: from now on it is the list at hand."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    await asyncio.to_thread(lambda: desk.lists.take_workbook(one, _workbook(one)))
    work = desk.begin_check(one, session_of(request).language)
    return back_to(request, f"/works/{work.id}")


async def _open(request: web.Request) -> web.Response:
    """Open the workbook in the program for it."""
    one = await asyncio.to_thread(_list, request)
    path = await asyncio.to_thread(_workbook, one)
    await asyncio.to_thread(open_file, path)
    return back_to(request, one.address, Message("web.opened", name=path.name))


async def _download(request: web.Request) -> web.StreamResponse:
    one = await asyncio.to_thread(_list, request)
    path = await asyncio.to_thread(_workbook, one)
    return download(path)


async def _send(request: web.Request) -> web.Response:
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    form = form_of(await request.post())
    is_practice = desk.is_demo or one.is_practice or form.get("where") == "practice"
    work = desk.begin_send(one, session_of(request).language, is_practice=is_practice)
    return back_to(request, f"/works/{work.id}")


async def _delete(request: web.Request) -> web.Response:
    """A list that was never sent is deleted: our copy of it, and the workbooks beside that."""
    desk, one = request.app[DESK], await asyncio.to_thread(_list, request)
    if one.job is None and desk.works.running_on(one.id) is None:
        await asyncio.to_thread(_deleted, desk, one)
        return back_to(request, "/", Message("web.list_deleted", name=one.name))
    return back_to(request, one.address)


def _deleted(desk: Desk, one: ListAtHand) -> None:
    desk.lists.kept.delete(one.id)
    desk.lists.forget_lists()


ROUTES = [
    web.get("/lists/{id}", _review),
    web.post("/lists/{id}/check", _check),
    web.get("/lists/{id}/columns", _columns),
    web.post("/lists/{id}/columns", _choose_columns),
    web.post("/lists/{id}/corrected", takes_upload(_corrected)),
    web.post("/lists/{id}/problems", _write_workbook),
    web.get("/lists/{id}/problems", _download),
    web.post("/lists/{id}/problems/use", _use_workbook),
    web.post("/lists/{id}/problems/open", _open),
    web.post("/lists/{id}/send", _send),
    web.post("/lists/{id}/delete", _delete),
]
