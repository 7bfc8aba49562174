"""Documents as data: YAML as its version 1.2 has it, and nothing without an end."""

import pytest

from uploader.errors import TemplateError
from uploader.templates.importers.document import DEEPEST, data_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("007", "007"),
        ("7", 7),
        ("-7.5", -7.5),
        ("1e3", 1000.0),
        (".nan", ".nan"),
        ("~", None),
        ("", None),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("'7'", "7"),
    ],
)
def test_a_value_of_yaml(text: str, value: object) -> None:
    read = data_of(f"200: {text}\ntrue: x", "api.yaml")
    assert read == {"200": value, "true": "x"}
    assert isinstance(read, dict)
    assert type(read["200"]) is type(value)


def test_aliases_and_merges_are_values() -> None:
    assert data_of("a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: *a", "x") == {
        "a": {"x": 1},
        "b": {"x": 1, "y": 2},
        "c": {"x": 1},
    }


def test_json_is_json_also_with_a_byte_order_mark() -> None:
    assert data_of('\ufeff {"a": "\\ud83d\\ude00", "b": NaN}', "x") == {"a": "😀", "b": "NaN"}
    assert data_of('{"a": "\\ud83d"}', "x") == {"a": "?"}


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)
)
MERGES = "- &a {" + ",".join(f"k{n}: 1" for n in range(1000)) + "}\n" + "- {<<: *a}\n" * 300


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1,}', "document.not_json"),
        ("a: [1", "document.not_yaml"),
        ("a: b: c", "document.not_yaml"),
        ("a: 1\n---\nb: 2", "document.not_yaml"),
        ("a: !!python/object/apply:os.system ['x']", "document.not_yaml"),
        ("a: !!timestamp 2026-01-01", "document.not_yaml"),
        ("? [a]\n: b", "document.not_yaml"),
        ("a: \x00", "document.not_yaml"),
        ("a: \ud800", "document.not_yaml"),
        ("a: &a [*a]", "document.endless"),
        (LAUGHS, "document.endless"),
        (MERGES, "document.endless"),
        ("[" * 100_000, "document.too_deep"),
        ('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1), "document.too_deep"),
        ("a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "document.too_deep"),
        ('{"a": ' + "9" * 10_000 + "}", "document.number_too_long"),
        ("a: " + "9" * 10_000, "document.number_too_long"),
    ],
    ids=lambda value: value[:20],
)
def test_what_can_not_be_read_is_refused_in_a_sentence(text: str, code: str) -> None:
    with pytest.raises(TemplateError) as refused:
        data_of(text, "api.yaml")
    assert refused.value.message.code == code
    assert "api.yaml" in str(refused.value)
