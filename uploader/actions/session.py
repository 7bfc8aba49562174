"""Where things are kept, who is told and asked, and the settings: what every action is given."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from uploader import __version__
from uploader.actions.setting_questions import (
    accepted,
    check_given,
    check_known,
    from_store,
    missing_settings,
    question_for,
)
from uploader.actions.ui import SilentUi, Ui
from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal import Journal, Place, Server, journal_place, open_journal
from uploader.model.job import Sender
from uploader.model.questions import Answers, Question
from uploader.model.settings import MASK, Settings
from uploader.model.this_computer import machine, user
from uploader.model.working_time import WorkingTime
from uploader.templates.catalog import Catalog
from uploader.workbooks.xlsx.moving import FileIdentity

if TYPE_CHECKING:
    from uploader.actions.steps.wire import Wire
    from uploader.templates.template import Template

__all__ = ["Session", "SilentUi", "Ui", "sender"]


@dataclass(frozen=True, slots=True)
class Session:
    """What an action needs of the world around it."""

    home: Path
    """The folder of the journals and of the user's templates."""
    ui: Ui = field(default_factory=SilentUi)
    given: Mapping[str, str] = field(default_factory=dict)
    """Settings that the person gave."""
    functions: Mapping[str, Callable[[], str]] | None = field(default=None, repr=False)
    """What gives a setting when it is needed, secret ones too; None where nobody can give a function."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept_secret: Callable[[str, str], str | None] | None = None
    """Looks up a secret that was kept, by the template's name and its own; None: none are. Raises SettingsError."""
    language: str = "en"
    """Of the texts in workbooks."""
    writes_problems: bool | None = None
    """Whether the rows of a list with errors are written into a workbook beside it.

    None: if a person says so when asked, and not where nobody is there. False: never, and nobody hears of it.
    """
    face: str = "cli"
    """Where who reads these texts will act: they name its ways."""
    with_secrets: bool = True
    """False where nothing is sent: secrets are not looked for, and are shown as `***`."""
    wire: "Wire | None" = None
    """How requests travel, and what time it is; None is the network and this computer's clock."""
    folder: Path | None = None
    """Where what is written beside a list goes, where the list itself has no folder: it came from standard input."""
    open_journal: Callable[[Place], Journal] = open_journal
    """Opens the journal at a place."""
    today: Callable[[], date] = lambda: datetime.now().astimezone().date()
    """The day here, for names with the day in them."""
    stood: dict[Path, FileIdentity | None] = field(default_factory=dict, repr=False)
    """What stood at the places of our workbooks when these were chosen; it may be replaced, and nothing else."""
    notes_from: dict[Path, Path] = field(default_factory=dict, repr=False)
    """For a place that was chosen because a workbook was left alone: that workbook. The new one has its notes, too."""
    renewed: dict[Path, FileIdentity | None] = field(default_factory=dict, repr=False)
    """The workbooks at hand that we wrote again ourselves, with the rows that were read from them."""
    remembers_mappings: bool = False
    """Whether columns that a person chose count for the next list with the same header, too."""
    keeps_awake: Callable[[], AbstractContextManager[object]] = nullcontext
    """Keeps the computer from sleeping while rows are sent to an API."""
    looked_up: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    """The secrets that were looked up, "" where none was kept."""
    working: WorkingTime = field(default_factory=WorkingTime)
    """What time it is, without the time in which a person was asked."""

    @property
    def catalog(self) -> Catalog:
        """The templates that are known here."""
        return Catalog.of(self.home)

    def journal_place(self, *, sandbox: bool = False) -> Place:
        """Where the journal is: on this computer, or a team's. Raises SettingsError or JournalError."""
        return journal_place(self.home, self.environment, sandbox=sandbox)

    def recorded_at(self) -> str:
        """Where what is sent from here is on record, as people read it. Raises as `journal_place`."""
        place = self.journal_place()
        return place.shown if isinstance(place, Server) else str(self.home)

    def has_journal(self, *, sandbox: bool = False) -> bool:
        """Whether there is a journal here, or a team's. Raises as `journal_place`."""
        place = self.journal_place(sandbox=sandbox)
        return isinstance(place, Server) or place.exists()

    def journal(self, *, sandbox: bool = False) -> Journal:
        """The journal; the sandbox has its own and never touches the real one. Raises as `journal_place`."""
        return self.open_journal(self.journal_place(sandbox=sandbox))

    def tell(self, message: Message | None) -> None:
        """Tell the person, if there is anything to tell."""
        if message is not None:
            self.ui.tell(message)

    def decide(self, questions: Sequence[Question], given: Mapping[str, str] | None = None) -> Answers:
        """The answers, of which some may have been given beforehand, by the question's code."""
        answers = {one.id: given[one.code] for one in questions if given and one.code in given}
        open_questions = [one for one in questions if one.id not in answers]
        return {**answers, **self.ask(open_questions)} if open_questions else answers

    def ask(self, questions: Sequence[Question]) -> Answers:
        """The person's answers, whose thinking is not counted as work."""
        with self.working.asking():
            return self.ui.decide(questions)

    # Settings

    def settings(self, template: "Template", known: Mapping[str, str], *, sandbox: bool = False) -> Settings:
        """The settings' values: given, else known, else from the environment, else asked for, all missing ones at once.

        A secret may also have been kept. Of what is asked for, that of the last job is suggested, and never just taken.

        Raises SettingsError where one is wrong, or missing and nobody answers.
        """
        values = self._at_hand(template, known, sandbox=sandbox)
        accepted({name: value for name, value in values.items() if value}, template)  # before anybody is asked
        last = self._last_settings(template, sandbox=sandbox) if not all(values.values()) else {}
        missing = [question_for(name, template, last) for name, value in values.items() if not value]
        while missing:
            answers = self.ask(missing)
            typed = {one.about: answer for one in missing if (answer := answers[one.id]) is not None}
            lacking = [one.about for one in missing if one.about not in typed]
            if lacking:
                raise SettingsError(missing_settings(lacking, template, self.functions))
            values |= typed
            missing = [question for question in missing if not self._is_fit(question, values[question.about])]
        return accepted(values, template)

    def settings_for_looking(self, template: "Template", known: Mapping[str, str]) -> Settings | None:
        """The settings that tell one request from another: no secrets, and nothing is asked for.

        None where one is missing. Raises SettingsError where one is wrong.
        """
        values = replace(self, with_secrets=False)._at_hand(template, known, sandbox=False)
        return accepted(values, template) if all(values.values()) else None

    def settings_for_showing(self, template: "Template") -> tuple[Settings, tuple[str, ...]]:
        """The settings at hand, without secrets, and the names of those without a value, which stand in its place.

        Nothing is asked for. Raises SettingsError where one is wrong.
        """
        values = replace(self, with_secrets=False)._at_hand(template, {}, sandbox=False)
        missing = tuple(name for name, value in values.items() if not value)
        return accepted({name: value or name for name, value in values.items()}, template, missing), missing

    def has_settings(self, template: "Template", *, sandbox: bool = False) -> bool:
        """Whether every setting is at hand; no function is called for that."""
        unseen = None if self.functions is None else dict.fromkeys(self.functions, lambda: MASK)
        return all(replace(self, functions=unseen)._at_hand(template, {}, sandbox=sandbox).values())

    def _at_hand(self, template: "Template", known: Mapping[str, str], *, sandbox: bool) -> dict[str, str]:
        """Every setting's value, "" where it would have to be asked for."""
        functions = self.functions or {}
        for name in (*self.given, *functions):
            check_known(name, template)
        for name in self.given:
            check_given(name, template, self.functions)
        values = {}
        for name, setting in template.settings.items():
            if setting.secret and not self.with_secrets:
                values[name] = MASK
                continue
            if name in functions and not (sandbox and setting.secret):
                values[name] = functions[name]()
                continue
            value = self.given.get(name) or known.get(name, "")
            elsewhere = (
                template.practice_value(name) if sandbox else self.environment.get(setting.environment or "", "")
            )
            values[name] = value or elsewhere
            if setting.secret and not values[name] and not sandbox:
                values[name] = self._kept(template, name)
        return values

    def _kept(self, template: "Template", name: str) -> str:
        """The secret that was kept, "" if none can be used; it is looked up once.

        Only for a template that is known by its name here: it says where the secret goes, and one that lies anywhere
        may have any name.
        """
        at = (template.servers, name)
        if at not in self.looked_up:
            is_known = self.kept_secret is not None and template.name in self.catalog.names()
            self.looked_up[at] = self._looked_up(template, name) if is_known else ""
        return self.looked_up[at]

    def _looked_up(self, template: "Template", name: str) -> str:
        try:
            value = None if self.kept_secret is None else self.kept_secret(template.servers, name)
            if not value:
                return ""
            template.accepted_setting(name, value)
        except SettingsError as why:  # it is asked for then
            self.tell(why.message)
            return ""
        self.tell(from_store(name, template))
        return value

    def _last_settings(self, template: "Template", *, sandbox: bool) -> Mapping[str, str]:
        """The plain settings of the last job that was sent with the template; none where nobody could be asked."""
        if sandbox or not self.ui.is_attended or not self.has_journal():
            return {}
        try:
            with self.journal() as journal:
                last = journal.last_sent(template.name)
        except JournalError:  # what is wrong with it is said where it is needed
            return {}
        return {} if last is None else last.settings

    def _is_fit(self, question: Question, typed: str) -> bool:
        """Whether the typed setting is valid; if not, the person hears why."""
        wrong = None if question.check is None else question.check(typed)
        self.tell(wrong)
        return wrong is None


def sender() -> Sender:
    """Who is at work, where, with which version of ours."""
    return Sender(user(), machine(), __version__)
