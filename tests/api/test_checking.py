"""`uploader.check` and `uploader.preview`: what is wrong with a list, and what a row would send."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import uploader
from tests.conftest import FIELDS, interactions, write_csv, write_xlsx

COLUMNS = ["row", "column", "cell", "code", "cause", "fix", "stops"]


def frame_of(rows: list[list[str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(FIELDS), dtype=object)


def test_a_good_list_has_no_problems(tmp_path: Path) -> None:
    found = uploader.check(write_xlsx(tmp_path / "list.xlsx", interactions(5)))
    assert (found.ok, found.rows, found.exit_code) == (True, 5, 0)
    assert list(found.problems.columns) == COLUMNS
    assert found.counts["not sent"] == 5


def test_a_problem_names_its_row_its_column_and_its_cell(tmp_path: Path) -> None:
    rows = interactions(5)
    rows[2][6] = ""
    found = uploader.check(write_csv(tmp_path / "list.csv", rows))
    assert (found.ok, found.exit_code, found.counts["invalid"]) == (False, 2, 1)
    problem = found.problems.query("stops").iloc[0]
    assert problem[["row", "column", "cell", "code"]].tolist() == [4, "rp_id", "G4", "empty"]
    assert problem["cause"]
    assert problem["fix"].endswith(".")


def test_a_frame_is_checked_as_the_file_from_which_it_was_read(tmp_path: Path) -> None:
    rows = interactions(8)
    rows[2][6] = rows[5][0] = ""
    path = write_xlsx(tmp_path / "list.xlsx", rows)
    of_path, of_frame = uploader.check(path), uploader.check(uploader.read(path))
    pd.testing.assert_frame_equal(of_path.problems, of_frame.problems)
    assert of_path.counts == of_frame.counts


def test_a_column_of_floats_is_a_problem_at_each_of_its_cells() -> None:
    frame = frame_of(interactions(3)).assign(rp_id=[61001.0, 61002.0, 61003.0])
    found = uploader.check(frame)
    assert found.problems["code"].tolist() == ["float_column"] * 3
    assert found.problems["cell"].tolist() == ["G2", "G3", "G4"]
    assert "dtype=str" in found.problems["fix"][0]
    assert not found.ok


def test_a_column_of_floats_that_is_not_sent_is_no_problem() -> None:
    assert uploader.check(frame_of(interactions(3)).assign(score=[0.5, 0.25, 1.0])).ok


def test_problems_are_told_in_the_language_that_is_asked_for() -> None:
    frame = frame_of(interactions(1)).assign(rp_id=[61001.0])
    fixes = {language: uploader.check(frame, language=language).problems["fix"][0] for language in ("en", "es", "pt")}
    assert len(set(fixes.values())) == 3
    with pytest.raises(uploader.SettingsError, match="“fr”"):
        uploader.check(frame, language="fr")


def test_a_mapping_says_which_column_fills_a_field() -> None:
    frame = frame_of(interactions(2)).rename(columns={"rp_id": "Punto"})
    assert uploader.check(frame, mapping={"rp_id": "Punto"}).ok
    with pytest.raises(uploader.ColumnError):
        uploader.check(frame)


def test_a_check_writes_nothing(tmp_path: Path, own_world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = interactions(2)
    rows[0][6] = ""
    path = write_csv(tmp_path / "list.csv", rows)
    uploader.check(path)
    uploader.check(frame_of(rows))
    assert list(tmp_path.iterdir()) == [path]
    assert not own_world.exists()


def test_a_row_is_previewed_with_the_token_masked() -> None:
    rows = interactions(2)
    rows[1][6] = "61 002"
    request = uploader.preview(frame_of(rows), 3, settings={"wolkvox_server": "0042"})
    assert (request.method, request.headers["wolkvox-token"]) == ("POST", "***")
    assert request.url.startswith("https://wv0042.")
    assert json.loads(request.body)["from"] == rows[1][0]
    assert list(request.problems.columns) == COLUMNS


def test_a_row_that_is_not_there_is_named() -> None:
    with pytest.raises(uploader.SettingsError, match="row 9"):
        uploader.preview(frame_of(interactions(2)), 9, settings={"wolkvox_server": "0042"})


@pytest.mark.parametrize("option", [{"sheet": "List"}, {"header_row": 1}, {"encoding": "utf-8"}, {"delimiter": ";"}])
def test_what_is_said_of_a_file_is_refused_for_a_frame(option: dict[str, Any]) -> None:
    with pytest.raises(uploader.SettingsError, match=next(iter(option))):
        uploader.check(frame_of(interactions(1)), **option)
