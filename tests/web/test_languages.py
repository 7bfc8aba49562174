"""Every page in Spanish and Portuguese: no English word, no command, in what is read and in what is read out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FIELDS
from tests.i18n.test_page import COMMAND_LINE, ENGLISH
from tests.waiting import until
from tests.web.visits import Sandbox, Seen, Site, Visitor, write_own
from uploader.sandbox import UNKNOWN_ROUTING_POINT

NAMES = re.compile(rf"\b({'|'.join(FIELDS)})\b|“[^”]*”")
"""The template's own, and what is quoted."""
OF_THE_API = re.compile(
    r"\d* ?routing point( \d+)? ?(was executed and assigned to agent \(\d+\)|not found)", re.IGNORECASE
)


def list_of(folder: Path, start: int, *bad: int) -> Path:
    """A list whose cells have no English words; `bad` rows have no subject, one is rejected, one unknown."""
    rows = [
        [f"ana{n}@correo.test", "Ana", f"luz{n}@correo.test", "", f"Caso {n}", "Llamar", "61001"]
        for n in range(start, start + 7)
    ]
    for at in bad:
        rows[at][4] = ""
    rows[5][6], rows[6][1] = UNKNOWN_ROUTING_POINT, "[practice html x1]"
    return write_own(folder / f"lista{start}.xlsx", rows)


def visited(visitor: Visitor, folder: Path, start: int) -> Iterator[Seen]:
    """Every page on the way of a list."""
    yield visitor.look("/")
    page = visitor.drop(list_of(folder, start, 1, 2))
    address = page.path
    yield page
    yield visitor.look(f"{address}?show=all&q=caso")
    yield visitor.look(f"{address}/columns")
    visitor.look(address)
    yield visitor.press("page.action.marked_copy")
    yield visitor.press("web.review.continue", count=5)
    yield visitor.press("page.action.send", count=5)
    job = visitor.page.path
    for show in ("accepted", "rejected", "unknown", "invalid", "not_sent"):
        yield visitor.look(f"{job}?show={show}")
    yield visitor.look(f"{job}?show=unknown")
    yield visitor.press("page.action.arrived", {"which": "all"})
    yield visitor.press("page.action.status_copy")
    yield visitor.press("page.action.results")
    workbook = folder / f"libro{start}.xlsx"
    workbook.write_bytes(visitor.file(f"{job}/workbook"))
    yield visitor.press("page.action.send_corrected")
    yield visitor.look("/verify")
    yield visitor.drop(workbook)
    yield visitor.drop(list_of(folder, start))
    yield visitor.look("/history")
    yield visitor.look("/settings")
    yield visitor.look("/jobs/999")
    yield visitor.look("/nowhere")
    yield visitor.look(f"{job}/forget")
    yield visitor.press("page.action.forget")
    yield visitor.look(job)
    yield visitor.look("/")
    visitor.press("web.start.sample")
    yield visitor.press("web.review.continue", count=24)


@pytest.mark.parametrize("language", ["es", "pt"])
def test_nothing_is_english_and_nothing_is_a_command(
    language: str, tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    visitor.post("/language", language=language, back="/")
    for page in visited(visitor, tmp_path, 10):
        assert page.language == language
        text = " · ".join([page.text, *page.labels]).replace(str(tmp_path), "").replace(str(site.home), "")
        own = NAMES.sub("", OF_THE_API.sub("", text))
        assert not (found := ENGLISH.search(own)), (page.path, own[max(0, found.start() - 80) : found.end() + 80])
        assert not (found := COMMAND_LINE.search(own)), (page.path, own[max(0, found.start() - 80) : found.end() + 80])
        assert "None" not in own
    until(lambda: not site.desk.works.is_busy(), "its works")
    assert len(api.rows()) == 5
