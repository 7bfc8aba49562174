"""The result: what became of every row, what to do about the others, and the workbook that is kept."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from uploader.actions.annotate import annotate_job
from uploader.actions.history import files_with_data, forget, jobs_to_forget
from uploader.actions.job_rows import JobRows, job_rows
from uploader.actions.results import results
from uploader.actions.settle import settle, unknown_rows
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.job import Job
from uploader.model.rows import Status
from uploader.model.summary import Summary
from uploader.web.desk.desk import Desk
from uploader.web.desk.lists_at_hand import JobAddress
from uploader.web.desk.paging import ROWS, Paging, is_number, page_number
from uploader.web.desk.work import TOLD_ELSEWHERE, PageUi
from uploader.web.pages.app_keys import DESK
from uploader.web.pages.downloads import download
from uploader.web.pages.open_file import open_file
from uploader.web.pages.render import back_to, form_of, page
from uploader.web.server.sessions import session_of

JOB_PATH = r"/{journal:jobs|practice}/{number}"
_STATUSES: Mapping[str, Status] = {status.replace(" ", "_"): status for status in Status}


def job_address(request: web.Request) -> JobAddress:
    """The job that an address is about. Raises SettingsError where it can be none."""
    number = request.match_info["number"]
    if not is_number(number):
        raise SettingsError(Message("web.no_such_job"))
    return JobAddress(int(number), request.match_info["journal"] == "practice")


async def _result(request: web.Request) -> web.Response:
    desk, address = request.app[DESK], job_address(request)
    job = await asyncio.to_thread(desk.lists.job, address)
    under_way = desk.works.running_on(address.list_id) or desk.sending_of(job, address)
    if under_way is not None:
        return back_to(request, f"/works/{under_way.id}")
    if job.forgotten_at is not None:
        return page(request, "forgotten.html", job=job, address=address, is_practice=address.is_practice)
    show, text = request.query.get("show", ""), request.query.get("q", "")
    number = page_number(request.query.get("page", "1"))
    found, paging = await asyncio.to_thread(_found, request, address, show, text, number)
    return page(
        request,
        "result.html",
        job=found.job,
        address=address,
        found=found,
        paging=paging,
        show=show,
        text=text,
        run=_last_run(desk, address),
        own=desk.works.own_workbook_of(address.list_id),
        downloads="download" in request.query,
        may_copy=found.job.list_path.suffix.lower() in (".xlsx", ".xlsm"),
        kept=await asyncio.to_thread(_list_of, desk, address, found.job),
        has_workbook=found.job.results_path.is_file(),
        is_practice=address.is_practice,
    )


def _found(request: web.Request, address: JobAddress, show: str, text: str, number: int) -> tuple[JobRows, Paging]:
    session = request.app[DESK].session(session_of(request).language)
    found = job_rows(
        address.number,
        session,
        sandbox=address.is_practice,
        status=_STATUSES.get(show),
        text=text,
        skip=(number - 1) * ROWS,
        limit=ROWS,
    )
    kept = {name: value for name, value in (("show", show), ("q", text)) if value}
    return found, Paging(address.path, kept, found.total, number)


def _list_of(desk: Desk, address: JobAddress, job: Job) -> str | None:
    """The page of the list that was practised, and may be sent now."""
    return desk.lists.list_of(job) if address.is_practice and not desk.is_demo else None


def _last_run(desk: Desk, address: JobAddress) -> tuple[Summary, list[Message]] | None:
    """How the last sending from this page ended, and what was told; None where it was another one's."""
    for work in desk.works.newest_first():
        summary = work.outcome
        if isinstance(summary, Summary) and summary.job == address.number and work.is_practice == address.is_practice:
            return summary, [one for one in work.ui.told if one.code not in TOLD_ELSEWHERE]
    return None


async def _settle(request: web.Request) -> web.Response:
    """Rows of unknown outcome were looked up: those that are ticked, or all. The workbook says so from then on, too."""
    desk, address = request.app[DESK], job_address(request)
    posted = await request.post()
    form, session = form_of(posted), desk.session(session_of(request).language)
    arrived = form.get("found") == "arrived"
    ticked = [int(row) for row in posted.getall("row", []) if isinstance(row, str) and is_number(row)]
    everything = form.get("which") == "all"
    if not (ticked or everything):
        return back_to(request, f"{address.path}?show=unknown#rows", Message("settle.no_rows"))

    def settled() -> int:
        rows = unknown_rows(address.number, session, sandbox=address.is_practice) if everything else ticked
        settle(address.number, rows, session, arrived=arrived, sandbox=address.is_practice)
        return len(rows)

    count = await asyncio.to_thread(settled)
    code = "web.result.settled_arrived" if arrived else "web.result.settled_not_arrived"
    job = await asyncio.to_thread(desk.lists.job, address)
    return _write(request, desk, address, job, Message(code, count=count))


async def _open(request: web.Request) -> web.Response:
    """The very workbook that is renewed by the next sending."""
    desk, address = request.app[DESK], job_address(request)
    job = await asyncio.to_thread(desk.lists.job, address)
    if not job.results_path.is_file():
        return _write(request, desk, address, job)
    await asyncio.to_thread(open_file, job.results_path)
    return back_to(request, address.path, Message("web.opened", name=job.results_path.name))


async def _renew(request: web.Request) -> web.Response:
    """Write the workbook again, with what is known by now."""
    desk, address = request.app[DESK], job_address(request)
    return _write(request, desk, address, await asyncio.to_thread(desk.lists.job, address))


def _write(request: web.Request, desk: Desk, address: JobAddress, job: Job, *done: Message) -> web.Response:
    """Write the workbook, and say it after what was `done`."""
    language = session_of(request).language

    def action(ui: PageUi) -> Path:
        for one in done:
            ui.tell(one)
        _, path = results(address.number, None, desk.session(language, ui), sandbox=address.is_practice)
        ui.tell(Message("web.result.written", path=str(path)))
        return path

    work = desk.begin_writing(address, job.list_name, action)
    return back_to(request, f"/works/{work.id}")


async def _own_workbook(request: web.Request) -> web.StreamResponse:
    """A copy of the person's own workbook, with what became of each row; where that is not possible, why."""
    desk, address = request.app[DESK], job_address(request)
    job, language = await asyncio.to_thread(desk.lists.job, address), session_of(request).language

    def action(ui: PageUi) -> Path | None:
        written = annotate_job(address.number, desk.session(language, ui), sandbox=address.is_practice)
        ui.tell(written if isinstance(written, Message) else Message("annotate.written", path=str(written)))
        return written if isinstance(written, Path) else None

    work = desk.begin_writing(address, job.list_name, action, kind="copy")
    return back_to(request, f"/works/{work.id}")


def _own(request: web.Request) -> Path:
    """The copy of the person's own workbook. Raises SettingsError where none was written, or it is gone."""
    path = request.app[DESK].works.own_workbook_of(job_address(request).list_id)
    if path is None:
        raise SettingsError(Message("web.no_copy"))
    return path


async def _open_own(request: web.Request) -> web.Response:
    """Open the copy of the person's own workbook that was written last."""
    path = await asyncio.to_thread(_own, request)
    await asyncio.to_thread(open_file, path)
    return back_to(request, job_address(request).path, Message("web.opened", name=path.name))


async def _download_own(request: web.Request) -> web.StreamResponse:
    return download(await asyncio.to_thread(_own, request))


async def _download(request: web.Request) -> web.StreamResponse:
    desk, address = request.app[DESK], job_address(request)
    job = await asyncio.to_thread(desk.lists.job, address)
    if not job.results_path.is_file():
        return back_to(request, address.path, Message("web.file_is_gone", path=str(job.results_path)))
    return download(job.results_path)


async def _corrected(request: web.Request) -> web.Response:
    """What was corrected in the result workbook is checked, and then sent."""
    desk, address = request.app[DESK], job_address(request)
    job = await asyncio.to_thread(desk.lists.job, address)
    work = desk.begin_check(desk.lists.result_workbook(job, address), session_of(request).language)
    return back_to(request, f"/works/{work.id}")


async def _ask_to_forget(request: web.Request) -> web.Response:
    """What would be deleted, and what stays."""
    desk, address = request.app[DESK], job_address(request)

    def found() -> tuple[Job, object]:
        session = desk.session("en")
        job = desk.lists.job(address)
        return job, files_with_data([job], session, sandbox=address.is_practice)

    job, files = await asyncio.to_thread(found)
    return page(request, "forget.html", job=job, files=files, address=address, is_practice=address.is_practice)


async def _forget(request: web.Request) -> web.Response:
    desk, address = request.app[DESK], job_address(request)
    everything = bool(form_of(await request.post()).get("everything"))

    def forgotten() -> None:
        session = desk.session("en")
        jobs = jobs_to_forget([address.number], None, session, everything=everything, sandbox=address.is_practice)
        forget(jobs, session, everything=everything, sandbox=address.is_practice)
        desk.lists.forget_lists()

    await asyncio.to_thread(forgotten)
    return back_to(request, "/history", Message("forget.done"))


ROUTES = [
    web.get(JOB_PATH, _result),
    web.post(f"{JOB_PATH}/settle", _settle),
    web.post(f"{JOB_PATH}/open", _open),
    web.post(f"{JOB_PATH}/renew", _renew),
    web.post(f"{JOB_PATH}/own", _own_workbook),
    web.post(f"{JOB_PATH}/own/open", _open_own),
    web.get(f"{JOB_PATH}/own", _download_own),
    web.get(f"{JOB_PATH}/workbook", _download),
    web.post(f"{JOB_PATH}/corrected", _corrected),
    web.get(f"{JOB_PATH}/forget", _ask_to_forget),
    web.post(f"{JOB_PATH}/forget", _forget),
]
