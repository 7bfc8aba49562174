"""Numbers in every notation that people write, and those that nobody can be sure of."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.templates.columns.numbers import (
    AMBIGUOUS,
    fitting_signs,
    integer_of,
    is_number,
    number_of,
    plain,
    value_of,
)
from uploader.templates.columns.reading import Reading

_NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3).map(lambda one: f"{one:.3f}")


@given(_NUMBERS, st.sampled_from([" ", "\xa0", "\u2009", "\u202f", ",", ""]), st.booleans())
def test_a_number_reads_the_same_in_every_notation(number: str, between: str, has_plus: bool) -> None:  # of hypothesis
    value = Decimal(number)
    english = f"{value:+,.3f}" if has_plus else f"{value:,.3f}"
    english = english.replace(",", between)
    others = {",": ".", ".": ","}
    spanish = "".join(others.get(sign, sign) for sign in english)
    assert number_of(english, ".") == number_of(spanish, ",") == Reading(number if value else "0.000")


@given(_NUMBERS)
def test_what_is_sent_is_that_very_number(number: str) -> None:
    read = number_of(number, ".").text
    assert is_number(read)
    assert json.dumps(value_of(read)) == json.dumps(float(number) if float(number) % 1 else int(float(number)))


@given(st.text("0123456789.,- ", max_size=12))
def test_without_a_decimal_sign_nothing_is_another_number_than_with_it(text: str) -> None:
    read = {sign: number_of(text, sign) for sign in (",", ".")}
    unknown = number_of(text, None)
    if not unknown.fault:
        assert all(one.fault or one.text == unknown.text for one in read.values())
    signs = fitting_signs(text)
    assert len(signs) != 1 or read[signs[0]] == unknown
    assert (len(signs) > 1) == (unknown.fault == AMBIGUOUS)


@pytest.mark.parametrize(
    ("text", "decimal", "sent"),
    [
        ("1250.5", ".", "1250.5"),
        ("1,250.50", ".", "1250.50"),
        ("1.250,50", ",", "1250.50"),
        ("1 250,50", ",", "1250.50"),
        ("1.250", ",", "1250"),
        ("1.250", ".", "1.250"),
        ("1.250.000", None, "1250000"),
        ("1250.5", None, "1250.5"),
        ("0,250", None, "0.250"),
        ("1250,500", None, "1250.500"),
        ("1 250 000", None, "1250000"),
        ("-3", None, "-3"),
        ("\u22123,5", None, "-3.5"),
        ("+3", None, "3"),
        ("-0", None, "0"),
        ("-0,00", ",", "0.00"),
        (",5", None, "0.5"),
        ("0.000001", ".", "0.000001"),
    ],
)
def test_a_number_is_sent_with_a_point_and_without_thousands_signs(text: str, decimal: str, sent: str) -> None:
    assert number_of(text, decimal) == Reading(sent)  # type: ignore[arg-type]  # of a table


@pytest.mark.parametrize(
    ("text", "decimal", "fault"),
    [
        ("1.250", None, AMBIGUOUS),
        ("-12,345", None, AMBIGUOUS),
        ("1250.5", ",", "not_a_number"),
        ("1.25,0", ",", "not_a_number"),
        ("1,25.0", ".", "not_a_number"),
        ("1.2500", ",", "not_a_number"),
        ("1250.500,0", ",", "not_a_number"),
        ("1.250 000", None, "not_a_number"),
        ("1  250", None, "not_a_number"),
        ("1 250\xa0000", None, "not_a_number"),
        ("1,250.000,5", None, "not_a_number"),
        ("0.250", ",", "not_a_number"),
        ("12a", None, "not_a_number"),
        ("1E5", None, "not_a_number"),
        ("5 %", None, "not_a_number"),
        ("- 3", None, "not_a_number"),
        ("--3", None, "not_a_number"),
        ("5.", None, "not_a_number"),
        (".", None, "not_a_number"),
        ("٣", None, "not_a_number"),
        ("007", None, "leading_zeros"),
        ("-00,5", ",", "leading_zeros"),
        ("9007199254740993", None, "too_many_digits"),
        ("0.12345678901234567891", None, "too_many_digits"),
        ("1" * 5000, None, "too_many_digits"),
    ],
)
def test_what_is_no_number_says_why_and_stays_as_it_is(text: str, decimal: str, fault: str) -> None:
    assert number_of(text, decimal) == Reading(text, fault)  # type: ignore[arg-type]  # of a table


def test_a_whole_number_may_have_decimals_that_are_zeros() -> None:
    assert integer_of("1.250,00", None) == Reading("1250")
    assert integer_of("-0.0", ".") == Reading("0")
    assert integer_of("2,5", None) == Reading("2,5", "not_an_integer")
    assert integer_of("1.000", None) == Reading("1.000", AMBIGUOUS)


def test_a_decimal_sign_is_told_by_what_makes_sense_with_it_alone() -> None:
    texts = ("1250", "1.250", "1.250,5", "1,5", "1.5", "1 250", "x.y", "1.250.000")
    assert [fitting_signs(text) for text in texts] == [
        (), (",", "."), (",",), (",",), (".",), (), (), (",",),
    ]  # fmt: skip


def test_a_number_of_a_template_is_written_without_an_exponent() -> None:
    assert [plain(one) for one in (5, 2.5, 1e-7, 1e20, -0.0)] == ["5", "2.5", "0.0000001", "100000000000000000000", "0"]
