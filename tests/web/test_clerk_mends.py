"""What was wrong is corrected in a workbook, as Excel saves it, and goes on from the same page."""

from collections import Counter
from pathlib import Path

from tests.books import mend
from tests.conftest import agreed, sheet_rows, write_csv
from tests.waiting import until
from tests.web.clerk import Clerk, Office, customers
from tests.web.visits import write_own
from uploader.sandbox import UNKNOWN_ROUTING_POINT


def test_what_was_rejected_is_corrected_in_the_result_workbook(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    rows = customers(5)
    rows[1][6], rows[3][4] = UNKNOWN_ROUTING_POINT, ""
    clerk.checks(write_csv(tmp_path / "uno.csv", rows)).sends(4).reads("web.result.correct", count=2)
    mend(office.result_of("uno"), {(3, "rp_id"): "61002", (5, "subject"): "Caso 4"})
    clerk.press("page.action.send_corrected").is_at_review().reads("web.review.can_go", count=2)
    clerk.sends(2).reads("web.result.nothing_left")
    assert clerk.counts == ["Todas (5)", "5 aceptadas"]
    assert agreed(sheet_rows(office.result_of("uno")), office.practice) == ["accepted"] * 5
    assert Counter(one["subject"] for one in office.practice.bodies()) == {
        "Caso 1": 1, "Caso 2": 2, "Caso 3": 1, "Caso 4": 1, "Caso 5": 1,
    }  # fmt: skip


def test_the_workbook_of_errors_is_opened_corrected_and_sent(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    rows = customers(4)
    rows[1][0], rows[2][6] = "", ""
    clerk.checks(write_csv(tmp_path / "uno.csv", rows)).press("page.action.write_problems").is_at_review()
    (problems,) = office.lists.glob("uno/*.problems.xlsx")
    clerk.press("page.action.open_workbook").reads("web.opened", name=problems.name)
    until(lambda: office.opened == [str(problems)], "the program for workbooks")
    with clerk.page.expect_download() as saved:
        clerk.follow("web.review.download_problems")
    assert saved.value.path().read_bytes() == problems.read_bytes()
    mend(problems, {(3, "from"): "ana2@correo.test", (4, "rp_id"): "61003"}, sheet="Problems")
    clerk.press("web.review.corrected_there").is_at_review().reads("web.review.can_go", count=4).sends(4)
    assert sorted(row["from"] for row in office.practice.bodies()) == [row[0] for row in customers(4)]


def test_the_own_workbook_comes_back_marked_and_is_uploaded_corrected(
    clerk: Clerk, office: Office, tmp_path: Path
) -> None:
    (tmp_path / "uno.xlsx").write_bytes(b"")
    clerk.chooses(tmp_path / "uno.xlsx").reads("web.list.not_read", name="uno.xlsx")
    rows, address = customers(4), clerk.page.url
    rows[2][0] = ""
    clerk.checks(write_own(tmp_path / "uno.xlsx", rows))
    assert clerk.page.url == address
    clerk.press("page.action.marked_copy").is_at_review()
    with clerk.page.expect_download() as saved:
        clerk.follow("web.review.download_problems")
    marked = tmp_path / saved.value.suggested_filename
    saved.value.save_as(marked)
    mend(marked, {(4, "from"): "ana3@correo.test"}, sheet="Lista")
    clerk.opens("page.action.upload_corrected").chooses(marked).reads("web.review.can_go", count=4).sends(4)
    assert sorted(row["from"] for row in office.practice.bodies()) == [row[0] for row in customers(4)]
