"""`[request]` of a draft: the body laid out, and how it is written."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from uploader.i18n import Message, render
from uploader.templates.batches.possible import LIKELY_SIZE, only_list
from uploader.templates.batches.rows_list import rows_list
from uploader.templates.importers.draft import toml
from uploader.templates.importers.draft.bodies import cells, json_body, other_bodies
from uploader.templates.importers.draft.fields import Field, Fields, Filled
from uploader.templates.importers.draft.headers import Headers, identity_lines
from uploader.templates.importers.imported import Body, ImportedRequest


class LaidOut(NamedTuple):
    """A body as the template has it."""

    kind: str
    tree: Any
    content_type: str = ""
    """A header that it needs, where none of the source says it."""


def body_of(body: Body | None, fields: Fields, request: ImportedRequest) -> tuple[LaidOut | None, list[Message]]:
    """The body as a tree with `Filled`, and what to say of it."""
    if body is None:
        return None, []
    facts = request.fields
    if body.kind == "json":
        if not cells.holds(body.value) or body.value is None:
            return _as_text(body.value, fields), [Message("draft.json_as_text")]
        laid_out = json_body.Body(fields, facts, "json")
        return LaidOut("json", laid_out.tree(body.value)), laid_out.notes
    if body.kind == "form":
        return LaidOut("form", other_bodies.form(body.value, fields, facts)), []
    if body.kind == "multipart":
        return LaidOut("multipart", other_bodies.multipart(body.value, fields, facts)), []
    if body.kind == "xml" and not other_bodies.is_xml(body.value):
        return LaidOut("text", fields.filled(body.value), "text/xml; charset=utf-8"), [Message("draft.xml_as_text")]
    if body.kind == "xml":
        return LaidOut("xml", other_bodies.xml(body.value, fields, facts)), []
    return LaidOut("text", fields.filled(body.value)), []


def _as_text(value: Any, fields: Fields) -> LaidOut:
    return LaidOut("text", fields.filled(cells.as_text(value)), "application/json")


def request_lines(
    method: str, url: str, headers: Headers, body: LaidOut | None, fields: Fields, language: str
) -> Iterator[str]:
    """The table, with its headers and its body."""
    tree: Any = None if body is None else written(body.tree, fields)
    yield from ("", "[request]", toml.assignment("method", method), toml.assignment("url", url))
    yield from (toml.assignment(name, value) for name, value in identity_lines(headers.identity, fields))
    if headers.idempotency_header:
        yield toml.assignment("idempotency_header", headers.idempotency_header)
    if body is not None and body.kind in ("json", "form", "multipart"):
        omits = fields.omit_empty()
        yield from toml.comment(render(Message("draft.omits_empty" if omits else "draft.empty"), language))
        yield 'empty = "omit"' if omits else '# empty = "omit"'
    is_table = isinstance(tree, Mapping) or (body is not None and toml.is_tables(tree))
    if body is not None and not is_table:
        yield toml.assignment(body.kind, tree)
    kept = {name: fields.write(value) for name, value in headers.kept.items()}
    if body is not None and body.content_type:
        named = next((name for name in kept if name.lower() == "content-type"), "Content-Type")
        kept.setdefault(named, body.content_type)
    if kept:
        yield ""
        yield from toml.table("request.headers", kept)
    if body is not None and is_table:
        yield ""
        path = toml.header("request", body.kind)
        yield from toml.table(path, tree) if isinstance(tree, Mapping) else toml.tables(path, tree)


def batch_lines(body: LaidOut | None, headers: Headers, fields: Fields, language: str) -> Iterator[str]:
    """A hint, where the body has one list and all that varies is in its one element."""
    tree = body.tree if body is not None and body.kind == "json" and not headers.idempotency_header else None
    rows = only_list(tree)
    if rows is None or not fields.columns or set(_columns_in(rows_list(tree, rows), fields)) != set(fields.columns):
        return
    yield ""
    hint = Message("draft.batch", key="size")
    if fields.omit_empty():
        hint = Message("draft.batch_required", key="size", required="required = true")
    yield from toml.comment(render(hint, language))
    yield from ("# [request.batch]", f"# {toml.assignment('size', LIKELY_SIZE)}", f"# {toml.assignment('rows', rows)}")


def _columns_in(tree: Any, fields: Fields) -> Iterator[Field]:
    if isinstance(tree, Filled):
        yield from (part for part in tree.parts if isinstance(part, Field) and part in fields.columns)
    elif isinstance(tree, Mapping | list):
        for inner in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _columns_in(inner, fields)


def written(tree: Any, fields: Fields) -> Any:
    """A tree with its texts as the template has them."""
    if isinstance(tree, Filled):
        return fields.write(tree)
    if isinstance(tree, Mapping):
        return {name: written(inner, fields) for name, inner in tree.items()}
    if isinstance(tree, list):
        return [written(inner, fields) for inner in tree]
    return tree
