from datetime import date
from pathlib import Path

import pytest

from uploader.model.workbook_names import dated, is_ours, list_stem, problems_name, results_name

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "stem",
    [
        "clientes.results",
        "clientes.problems",
        "clientes.results-2",
        "clientes.results-2026-11-26",
        "clientes.results-2026-11-26-2",
    ],
)
def test_a_workbook_of_ours_is_known_by_its_name_and_leads_to_its_list(stem: str) -> None:
    assert is_ours(f"{stem}.xlsx")
    assert is_ours(f"{stem}.XLSX")
    assert list_stem(stem) == "clientes"


@pytest.mark.parametrize(
    "name", ["clientes.xlsx", "results.xlsx", "clientes.results.csv", "clientes.results-marzo.xlsx"]
)
def test_other_names_are_not_ours(name: str) -> None:
    assert not is_ours(name)


def test_a_stem_that_is_not_ours_is_the_list_s_own() -> None:
    assert list_stem("clientes.results-marzo") == "clientes.results-marzo"


def test_the_names_that_we_give_are_known_as_ours() -> None:
    assert is_ours(results_name("clientes"))
    assert is_ours(problems_name("clientes"))
    assert is_ours(dated(Path(results_name("clientes")), DAY).name)


@pytest.mark.parametrize(
    "before", ["l.results.xlsx", "l.results-2.xlsx", "l.results-2025-01-31.xlsx", "l.results-2025-01-31-2.xlsx"]
)
def test_a_day_takes_the_place_of_another_day_and_of_a_number(before: str) -> None:
    assert dated(Path("a") / before, DAY) == Path("a/l.results-2026-11-26.xlsx")
