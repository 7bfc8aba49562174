"""What a check says of rows that would not be sent because the same request is known; nothing is decided here.

That is decided when a row is sent, in the transaction of its intent: the check only looks.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime

from uploader.actions.session import Session
from uploader.actions.steps import find_job
from uploader.checks.checked_list import CheckedList, CheckedRows
from uploader.errors import SettingsError
from uploader.i18n.words import Words
from uploader.journal.sqlite import Journal
from uploader.model.job import Job
from uploader.model.problems import Problem
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status
from uploader.model.settings import Settings

_TWICE = Words("the same request stands in an earlier row"), Words("It is sent once, and this row is skipped.")
_ACCEPTED = (
    Words("the same request was accepted before ({list}, {day}, job {job})"),
    Words("The row is skipped; --send-duplicates sends it again."),
)
_UNKNOWN = (
    Words("the same request was sent before without a usable answer ({list}, {day}, job {job})"),
    Words("The row is left alone: look it up in the API's own system; --resend-unknown sends it again."),
)

_ROWS_AT_ONCE = 100_000
"""So many requests at a time are compared, which takes fifty bytes for each; all others take twelve."""


class DuplicateCheck:
    """Goes along with a check and knows the requests of the rows before, and those of earlier jobs."""

    def __init__(self, opened: CheckedList, around: Session, journal: Journal | None) -> None:
        self._requests = array("q")
        self._numbers = array("I")
        self.held_back: Counter[Status] = Counter()
        """How many rows would stand where without being sent."""
        self._template = opened.template
        self._journal: Journal | None = None
        self._settings, self._repeats = Settings(), ResendPolicy()
        self._base_url: str | None = None
        if journal is not None and (opened.own is None or not opened.own.imprint.sandbox):
            self._compare_with(journal, journal.last_sent(self._template.name), around)

    def _compare_with(self, journal: Journal, last: Job | None, around: Session) -> None:
        """Requests are compared as they would be sent with the settings at hand, else with those of the last job."""
        if last is None:
            return
        self._journal = journal
        self._repeats = ResendPolicy(since=find_job.held_back_since(self._template, last, sandbox=False))
        try:
            self._settings = around.settle(self._template, {})
        except SettingsError:
            self._settings = around.settle(self._template, last.settings)
        self._base_url = find_job.base_url_of(last, self._template, self._settings)

    def told(self, some: CheckedRows, stopped: Collection[int]) -> Iterator[Problem]:
        """A warning for each row whose request an earlier job made; `stopped` rows are not sent anyway."""
        requests = map(hash, zip(*some.fields.values(), strict=True))
        earlier = {} if self._journal is None else self._earlier(some, self._journal, stopped)
        if not (earlier or stopped):
            self._requests.extend(requests)
            self._numbers.extend(some.texts.numbers)
            return
        for number, request in zip(some.texts.numbers, requests, strict=True):
            if number in earlier:
                yield _problem(number, earlier[number])
                self.held_back[earlier[number].standing] += 1
            elif number not in stopped:
                self._requests.append(request)
                self._numbers.append(number)

    def twice(self) -> list[Problem]:
        """A warning for each row whose request stands in an earlier row, in the list's order."""
        rows: list[int] = []
        parts = len(self._requests) // _ROWS_AT_ONCE + 1
        for part in range(parts):
            requests = self._requests if parts == 1 else [one for one in self._requests if one % parts == part]
            if len(set(requests)) < len(requests):
                rows.extend(self._again(part, parts))
        self.held_back[Status.SKIPPED] += len(rows)
        return [Problem(row, None, *_TWICE, stops=False) for row in sorted(rows)]

    def _again(self, part: int, parts: int) -> Iterator[int]:
        """The rows of that part whose request came before."""
        seen: set[int] = set()
        for number, request in zip(self._numbers, self._requests, strict=True):
            if request % parts == part:
                if request in seen:
                    yield number
                seen.add(request)

    def _earlier(self, some: CheckedRows, journal: Journal, stopped: Collection[int]) -> dict[int, PriorRequest]:
        """The rows whose requests an earlier job made, by number."""
        found = {}
        for number, values in zip(some.texts.numbers, some.values(), strict=True):
            if number in stopped:
                continue
            fingerprint = self._template.fingerprint(values, self._settings, self._base_url)
            known = journal.earlier(fingerprint, self._repeats)
            if known is not None:
                found[number] = known
        return found


def _problem(number: int, known: PriorRequest) -> Problem:
    cause, mend = _UNKNOWN if known.status is Status.UNKNOWN else _ACCEPTED
    day = f"{datetime.fromisoformat(known.at).astimezone():%Y-%m-%d}" if known.at else ""
    return Problem(number, None, cause.format(list=known.list_name, day=day, job=known.job), mend, stops=False)
