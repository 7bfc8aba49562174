"""Rows that are not sent because the same request is known."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from uploader.i18n import Message, row_numbers
from uploader.model.resend import EARLIER_ROW, PriorRequest, RowPair
from uploader.model.rows import Status


class HeldBack(NamedTuple):
    """Rows that are not sent because the same request is known."""

    prior: PriorRequest
    """What they have in common: its job and its day; its row is 0."""
    rows: int
    pairs: Sequence[RowPair] = ()
    """The first of them, each with the row that has the same request."""

    def without(self, numbers: Collection[int], count: int) -> "HeldBack":
        """Without these `count` rows."""
        return self._replace(rows=self.rows - count, pairs=[pair for pair in self.pairs if pair.row not in numbers])

    def messages(self) -> Iterator[Message]:
        """Which rows they are, and what they have in common."""
        prior = self.prior
        if prior == EARLIER_ROW:
            yield from (Message("screen.earlier_row", row=row, same=same) for row, same in self.pairs)
            if self.rows > len(self.pairs):
                yield Message("screen.earlier_rows_more", count=self.rows - len(self.pairs))
            return
        numbers = row_numbers([pair.row for pair in self.pairs], self.rows)
        code = "screen.unknown_before" if prior.status is Status.UNKNOWN else "screen.accepted_before"
        yield Message(code, count=self.rows, numbers=numbers, job=prior.job, list=prior.list_name, day=prior.at)
