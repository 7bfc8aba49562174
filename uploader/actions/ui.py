"""The one port for people: who is told, shown and asked; and nobody."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.events import Event
from uploader.model.questions import Answers, Question, safe_answers

if TYPE_CHECKING:
    from uploader.actions.planning.plan import Plan
    from uploader.actions.steps.list_check import ListCheck
    from uploader.model.summary import Summary


class Ui(Protocol):
    """The one port for people."""

    cancel: CancelToken
    """Set when the person wants the end; every long step honours it."""
    is_attended: bool
    """Whether somebody is there to answer."""
    confirms_plan: bool
    """Whether the person says, with the plan before them, that it is to be sent: all of it, or the first rows alone."""

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
    confirms_plan = False

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
