"""What is being done: how far it is, what it asks, how to stop it; once it is over, where its outcome is."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from uploader.actions.home import secret_store
from uploader.errors import UploaderError
from uploader.i18n import Message
from uploader.model.summary import Summary
from uploader.web.desk.desk import Desk
from uploader.web.desk.lists_at_hand import JobAddress
from uploader.web.desk.paging import is_number
from uploader.web.desk.work import TOLD_ELSEWHERE, Work
from uploader.web.pages.app_keys import DESK
from uploader.web.pages.render import Reader, back_to, form_of, page, reader_of

_SHOWN_TOLD = 8
_OF_TEMPLATE = "advice.from_template"


def _work(request: web.Request) -> Work | None:
    return request.app[DESK].works.find(request.match_info["id"])


def _subject_page(desk: Desk, work_id: str) -> str:
    """Where to look for what became of a work that this server doesn't know: another one began it, and was killed."""
    list_id, _, _ = work_id.rpartition(".")
    try:
        one = desk.lists.at(list_id)
    except UploaderError:
        return "/"
    sent = [address.path for _, address in desk.lists.sendings_of(one)]
    return one.job.path if one.job is not None else sent[0] if sent else one.address


async def _show(request: web.Request) -> web.Response:
    work = _work(request)
    if work is None:
        return back_to(request, await asyncio.to_thread(_subject_page, request.app[DESK], request.match_info["id"]))
    work.ui.see()
    questions, state = work.ui.questions, _state(work, reader_of(request))  # which another tab may answer meanwhile
    if state["stage"] == "over":
        return _over(request, work)
    state["stage"] = "asking" if questions else "running"
    go = next((one for one in questions if one.code == "go"), None)
    plan = work.ui.plan if go is not None else None
    asks = "asking.html" if plan is None else "plan.html"
    return page(
        request,
        asks if questions else "sending.html",
        work=work,
        questions=questions,
        go=go,
        plan=plan,
        refused=work.ui.refused,
        progress=work.ui.progress,
        state=state,
        can_keep_secrets=secret_store.is_available() and not work.is_practice,
        is_practice=work.is_practice,
    )


def _over(request: web.Request, work: Work) -> web.Response:
    """To the page that shows what came of it."""
    list_page, summary = f"/lists/{work.subject}", work.outcome
    if work.ui.was_abandoned:
        return back_to(request, "/" if work.kind == "check" else _origin(work), Message("web.abandoned"))
    if work.kind == "check":
        return back_to(request, "/" if work.was_given_up else list_page)
    if work.error is not None:
        return back_to(request, _origin(work), work.error)
    if work.kind in ("mark", "copy") and isinstance(work.outcome, Path):
        return back_to(request, f"{_origin(work)}?download=now")
    if isinstance(summary, Summary) and summary.job is not None and summary.sent:
        return back_to(request, JobAddress(summary.job, work.is_practice).path)
    told = [one for one in work.ui.told if one.code not in TOLD_ELSEWHERE][-_SHOWN_TOLD:]
    if isinstance(summary, Summary) and summary.stopped is not None:
        return back_to(request, _origin(work), *_why_nothing(summary.stopped, work))
    return back_to(request, _origin(work), *told)


def _why_nothing(stopped: Message, work: Work) -> Sequence[Message]:
    """Why nothing was sent, and what the template knows to do about that; nothing where the person wanted it so."""
    if stopped.code == "plan.declined":
        return []
    return [Message("web.nothing_sent", why=stopped), *(one for one in work.ui.told if one.code == _OF_TEMPLATE)]


def _origin(work: Work) -> str:
    """The page from which it was begun."""
    return f"/lists/{work.subject}" if work.kind in ("mark", "send") else _page_of(work.subject)


def _page_of(subject: str) -> str:
    """The page of a list or of a job, by what a work on it is about."""
    kind, _, number = subject.partition("-")
    return JobAddress(int(number), kind == "practice").path if is_number(number) else f"/lists/{subject}"


async def _show_state(request: web.Request) -> web.Response:
    """How far it is, for the page that shows it."""
    work = _work(request)
    if work is not None:
        work.ui.see()
    state = {"stage": "over"} if work is None else _state(work, reader_of(request))
    return web.json_response(state)


def _state(work: Work, reader: Reader) -> dict[str, Any]:
    progress, told = work.ui.progress, [one for one in work.ui.told if one.code not in TOLD_ELSEWHERE]
    return {
        "stage": work.stage,
        "percent": progress.percent,
        "what": reader.say(progress.what),
        "far": reader.say(progress.how_far),
        "left": reader.say(progress.time_left),
        "waits": reader.say(progress.waits_for),
        "stopping": work.ui.cancel.is_cancelled,
        "is_sending": progress.phase == "sending",
        "told": [reader.line(one) for one in told[-_SHOWN_TOLD:]],
    }


async def _answer(request: web.Request) -> web.Response:
    """The answers to what is asked; wrong ones are asked for again."""
    work = _work(request)
    if work is not None:
        form = form_of(await request.post())
        if form.get("leave"):
            work.stop()
            work.wait(1)
        else:
            if any(
                one.is_secret for one in work.ui.questions
            ):  # the plan, which is asked about later, says nothing of it
                work.ui.keeps_secrets = bool(form.get("keep_secrets"))
            work.ui.answer(form)
    return back_to(request, f"/works/{request.match_info['id']}")


async def _stop(request: web.Request) -> web.Response:
    work = _work(request)
    if work is not None:
        work.stop()
    return back_to(request, f"/works/{request.match_info['id']}")


ROUTES = [
    web.get("/works/{id}", _show),
    web.get("/works/{id}/state", _show_state),
    web.post("/works/{id}/answers", _answer),
    web.post("/works/{id}/stop", _stop),
]
