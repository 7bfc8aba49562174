"""What may mend a place at which TOML is refused: guesses, each to be tried before anybody hears of it."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias


class Correction(NamedTuple):
    """Other characters for some of a text's."""

    code: str
    """What is wrong: `template.toml.*`."""
    start: int
    end: int
    new: str
    through: int
    """How far the text must be readable with them, or the guess is wrong: a place of the old text, itself included."""


class Place(NamedTuple):
    """Where a text is refused, and the line around it."""

    text: str
    at: int
    start: int
    end: int

    @classmethod
    def of(cls, text: str, at: int) -> "Place":
        """The place `at`, from 0."""
        end = text.find("\n", at)
        return cls(text, at, text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end)

    @property
    def line(self) -> str:
        """The whole line, without its end."""
        return self.text[self.start : self.end]

    def piece(self, pattern: re.Pattern[str]) -> tuple[int, int, str] | None:
        """Begin, end and text of what a pattern finds around the place, without blanks at its ends."""
        for found in pattern.finditer(self.line):
            if found.start() <= self.at - self.start < found.end() and found[0].strip():
                begin = self.start + found.start() + len(found[0]) - len(found[0].lstrip())
                text = found[0].strip()
                return begin, begin + len(text), text
        return None


Guesses: TypeAlias = Iterator[Correction]
_CURLY = "“”„‟«»‘’`´"
_QUOTES = _CURLY + "\"'"
_STATEMENT = re.compile(r"""[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^"'=#\[{,\n])+=[ \t]*(?P<value>.*)""")
_ANOTHER_STATEMENT = re.compile(r"^=|\s=|=\s")
_COMMENT = re.compile(r"[ \t]+#.*|#.*")
_CURLY_TEXT = rf"[{_CURLY}][^{_QUOTES}\n]*[{_QUOTES}]"
_WORD = re.compile(rf"""{_CURLY_TEXT}|"[^"\n]*"|'[^'\n]*'|(?:\{{\{{[^{{}}\n]*\}}\}}|[^\[\]{{}},=#"'\n])+""")
_KEY = re.compile(r"""[^\s.=\[\]{},"'#:][^.=\[\]{},"'#:\n]*""")
_STRING = re.compile(r'"[^"\n]*"')
_ZEROS = re.compile(r"[+-]?0[0-9]")
_NOTHING = frozenset({"null", "none", "nil"})
_CLOSING = "]}, \t"


def corrections(reason: str, text: str, at: int) -> Guesses:
    """What may mend a text that the standard library refuses at a place (from 0) for a reason; the likeliest first."""
    place = Place.of(text, at)
    for beginning, rules in _RULES.items():
        if reason.startswith(beginning):
            for rule in rules:
                yield from rule(place)


def _value(place: Place) -> Guesses:
    """A value that is not one without quotes; in a list or a table, one of its values."""
    statement = _STATEMENT.fullmatch(place.line)
    if statement and (not statement["value"].startswith(("[", "{", *"\"'")) or statement["value"].startswith("{{")):
        value = _COMMENT.sub("", statement["value"], count=1).rstrip()
        start = place.start + statement.start("value")
        yield from _quoted(value, start, start + len(value), place.at)
    elif piece := place.piece(_WORD):
        start, end, word = piece
        if word[0] not in "\"'":
            yield from _quoted(word, start, end, place.at)


def _quoted(value: str, start: int, end: int, through: int) -> Guesses:
    quoted = _in_quotes(value.strip(_QUOTES))
    if not value:
        yield Correction("no_value", start, end, ' "" ', through)
    elif _ANOTHER_STATEMENT.search(value):
        return
    elif value.lower() in ("true", "false"):
        yield Correction("boolean", start, end, value.lower(), through)
    elif quoted:
        kinds = {"curly": value[0] in _CURLY, "zeros": _ZEROS.match(value), "null": value.lower() in _NOTHING}
        yield Correction(next((kind for kind, fits in kinds.items() if fits), "unquoted"), start, end, quoted, through)


def _in_quotes(text: str) -> str:
    """Nothing where it would need more than quotes."""
    quote = next((quote for quote in "\"'" if quote not in text and not (quote == '"' and "\\" in text)), "")
    return f"{quote}{text}{quote}" if quote else ""


def _values_in_a_row(place: Place) -> Guesses:
    """Several texts without brackets, or a text with quotes within."""
    statement = _STATEMENT.fullmatch(place.line)
    if not statement or statement["value"][:1] not in tuple("\"'"):
        return
    value = _COMMENT.sub("", statement["value"], count=1).rstrip()
    start = place.start + statement.start("value")
    if place.text[place.at : place.at + 1] == ",":
        yield Correction("brackets", start, start + len(value), f"[{value}]", place.at)
    elif place.text[place.at - 1] in "\"'" and place.text[place.at].isalnum() and (text := _in_quotes(value[1:-1])):
        yield Correction("quotes_within", start, start + len(value), text, place.at)


def _key(place: Place) -> Guesses:
    """A key with characters for which it needs quotes."""
    if piece := place.piece(_KEY):
        start, end, key = piece
        if quoted := _in_quotes(key.strip(_CURLY)):
            yield Correction("curly" if key[0] in _CURLY else "key", start, end, quoted, place.at)


def _equals_sign(place: Place) -> Guesses:
    """A colon, as in JSON and YAML, or nothing, where an equals sign belongs; the value may be as there, too."""
    has_colon = place.text[place.at : place.at + 1] == ":"
    sign = " =" if has_colon else "= "
    is_one_of_several = "{" in place.text[place.start : place.at]
    through = place.at if is_one_of_several else place.end
    yield Correction("equals_sign", place.at, place.at + has_colon, sign, through)
    if has_colon:
        value = place.text[place.at + 1 : place.end].strip()
        for written in (value.removesuffix(","), _in_quotes(value)):
            yield Correction("equals_sign", place.at, place.end, f" = {written}", place.end)


def _comma(place: Place) -> Guesses:
    """None between two values."""
    before = _end_before(place.text, place.at)
    if before < place.at or place.text[before - 1 : before] in ('"', "'", "]", "}"):
        yield Correction("comma", before, before, ",", place.at)


def _extra_sign(place: Place) -> Guesses:
    """A comma after the last value, as in other notations, two of them, or a semicolon."""
    before = _end_before(place.text, place.at)
    for at in (place.at, before - 1):
        around = place.text[: at + 1].rstrip(" \t")[:-1].rstrip()[-1:], place.text[at + 1 : place.end].strip()[:1]
        if place.text[at : at + 1] in (",", ";") and (around[0] in ("[", "{", ",") or around[1] in ("", "]", "}", "#")):
            yield Correction("extra_sign", at, at + 1, "", place.at)


def _one_line(place: Place) -> Guesses:
    """Braces that go over several lines."""
    start, end = place.text.rfind("{", 0, place.at), place.text.find("}", place.at)
    if place.at == place.end and 0 <= start < end:
        lines = [line.strip() for line in place.text[start + 1 : end].split("\n") if line.strip()]
        for inner in (" ".join(lines).removesuffix(","), ", ".join(line.removesuffix(",") for line in lines)):
            yield Correction("one_line", start, end + 1, f"{{{inner}}}", end)


def _closing_bracket(place: Place) -> Guesses:
    """A list or a table without its end: before this place, or before this line."""
    for before in dict.fromkeys((_end_before(place.text, place.at), _end_before(place.text, place.start))):
        for bracket in ("]", "}"):
            if place.text[before - 1 : before] not in ("", "{"):
                yield Correction("bracket", before, before, bracket, place.end)


def _closing_brackets_of_a_name(place: Place) -> Guesses:
    for brackets in ("]", "]]"):
        yield Correction("bracket", place.at, place.at, brackets, place.at)


def _end_before(text: str, at: int) -> int:
    return len(text[:at].rstrip())


def _closing_quote(place: Place, quote: str = '"') -> Guesses:
    """A text without its end, which belongs before the brackets that close what is around it."""
    opened = place.line.rfind(quote)
    line = place.line.rstrip()
    if opened < 0:
        return
    begin, end = place.start + opened, place.text.find(quote, place.end)
    if end >= 0 and quote == '"' and place.text[end + 1 : end + 2] != '"':
        block = f'"""{place.text[begin + 1 : end]}"""'
        yield Correction("several_lines", begin, end + 1, block, end)
    curly = max(line.rfind(sign, opened) for sign in _CURLY)
    if curly > 0:
        yield Correction("curly", place.start + curly, place.start + curly + 1, quote, place.end - 1)
    before_brackets = max(len(line.rstrip(_CLOSING)), opened + 1)
    for at in (before_brackets, len(line)):
        yield Correction("quote", place.start + at, place.start + at, quote, place.end - 1)


def _closing_apostrophe(place: Place) -> Guesses:
    """The line's own, or that of the last one, after which the library has found none."""
    opened = place if place.at < len(place.text) else Place.of(place.text, place.text.rfind("'"))
    yield from _closing_quote(opened, "'")


def _closing_block(place: Place) -> Guesses:
    """A text over several lines, without its end."""
    for quotes in ('"""', "'''"):
        if quotes in place.text:
            yield Correction("block", len(place.text), len(place.text), quotes, len(place.text) - 1)


def _backslash(place: Place) -> Guesses:
    """A path of Windows or a regular expression in double quotes."""
    backslash = place.text.rfind("\\", place.start, place.at)
    piece = Place(place.text, backslash, place.start, place.end).piece(_STRING)
    if piece and "'" not in piece[2]:
        start, end, string = piece
        yield Correction("backslash", start, end, f"'{string[1:-1]}'", place.at)
    elif backslash >= 0:
        yield Correction("backslash", backslash, backslash + 1, "\\\\", place.at)


_RULES: dict[str, tuple[Callable[[Place], Guesses], ...]] = {
    "Expected '=' after": (_equals_sign, _key),
    "Invalid statement": (_key,),
    "Invalid initial character": (_one_line, _extra_sign, _value, _key),
    "Expected ']": (_closing_brackets_of_a_name, _key),
    "Invalid value": (_extra_sign, _closing_bracket, _value),
    "Expected newline": (_extra_sign, _values_in_a_row, _value),
    "Unclosed array": (_closing_bracket, _comma, _value),
    "Unclosed inline table": (_one_line, _closing_bracket, _comma, _value),
    "Illegal character '\\n'": (_closing_quote,),
    "Unterminated string": (_closing_quote, _closing_block),
    "Found invalid character '\\n'": (_closing_apostrophe,),
    'Expected "\'"': (_closing_apostrophe,),
    "Expected \"'''\"": (_closing_block,),
    "Unescaped": (_backslash,),
    "Invalid hex value": (_backslash,),
}
"""By the beginning of what the standard library says."""
