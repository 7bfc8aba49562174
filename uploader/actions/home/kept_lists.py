"""Lists that a person gave to the page, kept in a folder of their documents: one folder for each list.

What is known of them is in the home folder. Only files directly in the folder of a list are ever deleted, with
whatever workbooks stand beside the list; links are deleted themselves, and never followed.
"""

import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uploader.actions.home.deletion import delete_all
from uploader.actions.home.folders import documents_folder
from uploader.actions.home.kept_list import KeptList, kept_list_of
from uploader.actions.home.own_files import read_json, write_json
from uploader.actions.home.safe_name import safe_name
from uploader.actions.home.upload import Upload, begun, moved, new_aside, no_room, settled
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.workbook_names import list_stem
from uploader.workbooks.xlsx.moving import aside_in, check_folder

_INDEX, _CHOSEN = "kept", "kept-folder.json"
_ID = re.compile(r"[0-9a-f]{16}")


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
            raise no_room(path, why) from why

    @contextmanager
    def begin(self, name: str, **facts: Any) -> Iterator[Upload]:
        """A new list, to be written in the block. It is kept when that ends, and none of it if it ends with an error.

        `name` may be any text. Raises SettingsError where the folder can't be written to.
        """
        root, name = self.folder, safe_name(name)
        aside = new_aside(root)
        try:
            upload = begun(aside / name)
            with upload.closed():
                yield upload
            folder = settled(aside, root, list_stem(Path(name).stem))
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
            upload = begun(aside)
            with upload.closed():
                yield upload
            path = moved(aside, kept.folder / safe_name(name))
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
        kept = kept_list_of(id_, entry) if isinstance(entry, dict) else None
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
        try:
            write_json(self._entry(kept.id), kept.entry())
        except OSError as why:
            raise no_room(self._home, why) from why

    def _entry(self, id_: str) -> Path:
        return self._home / _INDEX / f"{id_}.json"
