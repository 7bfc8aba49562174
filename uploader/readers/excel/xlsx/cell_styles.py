"""Which cells of an XLSX sheet a person coloured or made bold."""

import colorsys
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from uploader.readers.excel.package import Package

_COLUMN_AND_ROW = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{nth}" for nth in range(1, 7)), "hlink", "folHlink")
"""The colours of a theme, in the order in which cells count them."""
_SECTIONS = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "colors", "extLst")


class CellStyle(NamedTuple):
    """What of a cell's format is kept."""

    fill: str | None
    """`#FFFF00`; None for no colour."""
    bold: bool


class StyledCell(NamedTuple):
    """A cell with a style, and where it is."""

    row: int
    """From 1."""
    column: int
    """From 0."""
    style: CellStyle


def styled_cells(
    package: Package, workbook: str, sheet: str, is_wanted: Callable[[CellStyle], bool]
) -> Iterator[StyledCell]:
    """The cells of a sheet whose style is wanted. Raises one of DAMAGE.

    Sheets in which no wanted style can be are not gone through: of 100,000 rows that takes seconds.
    """
    wanted = {str(nth).encode(): style for nth, style in enumerate(_styles(package, workbook)) if is_wanted(style)}
    if not wanted:
        return
    some = rb"|".join(sorted(wanted))
    cell = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?s="(?:' + some + rb')"[^>]*>')
    for text in _whole_tags(package.blocks(sheet)):
        for found in cell.findall(text):
            place, style = _COLUMN_AND_ROW.search(found), _STYLE.search(found)
            if place is not None and style is not None:
                yield StyledCell(int(place[2]), _position(place[1]), wanted[style[1]])


def _whole_tags(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, none of which ends within a tag."""
    rest = b""
    for block in blocks:
        text = rest + block
        at = text.rfind(b"<")
        yield text[:at]
        rest = text[at:]
    yield rest


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = 26 * position + letter - ord("A") + 1
    return position - 1


def _styles(package: Package, workbook: str) -> list[CellStyle]:
    """The styles that cells name by their number."""
    part = package.related(workbook, "/styles")
    if part is None:
        return []
    theme, section = _theme(package, workbook), ""
    fills: list[str | None] = []
    fonts: list[bool] = []
    styles: list[CellStyle] = []
    for element, a in package.elements(part):
        match section, element:
            case _, _ if element in _SECTIONS:
                section = element
            case "fonts", "font":
                fonts.append(False)
            case "fonts", "b":
                fonts[-1] = a.get("val", "1") not in ("0", "false")
            case "fills", "fill":
                fills.append(None)
            case "fills", "fgColor":
                fills[-1] = _colour(a, theme)
            case "cellXfs", "xf":
                fill, font = int(a.get("fillId", 0)), int(a.get("fontId", 0))
                has_fill, has_font = fill < len(fills), font < len(fonts)
                styles.append(CellStyle(fills[fill] if has_fill else None, has_font and fonts[font]))
            case _:
                pass
    return styles


def _theme(package: Package, workbook: str) -> Mapping[str, str]:
    """The theme's colours by name, six hexadecimal digits."""
    part = package.related(workbook, "/theme")
    if part is None:
        return {}
    return {
        name: a.get("lastClr") or a.get("val", "")
        for (name, _), (element, a) in pairwise(package.elements(part))
        if name in _THEME and element in ("srgbClr", "sysClr")
    }


def _colour(a: Mapping[str, str], theme: Mapping[str, str]) -> str | None:
    """A colour as `#FFFF00`; None for one that is not known."""
    nth = int(a.get("theme", -1))
    rgb = theme.get(_THEME[nth], "") if 0 <= nth < len(_THEME) else a.get("rgb", "")[-6:]
    if not re.fullmatch("[0-9A-Fa-f]{6}", rgb):
        return None
    tint = float(a.get("tint", 0))
    hue, light, saturation = colorsys.rgb_to_hls(*(int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = (round(255 * min(1, max(0, part))) for part in colorsys.hls_to_rgb(hue, light, saturation))
    return f"#{red:02X}{green:02X}{blue:02X}"
