"""What is given back as DataFrames: the door by which pandas goes out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from uploader.api.sentences import reason, sentence
from uploader.model.job import Job
from uploader.model.problems import Problem
from uploader.model.rows import ATTEMPT_COLUMNS, RESULT_COLUMNS, ROW_COLUMN, Status, column_letter

if TYPE_CHECKING:
    from uploader.actions.outcome import Outcome
    from uploader.actions.read import ReadList
    from uploader.actions.verify import Verification

_MOMENT = "datetime64[ns, UTC]"
_TYPES = {
    "Row": "int64",
    "HTTP status": "Int64",
    "Attempts": "int64",
    "Attempt": "int64",
    "Duration ms": "Int64",
    "Job": "int64",
    "Sent at": _MOMENT,
}
"""Of our columns that are not text."""
_PROBLEMS = {"row": "int64", "column": str, "cell": str, "code": str, "cause": str, "fix": str, "stops": bool}
_DIFFERENCES = {"row": str, "line": "int64", "what": str}


def of_list(found: "ReadList") -> pd.DataFrame:
    """A list as it was read: text, under the header's names; `.attrs` tell how it was read."""
    table = found.table
    columns: list[list[str]] = [[] for _ in table.header]
    numbers: list[int] = []
    for records in table.texts():
        numbers += records.numbers
        for column, cells in zip(columns, records.columns, strict=True):
            column.extend(cells)
    frame = _frame(columns, table.header, [str] * len(columns))
    frame.index = pd.Index(numbers, name=ROW_COLUMN, dtype="int64")
    frame.attrs = {
        "path": str(table.path.absolute()),
        "sha256": found.sha256,
        "format": found.format,
        "sheet": table.sheet,
        "header_row": table.header_row,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "notes": [sentence(note) for note in table.notes],
    }
    return frame


def of_problems(problems: Iterable[Problem], header: Sequence[str], language: str) -> pd.DataFrame:
    """One line for each thing that is wrong with a row."""
    lines = [
        (
            problem.row,
            "" if problem.column is None else header[problem.column],
            "" if problem.column is None else f"{column_letter(problem.column)}{problem.row}",
            problem.code,
            sentence(problem.cause, language),
            sentence(problem.fix, language),
            problem.stops,
        )
        for problem in sorted(problems, key=lambda one: (one.row, -1 if one.column is None else one.column))
    ]
    return _of_lines(lines, _PROBLEMS)


def of_rows(outcome: "Outcome") -> pd.DataFrame:
    """Every row of a job's list: the list's columns and ours."""
    rows = outcome.rows()
    names = outcome.columns
    types = [*[str] * len(outcome.job.header), *_types(RESULT_COLUMNS, len(names) - len(outcome.job.header))]
    columns: list[Sequence[Any]] = list(zip(*(values for _, values in rows), strict=True)) or [()] * len(names)
    frame = _frame(columns, names, types)
    frame.index = pd.Index([number for number, _ in rows], name=ROW_COLUMN, dtype="int64")
    return frame


def of_attempts(outcome: "Outcome") -> pd.DataFrame:
    """Every request of a job's list."""
    names = outcome.attempt_columns
    return _of_lines(outcome.attempts(), dict(zip(names, _types(ATTEMPT_COLUMNS, len(names)), strict=True)))


def _types(ours: Sequence[str], count: int) -> Sequence[Any]:
    """Of our columns; behind those that every template has are those with texts of the answers."""
    return [*(_TYPES.get(name, str) for name in ours), *[str] * (count - len(ours))]


def without_rows() -> pd.DataFrame:
    """Our columns of the rows, where nothing was sent."""
    return _of_lines([], {name: _TYPES.get(name, str) for name in (ROW_COLUMN, *RESULT_COLUMNS)}).set_index(ROW_COLUMN)


def without_attempts() -> pd.DataFrame:
    """Our columns of the requests, where nothing was sent."""
    return _of_lines([], {name: _TYPES.get(name, str) for name in ATTEMPT_COLUMNS})


def of_jobs(jobs: Iterable[Job], language: str) -> pd.DataFrame:
    """One line for each job, under its number; the columns are the keys of `uploader history --json`."""
    lines = [
        (
            job.id,
            job.list_name if job.is_in_memory else str(job.list_path),
            job.template,
            job.destination,
            job.started_at or job.created_at,
            job.ended_at,
            job.rows,
            *(job.counts.get(status, 0) for status in Status),
            str(job.results_path) if job.wants_workbook else None,
            reason(job.stopped, language),
        )
        for job in jobs
    ]
    types: dict[str, Any] = {"job": "int64", "list": str, "template": str, "destination": str}
    types |= {"started": _MOMENT, "ended": _MOMENT, "rows": "int64"}
    types |= {status.replace(" ", "_"): "int64" for status in Status}
    types |= {"results": object, "stopped": object}
    return _of_lines(lines, types).set_index("job")


def of_differences(found: "Verification", language: str) -> pd.DataFrame:
    """One line for each row of a workbook that is not as it was written."""
    lines = [(place.row, place.line, sentence(message, language)) for place, message in found.differences.items()]
    return _of_lines(lines, _DIFFERENCES)


def _of_lines(lines: Sequence[Sequence[Any]], types: Mapping[str, Any]) -> pd.DataFrame:
    columns: list[Sequence[Any]] = list(zip(*lines, strict=True)) or [()] * len(types)
    return _frame(columns, list(types), list(types.values()))


def _frame(columns: Sequence[Sequence[Any]], names: Sequence[str], types: Sequence[Any]) -> pd.DataFrame:
    """By position: two columns may have one name."""
    series = {at: _series(values, types[at]) for at, values in enumerate(columns)}
    frame = pd.DataFrame(series, columns=range(len(names)))
    frame.columns = pd.Index(list(names), dtype=object)
    return frame


def _series(values: Sequence[Any], kind: Any) -> "pd.Series[Any]":
    given = list(values)
    if kind == _MOMENT:
        given = [pd.NaT if value is None else pd.Timestamp(value) for value in given]
    series: pd.Series[Any] = pd.Series(given, dtype=kind)
    return series
