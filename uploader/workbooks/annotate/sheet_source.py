"""What a person's sheet has and openpyxl doesn't write: values of formulas, all digits, some whole elements."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from uploader.model.rows import column_letter
from uploader.readers.excel.package import Package
from uploader.workbooks.annotate.limits import KEPT_EXTENSIONS
from uploader.workbooks.annotate.xml_scan import local, scan, scan_names

WHOLE = ("sheetCalcPr", "protectedRanges", "phoneticPr", "dataValidations", "headerFooter", "rowBreaks", "colBreaks",
         "cellWatches", "ignoredErrors", "extLst")  # fmt: skip
"""The elements that are put back as they were: they name nothing but cells, and have no numbers of styles."""
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins",
    "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""Of a sheet's elements, as the standard has it."""
_KEPT_URIS = frozenset(uri.upper() for uri in KEPT_EXTENSIONS)
_UNDEFINED = "xr"
"""How the prefixes begin of marks that only Excel's joint editing needs."""


class Stored(NamedTuple):
    """What is stored for a cell."""

    kind: str
    """Its `t`: `n`, `str`, `b`, `e`."""
    value: str
    """As the XML has it, unescaped."""


@dataclass(slots=True)
class SheetSource:
    """What is put back into a sheet."""

    values: dict[str, Stored] = field(default_factory=dict)
    """Of formulas and numbers, by cell."""
    elements: dict[str, str] = field(default_factory=dict)
    """XML of elements right below the root, by name."""


def sheet_source(package: Package, part: str) -> SheetSource:
    """What the sheet in this part has. Raises one of SCAN_FAILURES."""
    reading = _Reading()
    scan(package, part, reading.begin, reading.end)
    reading.source.elements = whole_elements(package, part, WHOLE)
    return reading.source


class _Reading:
    """A sheet's cells while they are read; those without a place come behind the one before."""

    def __init__(self) -> None:
        self.source = SheetSource()
        self._row = self._column = 0
        self._ref, self._kind, self._value, self._has_formula = "", "", "", False

    def begin(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        match path[-1]:
            case "row" if path[-2] == "sheetData":
                self._row, self._column = int(attributes.get("r", self._row + 1)), 0
            case "c":
                self._ref = attributes.get("r") or f"{column_letter(self._column)}{self._row}"
                self._column = _column(self._ref) + 1
                self._kind, self._value, self._has_formula = attributes.get("t", "n"), "", False
            case "f" if path[-2] == "c":
                self._has_formula = True
            case _:
                pass

    def end(self, name: str, text: str) -> None:
        if name == "v":
            self._value = text
        elif name == "c" and self._value and (self._kind == "n" or (self._has_formula and self._kind != "s")):
            self.source.values[self._ref] = Stored(self._kind, self._value)
        elif name == "c" and self._has_formula and self._kind == "str":
            self.source.values[self._ref] = Stored("str", "")


def _column(ref: str) -> int:
    column = 0
    for letter in ref:
        if not letter.isalpha():
            break
        column = 26 * column + ord(letter.upper()) - ord("A") + 1
    return column - 1


def whole_elements(package: Package, part: str, names: Collection[str]) -> dict[str, str]:
    """The elements of these names right below the root, as XML that can stand in one without a prefix.

    Raises one of SCAN_FAILURES.
    """
    writing = _Writing(names)
    scan_names(package, part, writing.begin, writing.end, writing.text)
    return writing.found


class _Writing:
    """Elements below the root while they are written again, with the names of the document's root."""

    def __init__(self, names: Collection[str]) -> None:
        self.found: dict[str, str] = {}
        self._names = names
        self._spaces: dict[str, str] = {}
        self._prefix = ""
        self._depth = 0
        self._parts: list[str] | None = None
        self._used: set[str] = set()
        self._declared: set[str] = set()
        self._left_out = 0
        self._root_of = ""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._prefix = name.rpartition(":")[0]
            self._spaces = {key[6:]: uri for key, uri in attributes.items() if key.startswith("xmlns:")}
        elif self._depth == 2 and local(name) in self._names:  # noqa: PLR2004  # right below the root
            self._root_of, self._parts, self._used, self._declared = local(name), [], set(), set()
        if self._parts is None:
            return
        if self._left_out or (local(name) == "ext" and attributes.get("uri", "").upper() not in _KEPT_URIS):
            self._left_out += 1
            return
        self._parts.append(f"<{self._name(name)}{''.join(self._attributes(attributes))}>")

    def text(self, text: str) -> None:
        if self._parts is not None and not self._left_out:
            self._parts.append(escape(text, quote=False))

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._parts is None:
            return
        if self._left_out:
            self._left_out -= 1
        else:
            self._parts.append(f"</{self._name(name)}>")
        if self._depth == 1:
            self._keep()

    def _keep(self) -> None:
        parts, self._parts = self._parts or [], None
        spaces = "".join(
            f' xmlns:{one}="{escape(self._spaces[one])}"'
            for one in sorted(self._used - self._declared)
            if one in self._spaces
        )
        xml = parts[0][:-1] + spaces + ">" + "".join(parts[1:])
        if self._root_of != "extLst" or len(parts) > 2:  # noqa: PLR2004  # more than its own two tags
            self.found[self._root_of] = xml

    def _name(self, name: str) -> str:
        prefix, _, own = name.rpartition(":")
        if prefix == self._prefix:
            return own
        self._used.add(prefix)
        return name

    def _attributes(self, attributes: Mapping[str, str]) -> Iterator[str]:
        for name, value in attributes.items():
            prefix = name.rpartition(":")[0]
            if prefix.startswith(_UNDEFINED):
                continue
            if prefix == "xmlns":
                self._declared.add(name[6:])
            elif prefix not in ("", "xml"):
                self._used.add(prefix)
            yield f' {name}="{escape(value)}"'
