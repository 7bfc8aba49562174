"""Where the workbooks that we write go: beside the list, over our own of the same list, never over anything else."""

from pathlib import Path

from uploader.errors import SettingsError, WorkbookError
from uploader.model import JOB_KEY, LIST_SHA256_KEY, PRACTICE_KEY
from uploader.readers import own
from uploader.workbooks.sheets import check_writable

_LEFT_ALONE = {
    False: "{wished} is of another list, or of this one before it was changed. It stays; this goes to {target}.",
    True: "{wished} tells of a real run or of another list. It stays; this practice goes to {target}.",
}
"""By whether this is practice."""
_REPLACES = (
    "{target} of job {job} will be replaced. As long as that job is in the journal, "
    "`uploader results {job} -o PATH` writes it again."
)


def for_results(wished: Path, list_sha256: str, *, practice: bool, job: int | None = None) -> tuple[Path, str]:
    """Where a result workbook goes, absolute, and known to be writable; and what is to be said of it, if anything.

    `job` is the one whose workbook it is, if it has a number yet. Practice never replaces what tells of a real run.
    Raises SettingsError.
    """
    wished = wished.absolute()
    if wished.is_dir():
        raise SettingsError(f"{wished} is a folder. Say the result workbook's name too: {wished / 'results.xlsx'}.")
    if wished.suffix.lower() != ".xlsx":
        raise SettingsError(f"The result workbook {wished.name} must be named .xlsx.")
    if not wished.parent.is_dir():
        raise SettingsError(f"There is no folder {wished.parent} for {wished.name}. Say another place with -o.")
    target = _free(wished, list_sha256, practice=practice)
    try:
        check_writable(target)
    except WorkbookError as why:
        raise SettingsError(f"{why} Or say another place with -o.") from why
    if target != wished:
        return target, _LEFT_ALONE[practice].format(wished=wished.name, target=target.name)
    earlier = own.facts(target) if target.exists() and not practice else {}
    if earlier.get(PRACTICE_KEY) == "no" and earlier.get(JOB_KEY) != str(job):
        return target, _REPLACES.format(target=target.name, job=earlier.get(JOB_KEY))
    return target, ""


def beside(list_path: Path) -> Path:
    """Where a list's result workbook goes where nobody says otherwise."""
    return _beside(list_path, "results")


def for_problems(list_path: Path, list_sha256: str) -> Path:
    """Where the problems workbook goes, absolute."""
    return _free(_beside(list_path, "problems").absolute(), list_sha256, practice=False)


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.stem}.{kind}.xlsx")


def _free(wished: Path, list_sha256: str, *, practice: bool) -> Path:
    """`wished`, or the next `…-2` where something stands under that name that may not be replaced."""
    target, nth = wished, 1
    while target.exists() and not _may_replace(own.facts(target), list_sha256, practice=practice):
        nth += 1
        target = wished.with_name(f"{wished.stem}-{nth}{wished.suffix}")
    return target


def _may_replace(facts: dict[str, str], list_sha256: str, *, practice: bool) -> bool:
    return facts.get(LIST_SHA256_KEY) == list_sha256 and (not practice or facts.get(PRACTICE_KEY) == "yes")
