"""Answers that could not be written into the journal: kept in a file of this computer until they can.

One file a run, for its owner alone, whole at any moment: lines of JSON, the first of which says what it is of.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal.postgres.database import PostgresDatabase
from uploader.journal.postgres.endings import write_endings
from uploader.journal.sql.endings import Decision, Ending
from uploader.journal.sql.forgetting import forget
from uploader.journal.stored_messages import stored_advice, stored_detail
from uploader.model import advice
from uploader.model.outcomes import Unwritten, Verdict
from uploader.model.rows import Status

_SUFFIX = ".jsonl"
_OPEN = "SELECT id FROM attempt WHERE run = ? AND number = ? AND verdict = ''"
_IS_OF_JOURNAL = (
    "SELECT is_held('run:' || run.key) FROM run"
    " WHERE id = ? AND job = ? AND coalesce(nullif(key, ''), CAST(id AS TEXT)) = ?"
)
_KNOWN = """
SELECT count(*) FROM attempt JOIN unnest(%s::bigint[], %s::bigint[]) AS one (id, number)
ON attempt.id = one.id AND attempt.number = one.number WHERE attempt.run = %s AND attempt.job = %s
"""
_FORGOTTEN = "SELECT hash_key FROM job WHERE id = ? AND forgotten_at IS NOT NULL"
_HAS_ENDED = "UPDATE run SET ended_at = ? WHERE id = ? AND ended_at IS NULL AND NOT is_held('run:' || key)"

Writing = Callable[[], AbstractContextManager[Any]]


class Written(NamedTuple):
    """What was brought back into the journal, and why the rest was not."""

    answers: int
    files: int
    left: Mapping[Path, Message]


@dataclass(slots=True)
class _Kept:
    """What a file holds."""

    run: int
    job: int
    endings: list[Ending] = field(default_factory=list)
    may_have_left: dict[int, Decision | None] = field(default_factory=dict)


@dataclass(slots=True)
class KeptAnswers:
    """The files of one journal in the user's folder."""

    folder: Path | None
    database: str
    """As people read its name."""
    _kept: dict[str, _Kept] = field(default_factory=dict, init=False)

    def path(self, key: str) -> Path:
        """The file of the run with that key. Raises JournalError where this computer has no place for it."""
        if self.folder is None:
            raise JournalError(Message("team.no_folder"))
        return self.folder / f"{key}{_SUFFIX}"

    def keep(
        self, key: str, run: int, job: int, endings: Sequence[Ending], may_have_left: Mapping[int, Decision | None]
    ) -> None:
        """Keep what came, beside what is kept already. Raises JournalError where the file can't be written."""
        kept = self._kept.setdefault(key, _Kept(run, job))
        kept.endings += endings
        kept.may_have_left |= may_have_left
        if kept.endings or kept.may_have_left:
            self._write(key, kept)

    def write_back(self, db: PostgresDatabase, writing: Writing) -> Written:
        """Write all into the journal, and delete the files. What is another journal's, or is refused, stays."""
        answers, files = 0, 0
        left: dict[Path, Message] = {}
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")) if self.folder else ():
            try:
                answers += self._written_back(path.stem, db, writing, is_ours=False)
                files += 1
            except JournalError as why:  # it stays, and is told of where somebody asks for it
                left[path] = why.message
        return Written(answers, files, left)

    def of_run(self, key: str) -> Unwritten | None:
        """What is kept of the run with that key."""
        kept = self._kept.get(key)
        return None if kept is None else Unwritten(len(kept.endings), self.path(key))

    def write_back_of(self, key: str, db: PostgresDatabase, writing: Writing) -> int:
        """Write what is kept of a run of this process into the journal, and delete its file; how many answers it was.

        No row of the run leaves meanwhile.
        """
        return self._written_back(key, db, writing, is_ours=True)

    def _written_back(self, key: str, db: PostgresDatabase, writing: Writing, *, is_ours: bool) -> int:
        path = self.path(key)
        if key not in self._kept and not path.exists():
            return 0
        with writing():  # it is read here: until then its run may have come back, and written it itself
            as_read = _mark_of(path)
            kept = self._kept.get(key) or self._read(key)
            if kept is None:
                return 0
            run = db.execute(_IS_OF_JOURNAL, (kept.run, kept.job, key)).fetchone()
            if run is None:
                raise JournalError(Message("team.kept_for_another", path=str(path), place=self.database))
            if run[0] and not is_ours:
                raise JournalError(Message("team.kept_by_living", path=str(path)))
            if not _are_known(db, kept):
                raise JournalError(Message("team.kept_unknown", path=str(path), place=self.database))
            _write(db, kept)
        self._kept.pop(key, None)
        if _mark_of(path) == as_read:  # its run may have kept more since
            path.unlink(missing_ok=True)
        return len(kept.endings)

    def _write(self, key: str, kept: _Kept) -> None:
        """Aside, on the disk, and moved into place: a kill leaves the file before, or this one."""
        path, left = self.path(key), list(kept.may_have_left.items())
        head = {"database": self.database, "run": kept.run, "job": kept.job, "may_have_left": left}
        text = "".join(f"{json.dumps(one)}\n" for one in [head, *kept.endings])
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, aside = tempfile.mkstemp(".tmp", key, path.parent)  # for its owner alone
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(path)
        except OSError as why:
            facts = {"path": str(path), "why": why.strerror or str(why)}
            raise JournalError(Message("team.not_kept", **facts)) from why

    def _read(self, key: str) -> _Kept | None:
        try:
            lines = self.path(key).read_text("utf-8").splitlines()
            head, *endings = map(json.loads, lines)
            left = {int(number): before and Decision(*before) for number, before in head["may_have_left"]}
            return _Kept(int(head["run"]), int(head["job"]), [_ending(one) for one in endings], left)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError) as why:
            facts = {"path": str(self.path(key)), "why": str(why)}
            raise JournalError(Message("team.kept_unreadable", **facts)) from why


def _mark_of(path: Path) -> object:
    """By which it is seen that a file is another one by now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _ending(values: list[Any]) -> Ending:
    ending = Ending(*values)
    return ending._replace(before=ending.before and Decision(*ending.before))


def _are_known(db: PostgresDatabase, kept: _Kept) -> bool:
    """Whether the journal has the requests that were answered: a restored one may have others under their ids."""
    answered = sorted({(ending.attempt, ending.number) for ending in kept.endings})
    asked = ([attempt for attempt, _ in answered], [number for _, number in answered], kept.run, kept.job)
    found = db.connection.execute(_KNOWN.encode(), asked).fetchone()
    return found is not None and found[0] == len(answered)


def _write(db: PostgresDatabase, kept: _Kept) -> None:
    if kept.endings:
        write_endings(db, db.connection, kept.job, kept.endings)
    left = [_never_left(number, row[0], before) for number, before in kept.may_have_left.items()
            for row in db.execute(_OPEN, (kept.run, number)).fetchall()]  # fmt: skip
    if left:
        write_endings(db, db.connection, kept.job, left)
    db.execute(_HAS_ENDED, (db.now(), kept.run))
    forgotten = db.execute(_FORGOTTEN, (kept.job,)).fetchone()
    if forgotten is not None:  # what was deleted meanwhile does not come back
        forget(db, kept.job, forgotten[0])


def _never_left(number: int, attempt: int, before: Decision | None) -> Ending:
    """The ending of an intent that was committed, though nobody heard so: its request was not sent."""
    verdict, detail = Verdict.OUT_OF_REACH, stored_detail(Message("failure.journal_lost"))
    answer = ("no", str(verdict), "", "", None, None, detail, "")
    return Ending(number, attempt, *answer, str(Status.NOT_SENT), stored_advice(advice.NONE), before)
