"""Several rows or names in a sentence: up to ten of them, and how many more."""

from collections.abc import Sequence

from uploader.i18n.message import Fact, Message

_NAMED = 10


def row_numbers(numbers: Sequence[int], total: int | None = None) -> Message:
    """`4, 9 and 12`, or `4, 9, 12, … and 23 more`; `total` is how many there are where `numbers` are only the first."""
    return some_of(tuple(map(str, numbers[:_NAMED])), len(numbers) if total is None else total)


def some_of(names: Sequence[Fact], total: int | None = None) -> Message:
    """The same of names: texts, or messages that are no sentences."""
    named = tuple(names[:_NAMED])
    more = (len(names) if total is None else total) - len(named)
    if more > 0:
        return Message("rows.more", count=more, first=named)
    if len(named) > 1:
        return Message("rows.several", first=named[:-1], last=named[-1])
    return Message("rows.one", last=named[0] if named else "")
