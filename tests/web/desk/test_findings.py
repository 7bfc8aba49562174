"""What a check found, as its page shows it."""

from pathlib import Path

from tests.conftest import FIELDS, interactions, write_csv, write_xlsx
from uploader.actions.check import check
from uploader.actions.options import ReadOptions
from uploader.actions.session import Session
from uploader.i18n import Message, render
from uploader.model.rows import Status
from uploader.web.desk.findings import Filter, Findings, findings_of


def found_in(path: Path, home: Path, told: tuple[Message, ...] = (), **read: object) -> Findings:
    session = Session(home, remembers_mappings=True, face="page")
    done = check(path, ReadOptions(**read), session, with_workbook=False)  # type: ignore[arg-type]  # one type for options of several
    return findings_of(done, told, session)


def test_every_field_has_its_column_and_what_the_first_row_has_there(tmp_path: Path, own_world: Path) -> None:
    rows = interactions(3)
    header = [*FIELDS[:3], "otra", *FIELDS[4:], "", "nota"]
    found = found_in(write_csv(tmp_path / "list.csv", [[*row, "", "n"] for row in rows], header), own_world)
    assert [(use.field, use.letter, use.example) for use in found.columns] == [
        (name, "" if name == "toname" else "ABCDEFG"[at], "" if name == "toname" else rows[0][at])
        for at, name in enumerate(FIELDS)
    ]
    assert {use.field for use in found.columns if use.is_required} == {"from", "to", "subject", "body", "rp_id"}
    assert [(option.letter, option.name) for option in found.options][3] == ("D", "otra")
    assert "nota" in {option.name for option in found.options}


def test_numbers_are_those_of_the_check_and_causes_are_the_most_frequent_first(tmp_path: Path, own_world: Path) -> None:
    rows = interactions(10)
    rows[0][0] = ""
    for row in rows[1:4]:
        row[4] = ""
    rows[0][6] = ""
    found = found_in(write_csv(tmp_path / "list.csv", rows), own_world)
    assert (found.going, found.invalid, found.total) == (6, 4, 10)
    assert (found.causes[0].rows, found.causes[0].problem.facts["field"]) == (3, "“subject”")
    assert sorted(cause.rows for cause in found.causes) == [1, 1, 3]
    for cause in (*found.causes, *found.warnings):
        assert found.grid.count(Filter(cause=cause.at)) == cause.rows
    assert all(not cause.problem.stops for cause in found.warnings)
    assert found.counts[Status.INVALID] == found.grid.count(Filter(Status.INVALID))


def test_how_it_was_read_and_what_was_told_is_there(tmp_path: Path, own_world: Path) -> None:
    told = (Message("web.lost"),)
    found = found_in(write_xlsx(tmp_path / "list.xlsx", interactions(2), sheet="Enero"), own_world, told)
    assert found.sheet == "Enero"
    assert "Enero" in render(found.how, "es", face="page")
    assert told[0] in found.notes
    assert not found.is_of_sandbox
    assert found.remembered_on is None


def test_columns_that_were_chosen_are_remembered_with_the_day(tmp_path: Path, own_world: Path) -> None:
    header = ["Remite", "Nombre", "Destino", "x", "Asunto", "Cuerpo", "Punto"]
    path = write_csv(tmp_path / "list.csv", interactions(2), header)
    mapping = dict(zip(FIELDS, "ABCDEFG", strict=True))
    assert found_in(path, own_world, mapping=mapping).remembered_on is None
    again = found_in(path, own_world)
    assert again.remembered_on is not None
    assert [use.letter for use in again.columns] == list("ABCDEFG")
