"""A clerk in front of a browser: what people do there, found by what is written on it, and an office for them.

The office has the command as a process, the sandbox as another one in the place of the API, and whatever is opened in
Excel is noted instead. What the sandbox recorded is the judge of what was sent.
"""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.conftest import FIELDS, PracticeProcess, accounts_for, agreed
from tests.processes import Running
from tests.waiting import until
from uploader.i18n import Fact, Message, render
from uploader.model.rows import column_letter

_OPENER = '#!/bin/sh\nprintf "%s\\n" "$1" >> "{}"\n'


@dataclass(frozen=True)
class Clerk:
    """A person at one tab, who reads a language."""

    page: Page
    language: str = "es"

    def text(self, code: str, **facts: Fact) -> str:
        """What stands there in the person's language."""
        return render(Message(code, **facts), self.language, face="page")

    def button(self, code: str, **facts: Fact) -> Locator:
        return self.page.get_by_role("button", name=self.text(code, **facts), exact=True)

    def press(self, code: str, **facts: Fact) -> Self:
        """Press the button with that text."""
        self.button(code, **facts).click()
        return self

    def follow(self, code: str, **facts: Fact) -> Self:
        """Follow the link with that text."""
        self.page.get_by_role("link", name=self.text(code, **facts), exact=True).click()
        return self

    def opens(self, code: str) -> Self:
        """Open what is folded under that text, unless it is open."""
        summary = self.page.locator("summary", has_text=self.text(code))
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
        return self

    def reads(self, code: str, **facts: Fact) -> Self:
        """Wait until the text stands on the page, for all to see."""
        expect(self.page.get_by_text(self.text(code, **facts)).first).to_be_visible()
        return self

    def chooses(self, path: Path) -> Self:
        """A file, as the dialog of the system gives it."""
        self.page.set_input_files("input[type=file]", path)
        return self

    # Where the person is, sooner or later

    def is_at_review(self) -> Self:
        expect(self.page.locator(".verdict")).to_be_visible()
        return self

    def is_asked(self) -> Self:
        expect(self.page.locator("form[data-stage=asking]")).to_be_visible()
        return self

    def is_at_plan(self) -> Self:
        expect(self.page.locator("button[value=all]")).to_be_visible()
        return self

    def is_at_sending(self) -> Self:
        expect(self.page.locator("#bar")).to_be_visible()
        return self

    def is_at_result(self) -> Self:
        expect(self.page.locator(".tabs.big")).to_be_visible()
        return self

    # Parts of the way

    def checks(self, path: Path) -> Self:
        """From the first page to the checked list."""
        return self.chooses(path).is_at_review()

    def picks_columns(self) -> Self:
        """Answer which column fills what: they stand in the order of the fields."""
        for asked in self.page.locator("select[required]").all():
            field = str(asked.get_attribute("name")).removeprefix("column ")
            asked.select_option(column_letter(FIELDS.index(field)))
        return self.press("web.ask.continue")

    def plans(self, count: int) -> Self:
        """From the checked list to what is to be confirmed."""
        return self.press("web.review.continue", count=count).is_at_plan()

    def sends(self, count: int) -> Self:
        """From the checked list to the result."""
        return self.plans(count).press("page.action.send", count=count).is_at_result()

    @property
    def shown_rows(self) -> list[list[str]]:
        """The cells of the rows on the page."""
        rows = self.page.locator(".grid tbody tr")
        return [[" ".join(cell.split()) for cell in row.locator("th,td").all_inner_texts()] for row in rows.all()]

    @property
    def numbers(self) -> list[int]:
        """The rows that are shown, by their numbers in the list."""
        return [int(text) for text in self.page.locator(".grid tbody th").all_inner_texts()]

    @property
    def counts(self) -> list[str]:
        """Of the result, in the order shown."""
        return self.page.locator(".tabs.big a").all_inner_texts()


@dataclass(frozen=True)
class Office:
    """The person's computer, with an API beyond it."""

    practice: PracticeProcess
    api: Running
    documents: Path
    desktop: Path
    """Where the person's own lists are."""

    @property
    def lists(self) -> Path:
        """Where the page keeps them."""
        return self.documents / "uploader"

    @property
    def arguments(self) -> list[str]:
        """Of the command."""
        return ["app", "--no-open", "--language", "es", "--base-url", self.practice.url]

    @property
    def opened(self) -> list[str]:
        """The files that were opened in the program for them."""
        noted = self.desktop / "opened"
        return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []

    def install_opener(self) -> Path:
        """A program that notes what it is told to open; its folder."""
        folder = self.desktop / "programs"
        folder.mkdir()
        opener = folder / "xdg-open"
        opener.write_text(_OPENER.format(self.desktop / "opened"), encoding="utf-8")
        opener.chmod(0o755)
        return folder

    def result_of(self, name: str) -> Path:
        """The result workbook beside the list of that name."""
        return self.lists / name / f"{name}.results.xlsx"

    def statuses(self, name: str, rows: Sequence[Sequence[str]]) -> list[str]:
        """Of every row of a list, which are all accounted for, and as the API knows them."""
        return agreed(accounts_for(self.result_of(name), rows), self.practice)

    def arrivals(self) -> int:
        """How many requests for rows have arrived."""
        return len(self.practice.received())

    @contextmanager
    def api_frozen_after(self, arrivals: int) -> Iterator[None]:
        """Once so many rows have arrived in all, the API answers nothing until the end of the block."""
        until(lambda: self.arrivals() >= arrivals, f"{arrivals} rows at the API")
        self.api.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.api.process.send_signal(signal.SIGCONT)


def customers(count: int, *, start: int = 1, subject: str = "Caso") -> list[list[str]]:
    """Rows for add_interaction without an English word."""
    return [
        [f"ana{n}@correo.test", f"Ana {n}", f"luz{n}@correo.test", "", f"{subject} {n}", "Llamar hoy", f"{61000 + n}"]
        for n in range(start, start + count)
    ]


def with_text(rows: list[list[str]], texts: dict[int, str]) -> list[list[str]]:
    """The rows, with other bodies; by their numbers in a list with a header."""
    for number, text in texts.items():
        rows[number - 2][FIELDS.index("body")] = text
    return rows
