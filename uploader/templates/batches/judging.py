"""What one answer means for each of the rows that shared its request."""

import re
from collections.abc import Callable, Sequence

from uploader.i18n import Message
from uploader.model import advice
from uploader.model.http import SUCCESSES, Response, SendFailure
from uploader.model.outcomes import Outcome, Verdict
from uploader.templates.answers.judging import judge_of
from uploader.templates.answers.places import value_at
from uploader.templates.answers.reading import json_of
from uploader.templates.answers.shares import answers_of
from uploader.templates.batches.form import BatchForm
from uploader.templates.template import Template

_OF_YES_AND_NO = (Verdict.ACCEPTED, Verdict.REJECTED)


def judge_rows_of(
    template: Template, batch: BatchForm, mask: Callable[[str], str] = str
) -> Callable[[Response | SendFailure, int], Sequence[Outcome]]:
    """What the answer to a request of so many rows means for each of them, in their order.

    Where the template says that an answer has something for each row, that decides. Without it a yes is nobody's, for
    it isn't known whose; a refusal by its HTTP status is all rows', unless the answer speaks of some of them. Where one
    answer counts for all and says how many rows were taken, it is a yes only if those are all. Where a refused request
    takes none of its rows, a refusal of all says nothing of any.
    """
    judged = judge_of(template, mask)

    def of_rows(answer: Response | SendFailure, count: int) -> Sequence[Outcome]:
        if isinstance(answer, SendFailure):
            outcome = judged(answer)
        elif batch.answers is None:
            outcome = _of_all(answer, batch.taken, judged(answer), count)
        elif (parts := answers_of(answer, batch.answers, count)) is not None:
            return [judged(part) for part in parts]
        else:
            outcome = _without_parts(answer, batch.answers, judged(answer))
        return [outcome if count == 1 else _as_one_of_many(outcome, batch)] * count

    return of_rows


def _as_one_of_many(whole: Outcome, batch: BatchForm) -> Outcome:
    """What is said of a row because of what is said of all: a refusal may be another row's fault."""
    if whole.verdict is Verdict.REJECTED and batch.all_or_nothing:
        return whole._replace(verdict=Verdict.REFUSED_TOGETHER, advice=Message("advice.refused_together"), kept={})
    is_plain = whole.verdict is Verdict.REJECTED and advice.is_refusal(whole.advice)
    return whole._replace(advice=Message("advice.rejected_together")) if is_plain else whole


def _of_all(answer: Response, path: str | None, whole: Outcome, count: int) -> Outcome:
    """What an answer means for all rows: a yes to more or fewer of them than were sent is nobody's."""
    if path is None or whole.verdict is not Verdict.ACCEPTED or _number_at(answer, path) == count:
        return whole
    return whole._replace(verdict=Verdict.UNKNOWN, advice=Message("advice.answers_missing"))


def _number_at(answer: Response, path: str) -> int | None:
    """A whole number, or one written as a text; None for anything else."""
    found = value_at(json_of(answer), path)
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    return int(found) if isinstance(found, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", found) else None


def _without_parts(answer: Response, path: str, whole: Outcome) -> Outcome:
    """What an answer means that says nothing of each row alone, or speaks of more or fewer than were sent."""
    data = json_of(answer)
    speaks_of_some = bool(value_at(data, path) if path else isinstance(data, list) and data)
    is_fine = answer.http_status in SUCCESSES
    if speaks_of_some or (is_fine and whole.verdict in _OF_YES_AND_NO):
        return whole._replace(
            verdict=Verdict.UNKNOWN,
            advice=Message("advice.answers_missing"),
            slows_down=whole.slows_down or whole.verdict is Verdict.SLOW_DOWN,
            advice_if_rejected=None,
            kept={},  # whose they are is not known either
        )
    return whole
