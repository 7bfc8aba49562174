"""A workbook's sheets and their values, by the fast reader; an XLSX is looked into before it is trusted with memory."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import python_calamine as calamine

from uploader.errors import ListError
from uploader.readers import odsxml, oldxls, sheetxml
from uploader.readers.closer import Look, looked_at
from uploader.readers.kinds import Kind
from uploader.readers.package import DAMAGE, HostileError, NotReadableError, Package, local
from uploader.readers.pages import PAGE_ROWS, Page

_MOST_KEPT_CELLS = 2_000_000
"""A list is gone through twice, and making values of its cells takes a third of the time."""
_SHOWN_REASON = 120
_MOST_COLUMNS = 16_384
_SAVE_AGAIN = "Open it in Excel or LibreOffice, save it as XLSX under another name, and send that."
_DAMAGED = "{name} can't be read as a workbook, it seems damaged ({why}). " + _SAVE_AGAIN
_HOSTILE = (
    "{name} is refused: {why}. If it is a list of yours, copy the rows into a new workbook, save that as XLSX, and "
    "send it."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its values as the fast reader keeps them, and what a closer look found."""

    values: calamine.CalamineSheet | oldxls.OldSheet
    look: Look
    _kept: list[Page] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """All rows from row 1, what the closer look found standing in the place of values."""
        if self._kept:
            yield from self._kept
        elif self.values.total_height * self.values.total_width > _MOST_KEPT_CELLS:
            yield from self._made()
        else:
            made = []
            for page in self._made():
                made.append(page)
                yield page
            self._kept.extend(made)

    def _made(self) -> Iterator[Page]:
        shown = self.look.shown()
        left = self.values.start[1] if self.values.start else 0
        rows, first = self.values.iter_rows(), 1
        last_shown = max((row for cells in shown.values() for row in cells), default=0)
        while page := list(islice(rows, PAGE_ROWS)):
            numbers = list(range(first, first + len(page)))
            columns = [("",) * len(page)] * left + list(zip(*page, strict=True))
            yield _with(Page(numbers, list(columns)), shown)
            first += len(page)
        if last_shown >= first:  # nothing but errors and formulas without a value below the last value
            beyond = sorted({row for cells in shown.values() for row in cells if row >= first})
            for start in range(0, len(beyond), PAGE_ROWS):
                yield _with(Page(beyond[start : start + PAGE_ROWS], []), shown)


def _with(page: Page, shown: dict[int, dict[int, str]]) -> Page:
    """The page with these texts in the place of its values."""
    if not page.numbers:
        return page
    count, first, last = len(page.numbers), page.numbers[0], page.numbers[-1]
    places = {row: at for at, row in enumerate(page.numbers)} if last - first + 1 != count else None
    for position, cells in shown.items():
        if len(cells) > count:
            here = {row: text for row in page.numbers if (text := cells.get(row)) is not None}
        else:
            here = {row: text for row, text in cells.items() if first <= row <= last}
        if here:
            while len(page.columns) <= position:
                page.columns.append([""] * count)
            column = list(page.columns[position])
            for row, text in here.items():
                column[places[row] if places else row - first] = text
            page.columns[position] = column
    return page


@contextmanager
def _no_panic() -> Iterator[None]:
    """The fast reader's own bugs come as an exception that is none of Python's; they are damage like any other."""
    try:
        yield
    except BaseException as why:
        if type(why).__name__ == "PanicException":
            raise NotReadableError("the reading library gave up") from why
        raise


class Book:
    """An opened workbook. Use it as a context manager; the sheets that it gave stay usable."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self._path, self._kind = path, kind
        self._opened: calamine.CalamineWorkbook | None = None
        self._package: Package | None = None
        self._parts: dict[str, str] = {}
        self._looks: dict[str, Look] = {}
        self.names: list[str] = []
        """All its sheets."""
        self.visible: list[str] = []
        """Its visible worksheets."""
        self._sheets: dict[str, Sheet] = {}
        self._stack = ExitStack()
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name. Raises ListError where it is damaged, or would do harm."""
        if name not in self._sheets:
            self._sheets[name] = Sheet(look=self._look(name), values=self._values(name))
        return self._sheets[name]

    def _open(self) -> None:
        try:
            if self._kind is not Kind.XLS:
                self._package = self._stack.enter_context(Package(self._path))
            if self._kind is Kind.XLSX:
                self._list_sheets()
            if self._kind is Kind.XLS:
                self._take_old_sheets()
            if self._kind is Kind.ODS and self._package is not None:
                self._looks = odsxml.looked_at(self._package)
        except HostileError as why:
            raise ListError(_HOSTILE.format(name=self._path.name, why=why)) from why
        except (NotReadableError, *DAMAGE) as why:
            raise self._damaged(why) from why
        if self._kind in {Kind.XLSB, Kind.ODS}:
            for about in self._book().sheets_metadata:
                self.names.append(about.name)
                if about.visible == calamine.SheetVisibleEnum.Visible:
                    self.visible.append(about.name)

    def _take_old_sheets(self) -> None:
        for name, (values, look, is_visible) in oldxls.opened(self._path).items():
            self._sheets[name] = Sheet(values, look)
            self.names.append(name)
            if is_visible:
                self.visible.append(name)

    def _list_sheets(self) -> None:
        """Names and parts of an XLSX's sheets, in their order."""
        package = self._package
        assert package is not None  # noqa: S101  # an XLSX has one
        self._workbook = package.related("", "/officeDocument") or package.found("xl/workbook.xml") or ""
        if self._workbook not in package.names():
            raise NotReadableError("it has no workbook part")
        relations = {id_: (type_, target) for id_, type_, target in package.relations(self._workbook)}
        for element, told in package.elements(self._workbook):
            if element == "sheet" and "name" in told:
                id_ = next((value for key, value in told.items() if local(key) == "id"), "")
                type_, part = relations.get(id_, ("", ""))
                self.names.append(told["name"])
                if type_.endswith("/worksheet") and part in package.names():
                    self._parts[told["name"]] = part
                    if told.get("state", "visible") == "visible":
                        self.visible.append(told["name"])

    def _look(self, name: str) -> Look:
        if self._kind is not Kind.XLSX or self._package is None:
            return self._looks.get(name, Look())
        try:
            return looked_at(self._package, self._workbook, self._parts[name])
        except HostileError as why:
            raise ListError(_HOSTILE.format(name=self._path.name, why=why)) from why
        except (NotReadableError, *DAMAGE) as why:
            raise self._damaged(why) from why

    def _values(self, name: str) -> calamine.CalamineSheet:
        try:
            with _no_panic():
                return self._sized(self._book().get_sheet_by_name(name))
        except (calamine.CalamineError, calamine.WorksheetNotFound, NotReadableError) as why:
            if self._kind is Kind.XLSX and self._package is not None and name in self._parts:
                return self._mended_values(name)
            raise self._damaged(why) from why

    def _sized(self, values: calamine.CalamineSheet) -> calamine.CalamineSheet:
        if values.total_width > _MOST_COLUMNS:
            raise NotReadableError(f"a sheet of {values.total_width:,} columns")
        return values

    def _mended_values(self, name: str) -> calamine.CalamineSheet:
        """The sheet out of a copy in which errors and dates are text: Excel reads them whatever they hold."""
        assert self._package is not None  # noqa: S101  # the caller looked
        part = self._parts[name]
        try:
            copy = self._package.mended({part: sheetxml.harmless(self._package, part)})
            with _no_panic():
                return calamine.CalamineWorkbook.from_filelike(copy).get_sheet_by_name(name)
        except (NotReadableError, HostileError, calamine.CalamineError, *DAMAGE) as why:
            raise self._damaged(why) from why

    def _book(self) -> calamine.CalamineWorkbook:
        if self._opened is None:
            try:
                with _no_panic():
                    self._opened = self._opened_by_reader()
            except calamine.PasswordError as why:
                raise ListError(
                    f"{self._path.name} is protected with a password. Open it in Excel, take the password off "
                    "(File, Info, Protect Workbook), save it, and send that."
                ) from why
            except (calamine.CalamineError, NotReadableError, HostileError, *DAMAGE) as why:
                raise self._damaged(why) from why
        return self._opened

    def _opened_by_reader(self) -> calamine.CalamineWorkbook:
        if self._package is not None and self._kind is Kind.XLSX and self._package.is_odd():
            return calamine.CalamineWorkbook.from_filelike(self._package.mended())
        with self._path.open("rb") as file:
            return calamine.CalamineWorkbook.from_filelike(file)

    def _damaged(self, why: Exception) -> ListError:
        return ListError(_DAMAGED.format(name=self._path.name, why=" ".join(str(why).split())[:_SHOWN_REASON]))
