"""What an answer, or the lack of one, means for its row and for the run: the template's rules, then one table."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from uploader.i18n import Message
from uploader.model import advice
from uploader.model.http import GIVEN_UP_IN_BETWEEN, Arrival, Response, SendFailure
from uploader.model.outcomes import Outcome, Verdict
from uploader.model.settings import MASK
from uploader.templates.answers.form import AnswerForm, Rule
from uploader.templates.answers.places import value_at, values_at
from uploader.templates.answers.reading import json_in, text_of
from uploader.templates.secrets import MaskedAnswer, as_text
from uploader.templates.template import Template

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}(\.0+)?")
_TOO_MANY_REQUESTS = 429
_EXCERPT = 500
"""Characters of an answer that we can't read, kept as evidence."""
_KEPT_MEANINGS, _LONGEST_KEPT = 256, 2_000
"""Answers of a run, and bytes of each: no more memory than half a megabyte."""
_QUOTATION = 200
"""Characters of a line that is quoted in a sentence."""

_VERDICTS: dict[Arrival, tuple[Verdict, Message]] = {
    Arrival.NEVER: (Verdict.UNSENDABLE, Message("advice.unsendable")),
    Arrival.NO: (Verdict.OUT_OF_REACH, Message("advice.out_of_reach")),
    Arrival.BARRED: (Verdict.STOP, Message("advice.proxy_password")),
    Arrival.MAYBE: (Verdict.UNKNOWN, Message("advice.may_have_arrived")),
}
"""What follows when no whole answer came."""


@dataclass(frozen=True, slots=True)
class _AnswerFields:
    """What the rules see of an answer, as far as it could be read."""

    readable: bool
    code: str = ""
    message: str = ""
    error: bool = False

    @property
    def number(self) -> int | None:
        """The body's code as a number: the API writes it as a number or as a text."""
        return int(float(self.code)) if _WHOLE_NUMBER.fullmatch(self.code) else None


def judge(answer: Response | SendFailure, template: Template, mask: Callable[[str], str] = str) -> Outcome:
    """What `answer` means for its row and for the run.

    `mask` takes the secrets out of whatever the server sent; what the template calls a secret of the answers is masked
    besides. Only the rules see either.
    """
    return (
        _judge_failure(answer, template, mask)
        if isinstance(answer, SendFailure)
        else _judge_response(answer, template, mask)
    )


def judge_of(template: Template, mask: Callable[[str], str] = str) -> Callable[[Response | SendFailure], Outcome]:
    """`judge` for the answers of a whole run: APIs answer most rows in the same words, whose meaning is found once."""

    @lru_cache(maxsize=_KEPT_MEANINGS)
    def meaning(http_status: int, body: bytes) -> Outcome:
        return judge(Response(http_status, body, 0), template, mask)

    def judged(answer: Response | SendFailure) -> Outcome:
        if isinstance(answer, SendFailure) or len(answer.body) > _LONGEST_KEPT:
            return judge(answer, template, mask)
        known = meaning(answer.http_status, answer.body)
        return known._replace(duration_ms=answer.duration_ms, retry_after_seconds=answer.retry_after_seconds)

    return judged


def _judge_failure(failure: SendFailure, template: Template, mask: Callable[[str], str]) -> Outcome:
    verdict, message = _VERDICTS[failure.arrival]
    return Outcome(
        verdict,
        failure.advice or message,
        duration_ms=failure.duration_ms,
        detail=_with_quotation(failure, template, mask),
        may_be_under_way=failure.arrival is Arrival.MAYBE,
    )


def _with_quotation(failure: SendFailure, template: Template, mask: Callable[[str], str]) -> Message:
    """The detail with what the server wrote; without it where answers may carry secrets: nobody knows where in it."""
    if not failure.quoted or template.answer.secrets:
        return failure.detail
    return Message(failure.detail.code, **{**failure.detail.facts, "line": _excerpt(mask(failure.quoted), _QUOTATION)})


def _judge_response(answer: Response, template: Template, mask: Callable[[str], str]) -> Outcome:
    text = text_of(answer)
    data = json_in(text)
    fields = _fields(data, template.answer)
    masked = MaskedAnswer.of(data, template.answer.secrets)
    rule = next((rule for rule in template.rules if _matches(rule, answer.http_status, fields)), None)
    if rule is not None:
        verdict, message = rule.verdict, advice.from_template(rule.advice) if rule.advice else advice.REJECTED
    else:
        verdict, message = _by_table(answer.http_status, fields, has_code=bool(template.answer.code))
    slows_down = verdict is Verdict.SLOW_DOWN and template.answer.slow_down == "unknown"
    if slows_down:
        verdict, message = Verdict.UNKNOWN, Message("advice.slowed_down")
    return Outcome(
        verdict,
        message,
        code=mask(masked.mask(_visible_text(data, masked, template.answer.code, 1).strip(), short=False)),
        message=mask(masked.mask(_visible_text(data, masked, template.answer.message, len(fields.message)))),
        http_status=answer.http_status,
        duration_ms=answer.duration_ms,
        detail=None if fields.readable else _evidence(text, masked, template.answer, mask),
        retry_after_seconds=answer.retry_after_seconds,
        may_be_under_way=verdict is Verdict.UNKNOWN and answer.http_status in GIVEN_UP_IN_BETWEEN,
        advice_if_rejected=advice.REJECTED if rule is not None and rule.may_be_the_row else None,
        slows_down=slows_down,
    )


def _matches(rule: Rule, http_status: int, fields: _AnswerFields) -> bool:
    codes = {fields.number, fields.code} if fields.code else {http_status}
    return (
        (rule.status is None or http_status in rule.status) and (rule.code is None or not codes.isdisjoint(rule.code))
    ) and rule.message.casefold() in fields.message.casefold()


def _by_table(http_status: int, fields: _AnswerFields, *, has_code: bool) -> tuple[Verdict, Message]:
    """The verdict and the advice for answers that no rule of the template knows; docs/templates.md has this table."""
    code_is_good = 200 <= (fields.number or 0) < 300  # noqa: PLR2004
    match http_status // 100:
        case 2 if not fields.readable or (has_code and fields.number is None):
            # also a word of the API's own that no rule of the template explains
            return Verdict.UNKNOWN, Message("advice.unreadable")
        case 2 if has_code and not code_is_good:
            return Verdict.REJECTED, advice.REJECTED
        case 2 if fields.error:
            return Verdict.UNKNOWN, Message("advice.contradictory")
        case 2:
            return Verdict.ACCEPTED, advice.NONE
        case _ if has_code and code_is_good:
            return Verdict.UNKNOWN, Message("advice.contradictory")
        case _ if http_status == _TOO_MANY_REQUESTS:
            return Verdict.SLOW_DOWN, Message("advice.slow_down")
        case 3:
            return Verdict.STOP, Message("advice.redirect")
        case 4 if http_status in (401, 403, 404, 405, 407) and not fields.readable:
            return Verdict.STOP, Message("advice.wrong_place")
        case 4:
            return Verdict.REJECTED, advice.REJECTED
        case _:
            return Verdict.UNKNOWN, Message("advice.server_error")


def _fields(data: Any, paths: AnswerForm) -> _AnswerFields:
    if not isinstance(data, dict):
        return _AnswerFields(readable=False)
    error = value_at(data, paths.error)
    return _AnswerFields(
        readable=True,
        code=next((text for path in paths.code for text in _texts(data, path)), "").strip(),
        message="; ".join(dict.fromkeys(text for path in paths.message for text in _texts(data, path))),
        error=error not in (None, "", "null", False),
    )


def _texts(data: Any, path: str) -> list[str]:
    return [text for value in values_at(data, path) if (text := as_text(value)).strip()]


def _visible_text(data: Any, masked: MaskedAnswer, paths: Sequence[str], most: int) -> str:
    """The first texts at these paths as they may be kept; whatever is inside a secret is one, too."""
    if not isinstance(data, dict):
        return ""
    texts: list[str] = []
    for path in paths:
        hidden = not values_at(masked.data, path) and values_at(data, path)
        texts += [MASK] if hidden else _texts(masked.data, path)
    return "; ".join(dict.fromkeys(texts[:most]))


def _evidence(text: str, masked: MaskedAnswer, paths: AnswerForm, mask: Callable[[str], str]) -> Message | None:
    """What may be kept of an answer that we can't read.

    Where answers may carry secrets, only JSON in which they were found: else nobody knows where in it they are.
    """
    if paths.secrets and text.strip():
        if not masked.hides:
            return Message("failure.answer_left_out")
        text = masked.mask(as_text(masked.data))
    excerpt = _excerpt(mask(text))
    return advice.as_written(excerpt) if excerpt else None


def _excerpt(answer: str, most: int = _EXCERPT) -> str:
    text = " ".join(answer.split())
    return text[:most] + ("…" if len(text) > most else "")
