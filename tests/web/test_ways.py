"""Whole ways of a clerk through the pages, over HTTP, judged by the API's own record and by what the workbooks say."""

from collections import Counter
from pathlib import Path
from urllib.request import Request, urlopen

import openpyxl

from tests.books import BAD, mend, refused
from tests.conftest import FIELDS, accounts_for, interactions, sheet_rows, write_csv, write_xlsx
from tests.servers import Gate, serving
from tests.waiting import HANG_SECONDS, until
from tests.web.visits import Sandbox, Seen, Site, Visitor, opened, sandbox, write_own
from uploader.i18n.rows import some_of
from uploader.sandbox.server import NEW_DAY_PATH


def workbook_of(site: Site) -> Path:
    """The result workbook that stands beside the only list."""
    (found,) = site.lists.glob("*/*.results.xlsx")
    return found


def statuses(site: Site, rows: list[list[str]]) -> list[str]:
    return [line["Status"] for line in accounts_for(workbook_of(site), rows)]


def send_all(visitor: Visitor, count: int, going: int | None = None) -> Seen:
    """From a checked list to the result."""
    visitor.press("web.review.continue", count=count)
    return visitor.press("page.action.send", count=going or count)


def times(api: Sandbox) -> Counter[str]:
    """How often each row came, by sender."""
    return Counter(row[0] for row in api.rows())


# Check


def with_errors(count: int) -> list[list[str]]:
    """Row 3 has no sender, row 4 no routing point, every row from 10 on no subject."""
    rows = interactions(count)
    rows[1][0] = ""
    rows[2][6] = ""
    for row in rows[8:]:
        row[4] = ""
    return rows


def test_errors_stand_in_their_cells_and_are_looked_through_by_cause_text_and_page(
    tmp_path: Path, visitor: Visitor, api: Sandbox
) -> None:
    rows = with_errors(130)
    page = visitor.drop(write_csv(tmp_path / "Enero.csv", rows))
    address = page.path
    assert page.says("web.review.can_go", count=6)
    assert page.says("web.review.invalid", count=124)
    assert page.numbers == [3, 4, *range(10, 58)]  # those with errors alone, and fifty of them
    # The cells that are wrong come first, and say what is wrong with them.
    columns = [name for name in page.header if name in FIELDS]
    assert columns == ["from", "subject", "body", "rp_id", "fromname", "to", "toname"]
    cells = [dict(zip(page.header, row, strict=True)) for row in page.rows[:3]]
    assert [[row["from"], row["subject"], row["rp_id"]] for row in cells] == [
        ["“from” está vacío. Complete la celda.", rows[1][4], rows[1][6]],
        [rows[2][0], "two lines 00003", "“rp_id” está vacío. Complete la celda."],
        [rows[8][0], "“subject” está vacío. Complete la celda.", rows[8][6]],
    ]

    assert visitor.look(f"{address}?show=errors&page=3").numbers == list(range(108, 132))
    assert visitor.look(f"{address}?show=errors&page=99").numbers == list(range(108, 132))
    assert visitor.look(f"{address}?show=going").numbers == [2, *range(5, 10)]
    assert visitor.look(f"{address}?show=all").numbers == list(range(2, 52))
    causes = [href for text, href in page.links if "?cause=" in href]
    assert len(causes) == 3
    assert visitor.look(f"{causes[0].partition('#')[0]}&page=3").numbers == list(range(110, 132))
    assert sorted(visitor.look(one.partition("#")[0]).numbers[0] for one in causes) == [3, 4, 10]

    assert visitor.look(f"{address}?show=all&q=FROM77%40").numbers == [78]
    nandu = [number for number, row in enumerate(rows, start=2) if "ñandú" in "".join(row)]
    assert visitor.look(f"{address}?show=all&q=%C3%91AND%C3%9A").numbers == nandu
    nothing = visitor.look(f"{address}?show=all&q=nobody+has+this")
    assert nothing.numbers == []
    assert nothing.says("web.search.found", count=0)
    assert api.lines() == []


def test_a_list_is_corrected_outside_and_its_result_is_of_the_corrected_one(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = with_errors(7)
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    assert page.says("web.review.invalid", count=2)
    address = page.path
    mended = interactions(7)
    page = visitor.drop(write_xlsx(tmp_path / "lista corregida.xlsx", mended))
    assert page.path == address
    assert page.says("web.review.can_go", count=7)
    page = send_all(visitor, 7)
    assert api.rows(taken=True) == sorted(mended)
    assert statuses(site, mended) == ["accepted"] * 7


def test_the_problems_workbook_is_corrected_and_its_rows_go_with_the_others(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = with_errors(7)
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    send_all(visitor, 5)
    assert len(api.rows(taken=True)) == 5
    visitor.look(page.path)
    assert not list(site.lists.glob("*/*.problems.xlsx"))
    page = visitor.press("page.action.write_problems")
    (problems,) = site.lists.glob("*/*.problems.xlsx")
    assert page.says("web.review.workbook_at", path=str(problems))
    assert visitor.file(page.link("web.review.download_problems")) == problems.read_bytes()
    mend(problems, {(3, "from"): "from2@example.com", (4, "rp_id"): "61003"}, sheet="Problems")
    page = visitor.press("web.review.corrected_there")
    send_all(visitor, 2)
    assert api.rows(taken=True) == sorted(interactions(7))
    assert set(times(api).values()) == {1}


LEAD = """
title = "A lead"
[request]
url = "https://crm.example/leads"
json = { name = "{{first_name}}", phone = "{{phone}}", amount = "{{amount}}" }
[columns.first_name]
[columns.phone]
[columns.amount]
"""


def test_where_no_column_fills_a_field_they_are_asked_for_and_what_stays_behind_is_said(
    tmp_path: Path, visitor: Visitor, site: Site
) -> None:
    known = site.home / "templates" / "crm"
    known.mkdir(parents=True)
    (known / "lead.toml").write_text(LEAD, encoding="utf-8")
    visitor.look("/")
    page = visitor.drop(write_csv(tmp_path / "l.csv", [["Ana", "300"]], ["Cliente", "Celular"]), template="crm/lead")
    assert page.stage == "asking"
    (form,) = [form for form in page.forms if form.action.endswith("/answers")]
    assert dict(form.fields)["column amount"] == "-"
    assert "Ninguna columna de la lista llena un campo de la plantilla" in page.text
    page = visitor.press("web.ask.continue", {"column phone": "B"})
    assert page.says("web.review.can_go", count=1)
    page = visitor.press("web.review.continue", count=1)
    assert page.says("plan.unfilled", count=2, fields=some_of(["first_name", "amount"]))
    assert page.says("read.not_sent", columns="“Cliente” (A)")


def test_columns_of_other_names_are_asked_for_once_and_can_be_changed(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    header = ["Remite", "Nombre", "Destino", "Nombre del destino", "Asunto", "Cuerpo", "Punto"]
    rows = interactions(3)
    page = visitor.drop(write_csv(tmp_path / "uno.csv", rows, header))
    assert page.stage == "asking"
    (form,) = [form for form in page.forms if form.action.endswith("/answers")]
    asked = [name for name in form.names if name.startswith("column ")]
    assert {"column from", "column to", "column rp_id"} <= set(asked)
    right = dict(zip([f"column {name}" for name in FIELDS], "ABCDEFG", strict=True))
    chosen = {name: right[name] for name in asked}

    again = visitor.press("web.ask.continue", {**chosen, "column from": ""})
    assert again.stage == "asking"
    assert again.says("web.ask.choose", about="from")
    kept = next(form for form in again.forms if form.action.endswith("/answers"))
    assert dict(kept.fields)["column rp_id"] == "G"

    page = visitor.press("web.ask.continue", chosen)
    assert page.says("web.review.can_go", count=3)

    page = visitor.look(f"{page.path}/columns")
    page = visitor.press("web.columns.use", {"field fromname": "B", "field toname": "B"})
    assert page.says("web.review.can_go", count=3)
    send_all(visitor, 3)
    expected = [[*row[:3], row[1], *row[4:]] for row in rows]
    assert api.rows(taken=True) == sorted(expected)

    # The next list with these columns is read at once.
    visitor.look("/")
    page = visitor.drop(write_csv(tmp_path / "dos.csv", interactions(2, start=50), header))
    assert page.path.startswith("/lists/")
    assert page.says("web.review.can_go", count=2)


def test_which_sheet_is_asked_for_and_can_be_changed(tmp_path: Path, visitor: Visitor) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Enero"
    for sheet, start in ((book["Enero"], 1), (book.create_sheet("Febrero"), 100)):
        for cells in [list(FIELDS), *interactions(3, start=start)]:
            sheet.append([cell.replace("=", "") for cell in cells])
    book.save(tmp_path / "libro.xlsx")
    page = visitor.drop(tmp_path / "libro.xlsx")
    assert page.stage == "asking"
    assert "Febrero" in page.text
    assert visitor.press("web.ask.continue").says("web.ask.choose", about="sheet")
    page = visitor.press("web.ask.continue", {"sheet": "2"})
    assert "from100@example.com" in page.text
    (chooses,) = [form for form in page.forms if "sheet" in form.names]
    page = visitor.post(chooses.action, sheet="Enero")
    assert "from1@example.com" in page.text
    assert "from100@example.com" not in page.text


# Send


def test_a_trial_goes_first_and_the_others_after_it(tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox) -> None:
    rows = interactions(8)
    rows[6][0] = ""
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    page = visitor.press("web.review.continue", count=7)
    assert api.rows() == []
    assert page.says("web.plan.stays")
    assert page.says("web.review.invalid", count=1)
    assert page.says("web.rows", count=7)
    assert page.says("web.plan.pilot_text")
    assert "997" in page.text  # of the quota
    assert api.url in page.text

    page = visitor.press("page.action.pilot", count=5)
    assert page.path == "/jobs/1"
    assert api.rows() == sorted(rows[:5])
    assert statuses(site, rows) == ["accepted"] * 5 + ["not sent", "invalid", "not sent"]
    assert page.numbers == list(range(2, 10))
    assert page.says("web.status.accepted", count=5)
    assert visitor.look("/jobs/1?show=not_sent").numbers == [7, 9]
    assert visitor.look("/jobs/1?show=accepted&q=NAME+3").numbers == [4]

    page = visitor.press("page.action.resume")
    assert page.text.count("990") == 1  # of the quota, once
    page = visitor.press("page.action.send", count=2)
    assert page.path == "/jobs/1"
    assert statuses(site, rows) == ["accepted"] * 6 + ["invalid", "accepted"]
    assert set(times(api).values()) == {1}
    assert not page.has_button("page.action.resume")
    assert visitor.file("/jobs/1/workbook") == workbook_of(site).read_bytes()


def test_who_does_not_want_it_sends_nothing_and_is_back_at_the_list(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(3)))
    address = page.path
    visitor.press("web.review.continue", count=3)
    page = visitor.press("web.plan.not_now")
    assert page.path == address
    assert api.rows() == []
    assert not list(site.lists.glob("*/*.results.xlsx"))
    assert visitor.look("/history").says("web.history.nothing")
    visitor.look(address)
    send_all(visitor, 3)
    assert len(api.rows()) == 3


def test_a_list_that_was_sent_sends_nothing_again_but_duplicates_that_a_person_wants(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = interactions(4)
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    send_all(visitor, 4)
    visitor.look("/")
    more = [*rows[:2], *interactions(2, start=20)]
    page = visitor.drop(write_xlsx(tmp_path / "otra.xlsx", more))
    assert page.says("web.review.can_go", count=2)
    assert visitor.look(f"{page.path}?show=skipped").numbers == [2, 3]
    page = visitor.press("web.review.continue", count=2)
    page = visitor.press("page.action.send", {"duplicates": "yes"}, count=2)
    assert set(times(api).values()) == {1, 2}
    assert {sender for sender, often in times(api).items() if often == 2} == {row[0] for row in rows[:2]}


def test_a_sending_that_is_stopped_under_way_loses_nothing_and_goes_on_later(
    tmp_path: Path, own_world: Path, api: Sandbox, settings_at_hand: None, api_that_ends_soon: None
) -> None:
    rows, gate = interactions(9), Gate(api.url, 3)
    with serving(gate.handle) as (url, gate.loop), opened(tmp_path / "page", own_world, base_url=url) as site:
        visitor = site.visitor()
        visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
        visitor.press("web.review.continue", count=9)
        page = visitor.press("page.action.send", waits=False, count=9)
        until(lambda: len(api.rows()) == 5, "the rows under way")
        until(lambda: visitor.state(page.path)["far"].startswith("3 "), "three answers")
        state = visitor.state(page.path)
        assert (state["stage"], state["percent"], state["is_sending"], state["stopping"]) == (
            "running",
            33,
            True,
            False,
        )
        assert visitor.look("/", waits=False).says("web.start.under_way", name="lista.xlsx")
        visitor.look(page.path, waits=False)
        page = visitor.press("page.action.stop", waits=False)
        assert page.says("web.sending.stopping")
        assert visitor.state(page.path)["stopping"]
        gate.open()
        page = visitor.look(page.path)
        assert page.path == "/jobs/1"
        assert statuses(site, rows) == ["accepted"] * 5 + ["not sent"] * 4
        page = visitor.press("page.action.resume")
        page = visitor.press("page.action.send", count=4)
        assert statuses(site, rows) == ["accepted"] * 9
    assert api.rows(taken=True) == sorted(rows)


# Settle


def with_faults(*faults: str) -> list[list[str]]:
    rows = interactions(len(faults) + 1)
    for row, fault in zip(rows, faults, strict=False):
        row[1] = f"[practice {fault} x1]"
    return rows


def test_rows_that_may_have_arrived_are_settled_one_by_one_and_together(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = with_faults("reset-after", "reset-before", "reset-before", "html")
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    page = send_all(visitor, 5)
    assert page.stage == "asking"  # the first three got no answer: a person says whether to go on
    assert len(api.rows()) == 3
    page = visitor.press("web.ask.continue", {"go_on": "yes"})
    assert statuses(site, rows) == ["unknown"] * 4 + ["accepted"]
    assert page.says("web.result.unknown", count=4)
    page = visitor.look("/jobs/1?show=unknown")
    assert page.numbers == [2, 3, 4, 5]
    assert page.says("web.settle.text")

    page = visitor.press("page.action.arrived")  # nothing is ticked
    assert page.says("settle.no_rows")
    page = visitor.press("page.action.arrived", {"row": ["2", "5"]})
    assert page.says("web.result.settled_arrived", count=2)
    visitor.look("/jobs/1?show=unknown")
    page = visitor.press("page.action.not_arrived", {"which": "all"})
    assert page.says("web.result.settled_not_arrived", count=2)
    assert times(api)[rows[1][0]] == 1

    page = visitor.press("page.action.resume")
    page = visitor.press("page.action.send", count=2)
    assert [times(api)[row[0]] for row in rows] == [1, 2, 2, 1, 1]
    assert api.rows(taken=True) == sorted(rows)  # each of them once
    assert statuses(site, rows) == ["accepted"] * 5


def test_unknown_rows_are_sent_again_only_where_a_person_wants_it(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = with_faults("reset-before")
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    send_all(visitor, 2)
    visitor.look("/jobs/1?show=unknown")
    visitor.press("page.action.resend_unknown")
    visitor.press("page.action.send", count=1)
    assert [times(api)[row[0]] for row in rows] == [2, 1]
    assert statuses(site, rows) == ["accepted"] * 2


# Correct


def test_rows_that_were_rejected_are_corrected_in_the_workbook_and_sent_from_there(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = refused(8)
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
    page = send_all(visitor, 8)
    assert page.says("web.status.rejected", count=2)
    assert page.says("web.result.correct", count=2)
    mend(workbook_of(site), {(row, "rp_id"): "61001" for row in BAD})
    page = visitor.press("page.action.send_corrected")
    assert page.path == "/lists/job-1"
    assert page.says("web.review.can_go", count=2)
    page = send_all(visitor, 2)
    assert page.says("web.status.accepted", count=8)
    assert [times(api)[row[0]] for row in rows] == [2 if number in BAD else 1 for number in range(2, 10)]
    assert set(Counter(row[0] for row in api.rows(taken=True)).values()) == {1}
    assert [line["Status"] for line in sheet_rows(workbook_of(site))] == ["accepted"] * 8


# Keep, verify, forget


def test_the_result_is_verified_copied_and_forgotten(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = refused(8)
    list_ = visitor.drop(write_own(tmp_path / "lista.xlsx", rows))
    send_all(visitor, 8)
    page = visitor.press("page.action.status_copy")
    (copy,) = site.lists.glob("*/*.status.xlsx")
    assert page.says("annotate.written", path=str(copy))
    assert visitor.file(page.link("web.result.download_own")) == copy.read_bytes()

    workbook = workbook_of(site)
    workbook.unlink()
    page = visitor.look("/jobs/1")
    assert not page.has_button("page.action.results")
    page = visitor.press("web.result.write")
    assert page.says("web.result.written", path=str(workbook))
    good = tmp_path / "resultado.xlsx"
    good.write_bytes(visitor.file("/jobs/1/workbook"))

    visitor.look("/verify")
    page = visitor.drop(good)
    assert page.says("web.verify.good", name="lista.xlsx")
    mend(good, {(4, "Status"): "accepted"})
    page = visitor.drop(good)
    assert page.says("web.verify.differs")
    assert page.says("screen.row", row="4")

    page = visitor.look("/history")
    assert "lista.xlsx" in page.text
    page = visitor.look("/jobs/1/forget")
    assert str(workbook) in page.text
    page = visitor.press("page.action.forget")
    assert page.path == "/history"
    assert page.says("forget.done")
    assert list(site.lists.iterdir()) == []
    page = visitor.look("/jobs/1")
    assert page.says("web.status.accepted", count=6)
    assert rows[0][0] not in page.text
    assert visitor.look(list_.path).status == 400
    assert not visitor.look("/").says("web.start.not_sent_yet")
    assert len(api.rows()) == 8


def test_a_copy_of_the_own_workbook_with_the_errors_marked_is_corrected_and_sent(
    tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    rows = with_errors(6)
    page = visitor.drop(write_own(tmp_path / "lista.xlsx", rows))
    page = visitor.press("page.action.marked_copy")
    (marked,) = site.lists.glob("*/*.marked.xlsx")
    assert page.says("web.review.workbook_at", path=str(marked))
    assert visitor.file(page.link("web.review.download_problems")) == marked.read_bytes()
    book = openpyxl.load_workbook(marked)
    sheet = book["Lista"]
    sheet["A3"], sheet["G4"] = "from2@example.com", "61003"
    book.save(marked)
    page = visitor.press("web.review.corrected_there")
    assert page.says("web.review.can_go", count=6)
    send_all(visitor, 6)
    assert api.rows(taken=True) == sorted(interactions(6))


def test_practice_goes_nowhere_and_says_so(tmp_path: Path, visitor: Visitor, api: Sandbox, site: Site) -> None:
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(3)))
    page = visitor.press("page.action.practice")
    assert page.says("web.practice.text")
    assert page.says("web.plan.to_practice")
    page = visitor.press("page.action.send", count=3)
    assert page.path == "/practice/1"
    assert page.says("web.practice.text")
    assert [row[1][:8] for row in page.rows] == ["aceptada"] * 3
    assert api.lines() == []
    assert visitor.look("/jobs/1").status == 400
    assert list(site.lists.glob("*/*.results.xlsx")) == [workbook_of(site)]
    page = visitor.look("/")
    assert page.says("web.practice.tag")
    assert page.says("web.start.not_sent_yet")  # the list itself still is to be sent


def new_day(api: Sandbox) -> None:
    with urlopen(Request(f"{api.url}{NEW_DAY_PATH}", method="POST"), timeout=HANG_SECONDS):  # our own
        pass


def test_a_quota_that_is_used_up_stops_it_in_good_order_and_the_rest_goes_the_next_day(
    tmp_path: Path, own_world: Path, settings_at_hand: None, api_that_ends_soon: None
) -> None:
    rows = interactions(8)
    with (
        sandbox(tmp_path / "sandbox", quota=6) as api,
        opened(tmp_path / "page", own_world, base_url=api.url, language="pt") as site,
    ):
        visitor = site.visitor()
        visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows))
        page = visitor.press("web.review.continue", count=8)
        assert page.says("web.plan.quota")
        page = visitor.press("page.action.send", count=8)
        assert page.path == "/jobs/1"
        assert page.says("web.result.stopped")
        before = len(api.rows(taken=True))
        assert 0 < before < 8
        assert statuses(site, rows).count("accepted") == before
        while (left := 8 - len(api.rows(taken=True))) > 0:
            new_day(api)
            visitor.press("page.action.resume")
            visitor.press("page.action.send", count=left)
            assert len(api.rows(taken=True)) > 8 - left
        assert statuses(site, rows) == ["accepted"] * 8
        assert visitor.look("/jobs/1").says("web.result.nothing_left")
        assert not visitor.look("/jobs/1").says("web.result.stopped")
        assert api.rows(taken=True) == sorted(rows)
