"""What may stand in a workbook and what may not: redacted values; who settled a row; in which language."""

import hashlib
import os
import re
import stat
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.books import OURS, mend, refused
from tests.conftest import FIELDS, sheet_rows, write_csv
from tests.worlds import World
from uploader.actions.results import results
from uploader.actions.settle import settle
from uploader.i18n.catalogue import entries


def parts_with(book: Path, *values: str) -> list[str]:
    """The parts of a workbook in which one of the values stands."""
    with zipfile.ZipFile(book) as package:
        return [name for name in package.namelist() for value in values if value.encode() in package.read(name)]


def test_redacted_values_stand_nowhere_in_any_workbook_of_the_list(world: World, tmp_path: Path) -> None:
    rows = refused()
    rows[5][6] = "61004321"  # the API's message quotes it
    rows[7][2] = rows[0][2]
    hide = [*(row[2] for row in rows), "61004321", "99999"]
    book = world.sent(write_csv(tmp_path / "list.csv", rows), redact=("RP_ID", "c"))
    assert sorted(world.api.rows()) == sorted(rows)
    before = sheet_rows(book)
    assert before[0]["to"] == before[7]["to"] != before[1]["to"]
    assert {line[name][:5] for line in before for name in ("to", "rp_id")} == {"hmac:"}
    assert before[0]["to"][5:] not in hashlib.sha256(rows[0][2].encode()).hexdigest()
    assert f"{before[5]['rp_id']} routing point was executed" in before[5]["Response message"]
    assert stat.S_IMODE((world.home / "redaction.key").stat().st_mode) == 0o600 or os.name == "nt"
    assert parts_with(book, *hide) == []

    mend(book, {(4, "rp_id"): "61009876"})  # sent without saying --redact again
    assert world.sends(book, no_preflight=True).came == [[*rows[2][:6], "61009876"]]
    after = sheet_rows(book)
    assert parts_with(book, *hide, "61009876") == []
    assert [line["to"] for line in after] == [line["to"] for line in before]
    book.unlink()
    results(None, None, world.session)
    assert sheet_rows(book) == after
    _, other = results(None, tmp_path / "more.xlsx", world.session, redact=("subject",))
    more = sheet_rows(other)
    assert {line["subject"][:5] for line in more} == {"hmac:"}
    assert [line["to"] for line in more] == [line["to"] for line in before]
    assert world.verifies(other).code == 0


def test_a_column_to_redact_that_the_list_lacks_stops_everything(world: World, tmp_path: Path) -> None:
    ended = world.sends(write_csv(tmp_path / "list.csv", refused()), redact=("phone",))
    assert (ended.code, ended.came) == (2, [])
    assert "the list has no such column. Its columns are “from” (A), “fromname” (B)" in ended.why
    assert list(tmp_path.glob("*.xlsx")) == []


def test_who_settled_a_row_and_when_stands_with_it_in_the_lists_workbook(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = refused(6, (4,))
    rows[1][4] = "[practice reset-after x1]"
    rows[4][4] = "[practice reset-before x1]"
    book = world.sent(write_csv(tmp_path / "list.csv", rows))
    for name in ("LOGNAME", "USER", "USERNAME"):
        monkeypatch.setenv(name, "ana.perez")
    before = datetime.now().astimezone()
    settle(1, [3], world.session, arrived=True)
    settle(1, [6], world.session, arrived=False)
    days = {f"{moment:%Y-%m-%d}" for moment in (before, datetime.now().astimezone())}
    results("1", None, world.session)
    lines = {line["Row"]: line for line in sheet_rows(book)}
    assert (lines[3]["Status"], lines[6]["Status"]) == ("accepted", "not sent")
    for number, words in ((3, "the API had received it."), (6, "the API had not received it. Resume")):
        assert any(f"ana.perez checked on {day}" in lines[number]["Advice"] for day in days)
        assert words in lines[number]["Advice"]
    settled = lines[3]
    ended = world.sends(mend(book, {(4, "rp_id"): "61001"}))
    assert [row[0] for row in ended.came] == [rows[2][0], rows[4][0]]
    lines = {line["Row"]: line for line in sheet_rows(book)}
    assert list(lines) == list(range(2, 8))
    assert {line["Status"] for line in lines.values()} == {"accepted"}
    assert lines[3] == settled
    assert [lines[number]["Attempts"] for number in range(2, 8)] == [1, 1, 2, 1, 2, 1]
    attempts = sheet_rows(book, "Attempts")
    assert [(line["Row"], line["Meaning"]) for line in attempts if line["Attempt"] is None] == [
        (3, "arrived"), (6, "not arrived"),
    ]  # fmt: skip
    assert len(attempts) == 8 + 2
    assert all("ana.perez" in line["Detail"] for line in attempts if line["Attempt"] is None)
    assert world.verifies(book).code == 0


def test_sheets_speak_portuguese_and_columns_keep_their_names(world: World, tmp_path: Path) -> None:
    world.language = "pt"
    book = world.sent(write_csv(tmp_path / "list.csv", refused(4, (4,))))
    lines = sheet_rows(book)
    assert list(lines[0]) == ["Row", *FIELDS, *OURS]
    assert {line["Status"] for line in lines} == {"accepted", "rejected"}
    assert "ponto de roteamento" in lines[2]["Advice"]
    assert "linha" in lines[2]["Advice"]
    assert lines[2]["Response message"] == "ROUTING POINT 99999 NOT FOUND"
    told = [tuple(line.values())[:2] for line in sheet_rows(book, "Summary")]
    facts = dict(reversed(told))
    assert facts["accepted"] == "A API aceitou esta linha. Aceita não quer dizer entregue."
    assert not {"Rows", "Sent by", "Started", "Requests"} & facts.keys()
    mend(book, {(4, "rp_id"): "61001"})
    assert len(replace(world, language="es").sends(book, no_preflight=True).came) == 1
    assert world.verifies(book).code == 0


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_workbook_of_the_page_names_its_buttons_and_no_command(world: World, tmp_path: Path, language: str) -> None:
    rows = refused(6, (4,))
    rows[1][4] = "[practice reset-after x1]"
    world.language, world.face = language, "page"
    book = world.sent(write_csv(tmp_path / "list.csv", rows), first=5)
    said = "\n".join(
        str(cell) for sheet in ("Results", "Summary") for line in sheet_rows(book, sheet) for cell in line.values()
    )
    for action in ("resend_unknown", "send_corrected", "resume", "arrived", "not_arrived", "verify"):
        assert f"“{entries()[f'page.action.{action}'][language]}”" in said
    assert not re.search(r" --|uploader (send|resume|settle|verify)", said)

    world.face = "cli"  # whoever reads it knows how it was written
    assert world.verifies(book).code == 0
    changed = world.verifies(mend(book, {(6, "body"): "x"}))
    assert [complaint[:5] for complaint in changed.complaints] == ["row 6"]
    ended = world.resumes(1, no_preflight=True)
    assert (ended.json["accepted"], len(ended.came)) == (4, 1)
    assert " --resend-unknown" in sheet_rows(Path(ended.json["results"]))[1]["Advice"]


def test_a_problems_workbook_of_the_page_names_its_buttons_and_no_command(world: World, tmp_path: Path) -> None:
    rows = refused(3, ())
    rows[1][6] = ""
    rows[2] = rows[0]
    path = write_csv(tmp_path / "list.csv", rows)
    world.language, world.face = "es", "page"
    assert world.sends(path, no_preflight=True).code == 2
    book = tmp_path / "list.problems.xlsx"
    said = "\n".join(
        str(cell) for sheet in ("Problems", "Summary") for line in sheet_rows(book, sheet) for cell in line.values()
    )
    assert "elija “Enviar solo las filas sin errores”" in said
    assert "elija “Subir la lista corregida”" in said
    assert not re.search(r"--|uploader send", said)
    assert world.sends(mend(book, {(3, "rp_id"): "61001"}, "Problems"), no_preflight=True).json["accepted"] == 2


@pytest.mark.parametrize(
    ("there", "here", "face"), [("en", "es", "cli"), ("es", "pt", "page"), ("pt", "en", "cli"), ("pt", "en", "page")]
)
def test_what_a_workbook_from_elsewhere_advises_is_said_in_the_readers_language(
    world: World, tmp_path: Path, there: str, here: str, face: str
) -> None:
    rows = refused(6, (4, 5))
    rows[1][4] = rows[4][4] = "[practice reset-after x1]"
    rows[5] = rows[0]
    world.language, world.face = there, face
    path = write_csv(tmp_path / "list.csv", rows)
    world.sent(path)
    settle(path, [6], world.session, arrived=True)
    results(path, None, world.session)
    world.language, world.face = here, "cli"
    other = world.another_computer()
    other.sent(write_csv(path, refused(7, ())[6:]))  # a later version of the list, so that no row is planned anew
    told, meant = (
        {line["Row"]: line["Advice"] for line in sheet_rows(results(1, tmp_path / f"{name}.xlsx", one.session)[1])}
        for name, one in (("other", other), ("own", world))
    )
    assert told == meant
    assert [number for number, said in meant.items() if said] == [3, 4, 5, 6, 7]
