"""The use cases that send: a list, or the rest of a job. They find or make the job; `delivery` does what follows."""

import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from uploader import __version__
from uploader import sandbox as sandbox_server
from uploader.actions.session import Session, user
from uploader.actions.steps import find_job, known_rows, places
from uploader.actions.steps.reconcile import HeldCounts, HeldRow, Reconciliation
from uploader.actions.steps.run_job import Delivery
from uploader.checks import checked_list, rules
from uploader.checks.checked_list import CheckedList, ReadOptions
from uploader.errors import ListError, SettingsError
from uploader.journal import locks
from uploader.journal.sqlite import Journal, Kept, Staged
from uploader.model import advice
from uploader.model.job import Job, NewJob, Summary
from uploader.model.problems import ProblemLog
from uploader.model.resend import PriorRequest
from uploader.model.rows import Row, Status
from uploader.model.settings import Settings
from uploader.sending.sender import Run, SendOptions
from uploader.workbooks import redaction

_CHANGED = "{name} was changed while it was read. Nothing was sent. Save it, close it, and send it again."
_LIST_IS_GONE = "{path} is no longer there; the rows are sent as they were when the job was begun, from the journal."
_LIST_WAS_EDITED = (
    "{path} was changed since; the rows are sent as they were when the job was begun. "
    "To send the changes, send the list."
)
_ELSEWHERE = (
    "{accepted} rows of this list were accepted by {before} (job {job}). This goes to {after}, which is another "
    "destination, so they are sent there, too."
)
_NOW_ELSEWHERE = "The list was sent to {before} (job {job}); what is left of it goes to {after}."
_SEND_THERE_TOO = "Send them there, too?"
_NOTHING_SENT = "Nothing was sent."
_NOT_THERE_TOO = "the list was sent to another destination before, and you chose not to send it to this one"
_SENT_LATER = (
    "{path} was changed and sent later, as job {later}. Job {job} is older: its rows go as they were before the change."
)
_GO_ON_WITH_IT = "Go on with job {job} all the same?"
_LEFT_AS_IT_IS = "you chose not to go on with job {job}"
_WHICH_JOB = "Several jobs are unfinished. Which one goes on?"


def send(path: Path, how: ReadOptions, sending: SendOptions, around: Session) -> Summary:
    """Check, send, and write the result workbook; the summary tells how it ended.

    The list may be a result or problems workbook of ours: then its rows are known by their numbers. Raises an
    UploaderError where nothing could be sent, or where the journal failed on the way.
    """
    began = time.monotonic()
    opened = around.opened(path, how)
    around.say(f"{path.name}: {opened.table.reading()}.")
    for note in opened.notes:
        around.say(note)
    sandbox = sending.sandbox is not None
    with (
        _server(sending) as told_url,
        locks.on_list(around.home, opened.list_sha256, opened.list_name, sandbox=sandbox),
        find_job.journal_at(around.home, sandbox=sandbox) as journal,
    ):
        settings, base_url = _way(journal, opened, told_url, around, sandbox=sandbox)
        destination = opened.template.destination(settings, base_url)
        new = _new_job(opened, settings, destination, sending)
        run = Run(opened.template, opened.list_fields, settings, destination, sending, base_url, around.language)
        job = find_job.going_on(journal, new, sending.repeats(opened.template), sandbox=sandbox)
        if job is not None:
            output, remark = places.for_results(new.results_path, job, sandbox=sandbox)
            around.say(remark)
            journal.keep_results_at(job.id, output)
            journal.redact(job.id, redaction.named(sending.redact, job.header))
            summary = Delivery(journal, job, run, around, output, None).carried_out()
        elif sandbox or _is_continued(journal, new, around) or _goes_there_too(journal, new, sending, around):
            summary = _begun(journal, opened, new, run, around)
        else:
            around.say(_NOTHING_SENT)
            return Summary(path, new.template, stopped=_NOT_THERE_TOO, sent=False)
    return replace(summary, list_path=path, seconds=time.monotonic() - began)


def _is_continued(journal: Journal, new: NewJob, around: Session) -> bool:
    """Whether it is a workbook of a list that the journal knows; that its rows go elsewhere than before is said."""
    before = journal.newest(new.account)
    if before is None:
        return False
    if (before.destination, before.settings) != (new.destination, new.settings):
        there, here = (
            find_job.told_where(before.destination, before.settings),
            find_job.told_where(new.destination, new.settings),
        )
        around.say(_NOW_ELSEWHERE.format(before=there, job=before.id, after=here))
    return True


def _way(
    journal: Journal, opened: CheckedList, told_url: str | None, around: Session, *, sandbox: bool
) -> tuple[Settings, str | None]:
    """The settings, and the address instead of the template's if there is one.

    What a workbook of ours was sent with is known from the journal alone: a file must not say where the token goes.
    """
    before = known_rows.known(journal, opened, None, sandbox=sandbox).newest
    if before is None:
        return around.settle(opened.template, {}), told_url
    settings = around.settle(opened.template, before.settings)
    return settings, told_url or find_job.base_url_of(before, opened.template, settings)


def _begun(journal: Journal, opened: CheckedList, new: NewJob, run: Run, around: Session) -> Summary:
    """A new job, from its rows on."""
    sandbox, redact = run.sending.sandbox is not None, run.sending.redact
    account = known_rows.known(journal, opened, new, sandbox=sandbox)

    def fingerprint(row: Row, fields: Mapping[str, int]) -> str:
        return run.fingerprint(opened.template.values(row, fields))

    coming = known_rows.Coming(new, fingerprint, around.language, sandbox)
    account = known_rows.with_workbooks(account, journal, opened, coming)
    around.say(account.said)
    redacted = [*redaction.named(redact, opened.header), *(account.newest.redacted if account.newest else ())]
    new = replace(new, account=account.id, redacted=tuple(dict.fromkeys(redacted)))
    output, remark = places.for_results(new.results_path, new, sandbox=sandbox)
    around.say(remark)
    new = replace(new, results_path=output)
    mended = known_rows.mended(account, journal, opened, run.sending.repeats(opened.template), around.home)
    job, findings = _staged(journal, mended, run, new, around)
    upload = Delivery(journal, job, run, around, output, mended)
    return upload.checked(findings) or upload.carried_out()


def resume(which: str | None, sending: SendOptions, around: Session) -> Summary:
    """Go on with an unfinished job, from the journal alone; the last one if nothing is said.

    `which` is a job's number or a list's path. Raises an UploaderError like `send`.
    """
    began = time.monotonic()
    sandbox = sending.sandbox is not None
    with find_job.journal_at(around.home, sandbox=sandbox) as journal:
        job = _meant(journal, which, sending, around)
        template = find_job.template_of(job, around.home)
        around.say(_list_now(job))
        if not _is_still_wanted(journal, job, around):
            around.say(_NOTHING_SENT)
            return Summary(job.list_path, job.template, stopped=_LEFT_AS_IT_IS.format(job=job.id), sent=False)
        with (
            _server(sending) as told_url,
            locks.on_list(around.home, job.list_sha256, job.list_path.name, sandbox=sandbox),
        ):
            settings = around.settle(template, job.settings)
            base_url = told_url or find_job.base_url_of(job, template, settings)
            destination = template.destination(settings, base_url)
            job = find_job.remembered(journal.job(job.id))  # what another run did to it before it let go of the list
            wished = sending.output or job.results_path
            if not wished.parent.is_dir():
                wished = Path.cwd() / wished.name
            output, remark = places.for_results(wished, job, sandbox=sandbox)
            around.say(remark)
            journal.keep_results_at(job.id, output)
            journal.redact(job.id, redaction.named(sending.redact, job.header))
            run = Run(template, job.fields, settings, destination, sending, base_url, around.language)
            summary = Delivery(journal, job, run, around, output, None).carried_out()
    return replace(summary, seconds=time.monotonic() - began)


def _goes_there_too(journal: Journal, new: NewJob, sending: SendOptions, around: Session) -> bool:
    """Say that rows of this list were accepted elsewhere, which holds none back; whether it goes all the same."""
    there = [
        job
        for job in journal.jobs(new.list_sha256)
        if job.counts[Status.ACCEPTED] and (job.destination, job.settings) != (new.destination, new.settings)
    ]
    if not there or sending.send_duplicates:
        return True
    last, accepted = there[0], there[0].counts[Status.ACCEPTED]
    before, after = (
        find_job.told_where(last.destination, last.settings),
        find_job.told_where(new.destination, new.settings),
    )
    around.say(_ELSEWHERE.format(accepted=f"{accepted:,}", before=before, job=last.id, after=after))
    return around.ask is None or around.ask(_SEND_THERE_TOO)


@contextmanager
def _server(sending: SendOptions) -> Iterator[str | None]:
    """Where to send instead of the template's address: what the person said, or a practice server of our own."""
    if sending.sandbox is None:
        yield sending.base_url
    else:
        with sandbox_server.running(sending.sandbox) as url:
            yield url


def _meant(journal: Journal, which: str | None, sending: SendOptions, around: Session) -> Job:
    """The job that is to go on; a person is asked where several might be."""
    if which is None and around.choose is not None:
        several = find_job.all_unfinished(journal, sending.repeats())
        if len(several) > 1:
            at = around.choose(_WHICH_JOB, [(str(job.id), _told(job)) for job in several])
            if at is None:
                raise SettingsError(_NOTHING_SENT)
            return several[at]
    return find_job.unfinished(journal, which, sending.repeats())


def _told(job: Job) -> str:
    when = datetime.fromisoformat(job.created_at).astimezone()
    return f"{job.list_path.name}  ({when:%Y-%m-%d %H:%M}, {job.counts[Status.NOT_SENT]:,} of {job.rows:,} rows wait)"


def _is_still_wanted(journal: Journal, job: Job, around: Session) -> bool:
    """Say that the list was sent again since, in another version; whether its older rows are to go all the same."""
    later = next((one for one in journal.jobs() if _is_later_version(one, job)), None)
    if later is None:
        return True
    around.say(_SENT_LATER.format(path=job.list_path, later=later.id, job=job.id))
    return around.ask is None or around.ask(_GO_ON_WITH_IT.format(job=job.id))


def _is_later_version(one: Job, job: Job) -> bool:
    return one.id > job.id and one.list_path == job.list_path and one.list_sha256 != job.list_sha256


def _list_now(job: Job) -> str:
    """What has become of a job's list since; "" if nothing."""
    if job.source_sha256 != job.list_sha256:
        return ""  # its own mended workbook, which was renewed perhaps
    try:
        same = checked_list.sha256_of(job.list_path) == job.list_sha256
    except ListError:
        return _LIST_IS_GONE.format(path=job.list_path)
    return "" if same else _LIST_WAS_EDITED.format(path=job.list_path)


def _new_job(opened: CheckedList, settings: Settings, destination: str, sending: SendOptions) -> NewJob:
    own = opened.own
    return NewJob(
        user=user(),
        machine=platform.node(),
        list_path=opened.path.absolute(),
        list_sha256=opened.list_sha256,
        sheet=opened.table.sheet if own is None else own.imprint.list_sheet,
        header=opened.header,
        fields=opened.list_fields,
        template=opened.template.name,
        template_sha256=opened.template.sha256,
        template_text=opened.template.text,
        profile_text=opened.template.profile_text,
        destination=destination,
        settings=settings.plain,
        version=__version__,
        results_path=(sending.output or places.of_results(opened)).absolute(),
        account="" if own is None else own.imprint.account,
        list_name=opened.list_name,
        source_sha256=opened.sha256,
    )


def _staged(journal: Journal, mended: Reconciliation, run: Run, new: NewJob, around: Session) -> tuple[Job, ProblemLog]:
    """Every row in the journal, in one transaction; the job, and what the checks found."""
    opened, language = mended.opened, around.language
    findings, stood = ProblemLog(), HeldCounts()
    waiting = advice.not_its_turn(language)

    def staged() -> Iterator[Staged]:
        for parted in mended.parted():
            stood.as_changed += parted.as_changed
            for staying in parted.staying:
                stood.add(staying)
                yield _as_it_stood(staying, run, new, language)
            if parted.going is None:
                continue
            some = opened.examine(parted.going)
            problems = [*some.problems, *parted.problems]
            findings.extend(problems)
            stopped = rules.stopping(problems)
            rows = opened.rows(some.texts, parted.numbers)
            for (position, row), values in zip(rows, some.values(), strict=True):
                wrong, before = stopped.get(position), parted.before.get(row.number)
                earlier = None if before is None else before.job
                if wrong:
                    faults = opened.faults(wrong)
                    words = rules.advice(wrong, language, opened.list_column)
                    yield Staged(row, Status.INVALID, words, None, earlier, faults=faults)
                elif before is not None and before.status is Status.UNKNOWN:
                    yield Staged(row, Status.UNKNOWN, advice.under_way(language), run.fingerprint(values), earlier)
                else:
                    yield Staged(row, Status.NOT_SENT, waiting, run.fingerprint(values), earlier)
        if not opened.is_unchanged():
            raise ListError(_CHANGED.format(name=opened.path.name))

    job = journal.job(journal.stage(new, staged()))
    for line in stood.told(opened.path, journal.count_elsewhere(job.id)):
        around.say(line)
    return job, findings


def _as_it_stood(staying: HeldRow, run: Run, new: NewJob, language: str) -> Staged:
    """A row that does not go, because of what became of it before."""
    standing, row = staying.standing, staying.row
    if standing is None:
        words = advice.of("told by workbook", language)
        return Staged(
            row,
            Status.UNKNOWN if staying.status is Status.UNKNOWN else Status.SKIPPED,
            words,
            None,
            kept=Kept.AS_BEFORE,
        )
    earlier = PriorRequest(standing.status, standing.job, row.number, new.list_name, standing.at)
    words = advice.earlier(earlier, language)
    if staying.status is Status.UNKNOWN:  # --resend-unknown sends it as it stands now
        fingerprint = run.fingerprint(run.values(row))
        return Staged(row, Status.UNKNOWN, words, fingerprint, standing.job)
    if staying.may_go_later:
        return Staged(row, Status.SKIPPED, words, run.fingerprint(run.values(row)), standing.job)
    return Staged(row, Status.SKIPPED, words, None, standing.job, Kept.AS_BEFORE)
