"""Make any text safe to store and visible in a cell."""

import re

from uploader.i18n import Message, render

_MOST_CHARACTERS = 32_767
_LONGEST_MARK = 130
_CUT_MARK = re.compile(r" … \[(?:cut here|cortado aquí|cortado aqui): [^\[\]]{1,120}\]\Z")
_BREAKING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML can't hold, or only as an escape that some programs don't decode."""
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_PICTURES = 0x2400
_DELETE, _ITS_PICTURE = 0x7F, "\u2421"


def as_displayed(text: str, language: str = "en") -> str:
    """A text as our cells show it: control characters as symbols (␀), and cut if it is too long."""
    if text.isprintable() and len(text) <= _MOST_CHARACTERS // 2:
        return text  # what can be printed is none of those characters, and counts twice at most
    return _fitting(_BREAKING.sub(_picture, text), language)


def is_same_display(one: str, other: str) -> bool:
    """Whether two texts of cells are the same, or were cut from the same text in workbooks of two languages."""
    if one == other:
        return True
    cut_one, cut_other = _CUT_MARK.search(one), _CUT_MARK.search(other)
    if cut_one is None or cut_other is None or abs(cut_one.start() - cut_other.start()) > _LONGEST_MARK:
        return False
    kept = min(cut_one.start(), cut_other.start())
    return one[:kept] == other[:kept]


def is_cut(text: str) -> bool:
    """Whether a text is one that was too long for a cell."""
    return _CUT_MARK.search(text) is not None


def xml_escaped(text: str) -> str:
    """A text as a workbook's XML holds it: `_x0041_` stays those seven characters and is not read as A."""
    return _LIKE_AN_ESCAPE.sub("_x005F_", text).replace("\r", "_x000D_")


def _picture(found: "re.Match[str]") -> str:
    code = ord(found[0])
    if code < 0x20:  # noqa: PLR2004  # the control characters have pictures in this order
        return chr(_PICTURES + code)
    return _ITS_PICTURE if code == _DELETE else f"[U+{code:04X}]"


def _fitting(text: str, language: str) -> str:
    """A text that Excel can hold in one cell; what is cut says so. Excel counts what lies beyond U+FFFF twice."""
    length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if length <= _MOST_CHARACTERS:
        return text
    mark = f" … [{render(Message('workbook.cut', characters=len(text)), language)}]"
    kept = text.encode("utf-16-le")[: 2 * (_MOST_CHARACTERS - len(mark))].decode("utf-16-le", "ignore")
    return kept + mark
