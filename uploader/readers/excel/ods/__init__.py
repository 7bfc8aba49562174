"""OpenDocument spreadsheets, read by ourselves: a cell's value, its text and its style together say what it means."""

from uploader.i18n import Message
from uploader.readers.excel.ods.content import read
from uploader.readers.excel.ods.document import parse
from uploader.readers.excel.ods.grid import Grid
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.package import NotReadableError, Package
from uploader.readers.excel.sheet import Sheet
from uploader.readers.snapshot import Snapshot

_ZIP = b"PK"


class OpenDocument:
    """The spreadsheet in a package, or in a document that is not packed.

    Opening it raises HostileError, NotReadableError or one of package.DAMAGE.
    """

    def __init__(self, file: Snapshot) -> None:
        with file.open() as content:
            is_packed = content.read(len(_ZIP)) == _ZIP
        grids = _packed(file) if is_packed else read(file.blocks(), Styles())
        self._sheets = {grid.name: Sheet(grid.values, grid.details) for grid in grids}
        self.sheets = {grid.name: grid.is_visible for grid in grids}
        """Whether each sheet is visible, by its name."""
        if len(self.sheets) < len(grids):
            raise NotReadableError(Message("damage.unknown"))

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name."""
        return self._sheets[name]


def _packed(file: Snapshot) -> list[Grid]:
    with Package(file) as package:
        styles, own = Styles(), package.part("styles.xml")
        if own is not None:
            parse(package.blocks(own), styles)
        return read(package.blocks(package.part("content.xml") or ""), styles)
