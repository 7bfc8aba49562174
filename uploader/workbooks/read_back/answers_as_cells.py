"""A result workbook as the list of another template, which takes values of the answers in it."""

from collections.abc import Iterator
from dataclasses import replace

from uploader.model.problems import Problem
from uploader.workbooks.columns import answer_columns
from uploader.workbooks.read_back.result_workbook import ResultWorkbook
from uploader.workbooks.redaction import is_hash
from uploader.workbooks.xlsx.display_text import is_cut


def answer_positions(workbook: ResultWorkbook) -> list[int]:
    """Where the columns with values of the answers are."""
    return sorted(workbook.our_columns[key] for key in answer_columns(workbook.our_columns))


def with_answers(workbook: ResultWorkbook) -> ResultWorkbook:
    """The same workbook with these columns among the list's."""
    others = set(workbook.our_columns).difference(answer_columns(workbook.our_columns))
    return replace(workbook, our_columns={key: at for key, at in workbook.our_columns.items() if key in others})


def lost_cells(workbook: ResultWorkbook) -> Iterator[Problem]:
    """The cells of which a workbook has too little for a list: texts that were cut, and values that are hidden."""
    places = workbook.list_columns
    redacted = {at for at in places if workbook.header[at] in workbook.manifest.redacted}
    for line in workbook.lines():
        for at, cell in zip(places, line.cells, strict=True):
            if is_cut(cell):
                yield Problem(line.position, at, "cut_text")
            elif at in redacted and is_hash(cell):
                yield Problem(line.position, at, "redacted")
