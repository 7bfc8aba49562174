import pytest

from tests.rendered import sentence
from uploader.model.lookalikes import as_it_looks, named, unusual_letters


@pytest.mark.parametrize(
    ("name", "seen", "letters"),
    [
        ("frоm", "from", "о"), ("СОРРЕ", "COPPE", "СОРЕ"), ("Τοναme", "Tovame", "Τοvα".replace("v", "ν")), ("rp_ıd", "rp_id", "ı"),
        ("ｆｒｏｍ", "from", "ｆｒｏｍ"), ("𝐭𝐨", "to", "𝐭𝐨"), ("ⓣo", "to", "ⓣ"), ("ſubject", "subject", "ſ"), ("ᴛᴏ", "to", "ᴛᴏ"),
        ("օpt", "opt", "օ"), ("tel٣", "tel3", "٣"), ("tel３", "tel3", "３"), ("ёmail", "email", "е"), ("ᖴrom", "ᖴrom", ""),
        ("Ꭲo", "To", "Ꭲ"), ("ø", "o", "ø"),
    ],
)  # fmt: skip
def test_a_letter_of_another_alphabet_is_seen_as_the_usual_one(name: str, seen: str, letters: str) -> None:
    assert as_it_looks(name) == seen
    assert "".join(unusual_letters(name)) == letters


@pytest.mark.parametrize("name", ["from", "Teléfono", "Asunto ñ", "N.º 1ª", "İletişim", "K", "日本語", "ж"])
def test_usual_letters_and_those_that_look_like_none_are_not_unusual(name: str) -> None:
    assert unusual_letters(name) == []


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        ("о", "the letter “о” is Cyrillic (U+043E)"), ("ο", "the letter “ο” is Greek (U+03BF)"), ("օ", "is Armenian"),
        ("ｏ", "is full-width"), ("ı", "the character “ı” is a special one (U+0131)"),
    ],
)  # fmt: skip
def test_the_alphabet_is_named(letter: str, words: str) -> None:
    assert words in sentence(named(letter))
