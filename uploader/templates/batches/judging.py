"""What one answer means for each of the rows that shared its request."""

from collections.abc import Callable, Sequence
from typing import Any

from uploader.i18n import Message
from uploader.model.http import Response, SendFailure
from uploader.model.outcomes import Outcome, Verdict
from uploader.templates.batches.form import BatchForm
from uploader.templates.response import json_of, judge, judge_of, value_at
from uploader.templates.secrets import MaskedAnswer
from uploader.templates.template import Template

_SAYS_NOTHING_OF_ROWS = (Verdict.SLOW_DOWN, Verdict.PAUSE, Verdict.STOP, Verdict.UNSENDABLE, Verdict.UNKNOWN)


def judge_rows_of(
    template: Template, batch: BatchForm, mask: Callable[[str], str] = str
) -> Callable[[Response | SendFailure, int], Sequence[Outcome]]:
    """What the answer to a request of so many rows means for each of them, in their order.

    Where the template says at which path an answer has something for each row, that decides, and all paths of
    `[answer]` begin there. Else, and where nothing stands there, the answer as a whole decides: a no is all rows', and a
    yes is nobody's, for it isn't known whose.
    """
    judge_whole = judge_of(template, mask)

    def of_rows(answer: Response | SendFailure, count: int) -> Sequence[Outcome]:
        whole = judge_whole(answer)
        if batch.answers is None or isinstance(answer, SendFailure):
            return [whole] * count
        parts = answers_of(answer, batch.answers, count)
        if parts is None:
            is_partial = stands_at(answer, batch.answers)
            return [_without_parts(whole, is_partial=is_partial)] * count
        return [_of_part(judge_part(part, answer), whole) for part in parts]

    return of_rows
