"""XLSX files made by hand, with what no library writes."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>k</t></is></c><c r="B1" t="inlineStr"><is><t>v</t></is></c></row>'


def rows(*cells: str) -> str:
    """The header, and rows with a number in A and one of these cells in B; `@` stands for the row's number."""
    return HEADER + "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c>{cell.replace("@", str(row))}</row>'
        for row, cell in enumerate(cells, 2)
    )


def xlsx(
    path: Path,
    sheet_data: str,
    *,
    before: str = "",
    after: str = "",
    formats: Sequence[str] = (),
    texts: Sequence[str] = (),
    workbook: str = "xl/workbook.xml",
    sheets: str = '<sheet name="Lista" sheetId="1" r:id="rId1"/>',
    relations: str = "",
    parts: Mapping[str, str] | None = None,
    properties: str = "",
) -> Path:
    """A workbook with one sheet; style 1 has the first of the number formats, and so on."""
    folder = workbook.rpartition("/")[0]
    folder = f"{folder}/" if folder else ""
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    with zipfile.ZipFile(path, "w") as into:
        into.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        into.writestr(
            "_rels/.rels", _relations(f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="{workbook}"/>')
        )
        into.writestr(
            workbook,
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets>{sheets}</sheets></workbook>',
        )
        listed = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(
                {
                    "worksheet": "worksheets/sheet1.xml",
                    "styles": "styles.xml",
                    "sharedStrings": "sharedStrings.xml",
                }.items(),
                1,
            )
        )
        into.writestr(f"{folder}_rels/{workbook.rpartition('/')[2]}.rels", _relations(listed + relations))
        into.writestr(
            f"{folder}worksheets/sheet1.xml",
            f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{sheet_data}</sheetData>{after}</worksheet>',
        )
        into.writestr(
            f"{folder}styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        )
        shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
        into.writestr(f"{folder}sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        for name, content in (parts or {}).items():
            into.writestr(name, content)
    return path


def _relations(listed: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
