"""The clerk's desk: what pages begin, with the lists and jobs at hand and what was typed before."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from uploader.actions.annotate import annotate_check
from uploader.actions.check import checking
from uploader.actions.home import secret_store
from uploader.actions.options import SandboxConfig, SendOptions
from uploader.actions.planning.route import template_of
from uploader.actions.read import sheet_names
from uploader.actions.resume import resume
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.steps.awake import kept_awake
from uploader.actions.templates import known
from uploader.actions.ui import SilentUi, Ui
from uploader.errors import TemplateError, UploaderError
from uploader.i18n import Message
from uploader.model.job import Job
from uploader.model.summary import Summary
from uploader.web.desk.findings import Findings, findings_of
from uploader.web.desk.lists_at_hand import JobAddress, ListAtHand, ListsAtHand
from uploader.web.desk.preferences import Preferences
from uploader.web.desk.typed_settings import TypedSettings
from uploader.web.desk.work import Kind, PageUi, Work
from uploader.web.desk.works import Works
from uploader.web.faces import FACE

_PRACTICE_LATENCY_SECONDS = 0.25


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
    works: Works = field(default_factory=Works)
    typed: TypedSettings = field(default_factory=TypedSettings)
    lists: ListsAtHand = field(init=False)
    _notices: dict[str, list[Message]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lists = ListsAtHand(self.home, partial(self.session, "en"), self.is_demo)

    def leave_notices(self, session: str, notices: Iterable[Message]) -> None:
        """To be said at the top of the next page of that session."""
        self._notices.setdefault(session, []).extend(notices)

    def take_notices(self, session: str) -> list[Message]:
        """Those that were left; each is said once."""
        return self._notices.pop(session, [])

    @property
    def preferences(self) -> Preferences:
        """What the person chose before."""
        return Preferences(self.home)

    def session(self, language: str, ui: Ui | None = None, template: str = "") -> Session:
        """For one action; the secrets that were typed for the template are at hand."""
        return Session(
            home=self.home,
            ui=ui or SilentUi(),
            functions=self.typed.functions(self._servers(template)),
            environment=self.environment,
            language=language,
            face=FACE,
            writes_problems=False,
            remembers_mappings=True,
            kept_secret=secret_store.kept,
            keeps_awake=kept_awake,
        )

    def sending_of(self, job: Job, address: JobAddress) -> Work | None:
        """The work that sends that job's rows now: it may have been begun with the list, or to send what was left."""
        if job.ended_at is not None:
            return None
        sending = (one for one in self.works.under_way() if one.kind in ("send", "resume"))
        same_journal = (one for one in sending if one.is_practice == address.is_practice)
        return next((one for one in same_journal if self._is_about(one, job, address)), None)

    def _is_about(self, work: Work, job: Job, address: JobAddress) -> bool:
        return work.subject == address.list_id or self.lists.path_of(work.subject) == job.list_path

    # What is begun

    def begin_check(self, one: ListAtHand, language: str) -> Work:
        """Look at a list's rows; nothing is sent."""

        def action(ui: PageUi) -> Findings:
            one.findings = one.error = one.workbook = None
            session = self.session(language, ui)
            with checking(one.path, one.read_to_look, session, with_workbook=False) as done:
                found = findings_of(done, ui.told, session)
            one.sheets = [] if found.is_workbook_of_ours else sheet_names(one.path, session)
            return found

        def ended(work: Work) -> None:
            one.error = work.error
            if isinstance(work.outcome, Findings):
                self.lists.found(one, work.outcome)

        return self._begin("check", one.id, one.name, action, ended, is_practice=one.is_practice)

    def begin_problems(self, one: ListAtHand, language: str, *, marks_own: bool) -> Work:
        """Write the rows with their errors into a workbook beside the list.

        `marks_own`: a copy of the person's own workbook; where that can't be, the person hears why.
        """

        def action(ui: PageUi) -> Path | None:
            session = replace(self.session(language, ui), writes_problems=not marks_own)
            with checking(one.path, one.read_to_look, session) as done:
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

    def begin_send(self, one: ListAtHand, language: str, *, is_practice: bool) -> Work:
        """Send a list: settings, plan and questions are asked for on the way."""
        template = "" if is_practice else one.read.template or ""

        def action(ui: PageUi) -> Summary:
            ui.typed |= self.typed.plain(template)
            return send(one.path, one.read, self._options(is_practice), self.session(language, ui, template))

        ended = self._settling(template)
        return self._begin("send", one.id, one.name, action, ended, is_practice=is_practice)

    def sends_files(self, job: Job) -> bool:
        """Whether files go along with a job's rows, whose folder has to be named again."""
        try:
            return bool(template_of(job, self.session("en")).file_fields)
        except UploaderError:  # who begins to resume it hears why
            return False

    def begin_resume(
        self, job: Job, address: JobAddress, language: str, files: Path | None = None, *, resend_unknown: bool = False
    ) -> Work:
        """Send what is left of a job; `files` is the folder of those that go along with its rows."""
        template = "" if address.is_practice else job.template
        options = replace(self._options(address.is_practice), resend_unknown=resend_unknown, files=files)

        def action(ui: PageUi) -> Summary:
            ui.typed |= self.typed.plain(template)
            return resume(job.id, options, self.session(language, ui, template))

        ended, is_practice = self._settling(template), address.is_practice
        return self._begin("resume", address.list_id, job.list_name, action, ended, is_practice=is_practice)

    def begin_writing(
        self, address: JobAddress, name: str, action: Callable[[PageUi], object], *, kind: Kind = "write"
    ) -> Work:
        """Write something about a job that takes a while."""
        return self._begin(kind, address.list_id, name, action, lambda _: None, is_practice=address.is_practice)

    def _servers(self, template: str) -> str:
        """Where a template's secrets go; "" for none, and for one that can't be read, as the action will say."""
        with suppress(TemplateError):
            return known.template(template, self.session("en"))[0].servers if template else ""
        return ""

    def _settling(self, template: str) -> Callable[[Work], None]:
        return partial(self.typed.settle, template=template, servers=self._servers(template))

    def _options(self, is_practice: bool) -> SendOptions:
        if is_practice:
            return SendOptions(sandbox=SandboxConfig(latency_seconds=_PRACTICE_LATENCY_SECONDS))
        return SendOptions(base_url=self.base_url)

    def _begin(
        self,
        kind: Kind,
        subject: str,
        name: str,
        action: Callable[[PageUi], object],
        on_end: Callable[[Work], None],
        *,
        is_practice: bool,
    ) -> Work:
        def work(work_id: str) -> Work:
            return Work(work_id, subject, kind, name, is_practice, action, self.home, on_end)

        return self.works.begin(subject, work)
