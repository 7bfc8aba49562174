"""Where the table is in a file, and which of its rows are not records."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.readers.test_open_list import problems, read
from tests.rendered import cause, place, sentences
from uploader.errors import ListError
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


def test_comment_lines_are_left_out_and_named_where_the_file_begins_with_some(tmp_path: Path) -> None:
    table = csv(tmp_path, "# exportado hoy\nNombre;Teléfono\nAna;300\n# mitad\nLuz;301\n")
    assert (read(table), table.rows) == ({3: ["Ana", "300"], 5: ["Luz", "301"]}, 2)
    assert sentences(table.notes) == ["2 rows that start with # are comments and are not sent: rows 1 and 4."]
    assert problems(table) == []
    assert read(csv(tmp_path, "Nombre;Nota\nAna;x\n#Luz;y\n")) == {2: ["Ana", "x"], 3: ["#Luz", "y"]}


@pytest.mark.parametrize(
    ("text", "doubtful", "note"),
    [
        ("# hoy\nk,v\na,1\n#12 Main St,2\n", ["row 4"], "row 1"),
        ("# hoy\nk,v\na,1\n  #12 Main St,2\n", ["row 4"], "row 1"),
        ("# hoy\nk,v\na,1\n#12 Main St,\n", ["row 4"], "row 1"),
        ("# hoy\nk,v,w\na,1,2\n#12 Main St,2\n", ["row 4"], "row 1"),
        ("# hoy\nk\na\n#12\n", ["row 4"], "row 1"),
        ('# hoy\nk,v\na,1\n"#12 Main St",2\n"#13",\n', [], "row 1"),
        ("# hoy,\nk,v\na,1\n# fin,\n", [], "rows 1 and 4"),
        ("k,v\na,1\n#12,2\n", [], None),
    ],
)
def test_what_may_be_a_record_is_never_left_out_as_a_comment(
    tmp_path: Path, text: str, doubtful: list[str], note: str | None
) -> None:
    table = csv(tmp_path, text)
    assert [place(problem) for problem in problems(table) if "may be a record" in cause(problem)] == doubtful
    assert [sentence.rpartition(": ")[2] for sentence in sentences(table.notes)] == ([f"{note}."] if note else [])


def test_a_comment_in_a_workbook_is_one_cell_alone(tmp_path: Path) -> None:
    path, made = book(tmp_path, [["# hoy", None], ["k", "v"], ["a", "1"], ["# fin", None], ["#12", "2"]])
    made.save(path)
    table = open_list(path)
    assert read(table) == {3: ["a", "1"], 5: ["#12", "2"]}
    assert [place(problem) for problem in problems(table)] == ["row 5"]


def test_a_column_may_be_called_by_the_sign_of_comments(tmp_path: Path) -> None:
    table = csv(tmp_path, "#;Nombre;Ciudad\na;Ana;Cali\nb;Luz;Bogotá\n")
    assert (table.header, table.rows) == (["#", "Nombre", "Ciudad"], 2)


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


MARK = "\ufeff"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    ("header", "first", "second", "cells"),
    [
        ('"k","v"', '"a","x"', '"b, c","y"', ["b, c", "y"]),
        ("k,v", "a,x", "b,y", ["b", "y"]),
        ("Nombre", "Ana", "Luz", ["Luz"]),
    ],
)
def test_where_two_files_were_joined_the_mark_is_no_part_of_a_cell_and_the_header_is_known_again(
    tmp_path: Path, encoding: str, header: str, first: str, second: str, cells: list[str]
) -> None:
    text = f"{MARK}{header}\r\n{first}\r\n{MARK}{header}\r\n{second}\r\n{MARK}{second}\r\n"
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    table = open_list(tmp_path / "list.csv")
    assert [(place(problem), cause(problem)) for problem in problems(table)] == [
        ("row 3", "the row is a copy of the header")
    ]
    assert (read(table)[4], read(table)[5]) == (cells, cells)


def test_a_header_written_otherwise_is_known_where_two_files_were_joined(tmp_path: Path) -> None:
    table = csv(tmp_path, f"Nombre;Teléfono\nAna;300\n{MARK}nombres;TELEFONO\nLuz;301\n")
    assert [place(problem) for problem in problems(table)] == ["row 3"]


@pytest.mark.parametrize("header", ["v;k", "other;names", "v"])
def test_a_file_joined_to_another_with_other_columns_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(ListError, match=r"another list begins at row 4, and its columns differ \("):
        csv(tmp_path, f"k;v\na;1\nb;2\n{MARK}{header}\n3;c\n")


def test_a_header_of_another_file_is_told_from_the_rows_before_it(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="another list begins at row 3"):
        csv(tmp_path, f"k;v\n1;2\n{MARK}correo;nombre\na;b\n")
    assert csv(tmp_path, f"k;v\nAna;Cali\nLuis;Lima\n{MARK}Marta;Quito\n").rows == 3


def test_a_file_joined_to_another_in_the_other_byte_order_is_refused(tmp_path: Path) -> None:
    first, second = f"{MARK}k,v\na,1".encode("utf-16-le"), f"{MARK}k,v\nb,2\n".encode("utf-16-be")
    for end in ("\n", ""):
        (tmp_path / "list.csv").write_bytes(first + end.encode("utf-16-le") + second)
        with pytest.raises(ListError, match="another file in a different encoding was joined"):
            open_list(tmp_path / "list.csv")


@pytest.mark.parametrize("mark", ["", MARK])
def test_the_delimiters_line_of_a_joined_file_is_an_empty_row(tmp_path: Path, mark: str) -> None:
    one = f"{mark}sep=;\nk;v\n"
    table = csv(tmp_path, f"{one}a;x\n{one}b;y\n")
    assert [place(problem) for problem in problems(table)] == ["row 4"]
    assert read(table) == {2: ["a", "x"], 4: ["k", "v"], 5: ["b", "y"]}


def test_a_mark_inside_a_cell_stays_there(tmp_path: Path) -> None:
    table = csv(tmp_path, f'k,v\na,"two\n{MARK}""lines"\nb,y\n')
    assert read(table) == {2: ["a", f'two\n{MARK}"lines'], 3: ["b", "y"]}


def test_a_text_written_as_a_formula_for_excel_is_the_text(tmp_path: Path) -> None:
    rows = ['a,="007"', 'b,"=""0012"""', 'c,="say ""hi"""', 'd,"=""x, y"""', 'e,=""', '="f",=007', 'g,"<a href=""x"">"']
    table = csv(tmp_path, "\n".join(["k,v", *rows, ""]))
    assert list(read(table).values()) == [
        ["a", "007"], ["b", "0012"], ["c", 'say "hi"'], ["d", "x, y"], ["e", ""], ["f", "=007"], ["g", '<a href="x">']
    ]  # fmt: skip


WRAPPED = ['"Ana,""Calle 1, 2"",Cali"', "Ana;300;Cali", "Ana\t300\tCali", '"Ana,300,Cali"']


@pytest.mark.parametrize("row", WRAPPED)
def test_a_whole_row_in_one_cell_is_not_sent(tmp_path: Path, row: str) -> None:
    table = csv(tmp_path, f"a,b,c\n1,2,3\n{row}\nLuz\n")
    assert [(one.row, one.code, one.stops) for one in table.problems.between(0, 9)] == [
        (3, "row_in_one_cell", True), (4, "too_few_cells", False)
    ]  # fmt: skip


@pytest.mark.parametrize("row", WRAPPED)
def test_a_list_whose_header_alone_has_cells_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(
        ListError, match=r"the header has 3 cells, but each row below it is in a single one.*Text to Columns"
    ):
        csv(tmp_path, f"a,b,c\n{row}\n{row}\n")


@pytest.mark.parametrize("text", ["a,b\nAna; Luz\nEva\n", 'a,b\n"Gil, Ana"\n1,2\n', "a;b;c\nhola, Ana\n1;2;3\n"])
def test_a_text_with_a_comma_is_no_row(tmp_path: Path, text: str) -> None:
    assert not any(problem.stops for problem in csv(tmp_path, text).problems.between(0, 9))


@pytest.mark.parametrize("path", [r"C:\datos\n", r"C:\\datos\\n"])
def test_a_backslash_that_escapes_nothing_is_itself(tmp_path: Path, path: str) -> None:
    assert list(read(csv(tmp_path, f'k,v\n1,"say \\"x\\""\n2,{path}\n')).values()) == [
        ["1", 'say "x"'],
        ["2", r"C:\datos\n"],
    ]


def test_a_line_of_dashes_below_the_header_is_not_sent(tmp_path: Path) -> None:
    table = csv(tmp_path, "id,name,v\n--,----,-\n1,Ana,-\n--,--,--\n")
    assert [(one.row, one.code, one.stops) for one in table.problems.between(0, 9)] == [(2, "ruler", True)]


def test_a_missing_value_of_a_database_stays_as_it_was_written(tmp_path: Path) -> None:
    table = csv(tmp_path, 'id,name,v\n"1","say \\"x\\"",\\N\n\\N,\\N,"a"\n"3","N",N\n')
    assert list(read(table).values()) == [["1", 'say "x"', r"\N"], [r"\N", r"\N", "a"], ["3", "N", "N"]]


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
    assert warnings(table) == ["A3: Excel may have turned a text into this date"]
    assert table.date_columns == {1}


def test_a_number_with_more_digits_than_excel_keeps_is_a_warning(tmp_path: Path) -> None:
    path, made = book(tmp_path, [["id", "x"], [1234567890123456789, "a"], [123456789012345, "b"]])
    made.save(path)
    table = open_list(path)
    assert [warning.partition(":")[0] for warning in warnings(table)] == ["A2"]
    assert (len(read(table)[2][0]), read(table)[2][0].isdigit()) == (19, True)


@pytest.mark.parametrize("second", ["to,from,body", "Para;De".replace(";", ","), "PARA,DE,Mensaje", "body,to"])
def test_another_header_within_a_list_is_refused_where_its_columns_are_in_other_places(
    tmp_path: Path, second: str
) -> None:
    wanted = ("from", "De", "to", "Para", "body", "Mensaje")
    path = tmp_path / "list.csv"
    path.write_text(f"from,to,body\na@b.co,c@d.co,hola\n{second}\nc@d.co,a@b.co,hola\n", encoding="utf-8")
    with pytest.raises(ListError, match="another list begins at row 3, and its columns differ"):
        open_list(path, wanted=wanted)


def test_the_same_header_in_other_letters_stops_its_row_and_texts_that_say_a_name_do_not(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("from,to,body\na,b,c\nFROM,TO,BODY\nfrom,b,c\na,b,body\n", encoding="utf-8")
    table = open_list(path, wanted=("from", "to", "body"))
    assert [(problem.row, problem.code) for problem in table.problems.between(0, 9)] == [(3, "repeated_header")]
