"""The commands of a pasted text as a shell would read them: bash, sh, zsh, and near enough PowerShell. Runs nothing.

What the shell would put in becomes a placeholder: `$TOKEN` is `{{TOKEN}}`.
"""

import re
from dataclasses import dataclass, field

from uploader.errors import TemplateError
from uploader.i18n import Message

_END = " \t\n;&|<>()"
"""What ends a word outside quotes."""
_PLAIN = re.compile(r"[^\s;&|<>()'\"\\$`“”„‟‘’‚‛]+")
_PLAIN_IN_QUOTES = re.compile(r'[^"\\$`]+')
_CONTINUED = re.compile(r"\\[ \t]*\n")
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_NEXT_PARAMETER = re.compile(r"[&;][\w%.\[\]-]+[=;&]")
_REDIRECTION = re.compile(r"\d?(&>>?|>>|>&|>\||>|<<<|<<-|<<|<&|<)[ \t]*")
_HINT = re.compile(r"<[A-Za-z_][\w .-]{0,60}>")
_SUBSTITUTED_DOCUMENT = re.compile(
    r"\$\(\s*cat\s*<<(-?)\s*(['\"\\]?)(\w+)['\"]?[ \t]*\n(.*?)^[ \t]*\3[ \t]*\n?\s*\)", re.DOTALL | re.MULTILINE
)
_DOUBLE, _SINGLE = "“”„‟", "‘’‚‛"
_DASHES = {"–": "--", "—": "--"}
_ANSI = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_HEREDOC_ESCAPE = re.compile(r"\\([$`\\])|\\\n")
_DEEPEST = 20


@dataclass
class Command:
    """One simple command."""

    words: list[str] = field(default_factory=list)
    document: str | None = None
    """A here-document or a here-string."""
    before: "Command | None" = None
    """The one whose output is piped into it."""

    @property
    def stdin(self) -> str | None:
        """What comes in, as far as it is in the text."""
        return self.document if self.document is not None or self.before is None else _printed(self.before)


@dataclass
class Script:
    """All commands of a text, and what else it says."""

    commands: list[Command] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    """Assigned in the text, or given a default there."""
    has_smart_quotes: bool = False
    has_bare_ampersand: bool = False
    """An `&` in an address without quotes: a shell would end the command there."""


def read(text: str) -> Script:
    """Read a text to its end. Raises TemplateError for a quotation mark or a bracket without its partner."""
    script = Script()
    _Reader(text, script, 0).read()
    return script


class _Reader:
    def __init__(self, text: str, script: Script, depth: int) -> None:
        self._text, self._script, self._depth = text, script, depth
        self._at = 0
        self._documents: list[tuple[Command, str, bool, bool]] = []
        """Here-documents whose lines follow: of which command, up to which line, expanded, without tabs."""

    def read(self) -> None:
        command, piped = Command(), None
        while self._at < len(self._text):
            rest = self._text[self._at : self._at + 3]
            continued = _CONTINUED.match(self._text, self._at)
            if continued:
                self._at = continued.end()
            elif rest[0] in " \t\r":
                self._at += 1
            elif rest[0] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif rest[0] in "\n;&|()" and not rest.startswith("&>"):
                if rest[0] == "\n":
                    self._at += 1
                    self._read_documents()
                else:
                    self._at += 2 if rest[:2] in ("&&", "||", "|&", ";;") else 1
                self._end(command, piped)
                piped = command if rest[0] == "|" and rest[:2] != "||" else (piped if not command.words else None)
                command = Command()
            elif self._is_redirection():
                self._redirect(command)
            else:
                command.words.append(self._word())
        self._read_documents()
        self._end(command, piped)

    def _end(self, command: Command, piped: Command | None) -> None:
        """Keep a command; one of assignments alone is none, but what it assigns is known from here on."""
        words = command.words
        while words and words[0] in ("$", "%", "#", "❯", "➜", "sudo", "time"):
            words = words[1:]
        if words[:1] in (["export"], ["set"], ["declare"], ["local"], ["readonly"]):
            words = words[1:]
        while words and (assigned := _ASSIGNED.fullmatch(words[0])):
            self._script.variables[assigned[1]] = assigned[2]
            words = words[1:]
        command.before = piped
        if words:
            command.words = words
            self._script.commands.append(command)

    # Redirections

    def _is_redirection(self) -> bool:
        is_hint = _HINT.match(self._text, self._at) is not None
        return not is_hint and _REDIRECTION.match(self._text, self._at) is not None

    def _redirect(self, command: Command) -> None:
        found = _REDIRECTION.match(self._text, self._at)
        if found is None:
            return
        self._at = found.end()
        if found[1] in ("<<", "<<-"):
            is_quoted = self._text[self._at : self._at + 1] in ("'", '"', "\\")
            self._documents.append((command, self._word(), not is_quoted, found[1] == "<<-"))
        elif self._at < len(self._text) and self._text[self._at] not in "\n;|":
            target = self._word()
            if found[1] == "<<<":
                command.document = f"{target}\n"

    def _read_documents(self) -> None:
        for command, delimiter, is_expanded, without_tabs in self._documents:
            lines: list[str] = []
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                end = len(self._text) if end < 0 else end
                line, self._at = self._text[self._at : end], min(end + 1, len(self._text))
                if line.strip() == delimiter:
                    break
                lines.append(line.lstrip("\t") if without_tabs else line)
            document = "".join(f"{line}\n" for line in lines)
            command.document = self._document(document) if is_expanded else document
        self._documents.clear()

    def _document(self, text: str) -> str:
        """A here-document with what the shell puts in."""
        inner = _Reader(text, self._script, self._depth + 1)
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

    # Words

    def _word(self) -> str:
        parts: list[str] = []
        start = self._at
        while self._at < len(self._text):
            plain = _PLAIN.match(self._text, self._at) or _HINT.match(self._text, self._at)
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
            continued = _CONTINUED.match(self._text, self._at)
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

    def _up_to(self, quote: str) -> str:
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            raise TemplateError(Message("import.curl.unclosed", quote=quote))
        inner, self._at = self._text[self._at + 1 : end], end + 1
        return inner

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

    # What a shell puts in

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
        _Reader(inner, script, self._depth + 1).read()
        printed = _printed(script.commands[0]) if len(script.commands) == 1 else None
        if printed is not None:
            return printed.rstrip("\n")
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


def _ansi_character(escape: re.Match[str]) -> str:
    r"""One escape; a byte, `\xc3`, is part of a character, which is put together later."""
    byte, short, long, octal, control, letter = escape.groups()
    if byte or octal:
        number = int(byte, 16) if byte else int(octal, 8) & 0xFF
        return chr(number) if number < 0x80 else chr(0xDC00 + number)  # noqa: PLR2004  # as `surrogateescape` has it
    if short or long:
        number = int(short or long, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else "\ufffd"  # noqa: PLR2004
    if control:
        return chr(ord(control) & 0x1F)
    return _ANSI_LETTERS.get(letter, letter if letter in "\\'\"?" else f"\\{letter}")


def _printed(command: Command) -> str | None:
    """What a command prints that only prints what it is given; None for any other."""
    words: list[str] = command.words
    if words[:1] == ["cat"] and len(words) == 1:
        return command.stdin
    if words[:1] == ["echo"]:
        return " ".join(word for word in words[1:] if word not in ("-n", "-e", "-ne")) + "\n"
    if words[:1] == ["printf"] and len(words) > 1:
        return words[2] if words[1] in ("%s", "%s\n", "%s\\n") and len(words) > 2 else words[1]  # noqa: PLR2004
    return None


def _with_dashes(word: str) -> str:
    """An option whose dashes a text program has made one long one."""
    if word[:1] not in _DASHES or len(word) < 2:  # noqa: PLR2004
        return word
    return f"-{word[1:]}" if len(word) == 2 or word[1].isupper() else f"--{word[1:]}"  # noqa: PLR2004
