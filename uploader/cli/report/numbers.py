"""Numbers and names as people read them, in their language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from uploader.i18n import Message, render
from uploader.model.rows import Status
from uploader.model.rows import counted as as_messages


def counted(counts: Mapping[Status, int], language: str, under_way: int = 0) -> str:
    """`37 accepted, 3 rejected`: the statuses that occur, and at last how many of the unknown rows are under way."""
    if not under_way:
        return joined(as_messages(counts), language)
    rest = {**counts, Status.UNKNOWN: counts.get(Status.UNKNOWN, 0) - under_way}
    told = as_messages(rest) if any(rest.values()) else ()
    return joined([*told, Message("counted.under_way", count=under_way)], language)


def joined(messages: Iterable[Message], language: str) -> str:
    """Several facts, separated by commas."""
    return ", ".join(render(one, language) for one in messages)


def rows_of(count: int) -> Message:
    """`1 row`, `3 rows`, as a fact of a sentence."""
    return Message("list.rows", count=count)


def duration(seconds: float) -> Message:
    """`3.2 s`, `1 min 15 s`, as a fact of a sentence."""
    if seconds < 60:  # noqa: PLR2004
        return Message("screen.seconds", seconds=round(seconds, 1))
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return Message("text", text=f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s")


def moment(at: str, *, with_seconds: bool = False) -> str:
    """A time of the journal as this computer's clock shows it: `2026-11-26 16:58`."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S" if with_seconds else "%Y-%m-%d %H:%M")


def places(shown: Sequence[str], more: int) -> Message:
    """`G4, G9 and G12`, or `G4, G9, … and 23 more`, as a fact of a sentence."""
    if more > 0:
        return Message("rows.more", first=tuple(shown), count=more)
    if len(shown) > 1:
        return Message("rows.several", first=tuple(shown[:-1]), last=shown[-1])
    return Message("rows.one", last=shown[0] if shown else "")
