"""What would be done with a list, what is wrong with it, and what one of its rows would send."""

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from uploader.cli.report.numbers import rows_of
from uploader.i18n import render
from uploader.model.http import Request
from uploader.model.problems import Problem, ProblemLog, ProblemSummary
from uploader.model.resend import PriorRequest
from uploader.model.rows import Status, column_letter

if TYPE_CHECKING:
    from uploader.actions.check import Check
    from uploader.actions.planning.plan import Plan

_SHOWN_BODY_INDENT = 2
_SHOWN_NAMELESS = 10
_OWN_FIRST_WORDS = ("the ", "this ", "some ", "after ")
"""A cause that begins so begins the sentence; a field's name stays as it is."""


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
    return pattern.format(rows=f"{rows_of(rows)} {verb}", job=prior.job, list=prior.list_name, day=prior.at[:10])


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
    return f"{begin} in {rows_of(summary.rows)}: {cells} {fix}"


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
    yield f"{rows_of(good)} can be sent, {invalid:,} can't." if invalid else f"{every}{rows_of(good)} can be sent."
    if skipped + unknown:
        yield f"{rows_of(skipped + unknown)} would be held back: {skipped:,} skipped, {unknown:,} left alone."
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
