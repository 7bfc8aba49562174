"""A list that a person gave to the page: where it is, and what the page noted of it."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeGuard

_BEYOND_NAMES = re.compile(r"[/\\:\0]")


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

    def entry(self) -> dict[str, Any]:
        """What the index has of it, as plain JSON; `kept_list_of` reads it."""
        return {"name": self.name, "folder": str(self.folder), "at": self.at.isoformat(), "facts": dict(self.facts)}

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


def kept_list_of(id_: str, entry: Mapping[str, Any]) -> KeptList | None:
    """What an entry of the index says; None where it is damaged."""
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
