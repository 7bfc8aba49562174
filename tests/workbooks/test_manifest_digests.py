import json
import time
from datetime import datetime
from string import hexdigits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.workbooks.cell_digests import CellValue, SheetDigest, canonical_text, cell_text, line_digest
from uploader.workbooks.xlsx.display_text import xml_escaped

pieces = [*"_xaA41 \r\n\t", "ñ", "🙂", "\ud800", "_x005F_", "x005F_", "_x0041_", "x0041_", "_x000D_", "_xD83D_"]
texts = st.lists(st.sampled_from(pieces), max_size=20).map("".join) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two\r\nlines", "two\nlines"),
        ("two\rlines", "two\nlines"),
        ("a_x000D_\nb", "a\nb"),
        ("_x0041_", "A"),
        ("_x005F_x0041_", "A"),  # LibreOffice takes the escape of an escape for two
        ("_x00e9_", "é"),
        ("   ", ""),
        ("\n", ""),
    ],
)
def test_what_a_spreadsheet_program_changes_on_saving_is_the_same(one: str, other: str) -> None:
    assert canonical_text(one) == canonical_text(other)
    assert line_digest([one]) == line_digest([other])


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "a "), (" a", "a"), ("A", "a"), ("0012", "12"), ("1\n2", "1 2"), ("_x004_", ""), ("_x00GG_", "G")],
)
def test_what_a_person_changes_is_not(one: str, other: str) -> None:
    assert canonical_text(one) != canonical_text(other)
    assert line_digest([one]) != line_digest([other])


@given(texts)
def test_a_canonical_text_stays_as_it_is_also_once_it_was_escaped_and_read_again(text: str) -> None:
    assert canonical_text(canonical_text(text)) == canonical_text(text)
    assert canonical_text(xml_escaped(text)) == canonical_text(text)
    assert "\r" not in canonical_text(text)


def test_a_text_of_nothing_but_nested_escapes_does_not_hold_it_up() -> None:
    nested = "5"
    while len(nested) < 32_000:
        nested = f"_x003{nested}_"
    began = time.process_time()
    for text in (nested, "_x005F" * 5_000 + "_"):
        assert len(canonical_text(text)) < len(text)
    assert time.process_time() - began < 1
    assert canonical_text("_x005F" * 50 + "_") == "_"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (7, "7"),
        (7.0, "7"),
        (0.5, "0.5"),
        ("7", "7"),
        (datetime(2026, 3, 9, 17, 5, 9), "2026-03-09 17:05:09"),
        (datetime(2026, 3, 9), "2026-03-09"),
        ("two\r\nlines", "two\nlines"),
    ],
)
def test_every_value_is_taken_as_it_is_read_again(value: CellValue, text: str) -> None:
    assert cell_text(value) == text
    assert line_digest([value]) == line_digest([text])


@given(st.lists(texts, max_size=5))
def test_a_line_s_digest_is_sixteen_letters_that_stand_in_a_cell_as_they_are(cells: list[str]) -> None:
    digest = line_digest(cells)
    assert len(digest) == 16
    assert not set(digest) - set(hexdigits + "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ-_")


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_only_lines_of_the_same_texts_have_the_same_digest(one: list[str], other: list[str]) -> None:
    def shown(line: list[str]) -> str:
        return (
            json.dumps([canonical_text(text) for text in line], ensure_ascii=False).encode("utf-8", "replace").decode()
        )

    assert (line_digest(one) == line_digest(other)) == (shown(one) == shown(other))


def test_where_one_cell_ends_and_the_next_begins_counts() -> None:
    assert len({line_digest(line) for line in (["ab", ""], ["a", "b"], ["", "ab"], ["ab"], ['a", "b'], ["a,b"])}) == 6


def test_the_digest_of_a_sheet_knows_header_lines_and_their_order() -> None:
    def of(header: list[str], *lines: str) -> str:
        digest = SheetDigest(header)
        for line in lines:
            digest.add(line)
        return str(digest)

    assert of(["a"], "one", "two") == of(["a"], "one", "two")
    different = [
        of(["a"], "one", "two"),
        of(["a"], "two", "one"),
        of(["a"], "one"),
        of(["a"], "one", "two", ""),
        of(["a"], "on", "etwo"),
        of(["b"], "one", "two"),
        of(["a", ""], "one", "two"),
        of([]),
    ]
    assert len(set(different)) == len(different)
    assert all(len(digest) == 64 for digest in different)


def test_the_digest_so_far_can_be_asked_for_at_any_time() -> None:
    digest = SheetDigest(["a"])
    before = str(digest)
    assert str(digest) == before
    digest.add("one")
    assert str(digest) != before
