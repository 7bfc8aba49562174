"""Files that only stand for a list: locks of open workbooks, links, shortcuts, and placeholders of cloud storage."""

import os
from pathlib import Path

from uploader.i18n import Message

_MOST_BYTES = 1 << 16
"""What is longer is no such file, whatever it is called."""
_CONTENT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: one that somebody called like a lock file is read."""
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_SHORTCUTS = (b"L\0\0\0\x01\x14\x02\0", b"book\0\0\0\0mark", b"XSym\n", b"!<symlink>", b"[Desktop Entry]")
"""Of Windows, macOS, network drives, Cygwin and Linux."""
_WEB_LINKS = (b"[InternetShortcut]", b"[{000214A0")
_BINARY_PLIST, _XML = b"bplist00", b"<?xml"
_OF_GOOGLE = (
    ".gsheet",
    ".gdoc",
    ".gslides",
    ".gform",
    ".gdraw",
    ".gtable",
    ".gsite",
    ".gmap",
    ".gscript",
    ".gjam",
    ".glink",
)
_CLOUDS = {
    "onedrive": "OneDrive", "sharepoint": "SharePoint", "dropbox": "Dropbox", "google drive": "Google Drive",
    "googledrive": "Google Drive", "my drive": "Google Drive", "mi unidad": "Google Drive", "meu drive": "Google Drive",
    "icloud": "iCloud", "mobile documents": "iCloud", "com~apple~clouddocs": "iCloud", "box": "Box",
}  # fmt: skip
"""How the folders of cloud storage begin, without case, and what it is called."""
_UNLESS_ALONE = ("box", "my drive", "mi unidad", "meu drive")
"""Too common to be only the beginning of a folder's name."""
_CLOUD_ERRORS = range(358, 405)
"""Windows's numbers for files that are in the cloud and can't be fetched."""


def pointing(path: Path, head: bytes, size: int) -> Message | None:
    """What a file is that only stands for a list, by its name and first bytes; None for any other."""
    if size > _MOST_BYTES or head.startswith(_CONTENT):
        return None
    lock = lock_file(path)
    if lock is not None:
        return lock
    name = path.name
    if head.startswith(_APPLE_DOUBLE):
        return Message("pointer.apple_double", name=name, whole=name.removeprefix("._"))
    if name.endswith(".icloud") and head.startswith(_BINARY_PLIST):
        return _in_icloud(name)
    if head.startswith(_SHORTCUTS):
        return Message("pointer.shortcut", name=name)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_WEB_LINKS) or (path.suffix.lower() == ".webloc" and start.startswith((_BINARY_PLIST, _XML))):
        return Message("pointer.web_link", name=name)
    return _google(path, start)


def _google(path: Path, start: bytes) -> Message | None:
    """What Google Drive puts into a computer's folder in place of a document: its address, as JSON."""
    is_link = start.startswith(b"{") and (b'"doc_id"' in start or b"docs.google.com" in start)
    if not is_link and path.suffix.lower() not in _OF_GOOGLE:
        return None
    is_sheet = path.suffix.lower() == ".gsheet" or b"/spreadsheets/" in start
    return Message("pointer.google_sheet" if is_sheet else "pointer.google_document", name=path.name)


def lock_file(path: Path) -> Message | None:
    """That a file is the note of a program that it has another one open, by its name; None for any other."""
    name = path.name
    if name.startswith("~$"):
        return Message("pointer.lock_file", name=name, program="Excel", whole=name.removeprefix("~$"))
    if name.startswith(".~lock.") and name.endswith("#"):
        whole = name.removeprefix(".~lock.").removesuffix("#")
        return Message("pointer.lock_file", name=name, program="LibreOffice", whole=whole)
    return None


def placeholder_of(path: Path) -> Message | None:
    """That the file which is missing is still in iCloud, where macOS left its placeholder; None where it didn't."""
    placeholder = path.with_name(f".{path.name}.icloud")
    is_there = os.path.isfile(placeholder)  # noqa: PTH113  # never raises, whatever the name
    return _in_icloud(placeholder.name) if is_there else None


def _in_icloud(name: str) -> Message:
    return Message("pointer.icloud", name=name, whole=name.removeprefix(".").removesuffix(".icloud"))


def empty(path: Path) -> Message:
    """For a file without a byte: in a folder of cloud storage it may be a placeholder."""
    cloud = next(filter(None, map(_cloud, path.absolute().parts[:-1])), None)
    if cloud is None:
        return Message("not_a_list.empty", name=path.name)
    return Message("not_a_list.empty_in_cloud", name=path.name, cloud=cloud)


def _cloud(folder: str) -> str | None:
    """The cloud storage that a folder belongs to, by its name, such as `OneDrive - Company`."""
    plain = folder.casefold()
    return next(
        (
            name
            for start, name in _CLOUDS.items()
            if plain == start or (start not in _UNLESS_ALONE and plain.startswith(start))
        ),
        None,
    )


def not_fetched(path: Path, why: OSError) -> Message | None:
    """That a file is in the cloud and can't be read for that reason; None for any other reason."""
    if getattr(why, "winerror", None) not in _CLOUD_ERRORS:
        return None
    return Message("pointer.not_fetched", path=str(path), why=why.strerror or str(why))
