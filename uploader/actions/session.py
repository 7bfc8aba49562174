"""Where things are kept, who is told and asked, and what the settings hold: what every action is given."""

import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from uploader.errors import SettingsError
from uploader.i18n import Fact, Message, in_language
from uploader.journal import Journal, journal_path, open_journal
from uploader.model.cancel import CancelToken
from uploader.model.events import Event
from uploader.model.questions import Answers, Question, safe_answers
from uploader.model.settings import MASK, Settings
from uploader.templates.catalog import Catalog
from uploader.templates.template import Template

if TYPE_CHECKING:
    from uploader.actions.planning.plan import Plan
    from uploader.actions.steps.list_check import ListCheck
    from uploader.actions.steps.wire import Wire
    from uploader.model.job import Summary

_NO_SUCH_SETTING = "--set {name}: the template {template} has no such setting. It has: {known}."
_NOT_TAKEN_HERE = "--set {name}: a secret is not taken here, it would stay in the shell's history. {way}"
_TYPE_IT = "type it when you are asked for it, on a terminal"


class Ui(Protocol):
    """The one port for people."""

    cancel: CancelToken
    """Set when the person wants the end; every long step honours it."""
    is_attended: bool
    """Whether somebody is there to answer."""

    def tell(self, message: Message) -> None:
        """Something that the person should know now."""

    def show(self, outcome: "Plan | ListCheck | Summary") -> None:
        """What would be done, before anything is; and how it ended, before its workbook is written."""

    def decide(self, questions: Sequence[Question]) -> Answers:
        """The person's answers; the safe side of each question where nobody is there."""

    def on_event(self, event: Event) -> None:
        """Something happened in a step that takes a while."""


class SilentUi:
    """Nobody is there: nothing is told, and each question takes its safe side."""

    is_attended = False

    def __init__(self) -> None:
        self.cancel = CancelToken()

    def tell(self, message: Message) -> None:
        """Nobody hears it."""

    def show(self, outcome: "Plan | ListCheck | Summary") -> None:
        """Nobody sees it."""

    def decide(self, questions: Sequence[Question]) -> Answers:
        """The safe side of each."""
        return safe_answers(tuple(questions))

    def on_event(self, event: Event) -> None:
        """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Session:
    """What an action needs of the world around it."""

    home: Path
    """The folder of the journals and of the user's templates."""
    ui: Ui = field(default_factory=SilentUi)
    given: Mapping[str, str] = field(default_factory=dict)
    """Settings that the person gave."""
    environment: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    """Of the texts in workbooks."""
    with_secrets: bool = True
    """False where nothing is sent: secrets are not looked for, and are shown as `***`."""
    wire: "Wire | None" = None
    """How requests travel, and what time it is; None is the network and this computer's clock."""
    open_journal: Callable[[Path], Journal] = open_journal
    """Opens the journal at a place."""

    @property
    def catalog(self) -> Catalog:
        """The templates that are known here."""
        return Catalog.of(self.home)

    def has_journal(self, *, sandbox: bool = False) -> bool:
        """Whether anything was ever written down here."""
        return journal_path(self.home, sandbox=sandbox).exists()

    def journal(self, *, sandbox: bool = False) -> Journal:
        """The journal; the sandbox has its own and never touches the real one. Raises JournalError."""
        return self.open_journal(journal_path(self.home, sandbox=sandbox))

    def tell(self, message: Message | None) -> None:
        """Tell the person, where there is something to tell."""
        if message is not None:
            self.ui.tell(message)

    def decide(self, questions: Sequence[Question], given: Mapping[str, str] | None = None) -> Answers:
        """The answers, of which some may have been given beforehand, by the question's code."""
        answers = {one.id: given[one.code] for one in questions if given and one.code in given}
        open_questions = [one for one in questions if one.id not in answers]
        return {**answers, **self.ui.decide(open_questions)} if open_questions else answers

    # Settings

    def settings(self, template: Template, known: Mapping[str, str], *, sandbox: bool = False) -> Settings:
        """The settings' values: given, else known, else from the environment, else asked for, all that lack at once.

        Raises SettingsError where one is wrong, or lacks and nobody answers.
        """
        values = self._at_hand(template, known, sandbox=sandbox)
        _accepted({name: value for name, value in values.items() if value}, template)  # before anybody is asked
        missing = [_setting_question(name, template) for name, value in values.items() if not value]
        while missing:
            answers = self.ui.decide(missing)
            for question in missing:
                typed = answers[question.id]
                if typed is None:
                    raise SettingsError(_missing(question.about, template))
                values[question.about] = typed
            missing = [question for question in missing if not self._is_fit(question, values[question.about])]
        return _accepted(values, template)

    def settings_for_looking(self, template: Template, known: Mapping[str, str]) -> Settings | None:
        """The settings as far as they tell one request from another: no secret, and nothing is asked for.

        None where one lacks. Raises SettingsError where one is wrong.
        """
        values = replace(self, with_secrets=False)._at_hand(template, known, sandbox=False)
        return _accepted(values, template) if all(values.values()) else None

    def has_settings(self, template: Template, *, sandbox: bool = False) -> bool:
        """Whether nothing must be asked for."""
        return all(self._at_hand(template, {}, sandbox=sandbox).values())

    def _at_hand(self, template: Template, known: Mapping[str, str], *, sandbox: bool) -> dict[str, str]:
        """Every setting's value, "" where it would have to be asked for."""
        for name in self.given:
            _check_given(name, template)
        values = {}
        for name, setting in template.settings.items():
            if setting.secret and not self.with_secrets:
                values[name] = MASK
                continue
            value = self.given.get(name) or known.get(name, "")
            elsewhere = setting.sandbox if sandbox else self.environment.get(setting.environment or "", "")
            values[name] = value or elsewhere
        return values

    def _is_fit(self, question: Question, typed: str) -> bool:
        """Whether the typed setting fits; if not, why is told."""
        wrong = None if question.check is None else question.check(typed)
        self.tell(wrong)
        return wrong is None


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


def _check_given(name: str, template: Template) -> None:
    if name not in template.settings:
        known = ", ".join(template.settings) or "none"
        raise SettingsError(_NO_SUCH_SETTING.format(name=name, template=template.name, known=known))
    if template.settings[name].secret:
        ways = _ways(name, template)
        raise SettingsError(_NOT_TAKEN_HERE.format(name=name, way=f"{ways[0].upper()}{ways[1:]}."))


def _missing(name: str, template: Template) -> str:
    description = in_language(template.settings[name].description, "en")
    return f"{name} is not known: {_ways(name, template)}. {description}".rstrip()


def _ways(name: str, template: Template) -> str:
    """How a setting can be given."""
    setting = template.settings[name]
    ways = [f"set the variable {setting.environment}"] if setting.environment else []
    ways += [_TYPE_IT] if setting.secret else [f"give --set {name}=…"]
    return ", or ".join(ways)


def user() -> str:
    """Who is at work."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "unknown"
