"""Values of the answers on the page: in the table of a job's rows, and where their workbook is the next list."""

from pathlib import Path

import pytest

from tests.conftest import sheet_rows, write_csv
from tests.tickets import CREATE, PLACE, UPDATE, Tickets
from tests.web.visits import Site, Visitor
from tests.worlds import World
from uploader.actions.options import ReadOptions


@pytest.fixture
def book(site: Site, tmp_path: Path) -> Path:
    """The result workbook of two tickets."""
    known = site.home / "templates" / "tickets"
    known.mkdir(parents=True)
    (known / "create.toml").write_text(CREATE, encoding="utf-8")
    update = UPDATE.replace("[columns.id]\n", '[columns.id]\naliases = ["ticket_id"]\n')
    (known / "update.toml").write_text(update, encoding="utf-8")
    world = World(site.home)
    world.elsewhere[PLACE] = Tickets()
    path = write_csv(tmp_path / "list.csv", [["printer", "a"], ["<b>screen", "b"]], ["subject", "note"])
    return Path(world.sends(path, ReadOptions(template="tickets/create")).json["results"])


def test_a_job_s_rows_have_them_and_they_are_found(visitor: Visitor, book: Path) -> None:
    seen = visitor.look("/jobs/1")
    at = seen.header.index("ticket_id")
    assert seen.header[at : at + 4] == ["ticket_id", "link", "subject", "note"]
    assert [row[at] for row in seen.rows] == ["0041", "0042"]
    assert [row[at] for row in visitor.look("/jobs/1?q=0042").rows] == ["0042"]


def test_their_workbook_is_a_list_for_another_template(visitor: Visitor, book: Path) -> None:
    visitor.look("/")  # with the templates that are there by now
    seen = visitor.drop(book, template="tickets/update")
    assert "ticket_id" in seen.header, seen.text
    assert [line["ticket_id"] for line in sheet_rows(book)] == ["0041", "0042"]
    assert [cell for row in seen.rows for cell in row if cell in ("0041", "0042")] == ["0041", "0042"]
