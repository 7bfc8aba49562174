"""How our workbooks are called beside the list that they are about: `list.results.xlsx`, `list.problems.xlsx`."""

import re
from datetime import date
from pathlib import Path

_DAY = r"-\d{4}-\d{2}-\d{2}"
_OURS = re.compile(rf"\.(?:problems|results)(?:{_DAY})?(?:-\d+)?(?:-job\d+(?:-\d+)?)?$", re.IGNORECASE)
_DAY_OR_NUMBER = re.compile(rf"(?:{_DAY}(?:-\d+)?|(?<=\.results)-\d+)$")
"""What is left out before a day is put into a name: another day, and the number of a second file."""


def results_stem(stem: str) -> str:
    """What the names of all result workbooks of the list with that stem begin with."""
    return f"{stem}.results"


def results_name(stem: str) -> str:
    """Of the result workbook of the list with that stem."""
    return f"{results_stem(stem)}.xlsx"


def problems_name(stem: str) -> str:
    """Of its problems workbook."""
    return f"{stem}.problems.xlsx"


def list_stem(stem: str) -> str:
    """What is left of a workbook's stem without what we put behind that of its list."""
    return _OURS.sub("", stem)


def is_ours(name: str) -> bool:
    """Whether a file's name looks like that of a result or problems workbook."""
    path = Path(name)
    return path.suffix.lower() == ".xlsx" and _OURS.search(path.stem) is not None


def dated(path: Path, day: date) -> Path:
    """The same workbook with a day in its name: `list.results-2026-11-26.xlsx`."""
    return path.with_name(f"{_DAY_OR_NUMBER.sub('', path.stem)}-{day:%Y-%m-%d}{path.suffix}")
