import pytest

from uploader.readers.excel.number_formats import is_mask, masked

PHONE = r"[<=9999999]###\-####;\(###\)\ ###\-####"


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (123, "00000", "00123"),
        (0, "00000", "00000"),
        (1234567, "00000", "1234567"),
        (3001234567, "000-000-0000", "300-123-4567"),
        (3001234567, "(###) ### ####", "(300) 123 4567"),
        (42, r"000\-000", "000-042"),
        (5, '"TK-"00000', "TK-00005"),
        (5, "[Red]00000", "00005"),
        (5, "00000_)", "00005"),
        (8005551234, PHONE, "(800) 555-1234"),
        (5551234, PHONE, "555-1234"),
        (573001234567, '"+"0', "+573001234567"),
        (573001234567, '+##" "###" "#######', "+57 300 1234567"),
        (123456, "000 000", "123 456"),
        (123, "00000;-00000;0;@", "00123"),
        (-5, "00000", "-00005"),
    ],
)
def test_an_id_is_written_as_its_format_shows_it(number: int, code: str, shown: str) -> None:
    assert is_mask(code)
    assert masked(float(number), code) == shown


@pytest.mark.parametrize(
    "code",
    ["General", "0", "#", "@", "0.00", "#,##0", "# ##0", "0%", "0.00E+00", "dd/mm/yyyy", "[h]:mm", '0 "kg"', "# ?/?",
     '_("$"* #,##0.00_)', '"$"#,##0', "0_ ", ""],
)  # fmt: skip
def test_a_format_of_amounts_or_dates_leaves_the_plain_number(code: str) -> None:
    assert not is_mask(code)
    assert masked(12345.0, code) is None


@pytest.mark.parametrize(("number", "code"), [(-5.0, "000-00"), (5.5, "00000"), (7.0, "+0;-0")])
def test_a_number_that_is_no_id_stays_plain(number: float, code: str) -> None:
    assert masked(number, code) is None
