"""What of an answer is short enough to be kept."""

from collections.abc import Callable

from uploader.i18n import Message
from uploader.model import advice
from uploader.templates.answers.fields import AnswerFields
from uploader.templates.answers.secrets import as_text

_EXCERPT = 500
"""Characters of an answer that says nothing where we look, kept as evidence."""
_MOST = 33_000
"""Characters of a value or message. It is more than Excel holds in a cell, so that what is cut here is marked as cut in
every workbook: nothing takes it for the whole.
"""


def excerpt(answer: str, most: int = _EXCERPT) -> str:
    """The beginning of a text, on one line."""
    text = " ".join(answer.split())
    return text[:most] + ("…" if len(text) > most else "")


def bounded(text: str) -> str:
    """A text, cut with … if it is far too long."""
    return text if len(text) <= _MOST else text[:_MOST] + "…"


def evidence_of(fields: AnswerFields, mask: Callable[[str], str], *, may_hold_secrets: bool) -> Message | None:
    """What may be kept of an answer that says nothing where we look; `mask` takes the settings' secrets out of it.

    Where answers may carry secrets, only JSON in which they were found: else nobody knows where in it they are.
    """
    text = as_text(fields.masked.data) if fields.readable else fields.text
    if may_hold_secrets and text.strip():
        if not fields.masked.hides:
            return Message("failure.answer_not_shown" if fields.readable else "failure.answer_left_out")
        text = fields.masked.mask(as_text(fields.masked.data))
    kept = excerpt(mask(text))
    return advice.as_written(kept) if kept else None
