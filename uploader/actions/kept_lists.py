"""STAND-IN until the branch with the real one is merged."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


def safe_name(name: str) -> str:
    """Stand-in."""
    return Path(name).name or "list.csv"


@dataclass(frozen=True, slots=True)
class KeptList:
    """Stand-in."""

    id: str
    name: str
    folder: Path
    at_hand: Path
    at: str
    template: str


@dataclass(frozen=True, slots=True)
class KeptLists:
    """Stand-in."""

    home: Path
    given_folder: Path | None = None

    @property
    def folder(self) -> Path:
        """Stand-in."""
        return self.given_folder or self.home / "lists"

    def set_folder(self, path: Path) -> None:
        """Stand-in."""

    def take(self, path: Path, name: str, template: str) -> KeptList:
        """Stand-in."""
        stem, nth = Path(name).stem, 1
        while (self.folder / (stem if nth == 1 else f"{stem}-{nth}")).exists():
            nth += 1
        folder = self.folder / (stem if nth == 1 else f"{stem}-{nth}")
        folder.mkdir(parents=True)
        shutil.move(path, folder / safe_name(name))
        found = self.find(folder.name)
        assert found is not None
        return found

    def find(self, list_id: str) -> KeptList | None:
        """Stand-in."""
        folder = self.folder / list_id
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if ".problems" not in path.name and ".results" not in path.name:
                at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
                return KeptList(list_id, path.name, folder, path, at, "wolkvox/add_interaction")
        return None

    def lists(self) -> list[KeptList]:
        """Stand-in."""
        found = [self.find(one.name) for one in self.folder.glob("*")] if self.folder.is_dir() else []
        return [one for one in found if one is not None]

    def delete(self, list_id: str) -> None:
        """Stand-in."""
        shutil.rmtree(self.folder / list_id)

    def note(self, list_id: str, **facts: str) -> None:
        """Stand-in."""
