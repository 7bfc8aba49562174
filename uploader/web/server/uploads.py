"""A form with a file, part by part: its small fields, and the file straight to the disk."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from aiohttp import BodyPartReader, MultipartReader, web

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.model.limits import MOST_LIST_BYTES, TEMPORARY
from uploader.web.server.plain_page import RefusedError

_CHUNK = 256 * 1024
_LARGEST_FIELD = 8 * 1024
_MOST_FIELDS = 50
_CHUNK_SECONDS = 60.0
"""For one chunk: a file may take its time, a sender who falls silent may not."""
_BYTES_OF_MB = 1 << 20
_ENDED_EARLY = (ValueError, AssertionError, web.RequestPayloadError)
"""What aiohttp raises for a form without its end, depending on where it ends."""
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


@asynccontextmanager
async def uploaded(parts: MultipartReader) -> AsyncIterator[tuple[Path, Upload]]:
    """The form, and where its file is while the block lasts; raises what `received` does."""
    with TemporaryDirectory(prefix=TEMPORARY) as folder:
        path = Path(folder) / "upload"
        yield path, await received(parts, path)


async def received(
    parts: MultipartReader, path: Path, *, most: int = MOST_LIST_BYTES, chunk_seconds: float = _CHUNK_SECONDS
) -> Upload:
    """The form; its file is written to `path`, where nothing may be.

    Nothing is left there if it is larger than `most` bytes or doesn't come whole. Raises ListError where it is too
    large or can't be written, RefusedError for what is no such form, TimeoutError for a sender who falls silent,
    FileExistsError.
    """
    receiver = _Receiver(parts, path, most, chunk_seconds)
    try:
        return await receiver.upload()
    except BaseException as why:
        if receiver.file is not None:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        if isinstance(why, _ENDED_EARLY):
            raise RefusedError(400, "app.cut_off") from why
        raise


@dataclass(slots=True)
class _Receiver:
    """Reads one form."""

    parts: MultipartReader
    path: Path
    most: int
    seconds: float
    fields: dict[str, str] = field(default_factory=dict)
    file: UploadedFile | None = None

    async def upload(self) -> Upload:
        while (part := await self._in_time(self.parts.next())) is not None:
            if not isinstance(part, BodyPartReader) or len(self.fields) >= _MOST_FIELDS:
                raise RefusedError(400, "app.not_understood")
            await self._take(part)
        return Upload(self.fields, self.file)

    async def _take(self, part: BodyPartReader) -> None:
        if part.filename is None:
            self.fields[part.name or ""] = await self._text(part)
        elif not part.filename:
            await self._stream(part, lambda _: None, 0)  # the empty part of a form in which no file was chosen
        elif self.file is None:
            self.file = await self._saved(part)
        else:
            raise RefusedError(400, "app.not_understood")

    async def _saved(self, part: BodyPartReader) -> UploadedFile:
        file = await asyncio.to_thread(self.path.open, "xb")
        try:
            with file:
                size = await self._stream(part, file.write, self.most)
        except BaseException as why:
            await asyncio.to_thread(self.path.unlink)
            if isinstance(why, OSError) and not isinstance(why, TimeoutError | ConnectionError):
                raise ListError(Message("app.not_kept", why=why.strerror or str(why))) from why
            raise
        return UploadedFile(part.filename or "", size)

    async def _text(self, part: BodyPartReader) -> str:
        chunks = list[bytes]()
        await self._stream(part, chunks.append, _LARGEST_FIELD)
        return b"".join(chunks).decode("utf-8", "replace")

    async def _stream(self, part: BodyPartReader, write: Callable[[bytes], object], most: int) -> int:
        """How many bytes the part has; each is written."""
        size = 0
        while not part.at_eof():
            chunk = await self._in_time(part.read_chunk(_CHUNK))
            size += len(chunk)
            if size > most:
                raise ListError(Message("app.file_too_large", most=most // _BYTES_OF_MB))
            await asyncio.to_thread(write, chunk)
        return size

    async def _in_time(self, reading: Awaitable[_T]) -> _T:
        async with asyncio.timeout(self.seconds):
            return await reading
