"""A secret that a server sends back, however it spells it."""

import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.model.secret_traces import SecretTraces, condensed
from uploader.model.settings import MASK, Settings
from uploader.templates.answers.secrets import MaskedAnswer

TOKEN = "Tk+9a/ZqL4xWv=7mB"
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def each(form: str, between: str = "") -> Callable[[str], str]:
    """Every character written in that form."""
    return lambda secret: between.join(form.format(character, code=ord(character)) for character in secret)


def base64(before: str) -> Callable[[str], str]:
    return lambda secret: b64encode(f"{before}{secret}".encode()).decode()


def utf16(secret: str) -> str:
    return secret.encode("utf-16-le").decode("latin-1")


ODD = {
    "upper case": str.upper,
    "lower case": str.lower,
    "swapped case": str.swapcase,
    "HTML decimal, signs alone": lambda secret: secret.replace("+", "&#43;").replace("/", "&#47;"),
    "HTML hexadecimal, signs alone": lambda secret: secret.replace("+", "&#x2B;").replace("=", "&#x3D;"),
    "HTML by name": lambda secret: secret.replace("+", "&plus;").replace("/", "&sol;").replace("=", "&equals;"),
    "HTML decimal": each("&#{code};"),
    "HTML decimal with zeros": each("&#000{code};"),
    "HTML hexadecimal": each("&#x{code:x};"),
    "HTML without semicolons": each("&#{code}", " "),
    "HTML twice": each("&amp;#{code};"),
    "JSON, signs alone": lambda secret: secret.replace("+", "\\u002B").replace("=", "\\u003d"),
    "JSON": each("\\u{code:04x}"),
    "JSON twice": each("\\\\u{code:04x}"),
    "script braces": each("\\u{{{code:x}}}"),
    "script hexadecimal": each("\\x{code:02x}"),
    "octal": each("\\{code:03o}"),
    "long escapes": each("\\U{code:08x}"),
    "percent, all": each("%{code:02x}"),
    "percent twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "percent three times": lambda secret: quote(quote(quote(secret, safe=""), safe=""), safe=""),
    "percent u": each("%u{code:04x}"),
    "quoted-printable": each("={code:02X}"),
    "quoted-printable, folded": lambda secret: f"{secret[:6]}=\r\n{secret[6:]}",
    "base64 of Bearer": base64("Bearer "),
    "base64 of one before": base64("u"),
    "base64 of user": base64("user:"),
    "base64 of a pair": base64("ab"),
    "base64 for addresses": lambda secret: urlsafe_b64encode(f"x{secret}".encode()).decode().rstrip("="),
    "base64 in lines": lambda secret: "\r\n".join(base64("Bearer ")(secret)[at : at + 8] for at in range(0, 36, 8)),
    "base64 twice": lambda secret: base64("")(base64("user:")(secret)),
    "base64 of UTF-16": lambda secret: b64encode(secret.encode("utf-16")).decode(),
    "base64 of hexadecimal": lambda secret: b64encode(secret.encode().hex().encode()).decode(),
    "UTF-16": utf16,
    "UTF-16, nulls escaped": lambda secret: json.dumps(utf16(secret)),
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal in capitals": lambda secret: secret.encode().hex().upper(),
    "hexadecimal with colons": lambda secret: secret.encode().hex(":"),
    "hexadecimal with spaces": lambda secret: secret.encode().hex(" "),
    "hexadecimal as in C": each("0x{code:02x}", ", "),
    "hexadecimal after a digit": lambda secret: "7" + secret.encode().hex(),
    "numbers": each("{code}", ", "),
    "spaces between": " ".join,
    "line breaks between": "\n".join,
    "hyphens between": "-".join,
    "in groups": lambda secret: f"{secret[:5]} {secret[5:10]}\n{secret[10:]}",
    "cut off": lambda secret: secret[:12],
    "without its beginning": lambda secret: secret[5:],
    "backwards": lambda secret: secret[::-1],
    "full width": lambda secret: secret.translate(FULL_WIDTH),
    "nothing of width between": "\u200b".join,
    "soft hyphens between": "\u00ad".join,
    "accents above": "\u0301".join,
    "signs between": each("{}", "_*_"),
}


@pytest.mark.parametrize("spelt", ODD.values(), ids=ODD.keys())
def test_a_text_that_tells_a_secret_in_another_spelling_is_left_out(spelt: Callable[[str], str]) -> None:
    text = f"we had: {spelt(TOKEN)} (from you)"
    assert Settings({}, {"token": TOKEN}).mask(text) in {MASK, f"we had: {MASK} (from you)"}
    assert MaskedAnswer.of({"key": TOKEN}, ["key"]).mask(text) in {MASK, f"we had: {MASK} (from you)"}


@pytest.mark.parametrize("spelt", ["HUNT5", "h u n t 5", "h-u-n-t-5", "&#104;unt5", "dXNlcjpodW50NQ==", "hu\u200bnt5"])  # fmt: skip
def test_a_short_secret_is_found_whole_and_as_words_of_its_own(spelt: str) -> None:
    assert Settings({}, {"pin": "hunt5"}).mask(f"you sent {spelt}") == MASK
    assert SecretTraces.of(["hunt5"]).are_in("much HUNT5ing") is False
    assert SecretTraces.of(["hola"]).are_in("con mucho lado") is False


def test_a_secret_of_one_to_three_signs_takes_no_whole_text_away() -> None:
    assert SecretTraces.of(["a1B", "7", "", "***", "-+/"]).are_in("A1b 7 *** -+/ A 1 B") is False


HARMLESS = [
    "The interaction was created for 573001234567 in campaign 88",
    "LA CAMPAÑA NO EXISTE O ESTÁ INACTIVA: 4012, 4013, 4014, 4015, 4016",
    '{"code": "403", "error": "INVALID TOKEN", "msg": "PLEASE VALIDATE TOKEN"}',
    "https://example.com/a%20b?c=d%2Fe&amp;f=&#233; \\u00e9 5f1b0e2a-93c4-4d7e-8a11-0c2f3e4d5a6b",
    "ZGF0YSBvZiBhbm90aGVyIHBlcnNvbiwgbm90IHNlY3JldA==",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_text_without_the_secret_stays_as_it_is(text: str) -> None:
    assert Settings({}, {"token": TOKEN, "pin": "zx81q"}).mask(text) == text


def test_an_ordinary_spelling_is_cut_out_and_the_rest_stays() -> None:
    text = f"no {TOKEN}, no {quote(TOKEN, safe='')}, no {json.dumps(TOKEN)}"
    assert Settings({}, {"token": TOKEN}).mask(text) == f'no {MASK}, no {MASK}, no "{MASK}"'


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SECRETS = st.builds(
    "{}{}{}".format, st.text("-+/=.:", max_size=3), st.text(LETTERS, min_size=16, max_size=60), st.text("-+/=")
)
WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzñáé.,:;!", min_size=1, max_size=9), max_size=40).map(" ".join)


@given(
    st.text(max_size=40),
    SECRETS,
    st.text(max_size=40),
    st.sampled_from(["upper case", "full width", "HTML hexadecimal", "spaces between", "JSON", "percent, all"]),
)
def test_around_a_secret_may_stand_what_will(before: str, secret: str, after: str, spelling: str) -> None:
    shown = Settings({}, {"token": secret}).mask(f"{before} {ODD[spelling](secret)} {after}")
    assert not SecretTraces.of([secret]).are_in(shown)
    assert condensed(secret) not in condensed(shown)


@given(WORDS, st.integers(10**15, 10**30).map(str))
def test_a_text_without_the_secret_is_never_changed(text: str, secret: str) -> None:
    assert Settings({}, {"token": secret}).mask(text) == text


ENDLESS = [
    "%",
    "%25",
    "&#",
    "&#x1",
    "&",
    "\\",
    "\\u0041",
    "=\n",
    "ab ",
    "A",
    "a1",
    "12 ",
    "\u0301",
    "a_",
    " ",
    "0x41,",
    "é",
]


@pytest.mark.parametrize("sign", ENDLESS)
def test_the_largest_answer_takes_no_more_than_in_proportion(sign: str) -> None:
    traces = SecretTraces.of([TOKEN, "hunt5"])

    def seconds(size: int) -> float:
        text = sign * (size // len(sign))
        began = time.process_time()
        assert not traces.are_in(text)
        return time.process_time() - began

    assert seconds(500_000) < 20 * seconds(62_500) + 1  # 8 times as long a text; 64 times if it were quadratic
