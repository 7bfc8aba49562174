"""What the commands tell a person, and the JSON object that says the same to a program; it does nothing else."""

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.cli import exit_codes
from uploader.cli.terminal import tell_all
from uploader.i18n import render
from uploader.model.http import Request
from uploader.model.job import Job, ResumeHint, Summary
from uploader.model.problems import Problem, ProblemLog, ProblemSummary
from uploader.model.resend import PriorRequest
from uploader.model.rows import Status, column_letter

if TYPE_CHECKING:
    from uploader.actions.check import Check
    from uploader.actions.planning.plan import Plan
    from uploader.actions.templates import Template
    from uploader.actions.verify import Verification

_SHOWN_BODY_INDENT = 2
_SHOWN_ANSWERS = 6
_SHOWN_NAMELESS = 10
_COUNTED = (Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN, Status.INVALID, Status.SKIPPED, Status.NOT_SENT)
_OWN_FIRST_WORDS = ("the ", "this ", "some ", "after ")
"""A cause that begins so begins the sentence; a field's name stays as it is."""


# How a run ended


def show_end(summary: Summary, language: str, *, as_json: bool) -> int:
    """Tell where the workbook is, once it is written; the exit code."""
    code = exit_codes.of_send(summary)
    if summary.results is not None:
        tell_all([f"Results: {summary.results}"], to_error=as_json)
    if as_json:
        tell_all([as_json_object(summary, code, language)])
    return code


def as_json_object(summary: Summary, exit_code: int, language: str) -> str:
    """The summary as one JSON object in plain ASCII; its keys are a contract (docs/commands.md)."""
    counts = {status.replace(" ", "_"): summary.counts.get(status, 0) for status in _COUNTED}
    return json.dumps(
        {
            "job": summary.job,
            "list": None if summary.list_path is None else str(summary.list_path),
            "template": summary.template,
            "rows": summary.rows,
            **counts,
            "requests": summary.requests,
            "seconds": round(summary.seconds, 3),
            "results": None if summary.results is None else str(summary.results),
            "stopped": None if summary.stopped is None else render(summary.stopped, language),
            "exit": int(exit_code),
        }
    )


def summed_up(summary: Summary, language: str) -> Iterator[str]:
    """How a run ended, in a few lines."""
    yield f"{counted(summary.counts)}, of {_rows(summary.rows)}, in {_duration(summary.seconds)}."
    left = summary.counts.get(Status.NOT_SENT, 0)
    if summary.stopped is not None:
        ended = "Interrupted" if summary.interrupted else f"Stopped early: {render(summary.stopped, language)}"
        yield f"{ended.rstrip('.')}. {_rows(left)} {'was' if left == 1 else 'were'} not sent."
    if left and summary.resume is not None:
        rest = "the row that is left" if left == 1 else f"the {left:,} rows that are left"
        yield f"To go on with {rest}: {_resume_command(summary.resume)}"
    refusals = [
        answer
        for answer in summary.answers
        if answer.status in (Status.REJECTED, Status.UNKNOWN) or (answer.status is Status.NOT_SENT and answer.message)
    ]
    for answer in refusals[:_SHOWN_ANSWERS]:
        said = f": {answer.message.strip()}." if answer.message.strip() else ":"
        yield f"  {answer.rows:,} {answer.status}{said} {render(answer.advice, language)}"
    if len(refusals) > _SHOWN_ANSWERS:
        yield "  … the others stand in the results."


def _resume_command(hint: ResumeHint) -> str:
    """The command that sends the rest as it was meant to be sent."""
    parts = [f"uploader resume {hint.job}"]
    parts += ["--sandbox"] if hint.sandbox else []
    parts += ["--send-duplicates"] if hint.send_duplicates else []
    parts += ["--resend-unknown"] if hint.resend_unknown else []
    parts += [f"--first {hint.first}"] if hint.first is not None else []
    return " ".join(parts)


def counted(counts: Mapping[Status, int]) -> str:
    """`37 accepted, 3 rejected`: the statuses that occur."""
    return ", ".join(f"{counts[status]:,} {status}" for status in _COUNTED if counts.get(status)) or "0 accepted"


# What would be done


def plan(planned: "Plan", language: str, *, with_problems: bool) -> Iterator[str]:
    """What would be done with a list, before anything is."""
    if with_problems:
        yield from problems(planned.problems, language)
    yield from problems(planned.id_problems, language)
    held: dict[Status, list[str]] = defaultdict(list)
    for prior, rows in planned.held:
        held[prior.standing].append(_held_back(prior, rows))
    for status, title in _HELD_TITLES.items():
        if held[status]:
            yield title
            yield from (f"  {line}" for line in held[status])
    for message in planned.messages():
        yield render(message, language)


_HELD_TITLES = {
    Status.SKIPPED: "Skipped, because sending them again would make the same case twice:",
    Status.UNKNOWN: "Left alone, because they may have arrived:",
}
_ACCEPTED_BEFORE = "{rows} accepted before: {list}, {day} (job {job})."
_EARLIER_ROW = "{rows} the same request as an earlier row of this list."
_UNKNOWN_BEFORE = (
    "{rows} sent before without a usable answer: {list}, {day} (job {job}). Not sent again unless you say "
    "--resend-unknown: look them up first."
)


def _held_back(prior: PriorRequest, rows: int) -> str:
    pattern = {Status.ACCEPTED: _ACCEPTED_BEFORE, Status.UNKNOWN: _UNKNOWN_BEFORE}.get(prior.status, _EARLIER_ROW)
    verb = ("is" if rows == 1 else "are") if prior.status is Status.SKIPPED else ("was" if rows == 1 else "were")
    return pattern.format(rows=f"{_rows(rows)} {verb}", job=prior.job, list=prior.list_name, day=prior.at[:10])


# What is wrong


def problems(log: ProblemLog, language: str) -> Iterator[str]:
    """What stops rows, by cause, then what is only odd."""
    for title, stops in (("Problems:", True), ("Warnings:", False)):
        summaries = log.summaries(stops=stops)
        if summaries:
            yield title
            yield from (f"  {_problem(summary, language)}" for summary in summaries)


def _problem(summary: ProblemSummary, language: str) -> str:
    """One cause: `rp_id is empty in 12 rows: G4, G9 … Fill in the cell.`."""
    cause, fix = render(summary.cause, language), render(summary.fix, language)
    cells = ", ".join(_cell(row, column) for row, column in summary.cells) + (" …" if summary.more else ".")
    begin = cause[0].upper() + cause[1:] if cause.startswith(_OWN_FIRST_WORDS) else cause
    if all(column is None for _, column in summary.cells):
        times = "" if summary.rows == 1 else f", {summary.rows:,} times"
        return f"{begin}{times}: {cells} {fix}"
    return f"{begin} in {_rows(summary.rows)}: {cells} {fix}"


def _cell(row: int, column: int | None) -> str:
    return f"row {row}" if column is None else f"{column_letter(column)}{row}"


def problems_of_row(found: Iterable[Problem], language: str) -> Iterator[str]:
    """What is wrong with the row of a preview."""
    for problem in found:
        what = "This row would not be sent." if problem.stops else "Warning:"
        cause, fix = render(problem.cause, language), render(problem.fix, language)
        yield f"{what} {_cell(problem.row, problem.column)}: {cause}. {fix}"


def check(checked: "Check", language: str) -> Iterator[str]:
    """How a list was understood, what is wrong with it, and how many rows can be sent."""
    yield from _understood(checked, language)
    found = checked.found
    yield from problems(found.problems, language)
    invalid, good = found.counts[Status.INVALID], found.counts[Status.NOT_SENT]
    skipped, unknown = found.counts[Status.SKIPPED], found.counts[Status.UNKNOWN]
    every = "All " if good > 1 and not skipped + unknown else ""
    yield f"{_rows(good)} can be sent, {invalid:,} can't." if invalid else f"{every}{_rows(good)} can be sent."
    if skipped + unknown:
        yield f"{_rows(skipped + unknown)} would be held back: {skipped:,} skipped, {unknown:,} left alone."
    if checked.workbook is not None:
        yield f"The list's rows with what is wrong in each: {checked.workbook}"


def _understood(checked: "Check", language: str) -> Iterator[str]:
    """What was read, what is to be known of it, and which column fills what."""
    listed = checked.found.opened.checked
    header, fields, shape = listed.table.header, listed.fields, listed.template
    yield f"{listed.path.name}: {render(listed.table.reading(), language)}."
    yield from (render(note, language) for note in listed.notes)
    yield f"Template {shape.name}:"
    width = max(map(len, shape.columns))
    for field, column in shape.columns.items():
        if field in fields:
            name = " ".join(header[fields[field]].split())
            yield f"  {field:<{width}}  from column {column_letter(fields[field])}, “{name}”"
        else:
            yield f"  {field:<{width}}  no column; sent empty" + (" (required)" if column.required else "")
    unused = [at for at in listed.listed if at not in fields.values()]
    left = [" ".join(header[at].split()) for at in unused if header[at].strip()]
    nameless = [column_letter(at) for at in unused if not header[at].strip()]
    if nameless:
        more = " …" if len(nameless) > _SHOWN_NAMELESS else ""
        left.append(f"columns without a name ({', '.join(nameless[:_SHOWN_NAMELESS])}{more})")
    if left:
        yield f"Not sent: {', '.join(left)}."


def request(shown: Request) -> Iterator[str]:
    """A request as it goes out, its JSON body laid out for reading."""
    yield f"{shown.method} {shown.url}"
    yield from (f"{name}: {value}" for name, value in shown.headers.items())
    if shown.body:
        yield ""
        yield json.dumps(json.loads(shown.body), ensure_ascii=False, indent=_SHOWN_BODY_INDENT)


def curl(shown: Request) -> str:
    """A request as a curl command for a POSIX shell; put the token where it says ***."""
    parts = ["curl", "--request", shown.method, shlex.quote(shown.url)]
    lines = [" ".join(parts)]
    lines += [f"  --header {shlex.quote(f'{name}: {value}')}" for name, value in shown.headers.items()]
    if shown.body:
        lines.append(f"  --data-binary {shlex.quote(shown.body.decode())}")
    return " \\\n".join(lines)


# The journal


def jobs(found: Iterable[Job], language: str) -> Iterator[str]:
    """One line for each job."""
    nothing = True
    for job in found:
        nothing = False
        when = datetime.fromisoformat(job.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
        is_whole = job.ended_at and not job.stopped and not job.counts[Status.NOT_SENT]
        ended = "" if is_whole else f" ({_why_unfinished(job, language)})"
        if job.gone_on_by is not None:
            ended = f" (gone on with by job {job.gone_on_by})"
        if job.taken_from is not None:
            ended = f" (sent elsewhere, as {job.taken_from.name} tells it)"
        if job.forgotten_at is not None:
            ended = f" (forgotten on {job.forgotten_at[:10]})"
        yield f"{job.id:>5}  {when}  {job.list_path.name}  {job.template} → {job.destination}"
        yield f"       {counted(job.counts)}, of {_rows(job.rows)}{ended}"
    if nothing:
        yield "Nothing was sent from this computer yet. What went to the practice server, --sandbox shows."


FORGOTTEN = "Deleted."


def settled(job: Job, row: int) -> Iterator[str]:
    """A row that was closed, and what comes next; `job` is the newest of the list."""
    yield f"Row {row} is settled. Job {job.id}: {counted(job.counts)}, of {_rows(job.rows)}."
    if job.counts[Status.NOT_SENT]:
        yield f"`uploader resume {job.id}` sends what waits."
    else:
        yield f"`uploader results {job.id}` writes the workbook."


def to_forget(found: Sequence[Job], language: str, *, everything: bool) -> Iterator[str]:
    """Which jobs are about to be forgotten, and what of them stays."""
    if not found:
        yield "No such job is left to forget."
        return
    yield from jobs(found, language)
    waiting = sum(job.counts[Status.NOT_SENT] for job in found)
    if waiting:
        yield f"{_rows(waiting)} of them {'was' if waiting == 1 else 'were'} not sent yet, and can't be any more."
    unknown = sum(job.counts[Status.UNKNOWN] for job in found)
    if unknown:
        yield f"The outcome of {_rows(unknown)} is unknown; what to look up is in the result workbook."
    if everything:
        yield (
            "Nothing stays: a row that was accepted is not known any more when it is sent again, unless the result "
            "workbook still stands beside the list."
        )
    else:
        yield "Hashes stay: a row that was accepted is known when it is sent again."


# Workbooks


_SHOWN_DIFFERENCES, _DIGITS = 50, 12


def verification(found: "Verification", language: str) -> Iterator[str]:
    """Whether a workbook is as it was written, what differs, and what of that is proven."""
    manifest = found.manifest
    yield f"{found.path.name}: result workbook of {manifest.list_name}, job {manifest.job}, {_rows(found.rows)}."
    by_number = sorted(
        found.differences, key=lambda row: (not row.isdecimal(), int(row) if row.isdecimal() else 0, row)
    )
    for row in by_number[:_SHOWN_DIFFERENCES]:
        yield f"  {row if row.startswith('line') else f'row {row}'} {render(found.differences[row], language)}"
    if len(by_number) > _SHOWN_DIFFERENCES:
        yield f"  … and {_rows(len(by_number) - _SHOWN_DIFFERENCES)} more."
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


# Templates


def template(shown: "Template", path: Path) -> Iterator[str]:
    """What a template sends, and what a list needs for it."""
    yield f"{shown.name}: {shown.title}"
    yield f"  {shown.request.method} {shown.request.url}"
    if shown.documentation:
        yield f"  Documentation: {shown.documentation}"
    yield f"  File: {path}"
    yield f"  At once: {shown.limits.concurrency}; time-out: {shown.limits.timeout_seconds:g} s"
    yield "Columns:"
    width = max(map(len, shown.columns))
    for name, column in shown.columns.items():
        need = "required" if column.required else "optional"
        yield f"  {name:<{width}}  {need}. {column.description}"
        if column.aliases:
            yield f"  {'':<{width}}  Also called: {', '.join(column.aliases)}."
    if shown.settings:
        yield "Settings:"
    for name, setting in shown.settings.items():
        sources = [] if setting.secret else [f"--set {name}=…"]
        sources += [f"the variable {setting.environment}"] if setting.environment else []
        yield f"  {name}: {setting.description}"
        yield f"    From {' or '.join([*sources, 'a question on the terminal'])}."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _duration(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _why_unfinished(job: Job, language: str) -> str:
    return "not finished" if job.stopped is None else render(job.stopped, language)
