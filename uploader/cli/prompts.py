"""Questions on a terminal, asked and answered in the person's language."""

import getpass
import sys
from collections.abc import Callable, Sequence

from uploader.cli.terminal import fitted, harmless, tell
from uploader.i18n import Message, render
from uploader.model.questions import Choice, Question

_YES = frozenset({"y", "yes", "s", "si", "sí", "sim"})
_NO = frozenset({"n", "no", "não", "nao", ""})
"""Return alone is no."""


def ask_yes_or_no(question: Question, language: str) -> bool:
    """Whether the person says yes. Raises EOFError where the terminal is gone, like all here."""
    sentence = render(question.message, language)
    prompt = f"{sentence} {render(Message('ask.yes_or_no'), language)}: "
    while True:
        typed = _typed(prompt).strip().casefold()
        if typed in _YES or typed in _NO:
            return typed in _YES
        tell(render(Message("ask.neither_yes_nor_no", typed=typed), language), to_error=True)


def ask_for_text(question: Question, language: str) -> str:
    """What the person types, hidden if it is secret, once it fits; Return alone takes what is suggested."""
    sentence = render(question.message, language)
    if sentence:
        tell(sentence, to_error=True)
    read: Callable[[str], str] = _typed_hidden if question.is_secret else _typed
    suggested = f" [{question.suggested}]" if question.suggested else ""
    while True:
        typed = read(f"{question.about}{suggested}: ") or question.suggested
        wrong = None if question.check is None else question.check(typed)
        if typed and wrong is None:
            return typed
        if wrong is not None:
            tell(render(wrong, language), to_error=True)


def ask_which(question: Question, language: str) -> str | None:
    """The key of the choice that the person takes, by its key or its name; None for none of them."""
    choices = question.choices
    tell(render(question.message, language), to_error=True)
    width = max(len(choice.key) for choice in choices)
    for choice in choices:
        tell(_shown(choice, width, language), to_error=True)
    prompt = f"{render(Message('ask.which'), language)}: "
    while True:
        typed = _typed(prompt).strip()
        if typed == "0":
            return None
        key = _key_of(typed, choices)
        if key is not None:
            return key
        code = "ask.no_such_choice" if len(choices) > 1 else "ask.not_the_only_choice"
        wrong = Message(code, typed=typed, only=choices[0].key)
        tell(render(wrong, language), to_error=True)


def _shown(choice: Choice, width: int, language: str) -> str:
    example = choice.example if isinstance(choice.example, str) else render(choice.example, language)
    return f"  {choice.key:>{width}}  {choice.name}{f'  ({example})' if example else ''}"


def _key_of(typed: str, choices: Sequence[Choice]) -> str | None:
    wish = typed.casefold()
    fitting = [one.key for one in choices if wish and wish in (one.key.casefold(), one.name.casefold())]
    return fitting[0] if len(fitting) == 1 else None


def _typed(prompt: str) -> str:
    """A line that is seen while it is typed."""
    head, _, last = fitted(prompt.rstrip(" "), sys.stderr).rpartition("\n")
    if head:
        tell(head, to_error=True)
    print(last, end="", file=sys.stderr, flush=True)
    if sys.stdout.isatty():
        return input(" ")  # with a space of its own, or a library that edits lines wipes the prompt away
    print(" ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _typed_hidden(prompt: str) -> str:
    return getpass.getpass(harmless(prompt), stream=sys.stderr)
