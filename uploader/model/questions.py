"""What a person may be asked, as values: a code with facts, the choices, and the side that is safe without a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from uploader.i18n import Fact, Message


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question."""

    key: str
    """What the answer is known by: `yes`, `no`, a column's letter, a sheet's name, a job's number."""
    name: str = ""
    """What the person knows it by, where that is not a word of ours: a column's name, a sheet's."""
    example: str = ""
    """What stands there."""


YES, NO = "yes", "no"
YES_OR_NO = (Choice(YES), Choice(NO))


@dataclass(frozen=True, slots=True)
class Question:
    """One open question. Its sentence is the catalogue's `question.<code>`, which names the facts."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    choices: tuple[Choice, ...] = YES_OR_NO
    """Empty where the person types a text of their own."""
    safe: str | None = None
    """The key that is taken where nobody answers; None where nothing can be done without an answer."""
    about: str = ""
    """Tells questions of one code apart: the field whose column is asked for."""
    is_secret: bool = False
    """Whether what is typed must not be seen."""

    @property
    def id(self) -> str:
        """By which its answer is known."""
        return f"{self.code} {self.about}".rstrip()

    @property
    def message(self) -> Message:
        """Its sentence."""
        return Message(f"question.{self.code}", **self.facts)


Answers: TypeAlias = Mapping[str, str | None]
"""By the question's id, the key of the choice, or what was typed; None where the person wants none of the choices."""


def safe_answers(questions: tuple[Question, ...]) -> Answers:
    """What is done where nobody is there to answer."""
    return {question.id: question.safe for question in questions}
