"""The languages in a browser: every screen in Spanish and Portuguese without an English word, and the switch between them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.i18n.test_page import COMMAND_LINE, CONTRACT, ENGLISH
from tests.web.browser import Complaints
from tests.web.clerk import Clerk, Office
from tests.web.conftest import OpenApp
from tests.web.tour import SETTINGS_ARE_ASKED, tour

NOT_OURS = re.compile(
    r"(\d+ )?routing point( \d+)? (was executed and assigned to agent \(\d+\)|not found)|“[^”]*”|\[practice [^]]*\]"
    r"|\b(from|fromname|to|toname|subject|body|rp_id|English|Excel)\b|/\S+|\S+\.(csv|xlsx)",
    re.IGNORECASE,
)
"""The API's own answers, what is quoted, the template's fields, files."""


@pytest.mark.parametrize("latency", [0.1])
@pytest.mark.parametrize("language", ["es", "pt"])
def test_no_screen_has_an_english_word(
    language: str, page: Page, open_app: OpenApp, office: Office, latency: float, complaints: Complaints, tmp_path: Path
) -> None:
    found = {}
    with open_app(**SETTINGS_ARE_ASKED) as app:
        page.goto(app.link)
        page.get_by_role("button", name={"es": "Español", "pt": "Português"}[language]).click()
        for screen in tour(Clerk(page, language), office, tmp_path):
            assert page.locator("html").get_attribute("lang") == language, screen
            read = f"{page.title()}\n{page.locator('body').inner_text()}\n{page.locator('#announce').all_inner_texts()}"
            own = NOT_OURS.sub("", CONTRACT.sub("", read))
            found[screen] = [match[0] for rule in (ENGLISH, COMMAND_LINE) for match in rule.finditer(own)]
    assert {screen: words for screen, words in found.items() if words} == {}
    complaints.take("400: GET")


def test_a_screen_stays_where_it_is_in_another_language(clerk: Clerk, tmp_path: Path) -> None:
    heading = clerk.page.get_by_role("heading", level=1)
    clerk.follow("page.action.settings")
    for name, code, said in (
        ("Português", "pt", "Configurações"),
        ("English", "en", "Settings"),
        ("Español", "es", "Ajustes"),
    ):
        clerk.page.get_by_role("button", name=name).click()
        expect(heading).to_have_text(said)
        expect(clerk.page.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        expect(clerk.page.locator("html")).to_have_attribute("lang", code)
        assert clerk.page.url.endswith("/settings")
