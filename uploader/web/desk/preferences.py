"""What a person chose on the pages before: the language, the template, the folder of files for each template."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uploader.i18n.languages import LANGUAGES

_NAME = "page.json"


@dataclass(frozen=True, slots=True)
class Preferences:
    """Kept in a small file; one that can't be read says nothing, and one that can't be written is no obstacle."""

    home: Path

    @property
    def language(self) -> str | None:
        """One that we have texts in."""
        language = self._read().get("language")
        return language if isinstance(language, str) and language in LANGUAGES else None

    @property
    def template(self) -> str | None:
        """The template of the list that was chosen last."""
        template = self._read().get("template")
        return template if isinstance(template, str) else None

    def files_folder(self, template: str) -> Path | None:
        """The folder of the files that went along with the rows of that template last."""
        folder = self._files_folders().get(template)
        return Path(folder) if isinstance(folder, str) else None

    def note_files_folder(self, template: str, folder: Path) -> None:
        """Keep it for the next list with that template."""
        self.note(files_folders={**self._files_folders(), template: str(folder)})

    def _files_folders(self) -> dict[str, Any]:
        folders = self._read().get("files_folders")
        return folders if isinstance(folders, dict) else {}

    def note(self, **chosen: Any) -> None:
        """Keep what was chosen, which is plain JSON."""
        path = self.home / _NAME
        aside = path.with_suffix(".tmp")
        with suppress(OSError):
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside.write_text(json.dumps({**self._read(), **chosen}), encoding="utf-8")
            aside.replace(path)

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads((self.home / _NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
