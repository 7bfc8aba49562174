"""Which rows would be skipped as duplicates, as far as a check can tell. Nothing is decided here.

That happens when a row is sent, in the transaction that writes its intent.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress

from uploader.checks.checked_list import CheckedRows
from uploader.checks.repeats import Repeats, are_few
from uploader.model.problems import Problem
from uploader.model.resend import EARLIER_ROW, NAMED_PAIRS, PriorRequest, RowPair
from uploader.model.rows import Status

FindPrior = Callable[[Mapping[str, Sequence[str]]], Iterable[PriorRequest | None]]
"""Takes rows by their fields; gives for each the same request of an earlier job, if there is one."""


class DuplicateCheck:
    """Remembers the requests of the rows checked so far, and looks up those of earlier jobs.

    Without `find_prior` it compares the list's rows with each other alone. `job` is the list's own, where it has one.
    """

    def __init__(self, find_prior: FindPrior | None = None, job: int | None = None) -> None:
        self._find_prior, self._job = find_prior, job
        self._requests = Repeats()
        self.held_back: Counter[Status] = Counter()
        """How many rows would end with which status without being sent."""
        self.prior: Counter[PriorRequest] = Counter()
        """How many rows have the same request as some earlier job's on some day: its `row` is 0, `at` that day.

        Or as an earlier row of the list's own job (`EARLIER_ROW`).
        """
        self.pairs: dict[PriorRequest, list[RowPair]] = defaultdict(list)
        """The first of them, and of the rows that repeat an earlier one."""

    def problems(
        self,
        rows: CheckedRows,
        stopped: Collection[int],
        known: Mapping[int, PriorRequest] | None = None,
        in_list: Mapping[int, int] | None = None,
    ) -> Iterator[Problem]:
        """A warning for each row whose request an earlier job made; `stopped` rows are not sent anyway.

        Of the rows in `known`, that is known already. `in_list` has the numbers in the list, where they are others.
        """
        requests = map(hash, zip(*rows.fields.values(), strict=True))
        prior = dict(known or {})
        if self._find_prior is not None:
            prior |= _prior(rows, self._find_prior, {*stopped, *prior})
        if not (prior or stopped):
            self._requests.extend(rows.records.numbers, requests)
            return
        for number, request in zip(rows.records.numbers, requests, strict=True):
            if number in prior:
                yield self._held_back(number, prior[number], (in_list or {}).get(number, number))
            elif number not in stopped:
                self._requests.add(number, request)

    def repeated(self) -> list[Problem]:
        """A warning for each row whose request is that of an earlier row, in the list's order; call it once."""
        repeated = self._requests.pairs()
        self.held_back[Status.SKIPPED] += len(repeated)
        if repeated:
            self.pairs[EARLIER_ROW] = sorted([*self.pairs[EARLIER_ROW], *repeated])[:NAMED_PAIRS]
        if not are_few(pair.same_as for pair in repeated):
            return [Problem(pair.row, None, "repeated", stops=False) for pair in repeated]
        return [Problem(pair.row, None, "repeats_row", {"earlier": pair.same_as}, stops=False) for pair in repeated]

    def _held_back(self, number: int, prior: PriorRequest, in_list: int) -> Problem:
        of_day = prior.of_day(self._job, in_list)
        self.held_back[prior.held_as] += 1
        self.prior[of_day] += 1
        if self.prior[of_day] <= NAMED_PAIRS:
            self.pairs[of_day].append(RowPair(number, prior.row))
        if of_day == EARLIER_ROW:
            return Problem(number, None, "repeats_row", {"earlier": prior.row}, stops=False)
        code = "unknown_before" if prior.status is Status.UNKNOWN else "accepted_before"
        return Problem(number, None, code, {"list": prior.list_name, "day": of_day.at, "job": prior.job}, stops=False)


def _prior(rows: CheckedRows, find_prior: FindPrior, stopped: Collection[int]) -> dict[int, PriorRequest]:
    """The rows whose requests an earlier job made, by number."""
    numbers, fields = rows.records.numbers, rows.fields
    if stopped:
        kept = [number not in stopped for number in numbers]
        numbers = list(compress(numbers, kept))
        fields = {name: list(compress(values, kept)) for name, values in fields.items()}
    found = zip(numbers, find_prior(fields), strict=True) if numbers else ()
    return {number: request for number, request in found if request is not None}
