"""Whether the requests of all rows have one shape, in which only texts differ."""

from collections.abc import Iterator, Mapping
from typing import Any

from uploader.model.address import origin_of
from uploader.templates.columns.column import Column
from uploader.templates.requests.bodies.json_body import json_text_in
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.placeholders import only_placeholder, placeholders_in


def is_alike(form: RequestForm, columns: Mapping[str, Column]) -> bool:
    """Whether every row's request is the same text but for its values, each written sign by sign where it stands."""
    used = {name for _, text in form.texts() for name in placeholders_in(text) if name in columns}
    return (
        form.multipart is None
        and used.isdisjoint(placeholders_in(origin_of(form.url)))
        and not any(columns[name].is_list or columns[name].when_empty(form.empty) != "text" for name in used)
        and not any(_has_json_text(body) for _, body in form.bodies())
        and all(columns[name].is_untyped for name in _alone(form.json_body) if name in columns)
    )


def _has_json_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return json_text_in(value) is not None or any(map(_has_json_text, value.values()))
    return isinstance(value, list) and any(map(_has_json_text, value))


def _alone(value: Any) -> Iterator[str]:
    """The placeholders that are all of a text in JSON."""
    if isinstance(value, str):
        name = only_placeholder(value)
        if name is not None:
            yield name
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _alone(inner)
