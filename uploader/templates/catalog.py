"""The templates on disk, those that ship and the user's own, found by name or by path."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates import template

PROFILE = "api.toml"
_PACKAGE = Path(__file__).parents[1]


def shipped(folder: str) -> Path:
    """A folder that ships beside the code: inside the package in a wheel, beside it in a checkout."""
    packed = _PACKAGE / "data" / folder
    return packed if packed.is_dir() else _PACKAGE.parent / folder


@dataclass(frozen=True, slots=True)
class Catalog:
    """The folders in which templates lie as `<api>/<request>.toml`; the user's come before ours."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, home: Path) -> "Catalog":
        """The user's own templates in `home`, and those that ship."""
        return cls((home / "templates", shipped("templates")))

    def names(self) -> list[str]:
        """`api/request` of every template, sorted, each once."""
        return sorted({name for folder in self.folders for name, _ in _templates(folder)})

    def path(self, name: str) -> Path:
        """The file of a template. `name` is `api/request`, or a path to a TOML file. Raises TemplateError."""
        if name.endswith(".toml"):
            if not Path(name).is_file():
                raise TemplateError(Message("template.no_file", path=name))
            return Path(name)
        for folder in self.folders:
            for known, path in _templates(folder):
                if known == name:
                    return path
        raise TemplateError(Message("template.not_found", name=name, known=tuple(self.names())))

    def load(self, name: str) -> template.Template:
        """The template, with the API profile that lies beside it. Raises TemplateError."""
        path = self.path(name)
        profile = path.with_name(PROFILE)
        return template.parse(
            _text(path),
            str(path),
            name=name if not name.endswith(".toml") else path.stem,
            profile=(_text(profile), str(profile)) if profile.is_file() else None,
        )


def _templates(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob("*/*.toml")):
        if path.name != PROFILE:
            yield f"{path.parent.name}/{path.stem}", path


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as why:
        raise TemplateError(Message("template.not_utf8", path=str(path))) from why
    except OSError as why:
        raise TemplateError(Message("template.unreadable", path=str(path), why=why.strerror or str(why))) from why
