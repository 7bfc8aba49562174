"""Where things are kept, who is told and asked, and the settings: what every action is given."""

import getpass
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uploader import __version__
from uploader.actions.ui import SilentUi, Ui
from uploader.errors import SettingsError
from uploader.i18n import Fact, Message
from uploader.journal import Journal, journal_path, open_journal
from uploader.model.job import Sender
from uploader.model.questions import Answers, Question
from uploader.model.settings import MASK, Settings
from uploader.model.working_time import WorkingTime
from uploader.templates.catalog import Catalog
from uploader.templates.template import Template
from uploader.workbooks.xlsx.moving import FileIdentity

if TYPE_CHECKING:
    from uploader.actions.steps.wire import Wire

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
    language: str = "en"
    """Of the texts in workbooks."""
    with_secrets: bool = True
    """False where nothing is sent: secrets are not looked for, and are shown as `***`."""
    wire: "Wire | None" = None
    """How requests travel, and what time it is; None is the network and this computer's clock."""
    folder: Path | None = None
    """Where what is written beside a list goes, where the list itself has no folder: it came from standard input."""
    open_journal: Callable[[Path], Journal] = open_journal
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
    working: WorkingTime = field(default_factory=WorkingTime)
    """What time it is, without the time in which a person was asked."""

    @property
    def catalog(self) -> Catalog:
        """The templates that are known here."""
        return Catalog.of(self.home)

    def has_journal(self, *, sandbox: bool = False) -> bool:
        """Whether there is a journal here."""
        return journal_path(self.home, sandbox=sandbox).exists()

    def journal(self, *, sandbox: bool = False) -> Journal:
        """The journal; the sandbox has its own and never touches the real one. Raises JournalError."""
        return self.open_journal(journal_path(self.home, sandbox=sandbox))

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

    def settings(self, template: Template, known: Mapping[str, str], *, sandbox: bool = False) -> Settings:
        """The settings' values: given, else known, else from the environment, else asked for, all missing ones at once.

        Raises SettingsError where one is wrong, or missing and nobody answers.
        """
        values = self._at_hand(template, known, sandbox=sandbox)
        _accepted({name: value for name, value in values.items() if value}, template)  # before anybody is asked
        missing = [_setting_question(name, template) for name, value in values.items() if not value]
        while missing:
            answers = self.ask(missing)
            for question in missing:
                typed = answers[question.id]
                if typed is None:
                    raise SettingsError(_missing(question.about, template, self.functions))
                values[question.about] = typed
            missing = [question for question in missing if not self._is_fit(question, values[question.about])]
        return _accepted(values, template)

    def settings_for_looking(self, template: Template, known: Mapping[str, str]) -> Settings | None:
        """The settings that tell one request from another: no secrets, and nothing is asked for.

        None where one is missing. Raises SettingsError where one is wrong.
        """
        values = replace(self, with_secrets=False)._at_hand(template, known, sandbox=False)
        return _accepted(values, template) if all(values.values()) else None

    def has_settings(self, template: Template, *, sandbox: bool = False) -> bool:
        """Whether every setting is at hand; no secret is fetched for that."""
        unseen = None if self.functions is None else dict.fromkeys(self.functions, _masked)
        return all(replace(self, functions=unseen)._at_hand(template, {}, sandbox=sandbox).values())

    def _at_hand(self, template: Template, known: Mapping[str, str], *, sandbox: bool) -> dict[str, str]:
        """Every setting's value, "" where it would have to be asked for."""
        functions = self.functions or {}
        for name in (*self.given, *functions):
            _check_known(name, template)
        for name in self.given:
            _check_given(name, template, self.functions)
        values = {}
        for name, setting in template.settings.items():
            if setting.secret and not self.with_secrets:
                values[name] = MASK
                continue
            if name in functions and not (sandbox and setting.secret):
                values[name] = functions[name]()
                continue
            value = self.given.get(name) or known.get(name, "")
            elsewhere = setting.sandbox if sandbox else self.environment.get(setting.environment or "", "")
            values[name] = value or elsewhere
        return values

    def _is_fit(self, question: Question, typed: str) -> bool:
        """Whether the typed setting is valid; if not, the person hears why."""
        wrong = None if question.check is None else question.check(typed)
        self.tell(wrong)
        return wrong is None


def _masked() -> str:
    return MASK


def _accepted(values: Mapping[str, str], template: Template) -> Settings:
    accepted = {
        name: value if value == MASK else template.accepted_setting(name, value) for name, value in values.items()
    }
    secret = {name for name in values if template.settings[name].secret}
    return Settings(
        {name: value for name, value in accepted.items() if name not in secret},
        {name: value for name, value in accepted.items() if name in secret},
    )


def _setting_question(name: str, template: Template) -> Question:
    setting = template.settings[name]
    facts: Mapping[str, Fact] = {"name": name, "description": setting.description}

    def check(typed: str) -> Message | None:
        try:
            template.accepted_setting(name, typed)
        except SettingsError as why:
            return why.message
        return None

    return Question("setting", facts, choices=(), about=name, is_secret=setting.secret, check=check)


_Functions: TypeAlias = Mapping[str, Callable[[], str]] | None


def _check_known(name: str, template: Template) -> None:
    if name not in template.settings:
        code = "settings.unknown" if template.settings else "settings.unknown_of_none"
        raise SettingsError(Message(code, name=name, template=template.name, known=tuple(template.settings)))


def _check_given(name: str, template: Template, functions: _Functions) -> None:
    if template.settings[name].secret:
        instead = _how_to_give(name, template, functions)
        raise SettingsError(Message("settings.secret_given", name=name, instead=instead))


def _missing(name: str, template: Template, functions: _Functions) -> Message:
    """What is missing, what it is, and how it can be given."""
    description = template.settings[name].description
    parts = (Message("settings.is_missing", name=name), description, _how_to_give(name, template, functions))
    return Message("settings.missing", parts=tuple(part for part in parts if part))


def _how_to_give(name: str, template: Template, functions: _Functions) -> Message:
    setting = template.settings[name]
    if setting.secret and functions is not None:
        code = "settings.secret_by_variable_or_function" if setting.environment else "settings.secret_by_function"
    elif setting.secret:
        code = "settings.secret_by_variable" if setting.environment else "settings.secret_by_typing"
    else:
        code = "settings.by_variable" if setting.environment else "settings.by_option"
    return Message(code, name=name, variable=setting.environment)


def sender() -> Sender:
    """Who is at work, where, with which version of ours."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        user = "unknown"
    return Sender(user, platform.node(), __version__)
