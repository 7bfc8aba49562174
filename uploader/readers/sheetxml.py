"""A closer look into an XLSX file's own XML, for the cells whose value alone doesn't tell what a person sees.

These are errors, formulas without a stored value, and ids that only their number format pads or masks.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from uploader.readers.cells import is_mask

_READ_BYTES = 1 << 18
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, LookupError, OSError, RuntimeError, StopIteration,
    ValueError,
)  # fmt: skip
"""What zipfile, zlib and expat raise of a package that is damaged; found by damaging some 30,000 of them."""


class NotReadableError(Exception):
    """The package lacks a part that we need, or its XML is broken or has a DOCTYPE."""


@dataclass(slots=True)
class Unusual:
    """Cells by row and position (from 0) that need more than their value."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    """Error cells: what Excel shows, `#N/A`."""
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    """Formulas without a stored value: the formula, `=A1&B1`."""
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    """Numbers with a masking format: the format's code, `00000`."""


def unusual_cells(path: Path, sheet: str) -> Unusual:
    """What the named sheet of this workbook has of them. Raises NotReadableError."""
    try:
        with zipfile.ZipFile(path) as package:
            workbook = _related(package, "", "/officeDocument") or "xl/workbook.xml"
            part = _sheet_part(package, workbook, sheet)
            styles = _related(package, workbook, "/styles")
            masks = _masks(package, styles) if styles else {}
            look = _SheetLook(masks)
            with package.open(part) as stream:
                look.parse(stream)
            return look.found
    except _DAMAGE as why:
        raise NotReadableError(str(why)) from why


def _elements(package: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Local name and attributes of every element of a small part."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))
    parser.Parse(package.read(part), True)  # noqa: FBT003  # expat takes it by position only
    return iter(found)


def _parser() -> expat.XMLParserType:
    """A parser that takes no DOCTYPE, so that no entity can be declared, let alone fetched."""

    def refuse(*_: object) -> None:
        raise ValueError("a DOCTYPE")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _relations(package: zipfile.ZipFile, part: str) -> list[tuple[str, str, str]]:
    """Id, type and target part of each relation that a part has; the package's own are those of the part ''."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", name + ".rels")
    if listed not in package.namelist():
        return []
    return [
        (a["Id"], a["Type"], posixpath.normpath(posixpath.join("/" + folder, a["Target"])).lstrip("/"))
        for name, a in _elements(package, listed)
        if name == "Relationship" and a.get("TargetMode") != "External"
    ]


def _related(package: zipfile.ZipFile, part: str, kind: str) -> str | None:
    return next((target for _, type_, target in _relations(package, part) if type_.endswith(kind)), None)


def _sheet_part(package: zipfile.ZipFile, workbook: str, sheet: str) -> str:
    parts = {id_: target for id_, _, target in _relations(package, workbook)}
    for name, attributes in _elements(package, workbook):
        if name == "sheet" and attributes.get("name") == sheet:
            return parts[next(value for key, value in attributes.items() if _local(key) == "id")]
    raise KeyError(f"no sheet {sheet}")


def _masks(package: zipfile.ZipFile, styles: str) -> dict[int, str]:
    """Style index -> number format code, for the styles that pad or mask numbers."""
    codes: dict[str, str] = {}
    masks: dict[int, str] = {}
    inside, index = "", 0
    for name, a in _elements(package, styles):
        if name == "numFmt" and is_mask(a.get("formatCode", "")):
            codes[a["numFmtId"]] = a["formatCode"]
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name
        elif name == "xf" and inside == "cellXfs":
            if a.get("numFmtId") in codes:
                masks[index] = codes[a["numFmtId"]]
            index += 1
    return masks


class _SheetLook:
    """Goes through a sheet's XML as a stream and keeps what is unusual."""

    def __init__(self, masks: Mapping[int, str]) -> None:
        self.found = Unusual()
        self._masks = masks
        self._row = self._position = 0
        self._cell: tuple[int, int] = (0, 0)
        self._type, self._style = "", 0
        self._has_value = False
        self._formula: list[str] | None = None
        self._value: list[str] = []
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def parse(self, stream: IO[bytes]) -> None:
        while part := stream.read(_READ_BYTES):
            self._parser.Parse(part, False)  # noqa: FBT003
        self._parser.Parse(b"", True)  # noqa: FBT003

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._position = 0
            case "c":
                if "r" in attributes:
                    self._row, self._position = _row_and_position(attributes["r"])
                self._cell = (self._row, self._position)
                self._position += 1
                self._type = attributes.get("t", "n")
                self._style = int(attributes.get("s", 0))
                self._has_value, self._formula = False, None
            case "f":
                self._formula = []
                self._parser.CharacterDataHandler = self._formula.append
            case "v" | "is":
                self._has_value = True
                self._value = []
                if self._type == "e" or self._formula is not None:
                    self._parser.CharacterDataHandler = self._value.append

    def _end(self, name: str) -> None:
        match _local(name):
            case "f" | "v":
                self._parser.CharacterDataHandler = None
            case "c":
                if self._type == "e":
                    self.found.errors[self._cell] = "".join(self._value) or "#ERROR!"
                elif self._formula is not None and not self._has_result():
                    self.found.formulas[self._cell] = "=" + "".join(self._formula)
                elif self._type == "n" and self._has_value and self._style in self._masks:
                    self.found.formats[self._cell] = self._masks[self._style]

    def _has_result(self) -> bool:
        """Whether the formula's result is stored; only a text may be stored as nothing at all."""
        return self._has_value and (self._type == "str" or any(self._value))


def _row_and_position(reference: str) -> tuple[int, int]:
    """`C14` -> (14, 2)."""
    letters = reference.rstrip("0123456789")
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter.upper()) - ord("A") + 1
    return int(reference[len(letters) :]), position - 1
