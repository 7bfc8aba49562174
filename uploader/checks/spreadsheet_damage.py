"""What spreadsheets and exports do to texts before we see them, told at the cell: errors, shortened numbers, odd signs.

A warning leaves the row as it is; only the text of an error, which is nobody's data, stops it.
"""

import re
from collections.abc import Iterator, Sequence

from uploader.i18n.words import Words
from uploader.model.problems import Problem
from uploader.templates.columns import BLANKS

_BETWEEN = "\x1f"
"""Set between cells so that a whole column is searched at once; most have nothing to tell."""
_MONTHS = "ene|jan|feb|fev|mar|abr|apr|may|mai|jun|jul|ago|aug|sep|set|oct|out|nov|dic|dez|dec"

_ERROR = re.compile(r"#(?:N/[AD]|[¿¡]?[A-ZÁÉÍÓÚÃÇ0/]{3,}[!?])|#{4,}")
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_ZEROED = re.compile(r"[1-9]\d{14}0+")
_MADE_A_DATE = re.compile(rf"\d{{1,2}}[-/](?:{_MONTHS})\.?|(?:{_MONTHS})\.?[-/]\d{{2}}", re.IGNORECASE)
_SPOILED = re.compile("\ufffd|Ã[\x80-\xbf\u0152-\u2122]|Â[\xa0-\xbf]|â€.")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]")
_UNSEEN = re.compile("[\xa0\xad\u200b\u200e\u200f\u202a-\u202f\u2060\u2066-\u2069\ufeff]")

_SEEN_AS_ERROR = Words("the cell shows the error {shown}"), Words("Mend its formula, or write the value.")
_TOO_NARROW = (
    Words("the cell holds only {shown}, as a sheet shows a number in a column that is too narrow"),
    Words("Widen the column where the list was exported from, and export it again."),
)
_WARNINGS = (
    (
        _SHORTENED.fullmatch,
        Words("the number was shortened by Excel, and its last digits are lost"),
        Words("Fetch it again from where it came, and format the column as Text before you paste it."),
    ),
    (
        _ZEROED.fullmatch,
        Words("the number has more than 15 digits and ends in zeros, as where Excel has made zeros of the others"),
        Words("Compare it with where it came from; format the column as Text before you paste it."),
    ),
    (
        _MADE_A_DATE.fullmatch,
        Words("the text may be one that Excel has taken for a date"),
        Words("If it is no date, format the column as Text, and write the cell again."),
    ),
    (
        re.compile(r"'\S").match,
        Words("the text begins with an apostrophe, which is sent too"),
        Words("Excel's own apostrophe for text never stands in the cell: delete this one."),
    ),
    (
        _SPOILED.search,
        Words("some letters were spoiled before the list came here (� or Ã©)"),
        Words("They go out as they stand. Export the list again, as UTF-8 or as XLSX."),
    ),
    (
        _CONTROL.search,
        Words("the text holds a control character, which is sent too"),
        Words("Write the cell again."),
    ),
)
_TRIMMED = (
    Words("the text has blanks around it, which are not sent"),
    Words("Nothing needs to be done, if they have no meaning."),
)
_INSIDE = (
    Words("the text holds signs that nobody sees (no-break blanks, or signs of no width), which are sent too"),
    Words("Write the cell again, if the API should not get them."),
)
_MARKS = (" \x1f", "\x1f ", "\x1f'", "\x1f#", "\ufffd", "Ã", "Â", "â€")
_RARE = re.compile(
    rf"\x1f(?:[0-9]{{1,2}}[-/](?:{_MONTHS})|(?:{_MONTHS})\.?[-/][0-9]|[+-]?[0-9](?:[.,][0-9]+)?E|[1-9][0-9]{{14}}0+\x1f)",
    re.IGNORECASE,
)
_UNPRINTED = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]|{_UNSEEN.pattern}|[{re.escape(BLANKS)}]\x1f|\x1f[{re.escape(BLANKS)}]"
)
"""What to look for where a column has any sign that is not printed, as a line break."""


def is_plain(cells: Sequence[str]) -> bool:
    """Whether the cells of a column have nothing to tell, and nothing around them."""
    distinct = set(cells)
    together = _BETWEEN + _BETWEEN.join(distinct) + _BETWEEN
    if together.count(_BETWEEN) > len(distinct) + 1 or any(mark in together for mark in _MARKS):
        return False
    is_printed = "".join(distinct).isprintable()
    return _RARE.search(together) is None and (is_printed or _UNPRINTED.search(together) is None)


def problems(numbers: Sequence[int], cells: Sequence[str], position: int, *, trim: bool) -> Iterator[Problem]:
    """Errors and warnings of a column's cells; `numbers` are their rows. `trim` says that outer blanks are not sent."""
    for number, cell in zip(numbers, cells, strict=True):
        inner = cell.strip(BLANKS)
        if not inner:
            continue
        if _ERROR.fullmatch(inner):
            cause, mend = _TOO_NARROW if inner.startswith("##") else _SEEN_AS_ERROR
            yield Problem(number, position, cause.format(shown=inner), mend)
            continue
        for finds, cause, mend in _WARNINGS:
            if finds(inner):
                yield Problem(number, position, cause, mend, stops=False)
        if trim and inner != cell:
            yield Problem(number, position, *_TRIMMED, stops=False)
        if _UNSEEN.search(inner if trim else cell):
            yield Problem(number, position, *_INSIDE, stops=False)
