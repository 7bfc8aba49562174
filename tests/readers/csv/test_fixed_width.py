from pathlib import Path

import pytest

from uploader.errors import ListError
from uploader.readers import open_list
from uploader.readers.csv.fixed_width import is_fixed_width

LINED_UP = [
    "Nombre      Telefono    Ciudad\nAna Muñoz   3001234567  Cali\nLuz         3017654321  Bogotá\n",
    "Nombre      Telefono    Ciudad\nAna Muñoz   3001234567  Cali\n",
    "Informe de marzo\n\nNombre         Valor\nAna              500\nLuz María      1.500\nEva, Sol           3\n",
    "id   name       phone\n---- ---------- ----------\n   1 Ana        3001234567\n  20 Luz María  3007654321\n\n(2 rows affected)\n",
    "ID         NOMBRE\n---------- ----------\n         1 Ana\n",
    "Nombre    Ciudad    Zona\r\nAna       Cali      Sur\r\nLuz                 Norte\r\nEva Sol   Bogotá    Este\r\n",
]


@pytest.mark.parametrize("text", LINED_UP)
def test_columns_lined_up_with_spaces_are_refused_with_the_way_to_split_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode())
    with pytest.raises(ListError, match=r"list\.txt is fixed-width text.*choose Fixed Width, save it as XLSX"):
        open_list(path)
    assert open_list(path, delimiter=";").rows >= 1


DRAWN = [
    "+----+--------+\n| id | nombre |\n+----+--------+\n|  1 | Ana    |\n+----+--------+\n",
    " id | nombre \n----+--------\n  1 | Ana\n(1 row)\n",
    "| id | nombre |\n|----|:-------|\n| 1  | Ana    |\n",
]


@pytest.mark.parametrize("text", DRAWN)
def test_a_table_drawn_with_lines_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode())
    with pytest.raises(ListError, match=r"list\.csv is a table drawn with lines of characters.*Export the list as CSV"):
        open_list(path)
    assert open_list(path, delimiter="|").rows >= 1


@pytest.mark.parametrize(
    "text",
    [
        "Nombre\nAna Luz\nEva Sol\nPía Gil\n",
        "Teléfono\n3001234567\n3017654321\n",
        "Nombre  completo\nAna  Muñoz\nLuz  Gil\nEva  Sol\n",
        "Mensaje\nEstimado cliente:  su pago vence hoy.\nEstimado cliente:  su pedido llegó.\nEstimado cliente:  adiós.\n",
        "Mensaje\nHola Ana.  Su pedido llegó.\nHola Luz María.  Gracias.\nHola.  Hasta mañana, y gracias.\n",
        "Nombre\tCiudad\nAna   Luz\tCali\nEva   Sol\tPasto\n",
        "",
    ],
)
def test_texts_of_one_column_are_not_taken_for_fixed_width(text: str) -> None:
    assert not is_fixed_width(text)


def test_a_list_with_delimiters_may_be_lined_up_as_well(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Nombre     ;Ciudad   \nAna Muñoz  ;Cali     \nLuz        ;Bogotá   \n", encoding="utf-8")
    assert open_list(path).header == ["Nombre     ", "Ciudad   "]
