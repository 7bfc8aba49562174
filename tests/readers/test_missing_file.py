"""A wrong path is answered with what is in the folder, in each language."""

from pathlib import Path

import pytest

from tests.rendered import sentence
from uploader.errors import ListError
from uploader.i18n import Message
from uploader.readers import open_file


def refused(path: Path) -> Message:
    with pytest.raises(ListError) as error:
        open_file(path)
    assert sentence(error.value.message).endswith((".", "?"))
    return error.value.message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with lists, and with files that nobody sends."""
    for name in ("clientes.xlsx", "Teléfonos.csv", "pagos julio.csv", "ventas.csv", "ventas.xlsx", "notas.docx"):
        (tmp_path / name).touch()
    (tmp_path / "~$clientes.xlsx").touch()
    (tmp_path / "Mis documentos").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("cliente.xlsx", "clientes.xlsx"),
        ("clietnes.xlsx", "clientes.xlsx"),
        ("CLIENTES.XLS", "clientes.xlsx"),
        ("telefonos.csv", "Teléfonos.csv"),
        ("pagos_julio.csv", "pagos julio.csv"),
    ],
)
def test_the_nearest_name_is_proposed(folder: Path, typed: str, nearest: str) -> None:
    message = refused(folder / typed)
    assert (message.code, message.facts["nearest"]) == ("missing_file.nearest", nearest)


@pytest.mark.parametrize("typed", ["nóminas.csv", "notas.doc", "x"])
def test_nothing_is_proposed_where_nothing_is_like_it(folder: Path, typed: str) -> None:
    assert refused(folder / typed) == Message("missing_file.nothing_like_it", path=str(folder / typed))


def test_a_name_without_its_ending_is_completed(folder: Path) -> None:
    message = refused(folder / "telefonos")
    assert (message.code, message.facts["name"]) == ("missing_file.without_ending", "Teléfonos.csv")
    assert "The folder has “ventas.csv” and “ventas.xlsx”." in sentence(refused(folder / "ventas"))


def test_a_path_that_stops_at_a_space_needs_quotation_marks(folder: Path) -> None:
    assert f'needs quotation marks: "{folder / "pagos julio.csv"}".' in sentence(refused(folder / "pagos"))
    (folder / "pagos junio.csv").touch()
    words = sentence(refused(folder / "pagos"))
    assert "“pagos julio.csv” and “pagos junio.csv”" in words
    assert "needs quotation marks" in words
    assert refused(folder / "Mis").code == "missing_file.folder_cut_at_space"


def test_a_folder_that_is_not_there_is_named(folder: Path) -> None:
    message = refused(folder / "julio" / "pagos" / "lista.csv")
    assert (message.code, message.facts["folder"]) == ("missing_file.no_folder", str(folder / "julio"))


def test_a_folder_is_answered_with_its_lists(folder: Path) -> None:
    assert sentence(refused(folder)).endswith(
        "is a folder. Choose a file in it: “clientes.xlsx”, “pagos julio.csv”, “Teléfonos.csv”, “ventas.csv” and “ventas.xlsx”."
    )
    for at in range(20):
        (folder / f"a{at:02}.csv").touch()
    assert "“a09.csv” and 15 more." in sentence(refused(folder))


def test_workbooks_of_ours_are_proposed_only_where_there_is_nothing_else(folder: Path) -> None:
    for name in ("pagos julio.results.xlsx", "pagos julio.problems-2.xlsx", "Teléfonos.results.xlsx"):
        (folder / name).touch()
    assert refused(folder / "pagos").facts["name"] == "pagos julio.csv"
    assert "results" not in sentence(refused(folder))
    (folder / "Teléfonos.csv").unlink()
    assert refused(folder / "telefonos.results").facts["name"] == "Teléfonos.results.xlsx"
