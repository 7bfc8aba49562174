"""How our workbooks are called beside the list that they are about: `list.results.xlsx`, `list.problems.xlsx`."""

import os
import re
from datetime import date
from pathlib import Path

_MOST_BYTES = 255
"""Of a file's name, in every file system that people use."""
_DAY = r"-\d{4}-\d{2}-\d{2}"
_OURS = re.compile(rf"\.(?:problems|results)(?:{_DAY})?(?:-\d+)?(?:-job\d+(?:-\d+)?)?$", re.IGNORECASE)
_DAY_OR_NUMBER = re.compile(rf"(?:{_DAY}(?:-\d+)?|(?<=\.results)-\d+)$")
"""What is left out before a day is put into a name: another day, and the number of a second file."""


def results_stem(stem: str) -> str:
    """What the names of all result workbooks of the list with that stem begin with."""
    return results_name(stem).removesuffix(".xlsx")


def results_name(stem: str) -> str:
    """Of the result workbook of the list with that stem."""
    return fitting(stem, ".results.xlsx")


def problems_name(stem: str) -> str:
    """Of its problems workbook."""
    return fitting(stem, ".problems.xlsx")


def numbered(path: Path, nth: int) -> Path:
    """The same file with a number behind its name: `list.results-2.xlsx`."""
    stem = list_stem(path.stem)
    return path.with_name(fitting(stem, f"{path.stem[len(stem) :]}-{nth}{path.suffix}"))


def fitting(stem: str, ending: str) -> str:
    """A file's name with this ending, of which the stem is cut where a folder takes no longer name."""
    whole = f"{stem}{ending}"
    while len(os.fsencode(whole)) > _MOST_BYTES:
        stem = stem[:-1]
        whole = f"{stem}{ending}"
    return whole


def list_stem(stem: str) -> str:
    """What is left of a workbook's stem without what we put behind that of its list."""
    return _OURS.sub("", stem)


def is_ours(name: str) -> bool:
    """Whether a file's name looks like that of a result or problems workbook."""
    path = Path(name)
    return path.suffix.lower() == ".xlsx" and _OURS.search(path.stem) is not None


def dated(path: Path, day: date) -> Path:
    """The same workbook with a day in its name: `list.results-2026-11-26.xlsx`."""
    return path.with_name(fitting(_DAY_OR_NUMBER.sub("", path.stem), f"-{day:%Y-%m-%d}{path.suffix}"))
