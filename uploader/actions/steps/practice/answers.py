"""Answers that a template's own rules read as they are meant: made, tried, and the first that fits is taken."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uploader.actions.steps.practice.json_places import leads_to, put
from uploader.model.http import Response
from uploader.model.outcomes import Verdict
from uploader.sandbox.apis import ReadyAnswer
from uploader.sandbox.template_answers import ID_MARK
from uploader.templates.answers.fields import anything_at
from uploader.templates.answers.form import Rule
from uploader.templates.answers.judging import judge
from uploader.templates.template import Template
from uploader.templates.values.paths import HEADER

_USUAL_STATUSES: Mapping[Verdict, Sequence[int]] = {
    Verdict.ACCEPTED: (201, 200, 202),
    Verdict.REJECTED: (422, 400, 404, 200),
    Verdict.SLOW_DOWN: (429,),
    Verdict.PAUSE: (403, 503),
    Verdict.STOP: (401, 403),
}
LATER = {"Retry-After": "1"}
SAID: Mapping[Verdict, str] = {
    Verdict.ACCEPTED: "OK",
    Verdict.REJECTED: "Rejected by the sandbox.",
    Verdict.SLOW_DOWN: "Too many requests.",
    Verdict.PAUSE: "The quota is used up.",
    Verdict.STOP: "Not authorized.",
}
_CODE_OF_A_NO = "Rejected"
_NO_CONTENT = 204


def answer_for(template: Template, verdict: Verdict) -> ReadyAnswer | None:
    """An answer that the template reads so; None where there is none."""
    for candidate in _candidates(template, verdict):
        if verdict_of(template, candidate) is verdict:
            return candidate
    return None


def verdict_of(template: Template, answer: ReadyAnswer) -> Verdict:
    """What an answer means to the template."""
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return judge(Response(answer.status, body, 0, headers=headers), template).verdict


def _candidates(template: Template, verdict: Verdict) -> Iterator[ReadyAnswer]:
    for rule in template.rules:
        if rule.verdict is verdict and not rule.may_be_the_row:
            yield from _by_rule(template, verdict, rule)
    for status in _USUAL_STATUSES.get(verdict, ()):
        yield _made(template, verdict, status, _usual_code(template, verdict, status), SAID[verdict])
        yield _made(template, verdict, status, "", "")  # where code and message are only said of a refusal
    if verdict is Verdict.ACCEPTED:
        yield ReadyAnswer(_NO_CONTENT)
    if verdict is Verdict.PAUSE:
        for rule in (one for one in template.rules if one.verdict is verdict):
            yield from _by_rule(template, verdict, rule)


def _usual_code(template: Template, verdict: Verdict, status: int) -> str:
    """The status; a word where the code is what a refusal is told by, as most APIs have it."""
    places = template.answer.code[:1] if verdict is Verdict.REJECTED else []
    is_no = any(leads_to(no, place) for place in places for no in template.answer.refused)
    return _CODE_OF_A_NO if is_no else str(status)


def _by_rule(template: Template, verdict: Verdict, rule: Rule) -> Iterator[ReadyAnswer]:
    message = rule.message or SAID[verdict]
    for code in rule.code or ("",):
        statuses = rule.status or ((code,) if isinstance(code, int) and 200 <= code < 600 else ())  # noqa: PLR2004  # HTTP's own
        for status in statuses or _USUAL_STATUSES.get(verdict, (200,)):
            usual = str(code) or _usual_code(template, verdict, status)
            yield _made(template, verdict, status, usual, message, rule.found[:1])


def _made(
    template: Template, verdict: Verdict, status: int, code: str, message: str, found: Sequence[str] = ()
) -> ReadyAnswer:
    """An answer with everything in the places where the template looks for it."""
    is_yes, paths = verdict is Verdict.ACCEPTED, template.answer
    headers = dict(LATER) if verdict is Verdict.SLOW_DOWN else {}
    if status == _NO_CONTENT:
        return ReadyAnswer(status, None, headers, message)
    values: list[tuple[str, Any]] = [*((path, is_yes) for path in paths.ok)]
    looked_for = [(path, code) for path in paths.code[:1] if code]
    looked_for += [(path, message) for path in paths.message[:1] if message]
    refused = [] if is_yes else [(path, [{"message": message}]) for path in paths.refused[:1]]
    is_within = any(leads_to(path, no) and path != no for path, _ in looked_for for no, _ in refused)
    values += [*refused, *looked_for] if is_within else [*looked_for, *refused]
    if is_yes:
        kept = (path for path in paths.columns.values() if not path.startswith(HEADER))
        values += [(path, ID_MARK) for path in (*kept, *paths.expected)]
        named = (path.removeprefix(HEADER) for path in paths.columns.values() if path.startswith(HEADER))
        headers |= dict.fromkeys(named, ID_MARK)
        batch = template.request.batch
        if batch is not None and batch.answers is not None:
            values.append((f"{batch.answers}.0" if batch.answers else "0", {}))
    body: Any = None
    for path, value in values:
        body = put(body, path.split("."), value)
    for path in found:
        if not anything_at(body, [path]):
            body = put(body, path.split("."), message)
    return ReadyAnswer(status, {} if body is None else body, headers, message)
