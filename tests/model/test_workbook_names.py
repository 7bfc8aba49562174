from datetime import date
from pathlib import Path

import pytest

from uploader.model.workbook_names import (
    dated,
    is_ours,
    list_stem,
    numbered,
    of_job,
    problems_name,
    result_beginnings,
    results_name,
)

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


LONG = [
    "q" * 251,
    "ñ" * 116,
    "長" * 78,
    "😀" * 60,
    "e\u0301" * 83,
    "a" * 242,
    "a" * 241 + "ñ",
    "x" * 190 + ". " * 20 + "y",
]


@pytest.mark.parametrize("stem", LONG, ids=lambda stem: stem[:3])
def test_every_name_that_we_give_fits_and_is_known_and_is_found_beside_the_list(stem: str) -> None:
    plain = Path(results_name(stem))
    second, dayed = numbered(plain, 2), dated(plain, DAY)
    results = [
        plain,
        second,
        dayed,
        numbered(dayed, 2),
        dated(second, DAY),
        of_job(plain, 12),
        numbered(of_job(dayed, 12345), 99),
    ]
    for name in [path.name for path in results] + [problems_name(stem), numbered(Path(problems_name(stem)), 2).name]:
        assert len(name.encode()) <= 255
        assert is_ours(name)
    assert all(path.name.startswith(result_beginnings(stem)) for path in results)
    assert {list_stem(path.stem) for path in results[1:]} <= {stem, result_beginnings(stem)[1].removesuffix(".results")}


def test_lists_with_the_same_long_beginning_have_names_of_their_own() -> None:
    one, other = results_name("q" * 250 + "1"), results_name("q" * 250 + "2")
    assert one != other
    assert one[:190] == other[:190] == "q" * 190
    assert not other.startswith(result_beginnings("q" * 250 + "1"))


def test_a_name_that_fits_is_not_shortened() -> None:
    assert results_name("q" * 242) == "q" * 242 + ".results.xlsx"
    assert dated(Path(results_name("q" * 220)), DAY).name == "q" * 220 + ".results-2026-11-26.xlsx"
    assert of_job(Path("l.results.xlsx"), 3) == Path("l.results-job3.xlsx")
