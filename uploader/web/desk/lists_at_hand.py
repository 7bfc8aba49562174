"""The lists at hand: those that were dropped on the page, and result workbooks of jobs; and which jobs there are."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from uploader.actions.history import history
from uploader.actions.home.kept_list import KeptList
from uploader.actions.home.kept_lists import KeptLists
from uploader.actions.options import DEFAULT_TEMPLATE, ReadOptions
from uploader.actions.sandbox import sample_list
from uploader.actions.session import Session
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.job import Job
from uploader.web.desk.findings import Findings
from uploader.web.desk.paging import is_number
from uploader.web.desk.preferences import Preferences

_MOST_FINDINGS = 5
"""Lists of which what was found is kept: an older one is checked again where somebody looks at it."""
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
    sheets: list[str] = field(default_factory=list)
    """Its visible sheets, where it is a workbook that somebody else made."""
    workbook: Path | None = None
    """The workbook with its errors that was written last, where one was wanted: a problems workbook, or a copy of the
    person's own."""

    @property
    def address(self) -> str:
        """Of its page."""
        return f"/lists/{self.id}"

    @property
    def read_to_look(self) -> ReadOptions:
        """How it is read where nothing is sent: without a folder of files that is gone, which its page says."""
        files = self.read.files
        is_gone = files is not None and not os.path.isdir(files)  # noqa: PTH112  # never raises, whatever the name
        return replace(self.read, files=None) if is_gone else self.read

    @property
    def error_workbook(self) -> Path | None:
        """The workbook in which errors are corrected: the one that was written, or the one at hand if it is ours."""
        is_ours = self.findings is not None and self.findings.is_workbook_of_ours
        return self.workbook or (self.path if is_ours else None)

    @property
    def is_practice(self) -> bool:
        """Whether its rows went to the sandbox, and go on there."""
        is_of_sandbox = self.findings is not None and self.findings.is_of_sandbox
        return is_of_sandbox or (self.job is not None and self.job.is_practice)


@dataclass(slots=True)
class ListsAtHand:
    """The lists, by the id in the addresses of their pages."""

    home: Path
    session: Callable[[], Session]
    is_demo: bool = False
    """Whether only what was practised is looked at."""
    _at_hand: dict[str, ListAtHand] = field(default_factory=dict)

    @property
    def kept(self) -> KeptLists:
        """The lists that were dropped on the page."""
        return KeptLists(self.home)

    def at(self, list_id: str) -> ListAtHand:
        """The list of that address. Raises SettingsError where there is none, or its job is not known."""
        if list_id not in self._at_hand:
            self._at_hand[list_id] = self._of_job(list_id) or self._kept(list_id)
        return self._at_hand[list_id]

    def _kept(self, list_id: str) -> ListAtHand:
        found = self.kept.find(list_id)
        if found is None:
            raise SettingsError(Message("web.no_such_list"))
        read = self.reading(found.template or DEFAULT_TEMPLATE)
        read = replace(read, template=found.template, files=found.files_folder or read.files)
        return ListAtHand(found.id, found.path.name, found.path, read)

    def _of_job(self, list_id: str) -> ListAtHand | None:
        for prefix, is_practice in ((_JOB, False), (_PRACTICE, True)):
            number = list_id.removeprefix(prefix)
            if number != list_id and is_number(number):
                address = JobAddress(int(number), is_practice)
                return self._result_workbook(self.job(address), address)
        return None

    def job(self, address: JobAddress) -> Job:
        """That job. Raises SettingsError where there is none."""
        return history(self.session(), address.number, sandbox=address.is_practice)[0]

    def result_workbook(self, job: Job, address: JobAddress) -> ListAtHand:
        """A job's result workbook as a list at hand: where it is by now, and as it is by now."""
        one = self._at_hand[address.list_id] = self._result_workbook(job, address)
        return one

    def _result_workbook(self, job: Job, address: JobAddress) -> ListAtHand:
        read = ReadOptions(files=self.files_folder_of(job))
        return ListAtHand(address.list_id, job.list_name, job.results_path, read, address)

    def list_of(self, job: Job) -> str | None:
        """The address of the list that a job sent, where it is one that we keep."""
        kept = self._kept_of(job)
        return None if kept is None else f"/lists/{kept.id}"

    def _kept_of(self, job: Job) -> KeptList | None:
        return next((one for one in self.kept.lists() if one.has(job.list_path)), None)

    # The folder of the files that go along with rows

    def reading(self, template: str) -> ReadOptions:
        """How a new list for that template is read."""
        return ReadOptions(template=template, files=Preferences(self.home).files_folder(template))

    def files_folder_of(self, job: Job) -> Path | None:
        """The folder that was named last for a job's list, or else for another list with its template."""
        kept = self._kept_of(job)
        named = None if kept is None else kept.files_folder
        return named or Preferences(self.home).files_folder(job.template)

    def take_files_folder(self, one: ListAtHand, folder: Path) -> None:
        """From now on the files of its rows are in that folder."""
        if one.job is not None:
            self.note_files_folder(self.job(one.job), folder)
        else:
            self._note_files_folder(one.id, one.read.template or DEFAULT_TEMPLATE, folder)
        one.read = replace(one.read, files=folder)

    def note_files_folder(self, job: Job, folder: Path) -> None:
        """The folder of a job's files is known when its list or its workbook is looked at again."""
        kept = self._kept_of(job)
        self._note_files_folder("" if kept is None else kept.id, job.template, folder)

    def _note_files_folder(self, list_id: str, template: str, folder: Path) -> None:
        self.kept.note(list_id, files_folder=str(folder))
        Preferences(self.home).note_files_folder(template, folder)

    def keep(self, file: Path, name: str, template: str) -> ListAtHand:
        """A file that was dropped, kept as a new list. Raises SettingsError where there is no room for it."""
        with self.kept.begin(name, template=template) as upload, file.open("rb") as content:
            shutil.copyfileobj(content, upload, _COPIED_AT_ONCE)
        if upload.kept is None:
            raise SettingsError(Message("web.no_such_list"))
        return self.at(upload.kept.id)

    def keep_corrected(self, one: ListAtHand, file: Path, name: str) -> ListAtHand:
        """A corrected file, beside the list that it corrects; of a job's workbook, a list of its own."""
        if one.job is not None or self.kept.find(one.id) is None:
            corrected = self.keep(file, name, one.read.template or DEFAULT_TEMPLATE)
            if one.read.files is not None:
                self.take_files_folder(corrected, one.read.files)
            return corrected
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
        session, found = self.session(), list[tuple[Job, JobAddress]]()
        for is_practice in (True,) if self.is_demo else (False, True):
            jobs = history(session, sandbox=is_practice) if session.has_journal(sandbox=is_practice) else ()
            found += ((job, JobAddress(job.id, is_practice)) for job in jobs)
        return sorted(found, key=lambda one: one[0].started_at, reverse=True)

    def forget_lists(self) -> None:
        """What was deleted is not at hand any more."""
        for list_id, one in list(self._at_hand.items()):
            if one.job is not None or self.kept.find(list_id) is None:
                del self._at_hand[list_id]

    def path_of(self, list_id: str) -> Path | None:
        """The file of that list, if it is at hand."""
        one = self._at_hand.get(list_id)
        return None if one is None else one.path

    def found(self, one: ListAtHand, findings: Findings) -> None:
        """What a check found of a list; of lists that were checked long ago it is let go of."""
        one.findings = findings
        one.read = replace(one.read, sheet=findings.sheet, template=findings.template.name)
        held = [other for other in self._at_hand.values() if other.findings is not None and other is not one]
        for other in held[: max(0, len(held) + 1 - _MOST_FINDINGS)]:
            other.findings = None


def _as_before(read: ReadOptions) -> ReadOptions:
    """For another file with the same list: its columns may be other ones."""
    return ReadOptions(template=read.template, files=read.files)
