"""What a draft proposes of `[answer]`, by the example answers of the source: a guess for a person to look at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from uploader.model.names import key
from uploader.templates.importers.draft.names import readable
from uploader.templates.importers.imported import ExampleAnswer
from uploader.templates.importers.loose_json import NotJsonError, loose

_USUAL_MESSAGES = ("message", "error_description", "error.message", "errors.*.message", "detail")
"""Where most APIs say why they refuse; a path that leads nowhere does no harm."""
_MESSAGE = re.compile(
    r"(?i)(error_?)?(message|msg|detail|details|description|error_description|reason|title|mensaje|mensagem|motivo"
    r"|descripci[oó]n|descri[cç][aã]o|detalle|detalhe)s?"
)
_SAID = re.compile(r"(?i)message|msg|detail|mensaje|mensagem")
"""What an accepted answer has its message in: any other text of it may be the record's own."""
_ID = re.compile(r"(?i:id)_\w+|\w+(_(?i:id)|I[dD])")
"""Ids that say of what: `agent_id`, `wolkvox_id`, `ticketId`, `id_campaign`."""
_TOLD_SECRET = re.compile(
    r"(?i)(.*[_-])?(pass|passwords?|passwd|pwd|pin|secret|token|senha|contrase(n|ñ|nh)a)|.*(Password|Token|Secret)"
)
_CODE = ("code", "status", "status_code", "statuscode")
_CODE_OF_A_NO = re.compile(r"(?i)(err(or)?_?)?(code|c[oó]digo|cod)(_?(de_?|do_?)?(error|erro))?")
_NO_ERROR = (None, False, "", "null")
_IDS = ("id", "key", "sid", "uuid", "guid", "_id", "gid", "ref", "number", "ts")
_FLAGS = ("ok", "success", "succeeded", "isSuccess", "exito", "éxito", "exitoso", "sucesso")
_REFUSALS = re.compile(r"(?i)errors?|user_?errors|failures|failed|errores|erros?")
_NOTHING: tuple[Any, ...] = ([], {}, None, False, "")
_DEEPEST, _MOST_FOUND = 6, 6
_ACCEPTED = range(200, 300)
_FIRST_ERROR = 400
_LARGEST = 200_000
"""Characters of an answer that is looked at."""


class Proposal(NamedTuple):
    """The keys of `[answer]`."""

    code: str = ""
    message: tuple[str, ...] = ()
    error: str = ""
    ok: str = ""
    refused: tuple[str, ...] = ()
    expected: str = ""
    """What all accepted examples have and no other has: only a hint, since a yes without it would be unknown."""
    secrets: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}
    is_guess: bool = True
    """Without any example answer: the usual places."""


def proposal(answers: Sequence[ExampleAnswer], taken: Sequence[str]) -> Proposal:
    """What the examples say; the columns' names are none of those that are taken."""
    read = [(answer.status, data) for answer in answers if (data := _data(answer.body)) is not None]
    good = [data for status, data in read if status in _ACCEPTED and not _says_no(data)]
    bad = [data for status, data in read if status >= _FIRST_ERROR or (status in _ACCEPTED and _says_no(data))]
    if not read:
        return Proposal(message=_USUAL_MESSAGES)
    messages = dict.fromkeys(path for data in bad for path in _messages(data)) or dict.fromkeys(
        name for data in good if isinstance(data, dict) for name, text in data.items() if _says(name, text)
    )
    ok = next((name for data in good if isinstance(data, dict) for name in _FLAGS if data.get(name) is True), "")
    code = _code(good)
    error = _error(good) if code else ""
    columns = _columns(good, taken)
    refusals = (path for path in dict.fromkeys(found for data in good for found in _refusals(data)) if path != error)
    return Proposal(
        code or (_code_of_a_no(good, bad) if ok else ""),
        tuple(messages)[:_MOST_FOUND] or _USUAL_MESSAGES,
        error,
        ok,
        tuple(path for path in refusals if not any(_is_something(data, path) for data in good)),
        next((path for path in columns.values() if _tells_apart(path, good, bad)), ""),
        tuple(dict.fromkeys(path for data in (*good, *bad) for path in _secrets(data))),
        columns,
        is_guess=False,
    )


def _data(body: str) -> Any:
    try:
        data = loose(body)[0] if len(body) <= _LARGEST else None
    except NotJsonError:
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


def _says(name: str, text: Any) -> bool:
    """Whether a value at the top of an accepted answer tells what became of the request."""
    return bool(_SAID.fullmatch(name)) and isinstance(text, str)


def _error(good: Sequence[Any]) -> str:
    """Where a body tells of an error beside its code: what all accepted answers have, and have nothing in."""
    names = (name for data in good if isinstance(data, dict) for name in data if _REFUSALS.fullmatch(name))
    for name in names:
        held = [data[name] for data in good if isinstance(data, dict) and name in data]
        if all(isinstance(one, str) or not one for one in held) and all(_plain(one) in _NO_ERROR for one in held):
            return name if "." not in name else ""
    return ""


def _plain(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _is_something(data: Any, path: str) -> bool:
    """Whether an answer has there what `refused` would take for a refusal."""
    return any(value not in _NOTHING for found, value in _walked(data) if ".".join(found) == path)


def _secrets(data: Any) -> Iterator[str]:
    """What an answer tells that must not be kept: a password that the API made up."""
    yield from (".".join(path) for path, value in _walked(data) if path and _is_told_secret(path[-1], value))


def _is_told_secret(name: str, value: Any) -> bool:
    return isinstance(value, str | int) and bool(_TOLD_SECRET.fullmatch(name)) and not isinstance(value, bool)


def _code(good: Sequence[Any]) -> str:
    """Where a body has its code: only a place where accepted answers have a number of success, too.

    A 2xx without the code that is named would be unknown.
    """
    for path, value in ((path, value) for data in good for path, value in _walked(data)):
        is_code = bool(path) and path[-1].lower() in _CODE
        if is_code and not isinstance(value, bool) and re.fullmatch(r"2\d\d", str(value)):
            return ".".join(path)
    return ""


def _code_of_a_no(good: Sequence[Any], bad: Sequence[Any]) -> str:
    """Where refusals alone have a code. With `ok` beside it, a 2xx without it is no unknown."""
    found = (
        ".".join(path)
        for data in bad
        for path, value in _walked(data)
        if path and _CODE_OF_A_NO.fullmatch(path[-1]) and isinstance(value, str | int) and value not in _NOTHING
    )
    return next((path for path in found if not any(_is_something(data, path) for data in good)), "")


def _says_no(data: Any) -> bool:
    return isinstance(data, dict) and any(data.get(name) is False for name in _FLAGS)


def _tells_apart(path: str, good: Sequence[Any], bad: Sequence[Any]) -> bool:
    """Whether all accepted examples have something there, and no other."""
    of_any = ".".join("*" if part.isdecimal() else part for part in path.split("."))
    return all(_is_something(data, of_any) for data in good) and not any(_is_something(data, of_any) for data in bad)


def _refusals(data: Any) -> Iterator[str]:
    """Where an accepted answer has an empty list of errors."""
    for path, value in _walked(data):
        if path and _REFUSALS.fullmatch(path[-1]) and value in _NOTHING:
            yield ".".join(path)


def _columns(good: Sequence[Any], taken: Sequence[str]) -> dict[str, str]:
    """The id of what was created: at the top, or of the one thing that is there."""
    for data in good:
        for prefix, table in _tables(data):
            ids = [one for one, value in table.items() if isinstance(value, str | int) and not isinstance(value, bool)]
            of_what = (one for one in ids if _ID.fullmatch(one) and prefix)
            name = next((one for one in _IDS if one in ids), None) or next(of_what, None)
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
