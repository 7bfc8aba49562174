"""What would be done with a list, what is wrong with it, and what one of its rows would send."""

import json
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from uploader.cli.report.numbers import rows_of
from uploader.i18n import Message, render
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
        yield from problems([planned.problems], language)
    yield from problems([planned.id_problems], language)
    held: dict[Status, list[str]] = defaultdict(list)
    for prior, rows in planned.held:
        held[prior.held_as].append(render(_held_back(prior, rows), language))
    for status, title in _HELD_TITLES.items():
        if held[status]:
            yield render(Message(title), language)
            yield from (f"  {line}" for line in held[status])
    for message in planned.messages():
        yield render(message, language)


_HELD_TITLES = {Status.SKIPPED: "screen.skipped", Status.UNKNOWN: "screen.left_alone"}
_HELD_LINES = {Status.ACCEPTED: "screen.accepted_before", Status.UNKNOWN: "screen.unknown_before"}


def _held_back(prior: PriorRequest, rows: int) -> Message:
    code = _HELD_LINES.get(prior.status, "screen.earlier_row")
    return Message(code, count=rows, job=prior.job, list=prior.list_name, day=prior.at)


def problems(logs: Sequence[ProblemLog], language: str) -> Iterator[str]:
    """What stops rows, by cause, then what is only odd."""
    for title, stops in (("screen.problems", True), ("screen.warnings", False)):
        summaries = [summary for log in logs for summary in log.summaries(stops=stops)]
        if summaries:
            yield render(Message(title), language)
            yield from (f"  {_problem(summary, language)}" for summary in summaries)


def _problem(summary: ProblemSummary, language: str) -> str:
    """One cause: `rp_id is empty in 12 rows: G4, G9 … Fill in the cell.`."""
    cause = render(summary.cause, language)
    begin = cause[0].upper() + cause[1:] if cause.startswith(_OWN_FIRST_WORDS) else cause
    cells = ", ".join(_cell(row, column, language) for row, column in summary.cells) + (" …" if summary.more else ".")
    of_rows = all(column is None for _, column in summary.cells)
    code = "screen.problem_of_rows" if of_rows else "screen.problem_in_cells"
    fix = render(summary.fix, language)
    return render(Message(code, count=summary.rows, cause=begin, cells=cells, fix=fix), language)


def _cell(row: int, column: int | None, language: str) -> str:
    return render(Message("screen.row", row=row), language) if column is None else f"{column_letter(column)}{row}"


def problems_of_row(found: Iterable[Problem], language: str) -> Iterator[str]:
    """What is wrong with the row of a preview."""
    for problem in found:
        what = render(Message("screen.not_sent_row" if problem.stops else "screen.warning"), language)
        cause, fix = render(problem.cause, language), render(problem.fix, language)
        yield f"{what} {_cell(problem.row, problem.column, language)}: {cause}. {fix}"


def check(checked: "Check", language: str) -> Iterator[str]:
    """How a list was understood, what is wrong with it, and how many rows can be sent."""
    yield from _understood(checked, language)
    found = checked.found
    yield from problems([found.problems, found.known], language)
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
