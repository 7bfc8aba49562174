"""An XLSX, XLSB or ODS file as the package of parts that it is, opened without trusting it.

Sizes are counted before anything is unpacked whole, document types (and so entities) are refused, names and encodings
that the fast reader can't take are repaired in a copy. Nothing is ever fetched.
"""

import codecs
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Self
from xml.parsers import expat

from uploader.i18n import Message
from uploader.readers.snapshot import Snapshot

_READ_BYTES = 1 << 20
_MOST_PARTS = 10_000
_MOST_BYTES = 4 << 30
_SUSPICIOUS_BYTES, _MOST_TIMES = 32 << 20, 200
"""A part that unpacks to more than so many bytes must not be more than so many times as large as it was packed."""
_LARGEST_SMALL_PART, _LARGEST_WHOLE_PART = 64 << 20, 512 << 20
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}

_TWO_ESCAPES = re.compile(rb"_x([dD][89abAB][0-9a-fA-F]{2})__x([dD][c-fC-F][0-9a-fA-F]{2})_")
"""A character beyond the first 65,536, such as an emoji, as the two halves in which some programs escape it."""
_WITH_TEXTS = ("sharedstrings.xml",)

_DOCTYPE = Message("hostile.doctype")

DAMAGE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, ArithmeticError, EOFError, LookupError, MemoryError,
    NotImplementedError, OSError, RuntimeError, StopIteration, ValueError, struct.error,
)  # fmt: skip
"""What zipfile, zlib, expat and struct raise of a package that is damaged; found by damaging some 30,000 of them."""


class RefusedError(Exception):
    """A workbook is not read; the message is the reason, a part of a sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class NotReadableError(RefusedError):
    """The package lacks a part that we need, or its XML is broken."""


class HostileError(RefusedError):
    """The package is made so that reading it would do harm."""


class EncryptedError(Exception):
    """The workbook can't be read without its password."""


class Package:
    """The parts of a workbook by their names. Use it as a context manager. Its methods raise one of DAMAGE."""

    def __init__(self, file: Snapshot) -> None:
        self._zip = zipfile.ZipFile(file.open())
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            self._take_stock()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _take_stock(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > _MOST_PARTS:
            raise HostileError(Message("hostile.parts", count=len(entries)))
        unpacked = 0
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if name in self._entries:
                raise HostileError(Message("hostile.two_parts", part=name))
            self._entries[name] = entry
            unpacked += entry.file_size
            if entry.file_size > _SUSPICIOUS_BYTES and entry.file_size > _MOST_TIMES * max(entry.compress_size, 1):
                raise HostileError(Message("hostile.zip_bomb", part=name, megabytes=round(entry.file_size / 2**20)))
        if unpacked > _MOST_BYTES:
            raise HostileError(Message("hostile.too_large", gigabytes=round(unpacked / 2**30, 1)))

    def names(self) -> list[str]:
        """The parts' names, with slashes."""
        return list(self._entries)

    def part(self, name: str) -> str | None:
        """The part's name as the package writes it. Case is ignored, as in Excel."""
        if name in self._entries:
            return name
        return next((known for known in self._entries if known.lower() == name.lower()), None)

    def blocks(self, name: str) -> Iterator[bytes]:
        """A part's XML in blocks of UTF-8, unpacked as it goes. Raises HostileError for a document type."""
        with self._zip.open(self._entries[name]) as stream:
            block = stream.read(_READ_BYTES)
            encoding = _UTF16.get(block[:2])
            decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
            while block:
                text = block if decoder is None else decoder.decode(block).encode()
                if b"<!DOCTYPE" in text:
                    raise HostileError(_DOCTYPE)
                yield text
                block = stream.read(_READ_BYTES)

    def whole(self, name: str, most: int = _LARGEST_WHOLE_PART) -> bytes:
        """The whole XML of a part, if it has not more than so many bytes."""
        found = bytearray()
        for block in self.blocks(name):
            found += block
            if len(found) > most:
                raise HostileError(Message("hostile.large_part", part=name))
        return bytes(found)

    def is_odd(self) -> bool:
        """Whether the fast reader would not take it as it is: see `repaired_copy`.

        That is for backslashes in names, parts in UTF-16, and characters that take two escapes.
        """
        return any(
            "\\" in entry.orig_filename or entry.filename != name for name, entry in self._entries.items()
        ) or any(
            self._is_utf16(entry) or (name.lower().endswith(_WITH_TEXTS) and self._has_split_characters(name))
            for name, entry in self._entries.items()
            if name.lower().endswith((".xml", ".rels"))
        )

    def _has_split_characters(self, name: str) -> bool:
        return any(map(has_split_characters, self.blocks(name)))

    def _is_utf16(self, entry: zipfile.ZipInfo) -> bool:
        with self._zip.open(entry) as stream:
            return stream.read(2) in _UTF16

    def repaired_copy(self) -> io.BytesIO:
        """A copy with plain names and UTF-8 parts, for the fast reader."""
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for name, entry in self._entries.items():
                if not name.lower().endswith((".xml", ".rels")):
                    package.writestr(name, self._zip.read(entry))
                else:
                    package.writestr(name, self.plain(name))
        copy.seek(0)
        return copy

    def plain(self, name: str) -> bytes:
        """A part's XML in UTF-8, with each character that takes two escapes written as itself."""
        text = b"".join(self.blocks(name))
        if self._is_utf16(self._entries[name]):
            text = _declared_as_utf8(text.decode().lstrip("\ufeff"))
        return with_whole_characters(text)

    def elements(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Local name and attributes of every element of a small part, in order."""
        return ((element, attributes) for element, attributes, _ in self.elements_with_text(name))

    def elements_with_text(self, name: str) -> Iterator[tuple[str, dict[str, str], str]]:
        """Local name, attributes and own text of every element of a small part, in the order in which they begin."""
        found: list[tuple[str, dict[str, str], list[str]]] = []
        within: list[list[str]] = []

        def begin(element: str, attributes: dict[str, str]) -> None:
            within.append([])
            found.append((local(element), attributes, within[-1]))

        parser = expat.ParserCreate("utf-8")
        parser.StartDoctypeDeclHandler = _refuse_doctype  # one that two blocks share is seen here
        parser.StartElementHandler = begin
        parser.CharacterDataHandler = lambda text: within[-1].extend((text,))
        parser.EndElementHandler = lambda _: within.pop()
        parser.Parse(self.whole(name, _LARGEST_SMALL_PART).removeprefix(codecs.BOM_UTF8), True)  # noqa: FBT003  # by position only
        return ((element, attributes, "".join(texts)) for element, attributes, texts in found)

    def related(self, part: str, kind: str) -> str | None:
        """The part to which `part` has a relation of this kind (`/styles`); the package's own are those of ""."""
        return next((target for _, type_, target in self.relations(part) if type_.endswith(kind)), None)

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Id, type and target part of each relation that a part has."""
        folder, name = posixpath.split(part)
        listed = self.part(posixpath.join(folder, "_rels", name + ".rels"))
        if listed is None:
            return []
        found = []
        for element, a in self.elements(listed):
            if element == "Relationship" and a.get("TargetMode") != "External":
                path = posixpath.join("/" + folder, a["Target"].replace("\\", "/"))
                target = posixpath.normpath(path).lstrip("/")
                found.append((a["Id"], a["Type"], self.part(target) or target))
        return found


def local(name: str) -> str:
    """An element's name without its namespace's prefix."""
    return name.rpartition(":")[2]


def has_split_characters(xml: bytes) -> bool:
    """Whether a character is written as two escapes, of which the fast reader would make none."""
    return _TWO_ESCAPES.search(xml) is not None


def with_whole_characters(xml: bytes) -> bytes:
    """The XML with each character that takes two escapes written as itself."""
    return _TWO_ESCAPES.sub(_character, xml)


def _character(found: re.Match[bytes]) -> bytes:
    return (bytes.fromhex(found[1].decode()) + bytes.fromhex(found[2].decode())).decode("utf-16-be").encode()


def _refuse_doctype(*_: object) -> None:
    raise HostileError(_DOCTYPE)


def _declared_as_utf8(text: str) -> bytes:
    if text.startswith("<?xml"):
        text = text[text.index("?>") + 2 :]
    return ('<?xml version="1.0" encoding="UTF-8"?>' + text).encode()
