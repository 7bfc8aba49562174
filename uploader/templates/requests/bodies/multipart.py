"""A body of several parts, files among them (multipart/form-data): the same bytes for the same parts."""

import hashlib
import json
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from uploader.i18n import Message
from uploader.templates.requests.bodies.form_body import check_outside, check_value, filled_pairs, texts_fields
from uploader.templates.requests.bodies.json_body import JSON_TEXT, check_key, check_one_list
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.files import UploadedFile
from uploader.templates.requests.placeholders import placeholders_in, written
from uploader.templates.values.faults import FaultError, unknown_key

FILE, TEXT, TYPE = "file", "text", "type"
_TYPES = mimetypes.MimeTypes()
"""What Python knows by itself: another computer would know others, and send other bytes."""
_UNKNOWN_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:; ?[!-~ ]+)?")
_ESCAPED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""As browsers write names."""


class Part(NamedTuple):
    """One part: a text, or a file."""

    name: str
    text: str = ""
    file: UploadedFile | None = None
    stated_type: str = ""
    """Of a file, "" is guessed by its name; a text has none of its own accord."""
    path: str = ""
    """Of the file, as the row has it."""
    fields: Sequence[str] = ()
    """That make the path."""

    @property
    def type(self) -> str:
        """The media type of the file."""
        guessed, _ = _TYPES.guess_type("" if self.file is None else self.file.name)
        return self.stated_type or guessed or _UNKNOWN_TYPE

    @property
    def content(self) -> bytes:
        """What is in it. Raises OSError where a file can't be read."""
        return self.text.encode() if self.file is None else self.file.content()


class Multipart(NamedTuple):
    """A body of several parts, written."""

    content: bytes
    type: str
    """With the boundary between parts."""


def filled_parts(multipart: Mapping[str, Any], cells: Cells) -> list[Part]:
    """The parts; one that a left out field fills goes along with it."""
    return [part for name, value in multipart.items() for part in _filled(name, value, cells)]


def _filled(name: str, value: Any, cells: Cells) -> Iterator[Part]:
    if isinstance(value, list):
        for element in value:
            held = cells.list_in(texts_fields(_inside(element)))
            for one in [cells] if held is None else cells.each_part(held):
                yield from _filled(name, element, one)
    elif is_file(value):
        if not cells.are_left_out(value[FILE]):
            path = cells.text(value[FILE])
            file, fields = cells.files.at(path), cells.fields(value[FILE])
            yield Part(name, file=file, stated_type=value.get(TYPE, ""), path=path, fields=fields)
    else:
        stated = value.get(TYPE, "") if isinstance(value, Mapping) else ""
        yield from (Part(name, text, stated_type=stated) for _, text in filled_pairs(name, _inside(value), cells))


def _inside(value: Any) -> Any:
    """What a part holds, whatever type it is said to be of: a text, a number, JSON as a text, or a file's path."""
    if not isinstance(value, Mapping):
        return value
    kind = _kind(value)
    return {JSON_TEXT: value[JSON_TEXT]} if kind == JSON_TEXT else value.get(kind)


def _kind(table: Mapping[str, Any]) -> str:
    return next((key for key in (FILE, JSON_TEXT, TEXT) if key in table), "")


def is_file(value: Any) -> bool:
    """Whether a part is a file."""
    return isinstance(value, Mapping) and FILE in value


def as_fingerprinted(parts: Sequence[Part]) -> str:
    """What tells these parts from others: files by what is in them, whatever they are called."""
    told = [
        [part.name, part.text, *filter(None, [part.stated_type])]
        if part.file is None
        else [part.name, {"sha256": part.file.sha256}, part.stated_type]
        for part in parts
    ]
    return json.dumps(told, ensure_ascii=False)


def written_parts(parts: Sequence[Part]) -> Multipart:
    """The body; no part has its boundary in it. Raises OSError where a file can't be read."""
    pieces = [(_head(part), part.content) for part in parts]
    boundary = _boundary(pieces)
    mark = f"--{boundary}".encode()
    content = b"".join(mark + b"\r\n" + head + b"\r\n\r\n" + inside + b"\r\n" for head, inside in pieces)
    return Multipart(content + mark + b"--\r\n", f"multipart/form-data; boundary={boundary}")


def _head(part: Part) -> bytes:
    head = f'Content-Disposition: form-data; name="{part.name.translate(_ESCAPED)}"'
    if part.file is not None:
        head += f'; filename="{part.file.name.translate(_ESCAPED)}"'
    stated = part.stated_type if part.file is None else part.type
    return (head + (f"\r\nContent-Type: {stated}" if stated else "")).encode()


def _boundary(pieces: Sequence[tuple[bytes, bytes]]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        for half in piece:
            digest.update(len(half).to_bytes(8, "big") + half)
    while True:
        boundary = f"uploader-{digest.hexdigest()[:32]}"
        if not any(boundary.encode() in half for piece in pieces for half in piece):
            return boundary
        digest.update(b"again")


def check_multipart(where: str, multipart: Mapping[str, Any], lists: frozenset[str]) -> None:
    """Raises FaultError for what a body of several parts can't hold."""
    for name, value in multipart.items():
        at = f"{where}.{name}"
        check_key(at, name)
        if isinstance(value, list):
            for position, element in enumerate(value):
                _check_part(f"{at}[{position}]", element, lists, in_list=True)
        else:
            _check_part(at, value, lists)


def _check_part(where: str, value: Any, lists: frozenset[str], *, in_list: bool = False) -> None:
    inside = _inside(value)
    if isinstance(value, Mapping):
        _check_table(where, value)
    if is_file(value) and not placeholders_in(inside):
        raise FaultError(Message("template.fault.file_of_no_column", example=written("photo")), f"{where}.{FILE}")
    check_value(where, inside, lists, in_list=True)
    if in_list:
        check_one_list(where, texts_fields(inside), lists)
    else:
        check_outside(where, texts_fields(inside), lists)


def _check_table(where: str, table: Mapping[str, Any]) -> None:
    kind = _kind(table)
    if not kind:
        raise FaultError(Message("template.fault.not_a_part"), where)
    unknown = next((key for key in table if key not in (kind, TYPE)), None)
    if unknown is not None:
        raise FaultError(unknown_key((kind, TYPE)), f"{where}.{unknown}")
    for key in (FILE, TEXT, TYPE):
        if not isinstance(table.get(key, ""), str):
            raise FaultError(Message("template.fault.not_a_text"), f"{where}.{key}")
    if not _TYPE.fullmatch(table.get(TYPE, _UNKNOWN_TYPE)):
        raise FaultError(Message("template.fault.media_type"), f"{where}.{TYPE}")
