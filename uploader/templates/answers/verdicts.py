"""What an answer means that no rule of its template knows: one table, which docs/template-reference.md has in words."""

import re
from typing import Any

from uploader.i18n import Message
from uploader.model import advice
from uploader.model.http import SUCCESSES
from uploader.model.outcomes import Verdict
from uploader.templates.answers.fields import AnswerFields, is_false, is_something
from uploader.templates.answers.form import AnswerForm

_NO_CONTENT = (204, 205)
"""Answers that never have a body, and say yes without one."""
_SEVERAL_ANSWERS = 207
"""Within it some may say no."""
_SLOW_DOWN = (425, 429)
_NEITHER = (304, 408, 421)
"""Nobody looked at the row, as far as one can tell: it came too slowly, or to another server than the API's."""
_LETS_NOBODY_IN = (401, 407)
_MAY_BE_ELSEWHERE = (403, 404, 405)
_ERRORS = ("error", "errors", "error_code", "errorCode")
_NO_ERRORS = frozenset({"ok", "success", "none"})
"""Texts there that name no error; nor do zeros."""
_WORDS_OF_A_NO = re.compile(
    r"\b(?:no|not|error|fail|invalid|denied|refused|reject|exception|fatal|warning|forbidden|unauthori|quota|limit)",
    re.IGNORECASE,
)
"""How the words begin by which a text says no."""
_SUCCESSES = ("ok", "success", "status", "result")
_NOES = frozenset({"error", "err", "fail", "failed", "failure", "ko", "nok", "rejected", "denied", "invalid"})
"""What stands there instead of false."""

_UNREADABLE = (Verdict.UNKNOWN, Message("advice.unreadable"))
_CONTRADICTORY = (Verdict.UNKNOWN, Message("advice.contradictory"))
_REJECTED = (Verdict.REJECTED, advice.REJECTED)
_ACCEPTED = (Verdict.ACCEPTED, advice.NONE)

WRONG_CREDENTIALS = Message("advice.wrong_credentials")

_ADVICE = {
    Verdict.ACCEPTED: advice.NONE,
    Verdict.REJECTED: advice.REJECTED,
    Verdict.UNKNOWN: Message("advice.unreadable"),
    Verdict.SLOW_DOWN: Message("advice.slow_down"),
    Verdict.PAUSE: Message("advice.paused"),
    Verdict.STOP: Message("advice.wrong_place"),
}


def advice_for(verdict: Verdict, http_status: int, *, readable: bool) -> Message:
    """What follows for a verdict without an advice of its own, as of a template's rule that gives none."""
    if verdict is Verdict.STOP and readable and http_status in _LETS_NOBODY_IN:
        return WRONG_CREDENTIALS
    return _ADVICE[verdict]


def by_table(http_status: int, fields: AnswerFields, form: AnswerForm) -> tuple[Verdict, Message]:
    """The verdict and the advice."""
    if http_status in SUCCESSES:
        return _of_a_yes(http_status, fields, form)
    is_no = fields.refused or fields.ok is False
    if not is_no and (fields.ok or (form.code and _is_good(fields.number))):
        return _CONTRADICTORY
    return _of_another(http_status, readable=fields.readable)


def _of_a_yes(http_status: int, fields: AnswerFields, form: AnswerForm) -> tuple[Verdict, Message]:
    """For HTTP 2xx: the answer's own words for no, its code, then whatever else in it looks like a no."""
    if fields.refused or fields.ok is False:
        return _REJECTED
    if not fields.text.strip() and not form.expected:
        return _UNREADABLE if http_status not in _NO_CONTENT and (form.code or form.ok) else _ACCEPTED
    names_nothing = not (form.code or form.ok or form.refused or form.expected)
    if fields.is_plain_text and names_nothing and not _WORDS_OF_A_NO.search(fields.text):
        return _ACCEPTED  # the HTTP status alone decides, and nothing looks cut off, like a page or like a no
    if not fields.readable or (form.ok and fields.ok is None):
        return _UNREADABLE
    if form.code and not _is_good(fields.number):
        if fields.number is not None:
            return _CONTRADICTORY if fields.ok else _REJECTED
        if not (form.ok or form.refused):
            return _UNREADABLE  # also a word of the API's own that no rule of the template explains
    if fields.error or _looks_refused(fields.data, form):
        return _CONTRADICTORY
    if fields.lacks_expected or (http_status == _SEVERAL_ANSWERS and names_nothing):
        return _UNREADABLE
    return _ACCEPTED


def _of_another(http_status: int, *, readable: bool) -> tuple[Verdict, Message]:
    """For an HTTP status that is no yes."""
    if http_status in _SLOW_DOWN:
        return Verdict.SLOW_DOWN, _ADVICE[Verdict.SLOW_DOWN]
    if http_status in _NEITHER:
        return _UNREADABLE
    if http_status in _LETS_NOBODY_IN or (http_status in _MAY_BE_ELSEWHERE and not readable):
        return Verdict.STOP, advice_for(Verdict.STOP, http_status, readable=readable)
    match http_status // 100:
        case 1:
            return _UNREADABLE
        case 3:
            return Verdict.STOP, Message("advice.redirect")
        case 4:
            return _REJECTED
        case _:
            return Verdict.UNKNOWN, Message("advice.server_error")


def _is_good(number: int | None) -> bool:
    return number in SUCCESSES


def _names_an_error(value: Any) -> bool:
    text = value.strip().casefold() if isinstance(value, str) else ""
    return is_something(value) and text not in _NO_ERRORS and (not text or bool(text.strip("0")))


def _says_no(value: Any) -> bool:
    return is_false(value) or (isinstance(value, str) and value.strip().casefold() in _NOES)


def _looks_refused(data: Any, form: AnswerForm) -> bool:
    """Whether an answer that was called a yes names errors where most APIs do, or says there that it didn't go well.

    What the template looks at itself is its own to say.
    """
    own = {path.removesuffix(".*") for path in (*form.refused, *form.ok, *form.code)}
    return any(
        any(_names_an_error(one.get(name)) for name in _ERRORS if name not in own)
        or any(_says_no(one.get(name)) for name in _SUCCESSES if name not in own)
        for one in (data if isinstance(data, list) else [data])
        if isinstance(one, dict)
    )
