"""JSON of people's making ends in linear time, whatever it is, and means what it says where it is valid."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.templates.importers.loose_json import DEEPEST, NotJsonError, loose

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab ñ.", max_size=3), inner, max_size=3),
)


@given(VALUES)
def test_valid_json_is_itself(value: Any) -> None:
    assert loose(json.dumps(value)) == (value, True)


@given(st.dictionaries(st.text("ab ñ", min_size=1, max_size=3), VALUES, min_size=1, max_size=3))
def test_a_comment_or_a_last_comma_changes_no_value(value: dict[str, Any]) -> None:
    text = json.dumps(value, indent=1)
    assert loose(f"// c\n{text[:-1]},}}") == (value, False)


@pytest.mark.parametrize("begin", ['{"a": "', '{"a": ', "{", "[", '{"a": x', ""])
@pytest.mark.parametrize("again", ['" ', "\n", " ", "\t", "x ", "/", "/*", "{{", "<", "\\", '"x', '"', '" \t', "{", '["', "'", "#"])  # fmt: skip
def test_a_long_text_of_any_kind_ends(begin: str, again: str) -> None:
    try:
        value, is_strict = loose(begin + again * 50_000)
    except NotJsonError:
        return
    assert is_strict is False
    assert value is not None


@pytest.mark.parametrize(
    "text", ["[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), '{"a":' * 5_000, "[" * 5_000 + ",]" * 5_000]
)
def test_what_is_too_deep_is_no_json(text: str) -> None:
    with pytest.raises(NotJsonError):
        loose(text)


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    assert loose('{"a":"\\ud83d","b":"\\ud83d\\ude00"}')[0] == {"a": "?", "b": "😀"}
    assert loose('{"a":"\\ud83d","b":"\\ud83d\\ude00",}')[0] == {"a": "\ufffd", "b": "😀"}
