"""What spreadsheets and exports do to texts before we see them: errors, shortened numbers and so on.

A warning leaves the row as it is. Only the text of an error stops it, because that is never real data.
"""

import re
from collections.abc import Iterator, Sequence

from uploader.model.problems import Problem
from uploader.model.unseen import BLANKS, ODD, has_unseen_letters, is_seen

_BETWEEN = "\x1f"
"""Put between cells to search a whole column at once: most columns have nothing odd in them."""
_MONTHS = "ene|jan|feb|fev|mar|abr|apr|may|mai|jun|jul|ago|aug|sep|set|oct|out|nov|dic|dez|dec"

_ERROR = re.compile(r"#(?:N/[AD]|[¿¡]?[A-ZÁÉÍÓÚÃÇ0/]{3,}[!?])|#{4,}")
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_ZEROED = re.compile(r"[1-9]\d{14}0+")
_MADE_A_DATE = re.compile(rf"\d{{1,2}}[-/](?:{_MONTHS})\.?|(?:{_MONTHS})\.?[-/]\d{{2}}", re.IGNORECASE)
_GARBLED = re.compile("\ufffd|Ã[\x80-\xbf\u0152-\u2122]|Â[\xa0-\xbf]|â€.")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]")
_UNSEEN = re.compile(f"[{ODD}]")

_WARNINGS = (
    (_SHORTENED.fullmatch, "shortened_number"),
    (_ZEROED.fullmatch, "ends_in_zeros"),
    (_MADE_A_DATE.fullmatch, "perhaps_a_date"),
    (re.compile(r"'\S").match, "apostrophe"),
    (_GARBLED.search, "garbled"),
    (_CONTROL.search, "control_character"),
)
"""The search in a text, and the code of its warning."""
_SUSPECT_PARTS = (" \x1f", "\x1f ", "\x1f'", "\x1f#", "\ufffd", "Ã", "Â", "â€")
_RARE = re.compile(
    rf"\x1f(?:[0-9]{{1,2}}[-/](?:{_MONTHS})|(?:{_MONTHS})\.?[-/][0-9]|[+-]?[0-9](?:[.,][0-9]+)?E|[1-9][0-9]{{14}}0+\x1f)",
    re.IGNORECASE,
)
_UNPRINTED = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]|{_UNSEEN.pattern}|[{re.escape(BLANKS)}]\x1f|\x1f[{re.escape(BLANKS)}]"
)
"""The search in columns with any unprintable character, such as a line break."""


def is_plain(cells: Sequence[str]) -> bool:
    """Whether the cells of a column are free of anything odd, including outer spaces."""
    distinct = set(cells)
    together = _BETWEEN + _BETWEEN.join(distinct) + _BETWEEN
    if together.count(_BETWEEN) > len(distinct) + 1 or any(part in together for part in _SUSPECT_PARTS):
        return False
    if has_unseen_letters(together):
        return False
    is_printed = "".join(distinct).isprintable()
    return _RARE.search(together) is None and (is_printed or _UNPRINTED.search(together) is None)


def problems(numbers: Sequence[int], cells: Sequence[str], position: int, *, trim: bool) -> Iterator[Problem]:
    """Errors and warnings of a column's cells; `numbers` are their rows. `trim` says that outer spaces are not sent."""
    for number, cell in zip(numbers, cells, strict=True):
        inner = cell.strip(BLANKS)
        if not is_seen(inner):
            continue
        if _ERROR.fullmatch(inner):
            yield Problem(number, position, _code_of_error(inner), {"text": inner})
            continue
        for finds, code in _WARNINGS:
            if finds(inner):
                yield Problem(number, position, code, stops=False)
        if trim and inner != cell:
            yield Problem(number, position, "outer_spaces", stops=False)
        if _UNSEEN.search(inner if trim else cell):
            yield Problem(number, position, "invisible_characters", stops=False)


def _code_of_error(text: str) -> str:
    """A sheet shows ##### for a number in a column that is too narrow."""
    return "column_too_narrow" if text.startswith("##") else "error_cell"
