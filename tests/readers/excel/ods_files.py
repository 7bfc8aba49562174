"""ODS files as the tests write them, element by element."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

NAMESPACES = {
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"
        for name, uri in {
            "office": "office", "table": "table", "text": "text", "style": "style", "number": "datastyle",
            "draw": "drawing", "svg": "svg-compatible",
        }.items()
    },
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def attributes(**given: str) -> str:
    """`office__value_type="x"` as ` office:value-type="x"`."""
    return "".join(f' {name.replace("__", ":").replace("_", "-")}="{value}"' for name, value in given.items())


def cell(content: str = "", **given: str) -> str:
    return f"<table:table-cell{attributes(**given)}>{content}</table:table-cell>"


def text(content: str, **given: str) -> str:
    """A cell with a text."""
    return cell(f"<text:p>{content}</text:p>", office__value_type="string", **given)


def number(value: str, shown: str | None = None, kind: str = "float", **given: str) -> str:
    """A cell with a number, and what it shows."""
    content = "" if shown is None else f"<text:p>{shown}</text:p>"
    return cell(content, office__value_type=kind, office__value=value, **given)


def row(*cells: str, **given: str) -> str:
    return f"<table:table-row{attributes(**given)}>{''.join(cells)}</table:table-row>"


def table(*rows: str, name: str = "S", **given: str) -> str:
    return f'<table:table table:name="{name}"{attributes(**given)}>{"".join(rows)}</table:table>'


def document(tables: str, styles: str = "", *, namespaces: Mapping[str, str] = NAMESPACES, root: str = "") -> str:
    """A document's XML. Prefixes other than the usual ones are taken from `namespaces`."""
    renamed = {usual: name for usual, uri in NAMESPACES.items() for name, own in namespaces.items() if own == uri}
    declared = "".join(f' xmlns:{name}="{uri}"' for name, uri in namespaces.items())
    xml = (
        f"<office:{root or 'document-content'}{declared} office:version='1.3'>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        f"</office:{root or 'document-content'}>"
    )
    for usual, name in renamed.items():
        if usual != name:
            xml = (
                xml.replace(f"<{usual}:", f"<{name}:")
                .replace(f"</{usual}:", f"</{name}:")
                .replace(f" {usual}:", f" {name}:")
            )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}'


def write(
    path: Path, content: str, *, mimetype: str | None = SPREADSHEET, parts: Mapping[str, str] | None = None
) -> Path:
    """A package with this content.xml, and other parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        if mimetype is not None:
            package.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        for name, part in {"META-INF/manifest.xml": "<manifest/>", **(parts or {})}.items():
            package.writestr(name, part)
    return path
