"""The commands of a pasted text as Windows would read them: cmd's carets and percent signs, then quotation marks."""

import re
from collections.abc import Iterator

from uploader.templates.importers.curl.shell import Command, Script

_FLAVOUR = re.compile(r"\^[ \t]*\n|\^[\"%&]|\^\\\^\"")
_OUTER_QUOTE = re.compile(r"(?<!\\)\^\"")
_QUOTE = re.compile(r"\"|(?<=\s)\$?'")
_VARIABLE = re.compile(r"(?<!\^)%([A-Za-z_]\w*)%(?![0-9A-Fa-f]{2})|(?<!\^)%([A-Z_]*[G-Z_]\w*)%")
_ENDS = "&|<>"
_SLASHES = re.compile(r"\\+")


def is_windows(text: str) -> bool:
    """Whether a text is written for cmd: carets at the ends of lines, or before quotation marks.

    What quotes with apostrophes is a shell's, whatever signs are in its values.
    """
    first_quote = _QUOTE.search(text)
    is_shell = first_quote is not None and first_quote[0] != '"'
    return not is_shell and _FLAVOUR.search(text) is not None


def read(text: str) -> Script:
    """Read a text to its end."""
    text = _VARIABLE.sub(lambda found: f"{{{{{found[1] or found[2]}}}}}", text)
    commands = (Command(list(_words(line))) for line in _lines(text))
    return Script([command for command in commands if command.words])


def _lines(text: str) -> Iterator[list[tuple[str, bool]]]:
    """Each command as its characters, and whether cmd takes them as they are; carets are done with.

    Browsers of some years copied commands with carets within quotation marks that have none themselves. cmd doesn't
    read them so, but they are what was meant.
    """
    line: list[tuple[str, bool]] = []
    is_quoted, at = False, 0
    has_carets_in_quotes = '^\\^"' in text and _OUTER_QUOTE.search(text) is None
    while at < len(text):
        here = text[at]
        if here == "^" and (not is_quoted or has_carets_in_quotes):
            blanks = re.compile(r"\^[ \t]*\n").match(text, at)
            if blanks:  # the line goes on, and what begins the next one is taken as it is
                at = blanks.end()
                if text[at : at + 1] == "\n":
                    line.append(("\n", True))
                    at += 1
                continue
            line.append((text[at + 1 : at + 2], True))
            at += 2
            continue
        if here == '"':
            is_quoted = not is_quoted
        if here == "\n" or (here in _ENDS and not is_quoted):
            yield line
            line, is_quoted = [], False
        else:
            line.append((here, False))
        at += 1
    yield line


def _words(line: list[tuple[str, bool]]) -> Iterator[str]:
    r"""A command's words as programs take them: `\"` and, within quotation marks, `""` are one; `%%` is one, too."""
    text = "".join(character for character, _ in line).replace("%%", "%")
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word: list[str] = []
        is_quoted = False
        while at < len(text) and (is_quoted or not text[at].isspace()):
            found = _SLASHES.match(text, at)
            slashes = len(found[0]) if found else 0
            if slashes and text[at + slashes : at + slashes + 1] == '"':
                word.append("\\" * (slashes // 2))
                at += slashes
                if slashes % 2:
                    word.append('"')
                    at += 1
            elif slashes:
                word.append("\\" * slashes)
                at += slashes
            elif text[at] == '"':
                if is_quoted and text[at + 1 : at + 2] == '"':
                    word.append('"')
                    at += 1
                else:
                    is_quoted = not is_quoted
                at += 1
            else:
                word.append(text[at])
                at += 1
        yield "".join(word)
