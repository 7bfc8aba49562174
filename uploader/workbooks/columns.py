"""Our columns: what each is called beside the list's own, and what it holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from uploader.model.rows import ATTEMPT_COLUMNS, RESULT_COLUMNS

_ANSWER = "answer:"
"""What the keys of columns with values of the answers begin with; behind it is the name that the template gives."""
_NOTES: Mapping[str, str] = {
    "Row": "workbook.column.row",
    "Status": "workbook.column.status",
    "Response code": "workbook.column.response_code",
    "Response message": "workbook.column.response_message",
    "Advice": "workbook.column.advice",
    "HTTP status": "workbook.column.http_status",
    "Attempts": "workbook.column.attempts",
    "Sent at": "workbook.column.sent_at",
    "Duration ms": "workbook.column.duration_ms",
    "Attempt": "workbook.column.attempt",
    "Meaning": "workbook.column.meaning",
    "Detail": "workbook.column.detail",
    "Job": "workbook.column.job",
    "Problem": "workbook.column.problem",
    "Warning": "workbook.column.warning",
}


def _keys(kept: Iterable[str]) -> Iterator[str]:
    return (f"{_ANSWER}{name}" for name in kept)


def result_columns(kept: Iterable[str]) -> tuple[str, ...]:
    """The keys of our columns behind the list's own, `kept` being the names of those with values of the answers."""
    return (*RESULT_COLUMNS, *_keys(kept))


def attempt_columns(kept: Iterable[str]) -> tuple[str, ...]:
    """The keys of the columns of the sheet of requests."""
    return (*ATTEMPT_COLUMNS, *_keys(kept))


def answer_columns(keys: Iterable[str]) -> Iterator[str]:
    """Those of our columns' keys that have values of the answers."""
    return (key for key in keys if key.startswith(_ANSWER))


def kept_columns(keys: Iterable[str]) -> tuple[str, ...]:
    """The names of the columns with values of the answers that are among these keys, as the template gives them."""
    return tuple(key.removeprefix(_ANSWER) for key in answer_columns(keys))


def kept_cells(cells: Mapping[str, str]) -> dict[str, str]:
    """Of cells by their columns' keys the values of the answer, by name, where there is one."""
    return {key.removeprefix(_ANSWER): cell for key, cell in cells.items() if key.startswith(_ANSWER) and cell}


def shown_names(keys: Iterable[str], header: Sequence[str]) -> list[str]:
    """What our columns are called beside the list's: `(upload)` or `(answer)` is behind a name that is taken."""
    taken = {name.strip().casefold() for name in header}
    names = []
    for key in keys:
        name = free_name(key.removeprefix(_ANSWER), taken, "answer" if key.startswith(_ANSWER) else "upload")
        taken.add(name.casefold())
        names.append(name)
    return names


def free_name(name: str, taken: Iterable[str], mark: str = "upload") -> str:
    """A name that no other column has, with a mark behind it where one does."""
    others = {other.strip().casefold() for other in taken}
    free, nth = name, 1
    while free.strip().casefold() in others:
        free = f"{name} ({mark})" if nth == 1 else f"{name} ({mark} {nth})"
        nth += 1
    return free


def note_of(key: str) -> str:
    """The code of the message that says at its header what a column of ours holds."""
    return "workbook.column.answer" if key.startswith(_ANSWER) else _NOTES[key]
