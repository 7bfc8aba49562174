"""Numbers, lists and defaults: what is sent is the same by the list, by the journal alone, and by a mended workbook."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import mend
from tests.conftest import sheet_rows, write_csv, write_xlsx
from tests.transports import answer
from tests.worlds import Ending, World
from uploader.actions.options import ReadOptions
from uploader.actions.templates.known import template
from uploader.cli.report import templates as report
from uploader.model.http import Request, Response

PLACE = "https://orders.example"
TEMPLATE = """
title = "Orders"
[request]
method = "POST"
url = "https://orders.example/orders/{{id}}"
[request.json]
amount = "{{amount}}"
note = "amount {{amount}}"
tags = ["{{tags}}"]
urgent = "{{urgent}}"
priority = "{{priority}}"
[columns.id]
required = true
[columns.amount]
type = "number"
[columns.tags]
list = ";"
[columns.urgent]
type = "boolean"
default = false
[columns.priority]
values = { Baja = 1, Alta = 3 }
default = "Baja"
[[rules]]
code = [429]
means = "pause"
advice = "Wait."
[[rules]]
code = [400]
means = "rejected"
advice = "Mend it."
"""


class Orders:
    """Takes orders. What came is remembered; one that `says` knows is not taken."""

    def __init__(self) -> None:
        self.taken: dict[str, Any] = {}
        self.says: dict[str, int] = {}

    def __call__(self, request: Request) -> Response:
        id_, body = request.url.rpartition("/")[2], json.loads(request.body)
        status = self.says.get(id_, 200)
        if status == 200:
            self.taken[id_] = body
        return answer({}, status)

    @property
    def amounts(self) -> dict[str, Any]:
        return {id_: body["amount"] for id_, body in self.taken.items()}


class Shop:
    """A template of orders, lists for it, and the API."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.api = world, folder, Orders()
        world.elsewhere[PLACE] = self.api
        self.template = folder / "orders.toml"
        self.template.write_text(TEMPLATE, encoding="utf-8")

    def csv(self, *rows: Sequence[str], header: Sequence[str] = ("id", "amount")) -> Path:
        return write_csv(self.folder / "list.csv", rows, header)

    def xlsx(self, *rows: Sequence[object], header: Sequence[str] = ("id", "amount")) -> Path:
        return write_xlsx(self.folder / "list.xlsx", rows, header)

    def sends(self, path: Path, **options: Any) -> Ending:
        return self.world.sends(path, ReadOptions(template=str(self.template)), **options)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Shop:
    return Shop(world, tmp_path)


def test_each_cell_is_sent_as_its_column_says(shop: Shop) -> None:
    header = ("id", "amount", "tags", "urgent", "priority")
    rows = [("a", "1.250", "rojo; verde;", "Sí", "alta"), ("b", "2,5", "", "", ""), ("c", "", "x", "não", "3")]
    assert shop.sends(shop.csv(*rows, header=header)).code == 0
    assert shop.api.taken == {
        "a": {"amount": 1250, "note": "amount 1250", "tags": ["rojo", "verde"], "urgent": True, "priority": 3},
        "b": {"amount": 2.5, "note": "amount 2.5", "tags": [], "urgent": False, "priority": 1},
        "c": {"amount": "", "note": "amount ", "tags": ["x"], "urgent": False, "priority": 3},
    }


def test_a_field_without_a_column_has_its_default(shop: Shop) -> None:
    shop.sends(shop.csv(("a", "1")))
    assert shop.api.taken["a"] == {"amount": 1, "note": "amount 1", "tags": [], "urgent": False, "priority": 1}


def test_the_same_order_in_another_notation_is_a_duplicate(shop: Shop) -> None:
    shop.sends(shop.csv(("a", "1250.50")))
    ended = shop.sends(shop.csv(("a", "1.250,50"), ("b", "7"), header=("id", "Amount")))
    assert (ended.json["skipped"], ended.json["accepted"]) == (1, 1)


@pytest.mark.parametrize("deletes", [True, False])
def test_the_rest_is_read_from_the_journal_as_the_whole_list_was(shop: Shop, *, deletes: bool) -> None:
    path = shop.csv(("a", "2,5"), ("b", "1.250"), ("c", "3.125"))
    shop.api.says = {"b": 429}
    assert shop.sends(path).code == 4
    shop.api.says = {}
    if deletes:
        path.unlink()
    assert shop.world.resumes().code == 0
    assert shop.api.amounts == {"a": 2.5, "b": 1250, "c": 3125}


def test_number_cells_stay_what_they_are_in_the_journal_and_in_the_workbook(shop: Shop) -> None:
    shop.template.write_text(TEMPLATE.replace('type = "number"', 'type = "number"\ndecimal = ","'), encoding="utf-8")
    path = shop.xlsx(("a", 1.125), ("b", 1250.5), ("c", 3.125), ("d", 4))
    shop.api.says = {"b": 429, "d": 400}
    assert shop.sends(path).code == 4
    shop.api.says = {"d": 400}
    ended = shop.world.resumes()
    assert shop.api.amounts == {"a": 1.125, "b": 1250.5, "c": 3.125}
    shop.api.says = {}
    shop.sends(mend(Path(ended.json["results"]), {(5, "amount"): "4.125"}))
    assert shop.api.amounts["d"] == 4.125


def mended(shop: Shop, amount: object) -> Ending:
    """Sends a list whose numbers have commas, and once more with a rejected row's amount mended in its workbook."""
    shop.api.says = {"b": 400}
    ended = shop.sends(shop.csv(("a", "2,5"), ("b", "1.250"), ("c", "7.125")))
    assert shop.api.amounts == {"a": 2.5, "c": 7125}
    shop.api.says = {}
    return shop.sends(mend(Path(ended.json["results"]), {(3, "amount"): amount}))


@pytest.mark.parametrize(("amount", "value"), [("1.251", 1251), ("1,251", 1.251), ("3", 3), (4, 4)])
def test_a_mended_cell_is_read_as_the_list_was(shop: Shop, amount: object, value: float) -> None:
    assert mended(shop, amount).code == 0
    assert shop.api.amounts["b"] == value


@pytest.mark.parametrize("amount", [1.251, 1250.5, "1250.5"])
def test_a_mended_cell_that_contradicts_the_list_is_no_other_number(shop: Shop, amount: object) -> None:
    mended(shop, amount)
    assert "b" not in shop.api.amounts


def test_another_computer_reads_a_workbook_as_the_list_was(shop: Shop) -> None:
    shop.api.says = {"b": 429}
    ended = shop.sends(shop.csv(("a", "2,5"), ("b", "1.250"), ("c", "3.125")))
    shop.api.says = {}
    other = shop.world.another_computer()
    other.sends(Path(ended.json["results"]), ReadOptions(template=str(shop.template)))
    assert shop.api.amounts == {"a": 2.5, "b": 1250, "c": 3125}


def test_a_result_workbook_that_is_a_list_again_is_not_read_by_the_template_alone(shop: Shop) -> None:
    shop.template.write_text(TEMPLATE.replace('type = "number"', 'type = "number"\ndecimal = ","'), encoding="utf-8")
    ended = shop.sends(shop.xlsx(("a", 1.125), ("b", 7)))
    book = openpyxl.load_workbook(ended.json["results"])
    del book["uploader"]
    book.save(shop.folder / "lost.xlsx")
    shop.world.person({"own_columns": "yes", "duplicates": "no"})
    again = shop.sends(shop.folder / "lost.xlsx", skip_invalid=True)
    assert (again.json["invalid"], again.json["skipped"]) == (1, 1)
    assert shop.api.amounts == {"a": 1.125, "b": 7}


def test_what_could_be_two_numbers_is_not_sent_and_goes_once_it_is_mended(shop: Shop) -> None:
    path = shop.csv(("a", "1.250"), ("b", "7"))
    ended = shop.sends(path, skip_invalid=True)
    assert (ended.json["invalid"], shop.api.amounts) == (1, {"b": 7})
    shop.sends(mend(Path(ended.json["results"]), {(2, "amount"): "1250,00"}))
    assert shop.api.amounts == {"a": 1250, "b": 7}
    assert [line["Status"] for line in sheet_rows(Path(ended.json["results"]))] == ["accepted", "accepted"]


def test_each_cell_that_does_not_fit_says_what_does(shop: Shop) -> None:
    shop.template.write_text(TEMPLATE.replace('list = ";"', 'list = ";"\none_of = ["x", "y"]'), encoding="utf-8")
    header = ("id", "amount", "tags", "urgent", "priority")
    rows = [("a", "12 EUR", "x; z", "quizás", "media"), ("b", "007", "y", "1", "1"), ("c", "5", "x;y", "", "")]
    ended = shop.sends(shop.csv(*rows, header=header), skip_invalid=True)
    assert list(shop.api.taken) == ["c"]
    first, second, _ = sheet_rows(Path(ended.json["results"]))
    for words in (
        "“amount” is not a number. Write a number without a unit or currency, for example 1250.50.",
        "A part of “tags” is not one of the allowed values. Use one of these: x, y.",
        "“urgent” is neither yes nor no. Write yes or no. true, false, 1 and 0 are also understood.",
        "“priority” is not one of the allowed values. Use one of these: Baja, Alta.",
    ):
        assert words in first["Advice"]
    assert "“amount” begins with a zero, which a number would lose." in second["Advice"]


def test_a_template_is_shown_with_what_its_cells_may_be(shop: Shop) -> None:
    shown = list(report.template(*template(str(shop.template), shop.world.session), "en"))
    columns = [line.strip() for line in shown[shown.index("Columns:") :]]
    assert "A number, with “.” or “,” before its decimals, in the whole column alike: 1250.50 or 1250,50." in columns
    assert "One cell may hold several values, separated by “;”." in columns
    assert "Yes or no. An empty cell counts as: no" in columns
    assert "One of: Baja, Alta. An empty cell counts as: Baja" in columns
