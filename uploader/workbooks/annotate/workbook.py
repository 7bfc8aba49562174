"""Write a copy of a person's own workbook with columns of ours behind theirs; it is read back before it has a place."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from uploader.errors import ListError, WorkbookError
from uploader.i18n import Message, render
from uploader.model.rows import ROW_COLUMN
from uploader.readers import ListFile, open_file
from uploader.readers.cells import text
from uploader.readers.excel.package import Package
from uploader.readers.filetype import Kind
from uploader.readers.snapshot import Snapshot
from uploader.workbooks.annotate.limits import MOST_ROWS, Losses, losses_of
from uploader.workbooks.annotate.our_columns import Columns, Line, OurCell
from uploader.workbooks.annotate.own_digest import NOTE_BEGINS, is_untouched, other_digests, own_digest
from uploader.workbooks.annotate.put_back import put_back, sheet_parts
from uploader.workbooks.annotate.reach import reach
from uploader.workbooks.annotate.xml_scan import SCAN_FAILURES
from uploader.workbooks.cell_digests import CellValue, line_digest
from uploader.workbooks.columns import note_of, shown_names
from uploader.workbooks.digests import PackedRows
from uploader.workbooks.manifest import HIDDEN_SHEET, Manifest, OwnWorkbook
from uploader.workbooks.read_back.reader import recognise
from uploader.workbooks.xlsx.display_text import as_displayed
from uploader.workbooks.xlsx.moving import Place, written_aside
from uploader.workbooks.xlsx.writable import check_writable

_MOST_IN_MEMORY = 16 << 20
_MOST_COLUMNS = 16_384
NO_DIGEST = ""
"""In the place of a digest: such a row is never as it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnList:
    """Where a list is in a person's workbook."""

    sheet: str
    header_row: int
    listed: Sequence[int]
    """The positions of its columns, from 0."""
    rows: int


@dataclass(frozen=True, slots=True)
class OwnRow:
    """What is written to a row."""

    position: int
    """Its number in the sheet."""
    number: int
    """The row's number in the list."""
    outcome: Sequence[CellValue]
    """In our columns behind `Row`, as they are shown."""
    colours: Mapping[int, tuple[str, str]] | None = None
    """Fill and ink of some of these, from 0."""
    faults: Mapping[int, str] | None = None
    """What is wrong with which cells of the person's, by column, from 0."""
    was_edited: bool = False
    """Whether it has cells that somebody typed into another workbook of ours, and that nothing else knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is written to a copy."""

    place: OwnList
    manifest: Manifest
    """Of the list; what the workbook says of itself, is added."""
    columns: Sequence[str]
    """Ours, behind `Row`."""
    rows: Iterable[OwnRow]
    language: str
    face: str = "cli"
    """Whose ways its texts name."""
    times: Message | None = None
    """In which zone times are."""


class NoCopyError(WorkbookError):
    """No copy can be made of a workbook; the message says why, and is no sentence."""


class WrittenCopy(NamedTuple):
    """A copy that was written."""

    digest: str
    """Of its manifest."""
    sha256: str
    """Of the file, hex."""
    unseen: Sequence[Message]
    """What is not in it, and nobody sees."""


def write(
    place: Place, file: ListFile, content: Content, on_digest: Callable[[str], None] = lambda _: None
) -> WrittenCopy:
    """Write a copy of the opened workbook to its place; `on_digest` is called before it stands there.

    Raises NoCopyError where something of it would be lost, ListError where it can't be read, WorkbookError where the
    place can't be written to, OccupiedError where something else stands there by now.
    """
    # Only who wants a copy pays for openpyxl.
    from uploader.workbooks.annotate.copying import COPY_FAILURES, LossyError  # noqa: PLC0415

    losses = require_copyable(file, content.place.rows)
    check_writable(place.path)
    try:
        making = _Making(file, content)
        with written_aside(place) as aside, SpooledTemporaryFile(_MOST_IN_MEMORY) as saved:
            manifest, changed = making.save(saved, recalculates=losses.recalculates)
            with Package(file.snapshot) as original:
                put_back(Snapshot(file.path, saved, ""), original, aside, {content.place.sheet: changed})
            _require_faithful(aside.path, manifest)
            on_digest(manifest.digest)
            sha256 = aside.sha256()
    except (*COPY_FAILURES, *SCAN_FAILURES) as why:
        if isinstance(why, OSError) and why.errno is not None:  # a full disk, and not what openpyxl complains about
            raise WorkbookError(Message("workbook.not_written", path=str(place.path), why=why.strerror)) from why
        raise NoCopyError(Message("annotate.no.odd")) from why
    except LossyError as why:
        raise NoCopyError(Message("annotate.no.lost", lost=(Message("annotate.lost.others"),))) from why
    return WrittenCopy(manifest.digest, sha256, losses.messages(losses.unseen))


def _require_faithful(path: Path, manifest: Manifest) -> None:
    """Raise NoCopyError where a reader finds anything else in the copy than in what was copied."""
    try:
        with open_file(path) as copied:
            workbook = recognise(copied)
            if workbook is not None and workbook.manifest.digest == manifest.digest and is_untouched(copied):
                return
    except ListError as why:
        raise NoCopyError(Message("annotate.no.differs")) from why
    raise NoCopyError(Message("annotate.no.differs"))


class _Making:
    """A copy while it is made."""

    def __init__(self, file: ListFile, content: Content) -> None:
        if file.book is None:
            raise NoCopyError(Message("annotate.no.format", format=file.kind.value))
        self._file, self._content, self._book = file, content, file.book
        self._workbook = recognise(file)
        if self._workbook is None and HIDDEN_SHEET in map(str.casefold, self._book.names):
            raise NoCopyError(Message("annotate.no.name", sheet=HIDDEN_SHEET))
        self._stale = frozenset() if self._workbook is None else frozenset(self._workbook.our_columns.values())
        self._rows = self._texts()
        self._header = self._rows.get(content.place.header_row, [])
        self._columns = self._our_columns()

    def save(self, into: IO[bytes], *, recalculates: bool) -> tuple[Manifest, Collection[str]]:
        """Write it with the hidden sheet; the manifest, and the cells of the list's sheet that are others now."""
        from uploader.workbooks.annotate.copying import Copy  # noqa: PLC0415  # as above

        digests = PackedRows()
        with self._file.snapshot.open() as original:
            copied = Copy(original, self._columns)
        lines = [self._line(row, digests) for row in self._content.rows]
        copied.write(lines)
        numbers = {line.position: line.number for line in lines}
        fills = {f"{numbers[row]}:{column}": fill for (row, column), fill in copied.fills.items()}
        manifest = self._manifest(digests, fills)
        copied.save(manifest.entries(), into, recalculates=recalculates)
        return manifest, copied.changed

    def _texts(self) -> dict[int, list[str]]:
        """Every row of the list's sheet that has anything in it, without what is ours from before."""
        found = {}
        for page in self._book.sheet(self._content.place.sheet).pages():
            for number, cells in page.rows():
                texts = ["" if at in self._stale else text(value) for at, value in enumerate(cells)]
                if any(texts):
                    found[number] = texts
        return found

    def _our_columns(self) -> Columns:
        """Ours stand behind everything that the person has on the sheet."""
        content, language = self._content, self._content.language
        filled = (at + 1 for texts in self._rows.values() for at, said in enumerate(texts) if said)
        first = max(max(filled, default=0), self._reach(), *(at + 1 for at in content.place.listed))
        names = (ROW_COLUMN, *content.columns)
        if first + len(names) > _MOST_COLUMNS:
            raise NoCopyError(Message("annotate.no.room"))
        notes = {name: render(Message(note_of(name), times=content.times), language) for name in names}
        shown = dict(zip(names, shown_names(names, self._header), strict=True))
        return Columns(
            content.place.sheet, content.place.header_row, first, shown, notes, self._stale, self._fills_before()
        )

    def _reach(self) -> int:
        """How many columns are taken by what is no value: notes of the person's, tables, merged cells."""
        sheet, above = self._content.place.sheet, self._content.place.header_row
        notes = (one for one in self._book.comments(sheet) if not one.text.startswith(NOTE_BEGINS))
        with Package(self._file.snapshot) as package:
            reached = reach(package, sheet_parts(package)[sheet], above)
        return max([reached, *(one.column + 1 for one in notes if one.column not in self._stale)])

    def _fills_before(self) -> dict[tuple[int, int], str]:
        """What is remembered of cells that were coloured in the workbook at hand, by where they are now."""
        workbook = self._workbook
        if workbook is None or workbook.manifest.own is None or not workbook.manifest.own.fills:
            return {}
        places = {number: at for at, number in workbook.row_index().by_position().items()}
        found = {}
        for place, xml in workbook.manifest.own.fills.items():
            number, _, column = place.partition(":")
            if int(number) in places:
                found[places[int(number)], int(column)] = xml
        return found

    def _line(self, row: OwnRow, digests: PackedRows) -> Line:
        language, place = self._content.language, self._content.place
        outcome = [as_displayed(one, language) if isinstance(one, str) else one for one in row.outcome]
        texts = self._rows.get(row.position, [])
        cells = [texts[at] if at < len(texts) else "" for at in place.listed]
        digests.add(row.number, NO_DIGEST if row.was_edited else line_digest(cells), line_digest(outcome))
        ours = [OurCell(one, (row.colours or {}).get(at)) for at, one in enumerate(outcome)]
        return Line(row.position, row.number, [OurCell(row.number), *ours], row.faults or {})

    def _manifest(self, digests: PackedRows, fills: Mapping[str, str]) -> Manifest:
        content, columns, book = self._content, self._columns, self._book
        header = [self._header[at] if at < len(self._header) else "" for at in content.place.listed]
        others = other_digests(book, content.place.sheet)
        return replace(
            content.manifest,
            our_columns={name: (columns.first + nth, shown) for nth, (name, shown) in enumerate(columns.names.items())},
            list_header=header,
            list_sheet=content.manifest.list_sheet,
            fields={name: (at, header[at]) for name, (at, _) in content.manifest.fields.items() if at < len(header)},
            language=content.language,
            face=content.face,
            sheets=book.visible,
            other_sheets=others,
            packed_rows=digests.packed(),
            own=OwnWorkbook(
                made_from=self._file.sha256,
                sheet=content.place.sheet,
                digest=own_digest(book, content.place.sheet, self._stale),
                fills=fills,
            ),
        ).sealed()


def require_copyable(file: ListFile, rows: int) -> Losses:
    """What of a workbook would not be in its copy and is not seen. Raises NoCopyError where more than that is lost."""
    if file.kind is not Kind.XLSX:
        raise NoCopyError(Message("annotate.no.format", format=file.kind.value))
    if rows > MOST_ROWS:
        raise NoCopyError(Message("annotate.no.too_long", count=rows, most=MOST_ROWS))
    try:
        with Package(file.snapshot) as package:
            losses = losses_of(package)
    except SCAN_FAILURES as why:
        raise NoCopyError(Message("annotate.no.odd")) from why
    if losses.lost:
        raise NoCopyError(Message("annotate.no.lost", lost=losses.messages(losses.lost)))
    return losses
