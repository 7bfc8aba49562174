"""What spreadsheets and exports do to texts before we see them: errors, shortened numbers and so on.

A warning leaves the row as it is. Only the text of an error stops it, because that is never real data.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from uploader.checks import error_words, null_words
from uploader.model.fast_search import search_in_text
from uploader.model.problems import Problem
from uploader.model.unseen import BLANKS, ODD, SELECTORS, has_unseen_letters, is_seen

_BETWEEN = "\x1f"
"""Put between cells to search a whole column at once: most columns have nothing odd in them."""
_MONTHS = "ene|jan|feb|fev|mar|abr|apr|may|mai|jun|jul|ago|aug|sep|set|oct|out|nov|dic|dez|dec"

_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_ZEROED = re.compile(r"[1-9]\d{14}0+")
_MADE_A_DATE = re.compile(rf"\d{{1,2}}[-/](?:{_MONTHS})\.?|(?:{_MONTHS})\.?[-/]\d{{2}}", re.IGNORECASE)
_GARBLED = re.compile("\ufffd|Ã[\x80-\xbf\u0152-\u2122]|Â[\xa0-\xbf]|â€.")
_APOSTROPHE = re.compile("' ?\\S|[\u2018\u2019`\xb4] ?[0-9+]")
_FORMULA = re.compile(
    r"""=\s*[-+@]?\s*(?:[0-9"'{$]|\(\s*[\w"'$(+-]|[A-Z]{1,3}[0-9]|[^\W\d][\w.]*\s*[(!])""", re.IGNORECASE
)
_CONTROLS = "\x00-\x09\x0b\x0c\x0e-\x1e\x7f-\x9f"
"""All but line breaks, which belong into long texts, and but the one between cells."""
_CONTROL = re.compile(f"[{_CONTROLS}{_BETWEEN}]")
_UNSEEN = re.compile(f"[{ODD}]")

_LOOKS = (
    (_SHORTENED.fullmatch, "shortened_number"),
    (_ZEROED.fullmatch, "ends_in_zeros"),
    (_MADE_A_DATE.fullmatch, "perhaps_a_date"),
    (_APOSTROPHE.match, "apostrophe"),
    (_FORMULA.match, "formula_text"),
)
"""What a whole text looks like, and the code of its warning."""
_CHARACTERS = ((_GARBLED.search, "garbled"), (_CONTROL.search, "control_character"))
"""What is searched in a text, and the code of its warning; what is garbled may have control characters in it."""
_SUSPECT_PARTS = (" \x1f", "\ufffd", "Ã", "Â", "â€")
_SUSPECT_START = re.compile("\x1f[ '\u2018\u2019`\xb4#=]")
_RARE = re.compile(
    rf"\x1f(?=[-+0-9ejfmasond])"  # which most texts are done with
    rf"(?:[0-9]{{1,2}}[-/](?:{_MONTHS})|(?:{_MONTHS})\.?[-/][0-9]|[+-]?[0-9](?:[.,][0-9]+)?E|[1-9][0-9]{{14}}0+\x1f)",
    re.IGNORECASE,
)
_UNPRINTED = re.compile(f"[{_CONTROLS}]|{_UNSEEN.pattern}|[{re.escape(BLANKS)}]\x1f|\x1f[{re.escape(BLANKS)}]")
"""The search in columns with any unprintable character, such as a line break."""
_NUMBERED_ERROR = re.compile(f"\x1f(?:{error_words.NUMBERED})\x1f", re.IGNORECASE)


def _coded(characters: str) -> str:
    """Characters as a class of a pattern has them, each by its code."""
    return "".join(f"\\x{{{ord(one):x}}}" for one in characters)


_PERHAPS_ODD = search_in_text(
    rf"(?i:\x1f(?:[0-9]{{1,2}}[-/](?:{_MONTHS})|(?:{_MONTHS})\.?[-/][0-9]|[+-]?[0-9](?:[.,][0-9]+)?e|[1-9][0-9]{{14}}0))"
    rf"|\x1f[ '\x{{2018}}\x{{2019}}`\x{{b4}}#={_coded(BLANKS)}]|[ {_coded(BLANKS)}]\x1f|:5[0-4][0-9]\x1f"
    rf"|\x{{fffd}}|[ÃÂ]|â€|[\x00-\x09\x0b\x0c\x0e-\x1e\x7f-\x{{9f}}{_coded(ODD)}{SELECTORS}]"
)
"""Finds at least what the exact searches for anything odd would find, in one pass."""


def is_plain(cells: Sequence[str]) -> bool:
    """Whether the cells of a column are free of anything odd, including outer spaces."""
    distinct = set(cells)
    some = distinct if 2 * len(distinct) < len(cells) else cells  # which lie in memory in their order: joined faster
    together = _BETWEEN + _BETWEEN.join(some) + _BETWEEN
    if together.count(_BETWEEN) > len(some) + 1 or not null_words.WORDS.isdisjoint(distinct):
        return False
    return _PERHAPS_ODD.search(together.encode("utf-8", "replace")) is None or _is_exactly_plain(together, distinct)


def _is_exactly_plain(together: str, distinct: Collection[str]) -> bool:
    if any(part in together for part in _SUSPECT_PARTS) or _SUSPECT_START.search(together):
        return False
    if has_unseen_letters(together):
        return False
    if error_words.IN_EACH_NUMBERED in together and _NUMBERED_ERROR.search(together):
        return False
    is_printed = "".join(distinct).isprintable()
    return _RARE.search(together) is None and (is_printed or _UNPRINTED.search(together) is None)


def problems(
    numbers: Sequence[int], cells: Sequence[str], position: int, *, trim: bool, sends_text: bool = True
) -> Iterator[Problem]:
    """Errors and warnings of a column's cells; `numbers` are their rows. `trim` says that outer spaces are not sent.

    Without `sends_text` they are read as numbers and the like, and spaces within them are not sent either.
    """
    for number, cell in zip(numbers, cells, strict=True):
        inner = cell.strip(BLANKS)
        if not is_seen(inner):
            continue
        error = error_words.code_of(inner)
        if error is not None:
            yield Problem(number, position, error, {"text": inner})
            continue
        if inner in null_words.WORDS:
            yield Problem(number, position, "null_word", {"text": inner}, stops=False)
        for code in _warnings(inner, cell, trim=trim):
            if sends_text or code != "invisible_characters":
                yield Problem(number, position, code, stops=False)


def _warnings(inner: str, cell: str, *, trim: bool) -> Iterator[str]:
    """The codes of what is odd about a cell; `inner` is the cell without outer spaces."""
    sent = inner if trim else cell
    for searches, text in ((_LOOKS, inner), (_CHARACTERS, sent)):
        yield from islice((code for finds, code in searches if finds(text)), 1)
    if trim and inner != cell:
        yield "outer_spaces"
    if _UNSEEN.search(sent):
        yield "invisible_characters"
