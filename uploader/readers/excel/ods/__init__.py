"""OpenDocument spreadsheets, read by ourselves: a cell's value, its text and its style together say what it means."""

from uploader.i18n import Message
from uploader.readers.excel.ods.content import read
from uploader.readers.excel.ods.document import parse
from uploader.readers.excel.ods.grid import Grid
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.package import NotReadableError, Package
from uploader.readers.snapshot import Snapshot

_ZIP = b"PK"


def read_sheets(file: Snapshot) -> list[Grid]:
    """The sheets of a package, or of a document that is not packed.

    Raises HostileError, NotReadableError or one of package.DAMAGE.
    """
    with file.open() as content:
        is_packed = content.read(len(_ZIP)) == _ZIP
    sheets = _packed_sheets(file) if is_packed else read(file.blocks(), Styles())
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise NotReadableError(Message("damage.unknown"))
    return sheets


def _packed_sheets(file: Snapshot) -> list[Grid]:
    with Package(file) as package:
        styles, own = Styles(), package.part("styles.xml")
        if own is not None:
            parse(package.blocks(own), styles)
        return read(package.blocks(package.part("content.xml") or ""), styles)
