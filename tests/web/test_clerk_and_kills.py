"""The page's server is killed, as by a power cut, on every screen; it is started again, and the clerk goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import write_csv
from tests.web.browser import Complaints
from tests.web.clerk import Clerk, Office, customers
from tests.web.conftest import App, OpenApp, OpenPage
from uploader.sandbox import UNKNOWN_ROUTING_POINT


@dataclass
class Computer:
    """Where the page's server runs, until it is killed."""

    open_app: OpenApp
    complaints: Complaints

    @contextmanager
    def on(self, clerk: Clerk) -> Iterator[App]:
        """The page is started, and killed at the end of the block under the eyes of the clerk."""
        with self.open_app() as app:
            clerk.page.goto(app.link)
            yield app
            app.process.kill()
        self.complaints.take("request failed")


@pytest.fixture
def computer(open_app: OpenApp, complaints: Complaints) -> Computer:
    return Computer(open_app, complaints)


def test_killed_on_every_screen_before_something_is_sent(
    computer: Computer, open_page: OpenPage, office: Office, tmp_path: Path
) -> None:
    header = ["Remite", "Nombre", "Destino", "Otro", "Asunto", "Cuerpo", "Punto"]
    rows = customers(3)
    rows[1][6] = UNKNOWN_ROUTING_POINT
    clerk = Clerk(open_page())
    with computer.on(clerk):  # a question about columns
        clerk.chooses(write_csv(tmp_path / "uno.csv", rows, header)).is_asked()
    with computer.on(clerk):  # the checked list
        kept = clerk.page.get_by_role("link", name="uno.csv")
        kept.click()
        clerk.is_asked()
        clerk.picks_columns().is_at_review()
    with computer.on(clerk):  # columns to be changed
        kept.click()
        clerk.is_at_review().follow("page.action.columns")
        expect(clerk.page.get_by_role("heading", level=1)).to_have_text(clerk.text("web.columns.title"))
    with computer.on(clerk):  # before sending
        kept.click()
        clerk.is_at_review().plans(3)
    assert office.arrivals() == 0
    with computer.on(clerk):  # the result
        kept.click()
        clerk.is_at_review().sends(3)
    with computer.on(clerk):
        kept.click()
        clerk.is_at_result().reads("web.result.correct", count=1)
        assert clerk.counts == ["Todas (3)", "2 aceptadas", "1 rechazada"]
    assert office.arrivals() == 3


@pytest.mark.parametrize("latency", [0.2])
def test_killed_while_sending(
    computer: Computer, open_page: OpenPage, office: Office, latency: float, tmp_path: Path
) -> None:
    rows = customers(12)
    clerk = Clerk(open_page())
    with computer.on(clerk) as app:
        clerk.checks(write_csv(tmp_path / "uno.csv", rows)).plans(12)
        clerk.press("page.action.send", count=12).is_at_sending()
        with office.api_frozen_after(5):
            app.process.kill()
            expect(clerk.page.get_by_role("alert")).to_have_text(clerk.text("web.lost"))
    with computer.on(clerk):
        clerk.page.get_by_role("link", name="uno.csv").click()
        clerk.is_at_result().reads("web.result.broken_off")
        clerk.press("page.action.resume").is_at_plan()
        clerk.page.locator("button[value=all]").click()
        clerk.is_at_result()
        arrived = {one["from"] for one in office.practice.bodies()}
        unknown = [row for row in clerk.shown_rows if row[1].startswith("resultado desconocido")]
        settled(clerk, [row[0] for row in unknown if row[4] in arrived], "arrived")
        settled(clerk, [row[0] for row in unknown if row[4] not in arrived], "not_arrived")
        if clerk.button("page.action.resume").count():
            clerk.press("page.action.resume").is_at_plan().page.locator("button[value=all]").click()
        clerk.reads("web.result.nothing_left")
        assert office.statuses("uno", rows) == ["accepted"] * 12
        assert office.arrivals() == 12


def settled(clerk: Clerk, numbers: list[str], how: str) -> None:
    """The clerk looked these rows up in the API's own system."""
    if numbers:
        clerk.follow("web.result.see_unknown")
        for number in numbers:
            clerk.page.get_by_label(clerk.text("web.settle.row", row=number), exact=True).check()
        clerk.press(f"page.action.{how}").reads(f"web.result.settled_{how}", count=len(numbers)).is_at_result()
