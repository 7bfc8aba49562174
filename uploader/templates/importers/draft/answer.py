"""What a draft proposes of `[answer]`, by the example answers of the source: a guess for a person to look at."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from uploader.model.names import key
from uploader.templates.importers.draft.names import readable
from uploader.templates.importers.imported import ExampleAnswer

_USUAL_MESSAGES = ("message", "error_description", "error.message", "errors.*.message", "detail")
"""Where most APIs say why they refuse; a path that leads nowhere does no harm."""
_MESSAGE = re.compile(
    r"(?i)(error_?)?(message|msg|detail|details|description|error_description|reason|title|mensaje|mensagem)s?"
)
_IDS = ("id", "key", "sid", "uuid", "guid", "_id", "gid", "ref", "number", "ts")
_FLAGS = ("ok", "success", "succeeded", "isSuccess")
_REFUSALS = re.compile(r"(?i)errors?|user_?errors|failures|failed")
_DEEPEST, _MOST_FOUND = 6, 6
_ACCEPTED = range(200, 300)
_FIRST_ERROR = 400
_LARGEST = 200_000
"""Characters of an answer that is looked at."""


class Proposal(NamedTuple):
    """The keys of `[answer]`."""

    code: str = ""
    message: tuple[str, ...] = ()
    ok: str = ""
    refused: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}
    is_guess: bool = True
    """Without any example answer: the usual places."""


def proposal(answers: Sequence[ExampleAnswer], taken: Sequence[str]) -> Proposal:
    """What the examples say; the columns' names are none of those that are taken."""
    read = [(answer.status, data) for answer in answers if (data := _data(answer.body)) is not None]
    good = [data for status, data in read if status in _ACCEPTED]
    bad = [data for status, data in read if status >= _FIRST_ERROR]
    if not read:
        return Proposal(message=_USUAL_MESSAGES)
    messages = dict.fromkeys(path for data in bad for path in _messages(data))
    return Proposal(
        _code(good),
        tuple(messages)[:_MOST_FOUND] or _USUAL_MESSAGES,
        next((name for data in good if isinstance(data, dict) for name in _FLAGS if data.get(name) is True), ""),
        tuple(dict.fromkeys(path for data in good for path in _refusals(data))),
        _columns(good, taken),
        is_guess=False,
    )


def _data(body: str) -> Any:
    try:
        data = json.loads(body) if len(body) <= _LARGEST else None
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict | list) else None


def _walked(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value and its path; of a list, the first element, as `*`."""
    yield path, data
    if len(path) >= _DEEPEST:
        return
    if isinstance(data, dict):
        for name, inner in data.items():
            if name and "." not in name:
                yield from _walked(inner, (*path, name))
    elif isinstance(data, list) and data:
        yield from _walked(data[0], (*path, "*"))


def _messages(data: Any) -> list[str]:
    """Where a refusal says why: first what is called a message, else what is called an error and is a text."""
    texts = [(path, value) for path, value in _walked(data) if isinstance(value, str) and value and path]
    named = [path for path, _ in texts if _MESSAGE.fullmatch(path[-1])]
    of_errors = [path for path, value in texts if any(map(_REFUSALS.fullmatch, path)) and " " in value]
    return [".".join(path) for path in (named or of_errors)]


def _code(good: Sequence[Any]) -> str:
    """Where a body has its code: only a place where accepted answers have a number of success, too.

    A 2xx without the code that is named would be unknown.
    """
    for path, value in ((path, value) for data in good for path, value in _walked(data)):
        is_code = bool(path) and path[-1].lower() in ("code", "status", "status_code", "statuscode")
        if is_code and not isinstance(value, bool) and re.fullmatch(r"2\d\d", str(value)):
            return ".".join(path)
    return ""


def _refusals(data: Any) -> Iterator[str]:
    """Where an accepted answer has an empty list of errors."""
    for path, value in _walked(data):
        if path and _REFUSALS.fullmatch(path[-1]) and value in ([], {}, None, False, ""):
            yield ".".join(path)


def _columns(good: Sequence[Any], taken: Sequence[str]) -> dict[str, str]:
    """The id of what was created: at the top, or of the one thing that is there."""
    for data in good:
        for prefix, table in _tables(data):
            name = next((one for one in _IDS if isinstance(table.get(one), str | int) and table[one] is not True), None)
            if name is not None:
                path = (*prefix, name)
                return {_free(_called(path), taken): ".".join(path)}
    return {}


def _tables(data: Any) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if isinstance(data, list):
        yield from ((("0", *path), table) for path, table in _tables(data[0])) if data else ()
        return
    if isinstance(data, dict):
        yield (), data
        for name, inner in data.items():
            if not name or "." in name:
                continue
            if isinstance(inner, dict):
                yield (name,), inner
            elif isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], dict):
                yield (name, "0"), inner[0]


def _called(path: Sequence[str]) -> str:
    words = [readable(part) for part in path if not part.isdecimal() and part not in ("data", "result", "results")]
    name = "_".join(word for word in words if word)
    return f"new_{name}" if name in {readable(one) for one in _IDS} else name


def _free(name: str, taken: Sequence[str]) -> str:
    used, candidate, number = set(map(key, taken)), name, 1
    while key(candidate) in used:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
