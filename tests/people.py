"""A scripted person, who remembers what was said, shown and asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from uploader.i18n import Message, render
from uploader.model.cancel import CancelToken
from uploader.model.events import Event
from uploader.model.questions import Answers, Question

Answer: TypeAlias = str | Callable[[Question], str] | None
"""A choice's key, typed text, or None for none of the choices; or a function that decides."""


class ScriptedUi:
    """Answers questions by their id or code. An unexpected question fails the test.

    An answer that is a function is of a person who looks around first, or learns.
    """

    def __init__(self, answers: Mapping[str, Answer] | None = None, *, is_attended: bool = True) -> None:
        self.cancel = CancelToken()
        self.is_attended, self.confirms_plan = is_attended, False
        self.answers = dict(answers or {})
        self.told: list[Message] = []
        self.shown: list[Any] = []
        self.asked: list[Question] = []
        self.rounds = 0
        """How often questions were asked."""
        self.events: list[Event] = []
        self.watch: Callable[[Event], None] = lambda _: None
        """Called with each event."""
        self.look: Callable[[Any], None] = lambda _: None
        """Called with each thing as it is shown."""

    def tell(self, message: Message) -> None:
        self.told.append(message)

    def show(self, outcome: Any) -> None:
        self.shown.append(outcome)
        self.look(outcome)

    def decide(self, questions: Sequence[Question]) -> Answers:
        self.rounds += 1
        self.asked += questions
        if not self.is_attended:
            return {question.id: question.safe for question in questions}
        answers = {question.id: question.safe for question in questions}
        for question in questions:
            answers[question.id] = self._answer(question)
            if answers[question.id] in (question.ends_at, None):
                break
        return answers

    def _answer(self, question: Question) -> str | None:
        for key in (question.id, question.code):
            if key in self.answers:
                said = self.answers[key]
                return said(question) if callable(said) else said
        raise AssertionError(f"nobody expected the question {question.id}: {render(question.message, 'en')}")

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        self.watch(event)

    @property
    def codes(self) -> list[str]:
        """The codes of what was said."""
        return [message.code for message in self.told]

    @property
    def questions(self) -> list[str]:
        """The codes of what was asked."""
        return [question.code for question in self.asked]
