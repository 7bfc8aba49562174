"""Values as the journal's columns hold them."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from uploader.journal.sql.database import MalformedError
from uploader.model import advice
from uploader.model.searching import is_in_cells

IS_TOLD = f"(r.status = 'skipped' AND instr(r.advice, '\"{advice.TOLD_BY_WORKBOOK.code}\"') > 0)"
"""Whether only another computer's workbook says that the request of a row `r` was accepted before."""


def same_request(*fingerprints: str, of: str = "attempt") -> str:
    """The condition that a row of `of` has one of these fingerprints, as the indexes of attempts have it. For SQL.

    The plus keeps SQLite from writing the fingerprint in the column's place, so that the index would be of no use.
    """
    short, column = [_short(one) for one in fingerprints], f"{of}.fingerprint"
    return f"{_short(column)} {_one_of(short)} AND +{column} {_one_of(fingerprints)}"


def _one_of(values: Sequence[str]) -> str:
    """Of a single one, an index has all in the order of their ids."""
    return f"= {values[0]}" if len(values) == 1 else f"IN ({', '.join(values)})"


def _short(fingerprint: str) -> str:
    return f"substr({fingerprint}, 1, 16)"


LARGEST = 2**63 - 1
"""No number of a column is larger."""
_decode = json.JSONDecoder().decode
"""As `json.loads`, which looks at its options each time."""


def as_json(value: object) -> str:
    """A value as JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return text if _is_utf8(text) else json.dumps(value)  # half a surrogate pair is escaped


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _read(stored: str) -> Any:
    try:
        return _decode(stored)
    except (ValueError, TypeError, RecursionError) as why:
        raise MalformedError(str(why)) from why


def texts_of(stored: str) -> list[str]:
    """The texts of a JSON list."""
    texts = _read(stored)
    if not isinstance(texts, list):
        raise MalformedError("malformed list")
    return texts


def cells_of(stored: str, width: int = 0) -> tuple[str, ...]:
    """A row's cells, under a header that may have grown since; none where they were forgotten."""
    cells = texts_of(stored)
    if not cells or len(cells) >= width:
        return tuple(cells)
    return (*cells, *[""] * (width - len(cells)))


def cells_of_each(stored: Sequence[str]) -> Sequence[Sequence[str]]:
    """Those of many rows, read at once; without columns that the header got since."""
    cells = _read(f"[{','.join(stored)}]")
    if len(cells) != len(stored):
        raise MalformedError("malformed cells")
    found: Sequence[Sequence[str]] = cells
    return found


def stored_kept(kept: Mapping[str, str]) -> str:
    """The values of an answer that are kept, as text."""
    return as_json(dict(kept)) if kept else ""


def kept_of(stored: str | None) -> Mapping[str, str]:
    """The values that `stored_kept` wrote; none where they were forgotten, or where there is no answer."""
    if not stored:
        return {}
    kept = _read(stored)
    if not isinstance(kept, dict):
        raise MalformedError("malformed values")
    values: Mapping[str, str] = kept
    return values


def path_as_text(path: Path) -> str:
    """A path as text; on Linux a file's name may hold bytes that are none."""
    return os.fsencode(path).decode("utf-8", "replace")


def numbers_as_json(numbers: Iterable[int]) -> str:
    """Numbers for `json_each`, without those that no row and no job can have."""
    return json.dumps([number for number in numbers if -LARGEST <= number <= LARGEST])


def faults_of(stored: str) -> Sequence[int]:
    """The columns whose cells are wrong."""
    return json.loads(stored) if stored else ()


def differ(cells: str, sent: str | None, fields: str) -> bool:
    """Whether cells that fill a field are not as they were sent, where both are known. For SQL."""
    if sent is None or cells == sent:
        return False
    now, then = json.loads(cells), json.loads(sent)
    if not (now and then):
        return False
    width = max(len(now), len(then))
    both = list(zip(cells_of(cells, width), cells_of(sent, width), strict=True))
    return any(both[at][0] != both[at][1] for at in json.loads(fields).values() if at < width)


def contains(stored: str | None, text: str) -> bool:
    """Whether a text has that text in it, whatever the case. For SQL."""
    return bool(stored) and text in str(stored).casefold()


def has_cell(stored: str | None, text: str) -> bool:
    """Whether one of some cells, or of the values of an answer, has that text in it, whatever the case. For SQL."""
    return bool(stored) and is_in_cells(str(stored), text)
