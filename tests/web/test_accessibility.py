"""Every screen for who sees little, uses no mouse, or has a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.conftest import write_csv
from tests.i18n.test_page import COMMAND_LINE, CONTRACT, ENGLISH
from tests.web.browser import Complaints, axe_findings
from tests.web.clerk import Clerk, Office, customers
from tests.web.conftest import OpenApp, OpenPage
from tests.web.tour import SETTINGS_ARE_ASKED, tour

DESKTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=400, height=800)
NOT_OURS = re.compile(
    r"(\d+ )?routing point( \d+)? (was executed and assigned to agent \(\d+\)|not found)|“[^”]*”|\[practice [^]]*\]"
    r"|\b(from|fromname|to|toname|subject|body|rp_id|English|Excel)\b|/\S+|\S+\.(csv|xlsx)",
    re.IGNORECASE,
)
"""The API's own answers, what is quoted, the template's fields, files."""
_LAID_OUT_ANEW = ".grid, .facts, dialog[open], #bar"
_SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return ["", "", false];  // nothing has it: the page has just come
  const look = getComputedStyle(at.matches("[type=file]") ? at.closest("form").querySelector(".file-button") : at);
  return [at.id, (at.getAttribute("aria-label") || at.innerText || at.value || "").trim(), look.outlineStyle !== "none"];
}"""


@pytest.mark.parametrize("latency", [0.1])
def test_each_screen_can_be_used_by_all_and_has_no_english_word(
    page: Page, open_app: OpenApp, office: Office, latency: float, complaints: Complaints, tmp_path: Path
) -> None:
    """In Portuguese; the other tests press buttons in Spanish."""
    found = {}
    with open_app(**SETTINGS_ARE_ASKED) as app:
        page.goto(app.link)
        page.get_by_role("button", name="Português").click()
        for screen in tour(Clerk(page, "pt"), office, tmp_path):
            assert page.locator("html").get_attribute("lang") == "pt"
            found[screen] = [*axe_findings(page), *foreign_words(page), *on_a_phone(page)]
        assert app.process.ended().code == 0
    assert {screen: findings for screen, findings in found.items() if findings} == {}
    assert len(found) > 25
    assert len(complaints.take("400: GET")) == 1  # the refusal


def on_a_phone(page: Page) -> list[str]:
    """What is wrong at a phone's width."""
    page.set_viewport_size(PHONE)
    found = ["scrolls sideways"] if page.evaluate(_SCROLLS_SIDEWAYS) else []
    if page.locator(_LAID_OUT_ANEW).count():  # elsewhere axe sees the same again
        found += axe_findings(page)
    page.set_viewport_size(DESKTOP)
    return found


def foreign_words(page: Page) -> list[str]:
    """English ones, and those of the command line."""
    read = f"{page.title()}\n{page.locator('body').inner_text()}\n{page.locator('#announce').all_inner_texts()}"
    own = NOT_OURS.sub("", CONTRACT.sub("", read))
    return [match[0] for rule in (ENGLISH, COMMAND_LINE) for match in rule.finditer(own)]


def test_without_a_session_axe_finds_nothing(page: Page, open_app: OpenApp, complaints: Complaints) -> None:
    with open_app() as app:
        page.goto(app.link.partition("/enter")[0])
        assert axe_findings(page) == []
    complaints.take("403: ")


def test_rows_are_cards_on_a_phone(open_page: OpenPage, open_app: OpenApp, tmp_path: Path) -> None:
    page = open_page(viewport=PHONE, has_touch=True, is_mobile=True)
    with open_app() as app:
        page.goto(app.link)
        Clerk(page).checks(write_csv(tmp_path / "uno.csv", customers(3)))
        boxes = [row.bounding_box() for row in page.locator(".grid tbody tr").all()]
        assert [box and (box["x"] >= 0, box["x"] + box["width"] <= 400, box["height"] > 200) for box in boxes] == [
            (True, True, True)
        ] * 3
        cells = [cell.bounding_box() for cell in page.locator(".grid tbody tr").first.locator("th,td").all()]
        assert len({box["x"] for box in cells if box}) == 1  # one below the other
        assert page.locator(".grid td[data-label=from]").first.evaluate(
            "cell => getComputedStyle(cell, '::before').content"
        ) in {'"from"', "attr(data-label)"}
        assert all(
            box and box["height"] >= 24 for box in (one.bounding_box() for one in page.get_by_role("button").all())
        )


def tabbed_to(clerk: Clerk, wanted: str) -> None:
    """Press Tab until the focus, which is always to be seen, is on what has that text."""
    for _ in range(80):
        clerk.page.keyboard.press("Tab")
        name, text, is_seen = clerk.page.evaluate(_FOCUS)
        assert is_seen or not text, f"no focus is seen on {text!r}"
        if wanted in (name, text):
            return
    raise AssertionError(f"the keyboard never came to {wanted!r}")


def test_the_whole_way_goes_by_keyboard_alone(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    page, key = clerk.page, clerk.page.keyboard
    rows = customers(3)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_in_viewport()
    key.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tabbed_to(clerk, "file")
    clerk.checks(write_csv(tmp_path / "uno.csv", rows))  # as the system's own dialog gives it
    tabbed_to(clerk, clerk.text("web.review.continue", count=3))
    key.press("Enter")
    clerk.is_at_plan()
    tabbed_to(clerk, clerk.text("page.action.send", count=3))
    key.press("Space")
    clerk.is_at_result()
    tabbed_to(clerk, "3 aceptadas")
    key.press("Enter")
    expect(page.locator(".tabs.big a[aria-current]")).to_have_text("3 aceptadas")
    tabbed_to(clerk, clerk.text("web.quit.button"))
    key.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name=clerk.text("web.cancel"))).to_be_focused()
    key.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(clerk.button("web.quit.button")).to_be_focused()
    assert office.statuses("uno", rows) == ["accepted"] * 3
