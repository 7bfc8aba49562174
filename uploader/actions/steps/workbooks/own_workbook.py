"""Copies of a person's own workbook: with what is wrong marked in it, or with what became of its rows.

Whatever is in the way is a message and no error: the plain workbook beside the list says the same.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from uploader.actions.session import Session
from uploader.actions.steps.workbooks.places import chosen_place
from uploader.checks.checked_list import programs_with
from uploader.errors import ListError, WorkbookError
from uploader.i18n import Message
from uploader.readers import ListFile, open_file
from uploader.workbooks.annotate import workbook as own_workbooks
from uploader.workbooks.annotate.own_digest import is_untouched
from uploader.workbooks.annotate.workbook import Content, NoCopyError, WrittenCopy
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.xlsx.moving import OccupiedError, Place
from uploader.workbooks.xlsx.writable import standing_at

MayReplace = Callable[[Manifest], bool]
"""Whether such a workbook is of the same list, sent to the same world."""


def write_copy(
    file: ListFile, wished: Path, content: Content, may_replace: MayReplace, made_of: Callable[[str], bool],
    session: Session, on_digest: Callable[[str, Path], None] = lambda *_: None,
) -> tuple[Path, WrittenCopy] | Message:  # fmt: skip
    """Write a copy of an opened workbook to `wished`, or beside it where somebody typed something into the one there.

    `made_of` says whether a copy was made of a file with that SHA-256 that says no more than the one at hand. The
    place, or why there is none.
    """

    def may_be_replaced(manifest: Manifest, path: Path) -> bool:
        if manifest.own is None or not may_replace(manifest) or programs_with(path):
            return False
        return path == file.path.absolute() or (made_of(manifest.own.made_from) and _is_untouched(path))

    try:
        place = _place(file, wished, may_be_replaced, session)
        written = own_workbooks.write(place, file, content, lambda digest: on_digest(digest, place.path))
    except NoCopyError as why:
        return Message("annotate.not_written", name=file.path.name, why=why.message)
    except OccupiedError as why:
        return why.message
    except (WorkbookError, ListError) as why:
        return Message("annotate.failed", name=file.path.name, why=why.message)
    if place.path != wished:
        session.tell(Message("annotate.kept", wished=wished.name, target=place.path.name))
    if written.unseen:
        session.tell(Message("annotate.without", name=place.path.name, parts=written.unseen))
    if place.path == file.path.absolute():
        session.renewed[place.path] = standing_at(place.path)
    return place.path, written


def tell_of_copy(written: Path | Message, session: Session) -> None:
    """Tell the person where the copy is, or why there is none."""
    session.tell(Message("annotate.written", path=str(written)) if isinstance(written, Path) else written)


def _place(file: ListFile, wished: Path, may_replace: Callable[[Manifest, Path], bool], session: Session) -> Place:
    target = chosen_place(wished, may_replace, session)
    standing = session.stood[target]
    if target == file.path.absolute() and standing is not None:
        standing = replace(standing, sha256=file.sha256)  # as it was read: it may have been saved again since
    return Place(target, standing)


def _is_untouched(path: Path) -> bool:
    with suppress(ListError), open_file(path) as file:
        return is_untouched(file)
    return False
