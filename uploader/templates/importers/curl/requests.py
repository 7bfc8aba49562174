"""The requests that curl's options make, by curl's rules."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.bodies import ReadBody, body_of
from uploader.templates.importers.called import called
from uploader.templates.importers.curl.options import Transfer
from uploader.templates.importers.curl.shell.script import Command
from uploader.templates.importers.imported import Auth, Body, ImportedRequest, Note, Part, Variable

_HEADER = re.compile(r"\s*([^:;\s]+)\s*(?::(.*)|;\s*)", re.DOTALL)
_SEVERAL = re.compile(r"\[(?:\d+-\d+|[a-z]-[a-z]|[A-Z]-[A-Z])(?::\d+)?\]|(?<!\{)\{[^{}\":]*,[^{}\":]*\}(?!\})")
"""What curl makes several addresses of: `[1-9]`, `{a,b}`."""


def requests_of(transfer: Transfer, command: Command, variables: Mapping[str, str]) -> Iterator[ImportedRequest]:
    """A request for each address; `command` is the one that the transfer is of.

    Raises TemplateError where a part of it is in a file, where there is no address, and for what no template can send.
    """
    _check(transfer)
    headers = list(_headers(transfer))
    notes = list(_notes(transfer))
    read = _body(transfer, command, {name.lower(): value for name, value in headers})
    if read.refusal is not None:
        raise TemplateError(read.refusal)
    if read.content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", read.content_type))
    notes += read.notes
    for typed in transfer.urls:
        url = _with_query(typed, transfer, command)
        about_url = []
        if "&amp;" in url:
            url, about_url = unescape(url), [Message("import.html_escaped")]
        method = _method(transfer, read.body)
        yield ImportedRequest(
            called(url, method),
            method,
            url.replace(" ", "%20"),
            tuple(headers),
            read.body,
            _auth(transfer, headers),
            {name: Variable(example) for name, example in variables.items()},
            read.fields,
            notes=tuple(Note(message) for message in (*notes, *about_url)),
            is_named=False,
        )


def without_template(transfer: Transfer, why: Message) -> ImportedRequest:
    """What stands for a transfer that can't be imported among others that can."""
    url, method = "".join(transfer.urls[:1]), _method(transfer, None)
    return ImportedRequest(called(url, method), method, url, refusal=why)


def _check(transfer: Transfer) -> None:
    """Raises TemplateError for what no template can send, and for what curl itself refuses."""
    if not transfer.urls:
        raise TemplateError(Message("import.curl.no_address"))
    if transfer.upload is not None:
        raise TemplateError(Message("import.curl.upload"))
    if transfer.data and transfer.forms:
        raise TemplateError(Message("import.curl.two_bodies", data="-d", form="-F"))
    if transfer.other_login:
        raise TemplateError(Message("draft.signed", scheme=transfer.other_login))
    several = None if transfer.is_literal else _SEVERAL.search(" ".join(transfer.urls))
    if several is not None:
        raise TemplateError(
            Message("import.curl.several_addresses", text=several[0][:40], example="{{name}}", option="-g")
        )


def _method(transfer: Transfer, body: Body | None) -> str:
    if transfer.method:
        return transfer.method.strip().upper()
    if transfer.is_head:
        return "HEAD"
    has_data = body is not None or bool(transfer.data)
    return "POST" if transfer.forms or (has_data and not transfer.is_get) else "GET"


# Headers and who sends


def _headers(transfer: Transfer) -> Iterator[tuple[str, str]]:
    seen = set()
    for line in transfer.headers:
        found = _HEADER.fullmatch(line)
        if found is None or line.startswith("@"):
            continue
        name, value = found[1], found[2]
        seen.add(name.lower())
        if value is None or value.strip():
            yield name, (value or "").strip()
    names = [name for name, _ in transfer.data]
    if names and names[-1] == "json":
        yield from ((name, "application/json") for name in ("Content-Type", "Accept") if name.lower() not in seen)
    cookies = [cookie for cookie in transfer.cookies if "=" in cookie or "{{" in cookie]
    if cookies and "cookie" not in seen:
        yield "Cookie", "; ".join(cookies)


def _auth(transfer: Transfer, headers: list[tuple[str, str]]) -> Auth | None:
    if any(name.lower() == "authorization" for name, _ in headers):
        return None
    if transfer.bearer is not None:
        return Auth("bearer", {"token": transfer.bearer})
    if transfer.user is None:
        return None
    user, colon, password = transfer.user.partition(":")
    return Auth("basic", {"user": user, "password": password if colon else "{{password}}"})


def _notes(transfer: Transfer) -> Iterator[Message]:
    if transfer.left_out:
        names = tuple(f"--{name}" for name in dict.fromkeys(transfer.left_out) if name != "?")
        if names:
            yield Message("import.curl.options_left_out", names=names)
        if "?" in transfer.left_out:
            yield Message("import.curl.unknown_options")
    if any(line.startswith("@") for line in transfer.headers):
        yield Message("import.curl.file_left_out", option="-H")
    if any("=" not in cookie and "{{" not in cookie for cookie in transfer.cookies):
        yield Message("import.curl.file_left_out", option="-b")


# Data


def _body(transfer: Transfer, command: Command, headers: Mapping[str, str]) -> ReadBody:
    if transfer.forms:
        return ReadBody(Body("multipart", [_part(name, value) for name, value in transfer.forms]))
    if transfer.is_get or not transfer.data:
        return ReadBody(None)
    return body_of(_joined(transfer, command), headers.get("content-type", ""))


def _joined(transfer: Transfer, command: Command) -> str:
    """What all data options send: one after the other with `&`, those of --json as they are."""
    text = ""
    for number, (option, value) in enumerate(transfer.data):
        piece = _encoded(value, command) if option == "data-urlencode" else _content(option, value, command)
        text += ("&" if number and option != "json" else "") + piece
    return text


def _content(option: str, value: str, command: Command) -> str:
    if option == "data-raw" or not value.startswith("@"):
        return value
    content = _read(value[1:], command)
    return content if option in ("data-binary", "json") else re.sub(r"[\r\n]", "", content)


def _read(name: str, command: Command) -> str:
    """What is in a file, of which only `-` may be in the text. Raises TemplateError for all others."""
    if name != "-" or command.file:
        raise TemplateError(Message("import.curl.file", name=command.file if name == "-" else name))
    if command.stdin is None:
        raise TemplateError(Message("import.curl.input"))
    return command.stdin


def _encoded(value: str, command: Command) -> str:
    """`content`, `=content` and `name=content`, percent-encoded as curl does it; placeholders stay as they are."""
    name, equals, content = value.partition("=")
    if not equals:
        name, content = "", value
        if "@" in value and not value.startswith("{{"):
            name, _, file = value.partition("@")
            content = _read(file, command)
    pieces = enumerate(re.split(r"(\{\{.*?\}\})", content))
    written = "".join(piece if number % 2 else quote(piece, safe="-._~") for number, piece in pieces)
    return f"{name}={written}" if name else written


def _with_query(url: str, transfer: Transfer, command: Command) -> str:
    """The address with what -G and --url-query put behind it."""
    parts = [piece[1:] if piece.startswith("+") else _encoded(piece, command) for piece in transfer.query]
    if transfer.is_get and transfer.data:
        parts.insert(0, _joined(transfer, command))
    if not parts:
        return url
    base, mark, fragment = url.partition("#")
    query = "&".join(part.replace(" ", "%20").replace("#", "%23") for part in parts)
    between = "?" if "?" not in base else "" if base.endswith(("?", "&")) else "&"
    return f"{base}{between}{query}{mark}{fragment}"


def _part(option: str, value: str) -> Part:
    """One part of a form: `name=value;type=…`, `name=@file;filename=…`."""
    name, _, content = value.partition("=")
    if option == "form-string":
        return Part(name, content)
    is_file = content.startswith("@")
    if content.startswith("<"):
        raise TemplateError(Message("import.curl.file", name=content[1:].partition(";")[0]))
    content, said = _said(content[1:] if is_file else content)
    path = said.get("filename") or PurePosixPath(PureWindowsPath(content).as_posix()).name
    return Part(name, path if is_file else content, is_file=is_file, type=said.get("type", ""))


def _said(content: str) -> tuple[str, dict[str, str]]:
    """A part's content, and what is said of it behind semicolons."""
    found = re.fullmatch(r'"((?:[^"\\]|\\.)*)"(.*)', content, re.DOTALL)
    if found:
        content, rest = re.sub(r"\\(.)", r"\1", found[1]), found[2]
    else:
        end = re.search(r";\s*(?:type|filename|headers|encoder)=", content)
        content, rest = (content[: end.start()], content[end.start() :]) if end else (content, "")
    said = re.findall(r';\s*(\w+)=("[^"]*"|[^;]*)', rest)
    return content, {name: value.strip('"') for name, value in said}
