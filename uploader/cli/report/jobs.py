"""Jobs of the journal, a workbook that was verified, and a template."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.cli.report.numbers import counted, rows_of
from uploader.i18n import Message, in_language, render, row_numbers
from uploader.model import rows as model_rows
from uploader.model.job import Job
from uploader.model.rows import Status

if TYPE_CHECKING:
    from uploader.actions.templates import Template
    from uploader.actions.verify import Verification


def jobs(found: Iterable[Job], language: str) -> Iterator[str]:
    """One line for each job."""
    nothing = True
    for job in found:
        nothing = False
        when = datetime.fromisoformat(job.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
        is_whole = job.ended_at and not job.stopped and not job.counts[Status.NOT_SENT]
        ended = "" if is_whole else f" ({_why_unfinished(job, language)})"
        if job.continued_by is not None:
            ended = f" (continued by job {job.continued_by})"
        if job.taken_from is not None:
            ended = f" (sent elsewhere, as {job.taken_from.name} tells it)"
        if job.forgotten_at is not None:
            ended = f" (forgotten on {job.forgotten_at[:10]})"
        yield f"{job.id:>5}  {when}  {job.list_path.name}  {job.template} → {job.destination}"
        yield f"       {counted(job.counts)}, of {rows_of(job.rows)}{ended}"
    if nothing:
        yield "Nothing was sent from this computer yet. What went to the practice server, --sandbox shows."


FORGOTTEN = "Deleted."


def settled(job: Job, rows: Sequence[int], language: str, *, arrived: bool, sandbox: bool) -> Iterator[str]:
    """Rows that were closed, and what comes next; `job` is the newest of the list."""
    code = "settle.done_arrived" if arrived else "settle.done_not_arrived"
    numbers, counts = row_numbers(rows), model_rows.counted(job.counts)
    yield render(Message(code, count=len(rows), numbers=numbers, job=job.id, counts=counts, rows=job.rows), language)
    kind = "resume" if job.counts[Status.NOT_SENT] else "results"
    next_step = Message(f"settle.then_{kind}_sandbox" if sandbox else f"settle.then_{kind}", job=job.id)
    yield render(next_step, language)


def to_forget(found: Sequence[Job], language: str, *, everything: bool) -> Iterator[str]:
    """Which jobs are about to be forgotten, and what of them stays."""
    if not found:
        yield "No such job is left to forget."
        return
    yield from jobs(found, language)
    waiting = sum(job.counts[Status.NOT_SENT] for job in found)
    if waiting:
        yield f"{rows_of(waiting)} of them {'was' if waiting == 1 else 'were'} not sent yet, and can't be any more."
    unknown = sum(job.counts[Status.UNKNOWN] for job in found)
    if unknown:
        yield f"The outcome of {rows_of(unknown)} is unknown; what to look up is in the result workbook."
    if everything:
        yield (
            "Nothing stays: a row that was accepted is not known any more when it is sent again, unless the result "
            "workbook still stands beside the list."
        )
    else:
        yield "Hashes stay: a row that was accepted is known when it is sent again."


_SHOWN_DIFFERENCES, _DIGITS = 50, 12


def verification(found: "Verification", language: str) -> Iterator[str]:
    """Whether a workbook is as it was written, what differs, and what of that is proven."""
    manifest = found.manifest
    yield f"{found.path.name}: result workbook of {manifest.list_name}, job {manifest.job}, {rows_of(found.rows)}."
    by_number = sorted(found.differences, key=lambda at: (not at.row.isdecimal(), len(at.row), at))
    for at in by_number[:_SHOWN_DIFFERENCES]:
        where = f"row {at.row}" if at.row else f"line {at.line}"
        yield f"  {where} {render(found.differences[at], language)}"
    if len(by_number) > _SHOWN_DIFFERENCES:
        yield f"  … and {rows_of(len(by_number) - _SHOWN_DIFFERENCES)} more."
    yield from (f"  {render(other, language)}" for other in found.others)
    if not found.is_as_written:
        count = len(found.differences)
        rows = "1 row is" if count == 1 else f"{count:,} rows are"
        yield f"The workbook is not as uploader wrote it{f': {rows} not' if count else ''}."
    if found.written_at is not None:
        when = datetime.fromisoformat(found.written_at).astimezone()
        yield f"The journal of this computer knows these digests: it wrote them on {when:%Y-%m-%d %H:%M:%S}."
        if found.is_as_written:
            yield "So every row is as it was written."
        if found.later is not None:
            yield f"The list was sent on since, as job {found.later}: `uploader results {found.later}` writes that."
    elif not found.knows_list:
        yield (
            "The journal of this computer doesn't know the list. So the rows could only be held against the digests "
            "inside the workbook: that finds what was changed by accident or by hand, and proves nothing against "
            "somebody who changed the digests, too."
        )
        yield (
            f"For proof, run this on the computer that wrote it: {manifest.machine} ({manifest.user}). "
            f"Digest: {manifest.digest}."
        )
        if found.is_as_written:
            yield "All rows agree with the digests."


def template(shown: "Template", path: Path, language: str) -> Iterator[str]:
    """What a template sends, and what a list needs for it."""
    yield f"{shown.name}: {in_language(shown.title, language)}"
    yield f"  {shown.request.method} {shown.request.url}"
    if shown.documentation:
        yield f"  Documentation: {shown.documentation}"
    yield f"  File: {path}"
    yield f"  At once: {shown.limits.concurrency}; time-out: {shown.limits.timeout_seconds:g} s"
    yield "Columns:"
    width = max(map(len, shown.columns))
    for name, column in shown.columns.items():
        need = "required" if column.required else "optional"
        yield f"  {name:<{width}}  {need}. {in_language(column.description, language)}"
        if column.aliases:
            yield f"  {'':<{width}}  Also called: {', '.join(column.aliases)}."
    if shown.settings:
        yield "Settings:"
    for name, setting in shown.settings.items():
        sources = [] if setting.secret else [f"--set {name}=…"]
        sources += [f"the variable {setting.environment}"] if setting.environment else []
        yield f"  {name}: {in_language(setting.description, language)}"
        yield f"    From {' or '.join([*sources, 'a question on the terminal'])}."


def _why_unfinished(job: Job, language: str) -> str:
    return "not finished" if job.stopped is None else render(job.stopped, language)
