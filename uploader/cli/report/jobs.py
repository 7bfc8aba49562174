"""Jobs of the journal, and rows that a person settled."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from uploader.actions.history import Files
from uploader.cli.report import commands
from uploader.cli.report.numbers import counted, moment, rows_of
from uploader.cli.terminal import unbroken
from uploader.i18n import Fact, Message, render, row_numbers
from uploader.model.job import Job
from uploader.model.rows import Status
from uploader.model.summary import ResumeHint

if TYPE_CHECKING:
    from uploader.actions.planning.senders import Sending

_NONE: Mapping[int, int] = MappingProxyType({})
_NO_OTHERS: "Mapping[int, Sequence[Sending]]" = MappingProxyType({})


def jobs(
    found: Iterable[Job],
    language: str,
    sendings: "Mapping[int, Sequence[Sending]]" = _NO_OTHERS,
    *,
    under_way: Mapping[int, int] = _NONE,
    sandbox: bool = False,
) -> Iterator[str]:
    """Two lines for each job, the newest first; then how the newest that is unfinished is resumed, or how many send it.

    `sendings` are the runs of jobs, by their numbers, where they are worth a line; `under_way` is how many of a job's
    unknown rows somebody waits for.
    """
    unfinished: Job | None = None
    nothing = True
    for job in found:
        nothing = False
        yield from _job(job, language, sandbox=sandbox, under_way=under_way.get(job.id, 0))
        yield from (f"       {render(_sent_by(one), language)}" for one in sendings.get(job.id, ()))
        if unfinished is None and _can_be_resumed(job):
            unfinished = job
    if nothing:
        yield render(Message("history.nothing_in_sandbox" if sandbox else "history.nothing"), language)
    if unfinished is None:
        return
    senders = sum(one.is_alive for one in sendings.get(unfinished.id, ()))
    if senders:
        yield render(Message("history.sent_now", job=unfinished.id, count=senders), language)
    else:
        yield render(Message("next.resume", count=unfinished.waiting), language)
        yield f"  {commands.resume(ResumeHint(unfinished.id, sandbox=sandbox))}"


def _job(job: Job, language: str, *, sandbox: bool, under_way: int = 0) -> Iterator[str]:
    where = "sandbox" if sandbox else job.destination
    yield f"{job.id:>5}  {moment(job.started_at or job.created_at)}  {job.list_name}  {job.template} → {where}"
    yield f"       {render(_figures(job, language, under_way), language)}"


def _sent_by(sending: "Sending") -> Message:
    run = sending.run
    code = "history.run_now" if sending.is_alive else "history.run"
    return Message(code, when=moment(run.started_at), user=run.user, machine=run.machine, count=run.requests)


def _figures(job: Job, language: str, under_way: int) -> Message:
    note = _note(job)
    facts: dict[str, Fact] = {"rows": rows_of(job.rows), "counts": counted(job.counts, language, under_way)}
    return Message("history.job", **facts) if note is None else Message("history.job_noted", **facts, note=note)


def _note(job: Job) -> Message | None:
    """What is to be known of a job besides its figures; None where it was sent to its end."""
    if job.forgotten_at is not None:
        return Message("history.forgotten", day=moment(job.forgotten_at)[:10])
    if job.stopped is not None:
        return job.stopped
    return None if job.ended_at and not job.waiting else Message("history.unfinished")


def _can_be_resumed(job: Job) -> bool:
    return bool(job.waiting) and not job.forgotten_at


def written(job: Job, path: Path, language: str) -> Iterator[str]:
    """A job whose result workbook was written again."""
    facts: dict[str, Fact] = {"rows": rows_of(job.rows), "counts": counted(job.counts, language)}
    yield render(Message("jobs.figures", job=job.id, list=job.list_name, **facts), language)
    yield render(Message("end.results", path=unbroken(str(path))), language)


def settled(job: Job, rows: Sequence[int], language: str, *, arrived: bool, sandbox: bool) -> Iterator[str]:
    """Rows that were closed, and what comes next; `job` is the newest of the list."""
    code = "settled.arrived" if arrived else "settled.not_arrived"
    yield render(Message(code, count=len(rows), numbers=row_numbers(rows)), language)
    facts: dict[str, Fact] = {"rows": rows_of(job.rows), "counts": counted(job.counts, language)}
    yield render(Message("jobs.figures", job=job.id, list=job.list_name, **facts), language)
    left = job.waiting
    if left:
        yield render(Message("next.resume", count=left), language)
        yield f"  {commands.resume(ResumeHint(job.id, sandbox=sandbox))}"
    else:
        yield render(Message("next.results"), language)
        yield f"  {commands.results(job.id, sandbox=sandbox)}"


# Forgetting


def to_forget(
    found: Sequence[Job], files: Files, language: str, *, everything: bool, sandbox: bool = False
) -> Iterator[str]:
    """What is about to be deleted of which jobs, and what of them stays."""
    if not found:
        yield render(Message("forget.nothing"), language)
        return
    for job in found:
        yield from _job(job, language, sandbox=sandbox)
    waiting = sum(job.waiting for job in found)
    if waiting:
        yield render(Message("forget.not_sent", count=waiting), language)
    unknown = sum(job.counts[Status.UNKNOWN] for job in found)
    if unknown:
        yield render(Message("forget.unknown", count=unknown), language)
    yield render(Message("forget.deletes_all" if everything else "forget.deletes"), language)
    for paths, code in ((files.ours, "forget.copies"), (files.left, "forget.left")):
        if paths:
            yield render(Message(code, count=len(paths)), language)
            yield from (f"  {unbroken(str(path))}" for path in paths)
    yield render(Message("forget.everything" if everything else "forget.keeps_fingerprints"), language)


def forgotten(language: str) -> Iterator[str]:
    """After it was done."""
    yield render(Message("forget.done"), language)
