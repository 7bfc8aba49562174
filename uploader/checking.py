"""The use cases that send nothing: check and preview, and the problems workbook that every check ends in."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uploader import places, progress, validation
from uploader.errors import SettingsError, WorkbookError
from uploader.findings import Findings
from uploader.job import Summary
from uploader.model import Problem, Request, Settings, Status
from uploader.reading import OpenedList, Reading
from uploader.surroundings import Surroundings
from uploader.twins import Twins
from uploader.workbooks import problems as problems_workbook

INVALID = "{invalid} of {rows} can't be sent"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found."""

    opened: OpenedList
    findings: Findings
    summary: Summary
    workbook: Path | None
    """Where the problems workbook was written; None where there are no problems, or it could not be written."""


def check(path: Path, how: Reading, around: Surroundings) -> Checked:
    """Run the checks alone: nothing is sent or kept. Problems are also written as a workbook beside the list."""
    began = time.monotonic()
    opened = around.opened(path, how)
    findings = Findings()
    invalid = 0
    with progress.counting(opened.table.rows, around.stream, quiet=around.quiet) as advance:
        twins = Twins(opened, around)
        for some in opened.examined():
            stopped = validation.stopping(some.problems)
            findings.extend(some.problems)
            findings.extend(twins.told(some, stopped))
            invalid += len(stopped)
            advance(len(some.texts.numbers))
        findings.extend(twins.twice())
        twins.close()
    held_back = {status: twins.held_back[status] for status in (Status.SKIPPED, Status.UNKNOWN)}
    good = opened.table.rows - invalid - sum(held_back.values())
    counts = {**held_back, Status.INVALID: invalid, Status.NOT_SENT: good}
    workbook = write_problems(opened, around) if invalid else None
    summary = Summary(
        path,
        opened.template.name,
        counts=counts,
        seconds=time.monotonic() - began,
        stopped=told_invalid(INVALID, counts) if invalid else None,
        sent=False,
    )
    return Checked(opened, findings, summary, workbook)


def preview(
    path: Path, how: Reading, number: int, around: Surroundings, base_url: str | None
) -> tuple[Request, list[Problem]]:
    """The exact request of one row, secrets masked, and all that is wrong with the row."""
    opened = around.opened(path, how)
    for some in opened.examined():
        values = next(
            (values for at, values in zip(some.texts.numbers, some.values(), strict=True) if at == number), None
        )
        if values is not None:
            settings = around.settle(opened.template, {})
            opened.template.destination(settings, base_url)
            request = opened.template.build(values, Settings(settings.masked()), base_url)
            return request, [problem for problem in some.problems if problem.row == number]
    raise SettingsError(
        f"{path.name} has no row {number}, or it is blank. Its header is row {opened.table.header_row}."
    )


def told_invalid(words: str, counts: Mapping[Status, int]) -> str:
    """`words` with how many rows are `{invalid}`, of how many `{rows}`."""
    rows = sum(counts.values())
    return words.format(invalid=f"{counts[Status.INVALID]:,}", rows="1 row" if rows == 1 else f"{rows:,} rows")


def write_problems(
    opened: OpenedList, around: Surroundings, more: Mapping[int, Sequence[Problem]] | None = None
) -> Path | None:
    """The problems workbook beside the list; a folder that can't be written to is said, and no obstacle.

    `more`: what else is wrong, by row.
    """
    besides = more or {}
    target = places.for_problems(opened.path, opened.sha256)
    try:
        rows = (
            (row, [*of_row.get(row.number, []), *besides.get(row.number, [])])
            for some in opened.examined()
            for of_row in [validation.by_row(some.problems)]
            for row in some.texts.rows()
        )
        problems_workbook.write(target, opened.table.header, rows, opened.sha256, around.language)
    except WorkbookError as why:
        around.say(str(why))
        return None
    return target
