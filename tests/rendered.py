"""Problems and notes as a person reads them in English."""

from collections.abc import Iterable

from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.model.problems import Problem
from uploader.model.rows import column_letter


def place(problem: Problem) -> str:
    """The cell as Excel names it, `G4`, or `row 4`."""
    return f"row {problem.row}" if problem.column is None else f"{column_letter(problem.column)}{problem.row}"


def sentence(message: Message) -> str:
    """A message in English, after checking that every language has it."""
    texts = {language: render(message, language) for language in LANGUAGES}
    assert all(texts.values())
    return texts["en"]


def cause(problem: Problem) -> str:
    """What is wrong, after checking that there is a fix."""
    assert sentence(problem.fix)
    return sentence(problem.cause)


def sentences(notes: Iterable[Message]) -> list[str]:
    """The notes' sentences."""
    return list(map(sentence, notes))
