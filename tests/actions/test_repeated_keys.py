"""Rows with the same idempotency key: the API would take one for the other, so the later one is not sent."""

from pathlib import Path

import pytest

from tests.books import mend
from tests.conftest import sheet_rows, write_csv
from tests.transports import answer
from tests.worlds import Ending, World
from uploader.actions.options import ReadOptions
from uploader.checks import repeats
from uploader.model.http import Request, Response

PLACE = "https://payments.example"
TEMPLATE = """
title = "Payments"
[request]
method = "POST"
url = "https://payments.example/payments"
idempotency_header = "Idempotency-Key"
[request.headers]
Idempotency-Key = "shop-{{order}}"
[request.json]
to = "{{to}}"
[columns.order]
required = true
[columns.to]
"""
HEADER = ("order", "to")


class Payments:
    """Pays once for each key. What came is remembered."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.refuses: set[str] = set()

    def __call__(self, request: Request) -> Response:
        key = request.headers["Idempotency-Key"]
        self.keys.append(key)
        return answer({}, 400 if key in self.refuses else 200)


class Desk:
    """A template and the API."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.api = world, folder, Payments()
        world.elsewhere[PLACE] = self.api
        self.template = folder / "pay.toml"
        self.template.write_text(TEMPLATE, encoding="utf-8")

    def written(self, *rows: tuple[str, str]) -> Path:
        return write_csv(self.folder / "list.csv", rows, HEADER)

    def sends(self, path: Path) -> Ending:
        return self.world.sends(path, ReadOptions(template=str(self.template)), skip_invalid=True)

    def checks(self, path: Path) -> list[str]:
        ended = self.world.checks(path, ReadOptions(template=str(self.template)))
        return [line.strip() for line in ended.screen.splitlines() if "the same as" in line]


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


@pytest.mark.parametrize("at_once", [100_000, 2])
def test_the_later_row_is_a_problem_at_its_cell_and_not_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(repeats, "_ROWS_AT_ONCE", at_once)
    path = desk.written(("1", "a"), ("2", "b"), (" 1 ", "c"), ("3", "d"), ("1", "a"))
    (words,) = desk.checks(path)
    assert words.startswith("“order” is the same as in row 2, and the API takes only one request with the same value")
    assert "in 2 rows: A4 and A6." in words
    ended = desk.sends(path)
    assert (ended.json["accepted"], ended.json["invalid"]) == (3, 2)
    assert sorted(desk.api.keys) == ["shop-1", "shop-2", "shop-3"]


def test_many_repeated_keys_are_told_in_one_sentence(desk: Desk) -> None:
    rows = [(str(number % 12), str(number)) for number in range(24)]
    (words,) = desk.checks(desk.written(*rows))
    assert words.startswith("“order” is the same as in another row")


def test_a_row_that_was_sent_has_its_key_whatever_comes_before_it(desk: Desk) -> None:
    desk.api.refuses = {"shop-1"}
    book = Path(desk.sends(desk.written(("1", "a"), ("2", "b"))).json["results"])
    desk.api.keys.clear()
    desk.sends(mend(book, {(2, "order"): "2"}))
    assert desk.api.keys == []
    assert [line["Status"] for line in sheet_rows(book)] == ["invalid", "accepted"]
    desk.sends(mend(book, {(2, "order"): "3"}))
    assert desk.api.keys == ["shop-3"]


def test_a_key_that_each_row_has_of_its_own_is_never_repeated(desk: Desk) -> None:
    desk.template.write_text(TEMPLATE.replace("shop-{{order}}", "{{order}}-{{request_id}}"), encoding="utf-8")
    desk.sends(desk.written(("1", "a"), ("1", "b")))
    assert len(set(desk.api.keys)) == 2


def test_several_columns_make_one_key_together(desk: Desk) -> None:
    desk.template.write_text(TEMPLATE.replace("shop-{{order}}", "{{order}}{{to}}"), encoding="utf-8")
    assert desk.checks(desk.written(("1", "a"), ("1", "b"), ("2", "a"))) == []
    assert len(desk.checks(desk.written(("1", "a"), ("1a", ""), ("2", "a")))) == 1
