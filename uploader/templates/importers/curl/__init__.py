"""Requests out of curl commands, as people copy them: from documentation, a terminal, a browser, a document."""

import re
from collections.abc import Iterator
from html import unescape

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.curl import shell, windows
from uploader.templates.importers.curl.options import Transfer, transfers_of
from uploader.templates.importers.curl.requests import requests_of, without_template
from uploader.templates.importers.curl.shell.script import Command, Script
from uploader.templates.importers.imported import ImportedRequest, Note

MOST_CHARACTERS = 5_000_000
_CURL = re.compile(r"(?i)(?:.*[\\/])?curl(?:\.exe)?")
_LOOKS = re.compile(r"(?i)(?:^|[\s;&|(/\\`\"'])curl(?:\.exe)?[\s^`\\]")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_PROMPT = re.compile(r"^[ \t]*(?:PS [^>\n]*>|[A-Za-z]:\\[^>\n]*>)[ \t]*", re.MULTILINE)
_CONTINUED_PROMPT = re.compile(r"([\\^`][ \t]*\n)[ \t]*>{1,2}[ \t]")
_POWERSHELL = re.compile(r"(?<=[ \t])`[ \t]*\n")
"""The end of a line that goes on; a backtick without a blank before it ends what another command prints."""
_OTHER_COMMAND = re.compile(
    r"(?i)\b(Invoke-(?:RestMethod|WebRequest)|wget|httpie|https?\s+(?:GET|POST|PUT|PATCH|DELETE))\b"
)
_ESCAPED_QUOTE = re.compile(r"&(?:quot|#39|#x27|apos);")
_MOST_REQUESTS = 500


def recognises(text: str) -> bool:
    """Whether a text has a curl command in it."""
    return _LOOKS.search(f" {text[:200_000]} ") is not None or _OTHER_COMMAND.search(text[:2_000]) is not None


def requests_in(text: str) -> list[ImportedRequest]:
    """The requests of all curl commands of a text. Raises TemplateError where there is none, or one can't be read."""
    if len(text) > MOST_CHARACTERS:
        raise TemplateError(Message("import.curl.too_large", most=MOST_CHARACTERS))
    notes: list[Message] = []
    text = _plain(text, notes)
    script = windows.read(text) if windows.is_windows(text) else shell.read(text)
    if script.has_smart_quotes:
        notes.append(Message("import.curl.smart_quotes"))
    if script.has_bare_ampersand:
        notes.append(Message("import.curl.bare_ampersand"))
    found: list[ImportedRequest] = []
    refused: list[TemplateError] = []
    for command, transfer in _transfers(script):
        try:
            found += requests_of(transfer, command, script.variables)
        except TemplateError as why:
            refused.append(why)
            found.append(without_template(transfer, why.message))
        if len(found) > _MOST_REQUESTS:
            raise TemplateError(Message("import.too_many_requests", most=_MOST_REQUESTS))
    if found and len(refused) == len(found):
        raise refused[0]
    if not found:
        other = _OTHER_COMMAND.search(text)
        raise TemplateError(
            Message("import.curl.other_command", name=other[1]) if other else Message("import.curl.no_command")
        )
    return [one._replace(notes=(*(Note(note) for note in notes), *one.notes)) for one in found]


def _transfers(script: Script) -> Iterator[tuple[Command, Transfer]]:
    """What the curl commands among all say, each with its command."""
    for command in script.commands:
        start = next((at for at, word in enumerate(command.words) if _CURL.fullmatch(word)), None)
        if start is not None:
            yield from ((command, transfer) for transfer in transfers_of(command.words[start + 1 :]))


def _plain(text: str, notes: list[Message]) -> str:
    """The text without what came along when it was copied: prompts, fences, line ends of Windows, HTML's escapes."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    text = _FENCE.sub("", text)
    if _ESCAPED_QUOTE.search(text) and not re.search("[\"']", text):
        text = unescape(text)
        notes.append(Message("import.html_escaped"))
    text = _CONTINUED_PROMPT.sub(r"\1", _PROMPT.sub("", text))
    if _POWERSHELL.search(text):
        text = re.sub(r"`([\"$`])", r"\\\1", _POWERSHELL.sub(" ", text))
    lines = text.lstrip()
    return lines[2:] if lines.startswith("# curl ") else text
