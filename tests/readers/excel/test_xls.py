import random
import struct
import time
from datetime import date
from pathlib import Path

import pytest
import xlrd
import xlwt

from tests.conftest import interactions
from tests.readers.excel.binary_files import (
    bare_sheet,
    biff,
    compressed,
    details_of,
    formula,
    label,
    number,
    old_book,
)
from tests.readers.test_damaged import cells_of, old_workbook, variants
from tests.readers.test_open_list import problems, read
from tests.rendered import place, sentences
from uploader.errors import ListError
from uploader.readers import open_list
from uploader.readers.cells import text

NAMES = [biff(0x204, struct.pack("<3H", 0, column, 0) + compressed(name)) for column, name in enumerate(("name", "id"))]
A_NAME = biff(0x204, struct.pack("<3H", 1, 0, 0) + compressed("Ana"))
NO_NUMBER = b"\0\0\0\0\xff\xff"


def text_of_formula(text: str) -> bytes:
    return biff(0x207, compressed(text))


def old(path: Path) -> Path:
    """An .xls with what its values alone don't tell."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Lista")
    padded, dated = xlwt.easyxf(num_format_str="00000"), xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for position, name in enumerate(("id", "Señor", "fecha", "activo", "roto")):
        sheet.write(0, position, name)
    for row in (1, 2):
        sheet.write(row, 0, 12 + row, padded)
        sheet.write(row, 1, "Núñez")
        sheet.write(row, 2, date(2026, 3, 5), dated)
        sheet.write(row, 3, True)
    sheet.row(2).set_cell_error(4, 0x2A)  # #N/A
    sheet.row(2).hidden = True
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["list.xls", "list.xlsx", "list.csv"])
def test_an_old_workbook_is_read_as_it_is_shown(tmp_path: Path, name: str) -> None:
    table = open_list(old(tmp_path / name))
    assert read(table) == {
        2: ["00013", "Núñez", "2026-03-05", "TRUE", ""],
        3: ["00014", "Núñez", "2026-03-05", "TRUE", "#N/A"],
    }
    assert [place(problem) for problem in problems(table)] == ["E3"]
    assert [note.partition(".")[0] for note in sentences(table.notes)] == ["1 hidden row will be sent too"]


def test_texts_are_read_as_their_formats_show_them(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Lista")
    for column, (code, cell) in enumerate([('"+57 "@', "3009"), (";;;", "oculto"), ("@", "007")]):
        sheet.write(0, column, f"c{column}")
        sheet.write(1, column, cell, xlwt.easyxf(num_format_str=code))
    book.save(tmp_path / "list.xls")
    table = open_list(tmp_path / "list.xls")
    assert read(table) == {2: ["+57 3009", "oculto", "007"]}
    assert [(place(problem), problem.code) for problem in table.problems.between(1, 9)] == [("B2", "shown_as_nothing")]


def test_the_name_of_its_stream_may_be_in_capitals(tmp_path: Path) -> None:
    path = old(tmp_path / "list.xls")
    path.write_bytes(path.read_bytes().replace("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le")))
    assert open_list(path).rows == 2


@pytest.mark.parametrize("cut", [600, 2000, 3000])
def test_a_half_one_is_refused(tmp_path: Path, cut: int) -> None:
    path = old(tmp_path / "list.xls")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ListError, match=r"list\.xls"):
        open_list(path)


def test_formulas_without_a_result_are_stopped(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("List")
    for row, cell in enumerate(("name", xlwt.Formula("1+1"), "Ana", xlwt.Formula('"a"&"b"'))):
        sheet.write(row, 0, cell)
    book.save(tmp_path / "list.xls")
    table = open_list(tmp_path / "list.xls")
    assert read(table) == {2: ["="], 3: ["Ana"], 4: ["="]}
    assert [(place(problem), problem.code) for problem in problems(table)] == [
        ("A2", "no_stored_result"),
        ("A4", "no_stored_result"),
    ]


@pytest.mark.parametrize(
    ("records", "shown", "is_stopped"),
    [
        ([formula(1, 1, struct.pack("<d", 12.5))], "12.5", False),
        ([formula(1, 1, struct.pack("<d", 0))], "0", False),
        ([formula(1, 1, struct.pack("<d", 0), flags=1)], "0", False),  # it is calculated anew each time, as NOW() is
        ([formula(1, 1, struct.pack("<d", 0), flags=3)], "=", True),
        ([formula(1, 1, struct.pack("<d", 0), flags=2)], "=", True),
        ([formula(1, 1, struct.pack("<d", 7), flags=2)], "7", False),
        ([formula(1, 1, bytes(8), steps=b"\x17\2\0ok")], "=", True),  # ="ok"
        ([formula(1, 1, bytes(8), steps=b"\x17\2\1o\0k\0")], "=", True),
        ([formula(1, 1, bytes(8), steps=b"\x17\1\0a\x17\1\0b\x08")], "=", True),  # ="a"&"b"
        ([formula(1, 1, bytes(8), steps=b"\x44\0\0\0\xc0\x17\1\x000\x41\x30\0")], "=", True),  # =TEXT(A1;"0")
        ([formula(1, 1, bytes(8), steps=b"\x44\0\0\0\xc0\x1e\3\0\x42\2\x73\0")], "=", True),  # =LEFT(A1;3)
        ([formula(1, 1, bytes(8), steps=b"\x44\0\0\0\xc0\x17\1\0a\x0b")], "0", False),  # =A1="a"
        ([formula(1, 1, bytes(8), steps=b"\x44\0\0\0\xc0\x41\x20\0")], "0", False),  # =LEN(A1)
        ([formula(1, 1, b"\0\0" + NO_NUMBER), text_of_formula("x")], "x", False),
        ([formula(1, 1, b"\0\0" + NO_NUMBER), biff(0x4BC, b"\0" * 10), text_of_formula("x")], "x", False),
        ([formula(1, 1, b"\0\0" + NO_NUMBER)], "=", True),
        ([formula(1, 1, b"\0\0" + NO_NUMBER), formula(2, 1, struct.pack("<d", 1)), text_of_formula("x")], "=", True),
        ([formula(1, 1, b"\1\0\1" + NO_NUMBER[1:])], "TRUE", False),
        ([formula(1, 1, b"\2\0\x2a" + NO_NUMBER[1:])], "#N/A", True),
        ([formula(1, 1, b"\3\0" + NO_NUMBER)], "=", True),
        ([formula(1, 1, b"\3\0" + NO_NUMBER, cache=0xFCE00000)], "", False),  # an empty text that Excel calculated
    ],
)
def test_a_formula_is_its_result_where_there_is_one(
    tmp_path: Path, records: list[bytes], shown: str, is_stopped: bool
) -> None:
    (tmp_path / "list.xls").write_bytes(old_book(*NAMES, A_NAME, *records))
    table = open_list(tmp_path / "list.xls")
    assert read(table)[2] == ["Ana", shown]
    assert bool(problems(table)) is is_stopped


def dated(path: Path, days: float, code: str, *, is_1904: bool = False) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    page = book.add_sheet("List")
    page.write(0, 0, "from")
    page.write(1, 0, days, xlwt.easyxf(num_format_str=code))
    book.save(str(path))
    return path


@pytest.mark.parametrize(
    ("days", "code", "shown"),
    [
        (1, "yyyy-mm-dd", "1900-01-01"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (45000.75, "dd/mm/yyyy hh:mm", "2023-03-15 18:00:00"),
        (45000.9999999, "dd/mm/yyyy hh:mm:ss", "2023-03-16"),
        (45000.999995, "dd/mm/yyyy hh:mm:ss", "2023-03-16"),
        (45000.99999, "dd/mm/yyyy hh:mm:ss", "2023-03-15 23:59:59"),
        (2958465, "mmm yy", "9999-12-31"),
        (0, "hh:mm", "00:00:00"),
        (0.5, "h:mm AM/PM", "12:00:00"),
        (0.9999999, "hh:mm", "00:00:00"),
        (1.25, "hh:mm", "1900-01-01 06:00:00"),
        (1.25, "[h]:mm", "30:00:00"),
        (-0.5, "[hh]:mm:ss", "-12:00:00"),
        (7, '0 "days"', "7"),
        (7, "General", "7"),
        (7, "Standard", "7"),
        (7, "[Red]0.0", "7"),
        (0.5, "mm:ss.0", "12:00:00"),
        (45000, "[$-C0A]d mmm yyyy;@", "2023-03-15"),
    ],
)
def test_dates_and_times_are_read_by_their_formats(tmp_path: Path, days: float, code: str, shown: str) -> None:
    path = dated(tmp_path / "list.xls", days, code)
    assert read(open_list(path)) == {2: [shown]}
    assert details_of(path).no_dates == {}


@pytest.mark.parametrize(
    ("days", "code", "is_1904"),
    [
        (0, "yyyy-mm-dd", False),
        (0.5, "yyyy-mm-dd", False),
        (-1, "yyyy-mm-dd", False),
        (-1, "yyyy-mm-dd", True),
        (-1, "hh:mm", False),
        (2958466, "yyyy-mm-dd", False),
        (2958465.999995, "yyyy-mm-dd", False),
        (2957004, "yyyy-mm-dd", True),
        (20260305, "dd/mm/yyyy", False),
        (1e300, "dd/mm/yyyy hh:mm", False),
    ],
)
def test_a_number_that_is_no_date_stays_a_number(tmp_path: Path, days: float, code: str, is_1904: bool) -> None:
    path = dated(tmp_path / "list.xls", days, code, is_1904=is_1904)
    no_dates = details_of(path).no_dates
    assert list(no_dates) == [0]
    assert {row: float(text) for row, text in no_dates[0].items()} == {2: days}


def test_dates_may_count_from_1904(tmp_path: Path) -> None:
    path = dated(tmp_path / "list.xls", 0, "yyyy-mm-dd", is_1904=True)
    assert read(open_list(path)) == {2: ["1904-01-01"]}


def test_a_list_that_begins_far_down_is_found(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("List")
    for row, cells in enumerate((("from", "to"), ("1", "2")), start=200):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    book.save(str(tmp_path / "list.xls"))
    table = open_list(tmp_path / "list.xls")
    assert (table.header, read(table)) == (["from", "to"], {202: ["1", "2"]})


TEXTS = [*(struct.pack("<3HI", row, column, 0, row * 2 + column) for row in (0, 1) for column in (0, 1))]
SHARED = [compressed("name"), compressed("id"), compressed("Ana"), b"\x02\0\x01" + "ñ€".encode("utf-16-le")]


def shared_texts(*parts: bytes, counts: tuple[int, int]) -> bytes:
    first, *others = parts
    return biff(0xFC, struct.pack("<2i", *counts) + first) + b"".join(biff(0x3C, other) for other in others)


@pytest.mark.parametrize("counts", [(4, 4), (9, 9), (4, 2), (0, 0), (-1, -1)])
def test_the_count_of_texts_need_not_be_right(tmp_path: Path, counts: tuple[int, int]) -> None:
    content = old_book(*(biff(0xFD, text) for text in TEXTS), texts=shared_texts(b"".join(SHARED), counts=counts))
    (tmp_path / "list.xls").write_bytes(content)
    assert read(open_list(tmp_path / "list.xls")) == {2: ["Ana", "ñ€"]}


@pytest.mark.parametrize(
    "parts",
    [
        [SHARED[0], SHARED[1], SHARED[2], SHARED[3]],
        [*SHARED[:2], b"\x03\0\x00A", b"\x01" + "na".encode("utf-16-le"), SHARED[3]],  # goes on wider
        [
            *SHARED[:2],
            b"\x03\0\x09\x01\0A\0",
            b"\x00na" + b"\0" * 4 + SHARED[3],
        ],  # goes on narrower, with formats behind
        [*SHARED[:2], b"\x03\0\x04\x06\0\0\0Ana" + b"\0" * 2, b"\0" * 4 + SHARED[3]],  # with more behind that goes on
    ],
)
def test_texts_go_on_in_the_next_record(tmp_path: Path, parts: list[bytes]) -> None:
    content = old_book(*(biff(0xFD, text) for text in TEXTS), texts=shared_texts(*parts, counts=(4, 4)))
    (tmp_path / "list.xls").write_bytes(content)
    assert read(open_list(tmp_path / "list.xls")) == {2: ["Ana", "ñ€"]}


def test_a_character_of_two_halves_may_be_parted_by_the_next_record(tmp_path: Path) -> None:
    name = "x😀".encode("utf-16-le")
    parts = [*SHARED[:2], b"\x03\0\x01" + name[:4], b"\x01" + name[4:] + SHARED[3]]
    content = old_book(*(biff(0xFD, text) for text in TEXTS), texts=shared_texts(*parts, counts=(4, 4)))
    (tmp_path / "list.xls").write_bytes(content)
    assert read(open_list(tmp_path / "list.xls")) == {2: ["x😀", "ñ€"]}


@pytest.mark.parametrize(
    "content",
    [
        old_book(*NAMES, A_NAME, start=7),
        old_book(*NAMES, A_NAME, start=1 << 30),
        old_book(*NAMES, biff(0x200, b"\xff" * 14), A_NAME),  # dimensions
        old_book(*NAMES, biff(0x208, b"\0"), biff(0x7D, b"\0"), biff(0xE5, b"\x09\0\0"), A_NAME),  # too short, but unneeded
        old_book(*NAMES, biff(0x0FFF, b"what?"), biff(0x3C, b"?"), A_NAME, before=biff(0x18, b"\0\0") + biff(0x92, b"\xff\xff")),
        old_book(*NAMES, A_NAME, before=biff(0xE0, b"\0\0\xff\x7f") + biff(0x41E, b"\0\0\0\0")),
        old_book(*NAMES, biff(0x809, b"\0\x06\x20\0"), number(1, 1, 9), biff(0x0A), A_NAME),  # a chart in the sheet
        old_book(*NAMES, A_NAME) + b"\0" * 1000,
    ],
)  # fmt: skip
def test_damage_that_touches_no_cell_is_read_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.xls").write_bytes(content)
    assert read(open_list(tmp_path / "list.xls")) == {2: ["Ana", ""]}


@pytest.mark.parametrize(
    "content",
    [
        old_book(*NAMES, A_NAME)[:-4],
        old_book(*NAMES, biff(0xFD, struct.pack("<3HI", 1, 0, 0, 5))),
        old_book(*NAMES, A_NAME[:2] + b"\x03\0" + A_NAME[4:7]),
        old_book(*NAMES, biff(0x203, b"\0" * 9)),
        old_book(*NAMES, biff(0x204, struct.pack("<4H", 1, 0, 0, 90) + b"\0short")),
        old_book(*NAMES, number(1, 1, 9), texts=shared_texts(b"\x09\0\0cut", counts=(1, 1))),
        old_book(*NAMES, number(1, 20_000, 9)),
        biff(0x809, b"\0"),
    ],
)
def test_a_workbook_that_lacks_a_value_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.xls").write_bytes(content)
    assert cells_of(tmp_path / "list.xls") is None


def test_numbers_side_by_side_are_as_many_as_there_are(tmp_path: Path) -> None:
    numbers = struct.pack("<2H", 1, 0) + struct.pack("<HiHi", 0, 7 << 2 | 2, 0, 1250 << 2 | 3) + struct.pack("<H", 900)
    (tmp_path / "list.xls").write_bytes(old_book(*NAMES, biff(0xBD, numbers)))
    assert read(open_list(tmp_path / "list.xls")) == {2: ["7", "12.5"]}


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (biff(0x42, struct.pack("<H", 1252)), "Núñez".encode("cp1252")),
        (biff(0x42, struct.pack("<H", 32769)), "Núñez".encode("cp1252")),
        (biff(0x42, struct.pack("<H", 850)), "Núñez".encode("cp850")),
        (biff(0x42, struct.pack("<H", 10000)), "Núñez".encode("mac-roman")),
        (biff(0x42, struct.pack("<H", 9)), "Núñez".encode("cp1252")),
        (b"", "Núñez".encode("cp1252")),
        (b"", "Núñez".encode()),
    ],
)
@pytest.mark.parametrize("version", [0x500, 0x501])
def test_texts_of_the_time_before_unicode_are_read_by_their_code_page(
    tmp_path: Path, page: bytes, name: bytes, version: int
) -> None:
    cells = [label(0, 0, b"name"), label(0, 1, b"day"), label(1, 0, name), number(1, 1, 45000, 1)]
    style = (
        biff(0x41E, struct.pack("<HB", 170, 10) + b"yyyy-mm-dd")
        + biff(0xE0, b"\0" * 16)
        + biff(0xE0, struct.pack("<2H12x", 0, 170))
    )
    (tmp_path / "list.xls").write_bytes(old_book(*cells, version=version, names=[b"\x04List"], before=page + style))
    assert read(open_list(tmp_path / "list.xls")) == {2: ["Núñez", "2023-03-15"]}


def test_a_file_of_nothing_but_a_sheets_records_is_read(tmp_path: Path) -> None:
    """As a piece of PHP writes it that many copied."""
    cells = [label(0, 0, b"name"), label(0, 1, b"id"), label(1, 0, "Núñez".encode("cp1252")), number(1, 1, 3001234567)]
    (tmp_path / "list.xls").write_bytes(bare_sheet(*cells))
    assert read(open_list(tmp_path / "list.xls")) == {2: ["Núñez", "3001234567"]}


def test_one_with_a_password_is_said_to_have_one(tmp_path: Path) -> None:
    (tmp_path / "list.xls").write_bytes(
        old_book(*NAMES, A_NAME, before=biff(0x42, b"\xe4\x04") + biff(0x2F, b"\0" * 6))
    )
    with pytest.raises(ListError, match="password"):
        open_list(tmp_path / "list.xls")


def with_sectors(data: bytes, changes: dict[int, int]) -> bytes:
    """The container with other sectors in its table, whose place its header says."""
    changed = bytearray(data)
    table = 512 * (1 + int.from_bytes(data[76:80], "little"))
    for sector, follower in changes.items():
        struct.pack_into("<i", changed, table + 4 * sector, follower)
    return bytes(changed)


def test_the_container_may_be_damaged_where_the_workbook_is_not(tmp_path: Path) -> None:
    whole = old_workbook(tmp_path / "list.xls").read_bytes()
    table = 512 * (1 + int.from_bytes(whole[76:80], "little"))
    directory = int.from_bytes(whole[48:52], "little")
    rows = cells_of(tmp_path / "list.xls")
    (last,) = (at for at in range(directory) if struct.unpack_from("<i", whole, table + 4 * at) == (-2,))
    for changes in ({last: -1}, {last: 0}, {last: directory}, {last: 9999}, {directory: directory}, {directory: 0}):
        (tmp_path / "list.xls").write_bytes(with_sectors(whole, changes))
        assert cells_of(tmp_path / "list.xls") == rows, changes


def test_a_workbook_of_a_few_bytes_lies_in_small_sectors(tmp_path: Path) -> None:
    records = old_book(*NAMES, A_NAME, number(1, 1, 7))
    (tmp_path / "list.xls").write_bytes(container(records))
    assert len(records) < 4096
    assert read(open_list(tmp_path / "list.xls")) == {2: ["Ana", "7"]}


def container(stream: bytes) -> bytes:
    """A container whose only stream is in sectors of 64 bytes."""
    small = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    count = len(small) // 512
    assert len(small) // 64 <= 128
    chain = [*range(1, len(small) // 64), -2]
    table = [-3, -2, -2, *range(4, 3 + count), -2]

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        return struct.pack("<64sHBB3i36xiI4x", text, len(text), kind, 1, -1, -1, child, first, size)

    header = struct.pack(
        "<8s16x5H10x8i", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6, 1, 1, 0, 4096, 2, 1, -2, 0
    )
    directory = entry("Root Entry", 5, 1, 3, len(small)) + entry("Workbook", 2, -1, 0, len(stream))
    return b"".join(
        [
            header + struct.pack("<109i", 0, *[-1] * 108),
            struct.pack("<128i", *table, *[-1] * (128 - len(table))),
            directory.ljust(512, b"\0"),
            struct.pack("<128i", *chain, *[-1] * (128 - len(chain))),
            small,
        ]
    )


def test_another_reader_reads_the_same(tmp_path: Path) -> None:
    chance = random.Random(14)
    book = xlwt.Workbook()
    page = book.add_sheet("List")
    page.write(0, 0, "x")
    for row in range(1, 400):
        for column in range(chance.randrange(1, 6)):
            page.write(
                row,
                column,
                chance.choice(
                    [
                        chance.randrange(-(1 << 31), 1 << 31),
                        chance.uniform(-9, 9),
                        chance.randrange(1 << 20) / 100,
                        "ñ€"[: chance.randrange(3)] * chance.randrange(3000),
                    ]
                ),
            )
    book.save(str(tmp_path / "list.xls"))
    theirs = xlrd.open_workbook(tmp_path / "list.xls").sheet_by_index(0)
    for row, cells in read(open_list(tmp_path / "list.xls", header_row=1)).items():
        their = [text(value) for value in theirs.row_values(row - 1)]
        assert cells == their[: len(cells)] + [""] * (len(cells) - len(their))


def test_records_with_flipped_or_missing_bytes_are_read_or_refused(tmp_path: Path) -> None:
    styles = biff(0x41E, struct.pack("<H", 170) + compressed("00000")) + biff(0xE0, struct.pack("<2H16x", 0, 170))
    cells = [
        *(biff(0xFD, text) for text in TEXTS),
        number(2, 1, 7),
        formula(3, 0, b"\0\0" + NO_NUMBER),
        text_of_formula("Eva"),
    ]
    data = old_book(*cells, texts=shared_texts(*SHARED, counts=(4, 4)), before=styles)
    outcomes = []
    for changed in variants(data, random.Random(3), 600):
        (tmp_path / "list.xls").write_bytes(b"\x09\x08\x10\x00" + changed[4:])
        outcomes.append(cells_of(tmp_path / "list.xls") is None)
    assert set(outcomes) == {True, False}


def test_sheets_that_overlap_are_not_read_again_and_again(tmp_path: Path) -> None:
    cells = [number(row, column, row) for row in range(1, 2000) for column in range(10)]
    names = [bytes([3, 0]) + b"%03d" % at for at in range(999)]
    (tmp_path / "list.xls").write_bytes(old_book(*NAMES, *cells, names=names))
    started = time.process_time()
    assert cells_of(tmp_path / "list.xls") is None
    assert time.process_time() - started < 10


def test_a_few_cells_that_reach_to_the_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "list.xls").write_bytes(old_book(*NAMES, A_NAME, number(65_535, 255, 1)))
    with pytest.raises(ListError, match="only 4 filled cells, but they reach as far as row 65536 and column IV"):
        open_list(tmp_path / "list.xls")


def test_a_text_repeated_in_a_hundred_thousand_cells_is_refused(tmp_path: Path) -> None:
    long = struct.pack("<HB", 8000, 0) + b"x" * 8000
    cells = (biff(0xFD, struct.pack("<3HI", row, column, 0, 0)) for row in range(20_000) for column in range(5))
    (tmp_path / "list.xls").write_bytes(old_book(*cells, texts=shared_texts(long, counts=(1, 1))))
    with pytest.raises(ListError, match="repeat a few long texts"):
        open_list(tmp_path / "list.xls")


def test_rows_of_interactions_come_back(tmp_path: Path) -> None:
    assert cells_of(old_workbook(tmp_path / "list.xls")) == [tuple(row[:3]) for row in interactions(6)]


def test_numbers_and_texts_are_read_as_their_formats_show_them(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("List")
    for row, (value, code) in enumerate(
        [("from", "General"), (42, '"CO-"0'), ("300", '"+57 "@'), (1, '"yes";"no"'), (12.5, '0.0" kg"')]
    ):
        page.write(row, 0, value, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "list.xls"))
    table = open_list(tmp_path / "list.xls")
    assert read(table) == {2: ["CO-42"], 3: ["+57 300"], 4: ["yes"], 5: ["12.5"]}
    assert [(problem.row, problem.code, problem.stops) for problem in table.problems.between(0, 9)] == [
        (5, "shown_otherwise", False)
    ]
