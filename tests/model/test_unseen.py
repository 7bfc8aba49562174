import sys
import unicodedata

import pytest

from uploader.model.unseen import BLANKS, is_seen

NOBODY_SEES = [
    "", " ", "\t\r\n\v\f", "\x00", "\x07\x1b", "\x7f", "\x85\x9f", "\xa0\u202f\u2007", "\xad", "\u034f", "\u061c", "\u115f\u1160",
    "\u17b4\u17b5", "\u180b\u180e\u180f", "\u200b\u200c\u200d\u200e\u200f", "\u2028\u2029", "\u202a\u202e", "\u2060\u2065\u206f",
    "\u2800", "\u3000", "\u3164", "\ufe00\ufe0f", "\ufeff", "\uffa0", "\ufff9\ufffb", "\U0001d159\U0001d173", "\U0001bca0",
    "\U000e0001\U000e0041\U000e007f", "\U000e0100\U000e01ef", " \u200b\u3164\ufe0f\x07 ",
]  # fmt: skip
DRAWN_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"


@pytest.mark.parametrize("text", NOBODY_SEES, ids=ascii)
def test_nobody_sees_these(text: str) -> None:
    assert not is_seen(text)


@pytest.mark.parametrize(
    "text", ["a", "0", ".", "\u0301", "ñ", "👍🏽", "\u0600", "\ufffd", "\ue000", "\u200ba\u200b", "\u3131"]
)
def test_everybody_sees_these(text: str) -> None:
    assert is_seen(text)


def test_of_unicode_s_formats_spaces_and_controls_only_the_signs_around_numbers_are_seen() -> None:
    categories = ("Cf", "Cc", "Zs", "Zl", "Zp")
    every = (chr(at) for at in range(sys.maxunicode + 1) if unicodedata.category(chr(at)) in categories)
    assert "".join(filter(is_seen, every)) == DRAWN_FORMATS


def test_what_shapes_an_emoji_is_not_cut_off_its_end() -> None:
    assert "❤\ufe0f".strip(BLANKS) == "❤\ufe0f"
    assert "🏴\U000e0067\U000e007f".strip(BLANKS) == "🏴\U000e0067\U000e007f"
