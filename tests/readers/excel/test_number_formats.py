import pytest

from uploader.readers.excel.number_formats import Shown, has_day, is_date, says_more, shown, shown_text

PHONE = r"[<=9999999]###\-####;\(###\)\ ###\-####"
ACCOUNT = '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-'


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (123, "00000", "00123"), (0, "00000", "00000"), (3001234567, "000-000-0000", "300-123-4567"), (42, r"000\-000", "000-042"),
        (3001234567, "(###) ### ####", "(300) 123 4567"), (5, '"TK-"00000', "TK-00005"), (5, "[Red]00000", "00005"), (5, "00000_)", "00005"),
        (8005551234, PHONE, "(800) 555-1234"), (5551234, PHONE, "555-1234"), (573001234567, '"+"0', "+573001234567"),
        (573001234567, '+##" "###" "#######', "+57 300 1234567"), (123456, "000 000", "123 456"), (123, "00000;-00000;0;@", "00123"),
        (-5, "00000", "-00005"), (3001112233, r"\+57\ ###\ ###\ ####", "+57 300 111 2233"), (3001112233, r"\+57##########", "+573001112233"),
        (3001112233, '"57"0', "573001112233"), (3001112233, "[$+57] 0", "+57 3001112233"), (300, '"0"#', "0300"), (42, '"CO-"0', "CO-42"),
        (12, '0"-A"', "12-A"), (9, '"#"0', "#9"), (1, '"yes";"no"', "yes"), (-1, '"yes";"no"', "no"), (0, '"yes";"no"', "yes"),
        (1, '[=1]"M";[=2]"F";General', "M"), (2, '[=1]"M";[=2]"F";General', "F"), (3001112233, "### ### ####", "300 111 2233"), (3, '0"+"', "3+"), (3001112233, "[$-es-CO]000 000 0000", "300 111 2233"), (1, '"TRUE";"TRUE";"FALSE"', "TRUE"),
        (0, '"TRUE";"TRUE";"FALSE"', "FALSE"), (3001112233, '"+57 "@', "+57 3001112233"), (5, '"N-"General', "N-5"),
        (12345678, '00"."000"."000\\-0', "01.234.567-8"), (1234567, '##"."###"."###', "1.234.567"), (0, '"Sí";;"No"', "No"),
    ],
)  # fmt: skip
def test_an_id_or_a_word_is_written_as_its_format_shows_it(number: int, code: str, text: str) -> None:
    assert says_more(code)
    assert shown(float(number), code) == Shown(text, is_meant=True)


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (12, '0" kg"', "12 kg"), (12.5, '0.00" kg"', "12.50 kg"), (1234567, '#,##0" u"', "1,234,567 u"), (1500, "0,", "2"),
        (1500000, '0.0,,"M"', "1.5M"), (5.5, "00000", "00006"), (7, "+0;-0", "+7"), (-5, "000-00", "-000-05"), (5, ";;;", ""),
        (0, "0;-0;;@", ""), (0, ACCOUNT, "-"), (0, '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)', "$-"), (0, '0;-0;"-"', "-"),
        (42, '"-"0', "-42"), (-5, "0;0", "5"), (0, "#,###", ""), (0, "#", ""), (0, "### ### ####", ""),
    ],
)  # fmt: skip
def test_an_amount_that_is_shown_otherwise_is_not_meant_so(number: float, code: str, text: str) -> None:
    assert says_more(code)
    assert shown(float(number), code) == Shown(text, is_meant=False)


@pytest.mark.parametrize(
    "code",
    ["General", "0", "@", "0;[Red]0", "[$$-es-CO] #,##0", "[$€-2] #,##0.00", "0.00", "#,##0", "# ##0", "0%", "0.00E+00", "dd/mm/yyyy", "[h]:mm", "# ?/?", '_("$"* #,##0.00_)',
     '"$"#,##0', "0_ ", "", '"R$ "#,##0.00', "[$R$-416] #,##0.00", '#,##0 "€"', '"COP "0', "#,##0.00;[Red]-#,##0.00", "#,##0_);(#,##0)"],
)  # fmt: skip
def test_a_format_of_amounts_or_dates_leaves_the_plain_number(code: str) -> None:
    assert not says_more(code)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1234567, "00000"),
        (7, '[=1]"M";[=2]"F";General'),
        (5, '0;0;"-"'),
        (3001112233, "#"),
        (-7, "+0;-0"),
        (12.5, ACCOUNT),
        (1234, "0000.00"),
    ],
)
def test_a_number_that_is_shown_as_it_is_stays_plain(number: float, code: str) -> None:
    assert shown(float(number), code) is None


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [("300", '"+57 "@', Shown("+57 300", is_meant=True)), ("a", "@", None), ("a", "General", None), ("a", "_-@_-", None),
     ("a", ";;;", Shown("", is_meant=False)), ("a", '0;0;0;"x"', Shown("x", is_meant=False)), ("a", '"yes";"no"', None)],
)  # fmt: skip
def test_a_text_is_written_with_what_its_format_puts_around_it(text: str, code: str, expected: Shown | None) -> None:
    assert shown_text(text, code) == expected


@pytest.mark.parametrize(
    ("code", "day", "moment"),
    [("dd/mm/yyyy", True, True), ("h:mm", False, True), ("[h]:mm:ss", False, True), ("mm:ss", False, True), ("mmm", True, True),
     ('d "de" mmmm', True, True), ("0", False, False), ('"day" 0', False, False), ("[$-409]d-mmm-yy;@", True, True)],
)  # fmt: skip
def test_formats_of_days_are_told_from_those_of_times(code: str, day: bool, moment: bool) -> None:  # a table
    assert (has_day(code), is_date(code)) == (day, moment)
