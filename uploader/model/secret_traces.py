"""Whether a text still tells a secret, however it is spelt: escaped, encoded, in other letters, with signs between."""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

_RUN = 8
"""So many letters and digits of a secret in a row tell it."""
_LEAST = 4
"""A secret with fewer is in any text by chance."""
_ROUNDS = 4
"""How often a text may be escaped; and twice encoded."""
_WORD = re.compile(r"[^\W_]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_HEX = re.compile(r"[0-9a-f]{8,}")
_HEX_SIGN = re.compile(r"[0\\][xX]")
_SMALL_NUMBER = re.compile(r"(?<!\d)\d{2,3}(?!\d)")
_LONG_ENTITY = re.compile(r"&#[0-9a-zA-Z]{12,}")
_SCRIPT_ESCAPE = re.compile(
    r"(?:\\u|%u|U\+)([0-9a-fA-F]{4})|\\[ux]\{([0-9a-fA-F]{1,6})\}|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})|\\([0-7]{3})"
)
_QUOTED_PRINTABLE = re.compile(r"=([0-9a-fA-F]{2})")


def condensed(text: str) -> str:
    """The letters and digits of a text alone, in one case and without accents."""
    return text.translate({ord(one): _letters(one) for one in set(text)})


def _letters(one: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", one).casefold() if part.isalnum())


@dataclass(frozen=True, slots=True)
class SecretTraces:
    """What tells some secrets: any run of letters and digits of a long one, the whole of a shorter one."""

    runs: frozenset[str]
    short: frozenset[str]

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "SecretTraces":
        """What tells these; of fewer than four letters and digits nothing does."""
        letters = {condensed(secret) for secret in secrets}
        both_ways = letters | {one[::-1] for one in letters}
        runs = {one[start : start + _RUN] for one in both_ways for start in range(len(one) - _RUN + 1)}
        return cls(frozenset(runs), frozenset(one for one in letters if _LEAST <= len(one) < _RUN))

    def are_in(self, text: str) -> bool:
        """Whether the text, read in any usual way, tells one of them."""
        return bool(self.runs or self.short) and any(self._stand_in(reading) for reading in _readings(text))

    def _stand_in(self, reading: str) -> bool:
        letters = condensed(reading) if self.runs else ""
        if any(letters[start : start + _RUN] in self.runs for start in range(len(letters) - _RUN + 1)):
            return True
        return bool(self.short) and any(word in self.short for word in _words(reading))


def _words(text: str) -> Iterator[str]:
    """The words of a text, and what words that follow each other spell together, as far as it is short."""
    words = _WORD.findall(_folded(text))
    for start in range(len(words)):
        together = ""
        for word in words[start : start + _RUN]:
            together += word
            if len(together) >= _RUN:
                break
            yield together


def _folded(text: str) -> str:
    """A text whose letters are as in `condensed`, and whose words are still apart; what can't be seen is gone."""
    return text.translate({ord(one): _letters(one) or _sign(one) for one in set(text)})


def _sign(one: str) -> str:
    return "" if unicodedata.category(one) in ("Cc", "Cf", "Mn") and not one.isspace() else one


def _readings(text: str) -> Iterator[str]:
    """A text as it is and as each usual decoding reads it: a fixed number, each no longer than the text by much."""
    unescaped = list(_unescaped(text))
    yield from unescaped
    plain = unescaped[-1]
    yield _QUOTED_PRINTABLE.sub(_character, plain.replace("=\r\n", "").replace("=\n", ""))
    yield "".join(chr(int(number)) for number in _SMALL_NUMBER.findall(plain))
    for one in _decoded(plain):
        yield from _unescaped(one)
        if one.isascii():  # what was decoded rightly may be encoded again; what wasn't is no text
            yield from _decoded(one)


def _unescaped(text: str) -> Iterator[str]:
    """A text, and what is left when its escapes are undone, once and again."""
    for _ in range(_ROUNDS):
        yield text
        before, text = text, _SCRIPT_ESCAPE.sub(_character, unquote(unescape(_LONG_ENTITY.sub("", text))))
        if text == before:
            return
    yield text


def _character(found: re.Match[str]) -> str:
    digits = next(group for group in found.groups() if group)
    number = int(digits, 8 if found[0][1:] == digits and found[0][0] == "\\" else 16)
    return chr(number) if number <= 0x10FFFF else ""  # noqa: PLR2004  # the last character that there is


def _decoded(text: str) -> Iterator[str]:
    """What runs of base64 and hexadecimal digits stand for, wherever in them it begins."""
    together = "".join(text.split())
    for words in (text, together) if together != text else (text,):
        runs = _BASE64.findall(words)
        for start in range(4):
            yield "\n".join(_of_base64(run[start:]) for run in runs)
    runs = _HEX.findall(condensed(_HEX_SIGN.sub("", text)))
    for start in range(2):
        yield "\n".join(_text(bytes.fromhex(run[start : start + (len(run) - start) // 2 * 2])) for run in runs)


def _of_base64(run: str) -> str:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return _text(b64decode(whole.replace("-", "+").replace("_", "/") + "=" * (-len(whole) % 4)))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "ignore")
