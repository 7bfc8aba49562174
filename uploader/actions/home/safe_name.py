"""A file's name as somebody else gives it, made safe for every file system; the person's accents stay."""

import os
import re
import unicodedata

_UNNAMED = "list.csv"
_MOST_BYTES, _MOST_OF_ENDING = 120, 20
_FORBIDDEN = re.compile(r'[<>:"|?*]')
"""What Windows takes in no name; a colon would also begin a stream of the file that nobody sees."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
"""What Windows takes for a device, whatever comes behind the first dot."""
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control characters, those that turn the direction of a text or have no width, halves of others, line breaks."""


def safe_name(name: str) -> str:
    """A name that is one in any folder, of at most 120 bytes; `list.csv` if nothing is left of it.

    Only the last part of a path counts. The extension stays.
    """
    seen = "".join(one for one in unicodedata.normalize("NFC", name) if unicodedata.category(one) not in _UNSEEN)
    last = re.split(r"[/\\]", seen)[-1]
    plain = _FORBIDDEN.sub("_", " ".join(last.split()))
    stem, ending = _parted(plain.rstrip(". "))
    stem = stem.strip(". ")
    if not stem:
        return _UNNAMED if not ending else f"{_parted(_UNNAMED)[0]}{ending}"
    return f"{_cut(_no_device(stem), _MOST_BYTES - len(os.fsencode(ending)))}{ending}"


def safe_folder_name(name: str, most_bytes: int) -> str:
    """The same for a folder, which has no extension and whose files need room in a path."""
    return _cut(safe_name(f"{name}.x").removesuffix(".x"), most_bytes)


def _parted(name: str) -> tuple[str, str]:
    """The stem, and the extension with its dot; what is long or has a space is none."""
    stem, dot, ending = name.rpartition(".")
    if not dot or " " in ending or len(os.fsencode(ending)) >= _MOST_OF_ENDING:
        return name, ""
    return stem, f".{ending}"


def _no_device(stem: str) -> str:
    first, dot, rest = stem.partition(".")
    return f"{first.rstrip()}_{dot}{rest}" if _DEVICES.fullmatch(first.rstrip()) else stem


def _cut(stem: str, most_bytes: int) -> str:
    """As much of it as fits, cut between two characters."""
    return os.fsencode(stem)[:most_bytes].decode("utf-8", "ignore").rstrip(". ")
