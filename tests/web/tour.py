"""A way through every screen, for tests that look at each of them in some respect."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.conftest import write_csv
from tests.web.clerk import Clerk, Office, customers, with_text
from tests.web.visits import write_own
from uploader.sandbox import TOKEN, UNKNOWN_ROUTING_POINT

SETTINGS_ARE_ASKED = {"WOLKVOX_TOKEN": "", "WOLKVOX_SERVER": ""}
"""Variables of a computer where nobody has left them."""


def tour(clerk: Clerk, office: Office, folder: Path) -> Iterator[str]:
    """The name of each screen, while the clerk's page shows it; whoever looks leaves it as it is."""
    yield from _before_a_list(clerk, folder)
    yield from _check(clerk, folder)
    yield from _send(clerk, office)
    yield from _result(clerk)
    yield from _other_pages(clerk, office)
    yield from _practice(clerk, folder)
    yield from _end(clerk)


def _before_a_list(clerk: Clerk, folder: Path) -> Iterator[str]:
    yield "first page"
    clerk.press("web.quit.button")
    yield "dialog"
    clerk.press("web.cancel")
    (folder / "vacío.csv").write_bytes(b"")
    clerk.chooses(folder / "vacío.csv").reads("web.list.not_read", name="vacío.csv")
    yield "list that can't be read"
    clerk.follow("web.nav.start")


def _check(clerk: Clerk, folder: Path) -> Iterator[str]:
    rows = with_text(customers(6), {3: "[practice half-answer x1]"})
    rows[3][0], rows[4][6] = "", UNKNOWN_ROUTING_POINT
    header = ["Remite", "Nombre", "Destino", "Otro", "Asunto", "Cuerpo", "Punto"]
    clerk.chooses(write_csv(folder / "uno.csv", rows, header)).is_asked()
    yield "question about columns"
    clerk.picks_columns().is_at_review()
    yield "errors in cells"
    clerk.follow("web.tab.all", count=6)
    expect(clerk.page.locator(".tabs a").first).to_have_attribute("aria-current", "true")
    yield "all rows"
    clerk.opens("web.review.columns").follow("page.action.columns")
    yield "columns"
    clerk.page.go_back()
    clerk.is_at_review().press("page.action.write_problems").is_at_review()
    yield "workbook of errors"


def _send(clerk: Clerk, office: Office) -> Iterator[str]:
    page = clerk.page
    clerk.press("web.review.continue", count=5).is_asked()
    yield "question about settings"
    clerk.press("web.ask.continue")
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "settings that lack"
    page.get_by_label("server").fill("0042")
    page.locator("input[type=password]").fill(TOKEN)
    clerk.press("web.ask.continue").is_at_plan()
    yield "before sending"
    clerk.press("page.action.send", count=5).is_at_sending()
    with office.api_frozen_after(3):
        expect(page.locator("#far")).not_to_be_empty()
        yield "sending"
        clerk.press("page.action.stop").reads("web.sending.stopping")
        yield "stopping"


def _result(clerk: Clerk) -> Iterator[str]:
    clerk.is_at_result()
    yield "result"
    clerk.follow("web.result.see_unknown")
    yield "rows to settle"
    clerk.press("page.action.resend_unknown")
    yield "dialog before a risk"
    clerk.press("web.cancel").follow("page.action.forget")
    yield "before deleting"


def _other_pages(clerk: Clerk, office: Office) -> Iterator[str]:
    clerk.follow("page.action.verify")
    yield "verify"
    clerk.chooses(office.result_of("uno")).reads("web.verify.good", name="uno.csv")
    yield "verified"
    clerk.follow("page.action.history")
    yield "history"
    clerk.follow("page.action.settings")
    yield "settings"
    clerk.follow("page.action.history").page.get_by_role("link", name="uno.csv").click()
    clerk.is_at_result().follow("page.action.forget").press("page.action.forget").reads("forget.done")
    yield "history after deleting"
    clerk.page.get_by_role("link", name="uno.csv").click()
    expect(clerk.page.locator("main")).not_to_contain_text("ana1@correo.test")
    yield "result that was deleted"


def _practice(clerk: Clerk, folder: Path) -> Iterator[str]:
    clerk.follow("web.nav.start").checks(write_own(folder / "dos.xlsx", customers(2, start=30)))
    clerk.press("page.action.practice").is_at_plan()
    yield "practice"
    clerk.press("page.action.send", count=2).is_at_result()
    yield "result of practice"


def _end(clerk: Clerk) -> Iterator[str]:
    ours = clerk.page.url.partition("/practice")[0]
    clerk.page.goto(f"{ours}/lists/nobody")
    yield "refusal"
    clerk.page.goto(f"{ours}/")
    yield "first page with everything"
    clerk.press("web.quit.button").press("web.confirm.yes").reads("web.quit.title")
    yield "end"
