"""Documents for the tests, made up."""

from typing import Any

HTTPS = [{"url": "https://api.example.com/v2/"}]


def document(operation: dict[str, Any] | None = None, path: str = "/things", **more: Any) -> dict[str, Any]:
    """A document of one operation, unless `more` has other paths."""
    given = {"openapi": "3.0.3", "info": {"title": "Demo", "version": "1"}, "servers": HTTPS}
    return {**given, "paths": {path: {"post": operation or {}}}, **more}


def carrying(schema: Any, **media: Any) -> dict[str, Any]:
    """An operation with a body of JSON."""
    return {"requestBody": {"content": {"application/json": {"schema": schema, **media}}}}


def table(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}
