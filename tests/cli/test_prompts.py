import io
import sys

import pytest

from uploader.cli import prompts
from uploader.i18n import Message
from uploader.model.questions import Choice, Question

INVALID = Question("invalid_rows", {"count": 2, "rows": 5})


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> "type[Typing]":
    Typing.patch = monkeypatch
    return Typing


class Typing:
    """Somebody types these lines."""

    patch: pytest.MonkeyPatch

    def __init__(self, *lines: str) -> None:
        self.patch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.parametrize("typed", ["y", "Yes", "s", "S", "si", "SÍ", "sí", "sim"])
def test_yes_is_yes_in_every_language(typing: type[Typing], typed: str) -> None:
    typing(typed)
    assert prompts.ask_yes_or_no(INVALID, "es")


@pytest.mark.parametrize("typed", ["n", "No", "não", "NAO", ""])
def test_no_is_no_in_every_language_and_return_alone_is_no(typing: type[Typing], typed: str) -> None:
    typing(typed)
    assert not prompts.ask_yes_or_no(INVALID, "pt")


@pytest.mark.parametrize(
    ("language", "prompt", "wrong"),
    [
        ("en", "Send the others anyway? [y/N]: ", "“tal vez” is neither yes nor no."),
        ("es", "¿Enviar las demás? [s/N]: ", "“tal vez” no es ni sí ni no."),
        ("pt", "Enviar as outras? [s/N]: ", "“tal vez” não é nem sim nem não."),
    ],
)
def test_what_is_neither_is_asked_again_in_the_person_s_language(
    typing: type[Typing], capsys: pytest.CaptureFixture[str], language: str, prompt: str, wrong: str
) -> None:
    typing("tal vez", "s")
    assert prompts.ask_yes_or_no(INVALID, language)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count(prompt) == 2
    assert wrong in told.err


def test_a_choice_is_known_by_its_key_or_its_name(typing: type[Typing], capsys: pytest.CaptureFixture[str]) -> None:
    choices = (Choice("A", "Correo", "ana@example.com"), Choice("C", "Teléfono"))
    question = Question("column", {"field": "to", "description": ""}, choices, about="to")
    for typed, key in (("c", "C"), ("teléfono", "C"), ("0", None)):
        typing("Z", typed)
        assert prompts.ask_which(question, "es") == key
    told = capsys.readouterr().err
    assert "  A  Correo  (ana@example.com)" in told
    assert "“Z” no está en la lista. Escriba una de las opciones, o 0." in told
    assert "Su elección (0 si no es ninguna): " in told


def test_the_only_choice_is_not_called_a_range(typing: type[Typing], capsys: pytest.CaptureFixture[str]) -> None:
    question = Question("column", {"field": "to", "description": ""}, (Choice("E", "Correo"),), about="to")
    typing("Z", "e")
    assert prompts.ask_which(question, "es") == "E"
    assert "“Z” no está en la lista. Escriba E o 0." in capsys.readouterr().err


def test_a_text_is_asked_for_until_it_fits(typing: type[Typing], capsys: pytest.CaptureFixture[str]) -> None:
    def check(typed: str) -> Message | None:
        return None if typed.isdecimal() else Message("text", text="Son cuatro dígitos.")

    question = Question("setting", {"description": "Su servidor."}, choices=(), about="server", check=check)
    typing("", "wv", "0042")
    assert prompts.ask_for_text(question, "es") == "0042"
    told = capsys.readouterr().err
    assert told.startswith("Su servidor.\nserver: ")
    assert "Son cuatro dígitos." in told


def test_nobody_there_any_more_is_no_answer(typing: type[Typing]) -> None:
    typing()
    with pytest.raises(EOFError):
        prompts.ask_yes_or_no(INVALID, "en")


def test_a_prompt_can_not_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))
    question = Question("setting", {"name": "a\x1b[2J", "description": "b\x9b\u202e"}, choices=(), about="a\x1b[2J")
    prompts.ask_for_text(question, "en")
    shown = capsys.readouterr().err
    assert r"a\u001b[2J: " in shown
    assert [sign for sign in "\x1b\x9b\u202e" if sign in shown] == []


class Narrow(io.StringIO):
    """A terminal that shows what is asked."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_long_question_is_broken_between_words(
    typing: type[Typing], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys, "stderr", shown := Narrow())
    typing("s")
    name = "clientes de marzo.results.xlsx"
    assert prompts.ask_yes_or_no(Question("workbook_beside", {"name": name, "list": "clientes de marzo.xlsx"}), "es")
    asked = shown.getvalue()
    assert max(map(len, asked.split("\n"))) <= width
    assert " ".join(asked.split()) == (
        f"¿Ignorar {name} y enviar todas las filas de clientes de marzo.xlsx como nuevas? [s/N]:"
    )


def test_return_takes_what_is_suggested(typing: type[Typing], capsys: pytest.CaptureFixture[str]) -> None:
    question = Question("setting", {"description": "Su servidor."}, choices=(), about="server", suggested="0042")
    for typed, meant in (("", "0042"), ("0043", "0043")):
        typing(typed)
        assert prompts.ask_for_text(question, "es") == meant
    assert capsys.readouterr().err.count("server [0042]: ") == 2
