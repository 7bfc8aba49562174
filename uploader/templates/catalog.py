"""The templates on disk, those that ship and the user's own, found by name or by path."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uploader.errors import TemplateError
from uploader.i18n import Message

if TYPE_CHECKING:
    from uploader.templates.template import Template

PROFILE = "api.toml"
_MOST_BYTES = 1_000_000
_MOST_NEAR, _ALIKE = 3, 0.6
_PACKAGE = Path(__file__).parents[1]


def shipped(folder: str) -> Path:
    """A folder that ships beside the code: inside the package in a wheel, beside it in a checkout."""
    packed = _PACKAGE / "data" / folder
    return packed if packed.is_dir() else _PACKAGE.parent / folder


class Unusable(NamedTuple):
    """Templates that are there and can't be used, all for one reason."""

    names: tuple[str, ...]
    why: Message


class Loaded(NamedTuple):
    """All templates that are known, by name."""

    usable: "list[Template]"
    unusable: list[Unusable]


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
            return Path(name)
        for folder in self.folders:
            for known, path in _templates(folder):
                if known == name:
                    return path
        raise TemplateError(Message("template.not_found", name=name, hint=self._meant(name)))

    def _meant(self, name: str) -> Message:
        """What somebody may have meant by a name that is none: a file that is there, or names that are alike."""
        import difflib  # noqa: PLC0415  # only a mistake needs it

        if _is_file(Path(f"{name}.toml")):
            return Message("template.meant.file", path=f"{name}.toml")
        if _is_file(Path(name)):
            return Message("template.meant.other_file", path=name)
        names = self.names()
        requests = [known for known in names if known.rpartition("/")[2] == name.rpartition("/")[2]]
        near = requests or difflib.get_close_matches(name, names, n=_MOST_NEAR, cutoff=_ALIKE)
        return Message("template.meant.near", names=tuple(near)) if near else Message("template.meant.nothing")

    def load(self, name: str) -> "Template":
        """The template, with the API profile that lies beside it. Raises TemplateError."""
        from uploader.templates.parsing.parser import parse  # noqa: PLC0415  # takes a while, in which a list is read

        path = self.path(name)
        text = _text(path)
        if text is None:
            raise TemplateError(Message("template.no_file", path=str(path)))
        profile = path.with_name(PROFILE)
        profile_text = _text(profile)
        return parse(
            text,
            str(path),
            name=name if not name.endswith(".toml") else path.stem,
            profile=None if profile_text is None else (profile_text, str(profile)),
        )

    def load_all(self) -> Loaded:
        """Every template; one that can't be used keeps none of the others from it.

        A profile that is wrong is one reason for all the templates beside it.
        """
        usable, names_by_reason = list["Template"](), list[tuple[Message, list[str]]]()
        for name in self.names():
            try:
                usable.append(self.load(name))
            except TemplateError as error:
                alike = next((names for why, names in names_by_reason if why == error.message), None)
                if alike is None:
                    names_by_reason.append((error.message, [name]))
                else:
                    alike.append(name)
        return Loaded(usable, [Unusable(tuple(names), why) for why, names in names_by_reason])


def _templates(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.glob("*/*.toml")):
        if path.name != PROFILE:
            yield f"{path.parent.name}/{path.stem}", path


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):  # nothing is there, or no file can be
        return False


def _text(path: Path) -> str | None:
    """The text of a file; None where there is none. Raises TemplateError for what is no file of a template's size."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: a pipe would wait for somebody who writes
            raise TemplateError(Message("template.not_a_file", path=str(path)))
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise TemplateError(Message("template.too_large", path=str(path), most=_MOST_BYTES))
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as why:
        raise TemplateError(Message("template.not_utf8", path=str(path))) from why
    except OSError as why:
        raise TemplateError(Message("template.unreadable", path=str(path), why=why.strerror or str(why))) from why
    except ValueError:  # a path with a null character leads nowhere
        return None
