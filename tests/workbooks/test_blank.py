import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pydantic import ValidationError

from tests.conftest import FIELDS
from uploader.checks.columns.mapping import match_columns, wanted_names
from uploader.readers import open_list
from uploader.templates.columns.column import Column
from uploader.templates.template import Template
from uploader.workbooks import blank


def test_a_blank_list_explains_itself_in_the_language_that_is_wished(tmp_path: Path) -> None:
    columns = {
        "id": Column(required=True, description="The id.", one_of=("1", "2"), max_length=1, aliases=("No.", "Nr"))
    }
    explained = {language: blank.explanation(columns["id"], language) for language in ("en", "es", "pt")}
    assert explained == {
        "en": "The id.\nRequired.\nOne of: 1, 2.\nAt most 1 character.\nThe column can also be called: No., Nr.",
        "es": "The id.\nObligatorio.\nUno de estos: 1, 2.\nMáximo 1 carácter.\nLa columna también puede llamarse: No., Nr.",
        "pt": "The id.\nObrigatório.\nUm destes: 1, 2.\nNo máximo 1 caractere.\nA coluna também pode se chamar: No., Nr.",
    }
    blank.write(tmp_path / "blank.xlsx", columns, "es")
    page = openpyxl.load_workbook(tmp_path / "blank.xlsx").worksheets[0]
    assert page.title == "Lista"
    assert page["A1"].comment is not None
    assert page["A1"].comment.text == explained["es"]
    assert page["A2"].comment is not None
    assert page["A2"].comment.text.startswith("Esta fila es un ejemplo")


@pytest.mark.parametrize(
    ("column", "es"),
    [
        (Column(type="number"), "Un número, con “.” o “,” antes de los decimales, igual en toda la columna: 1250.50 o 1250,50."),
        (Column(type="number", decimal=","), "Un número, con “,” antes de los decimales: 1250,50."),
        (Column(type="number", decimal="."), "Un número, con “.” antes de los decimales: 1250.50."),
        (Column(type="integer", default=5), "Un número entero.\nUna celda vacía cuenta como: 5"),
        (Column(type="boolean", default=True), "Sí o no.\nUna celda vacía cuenta como: sí"),
        (Column(values={"Baja": 1, "Alta": 3}, default="Baja"), "Uno de estos: Baja, Alta.\nUna celda vacía cuenta como: Baja"),
        (Column(list=";"), "Una celda puede tener varios valores, separados por “;”."),
        (Column(list="\n"), "Una celda puede tener varios valores, separados por saltos de línea."),
    ],
)  # fmt: skip
def test_a_blank_list_says_what_its_cells_may_be(column: Column, es: str) -> None:
    assert blank.explanation(column, "es") == f"Puede quedar vacío.\n{es}"


def test_a_blank_list_has_columns_an_example_explanations_and_text_cells(tmp_path: Path, wolkvox: Template) -> None:
    path = tmp_path / "blank.xlsx"
    blank.write(path, wolkvox.columns)
    page = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in page[1]] == list(FIELDS)
    assert [cell.value for cell in page[2]] == [column.example for column in wolkvox.columns.values()]
    for cell in page[1]:
        assert cell.comment is not None
        assert wolkvox.columns[str(cell.value)].description["en"] in cell.comment.text
        assert page.column_dimensions[str(cell.coordinate)[0]].width > 10
        assert page[f"{str(cell.coordinate)[0]}2"].number_format == "@"
    with zipfile.ZipFile(path) as package:  # the columns themselves are text, so that what is typed below stays so
        columns = re.findall(
            r'<col min="(\d)" max="(\d)"[^>]*style="[1-9]', package.read("xl/worksheets/sheet1.xml").decode()
        )
    assert {at for first, last in columns for at in range(int(first), int(last) + 1)} == set(range(1, len(FIELDS) + 1))
    assert open_list(path).header == list(FIELDS)


def test_a_blank_list_may_be_a_csv(tmp_path: Path, wolkvox: Template) -> None:
    path = tmp_path / "blank.csv"
    blank.write(path, wolkvox.columns)
    table = open_list(path, wanted=FIELDS)
    assert (table.header, table.rows) == (list(FIELDS), 1)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize(("language", "last"), [("es", "Punto de enrutamiento"), ("pt", "Ponto de roteamento")])
def test_its_columns_are_named_in_the_language_and_known_by_these_names(
    tmp_path: Path, wolkvox: Template, ending: str, language: str, last: str
) -> None:
    path = tmp_path / f"blank.{ending}"
    blank.write(path, wolkvox.columns, language)
    header = open_list(path, wanted=wanted_names(wolkvox.columns)).header
    assert header[-1] == last
    assert not set(header) & set(FIELDS)
    found = match_columns(header, wolkvox.columns)
    assert [header[at] for at in found.fields.values()] == header
    assert list(found.missing) == []


def test_a_heading_is_an_alias_once() -> None:
    column = Column.model_validate({"aliases": ("Id", "Nr"), "heading": {"es": "Número", "pt": "Nr"}})
    assert column.aliases == ("Id", "Nr", "Número")
    assert Column.model_validate(column.model_dump(by_alias=True)) == column
    with pytest.raises(ValidationError):
        Column.model_validate({"heading": "Número"})
