"""What a person is advised to do about a row: messages with facts, rendered where they are shown."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache

from uploader.i18n import Localized, Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.i18n.recognise import recognised
from uploader.model.problems import Problem
from uploader.model.resend import PriorRequest
from uploader.model.rows import Status

NONE = Message("advice.none")
UNDER_WAY = Message("advice.under_way")
"""The request left, and no answer is recorded (yet)."""
NOT_ITS_TURN = Message("advice.not_its_turn")
"""The run has not reached the row (yet)."""
REJECTED = Message("advice.rejected")
"""The API's message says why."""
_REJECTED_AS_KEPT = Message("advice.rejected_as_kept")
_REJECTED_WITHOUT_A_WORD = Message("advice.rejected_without_a_word")
TOLD_BY_WORKBOOK = Message("advice.told_by_workbook")
"""Only a workbook from elsewhere says that the row was sent before."""
CHANGED_ELSEWHERE = Message("advice.changed_elsewhere")
"""The cells were edited after the row was sent, and this computer doesn't know what was sent."""
CHANGED_AFTER_FORGETTING = Message("advice.changed_after_forgetting")
"""The cells were edited after what was sent was deleted from the journal."""
CHANGED_BY_HAND = Message("advice.changed_by_hand")
"""Somebody edited the row's result in the workbook."""
REFUSED_AS_EDITED = Message("advice.refused_as_edited")
"""The row's outcome is unknown as it was sent first, and what it was edited to since was refused."""

_HELD_BACK = {Status.ACCEPTED: "advice.accepted_before", Status.UNKNOWN: "advice.unknown_before"}
_EARLIER_ROW = "advice.earlier_row"
_SAID_BESIDES = (REFUSED_AS_EDITED, CHANGED_ELSEWHERE, TOLD_BY_WORKBOOK)
"""What follows another advice."""


def from_template(texts: Localized) -> Message:
    """What a template's rule says about an answer."""
    return Message("advice.from_template", text=texts)


def refusal(*, has_message: bool, is_kept: bool) -> Message:
    """For a row that the API refused, without a reason that we know of.

    Its message may say why; without one, what the answer says besides may be kept for the sheet Attempts.
    """
    return REJECTED if has_message else _REJECTED_AS_KEPT if is_kept else _REJECTED_WITHOUT_A_WORD


def is_refusal(said: Message) -> bool:
    """Whether this is what is said where no reason for a refusal is known."""
    return said in (REJECTED, _REJECTED_AS_KEPT, _REJECTED_WITHOUT_A_WORD)


def as_written(text: str) -> Message:
    """A text that is kept as it was written: by a server, by version 0.1.0 in its journal, or in a workbook."""
    return Message("text", text=text) if text else NONE


def read_back(text: str, of_rules: Sequence[Localized] = (), besides: Sequence[Message] = _SAID_BESIDES) -> Message:
    """What a workbook shows as advice, as the message that it was; a text where it is none of ours.

    `of_rules` are the texts of the template's rules: each is one in every language that it has. `besides` may follow,
    each once.
    """
    texts = next((texts for texts in of_rules if text in texts.values()), None)
    known = recognised(text, "advice.") if texts is None else from_template(texts)
    if known is not None:
        return known
    for one in besides:
        end = next(filter(text.endswith, _ends(one)), None)
        if end is not None:
            others = [other for other in besides if other != one]
            return followed_by(read_back(text.removesuffix(end), of_rules, others), one)
    return as_written(text)


@cache
def _ends(besides: Message) -> Sequence[str]:
    """How an advice ends that says this besides, in each language."""
    return [f" {render(besides, language)}" for language in LANGUAGES]


def followed_by(first: Message, second: Message) -> Message:
    """Two things to say about one row."""
    return second if first == NONE else Message("advice.several", parts=(first, second))


def refused_as_edited(before: Message) -> Message:
    """For a row whose outcome stays unknown, although it was sent again as edited and refused."""
    return before if REFUSED_AS_EDITED in _parts(before) else followed_by(before, REFUSED_AS_EDITED)


def _parts(said: Message) -> Sequence[object]:
    """What several things said about one row are."""
    parts = said.facts.get("parts")
    return parts if isinstance(parts, tuple) else ()


def told_elsewhere(said: Message) -> Message:
    """For a row that another computer skipped because the same request was accepted before, of another list.

    For one that repeats a row of its own list, that row speaks.
    """
    is_said = said == TOLD_BY_WORKBOOK or TOLD_BY_WORKBOOK in _parts(said)
    return said if is_said or said.code == _EARLIER_ROW else followed_by(said, TOLD_BY_WORKBOOK)


def held_back(prior: PriorRequest) -> Message:
    """For a row that is not sent because the same request is known."""
    when = f"{datetime.fromisoformat(prior.at).astimezone():%Y-%m-%d %H:%M}" if prior.at else ""
    code = _HELD_BACK.get(prior.status, _EARLIER_ROW)
    return Message(code, when=when, list=prior.list_name, row=prior.row, job=prior.job)


def settled(*, arrived: bool, who: str, when: datetime) -> Message:
    """For a row whose outcome was unknown until somebody looked."""
    return Message("advice.arrived" if arrived else "advice.not_arrived", who=who, when=f"{when:%Y-%m-%d %H:%M}")


def of_problems(found: Iterable[Problem], list_column: Callable[[int], int] = int) -> Message:
    """All that is wrong with one row. `list_column` gives, for a problem's column, that of the list, from 0.

    The workbook in which it is shown has cells of its own: it says how the cell of each column is called.
    """
    problems = (
        Message(
            "advice.problem",
            column=None if problem.column is None else list_column(problem.column),
            cause=problem.cause,
            fix=problem.fix,
        )
        for problem in found
    )
    return Message("advice.problems", problems=tuple(problems))
