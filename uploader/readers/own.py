"""Recognises a workbook that we wrote, by the hidden sheet inside it, whatever its name."""

from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from uploader.model import HIDDEN_SHEET, LIST_SHA256_KEY


def list_sha256(path: Path) -> str | None:
    """The SHA-256 of the list whose workbook stands at `path`; None where it is none of ours."""
    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, InvalidFileException):
        return None
    try:
        if HIDDEN_SHEET not in book.sheetnames:
            return None
        pairs = {row[0]: row[1] for row in book[HIDDEN_SHEET].iter_rows(values_only=True, max_col=2) if len(row) > 1}
        found = pairs.get(LIST_SHA256_KEY)
        return found if isinstance(found, str) else None
    finally:
        book.close()
