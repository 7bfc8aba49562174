"""Delete several files: all of them, or none where one can't be deleted, as when it is open in Excel."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from uploader.errors import WorkbookError
from uploader.i18n import Message
from uploader.workbooks.xlsx.moving import aside_in


def delete_all(paths: Iterable[Path]) -> None:
    """Delete these files; a link goes itself, not what it leads to. Raises WorkbookError, and then they are all there.

    A file that a program has open can't be renamed on Windows either, so all are renamed before the first one goes.
    """
    aside: dict[Path, Path] = {}
    try:
        for path in paths:
            _set_aside(path, aside)
    except BaseException:
        for path, where in aside.items():
            with suppress(OSError):  # it stays under the other name; the first error says what was wrong
                where.rename(path)
        raise
    for path, where in aside.items():
        try:
            where.unlink()
        except OSError as why:
            raise _stays(where if where.exists() else path, why) from why


def _set_aside(path: Path, aside: dict[Path, Path]) -> None:
    where = aside_in(path.parent)
    try:
        path.rename(where)
    except FileNotFoundError:  # somebody else deleted it
        return
    except OSError as why:
        raise _stays(path, why) from why
    aside[path] = where


def _stays(path: Path, why: OSError) -> WorkbookError:
    return WorkbookError(Message("forget.copy_stays", path=str(path), why=why.strerror or str(why)))
