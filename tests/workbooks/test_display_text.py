import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.workbooks.xlsx.display_text import as_displayed, is_cut, is_same_display, xml_escaped

MOST = 32_767


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_again(xml: str) -> str:
    """As Excel decodes the escapes in a text."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), xml)


@pytest.mark.parametrize(
    "text", ["", "plain", "ñ ã 中文", "tab\there", "two\nlines", "two\r\nlines", "🙂", "\u2028", "_x0041_", "\x85"]
)
def test_most_texts_stand_as_they_are(text: str) -> None:
    assert as_displayed(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00", "␀"),
        ("bell\x07", "bell␇"),
        ("\x08\x0b\x0c\x0e\x1f", "␈␋␌␎␟"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x7f", "␡"),
        ("\ud800", "[U+D800]"),
        ("a\udcffb", "a[U+DCFF]b"),
        ("\ufffe\uffff", "[U+FFFE][U+FFFF]"),
        ("\ufdd0\ufdef", "[U+FDD0][U+FDEF]"),
    ],
)
def test_what_breaks_a_file_or_can_not_be_seen_is_shown(text: str, shown: str) -> None:
    assert as_displayed(text) == shown


@given(st.text(st.characters() | st.sampled_from("\x00\x1f\x7f\ud800\udfff\ufffe\r\n\t")))
def test_whatever_is_shown_can_stand_in_xml_and_is_shown_as_it_is(text: str) -> None:
    shown = as_displayed(text)
    assert not re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", shown)
    shown.encode()
    assert as_displayed(shown) == shown


@pytest.mark.parametrize("text", ["x" * MOST, "ñ" * MOST, "🙂" * (MOST // 2), "🙂" * (MOST // 2) + "x"])
def test_a_text_that_just_fits_is_whole(text: str) -> None:
    assert as_displayed(text) == text
    assert not is_cut(text)


@pytest.mark.parametrize(
    "text",
    ["x" * (MOST + 1), "🙂" * (MOST // 2 + 1), "x" + "🙂" * 20_000, "é🙂" * 15_000, "🙂" * 40_000, "\x00" * 40_000],
)
def test_a_longer_one_is_cut_with_a_mark_and_never_in_the_middle_of_a_sign(text: str) -> None:
    shown = as_displayed(text)
    assert MOST - 1 <= utf16(shown) <= MOST
    assert is_cut(shown)
    assert f"the whole text has {len(text):,} characters" in shown
    kept = shown[: shown.rindex(" … [cut here")]
    assert text.replace("\x00", "␀").startswith(kept)
    shown.encode()
    assert as_displayed(shown) == shown


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_cut_is_said_in_the_language_of_the_workbook_and_known_in_each(language: str) -> None:
    shown = as_displayed("x" * 40_000, language)
    assert is_cut(shown)
    assert is_same_display(shown, as_displayed("x" * 40_000))
    assert not is_same_display(shown, as_displayed("x" * 30_000 + "y" * 10_000))
    assert not is_same_display(shown, "x" * 30_000)
    assert not is_same_display(shown[5_000:], as_displayed("x" * 40_000))


def test_a_text_grows_by_what_is_shown_and_is_cut_then() -> None:
    shown = as_displayed("\ufffe" * 5_000)
    assert is_cut(shown)
    assert utf16(shown) <= MOST


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("x … [cut here: the whole text of 40,000 characters is in the journal]", True),
        ("x … [cut here: the whole text of 40,000 characters is in the journal] and more", False),
        ("x … [cut here: the whole text of 40,000 characters is in the journal]\n", False),
        ("x … [cut here: the whole text has 40,000 characters and is kept in uploader's journal]", True),
        ("x … [cortado aquí: el texto completo tiene 40.000 caracteres y está en el registro de uploader]", True),
        ("x … [cortado aquí: el texto completo tiene 40.000 caracteres y está en el registro de uploader].", False),
        ("cut here", False),
    ],
)
def test_a_cut_text_is_known_by_its_mark_at_the_end(text: str, cut: bool) -> None:
    assert is_cut(text) is cut


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("_x0041_", "_x005F_x0041_"),
        ("_x005F_x0041_", "_x005F_x005F_x005F_x0041_"),
        ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),  # the two share an underscore
        ("a\r\nb", "a_x000D_\nb"),
        ("_x41_ _X0041_ x0041_ _x004G_", "_x41_ _X0041_ x0041_ _x004G_"),
    ],
)
def test_what_looks_like_an_escape_is_none_in_the_file(text: str, xml: str) -> None:
    assert xml_escaped(text) == xml


@given(st.lists(st.sampled_from([*"_x0041F5aA\r\n g", "_x005F_", "x005F_", "_x0041_"]), max_size=30).map("".join))
def test_escapes_are_read_as_what_they_stood_for(text: str) -> None:
    assert read_again(xml_escaped(text)) == text
