"""Put rows that were made into XML into the sheets of a workbook that another library wrote without them.

XlsxWriter writes everything else: styles, widths, notes, charts. Its way for each cell takes several times as long as
ours for a whole row.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from uploader.workbooks.xlsx.moving import AsideFile

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_LEVEL = 4
"""Of the compression: one that is half as fast makes a twentieth less."""
_AT_ONCE = 1 << 18
_MOST_WITHOUT_ZIP64 = 1 << 30


class RowsAside:
    """The rows of one sheet as XML, in a file of their own until the workbook is closed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self.last = (0, 0)
        """How many rows there are with cells, as far as the last of them, and how many columns."""

    def add(self, xml: str, rows: int, columns: int) -> None:
        """Rows that follow; now the sheet has that many, and these have that many columns. Raises OSError."""
        self._file.write(xml.encode())
        self.last = (rows, max(columns, self.last[1]))

    def put_into(self, package: ZipFile, name: str, sheet: bytes) -> None:
        """Write the sheet with these rows instead of its own. Raises OSError."""
        before, _, rest = sheet.partition(_OPEN)
        after = rest.partition(_CLOSE)[2]
        is_large = self._file.tell() + len(sheet) > _MOST_WITHOUT_ZIP64
        self._file.seek(0)
        with package.open(name, "w", force_zip64=is_large) as part:
            part.write(before + _OPEN)
            shutil.copyfileobj(self._file, part, _AT_ONCE)
            part.write(_CLOSE + after)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def pack(workbook: Path, rows: Mapping[str, RowsAside], file: AsideFile) -> None:
    """Write a workbook to `file`, with those rows in the parts with these names. Raises OSError."""
    with ZipFile(workbook) as parts, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for name in parts.namelist():
            if name in rows:
                rows[name].put_into(package, name, parts.read(name))
            else:
                with package.open(name, "w") as part:
                    part.write(parts.read(name))
