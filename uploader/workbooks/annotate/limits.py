"""What of a person's workbook would be lost in a copy by openpyxl: looked for before one is made.

Whatever is not known to be carried counts as lost. Each entry was found by saving workbooks with openpyxl 3.1 and
comparing their parts and elements with the originals; `put_back` mends what is a text of its own in a sheet's XML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from uploader.i18n import Message
from uploader.readers.excel.package import Package
from uploader.workbooks.annotate.kept_shapes import has_only_notes
from uploader.workbooks.annotate.xml_scan import begun, scan

MOST_ROWS = 20_000
_MOST_SHEET_BYTES = 32 << 20
"""Of the sheets' XML together, unpacked: with openpyxl it takes up to a gigabyte of memory."""

_CARRIED = frozenset(
    [
        "officeDocument",
        "core-properties",
        "extended-properties",
        "custom-properties",
        "worksheet",
        "sharedStrings",
        "styles",
        "theme",
        "comments",
        "vmlDrawing",
        "table",
        "hyperlink",
        "calcChain",
    ]
)
"""Kinds of relations that are the same in the copy; the order of calculation, `calcChain`, is made anew by Excel."""
_UNSEEN = {
    "printerSettings": "printer",
    "thumbnail": "thumbnail",
    "customXml": "custom_xml",
}
"""What the copy lacks, and nobody sees in it: it is said, and is no obstacle."""
_LOST = {
    "chart": "charts", "chartsheet": "charts", "chartUserShapes": "charts", "image": "pictures", "drawing": "shapes",
    "diagramData": "shapes", "pivotTable": "pivots", "pivotCacheDefinition": "pivots", "pivotCacheRecords": "pivots",
    "slicer": "slicers", "slicerCache": "slicers", "timeline": "slicers", "timelineCache": "slicers",
    "threadedComment": "threads", "person": "threads", "oleObject": "objects", "package": "objects",
    "control": "controls", "ctrlProp": "controls", "activeXControlBinary": "controls", "connections": "connections",
    "queryTable": "connections", "xmlMaps": "connections", "externalLink": "links", "externalLinkPath": "links",
    "vbaProject": "macros", "xlMacrosheet": "macros", "sheetMetadata": "dynamic", "powerPivotData": "model",
    "origin": "signature", "classificationlabels": "label",
}  # fmt: skip
"""Codes of what is lost, `annotate.lost.<code>`, by the kind of the relation to it."""

_SHEET = frozenset(
    [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
        "dataValidations",
        "hyperlinks",
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "rowBreaks",
        "colBreaks",
        "cellWatches",
        "ignoredErrors",
        "drawing",
        "legacyDrawing",
        "tableParts",
        "extLst",
    ]
)
_SHEET_LOST = {
    "legacyDrawingHF": "header_pictures", "picture": "background", "controls": "controls", "oleObjects": "objects",
    "customSheetViews": "views", "sortState": "sort", "dataConsolidate": "consolidation",
}  # fmt: skip
_CELL = frozenset(["r", "s", "t"])
_WORKBOOK = frozenset(
    [
        "fileVersion",
        "workbookPr",
        "AlternateContent",
        "revisionPtr",
        "workbookProtection",
        "bookViews",
        "sheets",
        "definedNames",
        "calcPr",
        "fileRecoveryPr",
        "extLst",
        "externalReferences",
        "pivotCaches",
    ]
)
"""The last two are found by their relations."""
_WORKBOOK_LOST = {"customWorkbookViews": "views", "fileSharing": "sharing"}
KEPT_EXTENSIONS = {
    "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}": "dataValidations",
    "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}": "sparklineGroups",
    "{78C0D931-6437-407d-A8EE-F0AAD7539E65}": "conditionalFormattings",
}
"""Of a sheet, which `put_back` puts back: they name nothing but cells."""
_UNSEEN_EXTENSIONS = frozenset(
    one.upper()
    for one in (
        "{140A7094-0E35-4892-8432-C4D2E57EDEB5}",  # workbook: how charts follow their cells
        "{79F54976-1DA5-4618-B147-4CDE4B953A38}",  # workbook: the resolution of pictures
        "{7523E5D3-25F3-A5E0-1632-64F254C22452}",  # workbook: by which architecture it was written
        "{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}",  # workbook: which functions a program knew
        "{7626C862-2A13-11E5-B345-FEFF819CDC9F}",  # workbook: LibreOffice's syntax of references
        "{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}",  # styles: the default look of slicers
        "{9260A510-F301-46a8-8635-F512D64BE5F5}",  # styles: the default look of timelines
        "{64002731-A6B0-56B0-2670-7721B7C09600}",  # sheet: the layout view of Excel for Mac
    )
)
_XML = (".xml", ".rels", ".vml")
_CHARTS, _PICTURES = re.compile("chart", re.IGNORECASE), frozenset({"pic", "blip"})


@dataclass(slots=True)
class Losses:
    """What a copy would lack."""

    lost: dict[str, None] = field(default_factory=dict)
    """Codes, each once, in the order in which they were found: no copy is made."""
    unseen: dict[str, None] = field(default_factory=dict)
    """Codes of what nobody sees."""

    recalculates: bool = False
    """Whether all formulas are calculated anew when the workbook is opened."""

    def messages(self, codes: Mapping[str, None]) -> tuple[Message, ...]:
        """As facts of a sentence."""
        return tuple(Message(f"annotate.lost.{code}") for code in codes)


def losses_of(package: Package) -> Losses:
    """What a copy of this workbook would lack. Raises one of SCAN_FAILURES."""
    for name in package.names():
        if name.lower().endswith(_XML):
            for _ in package.blocks(name):  # which refuse what would do harm
                pass
    losses = Losses()
    found = dict.fromkeys(_parts(package, losses))
    for part, kind in found:
        _look(package, part, kind, losses)
    size = sum(sum(map(len, package.blocks(part))) for part, kind in found if kind == "worksheet")
    if size > _MOST_SHEET_BYTES:
        losses.lost["too_large"] = None
    return losses


def _parts(package: Package, losses: Losses) -> Iterator[tuple[str, str]]:
    """Every part that hangs on the workbook, and its kind; what is not carried is noted."""
    waiting, seen = [""], {""}
    while waiting:
        part = waiting.pop()
        for _, type_, target in package.relations(part):
            kind = type_.rpartition("/")[2]
            if kind in _UNSEEN:
                losses.unseen[_UNSEEN[kind]] = None
            elif kind not in _CARRIED:
                if kind != "drawing" or _has_anchors(package, target):
                    losses.lost[_lost_by(package, kind, target)] = None
            elif target not in seen and target in package.names():
                seen.add(target)
                waiting.append(target)
                yield target, kind


def _has_anchors(package: Package, target: str) -> bool:
    """Whether anything is on a drawing; LibreOffice writes empty ones beside notes."""
    return target not in package.names() or any(path.endswith("Anchor") for path, _ in begun(package, target))


def _lost_by(package: Package, kind: str, target: str) -> str:
    if kind == "drawing" and target in package.names():
        names = {path.rpartition("/")[2] for path, _ in begun(package, target)}
        if any(map(_CHARTS.search, names)):
            return "charts"
        return "pictures" if names & _PICTURES else "shapes"
    return _LOST.get(kind, "data_types" if kind.startswith("rd") else "others")


def _look(package: Package, part: str, kind: str, losses: Losses) -> None:
    match kind:
        case "worksheet":
            _SheetLook(losses).look(package, part)
        case "officeDocument":
            _look_at_workbook(begun(package, part), losses)
        case "styles":
            _look_at_styles(begun(package, part), losses)
        case "sharedStrings":
            if any(path == "si/rPh" for path, _ in begun(package, part)):
                losses.lost["phonetics"] = None
        case "vmlDrawing" if not has_only_notes(package, part):
            losses.lost["controls"] = None
        case _:
            pass


def _look_at_workbook(elements: Sequence[tuple[str, Mapping[str, str]]], losses: Losses) -> None:
    for path, attributes in elements:
        parent, _, name = path.rpartition("/")
        if parent == "workbook" and name not in _WORKBOOK:
            losses.lost[_WORKBOOK_LOST.get(name, "others")] = None
        if name == "calcPr":
            losses.recalculates = attributes.get("fullCalcOnLoad") in ("1", "true")
        _look_at_extension(path, attributes, losses, {})


def _look_at_styles(elements: Sequence[tuple[str, Mapping[str, str]]], losses: Losses) -> None:
    for path, attributes in elements:
        _look_at_extension(path, attributes, losses, {})


def _look_at_extension(path: str, attributes: Mapping[str, str], losses: Losses, kept: Mapping[str, str]) -> None:
    if path == "extLst/ext":
        uri = attributes.get("uri", "").upper()
        if uri not in _UNSEEN_EXTENSIONS and uri not in {one.upper() for one in kept}:
            losses.lost["extensions"] = None


class _SheetLook:
    """A sheet, gone through for what is not carried."""

    def __init__(self, losses: Losses) -> None:
        self._lost = losses.lost
        self._losses = losses

    def look(self, package: Package, part: str) -> None:
        scan(package, part, self._element)

    def _element(self, path: Sequence[str], attributes: Mapping[str, str]) -> None:
        name, depth = path[-1], len(path)
        if name == "c":
            if not _CELL.issuperset(attributes):
                self._lost["dynamic"] = None
        elif name == "rPh":
            self._lost["phonetics"] = None
        elif depth == 2 and name not in _SHEET:  # noqa: PLR2004  # right below the root
            self._lost[_SHEET_LOST.get(name, "controls" if name == "AlternateContent" else "others")] = None
        elif name == "extLst" and path[-2] in ("cfRule", "dataValidation", "sheetView", "tableColumn"):
            self._lost["extensions"] = None
        elif name == "pivotSelection":
            self._lost["pivots"] = None
        elif depth == 4 and name == "ext":  # noqa: PLR2004  # worksheet/extLst/ext
            _look_at_extension("/".join(path[-2:]), attributes, self._losses, KEPT_EXTENSIONS)
