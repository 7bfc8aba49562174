"""An empty list is in the person's language."""

from dataclasses import replace
from pathlib import Path

import openpyxl

from tests.conftest import SHIPPED
from tests.worlds import World
from uploader.actions.templates.known import blank


def test_a_blank_list_explains_itself_in_the_persons_language(world: World, tmp_path: Path) -> None:
    world = replace(world, language="pt")
    page = openpyxl.load_workbook(blank(SHIPPED, tmp_path / "list.xlsx", world.session)).worksheets[0]
    assert page["A1"].comment is not None
    assert "Obrigatório." in page["A1"].comment.text
