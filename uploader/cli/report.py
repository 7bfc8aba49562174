"""What the commands tell a person, and the JSON object that says the same to a program; it does nothing else."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from uploader.actions.verify import Verification
from uploader.model.http import Request
from uploader.model.job import Job, Summary
from uploader.model.problems import ProblemLog
from uploader.model.rows import Status, column_letter
from uploader.templates.template import Template

_SHOWN_BODY_INDENT = 2
_SHOWN_ANSWERS = 6
_SHOWN_NAMELESS = 10
_COUNTED = (Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN, Status.INVALID, Status.SKIPPED, Status.NOT_SENT)


def as_json(summary: Summary, exit_code: int) -> str:
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
            "stopped": summary.stopped,
            "exit": int(exit_code),
        }
    )


def summed_up(summary: Summary) -> Iterator[str]:
    """How a run ended, in a few lines."""
    rows = _rows(summary.rows)
    yield f"{counted(summary.counts)}, of {rows}, in {_duration(summary.seconds)}."
    left = summary.counts.get(Status.NOT_SENT, 0)
    if summary.stopped is not None:
        ended = "Interrupted" if summary.interrupted else f"Stopped early: {summary.stopped}"
        yield f"{ended.rstrip('.')}. {_rows(left)} {'was' if left == 1 else 'were'} not sent."
    if left and summary.go_on:
        rest = "the row that is left" if left == 1 else f"the {left:,} rows that are left"
        yield f"To go on with {rest}: {summary.go_on}"
    refusals = [
        (status, code, message, advice, count)
        for status, code, message, advice, count in summary.answers
        if status in (Status.REJECTED, Status.UNKNOWN) or (status is Status.NOT_SENT and message)
    ]
    for status, _, message, advice, count in refusals[:_SHOWN_ANSWERS]:
        yield f"  {count:,} {status}" + (f": {message.strip()}." if message.strip() else ":") + f" {advice}"
    if len(refusals) > _SHOWN_ANSWERS:
        yield "  … the others stand in the results."
    if summary.results is not None:
        yield f"Results: {summary.results}"


def counted(counts: Mapping[Status, int]) -> str:
    """`37 accepted, 3 rejected`: the statuses that occur."""
    return ", ".join(f"{counts[status]:,} {status}" for status in _COUNTED if counts.get(status)) or "0 accepted"


def checked(
    reading: str,
    notes: Sequence[str],
    name: str,
    header: Sequence[str],
    listed: Sequence[int],
    fields: Mapping[str, int],
    template: Template,
) -> Iterator[str]:
    """How a list was understood: what was read, what is to be known of it, and which column fills what.

    `listed` are the positions of the list's own columns.
    """
    yield f"{name}: {reading}."
    yield from notes
    yield f"Template {template.name}:"
    width = max(map(len, template.columns))
    for field, column in template.columns.items():
        if field in fields:
            position = fields[field]
            yield f"  {field:<{width}}  from column {column_letter(position)}, “{' '.join(header[position].split())}”"
        else:
            yield f"  {field:<{width}}  no column; sent empty" + (" (required)" if column.required else "")
    unused = [at for at in listed if at not in fields.values()]
    left = [" ".join(header[at].split()) for at in unused if header[at].strip()]
    nameless = [column_letter(at) for at in unused if not header[at].strip()]
    if nameless:
        more = " …" if len(nameless) > _SHOWN_NAMELESS else ""
        left.append(f"columns without a name ({', '.join(nameless[:_SHOWN_NAMELESS])}{more})")
    if left:
        yield f"Not sent: {', '.join(left)}."


def findings(found: ProblemLog, counts: Mapping[Status, int], workbook: Path | None) -> Iterator[str]:
    """What the checks found, by cause: what stops rows, how many can be sent, then warnings."""
    invalid, good = counts[Status.INVALID], counts[Status.NOT_SENT]
    warnings = found.told(stops=False)
    if invalid:
        yield "Problems:"
        yield from (f"  {line}" for line in found.told(stops=True))
    if warnings:
        yield "Warnings:"
        yield from (f"  {line}" for line in warnings)
    held_back = counts[Status.SKIPPED] + counts[Status.UNKNOWN]
    every = "All " if good > 1 and not held_back else ""
    yield f"{_rows(good)} can be sent, {invalid:,} can't." if invalid else f"{every}{_rows(good)} can be sent."
    if held_back:
        skipped, unknown = counts[Status.SKIPPED], counts[Status.UNKNOWN]
        yield f"{_rows(held_back)} would be held back: {skipped:,} skipped, {unknown:,} left alone."
    if workbook is not None:
        yield f"The list's rows with what is wrong in each: {workbook}"


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


def jobs(found: Iterable[Job]) -> Iterator[str]:
    """One line for each job."""
    nothing = True
    for job in found:
        nothing = False
        when = datetime.fromisoformat(job.created_at).astimezone().strftime("%Y-%m-%d %H:%M")
        is_whole = job.ended_at and not job.stopped and not job.counts[Status.NOT_SENT]
        ended = "" if is_whole else f" ({job.stopped or 'not finished'})"
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


_SHOWN_DIFFERENCES, _DIGITS = 50, 12


def verified(found: Verification) -> Iterator[str]:
    """Whether a workbook is as it was written, what differs, and what of that is proven."""
    imprint = found.imprint
    yield f"{found.path.name}: result workbook of {imprint.list_name}, job {imprint.job}, {_rows(found.rows)}."
    by_number = sorted(
        found.differences, key=lambda row: (not row.isdecimal(), int(row) if row.isdecimal() else 0, row)
    )
    for row in by_number[:_SHOWN_DIFFERENCES]:
        yield f"  {row if row.startswith('line') else f'row {row}'} {found.differences[row]}"
    if len(by_number) > _SHOWN_DIFFERENCES:
        yield f"  … and {_rows(len(by_number) - _SHOWN_DIFFERENCES)} more."
    yield from (f"  {words}" for words in found.others)
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
            f"For proof, run this on the computer that wrote it: {imprint.machine} ({imprint.user}). "
            f"Digest: {imprint.digest}."
        )
        if found.is_as_written:
            yield "All rows agree with the digests."


FORGET = "Delete them?"
FORGOTTEN = "Deleted."


def settled(job: Job, row: int) -> Iterator[str]:
    """A row that was closed, and what comes next; `job` is the newest of the list."""
    yield f"Row {row} is settled. Job {job.id}: {counted(job.counts)}, of {_rows(job.rows)}."
    if job.counts[Status.NOT_SENT]:
        yield f"`uploader resume {job.id}` sends what waits."
    else:
        yield f"`uploader results {job.id}` writes the workbook."


def to_forget(found: Sequence[Job], *, everything: bool) -> Iterator[str]:
    """Which jobs are about to be forgotten, and what of them stays."""
    if not found:
        yield "No such job is left to forget."
        return
    yield from jobs(found)
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


def template(shown: Template, path: Path) -> Iterator[str]:
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
