"""Hears what an action tells and shows, for its result, and hands it on to the caller's Ui."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from uploader.i18n import Message

if TYPE_CHECKING:
    from uploader.actions.planning.open_list import OpenedList
    from uploader.actions.planning.plan import Plan
    from uploader.actions.steps.list_check import ListCheck
    from uploader.actions.ui import Ui
    from uploader.model.events import Event
    from uploader.model.problems import Problem, ProblemLog
    from uploader.model.questions import Answers, Question
    from uploader.model.summary import Summary

LAST_ROW = (1 << 31) - 1


class ListeningUi:
    """A Ui that remembers what was said."""

    def __init__(self, ui: "Ui") -> None:
        self._ui = ui
        self.cancel, self.is_attended, self.confirms_plan = ui.cancel, ui.is_attended, ui.confirms_plan
        self.messages: list[Message] = []
        self.problems: list[Problem] = []
        """Of the list at hand, as they were shown last."""
        self.header: Sequence[str] | None = None
        """Of that list; None where none was at hand."""

    def tell(self, message: Message) -> None:
        """Remember it, and hand it on."""
        self.messages.append(message)
        self._ui.tell(message)

    def show(self, outcome: "Plan | ListCheck | Summary") -> None:
        """Remember its problems, and hand it on."""
        from uploader.actions.planning.plan import Plan
        from uploader.actions.steps.list_check import ListCheck

        if isinstance(outcome, Plan) and outcome.rows is not None:
            self._found(outcome.rows.opened, outcome.problems, outcome.id_problems)
        elif isinstance(outcome, ListCheck):
            self._found(outcome.opened, outcome.problems)
        self._ui.show(outcome)

    def _found(self, opened: "OpenedList", *logs: "ProblemLog") -> None:
        self.header = opened.checked.table.header
        self.problems = [problem for log in logs for problem in log.between(1, LAST_ROW)]

    def decide(self, questions: "Sequence[Question]") -> "Answers":
        """What the caller's Ui answers."""
        return self._ui.decide(questions)

    def on_event(self, event: "Event") -> None:
        """Hand it on."""
        self._ui.on_event(event)
