"""Something that takes a while, in a thread of its own, and the person at the page whom it tells, shows and asks."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from uploader.actions.home.bugs import noted_bug
from uploader.actions.planning.plan import Plan
from uploader.actions.steps.list_check import ListCheck
from uploader.errors import CancelledError, UploaderError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.events import Event
from uploader.model.questions import Answers, Question, safe_answers
from uploader.model.summary import Summary
from uploader.web.desk.progress import Progress

Stage: TypeAlias = Literal["running", "asking", "over"]
Kind: TypeAlias = Literal["check", "mark", "send", "resume", "write", "copy"]
ABANDONED_SECONDS = 30 * 60.0
"""After so long without anybody who looks, a question is not answered any more."""
_LOOK_AGAIN_SECONDS = 5.0
_MOST_TOLD = 200
TOLD_ELSEWHERE = ("read.as", "read.remembered")
"""Messages that the page of the list has: beside a sending they would hide what matters."""


class PageUi:
    """A person at a page: what is asked waits until a form with the answers is sent, or the work is given up."""

    is_attended = True
    confirms_plan = True

    def __init__(
        self, patience_seconds: float = ABANDONED_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.patience_seconds, self._clock = patience_seconds, clock
        self.cancel = CancelToken()
        self.progress = Progress()
        self.told: list[Message] = []
        """What was told, the oldest first."""
        self.plan: Plan | None = None
        """The last one that was shown."""
        self.summary: Summary | None = None
        self.questions: Sequence[Question] = ()
        """That are open now."""
        self.refused: list[Message] = []
        """What was wrong with the last answers."""
        self.typed: dict[str, str] = {}
        """What was typed last for the settings that are no secrets, by the question's id."""
        self.secrets: dict[str, str] = {}
        """What was typed for secret settings, by the setting's name."""
        self.was_let_in = False
        """Whether the API has said how far the quota goes: it took what was typed."""
        self.keeps_secrets = False
        """Whether the person wants them in the system's password store."""
        self.seen_at = 0.0
        """When somebody looked last at a page with questions, by the clock."""
        self.was_abandoned = False
        self._answers: Answers | None = None
        self._changed = threading.Condition()

    def tell(self, message: Message) -> None:
        """Keep it for the page."""
        self.told.append(message)
        del self.told[:-_MOST_TOLD]

    def show(self, outcome: "Plan | ListCheck | Summary") -> None:
        """Keep it for the page."""
        if isinstance(outcome, Plan):
            self.plan = outcome
            self.was_let_in = self.was_let_in or outcome.quota is not None
        elif isinstance(outcome, Summary):
            self.summary = outcome

    def decide(self, questions: Sequence[Question]) -> Answers:
        """The answers of the form.

        Raises CancelledError where the person leaves instead, or nobody has looked for long: others wait for its place.
        While rows are sent, that is the safe side: what is under way is awaited.
        """
        with self._changed:
            self.questions, self._answers, self.seen_at = tuple(questions), None, self._clock()
        with self.cancel.calling(self._wake), self._changed:
            while not self._is_over():
                self._changed.wait(min(_LOOK_AGAIN_SECONDS, self.patience_seconds))
            answers, asked, self.questions = self._answers, self.questions, ()
        if answers is not None:
            return answers
        if all(question.code == "go_on" for question in asked):
            return safe_answers(tuple(asked))
        raise CancelledError

    def _is_over(self) -> bool:
        """Whether there is nothing to wait for any more."""
        self.was_abandoned = self._clock() - self.seen_at > self.patience_seconds
        return self._answers is not None or self.cancel.is_cancelled or self.was_abandoned

    def see(self) -> None:
        """Somebody looks at the page with the questions."""
        self.seen_at = self._clock()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def answer(self, given: Mapping[str, str]) -> list[Message]:
        """Take the answers of a form, by the questions' ids; what is wrong with them, if anything is: then none counts.

        A question that the form lacks takes its safe side.
        """
        with self._changed:
            answers = {one.id: _answer(one, given.get(one.id, "")) for one in self.questions}
            wrong = [why for one in self.questions if (why := _wrong(one, answers[one.id])) is not None]
            self.typed |= {one.id: given.get(one.id, "") for one in self.questions if not one.is_secret}
            self.refused = wrong
            if self.questions and not wrong:
                self.secrets |= {one.about: answers[one.id] or "" for one in self.questions if one.is_secret}
                self._answers, self.questions = answers, ()  # at once: a page that is asked for now must not ask again
                self._changed.notify_all()
        return wrong

    def on_event(self, event: Event) -> None:
        """Keep how far it is."""
        self.progress.on_event(event)


def _answer(question: Question, given: str) -> str | None:
    if not question.choices:
        return given.strip()
    return given if given in {choice.key for choice in question.choices} else question.safe


def _wrong(question: Question, answer: str | None) -> Message | None:
    """What is wrong with an answer; None if nothing is."""
    if question.choices:
        return None if answer is not None else Message("web.ask.choose", about=question.about or question.code)
    if not answer:
        return Message("web.ask.fill_in", about=question.about)
    return None if question.check is None else question.check(answer)


@dataclass(slots=True)
class Work:
    """One action that was begun at a page."""

    id: str
    subject: str
    """What it is about: a list's or a job's address on the page."""
    kind: Kind
    name: str
    """The list's, as the person knows it."""
    is_practice: bool
    action: Callable[[PageUi], object]
    home: Path
    on_end: Callable[["Work"], None] = lambda _: None
    """Called in the work's thread once it is over."""
    ui: PageUi = field(default_factory=PageUi)
    outcome: object = None
    """What the action gave."""
    error: Message | None = None
    was_given_up: bool = False
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def may_be_typed_again(self) -> dict[str, str]:
        """What was typed for settings that are no secrets, by the question's id: the next form may suggest it."""
        return {question: typed for question, typed in self.ui.typed.items() if question.startswith("setting ")}

    def start(self) -> None:
        """Begin. The server waits for its end; a second signal, which ends the process at once, does not."""
        threading.Thread(target=self._run, name=f"work {self.id}", daemon=True).start()

    def _run(self) -> None:
        try:
            self.outcome = self.action(self.ui)
        except CancelledError:
            self.was_given_up = True
        except UploaderError as why:
            self.error = why.message
        except Exception as why:  # noqa: BLE001  # the edge of this face: a traceback that a user sees is a bug of its own
            self.error = noted_bug(why, self.home)
        finally:
            self.ui.plan = None  # it holds the list open
            try:
                self.on_end(self)
            finally:
                self._over.set()

    @property
    def stage(self) -> Stage:
        """Whether it is at work, waits for the person, or has ended."""
        if self._over.is_set():
            return "over"
        return "asking" if self.ui.questions else "running"

    def stop(self) -> None:
        """Ask for its end: no new row leaves, and the answers under way are awaited."""
        self.ui.cancel.cancel()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; whether it came in that time."""
        return self._over.wait(seconds)
