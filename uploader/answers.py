"""What an answer, or the lack of one, means for its row and for the run: the template's rules, then one table."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from uploader.model import Failure, Meaning, Outcome, Reply
from uploader.template import Answer, Rule, Template, Texts

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}(\.0+)?")
_TOO_MANY_REQUESTS = 429
_EXCERPT = 500
"""Characters of an answer that we can't read, kept as evidence."""

_ADVICE: dict[str, Texts] = {
    "accepted": {"en": "", "es": ""},
    "rejected": {
        "en": "The API refused this row; its message says why. Correct the row and send it again.",
        "es": "La API rechazó esta fila; su mensaje indica por qué. Corrija la fila y envíela de nuevo.",
    },
    "unreadable": {
        "en": "The API answered, but not in a form that says yes or no, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La API respondió, pero no de una forma que diga sí o no; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
    },
    "contradictory": {
        "en": "The API's answer contradicts itself, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La respuesta de la API se contradice; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
    },
    "server error": {
        "en": "The API had a fault of its own while it worked on this row, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La API tuvo un fallo propio al procesar esta fila; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
    },
    "slow down": {
        "en": "The API asked us to slow down and did not take this row. Send it again later.",
        "es": "La API pidió ir más despacio y no recibió esta fila. Envíela de nuevo más tarde.",
    },
    "redirect": {
        "en": "The API points to another address, which is not followed. "
        "Check the address in the template or --base-url.",
        "es": "La API remite a otra dirección, que no se sigue. Revise la dirección en la plantilla o en --base-url.",
    },
    "wrong place": {
        "en": "What answered is not the API, or it doesn't let us in. "
        "Check the server, the token and the address in the template.",
        "es": "Lo que respondió no es la API, o no nos deja entrar. "
        "Revise el servidor, el token y la dirección en la plantilla.",
    },
    "may have arrived": {
        "en": "No usable answer came, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "No llegó una respuesta útil; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
    },
    "under way": {
        "en": "The request left and no answer was recorded, so the row may have arrived. "
        "Look it up in the API's own system before you send it again.",
        "es": "La solicitud salió y no se registró respuesta; la fila puede haber llegado. "
        "Búsquela en el sistema de la API antes de enviarla de nuevo.",
    },
    "not its turn": {
        "en": "The run ended before this row's turn. It was not sent.",
        "es": "El envío terminó antes del turno de esta fila. No se envió.",
    },
    "out of reach": {
        "en": "The API could not be reached, and this row did not arrive there. Send it again later.",
        "es": "No se pudo contactar a la API y esta fila no llegó. Envíela de nuevo más tarde.",
    },
}


@dataclass(frozen=True, slots=True)
class _Read:
    """An answer's JSON, as far as it could be read."""

    readable: bool
    code: str = ""
    message: str = ""
    error: bool = False

    @property
    def number(self) -> int | None:
        """The body's code as a number: the API writes it as a number or as a text."""
        return int(float(self.code)) if _WHOLE_NUMBER.fullmatch(self.code) else None


def outcome(
    answer: Reply | Failure, template: Template, mask: Callable[[str], str] = str, language: str = "en"
) -> Outcome:
    """What `answer` means, with the advice in `language` where the template or we have it, else in English.

    `mask` takes the secrets out of whatever the server sent.
    """
    if isinstance(answer, Failure):
        advice = "may have arrived" if answer.may_have_arrived else "out of reach"
        meaning = Meaning.UNKNOWN if answer.may_have_arrived else Meaning.OUT_OF_REACH
        return Outcome(meaning, text(_ADVICE[advice], language), duration_ms=answer.duration_ms, detail=answer.detail)
    read = _read(answer.body, template.answer)
    rule = next((rule for rule in template.rules if _matches(rule, answer.http_status, read)), None)
    if rule is not None:
        meaning, advice = rule.meaning, text(rule.advice, language)
    else:
        meaning, advice_key = _by_table(answer.http_status, read, has_code=bool(template.answer.code))
        advice = text(_ADVICE[advice_key], language)
    return Outcome(
        meaning,
        advice,
        code=mask(read.code),
        message=mask(read.message),
        http_status=answer.http_status,
        duration_ms=answer.duration_ms,
        detail="" if read.readable else _excerpt(mask(_decoded(answer.body))),
    )


def advice_under_way(language: str) -> str:
    """For a row whose request left and whose answer is not recorded (yet)."""
    return text(_ADVICE["under way"], language)


def advice_not_its_turn(language: str) -> str:
    """For a row that the run has not come to (yet)."""
    return text(_ADVICE["not its turn"], language)


def text(texts: Texts, language: str) -> str:
    """The text in `language`, else in English, else nothing."""
    return next((words for code, words in texts.items() if code == language), texts.get("en", ""))


def _matches(rule: Rule, http_status: int, read: _Read) -> bool:
    codes = {read.number, read.code} if read.code else {http_status}
    return (rule.code is None or not codes.isdisjoint(rule.code)) and rule.message.casefold() in read.message.casefold()


def _by_table(http_status: int, read: _Read, *, has_code: bool) -> tuple[Meaning, str]:
    """The design's table, for answers that no rule of the template knows; also the key of the advice."""
    code_is_good = 200 <= (read.number or 0) < 300  # noqa: PLR2004
    match http_status // 100:
        case 2 if not read.readable or (has_code and read.number is None):
            return Meaning.UNKNOWN, "unreadable"  # also a word of the API's own that no rule of the template explains
        case 2 if has_code and not code_is_good:
            return Meaning.REJECTED, "rejected"
        case 2 if read.error:
            return Meaning.UNKNOWN, "contradictory"
        case 2:
            return Meaning.ACCEPTED, "accepted"
        case _ if has_code and code_is_good:
            return Meaning.UNKNOWN, "contradictory"
        case _ if http_status == _TOO_MANY_REQUESTS:
            return Meaning.SLOW_DOWN, "slow down"
        case 3:
            return Meaning.STOP, "redirect"
        case 4 if http_status in (401, 403, 404, 405, 407) and not read.readable:
            return Meaning.STOP, "wrong place"
        case 4:
            return Meaning.REJECTED, "rejected"
        case _:
            return Meaning.UNKNOWN, "server error"


def _read(body: bytes, where: Answer) -> _Read:
    try:
        data = json.loads(_decoded(body))
    except (ValueError, RecursionError):
        return _Read(readable=False)
    if not isinstance(data, dict):
        return _Read(readable=False)
    error = _at(data, where.error)
    return _Read(
        readable=True,
        code=_written(_at(data, where.code)).strip(),
        message=_written(_at(data, where.message)),
        error=error not in (None, "", "null", False),
    )


def _decoded(body: bytes) -> str:
    """JSON is UTF-8; an API that answers in latin-1 all the same has its ASCII part in the right place."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _at(data: Any, path: str) -> Any:
    """What stands at a dotted path, or None."""
    for part in path.split(".") if path else [None]:
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _written(value: Any) -> str:
    """A JSON value as text that every file can hold: escaped surrogates without a partner are not text."""
    if value is None:
        return ""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words.encode("utf-8", "replace").decode()


def _excerpt(answer: str) -> str:
    words = " ".join(answer.split())
    return words[:_EXCERPT] + ("…" if len(words) > _EXCERPT else "")
