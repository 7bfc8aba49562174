"""What a block of a sheet's XML may hold: nothing is missed, and what is everywhere is not searched for again."""

import pytest

from uploader.readers.excel.xlsx import odd_marks
from uploader.readers.excel.xlsx.odd_marks import ALL, OddMarks

ROW = b'<row r="2" spans="1:3"><c r="A2" t="s"><v>7</v></c><c r="B2"><v>3001000001</v></c><c r="C2" t="b"><v>1</v></c></row>'


def test_an_ordinary_block_has_none() -> None:
    assert OddMarks(b"").of(ROW * 1000) == set()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b'<row r="3"><c r="A3" t="e"><v>#N/A</v></c></row>', odd_marks.ERROR),
        (b'<row r="3"><c r="A3" t="d"><v>2026-01-02</v></c></row>', odd_marks.ERROR),
        (b'<row r="3"><c r="A3"><f>A1</f><v>1</v></c></row>', odd_marks.FORMULA),
        (b'<row r="3" hidden="1"><c r="A3"><v>1</v></c></row>', odd_marks.HIDDEN),
        (b'<row r="3"><c r="AA3"><v>1</v></c></row>', odd_marks.WIDE),
        (b'<row r="3"><c r="A3" s="12"><v>1</v></c></row>', odd_marks.STYLE),
        (b'<row r="3"><c r="A3"><v> 1</v></c></row>', odd_marks.NUMBER),
        (b'<row r="3"><c r="A3"><v>-1234567890123456</v></c></row>', odd_marks.NUMBER),
        (b'<row r="3"><c r="A3" t="str"><v>_xD83D__xDE42_</v></c></row>', odd_marks.ESCAPES),
        (b'<autoFilter ref="A1:C9"/>', odd_marks.FILTER),
    ],
)
def test_what_is_there_once_is_found(written: bytes, name: str) -> None:
    assert OddMarks(b"").of(ROW * 1000 + written + ROW) == {name}


@pytest.mark.parametrize(
    "written",
    [
        b"<row r='3'><c r='A3' t='e'><v>#N/A</v></c></row>",
        b'<row><c r="A3" t="e"><v>#N/A</v></c></row>',
        b'<row hidden="1" r="3"><c r="A3"><v>1</v></c></row>',
        b'<row\nr="3"><c r="A3"><v>1</v></c></row>',
        b'<row r="3"><c t="e"><v>#N/A</v></c></row>',
        b'<row r="3"><c><v>1</v></c></row>',
        b'<row r="3"><!-- a comment --><c r="A3"><v>1</v></c></row>',
    ],
)
def test_where_a_sheet_is_written_otherwise_anything_may_be_there(written: bytes) -> None:
    assert OddMarks(b"").of(ROW + written) == ALL


def test_what_is_everywhere_hides_nothing_else() -> None:
    wide = b'<row r="3"><c r="AA3" s="4"><f>A1</f><v>1</v></c></row>' * 1000
    error = b'<row r="4"><c r="A4" t="e"><v>#N/A</v></c></row>'
    marks = OddMarks(b"")
    assert marks.of(wide + error) == {odd_marks.WIDE, odd_marks.STYLE, odd_marks.FORMULA, odd_marks.ERROR}
    assert marks.of(wide) >= {odd_marks.WIDE, odd_marks.STYLE, odd_marks.FORMULA}
    assert odd_marks.ERROR in marks.of(error)


def test_a_prefix_of_the_elements_is_known() -> None:
    row = b'<x:row r="2"><x:c r="A2" t="s"><x:v>7</x:v></x:c></x:row>'
    assert OddMarks(b"x:").of(row) == set()
    assert OddMarks(b"x:").of(row + b'<x:row r="3"><x:c r="A3"><x:f>B1</x:f></x:c></x:row>') == {odd_marks.FORMULA}
