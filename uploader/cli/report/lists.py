"""What would be done with a list, what is wrong with it, and what one of its rows would send."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from uploader.cli.report import commands
from uploader.cli.report.numbers import places, rows_of
from uploader.cli.terminal import unbroken
from uploader.i18n import Message, render
from uploader.model.problems import EXAMPLE_ROW, Problem, ProblemLog, ProblemSummary
from uploader.model.rows import Status, column_letter, column_named

if TYPE_CHECKING:
    from uploader.actions.check import Check
    from uploader.actions.options import ReadOptions
    from uploader.actions.planning.known.held_back import HeldBack
    from uploader.actions.planning.plan import Plan
    from uploader.actions.templates.known import Template

_SHOWN_NAMELESS = 10


# The plan


def plan(planned: "Plan", language: str, *, with_problems: bool) -> Iterator[str]:
    """What would be done with a list, before anything is."""
    if with_problems:
        yield from problems([planned.problems], language)
    yield from problems([planned.id_problems], language)
    yield from _held(planned.held, language)
    for message in planned.messages():
        yield render(message, language)


def _held(found: "Sequence[HeldBack]", language: str) -> Iterator[str]:
    """Which rows are held back, and why."""
    held: dict[Status, list[str]] = defaultdict(list)
    for one in found:
        held[one.prior.held_as] += (f"  {render(message, language)}" for message in one.messages())
    for status, title in _HELD_TITLES.items():
        if held[status]:
            yield render(Message(title), language)
            yield from held[status]


_HELD_TITLES = {Status.SKIPPED: "screen.skipped", Status.UNKNOWN: "screen.left_alone"}


# Problems


def problems(logs: Sequence[ProblemLog], language: str) -> Iterator[str]:
    """What stops rows, by cause, then what is only odd."""
    for title, stops in (("screen.problems", True), ("screen.warnings", False)):
        summaries = [summary for log in logs for summary in log.summaries(stops=stops)]
        if summaries:
            yield render(Message(title), language)
            yield from (f"  {_problem(summary, language)}" for summary in summaries)


def _problem(summary: ProblemSummary, language: str) -> str:
    """One cause, the rows or cells that have it, and the fix."""
    of_rows = all(column is None for _, column in summary.cells)
    shown = [str(row) if of_rows else _cell(row, column, language) for row, column in summary.cells]
    cause = render(summary.cause, language)
    if not of_rows and not _begins_with_name(cause, summary.cause):
        cause = cause[:1].upper() + cause[1:]
    code = "screen.problem_of_rows" if of_rows else "screen.problem_in_cells"
    facts = {"cause": cause, "fix": render(summary.fix, language)}
    return render(Message(code, count=summary.rows, places=places(shown, summary.more), **facts), language)


def _begins_with_name(cause: str, message: Message) -> bool:
    """A field's name stays as it is, also where it begins the sentence."""
    return any(isinstance(fact, str) and fact and cause.startswith(fact) for fact in message.facts.values())


def _cell(row: int, column: int | None, language: str) -> str:
    return render(Message("screen.row", row=row), language) if column is None else f"{column_letter(column)}{row}"


def problems_of_row(found: Iterable[Problem], language: str) -> Iterator[str]:
    """What is wrong with the row of a preview."""
    for problem in found:
        place = _cell(problem.row, problem.column, language)
        code = "screen.not_sent_row" if problem.stops else "screen.warning"
        code = "screen.example_row" if problem.code == EXAMPLE_ROW else code
        yield render(Message(code, place=place, cause=problem.cause, fix=problem.fix), language)


# A check


def check(checked: "Check", language: str) -> Iterator[str]:
    """How a list was understood, what is wrong with it, and how many rows can be sent."""
    yield from _understood(checked, language)
    found = checked.found
    yield from problems([found.problems], language)
    yield from _held(found.held, language)
    yield from (render(message, language) for message in _figures(checked))


def _figures(checked: "Check") -> Iterator[Message]:
    """How many rows can be sent, and how many can't or would not be."""
    counts = checked.found.counts
    good, invalid = counts[Status.NOT_SENT], counts[Status.INVALID]
    held = {status: counts[status] for status in (Status.SKIPPED, Status.UNKNOWN) if counts[status]}
    if invalid:
        yield Message("check.some_can_be_sent", count=invalid, good=rows_of(good))
    elif not good:
        yield Message("check.nothing_to_send")
    else:
        yield Message("check.can_be_sent" if held else "check.all_can_be_sent", count=good)
    if held:
        yield Message("check.held_back", count=sum(held.values()), counts=_as_messages(held))


def _as_messages(counts: dict[Status, int]) -> tuple[Message, ...]:
    return tuple(Message(f"counted.{status}", count=count) for status, count in counts.items())


def after_check(checked: "Check", read: "ReadOptions", language: str) -> Iterator[str]:
    """What comes next: the command that sends the list, or what was corrected in the workbook beside it."""
    opened = checked.found.opened
    command = commands.send(checked.summary.list_path or opened.path, read, sandbox=opened.is_of_sandbox)
    if checked.workbook is not None:
        yield render(Message("plan.problems_file", path=unbroken(str(checked.workbook))), language)
        yield render(Message("check.next_fix"), language)
        command = commands.send_workbook(checked.workbook, read.template, read.files, sandbox=opened.is_of_sandbox)
    elif checked.found.invalid and not checked.is_workbook_wanted:
        yield render(Message("check.next_correct"), language)
        return
    elif checked.found.counts[Status.NOT_SENT] and not checked.found.invalid:
        yield render(Message("check.next_send"), language)
    else:
        return
    yield f"  {command}"


def _understood(checked: "Check", language: str) -> Iterator[str]:
    """What was read, what is to be known of it, and which column fills what."""
    listed = checked.found.opened.checked
    yield render(Message("read.as", name=listed.path.name, how=listed.table.reading()), language)
    yield from (render(note, language) for note in listed.notes)
    yield render(Message("read.template", template=listed.template.name), language)
    yield from _columns(checked, language)
    left = _not_sent(checked, language)
    if left:
        yield render(Message("read.not_sent", columns=left), language)


def _columns(checked: "Check", language: str) -> Iterator[str]:
    """The person's columns first, and the field that each fills."""
    listed = checked.found.opened.checked
    header, fields = listed.table.header, listed.fields
    named = {field: render(column_named(header, at), language) for field, at in fields.items()}
    width = max(map(len, named.values()), default=0)
    for field in listed.template.columns:
        if field in named:
            yield f"  {named[field]:<{width}} → {field}"
        else:
            yield f"  {render(_without_column(field, listed.template), language)}"


def _without_column(field: str, template: "Template") -> Message:
    """What is sent of a field that no column fills."""
    column, request = template.checked_columns[field], template.request
    if column.required:
        return Message("read.no_required_column", field=field)
    if column.filled_in:
        return Message("read.sent_default", field=field, default=column.filled_in)
    empty = "text" if request.xml or request.text else column.when_empty(request.empty)
    if empty == "omit":
        return Message("read.left_out", field=field)
    is_null = empty == "null" and request.json_body is not None
    return Message("read.sent_null" if is_null else "read.no_column", field=field)


def _not_sent(checked: "Check", language: str) -> list[str]:
    """The columns that fill no field."""
    listed = checked.found.opened.checked
    header = listed.table.header
    left = [render(column_named(header, at), language) for at in listed.unused if header[at].strip()]
    nameless = [column_letter(at) for at in listed.unused if not header[at].strip()]
    if nameless:
        shown = places(nameless[:_SHOWN_NAMELESS], len(nameless) - _SHOWN_NAMELESS)
        left.append(render(Message("read.nameless", count=len(nameless), places=shown), language))
    return left
