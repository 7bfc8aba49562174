"""What a person chose on the pages before: the language and the template. Nothing secret, nothing of a customer."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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
        return language if language in LANGUAGES else None

    @property
    def template(self) -> str | None:
        """The template of the list that was chosen last."""
        return self._read().get("template")

    def note(self, **chosen: str) -> None:
        """Keep what was chosen."""
        path = self.home / _NAME
        aside = path.with_suffix(".tmp")
        with suppress(OSError):
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside.write_text(json.dumps({**self._read(), **chosen}), encoding="utf-8")
            aside.replace(path)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads((self.home / _NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
