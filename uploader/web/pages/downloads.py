"""A workbook for the browser's own folder of downloads."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(path: Path) -> web.FileResponse:
    """The file, piece by piece."""
    return web.FileResponse(path, headers=workbook_headers(path.name))


def workbook_headers(name: str) -> Mapping[str, str]:
    """Under this name a browser saves the answer."""
    return {"Content-Type": _XLSX, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
