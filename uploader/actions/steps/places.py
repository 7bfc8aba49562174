"""Where the workbooks that we write go: beside the list, over our own of the same list, never over anything else."""

import re
from collections.abc import Callable
from pathlib import Path

from uploader.checks.checked_list import CheckedList
from uploader.errors import SettingsError, WorkbookError
from uploader.model.job import NewJob
from uploader.workbooks.manifest import PROBLEMS, RESULTS, Manifest
from uploader.workbooks.reader import imprint_of
from uploader.workbooks.xlsx_writer import check_writable

_LEFT_ALONE = {
    False: "{wished} is of another list, or of this one before it was changed, or tells of it sent another way. It "
    "stays; this goes to {target}.",
    True: "{wished} tells of a real run or of another list. It stays; this practice goes to {target}.",
}
"""By whether this is practice."""
_OUR_NAME = re.compile(r"\.(?:problems|results)(?:-\d+)?$")


def for_results(wished: Path, job: NewJob, *, sandbox: bool) -> tuple[Path, str]:
    """Where a job's result workbook goes, absolute, and known to be writable; and what is to be said of it, if any.

    Practice never replaces what tells of a real run. Raises SettingsError.
    """
    wished = wished.absolute()
    if wished.is_dir():
        raise SettingsError(f"{wished} is a folder. Say the result workbook's name too: {wished / 'results.xlsx'}.")
    if wished.suffix.lower() != ".xlsx":
        raise SettingsError(f"The result workbook {wished.name} must be named .xlsx.")
    if not wished.parent.is_dir():
        raise SettingsError(f"There is no folder {wished.parent} for {wished.name}. Say another place with -o.")

    def may_replace(imprint: Manifest) -> bool:
        if imprint.sandbox:
            return job.list_sha256 == imprint.list_sha256
        return not sandbox and imprint.account == job.account

    target = _free(wished, may_replace)
    try:
        check_writable(target)
    except WorkbookError as why:
        raise SettingsError(f"{why} Or say another place with -o.") from why
    return target, "" if target == wished else _LEFT_ALONE[sandbox].format(wished=wished.name, target=target.name)


def of_results(opened: CheckedList) -> Path:
    """Where a list's result workbook goes where nobody says otherwise: beside it, or over itself if it is one."""
    own, path = opened.own, opened.path
    if own is not None and own.imprint.kind == RESULTS and path.suffix.lower() == ".xlsx":
        return path
    stem = path.stem if own is None else _OUR_NAME.sub("", path.stem)
    return path.with_name(f"{stem}.results.xlsx")


def for_problems(opened: CheckedList) -> Path:
    """Where a list's problems workbook goes, absolute: beside it, or over itself if it is one."""
    own, path = opened.own, opened.path.absolute()
    if own is not None and own.imprint.kind == PROBLEMS and path.suffix.lower() == ".xlsx":
        return path
    stem = path.stem if own is None else _OUR_NAME.sub("", path.stem)

    def may_replace(imprint: Manifest) -> bool:
        return imprint.kind == PROBLEMS and imprint.list_sha256 == opened.list_sha256

    return _free(path.with_name(f"{stem}.problems.xlsx"), may_replace)


def _free(wished: Path, may_replace: Callable[[Manifest], bool]) -> Path:
    """`wished`, or the next `…-2` where something stands under that name that may not be replaced."""
    target, nth = wished, 1
    while target.exists():
        imprint = imprint_of(target)
        if imprint is not None and may_replace(imprint):
            break
        nth += 1
        target = wished.with_name(f"{wished.stem}-{nth}{wished.suffix}")
    return target
