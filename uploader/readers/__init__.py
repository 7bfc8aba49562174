"""Lists as tables of text: any file that we can read truly, refused in a sentence otherwise."""

from collections.abc import Sequence
from pathlib import Path

from uploader.errors import ListError
from uploader.readers.csv import source as csv_source
from uploader.readers.excel import source as excel_source
from uploader.readers.filetype import Kind, kind_of
from uploader.readers.table import Table, found


def open_list(
    path: Path,
    *,
    wanted: Sequence[str] = (),
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """The table in a CSV, XLSX, XLSM, XLSB, XLS or ODS file, told apart by what is inside, not by the name.

    `wanted` are column names that help to find the sheet, the delimiter and the header row; without them the shape of
    the table tells. The others say what detection would otherwise find out (`header_row` counts from 1). Raises
    ListError with a sentence that says what is wrong and what mends it.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind is Kind.TEXT:
        told = {"--sheet": sheet}
        source = csv_source.source(path, wanted, encoding, delimiter) if sheet is None else None
    else:
        told = {"--encoding": encoding, "--delimiter": delimiter}
        source = excel_source.source(path, kind, wanted, sheet) if encoding is None and delimiter is None else None
    senseless = [option for option, value in told.items() if value is not None]
    if source is None:
        what = "a CSV" if kind is Kind.TEXT else "a workbook"
        raise ListError(f"{path.name} is {what}, and {senseless[0]} says nothing about one. Leave the option out.")
    return found(source, wanted, header_row if source.own is None else source.own.header_row)
