"""Messages as a journal stores them: codes and facts as JSON. Sentences from version 0.1.0 stay readable."""

import json
import re
from functools import lru_cache

from uploader.i18n import Message
from uploader.model import advice

_CELL_OF_0_1_0 = re.compile("\ue000(-?\\d+)\ue000")
"""How version 0.1.0 marked the place of a cell's name in an advice: the column's number, from 0, between two marks."""
_KEYS = {"code", "facts"}


def stored_advice(message: Message) -> str:
    """An advice as text. No advice is an empty text, as in version 0.1.0 and after a job was forgotten."""
    return "" if message == advice.NONE else _as_json(message)


def read_advice(stored: str) -> Message:
    """The advice that `stored_advice` wrote, or a sentence of version 0.1.0."""
    return _read(stored) if stored else advice.NONE


def stored_detail(detail: Message | None) -> str:
    """What is known of an attempt, as text; "" where nothing is."""
    return "" if detail is None else _as_json(detail)


def read_detail(stored: str) -> Message | None:
    """The detail that `stored_detail` wrote, or a text of version 0.1.0; None where there is none (any more)."""
    return _read(stored) if stored else None


def stored_reason(reason: Message | None) -> str | None:
    """Why a run stopped, as text; None where it did not."""
    return None if reason is None else _as_json(reason)


def read_reason(stored: str | None) -> Message | None:
    """The reason that `stored_reason` wrote, or a sentence of version 0.1.0; None where there is none (any more)."""
    return _read(stored) if stored else None


def _as_json(message: Message) -> str:
    # Sorted: the same message is the same text, by which answers are counted.
    return json.dumps(message.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=1_000)  # most rows of a list have one of a few
def _read(stored: str) -> Message:
    try:
        found = json.loads(stored) if stored.startswith("{") else None
    except ValueError:
        found = None
    if isinstance(found, dict) and found.keys() == _KEYS:
        return Message.from_json(found)
    return _sentence(stored)


def _sentence(text: str) -> Message:
    """A sentence of version 0.1.0; where it names cells, in parts, so that each workbook names its own."""
    before, *rest = _CELL_OF_0_1_0.split(text)
    if not rest:
        return Message("text", text=text)
    parts = [Message("text", text=before.removesuffix(" "))] if before else []
    for column, after in zip(rest[::2], rest[1::2], strict=True):
        # What is wrong with a row is shown with one space between its parts, as it was written.
        parts.append(Message("text_at_cell", column=int(column), text=after.removesuffix(" ")))
    return Message("advice.problems", problems=tuple(parts))
