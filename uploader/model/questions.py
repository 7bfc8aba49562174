"""What a person may be asked, as values: a code with facts, the choices, and the side that is safe without a person."""

from collections.abc import Callable, Mapping
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
    example: str | Message = ""
    """What is to be seen there, or known of it."""


YES, NO = "yes", "no"
YES_OR_NO = (Choice(YES), Choice(NO))
ALL, PILOT = "all", "pilot"
NO_COLUMN = "-"
"""Of the columns for an optional field, none."""
PILOT_ROWS = 5
"""How many rows go first, as a trial, where a person wants one."""


SAFE_SIDES: Mapping[str, str | None] = {
    "sheet": None,
    "column": None,
    "setting": None,
    "own_columns": "no",
    "workbook_beside": "no",
    "which_job": None,
    "problems_workbook": "no",
    "invalid_rows": "no",
    "duplicates": "no",
    "other_destination": "yes",
    "older_job": "yes",
    "go_on": "no",
    "forget": "yes",
    "go": "all",
}
"""What is done where nobody answers. None: nothing can be done, or it depends on the choices, as of several jobs the
newest is resumed.

Another destination and an older job are named by the person on purpose, so they go; invalid rows stop everything, and
duplicates stay behind.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One open question. Its sentence is the catalogue's `question.<code>`, which names the facts."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    choices: tuple[Choice, ...] = YES_OR_NO
    """Empty where the person types a text of their own."""
    safe: str | None = None
    """The key that is taken where nobody answers: that of `SAFE_SIDES`, unless it depends on the choices.

    None where nothing can be done without an answer.
    """
    ends_at: str | None = None
    """The answer after which nothing is done, so that the others need not be asked; as “none of them” is always."""
    about: str = ""
    """Tells questions of one code apart: the field whose column is asked for."""
    is_secret: bool = False
    """Whether what is typed must not be seen."""
    suggested: str = ""
    """What may be meant, for a text that is typed: a person takes it or not, and nobody else does."""
    check: Callable[[str], Message | None] | None = field(default=None, compare=False)
    """What is wrong with a typed text, for a face that asks again at once."""

    def __post_init__(self) -> None:
        if self.safe is None:
            object.__setattr__(self, "safe", SAFE_SIDES[self.code])

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
