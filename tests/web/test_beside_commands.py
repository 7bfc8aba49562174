"""The page and the command line share one journal: neither costs the other what it wrote, also when one is killed."""

from pathlib import Path

import pytest

from tests.conftest import Command, PracticeProcess, interactions, sheet_rows, write_csv
from tests.processes import started
from tests.waiting import until
from tests.web.conftest import link_of
from tests.web.visits import Visitor


@pytest.mark.usefixtures("api_that_ends_soon")
def test_a_command_while_the_page_sends_and_then_a_kill_make_no_row_go_twice(
    practice: PracticeProcess, uploader: Command, tmp_path: Path, documents: Path
) -> None:
    rows = interactions(40)
    with started("app", "--no-open", "--base-url", practice.url) as page:
        visitor = Visitor(link_of(page))
        visitor.drop(write_csv(tmp_path / "list.csv", rows))
        visitor.press("web.review.continue", count=40)
        visitor.press("page.action.send", waits=False, count=40)
        for at_least in (4, 8, 12):
            until(lambda: len(practice.received()) >= at_least, "some rows")  # noqa: B023  # it is called at once
            visitor.look("/history")
            assert uploader("history").code == 0
        page.kill()
    arrived = len(practice.received())
    assert uploader("resume", "--yes", "--base-url", practice.url).code in {0, 1}
    senders = [body["from"] for body in practice.bodies()]
    assert len(senders) == len(set(senders)), "a row went twice"
    assert arrived < len(senders)
    (workbook,) = documents.rglob("list.results.xlsx")
    lines = {line["from"]: line["Status"] for line in sheet_rows(workbook)}
    by_status = {status: {sender for sender, one in lines.items() if one == status} for status in set(lines.values())}
    accepted, unknown = by_status.get("accepted", set()), by_status.get("unknown", set())
    assert accepted <= set(senders) <= accepted | unknown
    assert len(unknown) <= 2, "of a row that was about to leave nobody knows whether it did"
    assert len(lines) == 40
