"""Lists as people export them, checked and sent, judged by the API's own record."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.books import two_sheets
from tests.conftest import FIELDS, interactions, sheet_rows, write_csv
from tests.worlds import World
from uploader.actions.options import ReadOptions

SPANISH = (
    "Remitente",
    "Nombre del remitente",
    "Destinatarios",
    "Nombre destinatario",
    "Asunto",
    "Mensaje",
    "Punto de enrutamiento",
)
PORTUGUESE = ("De", "Nome do remetente", "Para", "Nome do destinatário", "Assunto", "Mensagem", "Ponto de roteamento")


def by_from(bodies: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {body["from"]: body for body in bodies}


def test_a_spanish_excels_csv_with_a_title_a_total_and_a_footnote(world: World, tmp_path: Path) -> None:
    rows = [[f"a{n}@x.co", "Señora Núñez", f"b{n}@x.co", "José Ibáñez", "¿Cita?", f"Mañana a las {n} p. m.; traiga “todo”", "61196"]
            for n in range(1, 13)]  # fmt: skip
    extra = [["Total 12", *[""] * 6], [""] * 7, ["Fuente: sistema de citas – marzo", *[""] * 6]]
    above = [["Informe de citas – marzo", *[""] * 6], [""] * 7]
    path = tmp_path / "citas.csv"
    write_csv(path, [*above[1:], SPANISH, *rows, *extra], header=above[0], encoding="cp1252", delimiter=";")

    checked = world.checks(path)
    assert checked.code == 2
    assert "CSV, Windows-1252, delimiter semicolon, header in row 3, 14 rows, 7 columns" in checked.screen
    assert "1 row above the header is not sent: “Informe de citas – marzo”." in checked.screen
    assert "Row 16: the row looks like a total" in checked.screen
    assert "Row 18: the row looks like a note below the table" in checked.screen
    assert "is empty" not in checked.screen
    assert "12 rows can be sent, 2 can't." in checked.screen

    sent = world.sends(path, skip_invalid=True)
    assert (sent.code, sent.json["accepted"], sent.json["invalid"]) == (1, 12, 2)
    received = by_from(world.api.bodies())
    assert received == {row[0]: dict(zip(FIELDS, row, strict=True)) for row in rows}
    lines = sheet_rows(tmp_path / "citas.results.xlsx")
    assert [line["Row"] for line in lines] == [*range(4, 17), 18]
    assert lines[0]["Nombre destinatario"] == "José Ibáñez"


def test_a_portuguese_workbook_with_what_excel_does_to_cells(world: World, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(PORTUGUESE)
    for n in range(1, 21):
        sheet.append([f"a{n}@x.br", "João", f"b{n}@x.br", "Conceição", "Solicitação", f"Olá, sua opção é {n}.", 6119])
        sheet.cell(n + 1, 7).number_format = "00000"
    sheet["F3"], sheet["C4"], sheet["D5"], sheet["E6"] = date(2026, 3, 5), "b3@x.br \u200b", "'Ana", "5,73E+11"
    sheet["G7"] = "#N/D"
    for row in range(8, 12):
        sheet.row_dimensions[row].hidden = True
    sheet.auto_filter.ref = "A1:G21"
    book.create_sheet("Notas").append(["qualquer coisa"])
    path = tmp_path / "solicitações.xlsx"
    book.save(path)
    (tmp_path / "~$solicitações.xlsx").write_bytes(b"")

    checked = world.checks(path)
    for words in (
        "Only the sheet “Sheet” is read. The workbook also has “Notas”.",
        "4 hidden rows will be sent too",
        "solicitações.xlsx is open in Excel. Changes that you haven't saved will not be sent.",
        "The cell shows the error #N/D in 1 row: G7.",
        "Excel may have turned a text into this date in 1 row: F3. It will be sent as YYYY-MM-DD.",
        "The text has spaces before or after it in 1 row: C4.",
        "The text starts with an apostrophe in 1 row: D5.",
        "Excel has cut off the last digits of the number in 1 row: E6.",
        "19 rows can be sent, 1 can't.",
    ):
        assert words in checked.screen
    problems = sheet_rows(tmp_path / "solicitações.problems.xlsx", "Problems")
    assert [row["Row"] for row in problems if row["Problem"]] == [7]
    assert [row["Row"] for row in problems if row["Warning"]] == [3, 4, 5, 6]

    sent = world.sends(path, skip_invalid=True)
    assert sent.code == 1
    assert "Warnings:\n" in sent.screen
    assert "  Excel may have turned a text into this date" in sent.screen
    received = by_from(world.api.bodies())
    assert len(received) == 19
    assert {body["rp_id"] for body in received.values()} == {"06119"}
    assert received["a2@x.br"]["body"] == "2026-03-05"
    assert received["a3@x.br"]["to"] == "b3@x.br"
    assert received["a4@x.br"]["toname"] == "'Ana"
    assert received["a5@x.br"]["subject"] == "5,73E+11"


def test_a_template_says_how_dates_go_out_and_what_is_not_trimmed(world: World, tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(
        'title = "T"\n[request]\nurl = "http://127.0.0.1:9/x"\n[request.json]\nday = "{{day}}"\nnote = "{{note}}"\n'
        '[columns.day]\ndate_format = "%d/%m/%Y"\n[columns.note]\ntrim = false\n',
        encoding="utf-8",
    )
    book = openpyxl.Workbook()
    for cells in (
        ["day", "note"],
        [date(2026, 3, 5), " a "],
        ["soon", "b"],
        ["07/04/2026", "c"],
        [date(2026, 1, 1), "d"],
    ):
        book.worksheets[0].append(cells)
    book.save(tmp_path / "list.xlsx")
    path, read = tmp_path / "list.xlsx", ReadOptions(template=str(tmp_path / "t.toml"))
    assert json.loads(world.preview(path, 2, read).body) == {"day": "05/03/2026", "note": " a "}
    assert json.loads(world.preview(path, 4, read).body)["day"] == "07/04/2026"
    checked = world.checks(path, read)
    assert "“day” is not a date in 1 row: A3. Write the date as YYYY-MM-DD" in checked.screen
    assert "“day” (A) contains dates. A date is sent in this format: 31/12/2026." in checked.screen


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("list.xls", b"<html><table><tr><td>a</td></tr></table></html>", "a web page (HTML)"),
        ("list.csv", b"a@x.co,Ana,b@x.co,Luz,Hola,Texto,61196\nc@x.co,Ana,d@x.co,Luz,Hola,Texto,61196\n", "no header"),
        ("list.csv", b'"De;Para;Asunto"\n"a;b;c"\n', "Each line may be quoted as a whole"),
        ("list.zip", b"PK\x03\x04", "is truncated or damaged"),
    ],
)
def test_what_is_no_list_is_refused_with_what_fixes_it(
    world: World, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    ended = world.checks(tmp_path / name)
    assert (ended.code, ended.shown) == (2, [])
    assert words in ended.why


def test_a_record_that_is_taken_for_the_header_is_a_note(world: World, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "a@x.co,b@x.co,Hola,Texto,61196\nc@x.co,d@x.co,Hola,Texto,61196\n", encoding="utf-8"
    )
    mapping = dict(zip(("from", "to", "subject", "body", "rp_id"), "ABCDE", strict=True))
    ended = world.checks(tmp_path / "list.csv", ReadOptions(mapping=mapping))
    assert ended.code == 0
    assert "Row 1 was read as the header and is not sent, but it looks like a record: “a@x.co, b@x.co" in ended.screen


def test_without_a_terminal_a_question_is_an_error_that_names_the_option(world: World, tmp_path: Path) -> None:
    ended = world.checks(two_sheets(tmp_path / "list.xlsx"))
    assert ended.code == 2
    assert "“Enero” and “Febrero”" in ended.why
    assert 'sheet="Enero"' in ended.why


def test_a_check_leaves_no_trace_but_the_problems_workbook(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    assert world.checks(path).code == 0
    assert sorted(found.name for found in tmp_path.iterdir()) == ["list.csv"]
