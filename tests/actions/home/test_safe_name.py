"""Names of files as somebody else gives them."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.actions.home.safe_name import safe_folder_name, safe_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("clientes.csv", "clientes.csv"),
        ("Campaña año nuevo – São Paulo.xlsx", "Campaña año nuevo – São Paulo.xlsx"),
        (unicodedata.normalize("NFD", "Campaña.csv"), "Campaña.csv"),
        ("../../etc/passwd", "passwd"),
        (r"C:\fakepath\clientes.csv", "clientes.csv"),
        ("a/b\\..\\c.csv", "c.csv"),
        ("..", "list.csv"),
        ("../", "list.csv"),
        ("", "list.csv"),
        (" \u200b ", "list.csv"),
        (".csv", "list.csv"),
        (".xlsx", "list.xlsx"),
        ("...xlsx", "list.xlsx"),
        (".htaccess.csv", "htaccess.csv"),
        ("con.csv", "con_.csv"),
        ("CON", "CON_"),
        ("nul", "nul_"),
        ("Com1.tar.gz", "Com1_.tar.gz"),
        ("lpt¹.csv", "lpt¹_.csv"),
        ("con .csv", "con_.csv"),
        ("conto.csv", "conto.csv"),
        ("a\x00b\nc\x1b.csv", "abc.csv"),
        ("\u202egpj.\u2066vsc.csv", "gpj.vsc.csv"),
        ("half\ud800.csv", "half.csv"),
        ("list.csv. . ", "list.csv"),
        ("list .csv", "list.csv"),
        ('a<b>:"|?*.csv', "a_b______.csv"),
        ("list.csv:hidden", "list.csv_hidden"),
        ("two\u00a0 spaces.csv", "two spaces.csv"),
        ("Informe v2. marzo", "Informe v2. marzo"),
        ("march.results.xlsx", "march.results.xlsx"),
    ],
)
def test_a_name_keeps_what_it_can(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_long_name_is_cut_between_characters_and_keeps_its_extension() -> None:
    name = safe_name("ñandú " * 60 + ".xlsx")
    assert name.endswith(".xlsx")
    assert 110 < len(name.encode()) <= 120
    assert "\ufffd" not in name
    assert len(safe_name("x" * 500).encode()) == 120
    assert len(safe_name("x." + "y" * 500).encode()) == 120


@given(st.text())
def test_any_text_becomes_a_name_that_stays_as_it_is(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    name = safe_name(text)
    assert safe_name(name) == name
    assert 0 < len(name.encode()) <= 120
    assert Path(name).name == name
    assert name == name.strip(". ")
    folder = safe_folder_name(text, 60)
    assert 0 < len(folder.encode()) <= 60
    assert Path(folder).name == folder == folder.strip(". ")
