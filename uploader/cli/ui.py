"""The person at a terminal: what is told and shown there, and what is asked there."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from uploader.actions.planning.plan import Plan
from uploader.cli import interrupts
from uploader.cli.progress import Progress
from uploader.cli.report import ending, lists
from uploader.cli.terminal import tell_all
from uploader.i18n import Message, render
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Interrupting, Phase, PhaseEnded
from uploader.model.job import Summary
from uploader.model.questions import YES, YES_OR_NO, Answers, Choice, Question, safe_answers

if TYPE_CHECKING:
    from uploader.actions.steps.list_check import ListCheck

_WHICH = "{first} to {last}, or 0 for none of them"
_NO_SUCH_CHOICE = "“{typed}” is none of them: type what stands in front of one, {first} to {last}, or 0."


class TerminalUi:
    """Tells on standard error, so that standard output holds nothing but results; asks where somebody is there."""

    def __init__(self, *, is_attended: bool, language: str, quiet: bool = False, as_json: bool = False) -> None:
        self.cancel = CancelToken()
        self.is_attended = is_attended
        self._language, self._as_json = language, as_json
        self._progress = Progress(sys.stderr, quiet=quiet)
        self._problems_shown = False

    def tell(self, message: Message) -> None:
        """A line, above the bar if there is one."""
        text = render(message, self._language)
        if text:
            self._progress.say(text)

    def show(self, outcome: "Plan | ListCheck | Summary") -> None:
        """The plan before anything is sent; how it ended, before the workbook is written."""
        if isinstance(outcome, Summary):
            tell_all(ending.summed_up(outcome, self._language), to_error=self._as_json)
            return
        if isinstance(outcome, Plan):
            lines = lists.plan(outcome, self._language, with_problems=not self._problems_shown)
        else:
            lines = lists.problems([outcome.problems, outcome.known], self._language)
            self._problems_shown = True
        tell_all(lines, to_error=True)

    def decide(self, questions: Sequence[Question]) -> Answers:
        """What the person answers, one question after the other; an interruption is one of the whole command."""
        if not self.is_attended:
            return safe_answers(tuple(questions))
        self._progress.clear()
        try:
            with interrupts.at_once():
                return self._answers(questions)
        except (click.Abort, OSError) as why:  # Ctrl-C, or the terminal was closed while the question waited
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
        sentence = render(question.message, self._language)
        if question.choices == YES_OR_NO:
            return YES if click.confirm(sentence, default=False, err=True) else "no"
        if not question.choices:
            click.echo(sentence, err=True)
            return self._typed(question)
        return self._chosen(sentence, question.choices)

    def _typed(self, question: Question) -> str:
        def fitting(typed: str) -> str:
            wrong = None if question.check is None else question.check(typed)
            if wrong is not None:
                raise click.BadParameter(render(wrong, self._language))
            return typed

        typed: str = click.prompt(question.about, hide_input=question.is_secret, value_proc=fitting, err=True)
        return typed

    def _chosen(self, sentence: str, choices: Sequence[Choice]) -> str | None:
        """The key of the choice that the person takes, by its key or its name; None for none of them."""
        click.echo(sentence, err=True)
        for choice in choices:
            example = choice.example if isinstance(choice.example, str) else render(choice.example, self._language)
            click.echo(f"  {choice.key:>3}  {choice.name}{f'  ({example})' if example else ''}", err=True)
        first, last = choices[0].key, choices[-1].key

        def taken(typed: str) -> str:
            wish = typed.strip().casefold()
            if wish == "0":
                return ""
            fitting = [one.key for one in choices if wish in (one.key.casefold(), one.name.casefold())]
            if len(fitting) != 1:
                raise click.BadParameter(_NO_SUCH_CHOICE.format(typed=typed, first=first, last=last))
            return fitting[0]

        key: str = click.prompt(_WHICH.format(first=first, last=last), value_proc=taken, err=True)
        return key or None

    def on_event(self, event: Event) -> None:
        """Show it; while rows are sent, the first Ctrl-C asks for an orderly end."""
        match event:
            case Phase(name="sending"):
                interrupts.begin_orderly(self.cancel)
            case PhaseEnded(name="sending"):
                interrupts.end_orderly()
            case Interrupting():
                self.tell(Message("screen.interrupting"))
        self._progress.on_event(event, self._language)
