"""How far to the right a person's sheet has anything beside its values, so that our columns don't cover it."""

import re
from collections.abc import Mapping, Sequence

from uploader.readers.excel.package import Package
from uploader.readers.excel.xlsx.sheet_xml import position
from uploader.workbooks.annotate.xml_scan import begun, scan

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def reach(package: Package, sheet: str, from_row: int) -> int:
    """How many columns are taken by tables, sparklines, and by merged cells from that row on.

    Raises one of SCAN_FAILURES.
    """
    look = _Look(from_row)
    scan(package, sheet, look.begin, look.end)
    for _, type_, target in package.relations(sheet):
        if type_.endswith("/table"):
            look.add(begun(package, target)[0][1].get("ref", ""))
    return look.columns


class _Look:
    def __init__(self, from_row: int) -> None:
        self.columns = 0
        self._from_row = from_row
        self._path: Sequence[str] = ()

    def begin(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        self._path = tuple(path)
        if path[-1] == "mergeCell":
            self.add(attributes.get("ref", ""))

    def end(self, name: str, text: str) -> None:
        if name == "sqref" and "sparkline" in self._path:
            self.add(text)

    def add(self, cells: str) -> None:
        places = _PLACE.findall(cells)
        if any(int(row) >= self._from_row for _, row in places):
            self.columns = max(self.columns, *(position(letters.encode()) + 1 for letters, _ in places))
