"""A result or problems workbook, mended and sent again: what arrives is what was mended, and nothing twice."""

import json
import os
import shutil
import socket
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import BAD, OURS, World, arranged, hidden, mend, page, refused, summary, tamper
from tests.conftest import (
    FIELDS,
    SHIPPED,
    Command,
    PracticeProcess,
    environment,
    interactions,
    sheet_rows,
    start_practice,
    write_csv,
    write_xlsx,
)
from tests.processes import started
from tests.servers import gated
from tests.waiting import HANG_SECONDS, until
from uploader.sandbox import UNKNOWN_ROUTING_POINT
from uploader.workbooks.manifest import canonical_text

AWKWARD = (
    "line one\r\nline two\r\n\r\nline four",
    "_x0041_",
    "_x005F_x0041_ and _x000D_",
    "0012300",
    "=1+1",
    "+57 300 123 4567",
    "-5 %",
    "@SUM(A1)",
    "tab\there\tand there",
    "emoji 👩‍👩‍👧 🎉, e\u0301 and ü",
    "12345678901234567890",
    "2024-01-05",
    "TRUE",
    "'quoted",
    "<b>bold</b> &amp; ]]> &#10;",
)
GOOD = "61001"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("shared"), "--latency", "0", "--quota", "100000")


@pytest.fixture
def world(uploader: Command, shared: PracticeProcess, tmp_path: Path) -> World:
    """One server for all tests of the file; each sees what itself sent."""
    return World(uploader, shared.from_now_on(), tmp_path)


def statuses(path: Path, column: str = "Status") -> list[str]:
    return [line[column] for line in sheet_rows(path)]


def standing(path: Path) -> dict[Any, str]:
    return {line["Row"]: line["Status"] for line in sheet_rows(path)}


def with_cell(row: list[str], **cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(FIELDS, row, strict=True)]


def awkward_rows() -> list[list[str]]:
    """Each awkward text in a row that is taken, then in one that is refused."""
    rows = interactions(2 * len(AWKWARD))
    for at, row in enumerate(rows):
        row[4], row[5], row[1] = f"case {at}", AWKWARD[at // 2], AWKWARD[at // 2]
        row[6] = UNKNOWN_ROUTING_POINT if at % 2 else GOOD
    return rows


@pytest.mark.parametrize("kind", ["moved", "xlsx", "another computer"])
def test_only_what_was_mended_and_the_other_rejected_rows_arrive_byte_for_byte(
    world: World, tmp_path: Path, kind: str
) -> None:
    rows = awkward_rows()
    book = world.sent(rows, "--stop-after", "1000")
    if kind == "xlsx":
        escaped = [[cell.replace("_x", "_x005F_x").replace("\r", "_x000D_") for cell in row] for row in rows]
        ended, _ = world.send(write_xlsx(tmp_path / "list.xlsx", escaped), "--stop-after", "1000", "--send-duplicates")
        book = Path(ended.json["results"])
    if kind == "moved":
        (tmp_path / "mail").mkdir()
        book = book.rename(tmp_path / "mail" / "corregido (2).xlsx")
        (tmp_path / "list.csv").unlink()
    mended = {3: "=mended", 5: "0099", 9: "añejo 🎉\nsecond"}
    mend(book, {(row, "subject"): text for row, text in mended.items()} | {(row, "rp_id"): GOOD for row in mended})
    for row, text in mended.items():
        rows[row - 2][4], rows[row - 2][6] = text, GOOD
    more = {"UPLOADER_HOME": world.another_computer} if kind == "another computer" else {}
    ended, came = world.send(book, "--stop-after", "1000", "--no-preflight", **more)
    assert came == sorted(rows[1::2])
    assert ended.json["results"] == str(book)
    assert [ended.json[name] for name in ("rows", "accepted", "skipped", "rejected")] == [
        len(rows), 3, len(AWKWARD), len(AWKWARD) - 3,
    ]  # fmt: skip
    lines = sheet_rows(book)
    assert list(lines[0]) == ["Row", *FIELDS, *OURS]
    assert [line["Row"] for line in lines] == list(range(2, 2 + len(rows)))
    assert [line["Status"] == "accepted" for line in lines] == [row[6] == GOOD for row in rows]


def backwards(lines: list[list[Any]]) -> list[list[Any]]:
    return [lines[0], *reversed(lines[1:])]


def with_column_at(at: int) -> Callable[[list[list[Any]]], list[list[Any]]]:
    return lambda lines: [[*line[:at], "note" if not nth else f"n{nth}", *line[at:]] for nth, line in enumerate(lines)]


CHANGES: dict[str, Callable[[list[list[Any]]], list[list[Any]]]] = {
    "sorted, ours to the front": lambda lines: [[*line[8:], *line[:8]] for line in backwards(lines)],
    "rows deleted, a column between": lambda lines: with_column_at(4)(
        [line for line in lines if line[0] not in (2, 9)]
    ),
    "columns moved, a column in front": lambda lines: with_column_at(0)(
        [[line[0], *reversed(line[1:8]), *line[8:]] for line in lines]
    ),
    "some of ours deleted, a column at the end": lambda lines: with_column_at(9)([line[:9] for line in lines]),
    "ours filled with nonsense, a column among them": lambda lines: with_column_at(10)(
        [lines[0], *([*line[:9], "404", "=1+1", "send it", "x", -1, "never", "y"] for line in lines[1:])]
    ),
}


@pytest.mark.parametrize("how", CHANGES)
def test_rows_are_known_by_their_number_and_columns_by_the_hidden_sheet(world: World, how: str) -> None:
    rows = refused()
    book = world.sent_before()
    before = sheet_rows(book)
    mend(book, {(4, "rp_id"): GOOD})
    rows[2][6] = GOOD
    ended, came = world.send(arranged(book, CHANGES[how]), "--no-preflight")
    assert came == sorted([rows[2], rows[5]])
    assert (ended.code, ended.json["rows"]) == (1, 6 if "deleted, a column between" in how else 8)
    lines = sheet_rows(book)
    assert [line["Row"] for line in lines] == list(range(2, 10))  # also those that were deleted
    assert [[line[name] or "" for name in FIELDS] for line in lines] == rows
    kept = [at for at in range(8) if at + 2 not in BAD]
    assert [[lines[at][name] for name in OURS] for at in kept] == [[before[at][name] for name in OURS] for at in kept]
    assert ("note" in lines[0]) == ("a column" in how)


def test_rows_without_a_number_are_new_and_then_known(world: World) -> None:
    rows, more = refused(), interactions(2, start=50)
    book = world.sent(rows)
    with page(book) as lines:
        lines.append([None, *more[0]])
        lines.insert_rows(3)
        for column, cell in enumerate(more[1], start=2):
            lines.cell(3, column, cell)
    ended, came = world.send(book, "--no-preflight")
    assert came == sorted([rows[2], rows[5], *more])
    assert (ended.json["rows"], ended.json["accepted"]) == (10, 2)
    lines = sheet_rows(book)
    assert [line["Row"] for line in lines] == list(range(2, 12))
    assert {line["from"]: line["Status"] for line in lines[8:]} == {row[0]: "accepted" for row in more}
    _, came = world.send(book, "--no-preflight")
    assert came == sorted([rows[2], rows[5]])


@pytest.mark.parametrize(
    ("value", "complaint"), [(4, "row number is the same as in line 4"), ("four", "no number of a row")]
)
def test_a_row_number_that_stands_twice_or_is_none_stops_everything(world: World, value: Any, complaint: str) -> None:
    book = mend(world.sent_before(), {(7, "Row"): value})
    before = book.read_bytes()
    ended, came = world.send(book)
    assert (ended.code, came) == (2, [])
    assert complaint in ended.err
    assert "A7" in ended.err
    assert book.read_bytes() == before


def test_without_row_or_status_it_is_refused(world: World) -> None:
    book = world.sent_before()
    whole = book.read_bytes()
    for column, name in (("Status", None), ("Status", "Estado"), ("Row", "Fila")):
        book.write_bytes(whole)
        with page(book) as lines:
            at = [cell.value for cell in lines[1]].index(column) + 1
            if name is None:
                lines.delete_cols(at)
            else:
                lines.cell(1, at, name)
        ended, came = world.send(book)
        assert (ended.code, came) == (2, [])
        assert f"its column {column} is missing or has lost its name" in ended.err


def test_a_list_may_have_columns_named_as_ours(world: World, tmp_path: Path) -> None:
    rows = refused(4, (4,))
    own = ["R1", "mine", "my advice", "mine too"]
    header = [*FIELDS, "Row", "Status", "Advice", "Status (upload)"]
    ended, _ = world.send(
        write_csv(tmp_path / "list.csv", [[*row, *own] for row in rows], header=header), "--no-preflight"
    )
    book = Path(ended.json["results"])
    names = list(sheet_rows(book)[0])
    assert (len(names), len(set(names))) == (len(header) + 9, len(header) + 9)
    mend(book, {(4, "rp_id"): GOOD, (4, "Status"): "accepted"})
    _, came = world.send(book, "--no-preflight")
    assert came == [with_cell(rows[2], rp_id=GOOD)]
    lines = sheet_rows(book)
    assert list(lines[0]) == names
    assert [list(line.values())[len(header) + 1] for line in lines] == ["accepted"] * 4
    assert [line["Status"] for line in lines] == ["mine", "mine", "accepted", "mine"]
    assert {(line["Row"], line["Advice"], line["Status (upload)"]) for line in lines} == {
        ("R1", "my advice", "mine too")
    }


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_accepted_row_that_was_changed_is_named_and_sent_only_when_it_is_said(world: World, elsewhere: bool) -> None:
    rows = refused(6, ())
    book = mend(world.sent(rows), {(3, "body"): "changed", (6, "toname"): "007"})
    more = {"UPLOADER_HOME": world.another_computer} if elsewhere else {}
    ended, came = world.send(book, **more)
    assert (ended.code, came) == (0, [])
    assert "2 rows already accepted but edited since: row 3, 6." in ended.err
    assert "--send-duplicates" in ended.err
    assert statuses(book) == ["accepted"] * 6
    ended, came = world.send(book, "--send-duplicates", **more)
    assert came == [with_cell(rows[1], body="changed"), with_cell(rows[4], toname="007")]
    assert sheet_rows(book)[1]["body"] == "changed"
    ended, came = world.send(book, "--send-duplicates", **more)
    assert came == []  # nothing is changed any more


@pytest.mark.parametrize("elsewhere", [False, True])
def test_unknown_rows_go_only_when_it_is_said(world: World, elsewhere: bool) -> None:
    rows = refused(5, (6,))
    rows[1][4] = f"[practice reset-after x1] {world.folder}"
    rows[2][4] = f"[practice reset-after x1] mended {world.folder}"
    book = world.sent(rows)
    assert statuses(book) == ["accepted", "unknown", "unknown", "accepted", "rejected"]
    mend(book, {(4, "body"): "mended"})
    rows[2][5] = "mended"
    more = {"UPLOADER_HOME": world.another_computer} if elsewhere else {}
    ended, came = world.send(book, "--no-preflight", **more)
    assert came == [rows[4]]
    assert ended.json["unknown"] == 2
    assert "2 rows were sent before without a usable answer" in ended.err
    assert statuses(book)[1:3] == ["unknown", "unknown"]
    ended, came = world.send(book, "--no-preflight", "--resend-unknown", **more)
    assert [row[0] for row in came] == [rows[1][0], rows[2][0], rows[4][0]]


def test_complaints_name_the_cells_of_the_workbook_at_hand(world: World) -> None:
    book = mend(world.sent_before(), {(4, "rp_id"): "", (7, "from"): "  "})
    arranged(book, lambda lines: with_column_at(1)(backwards(lines)))  # row 4 is line 7, row 7 line 4
    ended, came = world.send(book)
    assert (ended.code, came) == (2, [])
    assert "rp_id is empty in 1 row: I7." in ended.err
    assert "from is empty in 1 row: C4." in ended.err
    assert (ended.json["invalid"], ended.json["skipped"]) == (2, 6)
    problems = sheet_rows(world.folder / "list.problems.xlsx", "Problems")
    assert {line["Row"] for line in problems if line["Problem"]} == {4, 7}


def test_what_is_skipped_now_stays_accepted_in_the_workbook(world: World, tmp_path: Path) -> None:
    book = world.sent_before()
    before = sheet_rows(book)
    ended, _ = world.send(tmp_path / "list.csv", "--no-preflight")
    assert [ended.json[name] for name in ("accepted", "skipped", "rejected", "requests")] == [0, 6, 2, 2]
    assert statuses(book).count("accepted") == 6
    assert [[line[name] for name in OURS] for line in sheet_rows(book) if line["Row"] not in BAD] == [
        [line[name] for name in OURS] for line in before if line["Row"] not in BAD
    ]


def test_the_list_sent_again_after_its_workbook_was_mended_sends_nothing_twice(world: World, tmp_path: Path) -> None:
    book = mend(world.sent_before(), {(4, "rp_id"): GOOD, (7, "rp_id"): GOOD})
    ended, came = world.send(book)
    assert (ended.code, len(came)) == (0, 2)
    ended, came = world.send(tmp_path / "list.csv", "--no-preflight")
    assert came == []
    assert standing(book) == dict.fromkeys(range(2, 10), "accepted")


def test_a_problems_workbook_is_mended_sent_and_renewed_in_place(world: World, tmp_path: Path) -> None:
    rows = interactions(6)
    rows[1][6] = rows[3][0] = ""
    ended, came = world.send(write_csv(tmp_path / "list.csv", rows))
    assert (ended.code, came) == (2, [])
    book = (tmp_path / "list.problems.xlsx").rename(tmp_path / "to mend.xlsx")
    mend(book, {(3, "rp_id"): GOOD}, "Problems")
    ended, came = world.send(arranged(book, backwards, "Problems"))
    assert (ended.code, came) == (2, [])
    assert "from is empty in 1 row: D4." in ended.err  # backwards, row 5 stands in line 4
    assert {line["Row"] for line in sheet_rows(book, "Problems") if line["Problem"]} == {5}
    assert not (tmp_path / "list.problems.xlsx").exists()
    mend(book, {(5, "from"): "me@example.com"}, "Problems")
    ended, came = world.send(book)
    rows[1][6], rows[3][0] = GOOD, "me@example.com"
    assert (ended.code, came) == (0, sorted(rows))
    lines = sheet_rows(Path(ended.json["results"]))
    assert [line["Row"] for line in lines] == list(range(2, 8))
    assert [[line[name] or "" for name in FIELDS] for line in lines] == rows
    assert hidden(Path(ended.json["results"]))["list_name"] == "list.csv"
    _, came = world.send(book)
    assert came == []


def test_the_workbook_beside_a_list_counts_where_the_journal_does_not_know_it(world: World, tmp_path: Path) -> None:
    rows = refused()
    book = world.sent_before()
    ended, came = world.send(tmp_path / "list.csv", "--no-preflight", UPLOADER_HOME=world.another_computer)
    assert came == [rows[2], rows[5]]
    assert "has results that this computer has no record of" in ended.err
    assert Counter(statuses(book)) == {"accepted": 6, "rejected": 2}
    assert len(sheet_rows(book, "Attempts")) == 10
    other = write_csv(tmp_path / "list.csv", rows[:3])  # another list under the same name
    _, came = world.send(other, "--no-preflight", UPLOADER_HOME=str(tmp_path / "third"))
    assert came == rows[:3]


def test_from_the_workbook_alone_it_goes_on_and_on(world: World, tmp_path: Path) -> None:
    rows = refused()
    book = mend(world.sent_before(), {(4, "rp_id"): GOOD})
    before = sheet_rows(book)
    for nth, number_of_requests in enumerate((10, 11, 12)):  # each on a computer that knows nothing
        _, came = world.send(book, "--no-preflight", UPLOADER_HOME=str(tmp_path / f"computer {nth}"))
        assert came == ([with_cell(rows[2], rp_id=GOOD), rows[5]] if nth == 0 else [rows[5]])
        assert len(sheet_rows(book, "Attempts")) == number_of_requests
    after = sheet_rows(book)
    assert [after[at]["Attempts"] for at in (2, 5)] == [2, 4]
    evidence = [name for name in OURS if name != "Advice"]
    assert [[after[at][name] for name in evidence] for at in (0, 1, 7)] == [
        [before[at][name] for name in evidence] for at in (0, 1, 7)
    ]


@pytest.mark.parametrize("what", ["cut", "redacted"])
def test_what_a_workbook_does_not_show_comes_from_the_journal_or_is_asked_for(world: World, what: str) -> None:
    rows = refused(4, (3, 4))
    if what == "cut":
        for at in (0, 1, 2):
            rows[at][5] = f"{at} long".ljust(40_000, "é")
    book = world.sent(rows, *(["--redact", "to"] if what == "redacted" else []))
    mend(book, {(3, "rp_id"): GOOD})
    rows[1][6] = GOOD
    ended, came = world.send(book, "--no-preflight", UPLOADER_HOME=world.another_computer)
    assert (ended.code, came) == (2, [])
    column, words = ("G", "The text was cut") if what == "cut" else ("D", "left out of the workbook (--redact)")
    assert words in ended.err
    assert f"in 2 rows: {column}3, {column}4." in ended.err
    ended, came = world.send(book, "--no-preflight")
    assert came == sorted([rows[1], rows[2]])


def test_a_workbook_of_practice_is_never_sent_to_the_api(world: World, tmp_path: Path) -> None:
    rows = refused(2, (3,))
    ended = world.uploader("send", write_csv(tmp_path / "list.csv", rows), "--sandbox", "--no-preflight", "--json")
    book = mend(Path(ended.json["results"]), {(3, "rp_id"): GOOD})
    for home in (os.environ["UPLOADER_HOME"], world.another_computer):
        ended, came = world.send(book, UPLOADER_HOME=home)
        assert (ended.code, came) == (2, [])
        assert "tells of practice" in ended.err
    ended = world.uploader("send", book, "--sandbox", "--json")
    assert (ended.code, ended.json["accepted"], ended.json["skipped"]) == (0, 1, 1)


def test_a_mended_run_that_is_killed_goes_on_and_sends_nothing_twice(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = refused(24, tuple(range(4, 26)))
    with gated(practice, passing=24 + 4) as (server, gate):
        world = World(uploader, server, tmp_path)
        book = world.sent(rows, "--stop-after", "1000")
        mend(book, {(number, "rp_id"): GOOD for number in range(4, 26)})
        seen = practice.from_now_on()
        with started("send", book, "--base-url", server.url) as run:
            until(lambda: len(seen.received()) == 6, "four rows answered and two under way")
            run.kill()
        gate.open()
        ended, _ = world.send(book)
    assert ended.code in (0, 1)
    lines = sheet_rows(book)
    assert [line["Row"] for line in lines] == list(range(2, 26))
    taken = Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])
    assert set(taken.values()) == {1}
    accepted = {line["from"] for line in lines if line["Status"] == "accepted"}
    assert accepted <= set(taken)
    assert {line["Status"] for line in lines if line["from"] not in accepted} <= {"unknown"}
    assert len(lines) - len(accepted) == 2


def test_the_sheet_of_attempts_has_every_request_of_all_jobs(world: World, tmp_path: Path) -> None:
    rows = refused()
    rows[1][4] = f"[practice error-500 x1] {tmp_path}"
    book = world.sent(rows)
    world.send(mend(book, {(4, "rp_id"): GOOD}), "--no-preflight")
    world.send(tmp_path / "list.csv", "--no-preflight", "--resend-unknown")
    world.send(mend(book, {(2, "body"): "other"}), "--no-preflight", "--send-duplicates")
    told = Counter(line["Row"] for line in sheet_rows(book, "Attempts"))
    number = {row[0]: at for at, row in enumerate(rows, start=2)}
    assert told == Counter(number[body["from"]] for body in world.practice.bodies())
    assert {line["Row"]: line["Attempts"] for line in sheet_rows(book)} == dict(told)
    codes = Counter(str(line["Response code"] or "") for line in sheet_rows(book, "Attempts"))
    assert codes["404"] == sum(line["code"] == 404 for line in world.practice.received())
    assert summary(book)["Requests"] == told.total()


def copied_template(folder: Path, name: str, **changed: str) -> Path:
    """The shipped template with some of its text replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = Path(__file__).parents[2] / "templates" / "wolkvox"
    (folder / "api.toml").write_bytes((shipped / "api.toml").read_bytes())
    text = (shipped / "add_interaction.toml").read_text(encoding="utf-8")
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_another_template_than_the_workbooks_is_refused(world: World, tmp_path: Path) -> None:
    book = mend(world.sent_before(), {(4, "rp_id"): GOOD})
    other = copied_template(tmp_path / "mine", "other.toml", subject="topic")
    ended, came = world.send(book, "-t", str(other))
    assert (ended.code, came) == (2, [])
    assert f"rows that were sent with the template {SHIPPED}" in ended.err
    ended, came = world.send(book, "-t", SHIPPED)
    assert (ended.code, len(came)) == (1, 2)


@pytest.fixture
def attacker() -> Iterator[tuple[str, Callable[[], bool]]]:
    """The address of a server that nothing may reach, and whether something did."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def was_reached() -> bool:
            try:
                listening.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield f"http://127.0.0.1:{listening.getsockname()[1]}", was_reached


def test_a_workbook_never_decides_where_the_token_goes(
    world: World, tmp_path: Path, attacker: tuple[str, Callable[[], bool]]
) -> None:
    url, was_reached = attacker
    book = mend(world.sent_before(), {(4, "rp_id"): GOOD})
    evil = copied_template(tmp_path / "evil", "evil.toml", **{"https://wv{{wolkvox_server}}.wolkvox.com": url})
    where = dict.fromkeys(("destination", "base_url", "url", "sent_to"), url) | {
        "settings": json.dumps({"wolkvox_server": "evil", "base_url": url})
    }
    whole = book.read_bytes()
    here, elsewhere = environment(), environment(UPLOADER_HOME=world.another_computer)
    for template, command, env in (
        (str(evil), ["send", book], here),
        (str(evil), ["send", book, "--base-url", world.practice.url], elsewhere),
        ("evil/evil.toml", ["preview", book, "--row", "4"], elsewhere),
    ):
        book.write_bytes(whole)
        tamper(book, template=template, **where)
        ended = world.uploader(*command, env=env)
        assert (ended.code, was_reached()) == (2, False)
        assert "is none that `uploader templates` shows" in ended.err
    book.write_bytes(whole)
    tamper(book, **where)
    shown = world.uploader("preview", book, "--row", "4", env=elsewhere)
    assert "https://wv0042.wolkvox.com/" in shown.out
    came = world.practice.from_now_on()
    ended = world.uploader("send", book, env=here)  # where it went before, the journal knows
    assert (ended.code, was_reached()) == (1, False)
    assert [body["rp_id"] for body in came.bodies()] == [GOOD, UNKNOWN_ROUTING_POINT]
    assert {line["headers"]["wolkvox_server"] for line in came.received()} == {"0042"}


def as_saved(row: list[str]) -> list[str]:
    """What LibreOffice leaves of texts whose only source its file is."""
    return [canonical_text(cell) for cell in row]


SOFFICE = shutil.which("soffice")


def saved_by_libreoffice(path: Path, folder: Path) -> Path:
    """The same workbook, opened and saved by LibreOffice, which has a profile of its own here."""
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "saved"), str(path)], capture_output=True, timeout=HANG_SECONDS, check=True
    )
    shutil.copy(folder / "saved" / path.name, path)
    with zipfile.ZipFile(path) as package:
        assert b"LibreOffice" in package.read("docProps/app.xml")
    return path


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_mended_in_libreoffice_no_row_looks_changed(world: World, tmp_path: Path) -> None:
    rows = awkward_rows()
    book = mend(world.sent(rows, "--stop-after", "1000"), {(3, "rp_id"): GOOD, (5, "subject"): "=mended"})
    rows[1][6], rows[3][4] = GOOD, "=mended"
    saved_by_libreoffice(book, tmp_path)
    copy = Path(shutil.copy(book, tmp_path / "copy.xlsx"))
    assert world.uploader("verify", book).out.count("differs in") == 2
    ended, came = world.send(book, "--stop-after", "1000", "--no-preflight")
    assert came == sorted(rows[1::2])
    assert "changed since" not in ended.err
    assert statuses(book).count("accepted") == len(AWKWARD) + 1
    ended, came = world.send(copy, "--stop-after", "1000", "--no-preflight", UPLOADER_HOME=world.another_computer)
    assert "changed since" not in ended.err
    assert list(map(as_saved, came)) == sorted(map(as_saved, rows[1::2]))


def test_a_row_number_that_the_list_does_not_have_is_complained_about(world: World) -> None:
    book = mend(world.sent_before(), {(3, "Row"): 99})
    ended, came = world.send(book)
    assert (ended.code, came) == (2, [])
    assert "no row of the list has that number in 1 row: A3." in ended.err


def test_rows_that_do_not_stand_in_the_file_are_told(world: World) -> None:
    book = world.sent_before()
    arranged(book, lambda lines: [line for line in lines if line[0] not in (4, 5)])
    ended, _ = world.send(book)
    assert f"2 rows from earlier runs are not in {book.name}." in ended.err


def test_a_status_changed_by_hand_is_not_believed_on_another_computer(world: World) -> None:
    rows = refused(6, (4,))
    book = mend(world.sent(rows), {(3, "Status"): "rejected", (4, "Status"): "accepted"})
    ended, came = world.send(book, UPLOADER_HOME=world.another_computer)
    assert (came, ended.json["unknown"]) == ([], 2)
    assert "edited by hand and can't be trusted: row 3, 4." in ended.err
    ended, came = world.send(book)  # where it was sent from, what was made is known
    assert came == [rows[2]]
    assert statuses(book) == ["accepted", "accepted", "rejected", "accepted", "accepted", "accepted"]


def test_requests_are_counted_once_however_often_the_workbook_travels(world: World) -> None:
    rows = refused(5, (4,))
    book = world.sent(rows)
    world.send(book, UPLOADER_HOME=world.another_computer)
    world.send(book)
    assert len(sheet_rows(book, "Attempts")) == 7
    assert sheet_rows(book)[2]["Attempts"] == 3


def test_advice_names_the_cells_of_its_own_workbook(world: World) -> None:
    rows = refused(4, ())
    rows[2][0] = ""
    ended, _ = world.send(write_csv(world.folder / "list.csv", rows), "--skip-invalid")
    assert "A4" in ended.err
    assert sheet_rows(world.folder / "list.results.xlsx")[2]["Advice"].startswith("B4: from is empty.")
    assert sheet_rows(world.folder / "list.problems.xlsx", "Problems")[2]["Problem"].startswith("D4: from is empty.")


def test_a_result_sheet_saved_without_its_hidden_sheet_is_pointed_out(world: World) -> None:
    book = world.sent_before()
    header, *lines = openpyxl.load_workbook(book)["Results"].iter_rows(values_only=True)
    plain = write_csv(
        world.folder / "copy.csv",
        [[str(cell or "") for cell in line] for line in lines],
        [str(name) for name in header],
    )
    ended, _ = world.send(plain)
    assert "but not its hidden sheet" in ended.err
