"""What became of a list's rows before: the journal tells, or a result workbook that was written elsewhere.

All jobs of one list, sent with one template to one place, make one account. Its workbooks carry its mark.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from uploader import advice, digests, places, redaction
from uploader.errors import ListError, SettingsError
from uploader.imprint import RESULTS
from uploader.job import Attempt, Job, NewJob, RowResult, Standing
from uploader.journal import Journal
from uploader.journal.accounts import Told
from uploader.mending import Mended
from uploader.model import ROW_COLUMN, Repeats, Row, Status
from uploader.readers import own as ours
from uploader.readers.own import Line, Own
from uploader.reading import OpenedList

_AT_ONCE = 500
_OF_PRACTICE = (
    "{name} tells of practice: its rows went to a practice server, not to the API. To practise on, add --sandbox; to "
    "send the rows to the API, send the list itself."
)
_TAKEN_OVER = (
    "The journal of this computer doesn't know these rows; what {name} says of them counts: {told}. It was written "
    "{where}."
)

Fingerprint = Callable[[Row, Mapping[str, int]], str]
"""Of the request that a row makes whose fields stand in these columns."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A job that is about to begin."""

    new: NewJob
    fingerprint: Fingerprint
    language: str
    practice: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a list's rows before it is sent now."""

    id: str
    newest: Job | None = None
    """The job that knows all rows; None where the list was never sent."""
    altered: Collection[int] = frozenset()
    """The rows that somebody changed since, as far as only a workbook's own digests tell it."""
    said: str = ""
    """What the person should know of it."""

    def standings(self, journal: Journal | None, numbers: Sequence[int]) -> Mapping[int, Standing]:
        """Where these rows stand; those that are not known are left out."""
        return {} if journal is None or self.newest is None else journal.standings(self.newest.id, numbers)


def known(journal: Journal | None, opened: OpenedList, new: NewJob | None, *, practice: bool) -> Account:
    """What the journal knows of a list at hand; nothing is written. `new` is the job that is about to begin, if any.

    A practice server inside is a new one each time, so what an earlier one accepted doesn't count for a list; for a
    workbook that tells of it, it does. Raises SettingsError where a workbook tells of practice and this is none.
    """
    own = opened.own
    if own is not None and own.imprint.account:
        if own.imprint.practice and not practice:
            raise SettingsError(_OF_PRACTICE.format(name=opened.path.name))
        return Account(own.imprint.account, None if journal is None else journal.newest(own.imprint.account))
    if journal is None or new is None or practice:
        return Account(uuid.uuid4().hex)
    same = (job.account for job in journal.jobs(opened.list_sha256) if _goes_the_same_way(job, new))
    account = next(same, None)
    return Account(uuid.uuid4().hex) if account is None else Account(account, journal.newest(account))


def seen(journal: Journal | None, opened: OpenedList, *, practice: bool) -> Account:
    """What the journal knows of a list that is only looked at: nobody has said yet where it goes."""
    if opened.own is not None and opened.own.imprint.account:
        return known(journal, opened, None, practice=practice)
    jobs = [] if journal is None else journal.jobs(opened.list_sha256)
    account = next((job.account for job in jobs if job.template == opened.template.name), "")
    return Account(account, journal.newest(account) if journal is not None and account else None)


def _goes_the_same_way(job: Job, new: NewJob) -> bool:
    def way(one: NewJob) -> tuple[object, ...]:
        return one.template, one.destination, one.settings, one.sheet

    return way(job) == way(new)


def with_workbooks(account: Account, journal: Journal, opened: OpenedList, coming: Coming) -> Account:
    """The account with what a workbook tells that the journal doesn't know: the one at hand, or the list's own.

    The latter counts where the journal doesn't know the list at all.
    """
    own = opened.own
    if own is None or own.imprint.kind != RESULTS:
        beside = places.of_results(opened)
        is_known = account.newest is not None or journal.jobs(opened.list_sha256)
        if coming.practice or is_known or not beside.is_file():
            return account
        own = _of_list(beside, opened.list_sha256, coming.new.template)
        if own is None or journal.newest(own.imprint.account) is not None:
            return account
        account = Account(own.imprint.account)
    elif account.newest is not None and journal.knows(account.id, own.imprint.digest):
        return account
    return _taken_over(account, journal, own, coming)


def mended(account: Account, journal: Journal | None, opened: OpenedList, repeats: Repeats, home: Path) -> Mended:
    """The list's rows, to be parted by what is known of them."""
    own, newest = opened.own, account.newest
    redacted = set(newest.redacted if newest else ()) | set(own.imprint.redacted if own else ())
    return Mended(
        opened,
        lambda numbers: account.standings(journal, numbers),
        repeats,
        redaction.of(home, redacted),
        0 if journal is None or newest is None else journal.last_number(newest.id),
        account.altered,
    )


def _of_list(path: Path, list_sha256: str, template: str) -> Own | None:
    """The result workbook at `path`, if it is one of that list."""
    imprint = ours.imprint_of(path)
    if imprint is None or (imprint.kind, imprint.list_sha256, imprint.template) != (RESULTS, list_sha256, template):
        return None
    if imprint.practice:
        return None
    try:
        return ours.at(path)
    except ListError:
        return None


def _taken_over(account: Account, journal: Journal, own: Own, coming: Coming) -> Account:
    """Write down what a workbook tells, and how far the rows in it are still those that it was written with."""
    imprint, header = own.imprint, [own.header[at] for at in own.listed]
    nth_of = {position: nth for nth, position in enumerate(own.listed)}
    fields = {field: nth_of[position] for field, position in own.mapping().items()}
    job = replace(
        coming.new,
        user=imprint.user,
        machine=imprint.machine,
        list_path=own.path.absolute(),
        list_sha256=imprint.list_sha256,
        sheet=imprint.list_sheet,
        header=header,
        fields=fields,
        account=account.id,
        list_name=imprint.list_name,
        source_sha256="",  # its file is never sent as it is
        redacted=imprint.redacted,
        taken_from=own.path.absolute(),
    )
    altered: set[int] = set()

    def told() -> Iterator[Told]:
        written, seen = imprint.lines(), set[int]()
        lines = own.lines()
        while some := list(islice(lines, _AT_ONCE)):
            numbered = [(int(line.number), line) for line in some if line.number.isdecimal() and int(line.number)]
            standings = account.standings(journal, [number for number, _ in numbered])
            for number, line in numbered:
                if number in seen:
                    continue
                seen.add(number)
                result = _result(number, line, imprint.zone)
                if number in written and digests.of_line(line.cells) != written[number][0]:
                    altered.add(number)
                    if _tells(result):
                        words = f"{result.advice} {advice.of('changed elsewhere', coming.language)}"
                        result = replace(result, advice=words.strip())
                here = standings.get(number)
                if (
                    here is not None
                    and here.is_settled
                    and (here.status is Status.ACCEPTED or result.status is not Status.ACCEPTED)
                ):
                    yield result.row, None, here.job, None
                else:
                    yield result.row, result, None, fingerprint(result, number)

    def fingerprint(result: RowResult, number: int) -> str | None:
        """Of the request that was made, where the row still has the cells of it."""
        if not _tells(result) or number in altered or imprint.redacted:
            return None
        return coming.fingerprint(result.row, fields)

    journal.take_over(job, told(), _attempts(own, imprint.zone), imprint.digest)
    newest = journal.newest(account.id)
    words = ", ".join(f"{count:,} {status}" for status, count in newest.counts.items() if count) if newest else ""
    where = f"by {imprint.user} on {imprint.machine}" if imprint.machine else "on another computer"
    said = _TAKEN_OVER.format(name=own.path.name, told=words, where=where)
    return Account(account.id, newest, frozenset(altered), said)


def _tells(result: RowResult) -> bool:
    return result.status in (Status.ACCEPTED, Status.UNKNOWN)


def _result(number: int, line: Line, zone: str) -> RowResult:
    """What a workbook's line says of its row."""
    ours_ = line.ours
    status = next((one for one in Status if one == ours_.get("Status", "").strip().casefold()), Status.NOT_SENT)
    return RowResult(
        row=Row(number, line.cells),
        status=status,
        code=ours_.get("Response code", ""),
        message=ours_.get("Response message", ""),
        advice=ours_.get("Advice", ""),
        http_status=_whole(ours_.get("HTTP status", "")),
        attempts=_whole(ours_.get("Attempts", "")) or 0,
        sent_at=_moment(ours_.get("Sent at", ""), zone),
        duration_ms=_whole(ours_.get("Duration ms", "")),
    )


def _attempts(own: Own, zone: str) -> Iterator[Attempt]:
    """The requests that a workbook tells of."""
    for line in ours.attempts(own.path):
        number, sent_at = _whole(line.get(ROW_COLUMN, "")), _moment(line.get("Sent at", ""), zone)
        if number is not None and sent_at is not None:
            yield Attempt(
                row=number,
                nth=_whole(line.get("Attempt", "")) or 1,
                sent_at=sent_at,
                meaning=line.get("Meaning", ""),
                code=line.get("Response code", ""),
                message=line.get("Response message", ""),
                http_status=_whole(line.get("HTTP status", "")),
                duration_ms=_whole(line.get("Duration ms", "")),
                detail=line.get("Detail", ""),
                job=0,
            )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None  # noqa: PLR2004  # what SQLite takes


def _moment(text: str, zone: str) -> str | None:
    """A moment of the workbook, which is written in its zone, as the journal writes it."""
    try:
        moment = datetime.fromisoformat(f"{text.strip()}{zone if ':' in text else 'T00:00:00' + zone}")
    except ValueError:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
