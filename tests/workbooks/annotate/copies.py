"""A copy of any workbook with a table in it, for tests of what is carried."""

from pathlib import Path

from uploader.readers import open_file, read_table
from uploader.workbooks.annotate.workbook import Content, OwnList, OwnRow, WrittenCopy, write
from uploader.workbooks.manifest import PROBLEMS, Manifest
from uploader.workbooks.xlsx.colours import FAULT
from uploader.workbooks.xlsx.moving import Place


def copied(path: Path, target: Path, *, faults: bool = True) -> WrittenCopy:
    """A copy in which every third row has something wrong with its first cell. Raises NoCopyError."""
    with open_file(path) as file:
        assert file.book is not None
        table = read_table(file, wanted=[], sheet=file.book.visible[0])
        numbers = [number for records in table.texts() for number in records.numbers]
        wrong = {table.listed[0]: "esto está mal"}
        return write(
            Place(target, None),
            file,
            Content(
                place=OwnList(
                    sheet=table.sheet or "", header_row=table.header_row, listed=table.listed, rows=table.rows
                ),
                manifest=Manifest(
                    kind=PROBLEMS,
                    list_sha256=file.sha256,
                    list_name=path.name,
                    list_sheet=table.sheet,
                    template="t",
                    template_sha256="t",
                    our_columns={},
                ),
                columns=("Problem", "Warning"),
                rows=[
                    OwnRow(one, one, ("wrong", ""), {0: FAULT}, wrong if faults and nth % 3 == 0 else {})
                    for nth, one in enumerate(numbers)
                ],
                language="es",
            ),
        )
