"""Why a text is no TOML, in a sentence of ours: of a correction only if the text can be read farther with it."""

import re
import tomllib
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.secret_names import names_a_secret
from uploader.templates.parsing.corrections import Correction, Place, corrections

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_TWICE = re.compile(r"Cannot (overwrite|declare)|Cannot mutate|Cannot redefine|Duplicate inline")
_LONGEST_TEXT, _LONGEST_LINE = 50_000, 1_000
"""Characters. A text is read once more for each guess; what people write is a tenth of it."""
_MOST_READINGS = 20
_LONGEST_EXAMPLE = 100
_WITH_BLOCKS = ("block", "several_lines")
_HARMLESS = re.compile(r'(?:true|false|"\{\{[^{}"\n]*\}\}")(?: *#.*)?')
"""Values of a secret's key that are not the secret."""


class _Refusal(NamedTuple):
    reason: str
    at: int | None
    """From 0; None where nobody knows."""


def mistake_of(text: str, why: tomllib.TOMLDecodeError, source: str) -> Message:
    """What the standard library's refusal of a text means; `source` is what messages call the file."""
    text = text.replace("\r\n", "\n")  # as the library counts
    reason, at = _refusal(text, why)
    if at is None:
        return Message("template.not_toml", path=source, why=reason)
    place = Place.of(text, min(at, len(text.rstrip())))
    line = _line_number(text, place.at)
    is_short = len(text) <= _LONGEST_TEXT and place.end - place.start <= _LONGEST_LINE
    if _TWICE.match(reason):
        return (is_short and _twice(place, source)) or Message("template.twice", path=source, line=line)
    if is_short:
        for guess in list(corrections(reason, text, at))[:_MOST_READINGS]:
            example = _example(guess, text)
            if example.isprintable() and _is_read_with(guess, text):
                begin = text.rfind(guess.new) if guess.code == "block" else guess.start
                line = _line_number(text, begin)
                return Message(f"template.toml.{guess.code}", path=source, line=line, example=example)
    column = place.at - place.start + 1
    return Message("template.not_toml_at", path=source, line=line, column=column, why=reason)


def _refusal(text: str, why: tomllib.TOMLDecodeError) -> _Refusal:
    found = _PLACE.fullmatch(str(why))
    if found is None:
        return _Refusal(str(why), None)
    if found[2] is None:
        return _Refusal(found[1], len(text))
    before = sum(len(line) + 1 for line in text.split("\n")[: int(found[2]) - 1])
    return _Refusal(found[1], before + int(found[3]) - 1)


def _line_number(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _refused_at(text: str) -> int | None:
    """Where a text is refused; None where it is not."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        return _refusal(text, why).at or 0
    except (ValueError, RecursionError):  # a number of thousands of digits, tables within tables
        return 0
    return None


def _is_read_with(guess: Correction, text: str) -> bool:
    """Whether the text can be read past the correction, what follows it, and all that was refused."""
    corrected = _corrected(guess, text)
    if guess.code not in _WITH_BLOCKS and any(
        corrected.count(quotes) > text.count(quotes) for quotes in ('"""', "'''")
    ):
        return False
    behind = guess.start + len(guess.new)
    next_one = behind + len(corrected[behind:]) - len(corrected[behind:].lstrip(" \t"))
    refused_at = _refused_at(corrected)
    if guess.code == "bracket" and refused_at is not None and corrected[refused_at : refused_at + 1] in ("]", "}"):
        return False  # it has an end
    return refused_at is None or refused_at > max(next_one, guess.through + len(corrected) - len(text))


def _corrected(guess: Correction, text: str) -> str:
    return text[: guess.start] + guess.new + text[guess.end :]


def _example(guess: Correction, text: str) -> str:
    """The line as it would be right, or what of it is new; a secret is not said again."""
    if guess.code == "block":
        return guess.new
    corrected = Place.of(_corrected(guess, text), guess.start)
    line = " ".join(corrected.line.split()) if guess.code == "no_value" else corrected.line.strip().replace("\t", " ")
    key, equals, value = (part.strip() for part in line.partition("="))
    if equals and not _HARMLESS.fullmatch(value) and (names_a_secret(key) or key == "basic"):
        return f'{key} = "…"'
    if len(line) <= _LONGEST_EXAMPLE:
        return line
    around = (_LONGEST_EXAMPLE - min(len(guess.new), _LONGEST_EXAMPLE)) // 2
    begin = max(guess.start - corrected.start - around, 0)
    return f"{'…' if begin else ''}{corrected.line[begin : begin + _LONGEST_EXAMPLE].strip()}…"


def _twice(place: Place, source: str) -> Message | None:
    """The name that is there twice, and where; None where a search by lines doesn't find it."""
    lines = place.text[: place.end].split("\n")
    *before, again = map(_name_in, lines)
    tables = [number for number, name in enumerate(before) if name.startswith("[")]
    begin = tables[-1] if tables and not again.startswith("[") else 0
    first = next((number for number in range(begin, len(before)) if again and before[number] == again), None)
    if first is None or any(
        _refused_at("\n".join(lines[:some])) is not None for some in (first, first + 1, len(before))
    ):
        return None  # there is none, or it is a line within a text
    return Message("template.twice_at", path=source, line=len(lines), name=again, first=first + 1)


def _name_in(line: str) -> str:
    """The key that a line gives a value, or the table that it begins, with its brackets."""
    line = line.strip()
    if line.startswith("["):
        return f"[{line[1:].partition(']')[0].strip()}]"
    key, equals, _ = line.partition("=")
    return key.strip() if equals else ""
