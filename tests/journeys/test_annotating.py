"""A clerk's own workbook: marked, corrected, sent, given back with statuses, corrected again; nothing goes twice."""

from pathlib import Path

from tests.books import GOOD
from tests.conftest import Command, PracticeProcess, environment, interactions
from tests.own_books import HEADER_ROW, RP_ID, edited, our_cells, own_workbook
from uploader.sandbox import UNKNOWN_ROUTING_POINT

_BAD, _REFUSED = 4, 7


def test_from_marks_to_statuses(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    rows = interactions(8)
    rows[_BAD - HEADER_ROW - 1][6], rows[_REFUSED - HEADER_ROW - 1][6] = "", UNKNOWN_ROUTING_POINT
    path = own_workbook(tmp_path / "list.xlsx", rows)
    to = ["--base-url", practice.url, "--yes", "--annotate"]
    checked = uploader("check", path, "--annotate", env=environment())
    marked, status = tmp_path / "list.marked.xlsx", tmp_path / "list.status.xlsx"
    assert checked.code == 2
    assert str(marked) in checked.out + checked.err
    edited(marked, {(_BAD, RP_ID): GOOD})
    first = uploader("send", marked, *to, env=environment())
    assert first.code == 1, first.err
    assert str(status) in first.out + first.err
    edited(status, {(_REFUSED, RP_ID): GOOD})
    assert uploader("send", status, *to, env=environment()).code == 0
    assert set(our_cells(status, "Status (upload)")) == {"accepted"}
    assert uploader("send", status, *to, env=environment()).code == 0
    came = [row["rp_id"] for row in practice.bodies()]
    assert len(came) == 9
    assert came.count(UNKNOWN_ROUTING_POINT) == 1
