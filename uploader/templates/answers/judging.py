"""What an answer, or the lack of one, means for its row and for the run: the template's rules, then one table."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from uploader.i18n import Message
from uploader.model import advice
from uploader.model.http import GIVEN_UP_IN_BETWEEN, Arrival, Response, SendFailure
from uploader.model.outcomes import Outcome, Verdict
from uploader.templates.answers.excerpts import bounded, evidence_of, excerpt
from uploader.templates.answers.fields import AnswerFields, anything_at, keeps_headers, kept_of
from uploader.templates.answers.form import AnswerForm, Rule
from uploader.templates.answers.reading import CONTENT_TYPE
from uploader.templates.answers.verdicts import WRONG_CREDENTIALS, advice_for, by_table
from uploader.templates.template import Template

_KEPT_MEANINGS, _LONGEST_KEPT = 256, 2_000
"""Answers of a run, and bytes of each and of its headers: no more memory than a megabyte."""
_QUOTATION = 200
"""Characters of a line that is quoted in a sentence."""

_VERDICTS: dict[Arrival, tuple[Verdict, Message]] = {
    Arrival.NEVER: (Verdict.UNSENDABLE, Message("advice.unsendable")),
    Arrival.NO: (Verdict.OUT_OF_REACH, Message("advice.out_of_reach")),
    Arrival.BARRED: (Verdict.STOP, Message("advice.proxy_password")),
    Arrival.MAYBE: (Verdict.UNKNOWN, Message("advice.may_have_arrived")),
}
"""What follows when no whole answer came."""


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
    def meaning(http_status: int, body: bytes, content_type: str) -> Outcome:
        return judge(Response(http_status, body, 0, headers={CONTENT_TYPE: content_type}), template, mask)

    def judged(answer: Response | SendFailure) -> Outcome:
        if isinstance(answer, SendFailure) or len(answer.body) > _LONGEST_KEPT:
            return judge(answer, template, mask)
        content_type = answer.headers.get(CONTENT_TYPE, "")
        if len(content_type) > _LONGEST_KEPT:
            return judge(answer, template, mask)
        known = meaning(answer.http_status, answer.body, content_type)
        wait = max(known.retry_after_seconds, answer.retry_after_seconds)
        return known._replace(duration_ms=answer.duration_ms, retry_after_seconds=wait)

    # ids and addresses of what was created are of one answer alone
    return partial(judge, template=template, mask=mask) if keeps_headers(template.answer) else judged


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
    return Message(failure.detail.code, **{**failure.detail.facts, "line": excerpt(mask(failure.quoted), _QUOTATION)})


def _judge_response(answer: Response, template: Template, mask: Callable[[str], str]) -> Outcome:
    form = template.answer
    fields = AnswerFields.of(answer, form, template.rules)
    rule = next((rule for rule in template.rules if _matches(rule, answer.http_status, fields)), None)
    if rule is not None:
        verdict = rule.verdict
        usual = advice_for(verdict, answer.http_status, readable=fields.readable)
        message = advice.from_template(rule.advice) if rule.advice else usual
    else:
        verdict, message = by_table(answer.http_status, fields, form)
    secrets = tuple(name for name, setting in template.settings.items() if setting.secret)
    if message == WRONG_CREDENTIALS and secrets:
        message = Message("advice.wrong_secrets", names=secrets)
    least_wait = form.least_wait_seconds if verdict is Verdict.SLOW_DOWN else 0
    slows_down = verdict is Verdict.SLOW_DOWN and form.slow_down == "unknown"
    if slows_down:
        verdict, message = Verdict.UNKNOWN, Message("advice.slowed_down")
    said = mask(fields.masked.mask(fields.message.shown))
    detail = None
    if not (said or (fields.readable and verdict is Verdict.ACCEPTED)):
        detail = evidence_of(fields, mask, may_hold_secrets=bool(form.secrets))
    refusal = advice.refusal(has_message=bool(said), is_kept=detail is not None)
    return Outcome(
        verdict,
        refusal if message == advice.REJECTED else message,
        code=mask(fields.masked.mask(fields.code.shown, short=False)),
        message=said if fields.readable else bounded(said),
        http_status=answer.http_status,
        duration_ms=answer.duration_ms,
        detail=detail,
        retry_after_seconds=max(answer.retry_after_seconds, fields.retry_after_seconds, least_wait),
        may_be_under_way=verdict is Verdict.UNKNOWN and answer.http_status in GIVEN_UP_IN_BETWEEN,
        advice_if_rejected=refusal if rule is not None and rule.may_be_the_row else None,
        slows_down=slows_down,
        kept=_kept(answer, fields, form, mask),
    )


def _kept(answer: Response, fields: AnswerFields, form: AnswerForm, mask: Callable[[str], str]) -> Mapping[str, str]:
    """The values that get a column of their own in the workbook, by its name; those that are there."""
    found = ((name, kept_of(answer, fields, path)) for name, path in form.columns.items())
    return {name: bounded(mask(fields.masked.mask(value))) for name, value in found if value}


def _matches(rule: Rule, http_status: int, fields: AnswerFields) -> bool:
    codes = {fields.number, fields.code.whole} if fields.code.whole else {http_status}
    return (
        (rule.status is None or http_status in rule.status)
        and (rule.code is None or not codes.isdisjoint(rule.code))
        and rule.message.casefold() in fields.message.whole.casefold()
        and (not rule.found or anything_at(fields.data, rule.found))
    )
