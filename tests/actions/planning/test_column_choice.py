"""What is asked, refused and offered where columns are missing."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import write_csv
from tests.people import Answer, ScriptedUi
from tests.tickets import PLACE, Tickets, templates
from tests.worlds import World
from uploader.actions.options import ReadOptions
from uploader.actions.planning.open_list import open_list
from uploader.actions.session import Session
from uploader.errors import ColumnError
from uploader.i18n import render
from uploader.model.rows import column_letter

LEAD = """
title = "A lead"
[request]
url = "https://crm.example/leads"
json = { first_name = "{{first_name}}", phone = "{{phone}}", amount = "{{amount}}" }
empty = "null"
[columns.first_name]
[columns.phone]
[columns.amount]
"""
HEADER = ["Cliente", "Celular", "Valor"]


@pytest.fixture
def lead(tmp_path: Path) -> str:
    path = tmp_path / "lead.toml"
    path.write_text(LEAD, encoding="utf-8")
    return str(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "otra.csv", [["Ana", "300", "7"]], HEADER)


def fields(path: Path, template: str, ui: ScriptedUi, **mapping: str) -> Mapping[str, int]:
    return open_list(path, ReadOptions(template, mapping), Session(path.parent / "home", ui)).checked.fields


def refused(path: Path, template: str, ui: ScriptedUi, language: str = "en") -> str:
    with pytest.raises(ColumnError) as caught:
        fields(path, template, ui)
    return render(caught.value.message, language)


def test_a_list_that_fills_no_field_is_refused_although_all_are_optional(path: Path, lead: str) -> None:
    said = refused(path, lead, ScriptedUi(is_attended=False))
    assert said.startswith("No column of the list fills a field of the template, so every row would be sent empty.")
    assert "The template's fields are: first_name, phone and amount." in said
    assert "The list's columns are: “Cliente” (A), “Celular” (B) and “Valor” (C)." in said
    assert "Rename the columns in the list, or choose them with --map FIELD=COLUMN." in said


def test_one_that_is_chosen_is_enough(path: Path, lead: str) -> None:
    assert fields(path, lead, ScriptedUi(), phone="Celular") == {"phone": 1}


def test_a_person_is_asked_for_each_and_may_leave_some_empty(path: Path, lead: str) -> None:
    ui = ScriptedUi({"column first_name": "A", "column phone": "B", "column amount": "-"})
    assert fields(path, lead, ui) == {"first_name": 0, "phone": 1}
    assert ui.codes.count("mapping.none_filled") == 1
    assert [choice.key for choice in ui.asked[0].choices] == ["A", "B", "C", "-"]


@pytest.mark.parametrize("answer", ["-", None])
def test_where_a_person_leaves_all_of_them_empty_nothing_is_sent(path: Path, lead: str, answer: Answer) -> None:
    assert "No column of the list fills a field" in refused(path, lead, ScriptedUi({"column": answer}))


def test_where_columns_are_required_those_alone_are_asked_for(tmp_path: Path, path: Path) -> None:
    template = tmp_path / "strict.toml"
    template.write_text(LEAD.replace("[columns.phone]", "[columns.phone]\nrequired = true"), encoding="utf-8")
    ui = ScriptedUi({"column phone": "B"})
    assert fields(path, str(template), ui) == {"phone": 1}
    assert [choice.key for choice in ui.asked[0].choices] == ["A", "B", "C"]
    assert "mapping.none_filled" not in ui.codes


# A result workbook as the list of another template


@pytest.fixture
def second_step(world: World, tmp_path: Path) -> tuple[World, Path, str]:
    world.elsewhere[PLACE] = Tickets()
    create, update = templates(tmp_path / "templates")
    path = write_csv(tmp_path / "list.csv", [["printer", "a", "x"]], ["subject", "note", "more"])
    world.sends(path, ReadOptions(create))
    return world, tmp_path / "list.results.xlsx", update


def test_the_kept_columns_are_offered_first_and_ours_never(second_step: tuple[World, Path, str]) -> None:
    world, book, update = second_step
    ui = world.person({"column id": lambda question: question.choices[0].key})
    checked = open_list(book, ReadOptions(update), world.session).checked
    (question,) = ui.asked
    assert [choice.name for choice in question.choices] == ["ticket_id", "link", "subject", "more"]
    assert question.choices[0].key == column_letter(checked.fields["id"])
    assert checked.table.header[checked.fields["id"]] == "ticket_id"


def test_where_nobody_is_asked_they_are_named_in_the_same_order(second_step: tuple[World, Path, str]) -> None:
    _, book, update = second_step
    said = refused(book, update, ScriptedUi(is_attended=False))
    assert "Columns not used yet: “ticket_id” (" in said
    names = said.partition("Columns not used yet: ")[2].partition(". ")[0]
    assert [name in names for name in ("link", "subject", "more", "column")] == [True, True, True, False]
