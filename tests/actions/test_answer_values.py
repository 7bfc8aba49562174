"""Values of the answers: in every place where a row is shown, on every computer, and as the next list's columns."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import mend
from tests.conftest import sheet_rows, write_csv, write_xlsx
from tests.tickets import PLACE, Tickets, templates
from tests.transports import answer
from tests.worlds import Ending, World
from uploader.actions.job_rows import job_rows
from uploader.actions.options import ReadOptions
from uploader.actions.outcome import job_of
from uploader.i18n import Message
from uploader.model.http import Arrival, Response, SendFailure

HEADER = ["subject", "note"]
LOST = SendFailure(Arrival.MAYBE, Message("failure.too_late", seconds=60), 60_000)


def no_to_screens_and_nothing_to_mice(subject: str) -> Response | SendFailure | None:
    if subject == "screen":
        return answer({"status": 400, "message": "no"}, 400)
    return LOST if subject == "mouse" else None


class Desk:
    """A list of tickets on one computer, and both templates."""

    def __init__(self, world: World, folder: Path) -> None:
        self.api = Tickets()
        self.folder = folder
        self.world = self.with_api(world)
        self.create, self.update = templates(folder / "templates")
        self.book = folder / "list.results.xlsx"

    def with_api(self, world: World) -> World:
        world.elsewhere[PLACE] = self.api
        return world

    def list(self, *rows: Sequence[str], name: str = "list.csv") -> Path:
        return write_csv(self.folder / name, rows, HEADER)

    def sends(self, path: Path, template: str, *, on: World | None = None, read: Any = None, **options: Any) -> Ending:
        mapping = read or {}
        return (on or self.world).sends(path, ReadOptions(template=template, mapping=mapping), **options)

    def step_two(self, path: Path | None = None, **options: Any) -> Ending:
        return self.sends(path or self.book, self.update, read={"id": "ticket_id"}, **options)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    return Desk(world, tmp_path)


def column(path: Path, name: str) -> list[Any]:
    return [line[name] for line in sheet_rows(path)]


THREE = (("printer", "a"), ("screen", "b"), ("mouse", "c"))


def test_the_workbook_the_values_of_python_and_the_page_have_them(desk: Desk) -> None:
    ended = desk.sends(desk.list(*THREE), desk.create)
    assert (ended.code, column(desk.book, "ticket_id")) == (0, ["0041", "0042", "0043"])
    assert [line["link"] for line in sheet_rows(desk.book, "Attempts")] == [
        f"{PLACE}/{id_}" for id_ in desk.api.created
    ]
    outcome = job_of(None, desk.world.session)
    assert outcome.columns[-3:] == ["Duration ms", "ticket_id", "link"]
    assert [values[-2] for _, values in outcome.rows()] == ["0041", "0042", "0043"]
    assert outcome.attempt_columns[-2:] == ["ticket_id", "link"]
    assert [values[-2] for values in outcome.attempts()] == ["0041", "0042", "0043"]
    page = job_rows(1, desk.world.session, sandbox=False, status=None, text="0042", skip=0, limit=10)
    assert (page.kept_columns, [row.kept[0] for row in page.rows]) == (["ticket_id", "link"], ["0042"])


def test_a_skipped_row_of_another_list_has_the_value_of_the_request_that_was_accepted(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    ended = desk.sends(desk.list(("mouse", "z"), ("desk", "y"), name="other.csv"), desk.create)
    book = Path(ended.json["results"])
    assert [(line["Status"], line["ticket_id"]) for line in sheet_rows(book)] == [
        ("skipped", "0043"),
        ("accepted", "0044"),
    ]


def test_a_list_with_a_column_of_that_name_keeps_it(desk: Desk) -> None:
    path = write_csv(desk.folder / "list.csv", [["mine", "printer"]], ["Ticket_ID", "subject"])
    desk.sends(path, desk.create)
    (line,) = sheet_rows(desk.book)
    assert (line["Ticket_ID"], line["ticket_id (answer)"]) == ("mine", "0041")


# The next list's columns


def test_another_template_takes_them_and_the_first_workbook_stays_as_it_is(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    before = desk.book.read_bytes()
    ended = desk.step_two()
    assert (ended.code, desk.api.updated) == (0, [("0041", "a"), ("0042", "b"), ("0043", "c")])
    assert Path(ended.json["results"]).name == "list.update.results.xlsx"
    assert desk.book.read_bytes() == before
    lines = sheet_rows(desk.folder / "list.update.results.xlsx")
    assert [*lines[0]][:5] == ["Row", "subject", "note", "ticket_id", "link"]
    assert [line["version"] for line in lines] == ["1", "2", "3"]
    assert desk.world.verifies(desk.book).code == 0


def test_sent_again_nothing_goes_twice(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    desk.step_two()
    ended = desk.step_two()
    assert (ended.code, len(desk.api.updated)) == (0, 3)
    assert (ended.json["job"], ended.json["results"]) == (2, str(desk.folder / "list.update.results.xlsx"))
    ended = desk.sends(desk.folder / "list.update.results.xlsx", desk.update)
    assert (ended.code, len(desk.api.updated), ended.json["job"]) == (0, 3, 2)
    ended = desk.sends(desk.book, desk.create)
    assert (ended.code, len(desk.api.created), ended.json["job"]) == (0, 3, 1)


def test_rows_without_a_value_are_invalid_and_go_once_they_have_one(desk: Desk) -> None:
    desk.api.says = lambda subject: answer({"status": 400, "message": "no"}, 400) if subject == "screen" else None
    desk.sends(desk.list(*THREE), desk.create)
    ended = desk.step_two()
    assert (ended.code, desk.api.updated) == (2, [])
    assert "because the row was not accepted in the first step, with create" in ended.screen
    assert "Fill in the cell" not in ended.screen
    ended = desk.step_two(skip_invalid=True)
    assert desk.api.updated == [("0041", "a"), ("0042", "c")]
    assert column(Path(ended.json["results"]), "Status") == ["accepted", "invalid", "accepted"]
    desk.api.says = lambda _: None
    desk.sends(desk.book, desk.create)
    ended = desk.step_two()
    assert desk.api.updated == [("0041", "a"), ("0042", "c"), ("0043", "b")]
    lines = sheet_rows(Path(ended.json["results"]))
    assert [(line["Status"], line["version"]) for line in lines] == [
        ("skipped", "1"),
        ("accepted", "3"),
        ("skipped", "2"),
    ]


def test_of_a_row_that_may_have_arrived_a_person_types_the_value(desk: Desk) -> None:
    desk.api.says = lambda subject: LOST if subject == "mouse" else None
    desk.sends(desk.list(*THREE), desk.create)
    ended = desk.step_two()
    assert (ended.code, desk.api.updated) == (2, [])
    assert "Fill in the cell" in ended.screen
    assert "not accepted in the first step" not in ended.screen


def test_a_template_that_takes_none_of_them_is_refused(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    ended = desk.sends(desk.book, desk.update, read={"id": "subject"})
    assert (ended.code, desk.api.updated) == (2, [])
    assert "takes none of the answers' values in it (ticket_id, link)" in ended.why


def test_a_workbook_without_any_is_refused_as_ever(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    desk.step_two()
    kept = Path(desk.create)
    kept.write_text(kept.read_text().partition("[answer.columns]")[0], encoding="utf-8")
    plain = desk.list(("lamp", "a"), name="plain.csv")
    desk.sends(plain, desk.create)
    ended = desk.sends(desk.folder / "plain.results.xlsx", desk.update)
    assert (ended.code, len(desk.api.updated)) == (2, 3)
    assert "To send them with update, send the original list." in ended.why


def test_what_was_practised_is_no_value_for_the_api(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    book = openpyxl.load_workbook(desk.book)
    line = next(cells for cells in book["uploader"].iter_rows(max_col=2) if cells[0].value == "practice")
    line[1].value = "yes"
    book.save(desk.book)
    ended = desk.step_two()
    assert (ended.code, desk.api.updated) == (2, [])
    assert "values that a sandbox made up" in ended.why


def test_a_person_s_own_column_goes_along_and_one_that_was_renamed_is_theirs(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    book = openpyxl.load_workbook(desk.book)
    page = book["Results"]
    names = [cell.value for cell in page[1]]
    page.cell(1, page.max_column + 1).value = "urgent"
    page.cell(2, page.max_column).value = "yes"
    page.cell(1, names.index("link") + 1).value = "address"
    book.save(desk.book)
    ended = desk.step_two()
    assert len(desk.api.updated) == 3
    (first, *_) = sheet_rows(Path(ended.json["results"]))
    assert (first["urgent"], first["address"]) == ("yes", f"{PLACE}/0041")


def test_hidden_values_are_never_sent_as_they_are_shown(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create, redact=["note"])
    ended = desk.step_two()
    assert (ended.code, desk.api.updated) == (2, [])
    assert "he value was hidden in the workbook" in ended.screen


def test_a_value_that_was_cut_is_never_sent(desk: Desk) -> None:
    desk.api.says = lambda subject: answer({"status": 201, "ticket": {"id": "9" * 40_000}}, 201)
    desk.sends(desk.list(*THREE[:1]), desk.create)
    ended = desk.step_two()
    assert (ended.code, desk.api.updated) == (2, [])
    assert "he workbook has only a part of the text" in ended.screen


# On another computer


def test_another_computer_takes_them_in_and_its_workbook_has_them(desk: Desk) -> None:
    desk.api.says = no_to_screens_and_nothing_to_mice
    desk.sends(desk.list(*THREE, ("desk", "d")), desk.create)
    desk.api.says = lambda _: None
    other = desk.with_api(desk.world.another_computer())
    ended = desk.sends(desk.book, desk.create, on=other)
    lines = sheet_rows(Path(ended.json["results"]))
    assert [(line["Status"], line["ticket_id"]) for line in lines] == [
        ("accepted", "0041"),
        ("accepted", "0043"),
        ("unknown", None),
        ("accepted", "0042"),
    ]
    told = {(line["Row"], line["ticket_id"]) for line in sheet_rows(desk.book, "Attempts") if line["ticket_id"]}
    assert told == {(2, "0041"), (5, "0042"), (3, "0043")}
    assert other.verifies(desk.book).code == 0
    desk.sends(desk.folder / "list.csv", desk.create)
    assert len(desk.api.created) == 3
    assert column(desk.book, "ticket_id") == ["0041", "0043", None, "0042"]


def test_one_that_somebody_edited_is_no_word_of_the_api(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    mend(desk.book, {(3, "ticket_id"): "0099"})
    assert desk.world.verifies(desk.book).complaints == ["row 3 differs in “ticket_id”"]
    other = desk.with_api(desk.world.another_computer())
    ended = desk.sends(desk.book, desk.create, on=other)
    assert ended.told("recovered.doubtful", count=1)
    assert column(Path(ended.json["results"]), "Status") == ["accepted", "unknown", "accepted"]


def test_what_somebody_typed_there_is_not_overwritten(desk: Desk) -> None:
    path = desk.list(*THREE)
    desk.sends(path, desk.create)
    mend(desk.book, {(3, "ticket_id"): "0099"})
    ended = desk.sends(path, desk.create)
    assert Path(ended.json["results"]).name == "list.results-2.xlsx"
    assert column(desk.book, "ticket_id")[1] == "0099"


def test_step_two_on_another_computer_than_step_one(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    mailed = desk.folder / "mail" / "list.results.xlsx"
    mailed.parent.mkdir()
    shutil.copyfile(desk.book, mailed)
    other = desk.with_api(desk.world.another_computer())
    desk.step_two(mailed, on=other)
    assert desk.api.updated == [("0041", "a"), ("0042", "b"), ("0043", "c")]
    ended = desk.sends(mailed.parent / "list.update.results.xlsx", desk.update)
    assert (ended.code, len(desk.api.updated)) == (0, 3)


def test_three_computers_pass_the_workbook_on_and_no_value_is_lost(desk: Desk) -> None:
    """Each sends two rows of the list, and renews the workbook that the others wrote."""
    path = desk.list(*((f"subject {number}", "n") for number in range(6)))
    computers = [desk.world, *(desk.with_api(desk.world.another_computer(name)) for name in ("second", "third"))]
    for nth, computer in enumerate(computers, start=1):
        desk.sends(path if nth % 2 else desk.book, desk.create, on=computer, first=2)
        assert [value for value in column(desk.book, "ticket_id") if value] == [*desk.api.created][: 2 * nth]
    assert sorted(desk.api.created.values()) == [f"subject {number}" for number in range(6)]
    for computer in computers:
        desk.sends(desk.book, desk.create, on=computer)
        assert column(desk.book, "ticket_id") == [*desk.api.created]
        assert computer.verifies(desk.book).code == 0
    assert len(desk.api.created) == 6


def test_a_row_of_unknown_outcome_goes_on_another_computer_with_the_id_that_it_had(desk: Desk) -> None:
    template = Path(desk.create)
    text = template.read_text(encoding="utf-8").replace(
        "[request.json]", 'headers = { Key = "{{request_id}}" }\n[request.json]'
    )
    template.write_text(text, encoding="utf-8")
    desk.api.says = no_to_screens_and_nothing_to_mice
    desk.sends(desk.list(*THREE), desk.create)
    other = desk.with_api(desk.world.another_computer())
    desk.sends(desk.book, desk.create, on=other, resend_unknown=True)
    third = desk.with_api(desk.world.another_computer("third"))
    desk.api.says = lambda _: None
    desk.sends(desk.book, desk.create, on=third, resend_unknown=True)
    sent = [(json.loads(one.body)["subject"], one.headers["Key"]) for one in desk.world.transport.requests]
    sent += [(json.loads(one.body)["subject"], one.headers["Key"]) for one in other.transport.requests]
    sent += [(json.loads(one.body)["subject"], one.headers["Key"]) for one in third.transport.requests]
    of_mouse = [key for subject, key in sent if subject == "mouse"]
    assert (len(of_mouse), len(set(of_mouse))) == (3, 1)
    of_screen = [key for subject, key in sent if subject == "screen"]
    assert len(of_screen) == len(set(of_screen)) > 1, "what was rejected goes again as another request"


def test_a_copy_of_the_person_s_own_workbook_has_them_and_is_a_list_for_the_second_step(desk: Desk) -> None:
    path = write_xlsx(desk.folder / "list.xlsx", [list(row) for row in THREE], HEADER)
    ended = desk.sends(path, desk.create, annotate=True)
    status = desk.folder / "list.status.xlsx"
    assert ended.told("annotate.written", path=str(status))
    lines = sheet_rows(status, "List")
    assert [line["ticket_id"] for line in lines] == ["0041", "0042", "0043"]
    assert desk.world.verifies(status).code == 0
    assert desk.step_two(status).code == 0
    assert [id_ for id_, _ in desk.api.updated] == ["0041", "0042", "0043"]


def test_what_is_forgotten_is_gone_from_every_place(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    home = desk.world.home
    assert any(b"tickets.example/0041" in path.read_bytes() for path in home.rglob("journal*") if path.is_file())
    with desk.world.session.journal(sandbox=False) as journal:
        journal.forget([1], everything=False)
    assert not any(b"tickets.example/0041" in path.read_bytes() for path in home.rglob("journal*") if path.is_file())


def test_a_row_that_another_list_of_another_computer_had_sent_keeps_its_value_there(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    ended = desk.sends(desk.list(("mouse", "z"), ("desk", "y"), ("lamp", "x"), name="second.csv"), desk.create, first=1)
    mailed = desk.folder / "mail" / "second.results.xlsx"
    mailed.parent.mkdir()
    shutil.copyfile(Path(ended.json["results"]), mailed)
    other = desk.with_api(desk.world.another_computer())
    desk.sends(mailed, desk.create, on=other)
    assert [(line["Status"], line["ticket_id"]) for line in sheet_rows(mailed)] == [
        ("skipped", "0043"),
        ("accepted", "0044"),
        ("accepted", "0045"),
    ]


def test_what_is_wrong_with_the_second_list_is_mended_in_its_problems_workbook(desk: Desk) -> None:
    desk.api.says = no_to_screens_and_nothing_to_mice
    desk.sends(desk.list(*THREE[:2]), desk.create)
    before = desk.book.read_bytes()
    desk.step_two()
    problems = desk.folder / "list.update.problems.xlsx"
    _, line = sheet_rows(problems, "Problems")
    assert (line["Row"], line["ticket_id"], "not accepted in the first step" in line["Problem"]) == (3, None, True)
    mend(problems, {(3, "ticket_id"): "0077"}, "Problems")
    ended = desk.sends(problems, desk.update)
    assert (ended.code, desk.api.updated) == (0, [("0041", "a"), ("0077", "b")]), ended.why
    ended = desk.step_two()
    assert (ended.code, len(desk.api.updated)) == (0, 2)
    assert desk.book.read_bytes() == before


def test_no_copy_of_our_own_workbook_is_made_for_the_second_step(desk: Desk) -> None:
    desk.sends(desk.list(*THREE), desk.create)
    before = desk.book.read_bytes()
    ended = desk.step_two(annotate=True)
    assert (ended.code, len(desk.api.updated)) == (0, 3)
    assert desk.book.read_bytes() == before
    assert sorted(path.name for path in desk.folder.glob("*.xlsx")) == ["list.results.xlsx", "list.update.results.xlsx"]
