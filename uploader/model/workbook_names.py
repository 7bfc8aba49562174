"""How our workbooks are called beside the list that they are about: `list.results.xlsx`, `list.problems.xlsx`.

`list.marked.xlsx` and `list.status.xlsx` are copies of a person's own workbook.
"""

import hashlib
import os
import re
from datetime import date
from pathlib import Path

_MOST_BYTES = 255
"""Of a file's name, in every file system that people use."""
_MOST_OF_STEM, _DIGITS_OF_HASH = 200, 8
"""Bytes of a stem that was cut, which leaves room for a day, the number of a second file and a job's number."""
_DAY = r"-\d{4}-\d{2}-\d{2}"
_OURS = re.compile(rf"\.(?:problems|results|marked|status)(?:{_DAY})?(?:-\d+)?(?:-job\d+(?:-\d+)?)?$", re.IGNORECASE)
_DAY_OR_NUMBER = re.compile(rf"(?:{_DAY}(?:-\d+)?|(?<=\.results)-\d+)$")
"""What is left out before a day is put into a name: another day, and the number of a second file."""


def result_beginnings(stem: str) -> tuple[str, ...]:
    """What the names of all workbooks begin with that say what became of the list with that stem, one of these."""
    return tuple(f"{one}.{ours}" for ours in ("results", "status") for one in (stem, _shortened(stem)))


def results_name(stem: str) -> str:
    """Of the result workbook of the list with that stem."""
    return _fitting(stem, ".results.xlsx")


def problems_name(stem: str) -> str:
    """Of its problems workbook."""
    return _fitting(stem, ".problems.xlsx")


def marked_name(stem: str) -> str:
    """Of the copy of the person's own workbook in which the problems are marked."""
    return _fitting(stem, ".marked.xlsx")


def status_name(stem: str) -> str:
    """Of the copy of the person's own workbook that has the rows' statuses."""
    return _fitting(stem, ".status.xlsx")


def numbered(path: Path, nth: int) -> Path:
    """The same file with a number behind its name: `list.results-2.xlsx`."""
    stem, ours = _parts(path)
    return path.with_name(_fitting(stem, f"{ours}-{nth}{path.suffix}"))


def of_job(path: Path, job: int) -> Path:
    """The same file with a job's number behind its name: `list.results-job12.xlsx`."""
    stem, ours = _parts(path)
    return path.with_name(_fitting(stem, f"{ours}-job{job}{path.suffix}"))


def _parts(path: Path) -> tuple[str, str]:
    """The stem of a workbook's list, and what we put behind it."""
    stem = list_stem(path.stem)
    return stem, path.stem[len(stem) :]


def _fitting(stem: str, ending: str) -> str:
    """A file's name with this ending; where no folder takes one so long, with a shorter stem."""
    whole = f"{stem}{ending}"
    return whole if len(os.fsencode(whole)) <= _MOST_BYTES else f"{_shortened(stem)}{ending}"


def _shortened(stem: str) -> str:
    """A stem cut between two characters, which takes every ending of ours, with a hash that no other list's has."""
    whole = os.fsencode(stem)
    if len(whole) <= _MOST_OF_STEM:
        return stem
    mark = f"~{hashlib.sha256(whole).hexdigest()[:_DIGITS_OF_HASH]}"
    beginning = whole[: _MOST_OF_STEM - len(mark)].decode("utf-8", "ignore")
    return beginning.rstrip(" .") + mark


def list_stem(stem: str) -> str:
    """What is left of a workbook's stem without what we put behind that of its list."""
    return _OURS.sub("", stem)


def is_ours(name: str) -> bool:
    """Whether a file's name looks like that of a result or problems workbook."""
    path = Path(name)
    return path.suffix.lower() == ".xlsx" and _OURS.search(path.stem) is not None


def dated(path: Path, day: date) -> Path:
    """The same workbook with a day in its name: `list.results-2026-11-26.xlsx`."""
    stem, ours = _parts(path.with_name(_DAY_OR_NUMBER.sub("", path.stem) + path.suffix))
    return path.with_name(_fitting(stem, f"{ours}-{day:%Y-%m-%d}{path.suffix}"))
