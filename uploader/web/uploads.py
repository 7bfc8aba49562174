"""A form with a file, part by part: its small fields, and the file straight to the disk."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeVar

from aiohttp import BodyPartReader, MultipartReader, web

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.model.limits import MOST_LIST_BYTES
from uploader.web.plain_page import RefusedError

_CHUNK = 256 * 1024
_LARGEST_FIELD = 8 * 1024
_MOST_FIELDS = 50
_CHUNK_SECONDS = 60.0
"""For one chunk: a file may take its time, a sender who falls silent may not."""
_BYTES_OF_MB = 1 << 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came."""

    name: str
    """As the browser calls it, which can be anything: it is no name for a file of ours."""
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with at most one file."""

    fields: dict[str, str] = field(default_factory=dict)
    file: UploadedFile | None = None
    """None where no file was chosen."""


async def received(parts: MultipartReader, path: Path, *, most: int = MOST_LIST_BYTES) -> Upload:
    """The form; its file is written to `path`, where nothing may be.

    Nothing is left there if it is larger than `most` bytes or doesn't come whole. Raises ListError where it is too
    large, RefusedError for what is no such form, TimeoutError for a sender who falls silent, OSErrors of the disk.
    """
    fields, file = dict[str, str](), None
    try:
        while (part := await _in_time(parts.next())) is not None:
            if not isinstance(part, BodyPartReader) or len(fields) >= _MOST_FIELDS or (part.filename and file):
                _refuse()
            elif part.filename:
                file = await _saved(part, path, most)
            elif part.filename is None:
                fields[part.name or ""] = await _text(part)
            else:
                await _stream(part, lambda _: None, 0)  # the empty part of a form in which no file was chosen
    except (ValueError, AssertionError, web.RequestPayloadError) as why:  # all of these where it ends too early
        _remove(path, file)
        raise RefusedError(400, "app.cut_off") from why
    except BaseException:
        _remove(path, file)
        raise
    return Upload(fields, file)


def _refuse() -> NoReturn:
    raise RefusedError(400, "app.not_understood")


def _remove(path: Path, file: UploadedFile | None) -> None:
    """What was written, if it was ours."""
    if file is not None:
        path.unlink(missing_ok=True)


async def _saved(part: BodyPartReader, path: Path, most: int) -> UploadedFile:
    file = await asyncio.to_thread(path.open, "xb")
    try:
        with file:
            size = await _stream(part, file.write, most)
    except BaseException:
        await asyncio.to_thread(path.unlink)
        raise
    return UploadedFile(part.filename or "", size)


async def _stream(part: BodyPartReader, write: Callable[[bytes], object], most: int) -> int:
    """How many bytes the part has; each is written."""
    size = 0
    while not part.at_eof():
        chunk = await _in_time(part.read_chunk(_CHUNK))
        size += len(chunk)
        if size > most:
            raise ListError(Message("app.file_too_large", most=most // _BYTES_OF_MB))
        await asyncio.to_thread(write, chunk)
    return size


async def _text(part: BodyPartReader) -> str:
    """A small field."""
    text = bytearray()

    def keep(chunk: bytes) -> None:
        text.extend(chunk)

    await _stream(part, keep, _LARGEST_FIELD)
    return text.decode("utf-8", "replace")


async def _in_time(reading: Awaitable[_T]) -> _T:
    async with asyncio.timeout(_CHUNK_SECONDS):
        return await reading
