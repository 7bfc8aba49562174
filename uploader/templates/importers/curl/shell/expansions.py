"""What a shell puts in: variables, what other commands print, and the escapes of `$'…'`. Runs nothing."""

import re
from abc import ABC, abstractmethod

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.curl.shell.script import Script, printed

_PLAIN_IN_QUOTES = re.compile(r'[^"\\$`]+')
_NAME = re.compile(r"[A-Za-z_]\w*")
_SUBSTITUTED_DOCUMENT = re.compile(
    r"\$\(\s*cat\s*<<(-?)\s*(['\"\\]?)(\w+)['\"]?[ \t]*\n(.*?)^[ \t]*\3[ \t]*\n?\s*\)", re.DOTALL | re.MULTILINE
)
_ANSI = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_HEREDOC_ESCAPE = re.compile(r"\\([$`\\])|\\\n")
_DEEPEST = 20


class Expanding(ABC):
    """Goes through a text from its beginning; every method begins where the one before ended."""

    def __init__(self, text: str, script: Script, depth: int = 0) -> None:
        self._text, self._script, self._depth = text, script, depth
        self._at = 0

    @abstractmethod
    def _inner(self, text: str, script: Script) -> "Expanding":
        """One that goes through a text within this one."""

    @abstractmethod
    def read(self) -> None:
        """Go to the end, and keep the commands in the script."""

    def _up_to(self, quote: str) -> str:
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            raise TemplateError(Message("import.curl.unclosed", quote=quote))
        inner, self._at = self._text[self._at + 1 : end], end + 1
        return inner

    def _double(self) -> str:
        parts: list[str] = []
        self._at += 1
        while True:
            here = self._text[self._at : self._at + 1]
            plain = _PLAIN_IN_QUOTES.match(self._text, self._at)
            if plain:
                parts.append(plain[0])
                self._at = plain.end()
            elif here == '"':
                self._at += 1
                return "".join(parts)
            elif here == "\\":
                following = self._text[self._at + 1 : self._at + 2]
                parts.append("" if following == "\n" else following if following in '$`"\\' else f"\\{following}")
                self._at += 2
            elif here:
                parts.append(self._expansion())
            else:
                raise TemplateError(Message("import.curl.unclosed", quote='"'))

    def _expansion(self) -> str:
        """What is at a `$` or a backtick, as a placeholder or as the text that it is."""
        if self._depth > _DEEPEST:
            raise TemplateError(Message("import.curl.too_nested"))
        text, at = self._text, self._at
        if text[at] == "`":
            return self._substitution(self._up_to("`"))
        following = text[at + 1 : at + 2]
        if following == "'":
            return self._ansi()
        if following == '"':
            self._at += 1
            return self._double()
        if following == "{":
            return self._braces()
        if following == "(":
            document = _SUBSTITUTED_DOCUMENT.match(text, at)
            if document:
                self._at = document.end()
                lines = re.sub(r"(?m)^\t+", "", document[4]) if document[1] else document[4]
                return (lines if document[2] else self._document(lines)).rstrip("\n")
            return self._substitution(self._bracketed())
        name = _NAME.match(text, at + 1)
        if name:
            self._at = name.end()
            return self._variable(name[0])
        self._at += 2 if re.fullmatch(r"[0-9@*]", following) else 1
        return f"{{{{arg_{following if following.isdigit() else 'all'}}}}}" if self._at == at + 2 else "$"

    def _variable(self, name: str) -> str:
        """A placeholder; an address is put in, so that it is known where the request goes."""
        known = self._script.variables.get(name, "")
        return known if "://" in known else f"{{{{{name}}}}}"

    def _braces(self) -> str:
        """`${NAME}`, perhaps with a default: `${NAME:-value}`."""
        end = self._text.find("}", self._at)
        if end < 0:
            raise TemplateError(Message("import.curl.unclosed", quote="${"))
        inner, self._at = self._text[self._at + 2 : end], end + 1
        found = _NAME.match(inner)
        if found is None:
            return "{{value}}"
        default = re.compile(r":?[-=](.*)", re.DOTALL).fullmatch(inner, found.end())
        if default is not None and default[1] and "$" not in default[1]:
            self._script.variables.setdefault(found[0], default[1].strip("'\""))
        return self._variable(found[0])

    def _bracketed(self) -> str:
        """What is in `$(…)`, brackets and quotation marks within aside."""
        depth, at, quote = 0, self._at + 1, ""
        while at < len(self._text):
            here = self._text[at]
            if quote:
                quote = "" if here == quote else quote
            elif here in "'\"":
                quote = here
            elif here in "()":
                depth += 1 if here == "(" else -1
                if not depth:
                    inner, self._at = self._text[self._at + 2 : at], at + 1
                    return inner
            at += 1
        raise TemplateError(Message("import.curl.unclosed", quote="$("))

    def _substitution(self, inner: str) -> str:
        """What a command would print, where it prints what stands there; else a placeholder by its name."""
        if inner.startswith("("):
            return "{{value}}"
        script = Script(variables=self._script.variables)
        self._inner(inner, script).read()
        text = printed(script.commands[0]) if len(script.commands) == 1 else None
        if text is not None:
            return text.rstrip("\n")
        words = script.commands[0].words if script.commands else []
        if words[:1] == ["cat"] or inner.lstrip().startswith("<"):
            raise TemplateError(Message("import.curl.file", name=words[1] if len(words) > 1 else inner.strip(" <")))
        name = re.sub(r"\W+", "_", words[0].rpartition("/")[2]) if words else "value"
        return f"{{{{{name.strip('_') or 'value'}}}}}"

    def _ansi(self) -> str:
        """`$'…'`, with its escapes."""
        at = self._at + 2
        while at < len(self._text) and self._text[at] != "'":
            at += 2 if self._text[at] == "\\" else 1
        if at >= len(self._text):
            raise TemplateError(Message("import.curl.unclosed", quote="$'"))
        inner, self._at = self._text[self._at + 2 : at], at + 1
        written = _ANSI.sub(_ansi_character, inner)
        return written.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def _document(self, text: str) -> str:
        """A here-document with what the shell puts in."""
        inner = self._inner(text, self._script)
        parts: list[str] = []
        while inner._at < len(text):
            escape = _HEREDOC_ESCAPE.match(text, inner._at)
            if escape:
                parts.append(escape[1] or "")
                inner._at = escape.end()
            elif text[inner._at] in "$`":
                parts.append(inner._expansion())
            else:
                parts.append(text[inner._at])
                inner._at += 1
        return "".join(parts)


def _ansi_character(escape: re.Match[str]) -> str:
    r"""One escape; a byte, `\xc3`, is part of a character, which is put together later."""
    byte, short, long, octal, control, letter = escape.groups()
    if byte or octal:
        number = int(byte, 16) if byte else int(octal, 8) & 0xFF
        return chr(number) if number < 0x80 else chr(0xDC00 + number)  # noqa: PLR2004  # as `surrogateescape` has it
    if short or long:
        number = int(short or long, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else "\ufffd"  # noqa: PLR2004  # Unicode's
    if control:
        return chr(ord(control) & 0x1F)
    return _ANSI_LETTERS.get(letter, letter if letter in "\\'\"?" else f"\\{letter}")
