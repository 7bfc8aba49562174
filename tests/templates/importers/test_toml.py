"""What is written reads back as the same, whatever it holds."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.templates.importers.draft import toml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "\"'\\\n\r\t#[]{}=\x00\x7f\u202ea", max_size=20
)
SCALARS = TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=25,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=5))
def test_a_table_reads_back_as_the_same(values: dict[str, Any]) -> None:
    assert tomllib.loads("\n".join(toml.table("request.json", values)))["request"]["json"] == values


@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), min_size=1, max_size=4))
def test_a_list_of_tables_reads_back_as_the_same(rows: list[dict[str, Any]]) -> None:
    assert tomllib.loads("\n".join(toml.tables(toml.header("a b", "c"), rows))) == {"a b": {"c": rows}}


@given(TEXTS, VALUES)
def test_an_assignment_reads_back_as_the_same(name: str, value: Any) -> None:
    assert tomllib.loads(toml.assignment(name, value)) == {name: value}


@given(TEXTS)
def test_a_comment_stays_one(text: str) -> None:
    assert tomllib.loads("\n".join(toml.comment(text))) == {}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", 'x = "plain"'),
        ("one\ntwo 'quoted' \\ \"double\"", "x = '''\none\ntwo 'quoted' \\ \"double\"'''"),
        ("one\r\ntwo", 'x = """\none\\r\ntwo"""'),
        ("right\u202eleft", 'x = "right\\u202eleft"'),
        ({"a": 1, "b c": [True]}, 'x = { a = 1, "b c" = [true] }'),
        ([], "x = []"),
        ({}, "x = {}"),
    ],
)
def test_it_is_written_as_a_person_would(value: Any, written: str) -> None:
    assert toml.assignment("x", value) == written


def test_what_is_long_is_a_table_of_its_own() -> None:
    long = "word " * 20
    lines = list(toml.table("request.json", {"address": {"street": long, "city": "Cali"}, "name": "Ana"}))
    assert lines == [
        "[request.json]", 'name = "Ana"', "", "[request.json.address]", f'street = "{long}"', 'city = "Cali"',
    ]  # fmt: skip
