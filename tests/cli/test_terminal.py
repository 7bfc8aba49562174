import io
import json

import pytest

from uploader.cli.terminal import fitted, unbroken, wrapped


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


SENTENCE = (
    "No se envió nada. Corrija la lista y envíela de nuevo, o agregue --skip-invalid para enviar solo las válidas."
)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_are_broken_between_words_alone(width: int) -> None:
    lines = wrapped(SENTENCE, width).split("\n")
    assert " ".join(line.strip() for line in lines) == SENTENCE
    assert all(len(line) <= width for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])


def test_what_follows_a_broken_line_is_indented_deeper_than_the_line() -> None:
    first, second, *_ = wrapped("    " + SENTENCE, 60).split("\n")
    assert first.startswith("    No se")
    assert second.startswith("      ")


@pytest.mark.parametrize(
    "whole",
    [
        'uploader send "/home/ana/mis listas de marzo/lista de clientes.results.xlsx" --sandbox',
        "uploader settle 7 --row 4,9,12 --not-arrived --sandbox",
        '--map rp_id="Punto de enrutamiento de la campaña"',
        '--sheet "Hoja de marzo del año pasado"',
    ],
)
def test_a_command_or_an_option_is_never_broken(whole: str) -> None:
    sentence = f"Para enviar las filas que todavía faltan de esta lista: {whole}"
    assert whole in wrapped(sentence, 80).replace("\ue000", " ").split("\n")[-1]


def test_a_path_with_spaces_is_never_broken() -> None:
    path = "/home/ana/mis listas/" + "carpeta de marzo/" * 8 + "lista.results.xlsx"
    assert path in fitted(f"Resultados: {unbroken(path)}", Terminal())
    assert fitted(f"Resultados: {unbroken(path)}", io.StringIO()) == f"Resultados: {path}"


def test_elsewhere_than_on_a_terminal_nothing_is_broken_nor_is_what_programs_read() -> None:
    assert fitted(SENTENCE * 3, io.StringIO()) == SENTENCE * 3
    json = '{"list": "' + "a b " * 100 + '"}'
    assert fitted(json, Terminal()) == json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07", r"\u001b[2J\u001b]0;title\u0007"),
        ("\x9b31m", r"\u009b31m"),
        ("ab\x08\x7f\rc", r"ab\u0008\u007f\u000dc"),
        ("a\u202egpj.exe\u2066", r"a\u202egpj.exe\u2066"),
        ("a\u200bb\u200d\ufeff\u00ad", r"a\u200bb\u200d\ufeff\u00ad"),
        ("a\u2028b\udc9b", r"a\u2028b\udc9b"),
        ("\U000e0041", r"\udb40\udc41"),
        ("Año 5 €\n\tÇ 漢字 😀", "Año 5 €\n\tÇ 漢字 😀"),
    ],
)
def test_what_would_steer_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert fitted(text, io.StringIO()) == shown
    assert fitted(text, Terminal()) == shown


def test_json_means_the_same_after_it() -> None:
    value = {"a": "\x1b\x9b\u202e\U000e0041 ñ"}
    assert json.loads(fitted(json.dumps(value, ensure_ascii=False), Terminal())) == value
