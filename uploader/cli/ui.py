"""The person at a terminal: what is told and shown there, and what is asked there."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from uploader.cli import interrupts, prompts
from uploader.cli.progress import Progress
from uploader.cli.report import ending, lists
from uploader.cli.terminal import tell_all
from uploader.i18n import Message, render
from uploader.model import exit_codes
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Interrupting, Phase, PhaseEnded
from uploader.model.questions import NO, YES, YES_OR_NO, Answers, Question, safe_answers
from uploader.model.summary import Summary

if TYPE_CHECKING:
    from uploader.actions.planning.plan import Plan
    from uploader.actions.steps.list_check import ListCheck


class TerminalUi:
    """Tells on standard error, so that standard output holds nothing but results; asks where somebody is there.

    If it is quiet, everything is held back until something must be asked or went wrong.
    """

    confirms_plan = False  # the command itself says that it is to be sent

    def __init__(self, *, is_attended: bool, language: str, quiet: bool = False, as_json: bool = False) -> None:
        self.cancel = CancelToken()
        self.is_attended = is_attended
        self._language, self._as_json = language, as_json
        self._progress = Progress(sys.stderr, quiet=quiet)
        self._problems_shown = self._end_shown = False
        self._is_holding_back = quiet
        self._held_back: list[str] = []

    def tell(self, message: Message) -> None:
        """A line, above the bar if there is one."""
        text = render(message, self._language)
        if text and self._is_holding_back:
            self._held_back.append(text)
        elif text:
            self._progress.say(text)

    def show(self, outcome: "Plan | ListCheck | Summary") -> None:
        """The plan before anything is sent; how it ended, before the workbook is written."""
        if isinstance(outcome, Summary):
            self._show_end(outcome)
            return
        from uploader.actions.steps.list_check import ListCheck

        if isinstance(outcome, ListCheck):
            lines = lists.problems([outcome.problems], self._language)
            self._problems_shown = True
        else:
            lines = lists.plan(outcome, self._language, with_problems=not self._problems_shown)
        self._tell_all(lines)

    def _show_end(self, summary: Summary) -> None:
        """Once; a second time only says that something went wrong after all."""
        if _is_trouble(summary):
            self._release()
        if not (self._is_holding_back or self._end_shown):
            tell_all(ending.summed_up(summary, self._language), to_error=self._as_json)
        elif not self._end_shown:
            self._held_back += ending.summed_up(summary, self._language)
        self._end_shown = True

    def _tell_all(self, lines: Iterable[str]) -> None:
        if self._is_holding_back:
            self._held_back += lines
        else:
            tell_all(lines, to_error=True)

    def _release(self) -> None:
        """Tell what was held back; nothing is from now on."""
        self._is_holding_back = False
        tell_all(self._held_back, to_error=True)
        self._held_back.clear()

    def decide(self, questions: Sequence[Question]) -> Answers:
        """What the person answers, one question after another; an interruption is one of the whole command."""
        if not self.is_attended:
            return safe_answers(tuple(questions))
        self._release()
        self._progress.clear()
        try:
            with interrupts.at_once():
                return self._answers(questions)
        except (EOFError, OSError) as why:  # Ctrl-D, or the terminal was closed while the question waited
            raise KeyboardInterrupt from why

    def _answers(self, questions: Sequence[Question]) -> Answers:
        """Of every question; after one that ends it all, the others need not be asked."""
        answers: dict[str, str | None] = {question.id: question.safe for question in questions}
        for question in questions:
            answers[question.id] = self._answer(question)
            if answers[question.id] in (question.ends_at, None):
                break
        return answers

    def _answer(self, question: Question) -> str | None:
        if question.choices == YES_OR_NO:
            return YES if prompts.ask_yes_or_no(question, self._language) else NO
        if not question.choices:
            return prompts.ask_for_text(question, self._language)
        return prompts.ask_which(question, self._language)

    def on_event(self, event: Event) -> None:
        """Show it; while rows are sent, the first Ctrl-C asks for an orderly end."""
        if isinstance(event, Phase):
            interrupts.begin_phase(event.name)
        match event:
            case Phase(name="sending"):
                interrupts.begin_orderly(self.cancel)
            case PhaseEnded(name="sending"):
                interrupts.end_orderly()
            case Interrupting():
                self.tell(Message("screen.interrupting"))
        self._progress.on_event(event, self._language)


def _is_trouble(summary: Summary) -> bool:
    """Whether the end is worth telling to somebody who wants to hear of nothing else."""
    is_good = exit_codes.of_send(summary) == exit_codes.ExitCode.DONE
    return summary.stopped is not None or (summary.sent and not is_good)
