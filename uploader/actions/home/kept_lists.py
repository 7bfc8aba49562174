"""Lists that a person gave to the page, kept in a folder of their documents: one folder for each list.

What is known of them is in the home folder. Only files directly in the folder of a list are ever deleted, with
whatever workbooks stand beside the list; links are deleted themselves, and never followed.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeGuard

from uploader.actions.home.deletion import delete_all
from uploader.actions.home.folders import documents_folder
from uploader.actions.home.own_files import read_json, write_json
from uploader.actions.home.safe_name import safe_folder_name, safe_name
from uploader.errors import ListError, SettingsError
from uploader.i18n import Message
from uploader.model.limits import MOST_LIST_BYTES
from uploader.model.workbook_names import list_stem, numbered
from uploader.workbooks.xlsx.moving import AsideFile, OccupiedError, Place, aside_in, check_folder

_INDEX, _CHOSEN = "kept", "kept-folder.json"
_ID = re.compile(r"[0-9a-f]{16}")
_ASIDE = re.compile(r"\.uploader-[0-9a-f]{16}")
_BEYOND_NAMES = re.compile(r"[/\\:\0]")
_ABANDONED_SECONDS = 3600
"""An upload that nobody wrote to for so long died with its process."""
_MOST_OF_FOLDER = 60
"""Bytes of a folder's name: with a list in it, and its workbook, a path must not be too long for Windows."""


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list that is kept."""

    id: str
    name: str
    """Of the file as it was given, made safe."""
    folder: Path
    at: datetime
    """When it was given, in UTC."""
    facts: Mapping[str, Any]
    """What the page noted of it, as JSON."""

    @property
    def path(self) -> Path:
        """The file at hand: the list, or the one that was noted as `file`, by its name in the folder."""
        noted = self.facts.get("file")
        return self.folder / (noted if _is_plain(noted) else self.name)

    @property
    def template(self) -> str | None:
        """The name of the template that was noted as `template`."""
        noted = self.facts.get("template")
        return noted if isinstance(noted, str) else None

    @property
    def files_folder(self) -> Path | None:
        """The folder of the files that go along with its rows, noted as `files_folder`; nothing there is ours."""
        noted = self.facts.get("files_folder")
        return Path(noted) if isinstance(noted, str) else None

    def files(self) -> list[Path]:
        """The files directly in its folder, links too, by name; none where that is no folder of its own any more."""
        with suppress(OSError):  # it is gone, or can't be looked into
            if not self.folder.is_symlink():
                with os.scandir(self.folder) as entries:
                    return sorted(Path(one.path) for one in entries if not one.is_dir(follow_symlinks=False))
        return []

    def has(self, path: Path) -> bool:
        """Whether a file lies directly in its folder."""
        return path.parent == self.folder or Path(os.path.realpath(path.parent)) == Path(os.path.realpath(self.folder))


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
            raise _no_room(self._path.parent, why) from why

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
                raise _no_room(self._path.parent, why) from why


class KeptLists:
    """The lists that are kept for the person with this home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @property
    def folder(self) -> Path:
        """Where new lists go: the folder that was chosen, else `uploader` in the documents."""
        chosen = read_json(self._home / _CHOSEN)
        named = chosen.get("folder") if isinstance(chosen, dict) else None
        if isinstance(named, str) and Path(named).is_absolute():
            return Path(named)
        return documents_folder() / "uploader"

    def set_folder(self, path: Path) -> None:
        """Keep new lists there; the others stay where they are. Raises SettingsError if it can't be written to."""
        try:
            folder = path.expanduser().absolute()
            folder.mkdir(parents=True, exist_ok=True)
            check_folder(folder)
            write_json(self._home / _CHOSEN, {"folder": str(folder)})
        except (OSError, RuntimeError, ValueError) as why:  # also no such user's home, and a path with a null character
            raise _no_room(path, why) from why

    @contextmanager
    def begin(self, name: str, **facts: Any) -> Iterator[Upload]:
        """A new list, to be written in the block. It is kept when that ends, and none of it if it ends with an error.

        `name` may be any text. Raises SettingsError where the folder can't be written to.
        """
        root, name = self.folder, safe_name(name)
        aside = _new_aside(root)
        try:
            upload = _opened(aside / name)
            with upload.closed():
                yield upload
            folder = _settled(aside, root, list_stem(Path(name).stem))
            upload.kept = self._noted_new(name, folder, facts)
        finally:
            shutil.rmtree(aside, ignore_errors=True)  # which is gone where all went well

    @contextmanager
    def begin_beside(self, id_: str, name: str) -> Iterator[Upload]:
        """Another file for the folder of a list, such as a corrected one; it is the file at hand when the block ends.

        It never replaces another: it may get a number. Raises SettingsError, also if there is no such list.
        """
        kept = self.find(id_)
        if kept is None:
            raise SettingsError(Message("kept.gone"))
        aside = aside_in(kept.folder)
        try:
            upload = _opened(aside)
            with upload.closed():
                yield upload
            path = _moved(aside, kept.folder / safe_name(name))
            upload.kept = self.note(id_, file=path.name)
        finally:
            with suppress(OSError):  # which is gone where all went well
                aside.unlink()

    def lists(self) -> list[KeptList]:
        """Those whose folder is there, the newest first."""
        index = self._home / _INDEX
        ids = [path.stem for path in index.glob("*.json")] if index.is_dir() else []
        found = filter(None, map(self.find, ids))
        return sorted(found, key=lambda kept: (kept.at, kept.id), reverse=True)

    def find(self, id_: str) -> KeptList | None:
        """The list with that id; None if it is not kept any more, or its folder is gone."""
        entry = read_json(self._entry(id_)) if _ID.fullmatch(id_) else None
        kept = _as_kept(id_, entry) if isinstance(entry, dict) else None
        return kept if kept is not None and kept.folder.is_dir() and not kept.folder.is_symlink() else None

    def note(self, id_: str, **facts: Any) -> KeptList | None:
        """Note plain JSON facts of a list beside those that were noted; None takes one back. The list as it is then.

        Raises SettingsError where that can't be written.
        """
        kept = self.find(id_)
        if kept is None:
            return None
        noted = {name: fact for name, fact in {**kept.facts, **facts}.items() if fact is not None}
        self._write(KeptList(kept.id, kept.name, kept.folder, kept.at, noted))
        return self.find(id_)

    def delete(self, id_: str) -> None:
        """Delete a list with all files in its folder, if it is kept. Folders in it stay, with what is in them.

        Raises WorkbookError if one can't be deleted, and then all stay.
        """
        kept = self.find(id_)
        if kept is not None:
            delete_all(kept.files())
            self.forget_empty(kept)

    def forget_empty(self, kept: KeptList) -> None:
        """What is left of a list whose files were deleted: its folder, if nothing is in it, and what was noted."""
        if kept.files():
            return
        with suppress(OSError):  # a folder of the person is in it
            kept.folder.rmdir()
        with suppress(OSError):  # it names a folder without files
            self._entry(kept.id).unlink()

    def _noted_new(self, name: str, folder: Path, facts: Mapping[str, Any]) -> KeptList:
        kept = KeptList(secrets.token_hex(8), name, folder, datetime.now(UTC), facts)
        try:
            self._write(kept)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # it is new, and nothing but the list is in it
            raise
        return kept

    def _write(self, kept: KeptList) -> None:
        entry = {"name": kept.name, "folder": str(kept.folder), "at": kept.at.isoformat(), "facts": dict(kept.facts)}
        try:
            write_json(self._entry(kept.id), entry)
        except OSError as why:
            raise _no_room(self._home, why) from why

    def _entry(self, id_: str) -> Path:
        return self._home / _INDEX / f"{id_}.json"


def _as_kept(id_: str, entry: Mapping[str, Any]) -> KeptList | None:
    """What an entry says; None where it is damaged."""
    name, folder, at, facts = (entry.get(key) for key in ("name", "folder", "at", "facts"))
    if not (_is_plain(name) and isinstance(folder, str) and Path(folder).is_absolute() and isinstance(facts, dict)):
        return None
    try:
        return KeptList(id_, name, Path(folder), datetime.fromisoformat(str(at)).astimezone(UTC), facts)
    except (ValueError, OverflowError):
        return None


def _is_plain(name: object) -> TypeGuard[str]:
    """Whether it is the name of a file, without any folder."""
    return isinstance(name, str) and name not in {"", ".", ".."} and not _BEYOND_NAMES.search(name)


def _new_aside(root: Path) -> Path:
    """A new folder for a list that is not whole yet, where those of processes that died are tidied away."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        aside = root / f".uploader-{secrets.token_hex(8)}"
        aside.mkdir()
    except OSError as why:
        raise _no_room(root, why) from why
    return aside


def _sweep(root: Path) -> None:
    with suppress(OSError), os.scandir(root) as entries:
        for entry in entries:
            if _ASIDE.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False) and _is_abandoned(Path(entry.path)):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_abandoned(aside: Path) -> bool:
    touched = max((path.lstat().st_mtime for path in (aside, *aside.iterdir())), default=0.0)
    return time.time() - touched > _ABANDONED_SECONDS


def _opened(path: Path) -> Upload:
    try:
        return Upload(path)
    except OSError as why:
        raise _no_room(path.parent, why) from why


def _settled(aside: Path, root: Path, stem: str) -> Path:
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
            raise _no_room(root, why) from why
        return folder


def _moved(aside: Path, wished: Path) -> Path:
    path, nth = wished, 1
    while True:
        try:
            Place(path, None).take(aside)
        except OccupiedError:
            nth += 1
            path = numbered(wished, nth)
        except OSError as why:
            raise _no_room(wished.parent, why) from why
        else:
            return path


def _no_room(folder: Path, why: Exception) -> SettingsError:
    reason = why.strerror if isinstance(why, OSError) and why.strerror else str(why)
    return SettingsError(Message("kept.not_writable", folder=str(folder), why=reason))
