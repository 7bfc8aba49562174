"""Files beside a list on a computer that doesn't know it: used, or proven foreign, else nothing is sent."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import GOOD, copied_template, mend, page, refused, tamper
from tests.conftest import SHIPPED, interactions, sheet_rows, write_csv, write_xlsx
from tests.worlds import World
from uploader.actions.options import ReadOptions, SandboxConfig
from uploader.i18n import row_numbers
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.read_back.reader import manifest_of

Change = Callable[[Path], None]
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def rows() -> list[list[str]]:
    return refused(6, (4,))


@pytest.fixture
def book(world: World, tmp_path: Path, rows: list[list[str]]) -> Path:
    """The workbook of a list that another computer sent: row 4 was rejected, the others accepted."""
    return world.sent(write_csv(tmp_path / "list.csv", rows))


@pytest.fixture
def here(world: World) -> World:
    """A computer whose journal doesn't know the list."""
    return world.another_computer("here")


def resent(world: World, path: Path, **options: Any) -> Any:
    return world.sends(path, no_preflight=True, **options)


def in_book(change: Callable[[openpyxl.Workbook], None]) -> Change:
    def changed(path: Path) -> None:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    return changed


def header_cell(name: str, text: str | None) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        next(cell for cell in book["Results"][1] if cell.value == name).value = text

    return in_book(change)


@in_book
def without_row_column(book: openpyxl.Workbook) -> None:
    book["Results"].delete_cols(1)


@in_book
def without_hidden_sheet(book: openpyxl.Workbook) -> None:
    del book["uploader"]


@in_book
def with_renamed_hidden_sheet(book: openpyxl.Workbook) -> None:
    book["uploader"].title = "uploader (2)"


@in_book
def with_results_hidden(book: openpyxl.Workbook) -> None:
    book.active = book.sheetnames.index("Summary")
    book["Results"].sheet_state = "hidden"


def of_newer_version(path: Path) -> None:
    tamper(path, version="5")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def encrypted(path: Path) -> None:
    """As far as anybody without the password can tell."""
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def saved_as_csv(path: Path) -> None:
    header, *lines = openpyxl.load_workbook(path)["Results"].iter_rows(values_only=True)
    texts = [["" if cell is None else str(cell) for cell in line] for line in lines]
    write_csv(path.with_suffix(".csv"), texts, [str(name) for name in header])
    path.unlink()


def linked_into_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("not mounted") / path.name)


NOT_UNDERSTOOD: list[Change] = [
    header_cell("Status", "Estado"),
    header_cell("Row", None),
    without_row_column,
    without_hidden_sheet,
    with_renamed_hidden_sheet,
    with_results_hidden,
    of_newer_version,
    cut_off,
    emptied,
    encrypted,
    saved_as_csv,
    linked_into_nowhere,
]


@pytest.mark.parametrize("change", NOT_UNDERSTOOD)
def test_a_workbook_that_is_not_understood_stops_the_list_before_anything_is_sent(
    here: World, book: Path, tmp_path: Path, change: Change
) -> None:
    change(book)
    ended = resent(here, tmp_path / "list.csv")
    assert (ended.code, ended.came) == (2, [])
    assert f"{book.stem}." in ended.why
    assert "move it to another folder and send again" in ended.why


NAMES = [
    "list.results.xlsx",
    "list.results-2.xlsx",
    "list.results-2026-11-25.xlsx",
    "list.results-2026-11-25-2.xlsx",
    "list.results-job1.xlsx",
    "list.results (1).xlsx",
    "LIST.RESULTS.XLSX",
]


@pytest.mark.parametrize("name", NAMES)
def test_under_each_of_our_names_a_workbook_is_used_or_stops_the_list(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]], name: str
) -> None:
    book.rename(book.with_name("elsewhere"))
    beside = (tmp_path / "elsewhere").rename(tmp_path / name)
    whole = beside.read_bytes()
    cut_off(beside)
    assert resent(here, tmp_path / "list.csv").code == 2
    beside.write_bytes(whole)
    assert resent(here, tmp_path / "list.csv").came == [rows[2]]


def test_where_the_result_goes_there_is_looked_too(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    (tmp_path / "out").mkdir()
    output = Path(shutil.move(book, tmp_path / "out" / "resultado.xlsx"))
    whole = output.read_bytes()
    emptied(output)
    assert resent(here, tmp_path / "list.csv", output=output).code == 2
    output.write_bytes(whole)
    assert resent(here, tmp_path / "list.csv", output=output).came == [rows[2]]


@pytest.mark.skipif(IS_ROOT, reason="an administrator may read everything")
def test_a_workbook_that_may_not_be_read_stops_the_list(here: World, book: Path, tmp_path: Path) -> None:
    book.chmod(0)
    ended = resent(here, tmp_path / "list.csv")
    assert (ended.code, ended.came) == (2, [])


def test_a_folder_that_can_not_be_listed_proves_nothing(
    here: World, tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", refuse)
        ended = resent(here, tmp_path / "list.csv")
    assert (ended.code, ended.came, book.exists()) == (2, [], True)


def test_a_person_is_asked_and_no_sends_nothing(here: World, book: Path, tmp_path: Path) -> None:
    cut_off(book)
    ui = here.person({"workbook_beside": "no"})
    ended = resent(here, tmp_path / "list.csv")
    assert (ended.code, ended.came, ui.questions) == (2, [], ["workbook_beside"])
    assert ended.why.startswith("Nothing was sent, because list.results.xlsx may have results of this list.")
    assert ended.told("beside.doubtful", name="list.results.xlsx", list="list.csv")


def test_a_person_may_say_that_the_file_has_nothing_to_do_with_the_list(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    cut_off(book)
    here.person({"workbook_beside": "yes"})
    before = book.read_bytes()
    ended = resent(here, tmp_path / "list.csv")
    assert ended.came == sorted(rows)
    assert book.read_bytes() == before  # and it is not overwritten
    assert ended.json["results"] == str(tmp_path / "list.results-2.xlsx")


def test_moving_it_away_says_so_too(here: World, book: Path, tmp_path: Path, rows: list[list[str]]) -> None:
    cut_off(book)
    (tmp_path / "old").mkdir()
    book.rename(tmp_path / "old" / book.name)
    assert resent(here, tmp_path / "list.csv").came == sorted(rows)


def test_the_computer_that_sent_the_list_needs_no_workbook(
    world: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    cut_off(book)
    assert resent(world, tmp_path / "list.csv").came == [rows[2]]


# A check


def test_a_check_says_that_a_workbook_beside_counts_once_the_list_is_sent(
    world: World, here: World, book: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    assert here.checks(path).told("check.results_beside", name=book.name)
    assert not here.checks(book).told("check.results_beside")
    assert not world.checks(path).told("check.results_beside")
    newer, _ = a_newer_version(tmp_path, refused(6, (4,)))
    assert not world.checks(newer).told("check.results_beside")
    assert here.checks(newer).told("check.results_beside")
    cut_off(book)  # whatever it is, the list is checked
    assert not here.checks(newer).told("check.results_beside")


# Of an earlier version of the list


def a_newer_version(tmp_path: Path, rows: list[list[str]]) -> tuple[Path, list[list[str]]]:
    """The list with its first row edited, the rejected one corrected, and two rows more."""
    edited = [
        [*rows[0][:5], "edited", rows[0][6]],
        rows[1],
        [*rows[2][:6], GOOD],
        *rows[3:],
        *interactions(2, start=50),
    ]
    return write_csv(tmp_path / "list.csv", edited), edited


def test_what_the_workbook_of_an_earlier_version_says_was_accepted_is_not_sent_again(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    before = book.read_bytes()
    path, newer = a_newer_version(tmp_path, rows)
    ended = resent(here, path)
    assert ended.came == sorted([newer[0], newer[2], *newer[6:]])
    assert ended.told("recovered.from_machine", name=book.name)
    assert ended.json["results"] == str(tmp_path / "list.results-2.xlsx")
    assert book.read_bytes() == before
    assert [line["Status"] for line in sheet_rows(Path(ended.json["results"]))] == [
        "accepted", "skipped", "accepted", *["skipped"] * 3, "accepted", "accepted",
    ]  # fmt: skip
    assert resent(here, path).came == []


def test_a_workbook_of_an_earlier_version_without_a_column_that_was_sent_stops_the_list(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    header_cell("body", "Otra")(book)
    ended = resent(here, a_newer_version(tmp_path, rows)[0])
    assert (ended.code, ended.came) == (2, [])
    assert "body" in ended.why


@pytest.mark.parametrize("how", ["list", "workbook", "a newer list"])
def test_a_row_that_another_computer_skipped_is_skipped_here(
    world: World, here: World, tmp_path: Path, how: str
) -> None:
    rows, new = interactions(3), interactions(1, start=50)
    world.sent(write_csv(tmp_path / "first.csv", rows[:1]))
    (tmp_path / "first.results.xlsx").unlink()
    path = write_csv(tmp_path / "list.csv", rows)
    book = world.sent(path)
    if how == "a newer list":
        write_csv(path, [*rows, *new])
    ended = resent(here, book if how == "workbook" else path)
    assert ended.came == (new if how == "a newer list" else [])
    assert ended.json["skipped"] == (3 if how == "a newer list" else 1)
    third = here.another_computer("third")
    assert resent(third, book).came == []
    assert sheet_rows(book)[0]["Status"] == "skipped"


@pytest.mark.parametrize("change", ["a cell", "a line"])
def test_so_it_is_where_somebody_edited_or_deleted_the_accepted_row_there(
    world: World, here: World, tmp_path: Path, change: str
) -> None:
    rows = interactions(3)
    book = world.sent(write_csv(tmp_path / "list.csv", rows))
    if change == "a cell":
        mend(book, {(3, "body"): "typed"})
    else:
        with page(book) as lines:
            lines.delete_rows(3)
    newer = [*interactions(1, start=50), *rows]  # so that all rows have other numbers
    assert resent(here, write_csv(tmp_path / "list.csv", newer)).came == newer[:1]


def test_an_unknown_row_of_an_earlier_version_stays_unknown(world: World, here: World, tmp_path: Path) -> None:
    rows = interactions(3)
    rows[1][4] += " [practice error-500]"
    world.sent(write_csv(tmp_path / "list.csv", rows))
    ended = resent(here, write_csv(tmp_path / "list.csv", [*rows, *interactions(1, start=50)]))
    assert ended.came == interactions(1, start=50)
    assert (ended.json["unknown"], ended.json["skipped"], ended.json["accepted"]) == (1, 2, 1)


def test_a_computer_that_sent_the_earlier_version_learns_what_another_did_with_it(
    world: World, here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    mend(book, {(4, "rp_id"): GOOD})
    assert len(resent(here, book).came) == 1
    corrected = [*rows[2][:6], GOOD]
    newer = [*rows[:2], corrected, *rows[3:], *interactions(1, start=50)]
    assert resent(world, write_csv(tmp_path / "list.csv", newer)).came == interactions(1, start=50)


def test_at_another_destination_an_earlier_version_says_nothing(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    path, newer = a_newer_version(tmp_path, rows)
    here.environment = {**here.environment, "WOLKVOX_SERVER": "0777"}
    assert resent(here, path).came == sorted(newer)


# Of a list that this computer began


@pytest.fixture
def begun(world: World, here: World, tmp_path: Path, rows: list[list[str]]) -> Path:
    """The workbook of the other computer, which sent all that this one had not; that of this one is set aside."""
    path = write_csv(tmp_path / "list.csv", rows)
    pilot = Path(resent(here, path, first=2).json["results"])
    (tmp_path / "there").mkdir()
    theirs = tmp_path / "there" / "list.csv"
    shutil.copy(path, theirs)
    shutil.copy(pilot, theirs.with_name(pilot.name))
    return Path(resent(world, theirs).json["results"])


@pytest.mark.parametrize("how", ["send", "resume", "workbook"])
@pytest.mark.parametrize("name", ["list.results (1).xlsx", "list.results-B.xlsx", "list.results.xlsx"])
def test_the_workbook_of_another_computer_beside_a_list_that_was_begun_here_counts(
    here: World, begun: Path, tmp_path: Path, rows: list[list[str]], name: str, how: str
) -> None:
    shutil.copy(begun, tmp_path / name)
    if how == "resume":
        ended = here.resumes(no_preflight=True)
    else:
        ended = resent(here, tmp_path / ("list.csv" if how == "send" else "list.results.xlsx"))
    assert rows[2] in ended.came or how == "resume"  # the rejected one, of which the other computer knows
    assert [row for row in ended.came if row != rows[2]] == []
    assert [line["Status"] for line in sheet_rows(Path(ended.json["results"]))] == [
        "accepted", "accepted", "rejected", *["accepted"] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["send", "resume", "workbook"])
@pytest.mark.parametrize("is_begun", [True, False])
def test_what_was_corrected_in_a_workbook_that_came_back_is_sent(
    world: World, here: World, tmp_path: Path, rows: list[list[str]], how: str, is_begun: bool
) -> None:
    path, book = write_csv(tmp_path / "list.csv", rows), tmp_path / "list.results.xlsx"
    if is_begun:
        resent(here, path, first=1)
    assert len(resent(world, book if is_begun else path, first=4 if is_begun else 5).came) >= 4
    mend(book, {(4, "rp_id"): GOOD, (3, "body"): "too late", (7, "body"): "edited"})
    if how == "resume" and is_begun:
        ended = here.resumes(no_preflight=True)
    else:
        ended = resent(here, book if how == "workbook" else path)
    assert ended.came == sorted([[*rows[2][:6], GOOD], [*rows[5][:5], "edited", rows[5][6]]])
    lines = {line["Row"]: line for line in sheet_rows(Path(ended.json["results"]))}
    assert {number: line["Status"] for number, line in lines.items()} == dict.fromkeys(range(2, 8), "accepted")
    is_known = is_begun or how != "workbook"  # what was sent, the list or the journal says
    assert ("too late" in lines[3]["Advice"], lines[3]["body"] == rows[1][5]) == (is_known, is_known)
    assert "edited after it was sent" in lines[3]["Advice"] or is_known


def test_corrections_in_a_copy_of_the_workbook_are_said_and_not_taken_in(
    world: World, here: World, tmp_path: Path, rows: list[list[str]]
) -> None:
    path, book = write_csv(tmp_path / "list.csv", rows), tmp_path / "list.results.xlsx"
    resent(here, path, first=1)
    resent(world, book, first=1)
    mend(book, {(6, "body"): "corrected"})
    copy = Path(shutil.copy(book, tmp_path / "list.results (1).xlsx"))
    book.unlink()
    ended = resent(here, path)
    assert ended.told("send.not_taken_in", name=copy.name, numbers=row_numbers([6]))
    assert rows[4] in ended.came
    assert sheet_rows(copy)[4]["body"] == "corrected"


def test_so_does_one_where_the_result_goes(here: World, begun: Path, tmp_path: Path, rows: list[list[str]]) -> None:
    output = Path(shutil.copy(begun, tmp_path / "theirs.xlsx"))
    assert resent(here, tmp_path / "list.csv", output=output).came == [rows[2]]


def test_so_does_one_beside_a_list_that_was_moved(
    here: World, begun: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    assert resent(here, begun.with_name("list.csv")).came == [rows[2]]


@pytest.mark.parametrize("is_copied", [True, False])
def test_so_does_one_beside_a_list_that_was_moved_and_is_resumed(
    here: World, begun: Path, tmp_path: Path, rows: list[list[str]], is_copied: bool
) -> None:
    if not is_copied:
        (tmp_path / "list.csv").unlink()
        (tmp_path / "list.results.xlsx").unlink()
    assert [
        row for row in here.resumes(str(begun.with_name("list.csv")), no_preflight=True).came if row != rows[2]
    ] == []


def test_so_does_one_where_this_computer_sent_the_list_elsewhere(
    world: World, here: World, tmp_path: Path, rows: list[list[str]]
) -> None:
    path = write_csv(tmp_path / "list.csv", rows)
    there = replace(here, environment={**here.environment, "WOLKVOX_SERVER": "0777"})
    resent(there, path, output=tmp_path / "elsewhere.xlsx")
    shutil.move(world.sent(path), tmp_path / "list.results-B.xlsx")
    here.ui = there.ui
    here.person({"other_destination": "yes", "duplicates": "no"})
    assert resent(here, path).came == [rows[2]]


# Foreign ones


def of_another_list(path: Path, world: World) -> None:
    other = world.sent(write_csv(path.with_name("other.csv"), interactions(3, start=70)))
    shutil.move(other, path)


def of_a_sandbox(path: Path, world: World) -> None:
    practising = replace(world.another_computer("practice"), environment={}, is_wired=True)
    ended = practising.sends(path.with_name("list.csv"), sandbox=SandboxConfig(latency_seconds=0), output=path)
    assert ended.json["results"] == str(path)


def of_problems(path: Path, world: World) -> None:
    bad = interactions(2)
    bad[0][0] = ""
    assert world.checks(write_csv(path.with_name("bad.csv"), bad)).code == 2
    shutil.move(path.with_name("bad.problems.xlsx"), path)


def of_their_own(path: Path, _: World) -> None:
    write_xlsx(path, [["1", "accepted"]], ["Row", "Status"])


@pytest.mark.parametrize("foreign", [of_another_list, of_a_sandbox, of_problems, of_their_own])
def test_a_file_that_is_proven_foreign_keeps_nothing_back_and_stays(
    world: World, here: World, tmp_path: Path, rows: list[list[str]], foreign: Callable[[Path, World], None]
) -> None:
    write_csv(tmp_path / "list.csv", rows)
    beside = tmp_path / "list.results-7.xlsx"
    foreign(beside, world)
    before = beside.read_bytes()
    assert resent(here, tmp_path / "list.csv").came == sorted(rows)
    assert beside.read_bytes() == before


# The template


@pytest.mark.parametrize(
    ("name", "sha256", "is_used"),
    [
        (SHIPPED, None, True),
        ("mine/add_interaction", None, True),  # the same template under another name
        (SHIPPED, "ab" * 32, True),  # it was changed since
        ("mine/other", "ab" * 32, False),
    ],
)
def test_a_template_is_the_same_by_its_bytes_or_its_name(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]], name: str, sha256: str | None, is_used: bool
) -> None:
    manifest = manifest_of(book)
    assert manifest is not None
    tamper(book, template=name, template_sha256=sha256 or manifest.template_sha256)
    ended = resent(here, tmp_path / "list.csv")
    assert ended.came == ([rows[2]] if is_used else sorted(rows))
    assert ended.told("beside.other_template", template=name, count=5) is not is_used


def test_what_was_sent_from_here_with_a_copy_of_the_template_counts_and_nothing_else_is_said(
    world: World, tmp_path: Path, rows: list[list[str]]
) -> None:
    a_list = write_csv(tmp_path / "list.csv", rows)
    first = copied_template(tmp_path / "one", "pagos.toml")
    second = copied_template(tmp_path / "two", "pagos3.toml")
    second.write_text(second.read_text(encoding="utf-8") + "\n# a copy\n", encoding="utf-8")
    accepted = world.sends(a_list, ReadOptions(template=str(first)), no_preflight=True).json["accepted"]
    ended = world.sends(a_list, ReadOptions(template=str(second)), no_preflight=True)
    assert ended.json["skipped"] == accepted > 0
    assert ended.told("beside.other_template_here", template="pagos", given="pagos3", count=accepted)
    assert not ended.told("beside.other_template")


def test_a_template_of_ones_own_is_known_again_in_another_folder(
    world: World, here: World, tmp_path: Path, rows: list[list[str]]
) -> None:
    a_list = write_csv(tmp_path / "list.csv", rows)
    first = copied_template(tmp_path / "ana", "avisos.toml")
    second = copied_template(tmp_path / "luis", "mensajes.toml")
    world.sends(a_list, ReadOptions(template=str(first)), no_preflight=True)
    ended = here.sends(a_list, ReadOptions(template=str(second)), no_preflight=True)
    assert ended.came == [rows[2]]


# The place


def manifest(path: Path) -> Manifest:
    found = manifest_of(path)
    assert found is not None
    return found


@pytest.mark.parametrize("sends_workbook", [False, True])
def test_what_another_destination_accepted_is_not_accepted_here(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]], sends_workbook: bool
) -> None:
    before = book.read_bytes()
    here.environment = {**here.environment, "WOLKVOX_SERVER": "0777"}
    ended = resent(here, book if sends_workbook else tmp_path / "list.csv")
    assert ended.came == sorted(rows)
    assert ended.told("beside.other_place", name="list.results.xlsx", count=5)
    assert book.read_bytes() == before  # that workbook says what the other destination accepted
    written = Path(ended.json["results"])
    assert manifest(written).place != manifest(book).place
    assert {line["Row"]: line["Status"] for line in sheet_rows(written)} == {
        number: "rejected" if number == 4 else "accepted" for number in range(2, 8)
    }


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_person_is_asked_whether_rows_go_to_another_destination_too(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]], answer: str
) -> None:
    assert book.exists()
    here.environment = {**here.environment, "WOLKVOX_SERVER": "0777"}
    ui = here.person({"other_destination": answer})
    ended = resent(here, tmp_path / "list.csv")
    assert ui.questions == ["other_destination"]
    assert ended.came == (sorted(rows) if answer == "yes" else [])
    assert answer == "yes" or ended.why.startswith("Nothing was sent: according to list.results.xlsx")


def test_a_workbook_that_does_not_say_its_place_counts_and_that_is_told(
    here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    tamper(book, place="")
    ended = resent(here, tmp_path / "list.csv")
    assert ended.came == [rows[2]]
    assert ended.told("beside.place_unknown", name="list.results.xlsx")


# Several


def test_all_workbooks_of_the_list_count_together(
    world: World, here: World, book: Path, tmp_path: Path, rows: list[list[str]]
) -> None:
    """Two computers went on from one workbook; what each accepted is not sent again."""
    kept = book.read_bytes()
    resent(world, mend(book, {(4, "rp_id"): "61001"}))
    book.rename(tmp_path / "list.results-2.xlsx")
    book.write_bytes(kept)  # the older one, and the newer by its time
    ended = resent(here, tmp_path / "list.csv")
    assert (ended.code, ended.came) == (0, [])
    assert rows[2][6] != "61001"
