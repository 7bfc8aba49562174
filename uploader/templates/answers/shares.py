"""The answer to a batch, as each of its rows sees it."""

import json
from typing import Any

from uploader.model.http import Response
from uploader.templates.answers.reading import CONTENT_TYPE, json_of

_MOST_BYTES = 100_000_000
"""Of all rows' answers together: what stands beside their list is in each of them."""


def answers_of(answer: Response, path: str, count: int) -> list[Response] | None:
    """The answer as each of `count` rows sees it: of the list at `path` only its own element is left.

    So `records.0.id` leads to the same thing as in the answer to one row. The root is "". None where no list of that
    length stands there, or where what stands beside it is too much to be told to every row.
    """
    steps = path.split(".") if path else []
    data = json_of(answer)
    elements = _list_at(data, steps)
    if elements is None or len(elements) != count:
        return None
    if len(json.dumps(_with(data, steps, []))) * count > _MOST_BYTES:
        return None
    headers = {**answer.headers, CONTENT_TYPE: "application/json"}
    bodies = (json.dumps(_with(data, steps, [element])).encode() for element in elements)
    return [answer._replace(body=body, headers=headers) for body in bodies]


def _list_at(data: Any, steps: list[str]) -> list[Any] | None:
    for step in steps:
        if isinstance(data, list) and step.isdecimal() and int(step) < len(data):
            data = data[int(step)]
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, list) else None


def _with(data: Any, steps: list[str], there: list[Any]) -> Any:
    """`data` with another list at a place that there is."""
    if not steps:
        return there
    first, rest = steps[0], steps[1:]
    if isinstance(data, list):
        return [_with(inner, rest, there) if at == int(first) else inner for at, inner in enumerate(data)]
    return {**data, first: _with(data[first], rest, there)}
