"""The commands of a pasted text as a shell would read them: bash, sh, zsh, and near enough PowerShell. Runs nothing.

What the shell would put in becomes a placeholder: `$TOKEN` is `{{TOKEN}}`.
"""

import re

from uploader.templates.importers.curl.shell.script import Command, Script
from uploader.templates.importers.curl.shell.words import CONTINUED, HINT, Words

__all__ = ["Command", "Script", "read"]

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_REDIRECTION = re.compile(r"\d?(&>>?|>>|>&|>\||>|<<<|<<-|<<|<&|<)[ \t]*")


def read(text: str) -> Script:
    """Read a text to its end. Raises TemplateError for a quotation mark or a bracket without its partner."""
    script = Script()
    _Reader(text, script).read()
    return script


class _Reader(Words):
    def __init__(self, text: str, script: Script, depth: int = 0) -> None:
        super().__init__(text, script, depth)
        self._documents: list[tuple[Command, str, bool, bool]] = []
        """Here-documents whose lines follow: of which command, up to which line, expanded, without tabs."""

    def _inner(self, text: str, script: Script) -> "_Reader":
        return _Reader(text, script, self._depth + 1)

    def read(self) -> None:
        """Go to the end, and keep the commands in the script."""
        command, piped = Command(), None
        while self._at < len(self._text):
            rest = self._text[self._at : self._at + 3]
            continued = CONTINUED.match(self._text, self._at)
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

    def _is_redirection(self) -> bool:
        is_hint = HINT.match(self._text, self._at) is not None
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
                command.document, command.file = f"{target}\n", ""
            elif found[1] == "<":
                command.file = target

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
            command.document, command.file = self._document(document) if is_expanded else document, ""
        self._documents.clear()
