"""Practice: the sandbox as a server of its own, and a sample list sent to a sandbox inside."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.setting_questions import accepted
from uploader.actions.steps.practice.template_api import practice_answers
from uploader.checks.checked_list import sha256_of
from uploader.errors import SettingsError, TemplateError
from uploader.model.summary import Summary
from uploader.model.workbook_names import results_name
from uploader.sandbox.config import AT_ONCE, SandboxConfig
from uploader.sandbox.faults import FaultRule
from uploader.sandbox.server import NEW_DAY_PATH, RECORD_PATH, running
from uploader.sandbox.template_answers import TemplateAnswers
from uploader.sandbox.wolkvox import TOKEN, UNKNOWN_ROUTING_POINT
from uploader.templates.catalog import shipped

__all__ = [
    "AT_ONCE",
    "NEW_DAY_PATH",
    "RECORD_PATH",
    "TOKEN",
    "UNKNOWN_ROUTING_POINT",
    "FaultRule",
    "PlayedTemplate",
    "SandboxConfig",
    "demo",
    "played",
    "running",
]

_DEMO_LIST = "interactions.xlsx"
_DEMO_LATENCY_SECONDS = 0.25


class PlayedTemplate(NamedTuple):
    """A template whose API the sandbox plays."""

    name: str
    answers: TemplateAnswers
    variables: tuple[str, ...]
    """What has to be set in the environment so that it lets requests in: `TOKEN=practice-token`."""
    plain: tuple[str, ...] = ()
    """Settings besides that have no environment variable: `board=practice`."""
    secrets: tuple[str, ...] = ()
    """The same of secrets, which no option takes."""


def played(names: Sequence[str], session: Session) -> list[PlayedTemplate]:
    """The named templates, or all that are known.

    Of all, those that can't be used are told and left out; of named ones, an UploaderError is raised.
    """
    found = []
    for name in names or session.catalog.names():
        try:
            found.append(_played(name, session))
        except (SettingsError, TemplateError) as why:
            if names:
                raise
            session.tell(why.message)
    return found


def _played(name_of_template: str, session: Session) -> PlayedTemplate:
    template = session.catalog.load(name_of_template)
    values = {setting: template.practice_value(setting) for setting in template.settings}
    answers = practice_answers(template, accepted(values, template))
    of = {"variables": list[str](), "plain": list[str](), "secrets": list[str]()}
    for name, value in values.items():
        setting = template.settings[name]
        kind = "variables" if setting.environment else ("secrets" if setting.secret else "plain")
        of[kind].append(f"{setting.environment or name}={value}")
    return PlayedTemplate(name_of_template, answers, **{kind: tuple(found) for kind, found in of.items()})


def demo(session: Session) -> Summary:
    """Send the sample list to a sandbox inside, as if for the first time; its workbook goes into the current folder."""
    options = SendOptions(
        output=Path(results_name(Path(_DEMO_LIST).stem)),
        sandbox=SandboxConfig(latency_seconds=_DEMO_LATENCY_SECONDS),
    )
    path = sample_list()
    _forget(path, session)
    return send(path, ReadOptions(), options, session)


def sample_list() -> Path:
    """The list that is shipped for practice."""
    return shipped("sample_data") / _DEMO_LIST


def _forget(path: Path, session: Session) -> None:
    """What was practised with a list counts no longer. Raises BusyError while it is being sent."""
    sha256 = sha256_of(path)
    with session.journal(sandbox=True) as journal:
        jobs = journal.jobs(sha256)
        if jobs:
            with journal.locks.hold_list(sha256, path.name):
                for job in jobs:
                    journal.forget([job.id], everything=True)
