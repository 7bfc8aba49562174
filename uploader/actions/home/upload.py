"""A file that a person gives to the page, on its way to its own place: whole, or not there at all."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from uploader.actions.home.kept_list import KeptList
from uploader.actions.home.safe_name import safe_folder_name
from uploader.errors import ListError, SettingsError
from uploader.i18n import Message
from uploader.model.limits import MOST_LIST_BYTES
from uploader.model.workbook_names import numbered
from uploader.workbooks.xlsx.moving import AsideFile, OccupiedError, Place

_ASIDE = re.compile(r"\.uploader-[0-9a-f]{16}")
_ABANDONED_SECONDS = 3600
"""An upload that nobody wrote to for so long died with its process."""
_MOST_OF_FOLDER = 60
"""Bytes of a folder's name: with a list in it, and its workbook, a path must not be too long for Windows."""


class Upload:
    """A file that is being given, part by part."""

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, 0
        self._file = AsideFile(path)
        self.kept: KeptList | None = None
        """The list, once it is whole."""

    def write(self, some: bytes) -> None:
        """Keep some more of it. Raises SettingsError where there is no room, and ListError if it is too large."""
        self._size += len(some)
        if self._size > MOST_LIST_BYTES:
            raise ListError(Message("list_file.too_large", name=self._path.name, gigabytes=MOST_LIST_BYTES >> 30))
        try:
            self._file.write(some)
        except OSError as why:
            raise no_room(self._path.parent, why) from why

    @contextmanager
    def closed(self) -> Iterator[None]:
        """At the end of the block nothing more comes; if that ends with an error, it is not whole."""
        try:
            yield
        except BaseException:
            self.close(whole=False)
            raise
        self.close(whole=True)

    def close(self, *, whole: bool) -> None:
        """Nothing more comes; if it is whole, it is on the disk from then on. Raises SettingsError then."""
        try:
            if whole:
                self._file.finish()
            self._file.close()
        except OSError as why:
            if whole:
                raise no_room(self._path.parent, why) from why


def new_aside(root: Path) -> Path:
    """A new folder for a list that is not whole yet, where those of processes that died are tidied away."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        aside = root / f".uploader-{secrets.token_hex(8)}"
        aside.mkdir()
    except OSError as why:
        raise no_room(root, why) from why
    return aside


def _sweep(root: Path) -> None:
    with suppress(OSError), os.scandir(root) as entries:
        for entry in entries:
            if _ASIDE.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False) and _is_abandoned(Path(entry.path)):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_abandoned(aside: Path) -> bool:
    touched = max((path.lstat().st_mtime for path in (aside, *aside.iterdir())), default=0.0)
    return time.time() - touched > _ABANDONED_SECONDS


def begun(path: Path) -> Upload:
    """A file that is given there. Raises SettingsError where it can't be written."""
    try:
        return Upload(path)
    except OSError as why:
        raise no_room(path.parent, why) from why


def settled(aside: Path, root: Path, stem: str) -> Path:
    """The folder of a list that is whole: called like the list, with a number where there is one already."""
    name, nth = safe_folder_name(stem, _MOST_OF_FOLDER), 1
    while True:
        folder = root / (name if nth == 1 else f"{name}-{nth}")
        nth += 1
        if os.path.lexists(folder):
            continue
        try:
            aside.rename(folder)
        except OSError as why:
            if os.path.lexists(folder):  # since just now
                continue
            raise no_room(root, why) from why
        return folder


def moved(aside: Path, wished: Path) -> Path:
    """Where a file is that is whole: never in the place of another, so perhaps with a number. Raises SettingsError."""
    path, nth = wished, 1
    while True:
        try:
            Place(path, None).take(aside)
        except OccupiedError:
            nth += 1
            path = numbered(wished, nth)
        except OSError as why:
            raise no_room(wished.parent, why) from why
        else:
            return path


def no_room(folder: Path, why: Exception) -> SettingsError:
    """The error of a folder that can't be written to."""
    reason = why.strerror if isinstance(why, OSError) and why.strerror else str(why)
    return SettingsError(Message("kept.not_writable", folder=str(folder), why=reason))
