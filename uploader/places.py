"""Where the workbooks that we write go: beside the list, over our own of the same list, never over anything else."""

from pathlib import Path

from uploader.errors import SettingsError, WorkbookError
from uploader.readers import own
from uploader.workbooks.sheets import check_writable


def for_results(list_path: Path, told: Path | None, list_sha256: str) -> Path:
    """Where the result workbook goes, absolute, and known to be writable. Raises SettingsError."""
    target = _free((told or _beside(list_path, "results")).absolute(), list_sha256)
    if target.suffix.lower() != ".xlsx":
        raise SettingsError(f"The result workbook {target.name} must be named .xlsx.")
    try:
        check_writable(target)
    except WorkbookError as why:
        raise SettingsError(f"{why} Or say another place with -o.") from why
    return target


def for_problems(list_path: Path, list_sha256: str) -> Path:
    """Where the problems workbook goes, absolute."""
    return _free(_beside(list_path, "problems").absolute(), list_sha256)


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.stem}.{kind}.xlsx")


def _free(target: Path, list_sha256: str) -> Path:
    """`target`, or the next `…-2` where something stands under that name that is no workbook of this list."""
    candidate, nth = target, 1
    while candidate.exists() and own.list_sha256(candidate) != list_sha256:
        nth += 1
        candidate = target.with_name(f"{target.stem}-{nth}{target.suffix}")
    return candidate
