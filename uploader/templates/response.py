"""What an answer, or the lack of one, means for its row and for the run: the template's rules, then one table."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from uploader.model import advice
from uploader.model.http import Arrival, Response, SendFailure
from uploader.model.outcomes import Outcome, Verdict
from uploader.model.settings import MASK
from uploader.templates.profile import AnswerPaths, Rule
from uploader.templates.secrets import MaskedAnswer, written
from uploader.templates.template import Template

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}(\.0+)?")
_TOO_MANY_REQUESTS = 429
_EXCERPT = 500
"""Characters of an answer that we can't read, kept as evidence."""

_LEFT_OUT = "The answer can't be read; it is left out, because answers of this API may carry secrets."

_FOLLOWS: dict[Arrival, tuple[Verdict, str]] = {
    Arrival.NEVER: (Verdict.UNSENDABLE, "can't be sent"),
    Arrival.NO: (Verdict.OUT_OF_REACH, "out of reach"),
    Arrival.MAYBE: (Verdict.UNKNOWN, "may have arrived"),
}
"""What follows when no whole answer came, and the key of its advice."""


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
    answer: Response | SendFailure, template: Template, mask: Callable[[str], str] = str, language: str = "en"
) -> Outcome:
    """What `answer` means, with the advice in `language` where the template or we have it, else in English.

    `mask` takes the secrets out of whatever the server sent; what the template calls a secret of the answers is masked
    besides. Only the rules see either.
    """
    if isinstance(answer, SendFailure):
        meaning, advice_key = _FOLLOWS[answer.arrival]
        return Outcome(
            meaning,
            advice.of(advice_key, language),
            duration_ms=answer.duration_ms,
            detail=answer.detail,
            timed_out=answer.timed_out,
        )
    data = json_of(answer.body)
    read = _read(data, template.answer)
    veiled = MaskedAnswer.of(data, template.answer.secrets)
    rule = next((rule for rule in template.rules if _matches(rule, answer.http_status, read)), None)
    doubtful = rule is not None and rule.may_be_the_row
    if rule is not None:
        meaning, words = rule.meaning, advice.in_language(rule.advice, language)
    else:
        meaning, advice_key = _by_table(answer.http_status, read, has_code=bool(template.answer.code))
        words = advice.of(advice_key, language)
    return Outcome(
        meaning,
        words,
        code=mask(veiled.mask(_shown(data, veiled, template.answer.code).strip(), short=False)),
        message=mask(veiled.mask(_shown(data, veiled, template.answer.message))),
        http_status=answer.http_status,
        duration_ms=answer.duration_ms,
        detail="" if read.readable else _excerpt(mask(_evidence(answer.body, veiled, template.answer))),
        retry_after_seconds=answer.retry_after_seconds,
        advice_if_rejected=advice.of("rejected", language) if doubtful else "",
    )


def at(data: Any, path: str) -> Any:
    """What stands at a dotted path of an answer's JSON, or None; a number is a place in a list, from 0."""
    for part in path.split(".") if path else [None]:
        if isinstance(data, list) and part is not None and part.isdecimal():
            data = data[int(part)] if int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _matches(rule: Rule, http_status: int, read: _Read) -> bool:
    codes = {read.number, read.code} if read.code else {http_status}
    return (rule.code is None or not codes.isdisjoint(rule.code)) and rule.message.casefold() in read.message.casefold()


def _by_table(http_status: int, read: _Read, *, has_code: bool) -> tuple[Verdict, str]:
    """The design's table, for answers that no rule of the template knows; also the key of the advice."""
    code_is_good = 200 <= (read.number or 0) < 300  # noqa: PLR2004
    match http_status // 100:
        case 2 if not read.readable or (has_code and read.number is None):
            return Verdict.UNKNOWN, "unreadable"  # also a word of the API's own that no rule of the template explains
        case 2 if has_code and not code_is_good:
            return Verdict.REJECTED, "rejected"
        case 2 if read.error:
            return Verdict.UNKNOWN, "contradictory"
        case 2:
            return Verdict.ACCEPTED, "accepted"
        case _ if has_code and code_is_good:
            return Verdict.UNKNOWN, "contradictory"
        case _ if http_status == _TOO_MANY_REQUESTS:
            return Verdict.SLOW_DOWN, "slow down"
        case 3:
            return Verdict.STOP, "redirect"
        case 4 if http_status in (401, 403, 404, 405, 407) and not read.readable:
            return Verdict.STOP, "wrong place"
        case 4:
            return Verdict.REJECTED, "rejected"
        case _:
            return Verdict.UNKNOWN, "server error"


def json_of(body: bytes) -> Any:
    """An answer's JSON; None where it is none."""
    try:
        return json.loads(_decoded(body))
    except (ValueError, RecursionError):
        return None


def _read(data: Any, where: AnswerPaths) -> _Read:
    if not isinstance(data, dict):
        return _Read(readable=False)
    error = at(data, where.error)
    return _Read(
        readable=True,
        code=written(at(data, where.code)).strip(),
        message=written(at(data, where.message)),
        error=error not in (None, "", "null", False),
    )


def _decoded(body: bytes) -> str:
    """JSON is UTF-8; an API that answers in latin-1 all the same has its ASCII part in the right place."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _shown(data: Any, veiled: MaskedAnswer, path: str) -> str:
    """What stands at a path as it may be kept; what stands within a secret is one, too."""
    if not isinstance(data, dict):
        return ""
    shown = at(veiled.data, path)
    return MASK if shown is None and at(data, path) is not None else written(shown)


def _evidence(body: bytes, veiled: MaskedAnswer, where: AnswerPaths) -> str:
    """What may be kept of an answer that we can't read.

    Where answers may carry secrets, only JSON in which they were found: else nobody knows where they stand in it.
    """
    words = _decoded(body)
    if not where.secrets or not words.strip():
        return words
    return veiled.mask(written(veiled.data)) if veiled.hides else _LEFT_OUT


def _excerpt(answer: str) -> str:
    words = " ".join(answer.split())
    return words[:_EXCERPT] + ("…" if len(words) > _EXCERPT else "")
