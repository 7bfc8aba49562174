"""What is on the clerk's desk: the lists at hand, what was found in them, and what is being done with them."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from uploader.actions import secret_store
from uploader.actions.annotate import annotate_check
from uploader.actions.check import checking
from uploader.actions.history import history
from uploader.actions.kept_lists import KeptLists
from uploader.actions.options import DEFAULT_TEMPLATE, ReadOptions, SandboxConfig, SendOptions
from uploader.actions.resume import resume
from uploader.actions.sandbox import sample_list
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.steps.awake import kept_awake
from uploader.actions.ui import SilentUi, Ui
from uploader.errors import SettingsError, UploaderError
from uploader.i18n import Message
from uploader.model.job import Job
from uploader.model.summary import Summary
from uploader.web.faces import FACE
from uploader.web.findings import Findings, findings_of
from uploader.web.paging import is_number
from uploader.web.preferences import Preferences
from uploader.web.work import Kind, PageUi, Work

_MOST_WORKS = 50
_MOST_FINDINGS = 5
"""Lists of which what was found is kept: an older one is checked again where somebody looks at it."""
_PRACTICE_LATENCY_SECONDS = 0.25
_COPIED_AT_ONCE = 1 << 20
_JOB, _PRACTICE = "job-", "practice-"


@dataclass(frozen=True, slots=True)
class JobAddress:
    """Which job, of which journal."""

    number: int
    is_practice: bool

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/{'practice' if self.is_practice else 'jobs'}/{self.number}"

    @property
    def list_id(self) -> str:
        """By which its result workbook is known as a list at hand."""
        return f"{_PRACTICE if self.is_practice else _JOB}{self.number}"


@dataclass(slots=True)
class ListAtHand:
    """A file whose rows are checked and sent."""

    id: str
    name: str
    """As the person knows it."""
    path: Path
    read: ReadOptions
    job: JobAddress | None = None
    """The job whose result workbook it is; None for a list that was dropped on the page."""
    findings: Findings | None = None
    error: Message | None = None
    """Why it could not be checked."""
    workbook: Path | None = None
    """The workbook with its errors that was written last, where one was wanted: a problems workbook, or a copy of the
    person's own."""

    @property
    def address(self) -> str:
        """Of its page."""
        return f"/lists/{self.id}"

    @property
    def is_practice(self) -> bool:
        """Whether its rows went to the sandbox, and go on there."""
        return self.job is not None and self.job.is_practice


@dataclass(slots=True)
class Desk:
    """Everything that pages show and change. Its methods are called from one thread, but for the end of works."""

    home: Path
    environment: Mapping[str, str] = field(repr=False)
    is_demo: bool = False
    """Whether there is nothing but practice, and nothing stays."""
    base_url: str | None = None
    """Where everything is sent that is no practice, instead of the templates' own servers."""
    on_quit: Callable[[], None] = lambda: None
    is_ending: Callable[[], bool] = lambda: False
    """Whether the server is about to end, so that nothing new may begin."""
    lists: dict[str, ListAtHand] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    """Typed for a template, and the API has let us in with them since: by template and setting. In memory alone."""
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was typed for a template's settings that are no secrets, by the question's id."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _notices: dict[str, list[Message]] = field(default_factory=dict)
    _works_so_far: int = 0

    # What is said at the top of the next page

    def leave_notices(self, session: str, notices: Iterable[Message]) -> None:
        """For the next page of that session."""
        self._notices.setdefault(session, []).extend(notices)

    def take_notices(self, session: str) -> list[Message]:
        """Those that were left; each is said once."""
        return self._notices.pop(session, [])

    @property
    def kept(self) -> KeptLists:
        """The lists that were dropped on the page."""
        return KeptLists(self.home)

    @property
    def preferences(self) -> Preferences:
        """What the person chose before."""
        return Preferences(self.home)

    def session(self, language: str, ui: Ui | None = None, template: str | None = None) -> Session:
        """For an action; the secrets that were typed for the template are at hand."""
        secrets = self.secrets.get(template or "", {})
        return Session(
            home=self.home,
            ui=ui or SilentUi(),
            functions={name: _giving(value) for name, value in secrets.items()} or None,
            environment=self.environment,
            language=language,
            face=FACE,
            writes_problems=False,
            remembers_mappings=True,
            kept_secret=secret_store.kept,
            keeps_awake=kept_awake,
        )

    # Lists at hand

    def list_at_hand(self, list_id: str) -> ListAtHand:
        """The list of that address. Raises SettingsError where there is none, or its job is not known."""
        if list_id not in self.lists:
            self.lists[list_id] = self._of_job(list_id) or self._kept(list_id)
        return self.lists[list_id]

    def _kept(self, list_id: str) -> ListAtHand:
        found = self.kept.find(list_id)
        if found is None:
            raise SettingsError(Message("web.no_such_list"))
        return ListAtHand(found.id, found.path.name, found.path, ReadOptions(template=found.template))

    def _of_job(self, list_id: str) -> ListAtHand | None:
        for prefix, is_practice in ((_JOB, False), (_PRACTICE, True)):
            number = list_id.removeprefix(prefix)
            if number != list_id and is_number(number):
                address = JobAddress(int(number), is_practice)
                job = self.job(address)
                return ListAtHand(list_id, job.list_name, job.results_path, ReadOptions(), address)
        return None

    def job(self, address: JobAddress) -> Job:
        """That job. Raises SettingsError where there is none."""
        return history(self.session("en"), address.number, sandbox=address.is_practice)[0]

    def result_workbook(self, job: Job, address: JobAddress) -> ListAtHand:
        """A job's result workbook as a list at hand: where it is by now, and as it is by now."""
        one = ListAtHand(address.list_id, job.list_name, job.results_path, ReadOptions(), address)
        self.lists[one.id] = one
        return one

    def list_of(self, job: Job) -> str | None:
        """The address of the list that a job sent, where it is one that we keep."""
        return next((f"/lists/{one.id}" for one in self.kept.lists() if one.has(job.list_path)), None)

    def keep(self, file: Path, name: str, template: str) -> ListAtHand:
        """A file that was dropped, kept as a new list. Raises SettingsError where there is no room for it."""
        with self.kept.begin(name, template=template) as upload, file.open("rb") as content:
            shutil.copyfileobj(content, upload, _COPIED_AT_ONCE)
        if upload.kept is None:
            raise SettingsError(Message("web.no_such_list"))
        return self.list_at_hand(upload.kept.id)

    def keep_corrected(self, one: ListAtHand, file: Path, name: str) -> ListAtHand:
        """A corrected file, beside the list that it corrects; of a job's workbook, a list of its own."""
        if one.job is not None or self.kept.find(one.id) is None:
            return self.keep(file, name, one.read.template or DEFAULT_TEMPLATE)
        with self.kept.begin_beside(one.id, name) as upload, file.open("rb") as content:
            shutil.copyfileobj(content, upload, _COPIED_AT_ONCE)
        if upload.kept is not None:
            one.path, one.name, one.read = upload.kept.path, upload.kept.path.name, _as_before(one.read)
        return one

    def keep_sample(self) -> ListAtHand:
        """The sample list, as if it had been dropped."""
        return self.keep(sample_list(), sample_list().name, DEFAULT_TEMPLATE)

    def take_workbook(self, one: ListAtHand, workbook: Path) -> None:
        """A workbook of ours beside the list, corrected in Excel, is at hand from now on instead of the list."""
        if one.job is None:
            self.kept.note(one.id, file=workbook.name)
        one.path, one.read = workbook, _as_before(one.read)

    def sendings_of(self, one: ListAtHand) -> list[tuple[Job, JobAddress]]:
        """The jobs by which a list that was dropped was sent or practised, the newest first."""
        kept = None if one.job is not None else self.kept.find(one.id)
        return [] if kept is None else [found for found in self.jobs() if kept.has(found[0].list_path)]

    def jobs(self) -> list[tuple[Job, JobAddress]]:
        """All jobs, of practice, too, the newest first."""
        session, found = self.session("en"), list[tuple[Job, JobAddress]]()
        for is_practice in (True,) if self.is_demo else (False, True):
            jobs = history(session, sandbox=is_practice) if session.has_journal(sandbox=is_practice) else ()
            found += ((job, JobAddress(job.id, is_practice)) for job in jobs)
        return sorted(found, key=lambda one: one[0].started_at, reverse=True)

    def forget_lists(self) -> None:
        """What was deleted is not at hand any more."""
        for list_id, one in list(self.lists.items()):
            if one.job is not None or self.kept.find(list_id) is None:
                del self.lists[list_id]

    # Works

    def running_on(self, subject: str) -> Work | None:
        """The work on that list or job that is not over."""
        return next((one for one in self.works.values() if one.subject == subject and one.stage != "over"), None)

    def sending_of(self, job: Job, address: JobAddress) -> Work | None:
        """The work that sends that job's rows now: it may have been begun with the list, or to send what was left."""
        if job.ended_at is not None:
            return None
        under_way = (one for one in self.works.values() if one.stage != "over" and one.kind in ("send", "resume"))
        same_journal = (one for one in under_way if one.is_practice == address.is_practice)
        return next((one for one in same_journal if self._is_about(one, job, address)), None)

    def _is_about(self, work: Work, job: Job, address: JobAddress) -> bool:
        one = self.lists.get(work.subject)
        return work.subject == address.list_id or (one is not None and one.path == job.list_path)

    def begin_check(self, one: ListAtHand, language: str) -> Work:
        """Look at a list's rows; nothing is sent."""
        one.findings = one.error = one.workbook = None

        def action(ui: PageUi) -> Findings:
            session = self.session(language, ui)
            with checking(one.path, one.read, session, with_workbook=False) as done:
                return findings_of(done, ui.told, session)

        return self._begin("check", one.id, one.name, action, self._checked, is_practice=one.is_practice)

    def begin_problems(self, one: ListAtHand, language: str, *, marks_own: bool) -> Work:
        """Write the rows with their errors into a workbook beside the list, and open it.

        `marks_own`: a copy of the person's own workbook; where that can't be, the person hears why.
        """

        def action(ui: PageUi) -> Path | None:
            session = self.session(language, ui)
            with checking(one.path, one.read, session, with_workbook=not marks_own) as done:
                ui.told.clear()  # the page of the list has it
                written = annotate_check(done.found, session) if marks_own else done.workbook
            if isinstance(written, Message):
                ui.tell(written)
                return None
            return written

        def ended(work: Work) -> None:
            if isinstance(work.outcome, Path):
                one.workbook = work.outcome

        return self._begin("mark", one.id, one.name, action, ended, is_practice=one.is_practice)

    def _checked(self, work: Work) -> None:
        one = self.lists.get(work.subject)
        if one is None:
            return
        one.error = work.error
        if isinstance(work.outcome, Findings):
            one.findings = work.outcome
            one.read = replace(one.read, sheet=work.outcome.sheet, template=work.outcome.template.name)
            held = [other for other in self.lists.values() if other.findings is not None and other is not one]
            for other in held[: max(0, len(held) + 1 - _MOST_FINDINGS)]:
                other.findings = None

    def begin_send(self, one: ListAtHand, language: str, *, is_practice: bool) -> Work:
        """Send a list: settings, plan and questions are asked for on the way."""
        template = one.read.template

        def action(ui: PageUi) -> Summary:
            session = self.session(language, ui, None if is_practice else template)
            return send(one.path, one.read, self._options(is_practice=is_practice), session)

        def ended(work: Work) -> None:
            self._settle_secrets(work, template or "")

        return self._begin("send", one.id, one.name, action, ended, is_practice=is_practice, template=template or "")

    def begin_resume(self, job: Job, address: JobAddress, language: str, *, resend_unknown: bool = False) -> Work:
        """Send what is left of a job."""
        options = replace(self._options(is_practice=address.is_practice), resend_unknown=resend_unknown)

        def action(ui: PageUi) -> Summary:
            session = self.session(language, ui, None if address.is_practice else job.template)
            return resume(job.id, options, session)

        def ended(work: Work) -> None:
            self._settle_secrets(work, job.template)

        is_practice = address.is_practice
        return self._begin(
            "resume", address.list_id, job.list_name, action, ended, is_practice=is_practice, template=job.template
        )

    def begin_writing(
        self, address: JobAddress, name: str, action: Callable[[PageUi], object], *, kind: Kind = "write"
    ) -> Work:
        """Write something about a job that takes a while."""
        return self._begin(kind, address.list_id, name, action, lambda _: None, is_practice=address.is_practice)

    def own_workbook_of(self, address: JobAddress) -> Path | None:
        """The copy of the person's own workbook that was written last for a job; None if none was."""
        copies = (one for one in reversed(self.works.values()) if one.kind == "copy")
        written = (one.outcome for one in copies if one.subject == address.list_id)
        return next((path for path in written if isinstance(path, Path) and path.is_file()), None)

    def own_workbook(self, address: JobAddress) -> Path:
        """The same. Raises SettingsError if none was written, or it is gone."""
        path = self.own_workbook_of(address)
        if path is None:
            raise SettingsError(Message("web.no_such_job"))
        return path

    def _options(self, *, is_practice: bool) -> SendOptions:
        if is_practice:
            return SendOptions(sandbox=SandboxConfig(latency_seconds=_PRACTICE_LATENCY_SECONDS))
        return SendOptions(base_url=self.base_url)

    def _settle_secrets(self, work: Work, template: str) -> None:
        """A typed secret is kept while we run, once the API has let us in with it; else it is asked for anew."""
        summary = work.outcome
        if work.is_practice:
            return
        is_good = isinstance(summary, Summary) and _let_in(summary, work)
        self.typed[template] = work.may_be_typed_again
        with self._lock:
            if is_good:
                self.secrets.setdefault(template, {}).update(work.ui.secrets)
            elif isinstance(summary, Summary) and summary.stopped is not None and not summary.interrupted:
                self.secrets.pop(template, None)
        if is_good and work.ui.keeps_secrets:
            for name, value in work.ui.secrets.items():
                try:
                    secret_store.keep(template, name, value)
                except UploaderError as why:
                    work.ui.tell(why.message)

    def _begin(
        self,
        kind: Kind,
        subject: str,
        name: str,
        action: Callable[[PageUi], object],
        on_end: Callable[[Work], None],
        *,
        is_practice: bool,
        template: str = "",
    ) -> Work:
        """One at a time for each list: if one is under way, that is it."""
        under_way = self.running_on(subject)
        if under_way is not None:
            return under_way
        if self.is_ending():
            raise SettingsError(Message("web.ending"))
        self._works_so_far += 1
        work = Work(f"{subject}.{self._works_so_far}", subject, kind, name, is_practice, action, self.home, on_end)
        work.ui.typed |= {} if is_practice else self.typed.get(template, {})
        self.works[work.id] = work
        for old in [one for one in self.works.values() if one.stage == "over"][:-_MOST_WORKS]:
            del self.works[old.id]
        work.start()
        return work

    # The life of the server

    def is_busy(self) -> bool:
        """Whether something is under way that must not be ended because nobody looks."""
        return any(one.stage == "running" for one in self.works.values())

    def stop_all(self) -> None:
        """Ask everything for its end: no new row leaves, and the answers under way are awaited."""
        for one in self.works.values():
            if one.stage != "over":
                one.stop()

    async def wait_until_idle(self) -> None:
        """Wait for the end of everything that is under way."""
        for one in list(self.works.values()):
            await asyncio.to_thread(one.wait)


def _as_before(read: ReadOptions) -> ReadOptions:
    """For another file with the same list: the template alone."""
    return ReadOptions(template=read.template)


def _let_in(summary: Summary, work: Work) -> bool:
    """Whether the API took what was typed, also where the person ended it then."""
    if summary.stopped is None:
        return summary.requests > 0
    return work.ui.was_let_in and (summary.interrupted or summary.stopped.code == "plan.declined")


def _giving(value: str) -> Callable[[], str]:
    return lambda: value
