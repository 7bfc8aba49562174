"""What one row of a list would send: laid out for reading, or as a command that sends it."""

import json
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from uploader.cli.terminal import unbroken
from uploader.i18n import Message, render

if TYPE_CHECKING:
    from uploader.actions.steps.previewed_row import PreviewedPart, PreviewedRow

_INDENT = 2
_AUTHORIZATION, _CONTENT_TYPE = "authorization", "content-type"
_GLOBBING = "[]{}"
"""What curl reads as several addresses in one."""


def request(row: "PreviewedRow", language: str) -> Iterator[str]:
    """A request as it goes out: JSON laid out for reading, and several parts one by one."""
    shown = row.request
    yield unbroken(f"{shown.method} {shown.url}")
    yield from (unbroken(f"{name}: {value}") for name, value in shown.headers.items())
    if row.parts:
        yield ""
        yield from (unbroken(f"{_name(part)}: {_content(part, language)}") for part in row.parts)
    elif shown.body:
        yield ""
        yield from map(unbroken, _body(row).splitlines())


def _name(part: "PreviewedPart") -> str:
    return f"{part.name} ({part.type})" if part.path is None and part.type else part.name


def _content(part: "PreviewedPart", language: str) -> str:
    if part.path is None:
        return part.text
    if not part.is_looked_for:
        return render(Message("screen.named_file_part", name=part.path, type=part.type), language)
    code = "screen.file_part" if part.size is not None else "screen.missing_file_part"
    return render(Message(code, name=part.path, type=part.type, size=part.size or 0), language)


def _body(row: "PreviewedRow") -> str:
    text = row.request.body.decode()
    return json.dumps(json.loads(text), ensure_ascii=False, indent=_INDENT) if row.is_json else text


def curl(row: "PreviewedRow") -> str:
    """A request as a curl command for a POSIX shell; put the token where it says ***."""
    shown = row.request
    globoff = " --globoff" if any(one in shown.url for one in _GLOBBING) else ""
    lines = [f"curl{globoff} --request {shown.method} {shlex.quote(shown.url)}"]
    if row.user is not None:
        lines.append(f"  --user {shlex.quote(row.user)}")
    lines += [f"  --header {shlex.quote(_header(*one))}" for one in shown.headers.items() if _is_said(one[0], row)]
    lines += [f"  {_form(part)}" for part in row.parts]
    if shown.body and not row.parts:
        lines.append(f"  --data-raw {shlex.quote(shown.body.decode())}")
    return " \\\n".join(lines)


def _is_said(header: str, row: "PreviewedRow") -> bool:
    """Whether curl doesn't write that header by itself."""
    by_curl = {_AUTHORIZATION: row.user is not None, _CONTENT_TYPE: bool(row.parts)}
    return not by_curl.get(header.lower(), False)


def _header(name: str, value: str) -> str:
    """Without a value curl would take the header away, unless a semicolon follows."""
    return f"{name}: {value}" if value else f"{name};"


def _form(part: "PreviewedPart") -> str:
    if part.path is None and not part.type:
        return f"--form-string {shlex.quote(f'{part.name}={part.text}')}"
    quoted = (part.text if part.path is None else part.path).replace("\\", "\\\\").replace('"', '\\"')
    return "--form " + shlex.quote(f'{part.name}={"" if part.path is None else "@"}"{quoted}";type={part.type}')
