"""Recognises a workbook that we wrote, by the hidden sheet inside it, whatever its name."""

from pathlib import Path

from uploader.model import HIDDEN_SHEET


def facts(path: Path) -> dict[str, str]:
    """What the hidden sheet of the workbook at `path` says of it, by key; nothing where it is none of ours."""
    import openpyxl  # noqa: PLC0415  # half of what a check of a clean list would take to start

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except Exception:  # noqa: BLE001  # a damaged file can raise anything there; what can't be read is none of ours
        return {}
    try:
        if HIDDEN_SHEET not in book.sheetnames:
            return {}
        pairs = book[HIDDEN_SHEET].iter_rows(values_only=True, max_col=2)
        return {str(pair[0]): str(pair[1]) for pair in pairs if len(pair) > 1}
    finally:
        book.close()
