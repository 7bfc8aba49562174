"""The words of a shell: quotation marks, escapes, and what people paste in their place."""

import re

from uploader.templates.importers.curl.shell.expansions import Expanding

_END = " \t\n;&|<>()"
"""What ends a word outside quotes."""
_PLAIN = re.compile(r"[^\s;&|<>()'\"\\$`“”„‟‘’‚‛]+")
CONTINUED = re.compile(r"\\[ \t]*\n")
_NEXT_PARAMETER = re.compile(r"[&;][\w%.\[\]-]+[=;&]")
HINT = re.compile(r"<[A-Za-z_][\w .-]{0,60}>")
_DOUBLE, _SINGLE = "“”„‟", "‘’‚‛"
_DASHES = {"–": "--", "—": "--"}


class Words(Expanding):
    """Reads one word after the other."""

    def _word(self) -> str:
        parts: list[str] = []
        start = self._at
        while self._at < len(self._text):
            plain = _PLAIN.match(self._text, self._at) or HINT.match(self._text, self._at)
            if plain:
                parts.append(plain[0])
                self._at = plain.end()
            elif self._ends_the_word(parts):
                break
            else:
                parts.append(self._piece(parts))
        if self._at == start:
            self._at += 1
        return _with_dashes("".join(parts))

    def _ends_the_word(self, parts: list[str]) -> bool:
        """Whether a blank or a sign of the shell is here; an `&` within an address without quotes is none."""
        here = self._text[self._at]
        if here in "&;" and "://" in "".join(parts[-50:]) and _NEXT_PARAMETER.match(self._text, self._at):
            self._script.has_bare_ampersand = True
            return False
        return here in _END or here.isspace()

    def _piece(self, parts: list[str]) -> str:
        """A part of a word that begins with a sign of its own."""
        here = self._text[self._at]
        if here == "\\":
            continued = CONTINUED.match(self._text, self._at)
            escaped = "" if continued else self._text[self._at + 1 : self._at + 2]
            self._at = continued.end() if continued else self._at + 2
            return escaped
        if here == "'":
            return self._up_to("'")
        if here == '"':
            return self._double()
        if here in "$`":
            return self._expansion()
        if here in _DOUBLE + _SINGLE:
            return self._smart(here, parts)
        self._at += 1
        return here

    def _smart(self, quote: str, parts: list[str]) -> str:
        """What is between typographic quotation marks, where they begin a word or a part of it; else the mark."""
        marks = _DOUBLE if quote in _DOUBLE else _SINGLE
        before = parts[-1][-1:] if parts and parts[-1] else ""
        end = re.compile(f"[{marks}]").search(self._text, self._at + 1)
        if (before and before not in "=:$ ") or end is None:
            self._at += 1
            return quote
        self._script.has_smart_quotes = True
        while marks == _DOUBLE and (later := re.compile(f"[{marks}]").search(self._text, end.end())) is not None:
            if self._text[end.end() : end.end() + 1] in ("", " ", "\t", "\n", "\\"):
                break
            end = later
        inner, self._at = self._text[self._at + 1 : end.start()], end.end()
        return inner


def _with_dashes(word: str) -> str:
    """An option whose dashes a text program has made one long one."""
    if word[:1] not in _DASHES or len(word) < 2:  # noqa: PLR2004  # a dash alone
        return word
    return f"-{word[1:]}" if len(word) == 2 or word[1].isupper() else f"--{word[1:]}"  # noqa: PLR2004  # one letter
