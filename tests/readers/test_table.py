"""Where the table is in a file, and which of its rows are not records."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.readers.test_open_list import problems, read
from tests.rendered import cause, place, sentences
from uploader.readers import open_list
from uploader.readers.table import Table


def csv(folder: Path, text: str, **how: Any) -> Table:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return open_list(folder / "list.csv", **how)


def warnings(table: Table) -> list[str]:
    return [f"{place(problem)}: {cause(problem)}" for problem in problems(table, stops=False)]


@pytest.mark.parametrize(
    ("text", "header_row"),
    [
        ("Informe de marzo;;\n\nNombre;Teléfono;Ciudad\nAna;300;Cali\nLuz;301;Bogotá\n", 3),
        ("Informe\nFecha: hoy\nNombre;Teléfono;Ciudad\nAna;300;Cali\nLuz;301;Bogotá\n", 3),
        ("# un comentario\n# otro; más\nNombre;Teléfono\nAna;300\nLuz;301\n", 3),
        ("Nombre;Teléfono;Ciudad\nAna;;\nLuz;301;Bogotá\n", 1),
        ("Nombre\nAna\nLuz\n", 1),
        ("Ana;300;Cali\nLuz;301;Bogotá\n", 1),
        (";Importe;\n2026-01-01;3,5;x\n2026-01-02;4,5;y\n", 1),
        ("Col 1;Col 2\n1;2\n", 1),
        ("Ventas por año;;;\n\nZona;2023;2024;2025\nSur;1;2;3\nNorte;4;5;6\n", 3),
        ("Informe;de;;\nZona;Mes;Valor;Nota\nSur;1;2;3\nNorte;4;5;6\n", 2),
    ],
)
def test_without_names_the_shape_shows_the_header(tmp_path: Path, text: str, header_row: int) -> None:
    assert csv(tmp_path, text).header_row == header_row


def test_titles_above_the_header_are_a_note(tmp_path: Path) -> None:
    table = csv(tmp_path, "Clientes de marzo\nOficina Cali\n\nNombre;Teléfono;Ciudad\nAna;300;Cali\nLuz;301;Bogotá\n")
    assert sentences(table.notes) == ["2 rows above the header are not sent: “Clientes de marzo”, “Oficina Cali”."]


def test_comment_lines_are_left_out_with_a_note_where_the_file_begins_with_some(tmp_path: Path) -> None:
    table = csv(tmp_path, "# exportado hoy\nNombre;Teléfono\nAna;300\n# mitad\nLuz;301\n")
    assert (read(table), table.rows) == ({3: ["Ana", "300"], 5: ["Luz", "301"]}, 2)
    assert sentences(table.notes) == ["2 rows that start with # are comments and are not sent."]
    assert read(csv(tmp_path, "Nombre;Nota\nAna;x\n#Luz;y\n")) == {2: ["Ana", "x"], 3: ["#Luz", "y"]}


def test_totals_notes_and_other_tables_are_pointed_out(tmp_path: Path) -> None:
    table = csv(
        tmp_path,
        "Nombre;Teléfono;Ciudad;Valor\nAna;300;Cali;5\nTotal Gas S.A.;301;Cali;7\nLuz;302;Cali;8\nTotal 3;;;20\n\n"
        "Ciudad;Clientes;Zona;Nota\nCali;2;Sur;x\n\nFuente: sistema de marzo;;;\n",
    )
    assert warnings(table) == [
        "row 5: the row looks like a total, not like a record",
        "row 7: the row comes after empty rows and may belong to another table",
        "row 10: the row looks like a note below the table, not like a record",
    ]
    assert table.rows == 7


def test_a_small_table_below_is_pointed_out_row_by_row(tmp_path: Path) -> None:
    rows = "".join(f"Ana;300{n};Cali;{n};x;y\n" for n in range(8))
    table = csv(
        tmp_path, f"Nombre;Teléfono;Ciudad;Valor;Uno;Dos\n{rows}\n\nResumen;;;;;\nFila;Cantidad;;;;\nVentas;12;;;;\n"
    )
    told = "the row comes after empty rows and may belong to another table"
    assert warnings(table) == [f"row {row}: {told}" for row in (12, 13, 14)]


def test_the_header_once_more_stops_its_row(tmp_path: Path) -> None:
    table = csv(tmp_path, "Nombre;Teléfono\nAna;300\nNombre;Teléfono\nNombre;301\n")
    assert [(place(problem), cause(problem)) for problem in problems(table)] == [
        ("row 3", "the row is a copy of the header")
    ]


def test_blank_rows_within_a_list_are_no_other_table(tmp_path: Path) -> None:
    assert warnings(csv(tmp_path, "Nombre;Teléfono\nAna;300\n\n\nLuz;301\n;\nEva;302\n")) == []


def test_a_row_with_fewer_cells_is_a_warning(tmp_path: Path) -> None:
    table = csv(tmp_path, "a;b;c\n1;2;3\n4;5\n6\n7;8;\n9;9;9;\n")
    assert warnings(table) == [
        "row 3: the row has fewer cells than the header",
        "row 4: the row has fewer cells than the header",
        "row 6: the row has more delimiters at the end than the header",
    ]


def book(folder: Path, rows: list[list[Any]]) -> tuple[Path, Any]:
    made = openpyxl.Workbook()
    for cells in rows:
        made.worksheets[0].append(cells)
    return folder / "list.xlsx", made


def test_hidden_rows_and_columns_are_read_and_pointed_out(tmp_path: Path) -> None:
    path, made = book(tmp_path, [["a", "b", "c"], *([str(n), "x", "y"] for n in range(1, 21))])
    sheet = made.worksheets[0]
    for row in range(5, 19):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.auto_filter.ref = "A1:C21"
    made.save(path)
    table = open_list(path)
    assert table.rows == 20
    assert sentences(table.notes)[0].startswith("The list is filtered, and 14 hidden rows will be sent too.")
    assert sentences(table.notes)[1] == "Hidden columns are read too: “b” (B)."


def test_the_value_of_merged_cells_counts_for_the_first_and_a_merged_header_for_its_columns(tmp_path: Path) -> None:
    path, made = book(
        tmp_path,
        [["Nombre", "Teléfono", None, "Zona"], ["Ana", "300", "301", "Sur"], ["Luz", "302", "303", None]],
    )
    made.worksheets[0].merge_cells("B1:C1")
    made.worksheets[0].merge_cells("D2:D3")
    made.save(path)
    table = open_list(path)
    assert table.header == ["Nombre", "Teléfono", "Teléfono", "Zona"]
    assert read(table)[3] == ["Luz", "302", "303", ""]
    assert warnings(table) == ["D3: the cell is merged with another one"]


def test_a_date_among_texts_is_a_warning_and_a_column_of_dates_is_known(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Código", "Fecha"],
        ["3-5", date(2026, 1, 2)],
        [date(2026, 5, 3), date(2026, 1, 3)],
        ["4-7", "pronto"],
        ["x", ""],
    ]
    path, made = book(tmp_path, rows)
    made.save(path)
    table = open_list(path)
    assert warnings(table) == ["A3: Excel has turned the text into a date"]
    assert table.date_columns == {1}


def test_a_number_with_more_digits_than_excel_keeps_is_a_warning(tmp_path: Path) -> None:
    path, made = book(tmp_path, [["id", "x"], [1234567890123456789, "a"], [123456789012345, "b"]])
    made.save(path)
    table = open_list(path)
    assert [warning.partition(":")[0] for warning in warnings(table)] == ["A2"]
    assert (len(read(table)[2][0]), read(table)[2][0].isdigit()) == (19, True)
