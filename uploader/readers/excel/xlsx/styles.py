"""The number formats of an XLSX workbook's styles, as far as they make a cell something else than its plain value."""

from dataclasses import dataclass, field

from uploader.readers.excel.number_formats import (
    BUILT_IN,
    has_day,
    is_date,
    is_duration,
    is_plain_but_for_zero,
    says_more,
)
from uploader.readers.excel.package import Package
from uploader.readers.excel.xlsx.sheet_xml import RareNumbers


@dataclass(frozen=True, slots=True)
class Styles:
    """By the numbers with which cells name their styles."""

    formats: dict[int, str] = field(default_factory=dict)
    """The number formats that may show more than a cell's value."""
    zeros: dict[int, str] = field(default_factory=dict)
    """Those of which this is so only for a zero, as a dash stands for it in accounts."""
    days: set[int] = field(default_factory=set)
    """The styles that show a number as a day."""
    times: set[int] = field(default_factory=set)
    """Those that show it as a time of day."""
    durations: set[int] = field(default_factory=set)
    """Those that show it as a time that may be longer than a day."""
    is_from_1904: bool = False
    """Whether days are counted from 1904, as on an old Mac, and not from 1900."""

    @property
    def rare(self) -> RareNumbers:
        """The styles of which only some numbers mean something else than they seem to, and how all others begin."""
        usual = {
            tuple(self.days): rb"[1-9]\d{4}(?:\.\d*)?<",
            tuple(self.times): rb"0(?:\.\d*)?<|[\d.]+[Ee]-\d+<",
            tuple(self.durations): rb"\d{1,7}(?:\.\d*)?(?:[Ee]-\d+)?<",
            tuple(self.zeros): rb"-?(?:[1-9]|0\.0*[1-9])",
        }
        return tuple((styles, numbers) for styles, numbers in usual.items() if styles)


def styles_of(package: Package, workbook: str) -> Styles:
    """The styles of a workbook's cells. Raises one of package.DAMAGE."""
    part = package.related(workbook, "/styles")
    styles = Styles(is_from_1904=is_from_1904(package, workbook))
    codes: dict[str, str] = {}
    number, in_cells = 0, False
    for name, attrs in package.elements(part) if part in package.names() else ():
        if name == "numFmt" and "numFmtId" in attrs:
            codes[attrs["numFmtId"]] = attrs.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            in_cells = name == "cellXfs"
        elif name == "xf" and in_cells:
            _add(styles, number, attrs.get("numFmtId", ""), codes)
            number += 1
    return styles


def _add(styles: Styles, number: int, format_id: str, codes: dict[str, str]) -> None:
    code = codes.get(format_id) or BUILT_IN.get(int(format_id) if format_id.isdecimal() else 0, "")
    if has_day(code):
        styles.days.add(number)
    elif is_duration(code):
        styles.durations.add(number)
    elif is_date(code):
        styles.times.add(number)
    elif says_more(code):
        (styles.zeros if is_plain_but_for_zero(code) else styles.formats)[number] = code


def is_from_1904(package: Package, workbook: str) -> bool:
    """Whether a workbook counts days from 1904. Raises one of package.DAMAGE."""
    return any(
        name == "workbookPr" and attrs.get("date1904") in ("1", "true") for name, attrs in package.elements(workbook)
    )
