"""Explain a path without a file: what the person may have meant, judging by the names in the folder."""

import difflib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.model.workbook_names import is_ours
from uploader.readers import pointers

_ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_ALIKE = 0.75
"""The similarity, up to 1, from which one name may be a typing error for another."""
_HIDDEN = ("~$", ".")
"""How the names of programs' own files start."""


def not_found(path: Path) -> ListError:
    """For a path at which nothing is."""
    return ListError(_about_folder(path) if not path.parent.is_dir() else _about_name(path))


def is_folder(path: Path) -> ListError:
    """For the path of a folder; macOS shows some folders as files."""
    if path.suffix.lower() == ".numbers":
        return ListError(Message("not_a_list.export", name=path.name, what=Message("filetype.numbers")))
    names = _without_ours([name for name in _names(path) if _is_list(name)])
    called = str(path if path.name else path.absolute())
    if names:
        return ListError(Message("folder.with_lists", path=called, names=some_of(_quoted(names))))
    return ListError(Message("folder.without_lists", path=called))


def _about_name(path: Path) -> Message:
    in_icloud = pointers.placeholder_of(path)
    if in_icloud is not None:
        return in_icloud
    names = _names(path.parent)
    lists = [name for name in names if _is_list(name)]
    with_ending = [name for name in lists if _plain(Path(name).stem) == _plain(path.name)]
    if with_ending:
        return _one_or_several("ending", path, with_ending)
    begun = [name for name in lists if _plain(name).startswith(_plain(path.name) + " ")]
    if begun:
        return _one_or_several("space", path, begun)
    folder = next((name for name in names if _plain(name).startswith(_plain(path.name) + " ")), None)
    if folder is not None:
        return Message("missing_file.folder_cut_at_space", path=str(path), name=folder)
    near = _nearest(path.name, lists)
    if near is None:
        return Message("missing_file.nothing_like_it", path=str(path))
    return Message("missing_file.nearest", path=str(path), nearest=near)


def _one_or_several(what: str, path: Path, names: Sequence[str]) -> Message:
    """Files whose names begin as the one that was given: without an ending, or up to a space."""
    names = _without_ours(names)
    whole = str(path.with_name(names[0]))
    if len(names) == 1:
        code = "missing_file.without_ending" if what == "ending" else "missing_file.cut_at_space"
        return Message(code, path=str(path), name=names[0], whole=whole)
    code = "missing_file.several_endings" if what == "ending" else "missing_file.several_cut_at_space"
    return Message(code, path=str(path), names=some_of(_quoted(names)), whole=whole)


def _about_folder(path: Path) -> Message:
    """For a path with a folder that is not there."""
    missing = next((folder for folder in path.parents if folder.parent.is_dir()), path.parent)
    return Message("missing_file.no_folder", path=str(path), folder=str(missing))


def _names(folder: Path) -> list[str]:
    """The names in a folder that a person sees; none where it can't be read."""
    try:
        names = [entry.name for entry in folder.iterdir() if not entry.name.startswith(_HIDDEN)]
    except OSError:
        return []
    return sorted(names, key=_plain)


def _without_ours(names: Sequence[str]) -> Sequence[str]:
    """The names without those of result and problems workbooks, where any are left."""
    return [name for name in names if not is_ours(name)] or names


def _is_list(name: str) -> bool:
    return name.lower().endswith(_ENDINGS)


def _nearest(name: str, names: Sequence[str]) -> str | None:
    """The most similar name, ignoring case, accents and extension."""
    wanted = _plain(Path(name).stem)
    likeness = {one: difflib.SequenceMatcher(None, wanted, _plain(Path(one).stem)).ratio() for one in names}
    best = max(likeness, key=likeness.__getitem__, default=None)
    return best if best is not None and likeness[best] >= _ALIKE else None


def _plain(name: str) -> str:
    """A name without case and accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _quoted(names: Sequence[str]) -> list[str]:
    return [f"“{name}”" for name in names]
