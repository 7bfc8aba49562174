"""Files that go along with rows, from the folder that a person names on the page: each arrives once, byte for byte."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.books import mend
from tests.conftest import sheet_rows, write_csv
from tests.processes import started
from tests.standins import Standin, standing_in
from tests.web.browser import axe_findings
from tests.web.clerk import Clerk
from tests.web.conftest import link_of
from tests.web.pages import FORM
from tests.web.photos import (
    HEADER,
    LOST,
    REFUSED,
    TEMPLATE,
    answer,
    arrived,
    dropped,
    field_of,
    install_template,
    named,
    photo,
    photo_rows,
    photos,
    sent_photos,
)
from tests.web.visits import Site, Visitor, opened
from uploader.templates.requests.files import MOST_BYTES


@pytest.fixture
def photo_api() -> Iterator[Standin]:
    with standing_in(answer) as api:
        yield api


@pytest.fixture
def site(tmp_path: Path, own_world: Path, photo_api: Standin) -> Iterator[Site]:
    install_template(own_world)
    with opened(tmp_path / "page", own_world, base_url=photo_api.url) as one:
        yield one


def test_a_trial_and_the_rest_go_with_their_files_and_the_result_is_verified(
    visitor: Visitor, site: Site, photo_api: Standin, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "mis fotos ñ", 7)
    page = dropped(visitor, tmp_path / "lista.csv", photo_rows(7))
    assert page.says("web.review.invalid", count=7)
    assert page.says("problem.file_no_folder.fix")
    assert field_of(page) == ""
    page = named(visitor, f' "{folder}" ')
    assert page.says("web.review.can_go", count=7)
    assert field_of(page) == str(folder)
    page = visitor.press("web.review.continue", count=7)
    assert page.says("web.plan.files")
    assert str(folder) in page.text
    assert photo_api.asked == []
    page = visitor.press("page.action.pilot", count=5)
    assert arrived(photo_api) == sent_photos(range(1, 6))

    page = visitor.press("page.action.resume")
    assert page.path == "/jobs/1/resume"
    assert (field_of(page), len(photo_api.asked)) == (str(folder), 5)
    page = visitor.press("page.action.resume", {"files": str(tmp_path / "nada")})
    assert page.says("options.files", path=str(tmp_path / "nada"))
    assert (field_of(page), len(photo_api.asked)) == (str(tmp_path / "nada"), 5)
    visitor.press("page.action.resume", {"files": str(folder)})
    page = visitor.press("page.action.send", count=2)
    assert page.says("web.result.nothing_left")
    assert arrived(photo_api) == sent_photos(range(1, 8))

    (workbook,) = site.lists.glob("*/*.results.xlsx")
    assert [line["Status"] for line in sheet_rows(workbook)] == ["accepted"] * 7
    visitor.look("/verify")
    assert visitor.drop(workbook).says("web.verify.good", name="lista.csv")


def test_a_wrong_folder_is_told_at_its_field_and_changes_nothing(
    visitor: Visitor, site: Site, photo_api: Standin, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "fotos", 2)
    address = dropped(visitor, tmp_path / "lista.csv", photo_rows(2)).path
    for typed, code in (
        ("", "web.files.none"),
        ("fotos", "web.files.not_whole"),
        (str(folder / "1.png"), "web.files.is_file"),
        (f"{folder}x", "options.files"),
        (f"{folder}\0", "options.files"),
        (f"/{'x' * 5000}", "options.files"),
        ("~nobody_of_that_name", "web.files.not_whole"),
    ):
        page = named(visitor, typed)
        assert page.says(code, path=typed, folder=str(folder)), (typed, page.text)
        assert field_of(page) == typed
        assert 'aria-invalid="true"' in page.html
        assert 'aria-describedby="files-folder-hint files-folder-wrong"' in page.html
        assert photo(1) not in page.content
    # The page with the sentence has an address of its own: another language is chosen on it.
    page = visitor.submit("/language", [("csrf", visitor.csrf), ("language", "pt"), ("back", page.path)])
    assert (page.path, page.language) == (f"{address}/files", "pt")
    assert visitor.look(address).says("web.review.invalid", count=2)
    assert not (site.home / "page.json").read_text(encoding="utf-8").count(str(folder))
    assert photo_api.asked == []


def test_files_that_can_not_be_sent_are_told_in_their_cells(
    visitor: Visitor, photo_api: Standin, tmp_path: Path
) -> None:
    folder, secret = photos(tmp_path / "fotos", 2), tmp_path / "secreto.txt"
    secret.write_text("nobody reads this")
    (folder / "fuera.png").symlink_to(secret)
    with (folder / "grande.png").open("wb") as large:
        os.truncate(large.fileno(), MOST_BYTES + 1)
    wrong = {
        "no está.png": "file_not_there",
        "../secreto.txt": "file_outside",
        str(secret): "file_outside",
        "fuera.png": "file_outside",
        "grande.png": "file_too_large",
        "ana": "file_no_file",
    }
    rows = [["1", "1.png"], *([str(nth), name] for nth, name in enumerate(wrong, start=2))]
    dropped(visitor, tmp_path / "lista.csv", rows)
    page = named(visitor, folder)
    assert page.says("web.review.can_go", count=1)
    cells = [row[page.header.index("foto")] for row in page.rows]
    assert len(cells) == len(wrong)
    for cell, (name, code) in zip(cells, wrong.items(), strict=True):
        assert cell.startswith(name), cell
        assert page.says(f"problem.{code}.fix", most=MOST_BYTES), code
        assert len(cell) > len(name), cell
    visitor.press("web.review.continue", count=1)
    visitor.press("page.action.send", count=1)
    assert arrived(photo_api) == sent_photos([1])
    assert not any(b"nobody reads this" in said for said in visitor.responses)


def test_practice_reads_the_files_and_sends_nothing(visitor: Visitor, photo_api: Standin, tmp_path: Path) -> None:
    folder = photos(tmp_path / "fotos", 7)
    dropped(visitor, tmp_path / "lista.csv", photo_rows(7))
    named(visitor, folder)
    visitor.press("page.action.practice")
    visitor.press("page.action.pilot", count=5)
    page = visitor.press("page.action.resume")
    assert page.path == "/practice/1/resume"
    assert page.says("web.practice.title")
    visitor.press("page.action.resume")
    page = visitor.press("page.action.send", count=2)
    assert page.path == "/practice/1"
    assert page.says("web.status.accepted", count=7)
    assert photo_api.asked == []


def test_a_row_that_is_corrected_in_the_result_goes_with_its_file(
    visitor: Visitor, site: Site, photo_api: Standin, tmp_path: Path
) -> None:
    rows = [["1", "1.png"], [REFUSED.decode(), "2.png"]]
    dropped(visitor, tmp_path / "lista.csv", rows)
    named(visitor, photos(tmp_path / "fotos", 3))
    visitor.press("web.review.continue", count=2)
    visitor.press("page.action.send", count=2)
    (workbook,) = site.lists.glob("*/*.results.xlsx")
    mend(workbook, {(3, "id"): "2"})
    page = visitor.press("page.action.send_corrected")
    assert page.says("web.review.can_go", count=1)
    visitor.press("web.review.continue", count=1)
    page = visitor.press("page.action.send", count=1)
    assert page.says("web.status.accepted", count=2)
    assert arrived(photo_api) == sorted([*sent_photos([1, 2]), (REFUSED, photo(2))])


def test_rows_of_unknown_outcome_are_sent_again_with_their_files(
    visitor: Visitor, photo_api: Standin, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "fotos", 3)
    dropped(visitor, tmp_path / "lista.csv", [["1", "1.png"], [LOST.decode(), "2.png"]])
    named(visitor, folder)
    visitor.press("web.review.continue", count=2)
    visitor.press("page.action.send", count=2)
    visitor.look("/jobs/1?show=unknown")
    page = visitor.press("page.action.resend_unknown")
    assert (page.path, field_of(page)) == ("/jobs/1/resume?unknown", str(folder))
    page = visitor.press("page.action.resend_unknown", {"files": "fotos"})
    assert page.says("web.files.not_whole", path="fotos")
    assert (LOST, photo(2)) in arrived(photo_api)
    before = len(photo_api.asked)
    visitor.press("page.action.resend_unknown", {"files": str(folder)})
    visitor.press("page.action.send", count=1)
    assert [dict(one.parts) for one in photo_api.asked[before:]] == [{"id": LOST, "foto": photo(2)}]


def test_a_file_that_changed_since_is_not_sent_with_the_rest(
    visitor: Visitor, photo_api: Standin, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "fotos", 7)
    dropped(visitor, tmp_path / "lista.csv", photo_rows(7))
    named(visitor, folder)
    visitor.press("web.review.continue", count=7)
    visitor.press("page.action.pilot", count=5)
    (folder / "6.png").write_bytes(b"another one")
    visitor.press("page.action.resume")
    visitor.press("page.action.resume")
    page = visitor.press("page.action.send", count=2)
    assert page.says("web.status.invalid", count=1)
    assert arrived(photo_api) == sent_photos([1, 2, 3, 4, 5, 7])


def test_rows_that_were_resumed_with_another_folder_go_once_the_right_one_is_named(
    visitor: Visitor, photo_api: Standin, tmp_path: Path
) -> None:
    folder, other = photos(tmp_path / "fotos", 7), photos(tmp_path / "otras", 6)
    dropped(visitor, tmp_path / "lista.csv", photo_rows(7))
    named(visitor, folder)
    visitor.press("web.review.continue", count=7)
    visitor.press("page.action.pilot", count=5)
    visitor.press("page.action.resume")
    visitor.press("page.action.resume", {"files": str(other)})
    page = visitor.press("page.action.send", count=2)
    assert page.says("web.status.invalid", count=2)
    assert len(photo_api.asked) == 5
    page = visitor.press("page.action.send_corrected")
    assert field_of(page) == str(other)
    assert named(visitor, folder).says("web.review.can_go", count=2)
    visitor.press("web.review.continue", count=2)
    visitor.press("page.action.send", count=2)
    assert arrived(photo_api) == sent_photos(range(1, 8))


def test_the_folder_is_remembered_for_the_template_and_each_list_keeps_its_own(
    visitor: Visitor, site: Site, photo_api: Standin, tmp_path: Path
) -> None:
    one, two = photos(tmp_path / "uno", 2), photos(tmp_path / "dos", 3)
    first = dropped(visitor, tmp_path / "enero.csv", photo_rows(2)).path
    named(visitor, one)
    page = dropped(visitor, tmp_path / "febrero.csv", photo_rows(3))
    assert field_of(page) == str(one)
    assert page.says("web.review.can_go", count=2 - 1)  # ana/3.png is in the other one
    assert named(visitor, two).says("web.review.can_go", count=3)
    assert field_of(visitor.look(first)) == str(one)
    with opened(tmp_path / "page", site.home, base_url=photo_api.url) as later:  # after another start
        again = later.visitor()
        assert field_of(again.look(first)) == str(one)
        assert field_of(dropped(again, tmp_path / "marzo.csv", photo_rows(3))) == str(two)
    assert photo_api.asked == []


def test_a_folder_that_is_gone_is_told_at_its_field_and_nothing_is_sent(
    visitor: Visitor, photo_api: Standin, tmp_path: Path
) -> None:
    folder = photos(tmp_path / "memoria", 2)
    address = dropped(visitor, tmp_path / "lista.csv", photo_rows(2)).path
    named(visitor, folder)
    folder.rename(tmp_path / "otra")
    page = visitor.press("web.review.continue", count=2)
    assert page.path == address
    assert page.says("options.files", path=str(folder))
    page = visitor.press("page.action.check_again")
    assert page.says("web.review.invalid", count=2)
    assert page.says("options.files", path=str(folder))
    assert field_of(page) == str(folder)
    assert named(visitor, tmp_path / "otra").says("web.review.can_go", count=2)
    assert photo_api.asked == []


def test_only_a_form_of_our_own_page_names_a_folder(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    folder = photos(tmp_path / "fotos", 1)
    address = dropped(visitor, tmp_path / "lista.csv", photo_rows(1)).path
    body = {"csrf": visitor.csrf, "files": str(folder)}
    says = {"Cookie": visitor.cookie, "Origin": visitor.origin, "Content-Type": FORM}
    for headers, form in (
        (says, {**body, "csrf": "x"}),
        (says, {"files": str(folder)}),
        ({**says, "Origin": "https://example.com"}, body),
        ({**says, "Sec-Fetch-Site": "cross-site"}, body),
        ({**says, "Cookie": ""}, body),
    ):
        answer = visitor._asked("POST", f"{address}/files", headers, urlencode(form).encode())
        assert answer.status == 403, headers
    assert visitor.look(address).says("web.review.invalid", count=1)
    assert str(folder) not in (site.home / "page.json").read_text(encoding="utf-8")


def test_a_template_without_files_asks_for_no_folder(visitor: Visitor, tmp_path: Path) -> None:
    visitor.look("/")
    visitor.press("web.start.sample")
    assert not visitor.page.says("web.files.title")
    visitor.press("page.action.practice")
    page = visitor.press("page.action.pilot", count=5)
    assert page.path == "/practice/1"
    assert visitor.look("/practice/1/resume").path == "/practice/1"


def test_a_clerk_types_the_folder(
    page: Page, documents: Path, own_world: Path, photo_api: Standin, tmp_path: Path
) -> None:
    install_template(own_world)
    folder, path = photos(tmp_path / "fotos", 3), write_csv(tmp_path / "lista.csv", photo_rows(3), HEADER)
    with started("app", "--no-open", "--language", "es", "--base-url", photo_api.url) as process:
        clerk = Clerk(page)
        page.goto(link_of(process))
        page.locator("#file-template").select_option(TEMPLATE)
        clerk.checks(path).reads("web.files.text")
        assert axe_findings(page) == []
        field = page.get_by_label(clerk.text("page.action.files"))
        field.fill(f"{folder}/nada")
        clerk.press("web.files.use").reads("options.files", path=f"{folder}/nada")
        expect(field).to_have_value(f"{folder}/nada")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert axe_findings(page) == []
        field.fill(str(folder))
        clerk.press("web.files.use").is_at_review().reads("web.review.can_go", count=3)
        clerk.plans(3).reads("web.plan.files")
        assert axe_findings(page) == []
        clerk.press("page.action.send", count=3).is_at_result()
    assert arrived(photo_api) == sent_photos([1, 2, 3])
