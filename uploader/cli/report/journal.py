"""The journal as a whole: where it is, what was made of it, and what was copied into it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from uploader.actions.journal.check import JournalCheck
from uploader.actions.journal.team import Recovered
from uploader.cli.terminal import unbroken
from uploader.i18n import Message, render
from uploader.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from uploader.journal.postgres.copying import CopiedJob
    from uploader.journal.postgres.looking import TeamFacts
    from uploader.journal.postgres.setting_up import Made

_FATES = {
    "copied": "journal_command.copied_job",
    "known": "journal_command.known_job",
    "known in part": "journal_command.known_job_has_more",
    "other key": "journal_command.other_key",
}


def as_json(found: Mapping[str, object]) -> str:
    """One JSON object in plain ASCII; its keys are a contract (docs/commands.md)."""
    return json.dumps(found)


# Set up


def made(made: "Made", language: str, *, senders: str | None, readers: str | None) -> Iterator[str]:
    """The tables, and who may use them."""
    code = "journal_command.made" if made.was is None else "journal_command.was_there"
    yield render(Message(code, place=made.place, version=made.version), language)
    if senders:
        yield render(Message("journal_command.granted_senders", role=senders), language)
    if readers:
        yield render(Message("journal_command.granted_readers", role=readers), language)
    if not (senders or readers):
        yield render(Message("journal_command.granted_nobody"), language)


def upgraded(made: "Made", language: str) -> Iterator[str]:
    """What became of older tables."""
    if made.was == made.version:
        yield render(Message("journal_command.is_of_today", place=made.place, version=made.version), language)
    else:
        facts = {"place": made.place, "was": made.was, "version": made.version}
        yield render(Message("journal_command.upgraded", **facts), language)


def made_json(made: "Made") -> dict[str, object]:
    """The same for a program."""
    return {"journal": made.place, "was": made.was, "version": made.version, "exit": 0}


# Checked


def exit_code(found: JournalCheck) -> ExitCode:
    """Whether it can be used as it is, and as it should be."""
    if found.problems:
        return ExitCode.STOPPED
    return ExitCode.SOME_ROWS_ARE_NOT if found.warnings else ExitCode.DONE


def checked(found: JournalCheck, language: str) -> Iterator[str]:
    """What is known of it; then what is wrong, and what should be improved."""
    said = _of_file(found) if found.team is None else _of_team(found.team)
    for message in (*said, *found.problems, *found.warnings):
        yield render(message, language)


def _of_file(found: JournalCheck) -> Iterator[Message]:
    if found.file is None:
        yield Message("journal_command.no_file", path=unbroken(found.shown))
        return
    yield Message("journal_command.file", path=unbroken(found.shown))
    facts = {"version": found.file.version, "megabytes": round(found.file.megabytes, 1), "jobs": found.file.jobs}
    yield Message("journal_command.file_facts", **facts)
    yield Message("journal_command.file_whole")
    if found.file.is_older:
        yield Message("journal_command.file_older")


def _of_team(team: "TeamFacts") -> Iterator[Message]:
    version = Message("journal_command.no_version") if team.version is None else team.version
    yield Message("journal_command.team", place=team.place)
    yield Message("journal_command.team_facts", server=team.server, encoding=team.encoding, version=version)
    yield Message("journal_command.encrypted" if team.is_encrypted else "journal_command.stays_here")
    if team.is_of_today:
        yield Message("journal_command.usage", jobs=team.jobs, senders=team.senders)
    if team.may_write and not team.is_read_only:
        yield Message("journal_command.may_change" if team.may_change_tables else "journal_command.may_write")
    yield Message("journal_command.clock", seconds=abs(round(team.clock_seconds, 1)))


def check_json(found: JournalCheck, language: str) -> dict[str, object]:
    """The same for a program."""
    texts = {
        "problems": [render(one, language) for one in found.problems],
        "warnings": [render(one, language) for one in found.warnings],
    }
    if found.team is None:
        file = found.file
        return {
            "journal": found.shown,
            "kind": "sqlite",
            "version": None if file is None else file.version,
            "megabytes": None if file is None else round(file.megabytes, 3),
            "jobs": 0 if file is None else file.jobs,
            **texts,
        }
    team = found.team
    return {
        "journal": found.shown,
        "kind": "postgresql",
        "version": team.version,
        "needed": team.needed,
        "server": team.server,
        "encoding": team.encoding,
        "encrypted": team.is_encrypted,
        "may_send": team.may_write and not team.is_read_only,
        "may_change_tables": team.may_change_tables,
        "clock_seconds": round(team.clock_seconds, 3),
        "jobs": team.jobs,
        "sending": team.senders,
        "missing": team.missing,
        **texts,
    }


# Copied


def copied_job(one: "CopiedJob", language: str) -> str:
    """What became of a job of the computer."""
    old = ", ".join(map(str, (one.old.number, *one.old.former)))
    return render(Message(_FATES[one.fate], old=old, list=one.old.list_name, job=one.number), language)


def exit_code_of_copy(done: "Sequence[CopiedJob]") -> ExitCode:
    """Whether the team knows all that the computer sent."""
    is_whole = all(one.fate in ("copied", "known") for one in done)
    return ExitCode.DONE if is_whole else ExitCode.SOME_ROWS_ARE_NOT


def copied(done: "Sequence[CopiedJob]", place: str, language: str) -> Iterator[str]:
    """How many, at the end."""
    count = sum(one.fate == "copied" for one in done)
    yield render(Message("journal_command.copied", count=count, place=place), language)


def copy_json(done: "Sequence[CopiedJob]") -> dict[str, object]:
    """The same for a program."""
    jobs = [
        {"was": one.old.number, "former": list(one.old.former), "job": one.number or None, "list": one.old.list_name,
         "rows": one.old.rows, "fate": str(one.fate)}
        for one in done
    ]  # fmt: skip
    return {"jobs": jobs}


# Recovered


def recovered(found: Recovered, place: str, language: str) -> Iterator[str]:
    """What was written of what had been kept aside, and why the rest stays."""
    if found.files:
        yield render(Message("journal_command.recovered", count=found.answers, place=place), language)
    elif not found.left:
        yield render(Message("journal_command.nothing_kept"), language)
    yield from (render(one, language) for one in found.left)


def recovered_json(found: Recovered, language: str) -> dict[str, object]:
    """The same for a program."""
    left = [render(one, language) for one in found.left]
    return {"answers": found.answers, "files": found.files, "left": left}


def exit_code_of_recovery(found: Recovered) -> ExitCode:
    """Whether all is in the journal."""
    return ExitCode.STOPPED if found.left else ExitCode.DONE
