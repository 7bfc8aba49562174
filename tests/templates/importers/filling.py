"""What a draft's example row sends, read from its TOML alone by the rules of the language: not by the code that sends."""

import json
import re
import tomllib
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from urllib.parse import quote

PLACEHOLDER = re.compile(r"(?<!\\)\{\{\s*([^{}\s]+)\s*\}\}")
OMITTED = object()
SECRET = "SECRET"
"""What stands for every setting."""


@dataclass
class Sent:
    """The request of the example row."""

    url: str
    headers: dict[str, str]
    body: Any
    """As data; of a form, a list of pairs for each name."""
    template: dict[str, Any]


def sent(toml: str) -> Sent:
    template = tomllib.loads(toml)
    request = template["request"]
    usual = {"empty": request.get("empty", "text")}
    columns: dict[str, Any] = {name: usual | column for name, column in template["columns"].items()}
    kinds = [kind for kind in ("json", "form", "multipart", "xml", "text") if kind in request]
    assert len(kinds) <= 1
    headers = {name: text(value, columns) for name, value in request.get("headers", {}).items()}
    body = filled(request[kinds[0]], columns) if kinds else None
    return Sent(text(request["url"], columns, in_address=True), headers, body, template)


def filled(value: Any, columns: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"json_text"}:
            return json.dumps(filled(value["json_text"], columns))
        if value.keys() == {"json_text", "type"}:
            return {"text": json.dumps(filled(value["json_text"], columns)), "type": value["type"]}
        fields = {name.replace("\\{{", "{{"): filled(inner, columns) for name, inner in value.items()}
        return {name: field for name, field in fields.items() if field is not OMITTED}
    if isinstance(value, list):
        found: list[Any] = []
        for inner in value:
            found += repeated(inner, columns)
        return found
    return text(value, columns) if isinstance(value, str) else value


def repeated(value: Any, columns: dict[str, Any]) -> list[Any]:
    """An element of a list: one for each part where a column of several values is in it."""
    alone = PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    column = columns.get(alone[1], {}) if alone else {}
    if "list" not in column:
        return [inner for inner in [filled(value, columns)] if inner is not OMITTED]
    return [typed(part.strip(), column) for part in column["example"].split(column["list"])]


def text(value: str, columns: dict[str, Any], *, in_address: bool = False) -> Any:
    alone = PLACEHOLDER.fullmatch(value)
    if alone and alone[1] in columns and not in_address:
        return typed(columns[alone[1]].get("example", ""), columns[alone[1]])

    def held(found: re.Match[str]) -> str:
        if found[1] not in columns:
            return SECRET
        example = str(columns[found[1]].get("example", ""))
        return quote(example, safe="") if in_address else example

    ends = [0, *(end for found in PLACEHOLDER.finditer(value) for end in found.span()), len(value)]
    constants = [value[begin:end].replace("\\{{", "{{") for begin, end in zip(ends[::2], ends[1::2], strict=True)]
    fields = [held(found) for found in PLACEHOLDER.finditer(value)]
    return "".join(part for pair in zip_longest(constants, fields, fillvalue="") for part in pair)


def typed(cell: str, column: dict[str, Any]) -> Any:
    cell = cell if column.get("trim", True) is False else cell.strip()
    if cell == "":
        return {"null": None, "text": "", "omit": OMITTED}[column["empty"]]
    match column.get("type", "text"):
        case "integer":
            return int(cell)
        case "number":
            return float(cell)
        case "boolean":
            return {"true": True, "false": False}[cell]
        case _:
            return cell
