"""Whether a result workbook still is what we wrote: by the digests inside it, and by the journal that knows them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from pathlib import Path

from uploader.actions.session import Session
from uploader.actions.steps import find_job
from uploader.errors import JournalError, SettingsError
from uploader.journal.sqlite import Journal
from uploader.model.rows import RESULT_COLUMNS
from uploader.workbooks import digests, manifest, redaction
from uploader.workbooks import reader as ours
from uploader.workbooks.manifest import MOST_ROWS, RESULTS, Manifest
from uploader.workbooks.reader import ResultLine, ResultWorkbook
from uploader.workbooks.results import Showing, Shown

_NOT_OURS = (
    "{name} is no result workbook of uploader, or its hidden sheet was taken out; so nothing can be said of its rows."
)
_IS_PROBLEMS = "{name} is a problems workbook: it tells of nothing that was sent, so there is nothing to verify."
_NOT_READ = "{why} So it is not known what this computer wrote."

_CELLS, _OUTCOME = "differs in the list's own cells", "differs in what became of it"
_BOTH = "differs in the list's own cells and in what became of it"
_IN_COLUMNS = "differs in {columns}"
_GONE, _ADDED, _TWICE = "is missing", "was added", "stands there more than once"
_NOT_AS_IN_JOURNAL = "is not as the journal of this computer has it"
_HEADER_OR_DIGESTS = (
    "The names of the columns were changed, or which of them there are, or what the hidden sheet says of the workbook."
)
_SHEET, _SHEET_GONE = "The sheet “{sheet}” was changed.", "The sheet “{sheet}” is missing."
_NOT_WRITTEN_HERE = (
    "The journal of this computer knows the list, but never wrote a workbook with these rows: whoever changed them "
    "changed the digests too, or another computer went on with the list."
)


@dataclass(slots=True)
class Verification:
    """What was found."""

    path: Path
    imprint: Manifest
    rows: int = 0
    """How many stand in it."""
    differences: dict[str, str] = field(default_factory=dict)
    """What is wrong with which row, by its number in the list, or by its line where it has none."""
    others: list[str] = field(default_factory=list)
    """What else is wrong, as sentences."""
    knows_list: bool = False
    """Whether the journal of this computer knows the list."""
    later: int | None = None
    """The newest job of the list, if that is a later one."""
    written_at: str | None = None
    """When this computer wrote these very rows, ISO 8601 in UTC; None where its journal doesn't know that."""

    @property
    def is_as_written(self) -> bool:
        """Whether nothing differs."""
        return not (self.differences or self.others)


def verify(path: Path, around: Session) -> Verification:
    """Hold a result workbook against its digests, and these against the journal.

    Raises ListError or SettingsError where it is none of ours.
    """
    own = ours.at(path)
    if own is None:
        raise SettingsError(_NOT_OURS.format(name=path.name))
    if own.imprint.kind != RESULTS:
        raise SettingsError(_IS_PROBLEMS.format(name=path.name))
    found = Verification(path, own.imprint)
    _hold_against_digests(own, found)
    _hold_the_rest_against_digests(own, found)
    home, sandbox = around.home, own.imprint.sandbox
    if own.imprint.account and find_job.journal_of(home, sandbox=sandbox).exists():
        try:
            with closing(find_job.journal_at(home, sandbox=sandbox)) as journal:
                _hold_against_journal(own, found, journal, home)
        except JournalError as why:
            around.say(_NOT_READ.format(why=why))
    return found


def _hold_against_digests(own: ResultWorkbook, found: Verification) -> None:
    written = own.imprint.lines()
    seen = Counter[int]()
    for line in own.lines():
        found.rows += 1
        number = int(line.number) if line.number.isascii() and line.number.isdecimal() else 0
        seen[number] += 1
        if number not in written:
            found.differences[line.number or f"line {line.position}"] = _ADDED
        elif seen[number] > 1:
            found.differences[line.number] = _TWICE
        else:
            what = _difference(line, written[number])
            if what:
                found.differences[line.number] = what
    for number in written:
        if not seen[number]:
            found.differences[str(number)] = _GONE


def _hold_the_rest_against_digests(own: ResultWorkbook, found: Verification) -> None:
    """Header, digests, and the other sheets."""
    header = [own.header[at] for at in own.listed]
    names = [own.header[own.ours[column]] if column in own.ours else "" for column in own.imprint.ours]
    columns = [names[0], *header, *names[1:]]
    if manifest.total([*columns, *own.imprint.facts()], own.imprint.packed) != own.imprint.digest:
        found.others.append(_HEADER_OR_DIGESTS)
    for sheet, digest in own.imprint.others.items():
        now = ours.digest_of(own.path, sheet)
        if now != digest:
            found.others.append((_SHEET_GONE if now is None else _SHEET).format(sheet=sheet))


def _difference(line: ResultLine, written: tuple[str, str]) -> str:
    """What of a row is not as it was written; "" if nothing."""
    cells, outcome = _digests(line)
    match cells == written[0], outcome == written[1]:
        case True, True:
            return ""
        case False, True:
            return _CELLS
        case True, False:
            return _OUTCOME
        case _:
            return _BOTH


def _digests(line: ResultLine) -> tuple[str, str]:
    return digests.of_line(line.cells), digests.of_line([line.ours.get(name, "") for name in RESULT_COLUMNS])


def _hold_against_journal(own: ResultWorkbook, found: Verification, journal: Journal, home: Path) -> None:
    """Ask the journal when these rows were written, and which of their cells differ from what it has."""
    newest = journal.newest(own.imprint.account)
    if newest is None or newest.taken_from is not None:
        return
    found.knows_list = True
    found.later = newest.id if newest.id > own.imprint.job else None
    found.written_at = journal.wrote(own.imprint.account, own.imprint.digest)
    if found.written_at is not None and not found.differences:
        return
    if newest.forgotten_at is not None or tuple(newest.header) != tuple(own.header[at] for at in own.listed):
        if found.written_at is None:
            found.others.append(_NOT_WRITTEN_HERE)
        return
    showing = Showing(
        newest.header, _zone(own.imprint.zone), redaction.of(home, own.imprint.redacted), own.imprint.language
    )
    expected = (
        showing.shown(result, nth % (MOST_ROWS - 1) + 2) for nth, result in enumerate(journal.results(newest.id))
    )
    if found.written_at is None:
        found.others.append(_NOT_WRITTEN_HERE)
        found.differences |= dict(_not_as_in(own, {shown.number: shown.digests() for shown in expected}, found))
    else:
        wanted = {shown.number: shown for shown in expected if str(shown.number) in found.differences}
        written = own.imprint.lines()
        for line in own.lines():
            shown = wanted.get(int(line.number)) if line.number.isdecimal() else None
            is_changed = found.differences.get(line.number) in (_CELLS, _OUTCOME, _BOTH)
            if shown is not None and is_changed and shown.digests() == written[shown.number]:  # nothing came since
                found.differences[line.number] = _IN_COLUMNS.format(columns=", ".join(_columns(line, shown, own)))


def _not_as_in(
    own: ResultWorkbook, expected: Mapping[int, tuple[str, str]], found: Verification
) -> Iterator[tuple[str, str]]:
    for line in own.lines():
        number = int(line.number) if line.number.isdecimal() else 0
        if line.number not in found.differences and expected.get(number) != _digests(line):
            yield line.number, _NOT_AS_IN_JOURNAL


def _columns(line: ResultLine, shown: Shown, own: ResultWorkbook) -> Sequence[str]:
    """The names of the columns in which a row differs."""
    header = [own.header[at] for at in own.listed]
    names = [own.header[own.ours[column]] if column in own.ours else column for column in RESULT_COLUMNS]
    now = [*line.cells, *(line.ours.get(column, "") for column in RESULT_COLUMNS)]
    then = [digests.written(value) for value in (*shown.cells, *shown.outcome)]
    return [
        f"“{name}”"
        for name, one, other in zip([*header, *names], now, then, strict=True)
        if digests.canonical(one) != other
    ]


def _zone(text: str) -> timezone:
    """A zone as the imprint writes it: `-05:00`."""
    sign, hours, minutes = text[:1], text[1:3], text[4:6]
    if not (hours.isdecimal() and minutes.isdecimal()):
        return timezone.utc  # noqa: UP017  # one kind of zone
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)
