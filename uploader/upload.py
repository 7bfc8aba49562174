"""The use cases that send, and that tell what was sent. It wires reading, journal, transport and workbooks."""

import getpass
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from uploader import __version__, answers, places, reading, sandbox, validation
from uploader.checking import INVALID, told_invalid, write_problems
from uploader.errors import ListError, SettingsError, WorkbookError
from uploader.findings import Findings
from uploader.journal import Journal
from uploader.model import (
    Job,
    Meaning,
    NewJob,
    Row,
    Settings,
    Status,
    Stop,
    Summary,
)
from uploader.reading import OpenedList, Reading
from uploader.run import Run, Sending
from uploader.surroundings import Surroundings
from uploader.workbooks import results as results_workbook

_CHANGED = "{name} was changed while it was read. Nothing was sent. Save it, close it, and send it again."
_ANYWAY = INVALID + ". Send the others all the same?"
_MEND = "Nothing was sent. Mend the list and send it again, or send the good rows with --skip-invalid."
_PROBLEMS_ARE_IN = "The list's rows with what is wrong in each: {path}"
_PROBLEMS, _WARNINGS = "Problems:", "Warnings:"
_SENT_BEFORE = (
    "This very list was sent before, on {when} (job {job}), and {accepted:,} of its rows were accepted. "
    "This version sends all of them again."
)
_SEND_AGAIN = "Send them again?"
_NOTHING_SENT = "Nothing was sent."
_NOT_AGAIN = "this list was sent before, and you chose not to send it again"
_WRITE_AGAIN = "Everything is in the journal: `uploader results {job}` writes the workbook."
_SENDING = "Template {name}, sending to {where}."
_PRACTICE = "a practice server on this computer"


def send(path: Path, how: Reading, sending: Sending, around: Surroundings) -> Summary:
    """Check, send, and write the result workbook; the summary tells how it ended.

    Raises an UploaderError where nothing could be sent, or where the journal failed on the way.
    """
    began = time.monotonic()
    opened = around.opened(path, how)
    around.say(f"{path.name}: {opened.table.reading()}.")
    for note in opened.notes:
        around.say(note)
    with sandbox.running(sending.practice) if sending.practice else nullcontext(sending.base_url) as base_url:
        settings = around.settle(opened.template)
        destination = opened.template.destination(settings, base_url)
        practice = sending.practice is not None
        wished = sending.output or places.beside(path)
        output, remark = places.for_results(wished, opened.sha256, practice=practice)
        around.say(remark)
        with _journal(around, practice=practice) as journal:
            if not practice and not _sends_again(journal, opened, sending, around):
                around.say(_NOTHING_SENT)
                return Summary(path, opened.template.name, stopped=_NOT_AGAIN, sent=False)
            job, findings = _staged(journal, opened, settings, destination, output, around.language)
            counts = journal.job(job).counts
            _say_findings(findings, around)
            if counts[Status.INVALID] and not _goes_on(opened, counts, sending, around):
                journal.discard(job)
                around.say(_MEND)
                stopped = told_invalid(INVALID, counts)
                summary = Summary(path, opened.template.name, counts=counts, stopped=stopped, sent=False)
            else:
                around.say(_SENDING.format(name=opened.template.name, where=_PRACTICE if practice else destination))
                run = Run(opened, settings, destination, sending, base_url, around.language)
                requests, stop = run.over(journal, job, counts[Status.NOT_SENT], around.stream, quiet=around.quiet)
                summary = _summed_up(journal, job, opened, requests, stop)
                if stop is not None and stop.meaning is Meaning.OUT_OF_REACH:
                    around.say(answers.text(opened.template.hint_out_of_reach, around.language))
                summary = _with_workbook(summary, journal, job, output, around, practice=practice)
    return replace(summary, seconds=time.monotonic() - began)


def _journal(around: Surroundings, *, practice: bool) -> Journal:
    """The journal; practice has its own and never touches the real one."""
    return Journal(around.home / ("practice.db" if practice else "journal.db"))


def _sends_again(journal: Journal, opened: OpenedList, sending: Sending, around: Surroundings) -> bool:
    """Say that rows of this very list were accepted before; whether it is sent all the same."""
    accepted = [job for job in journal.jobs(opened.sha256) if job.counts[Status.ACCEPTED]]
    if not accepted:
        return True
    last = accepted[0]
    when = datetime.fromisoformat(last.created_at).astimezone()
    told = _SENT_BEFORE.format(when=f"{when:%Y-%m-%d %H:%M}", job=last.id, accepted=last.counts[Status.ACCEPTED])
    around.say(told)
    return sending.send_duplicates or around.ask is None or around.ask(_SEND_AGAIN)


def _staged(
    journal: Journal, opened: OpenedList, settings: Settings, destination: str, output: Path, language: str
) -> tuple[int, Findings]:
    """Every row in the journal, in one transaction; the job's number, and what the checks found."""
    findings = Findings()
    waiting = answers.advice_not_its_turn(language)

    def staged() -> Iterator[tuple[Row, Status, str]]:
        for some, found in opened.examined():
            findings.extend(found)
            stopped = validation.stopping(found)
            for row in some.rows():
                wrong = stopped.get(row.number)
                yield (row, Status.INVALID, validation.advice(wrong)) if wrong else (row, Status.NOT_SENT, waiting)
        if not opened.is_unchanged():
            raise ListError(_CHANGED.format(name=opened.path.name))

    new = NewJob(
        user=_user(),
        machine=platform.node(),
        list_path=opened.path.absolute(),
        list_sha256=opened.sha256,
        sheet=opened.table.sheet,
        header=opened.table.header,
        fields=opened.fields,
        template=opened.template.name,
        template_sha256=opened.template.sha256,
        destination=destination,
        settings=settings.plain,
        version=__version__,
        results_path=output,
    )
    return journal.stage(new, staged()), findings


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "unknown"


def _say_findings(findings: Findings, around: Surroundings) -> None:
    for title, stops in ((_PROBLEMS, True), (_WARNINGS, False)):
        lines = findings.told(stops=stops)
        for line in [title, *(f"  {line}" for line in lines)] if lines else []:
            around.say(line)


def _goes_on(opened: OpenedList, counts: Mapping[Status, int], sending: Sending, around: Surroundings) -> bool:
    """Write down what is wrong with each row; whether the good rows are sent all the same."""
    workbook = write_problems(opened, around)
    if workbook is not None:
        around.say(_PROBLEMS_ARE_IN.format(path=workbook))
    return sending.skip_invalid or (around.ask is not None and around.ask(told_invalid(_ANYWAY, counts)))


def _summed_up(journal: Journal, job: int, opened: OpenedList, requests: int, stop: Stop | None) -> Summary:
    return Summary(
        opened.path,
        opened.template.name,
        job=job,
        counts=journal.job(job).counts,
        requests=requests,
        answers=journal.answers(job),
        stopped=None if stop is None else stop.reason,
        interrupted=stop is not None and stop.meaning is None,
    )


def _with_workbook(
    summary: Summary, journal: Journal, job: int, output: Path, around: Surroundings, *, practice: bool
) -> Summary:
    """Write the result workbook; one that can't be written ends the command early, but loses nothing."""
    try:
        _write_results(journal, journal.job(job), output, practice=practice)
    except WorkbookError as why:
        told = f"{why} {_WRITE_AGAIN.format(job=job)}"
        around.say(told)
        return replace(summary, stopped=summary.stopped or told)
    return replace(summary, results=output)


def _write_results(journal: Journal, job: Job, output: Path, *, practice: bool) -> None:
    rows, attempts = journal.results(job.id), journal.attempts(job.id)
    results_workbook.write(output, job, rows, attempts, journal.answers(job.id), practice=practice)


def results(
    which: str | None, output: Path | None, around: Surroundings, *, practice: bool = False
) -> tuple[Job, Path]:
    """Write a job's result workbook again, from the journal alone.

    `which` is a job's number or a list's path; None is the last job. Raises SettingsError where there is none.
    """
    with _journal(around, practice=practice) as journal:
        job = _found(journal, which)
        wished = output or job.results_path
        target, remark = places.for_results(wished, job.list_sha256, practice=practice, job=job.id)
        around.say(remark)
        _write_results(journal, job, target, practice=practice)
    return job, target


def _found(journal: Journal, which: str | None) -> Job:
    if which is not None and which.isdigit() and not Path(which).exists():
        return journal.job(int(which))
    jobs = journal.jobs(reading.sha256_of(Path(which)) if which is not None else None)
    if jobs:
        return jobs[0]
    changed = [job for job in journal.jobs() if which is not None and job.list_path == Path(which).absolute()]
    if changed:
        number = changed[0].id
        raise SettingsError(f"{which} was changed since it was sent as job {number}: `uploader results {number}`.")
    what = f"{which} was never sent from this computer" if which else "Nothing was sent from this computer yet"
    raise SettingsError(f"{what}. `uploader history` shows the jobs; with --sandbox, those of the practice server.")


def history(around: Surroundings, *, practice: bool = False) -> list[Job]:
    """All jobs, the newest first."""
    with _journal(around, practice=practice) as journal:
        return journal.jobs()
