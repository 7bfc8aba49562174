"""Photos that go along with rows: a template that sends them, a stand-in that takes them, and lists that name them."""

from collections.abc import Sequence
from pathlib import Path

from tests.conftest import write_csv
from tests.standins import Asked, Said, Standin
from tests.web.visits import Seen, Visitor

TEMPLATE, HEADER = "fotos/enviar", ["id", "foto"]
TOML = """
title = "Enviar fotos"
[request]
url = "https://api.example.com/x"
[request.multipart]
id = "{{id}}"
foto = { file = "{{foto}}" }
[columns.id]
[columns.foto]
required = true
"""
REFUSED = b"666"
"""The stand-in says no to the row with that number."""


LOST = b"777"
"""It gives no answer to the row with that number."""


def photo(nth: int) -> bytes:
    return b"\x89PNG\r\n--\r\n\r\n" + bytes([nth]) * 1000


def photos(folder: Path, count: int) -> Path:
    """A folder with `1.png` and so on, the last one in a folder of its own."""
    (folder / "ana").mkdir(parents=True)
    for nth in range(1, count + 1):
        (folder / ("ana" if nth == count else "") / f"{nth}.png").write_bytes(photo(nth))
    return folder


def photo_rows(count: int) -> list[list[str]]:
    return [[str(nth), f"{nth}.png" if nth < count else f"ana\\{nth}.png"] for nth in range(1, count + 1)]


def answer(asked: Asked) -> Said | None:
    number = dict(asked.parts)["id"]
    return None if number == LOST else Said(422 if number == REFUSED else 201, {})


def arrived(api: Standin) -> list[tuple[bytes, bytes]]:
    """The number and the file of each row."""
    return sorted((dict(one.parts)["id"], dict(one.parts)["foto"]) for one in api.asked)


def sent_photos(numbers: Sequence[int]) -> list[tuple[bytes, bytes]]:
    return sorted((str(nth).encode(), photo(nth)) for nth in numbers)


def install_template(home: Path) -> None:
    (home / "templates" / "fotos").mkdir(parents=True)
    (home / "templates" / "fotos" / "enviar.toml").write_text(TOML, encoding="utf-8")


def dropped(visitor: Visitor, path: Path, rows: list[list[str]]) -> Seen:
    visitor.look("/")
    return visitor.drop(write_csv(path, rows, HEADER), template=TEMPLATE)


def named(visitor: Visitor, folder: Path | str) -> Seen:
    """The folder is typed into the page at hand, and the list is checked with it."""
    return visitor.press("web.files.use", {"files": str(folder)})


def field_of(seen: Seen) -> str:
    """What stands in the field."""
    return next(value for form in seen.forms for name, value in form.fields if name == "files")
