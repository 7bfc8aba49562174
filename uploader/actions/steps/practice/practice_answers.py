"""How the sandbox plays the API of a template: answers that the template's own rules read as they are meant."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import origin_of
from uploader.model.http import Response
from uploader.model.outcomes import Verdict
from uploader.model.settings import Settings
from uploader.sandbox.apis import ReadyAnswer
from uploader.sandbox.faults import Fault
from uploader.sandbox.template_answers import ID_MARK, Address, BatchPlaces, TemplateAnswers
from uploader.templates.answers.form import Rule
from uploader.templates.preflight.question import PreflightQuestion
from uploader.templates.requests.headers.authorization import authorization_of
from uploader.templates.requests.placeholders import fill, parts_of, placeholders_in
from uploader.templates.response import judge
from uploader.templates.template import Template
from uploader.templates.values.paths import HEADER, MINUS

_MEANT_BY = {
    Fault.SLOW_DOWN: Verdict.SLOW_DOWN,
    Fault.QUOTA: Verdict.PAUSE,
    Fault.QUOTA_200: Verdict.PAUSE,
    Fault.MAINTENANCE: Verdict.PAUSE,
    Fault.STOP: Verdict.STOP,
    Fault.REJECT: Verdict.REJECTED,
}
_USUAL_STATUSES: Mapping[Verdict, Sequence[int]] = {
    Verdict.ACCEPTED: (201, 200, 202),
    Verdict.REJECTED: (422, 400, 404, 200),
    Verdict.SLOW_DOWN: (429,),
    Verdict.PAUSE: (403, 503),
    Verdict.STOP: (401, 403),
}
_LATER = {"Retry-After": "1"}
_SAID: Mapping[Verdict, str] = {
    Verdict.ACCEPTED: "OK",
    Verdict.REJECTED: "Rejected for practice.",
    Verdict.SLOW_DOWN: "Too many requests.",
    Verdict.PAUSE: "The quota is used up.",
    Verdict.STOP: "Not authorized.",
}
_CODE_OF_A_NO = "Rejected"
_ANY_PART = "[^/]+"
_BODIES = tuple(f"request.{kind}" for kind in ("json", "form", "multipart", "xml", "text"))
_NO_CONTENT, _REFUSED, _BROKEN = 204, 400, 500
_QUOTA = 5_000


def practice_answers(template: Template, settings: Settings) -> TemplateAnswers:
    """What the sandbox has to know; `settings` are those that it accepts.

    Raises SettingsError where the template reads no answer as a yes.
    """
    accepted = _answer(template, Verdict.ACCEPTED)
    if accepted is None:
        raise SettingsError(Message("sandbox.no_answer", template=template.name))
    found = {fault: _answer(template, verdict) for fault, verdict in _MEANT_BY.items()}
    refusals = {fault: answer for fault, answer in found.items() if answer is not None}
    slow = refusals.get(Fault.SLOW_DOWN, ReadyAnswer(429, {}, _LATER, _SAID[Verdict.SLOW_DOWN]))
    under_200 = refusals.get(Fault.QUOTA_200, slow)._replace(status=200)
    if _verdict(template, under_200) is Verdict.PAUSE:
        refusals[Fault.QUOTA_200] = under_200
    refusals[Fault.RETRY_AFTER] = ReadyAnswer(429, slow.body, _LATER, slow.message)
    for fault in (Fault.QUOTA, Fault.QUOTA_200, Fault.MAINTENANCE):
        refusals.setdefault(fault, refusals[Fault.RETRY_AFTER])  # no answer of this API means a pause
    form, values, secret = template.request, settings.revealed(), set(settings.secret)
    return TemplateAnswers(
        address=_address(form.method, form.url, values, secret),
        accepted=accepted._replace(takes_row=True),
        refusals=refusals,
        contradictory_status=next(
            (
                status
                for status in (400, 500)
                if _verdict(template, accepted._replace(status=status)) is Verdict.UNKNOWN
            ),
            500,
        ),
        at_once=template.limits.concurrency,
        secret_headers=_secret_headers(template, settings),
        secret_query=_secret_query(form.url, values, secret),
        body_secrets=tuple(_in_body(template, values, secret)),
        token=None if template.oauth2 is None else _address("POST", template.oauth2.url, values, set()),
        questions=tuple(
            (_address(one.method, one.url, values, set()), _to_question(template, one)) for one in template.preflight
        ),
        batch=_batch(template),
    )


def _batch(template: Template) -> BatchPlaces | None:
    batch = template.request.batch
    return None if batch is None else BatchPlaces(batch.rows, batch.answers)


# Where requests go


def _address(method: str, url: str, values: Mapping[str, str], secret: set[str]) -> Address:
    """A template's address: what settings and rows put into its path may be anything, but for secrets."""
    parts = urlsplit(url.removeprefix(origin_of(url)))
    pattern, secrets = "", []
    for nth, piece in enumerate(parts_of(parts.path)):
        if nth % 2 == 0:
            pattern += re.escape(piece)
        elif piece in secret:
            pattern += f"({_ANY_PART})"
            secrets.append(values[piece])
        else:
            pattern += _ANY_PART
    fixed = {name: text for name, text in parse_qsl(parts.query, keep_blank_values=True) if not placeholders_in(text)}
    return Address(method, re.compile(pattern or "/"), tuple(secrets), fixed)


def _secret_headers(template: Template, settings: Settings) -> dict[str, str]:
    """The headers that hold secrets and are the same for all rows."""
    settings, values = template.with_pair(settings), settings.revealed()
    shared = {name: text for name, text in template.request.headers.items() if _is_known(text, values)}
    headers = {name: fill(text, values) for name, text in shared.items()} | authorization_of(template.request, values)
    return {name.lower(): value for name, value in headers.items() if settings.mask(value) != value}


def _secret_query(url: str, values: Mapping[str, str], secret: set[str]) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(url.removeprefix(origin_of(url))).query)
    return {name: fill(text, values) for name, text in pairs if _is_secret(text, values, secret)}


def _in_body(template: Template, values: Mapping[str, str], secret: set[str]) -> Iterator[str]:
    for where, text in template.request.texts():
        is_in_body = where.startswith(_BODIES)
        if is_in_body and _is_secret(text, values, secret):
            yield fill(text, values)


def _is_secret(text: str, values: Mapping[str, str], secret: set[str]) -> bool:
    return bool(secret & set(placeholders_in(text))) and _is_known(text, values)


def _is_known(text: str, values: Mapping[str, str]) -> bool:
    return values.keys() >= set(placeholders_in(text))


# What is answered


def _answer(template: Template, verdict: Verdict) -> ReadyAnswer | None:
    """An answer that the template reads so; None where there is none."""
    for candidate in _candidates(template, verdict):
        if _verdict(template, candidate) is verdict:
            return candidate
    return None


def _is_unknown(template: Template, answer: ReadyAnswer, status: int) -> bool:
    return _verdict(template, answer._replace(status=status)) is Verdict.UNKNOWN


def _verdict(template: Template, answer: ReadyAnswer) -> Verdict:
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return judge(Response(answer.status, body, 0, headers=headers), template).verdict


def _candidates(template: Template, verdict: Verdict) -> Iterator[ReadyAnswer]:
    for rule in template.rules:
        if rule.verdict is verdict and not rule.may_be_the_row:
            yield from _by_rule(template, verdict, rule)
    for status in _USUAL_STATUSES.get(verdict, ()):
        yield _made(template, verdict, status, _usual_code(template, verdict, status), _SAID[verdict])
        yield _made(template, verdict, status, "", "")  # where code and message are only said of a refusal
    if verdict is Verdict.ACCEPTED:
        yield ReadyAnswer(_NO_CONTENT)
    if verdict is Verdict.PAUSE:
        for rule in (one for one in template.rules if one.verdict is verdict):
            yield from _by_rule(template, verdict, rule)


def _usual_code(template: Template, verdict: Verdict, status: int) -> str:
    """The status; a word where the code is what a refusal is told by, as most APIs have it."""
    places = template.answer.code[:1] if verdict is Verdict.REJECTED else []
    is_no = any(_leads_to(no, place) for place in places for no in template.answer.refused)
    return _CODE_OF_A_NO if is_no else str(status)


def _by_rule(template: Template, verdict: Verdict, rule: Rule) -> Iterator[ReadyAnswer]:
    message = rule.message or _SAID[verdict]
    for code in rule.code or ("",):
        statuses = rule.status or ((code,) if isinstance(code, int) and 200 <= code < 600 else ())  # noqa: PLR2004
        for status in statuses or _USUAL_STATUSES.get(verdict, (200,)):
            yield _made(template, verdict, status, str(code) or _usual_code(template, verdict, status), message)


def _made(template: Template, verdict: Verdict, status: int, code: str, message: str) -> ReadyAnswer:
    """An answer with everything in the places where the template looks for it."""
    is_yes, paths = verdict is Verdict.ACCEPTED, template.answer
    headers = dict(_LATER) if verdict is Verdict.SLOW_DOWN else {}
    if status == _NO_CONTENT:
        return ReadyAnswer(status, None, headers, message)
    values: list[tuple[str, Any]] = [*((path, is_yes) for path in paths.ok)]
    looked_for = [(path, code) for path in paths.code[:1] if code]
    looked_for += [(path, message) for path in paths.message[:1] if message]
    refused = [] if is_yes else [(path, [{"message": message}]) for path in paths.refused[:1]]
    is_within = any(_leads_to(path, no) and path != no for path, _ in looked_for for no, _ in refused)
    values += [*refused, *looked_for] if is_within else [*looked_for, *refused]
    if is_yes:
        values += [(path, ID_MARK) for path in paths.columns.values() if not path.startswith(HEADER)]
        named = (path.removeprefix(HEADER) for path in paths.columns.values() if path.startswith(HEADER))
        headers |= dict.fromkeys(named, ID_MARK)
        batch = template.request.batch
        if batch is not None and batch.answers is not None:
            values.append((f"{batch.answers}.0" if batch.answers else "0", {}))
    body: Any = None
    for path, value in values:
        body = _put(body, path.split("."), value)
    return ReadyAnswer(status, {} if body is None else body, headers, message)


def _leads_to(path: str, place: str) -> bool:
    """Whether a place is at a path, or within what is there."""
    return f"{place}.".startswith(f"{path}.")


def _put(data: Any, path: Sequence[str], value: Any) -> Any:
    """JSON with a value at a path, where there is room for it; what is there already stays."""
    if not path:
        return value if data is None else data
    first, rest = path[0], path[1:]
    if data is None:
        data = [] if first == "*" or first.isdecimal() else {}
    if isinstance(data, list):
        if first != "*" and not first.isdecimal():
            return data
        place = 0 if first == "*" else int(first)
        padded = [*data, *([None] * (place + 1 - len(data)))]
        padded[place] = _put(padded[place], rest, value)
        return padded
    if isinstance(data, dict):
        name = "practice" if first == "*" else first
        return {**data, name: _put(data.get(name), rest, value)}
    return data


def _to_question(template: Template, question: PreflightQuestion) -> ReadyAnswer:
    """A yes, with room enough for every list where the quota is asked for."""
    accepted = _answer(template, Verdict.ACCEPTED) or ReadyAnswer(200, {})
    body = accepted.body
    if question.quota is not None:
        for reading in (*question.quota.left, question.quota.limit):
            first, *others = [path.strip() for path in reading.split(MINUS)]
            for path in filter(None, [first, *others]):
                body = _put(body, path.split("."), _QUOTA if path == first else 0)
    return accepted._replace(body=body, status=200, takes_row=False)
