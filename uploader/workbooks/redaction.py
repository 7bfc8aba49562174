"""Keyed hashes in place of values that a workbook must not show; only the key's owner can find out the value."""

import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.model.rows import column_letter, column_named
from uploader.model.settings import ways_to_write
from uploader.workbooks.cell_digests import canonical_text
from uploader.workbooks.xlsx.display_text import as_displayed, is_same_display

_KEY_FILE = "redaction.key"
_KEY_BYTES = 32
_HASH_DIGITS = 16
_HASH = re.compile(rf"hmac:[0-9a-f]{{{_HASH_DIGITS}}}")
_LEAST = 4
"""Shorter values are not replaced in other texts, where they may occur by chance."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """Which columns are redacted, by name, and the key."""

    columns: frozenset[str]
    key: bytes = field(repr=False)

    def hashed(self, value: str) -> str:
        """What is shown instead of a value; an empty one stays empty."""
        if not value.strip():
            return value
        return "hmac:" + hmac.new(self.key, value.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_HASH_DIGITS]

    def redacted_cells(self, header: Sequence[str], cells: Sequence[str]) -> list[str]:
        """A row's cells as a workbook shows them."""
        pairs = zip(header, cells, strict=True)
        return [self.hashed(cell) if name in self.columns else cell for name, cell in pairs]

    def redacted_text(self, text: str, header: Sequence[str], cells: Sequence[str]) -> str:
        """A text about the row, as an answer, without the row's redacted values in it."""
        if not text:
            return text
        hidden = {
            form: cell
            for name, cell in zip(header, cells, strict=False)
            if name in self.columns and len(cell.strip()) >= _LEAST
            for form in _forms(cell.strip())
        }
        for form in sorted(hidden, key=len, reverse=True):
            text = text.replace(form, self.hashed(hidden[form]))
        return text


@lru_cache(maxsize=64)  # there are several texts about one row
def _forms(value: str) -> list[str]:
    """How an answer may quote a value."""
    try:
        return ways_to_write(value)
    except UnicodeEncodeError:  # half a character: nothing that goes on a wire
        return [value]


def is_hash(text: str) -> bool:
    """Whether a cell holds a keyed hash."""
    return _HASH.fullmatch(text.strip()) is not None


def shows(cell: str, whole: str, column: str, redaction: Redaction | None) -> bool:
    """Whether a cell is what our workbooks show of a value: all of it, as much as fits, or its keyed hash."""
    if cell == whole:
        return True
    shown = canonical_text(cell)
    if redaction is not None and column in redaction.columns and shown == redaction.hashed(whole):
        return True
    return is_same_display(shown, canonical_text(as_displayed(whole)))


def redaction_for(home: Path, columns: Iterable[str]) -> Redaction | None:
    """The redaction of these columns on this computer; None if there are none. Raises JournalError."""
    names = frozenset(columns)
    return Redaction(names, _key(home / _KEY_FILE)) if names else None


def columns_named(given: Iterable[str], header: Sequence[str]) -> list[str]:
    """The names of columns given by name or letter. Raises SettingsError for an unknown one."""
    columns: list[str] = []
    for one in given:
        by_name = [name for name in header if name.strip().casefold() == one.strip().casefold()]
        by_letter = [name for at, name in enumerate(header) if column_letter(at) == one.strip().upper()]
        if not (by_name or by_letter):
            columns_there = tuple(column_named(header, at) for at in range(len(header)))
            raise SettingsError(Message("redact.no_column", given=one, columns=columns_there))
        columns += by_name or by_letter
    return list(dict.fromkeys(columns))


def _key(path: Path) -> bytes:
    """The key, made when it is first needed, for this person alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(os.urandom(_KEY_BYTES))
        except FileExistsError:
            pass
        key = path.read_bytes()
    except OSError as why:
        raise JournalError(Message("redact.no_key", path=str(path), why=why.strerror or str(why))) from why
    if len(key) != _KEY_BYTES:
        raise JournalError(Message("redact.no_key", path=str(path), why=Message("redact.damaged_key")))
    return key
