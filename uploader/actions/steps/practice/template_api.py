"""How the sandbox plays the API of a template."""

from collections.abc import Mapping

from uploader.actions.steps.practice.addresses import address_of, secret_headers, secret_query, secrets_in_body
from uploader.actions.steps.practice.answers import LATER, SAID, answer_for, verdict_of
from uploader.actions.steps.practice.json_places import put
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.outcomes import Verdict
from uploader.model.settings import Settings
from uploader.sandbox.apis import ReadyAnswer
from uploader.sandbox.faults import Fault
from uploader.sandbox.template_answers import BatchPlaces, TemplateAnswers
from uploader.templates.preflight.question import PreflightQuestion
from uploader.templates.template import Template
from uploader.templates.values.paths import MINUS

_MEANT_BY = {
    Fault.SLOW_DOWN: Verdict.SLOW_DOWN,
    Fault.QUOTA: Verdict.PAUSE,
    Fault.QUOTA_200: Verdict.PAUSE,
    Fault.MAINTENANCE: Verdict.PAUSE,
    Fault.STOP: Verdict.STOP,
    Fault.REJECT: Verdict.REJECTED,
}
_REFUSED, _BROKEN = 400, 500
_QUOTA = 5_000


def practice_answers(template: Template, settings: Settings) -> TemplateAnswers:
    """What the sandbox has to know; `settings` are those that it accepts.

    Raises SettingsError where the template reads no answer as a yes.
    """
    accepted = answer_for(template, Verdict.ACCEPTED)
    if accepted is None:
        raise SettingsError(Message("sandbox.no_answer", template=template.name))
    form, values, secret = template.request, settings.revealed(), set(settings.secret)
    return TemplateAnswers(
        address=address_of(form.method, form.url, values, secret),
        accepted=accepted._replace(takes_row=True),
        refusals=_refusals(template),
        contradictory_status=_contradictory_status(template, accepted),
        at_once=template.limits.concurrency,
        secret_headers=secret_headers(template, settings),
        secret_query=secret_query(form.url, values, secret),
        body_secrets=tuple(secrets_in_body(template, values, secret)),
        token=None if template.oauth2 is None else address_of("POST", template.oauth2.url, values, set()),
        questions=tuple(
            (address_of(one.method, one.url, values, set()), _to_question(template, one)) for one in template.preflight
        ),
        batch=_batch(template),
    )


def _refusals(template: Template) -> Mapping[Fault, ReadyAnswer]:
    found = {fault: answer_for(template, verdict) for fault, verdict in _MEANT_BY.items()}
    refusals = {fault: answer for fault, answer in found.items() if answer is not None}
    slow = refusals.get(Fault.SLOW_DOWN, ReadyAnswer(429, {}, LATER, SAID[Verdict.SLOW_DOWN]))
    under_200 = refusals.get(Fault.QUOTA_200, slow)._replace(status=200)
    if verdict_of(template, under_200) is Verdict.PAUSE:
        refusals[Fault.QUOTA_200] = under_200
    refusals[Fault.RETRY_AFTER] = ReadyAnswer(429, slow.body, LATER, slow.message)
    for fault in (Fault.QUOTA, Fault.QUOTA_200, Fault.MAINTENANCE):
        refusals.setdefault(fault, refusals[Fault.RETRY_AFTER])  # no answer of this API means a pause
    return refusals


def _contradictory_status(template: Template, accepted: ReadyAnswer) -> int:
    """Of a yes whose HTTP status says no, such that nobody knows what it means."""
    for status in (_REFUSED, _BROKEN):
        if verdict_of(template, accepted._replace(status=status)) is Verdict.UNKNOWN:
            return status
    return _BROKEN


def _batch(template: Template) -> BatchPlaces | None:
    batch = template.request.batch
    return None if batch is None else BatchPlaces(batch.rows, batch.answers)


def _to_question(template: Template, question: PreflightQuestion) -> ReadyAnswer:
    """A yes, with room enough for every list where the quota is asked for."""
    accepted = answer_for(template, Verdict.ACCEPTED) or ReadyAnswer(200, {})
    body = accepted.body
    if question.quota is not None:
        for reading in (*question.quota.left, question.quota.limit):
            first, *others = [path.strip() for path in reading.split(MINUS)]
            for path in filter(None, [first, *others]):
                body = put(body, path.split("."), _QUOTA if path == first else 0)
    return accepted._replace(body=body, status=200, takes_row=False)
