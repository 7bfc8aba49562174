"""What is shown where something is not there, not readable, or already under way: with a way on from there."""

import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.books import copied_template
from tests.conftest import interactions, write_csv, write_xlsx
from tests.servers import Gate, serving
from tests.waiting import until
from tests.web.visits import Sandbox, Site, Visitor, opened
from uploader.i18n.languages import LANGUAGES


def with_password(path: Path) -> Path:
    """What LibreOffice makes of a list with a password, as far as anybody without it can tell."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
        package.writestr("content.xml", "x")
    return path


def of_bytes(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


UNREADABLE: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "empty": ("vacia.csv", of_bytes(b"")),
    "a picture": ("foto.xlsx", of_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))),
    "cut off": ("cortado.xlsx", of_bytes(b"PK\x03\x04" + bytes(200))),
    "a header alone": ("titulos.csv", lambda path: write_csv(path, [])),
    "a password": ("clave.ods", with_password),
    "a document": ("carta.pdf", of_bytes(b"%PDF-1.7\n" + b"x" * 300)),
    "unbalanced quotes": ("comillas.csv", of_bytes(b'from,to,subject,body,rp_id\na,b,c,"d,1\n' * 3 + b'"')),
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_file_that_is_no_list_says_what_it_is_in_the_reader_s_language(
    language: str, tmp_path: Path, visitor: Visitor, api: Sandbox
) -> None:
    visitor.post("/language", language=language, back="/")
    said = dict[str, str]()
    for why, (name, write) in UNREADABLE.items():
        visitor.look("/")
        page = visitor.drop(write(tmp_path / name))
        assert page.says("web.list.not_read", name=name), (why, page.text)
        assert page.language == language
        said[why] = page.text
        assert page.has_button("page.action.check_again")
        again = visitor.press("page.action.check_again")
        assert again.text == page.text
    assert len(set(said.values())) == len(said)
    page = visitor.drop(write_xlsx(tmp_path / "buena.xlsx", interactions(2)))  # where it was
    assert page.says("web.review.can_go", count=2)
    assert api.lines() == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/lists/0123456789abcdef", "web.no_such_list"),
        ("/lists/x", "web.no_such_list"),
        ("/lists/job-" + "9" * 5000, "web.no_such_list"),
        ("/lists/0123456789abcdef/columns", "web.no_such_list"),
        ("/jobs/" + "9" * 5000, "web.no_such_job"),
        ("/jobs/x", "web.no_such_job"),
        ("/jobs/1", ""),
        ("/practice/7", ""),
        ("/jobs/1/workbook", ""),
        ("/jobs/1/own", "web.no_copy"),
        ("/jobs/1/forget", ""),
        ("/lists/job-3", ""),
        ("/blank?template=nowhere", ""),
        ("/nowhere", "app.no_such_page"),
        ("/static/nothing.css", "app.no_such_page"),
    ],
)
@pytest.mark.parametrize("language", ["es", "pt"])
def test_what_is_not_there_is_said_with_a_way_back(language: str, path: str, code: str, visitor: Visitor) -> None:
    visitor.post("/language", language=language, back="/")
    page = visitor.look(path)
    assert page.status in (400, 404)
    assert page.language == language
    assert not code or page.says(code)
    assert page.link("app.back") == "/"
    assert "uploader " in page.text
    assert "--" not in page.text
    assert visitor.look("/").status == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/jobs/1/resume", {}),
        ("/jobs/1/settle", {"found": "arrived", "which": "all"}),
        ("/jobs/1/settle", {"found": "arrived", "row": "9" * 5000}),
        ("/jobs/1/settle", {"found": "arrived", "row": "9" * 17}),
        ("/jobs/1/open", {}),
        ("/jobs/1/renew", {}),
        ("/jobs/1/own", {}),
        ("/jobs/1/own/open", {}),
        ("/jobs/1/corrected", {}),
        ("/jobs/1/forget", {"everything": "1"}),
        ("/lists/x/send", {"where": "real"}),
        ("/lists/x/check", {}),
        ("/lists/x/delete", {}),
        ("/lists/x/problems", {"which": "own"}),
        ("/lists/x/problems/use", {}),
        ("/lists/x/problems/open", {}),
    ],
)
def test_nothing_can_be_done_with_what_is_not_there(path: str, fields: dict[str, str], visitor: Visitor) -> None:
    page = visitor.submit(path, [("csrf", visitor.csrf), *fields.items()])
    assert page.link("app.back") == "/"
    assert page.status == 400


def test_a_work_that_this_server_does_not_know_leads_to_what_it_was_about(
    tmp_path: Path, visitor: Visitor, site: Site
) -> None:
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(2)))
    address = page.path
    site.desk.works._by_id.clear()  # as after another start
    work = f"/works/{address.removeprefix('/lists/')}.77"
    assert visitor.look(work).path == address
    assert visitor.state(work) == {"stage": "over"}
    assert visitor.post(f"{work}/answers", go="all").path == address
    assert visitor.post(f"{work}/stop").path == address
    assert visitor.look("/works/nothing").path == "/"
    visitor.look(address)
    visitor.press("web.review.continue", count=2)
    visitor.press("page.action.send", count=2)
    assert visitor.look("/works/job-1.77").path == "/jobs/1"


def test_after_another_start_lists_and_jobs_are_there_again(
    tmp_path: Path, own_world: Path, api: Sandbox, site: Site, visitor: Visitor
) -> None:
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(6)))
    visitor.press("web.review.continue", count=6)
    visitor.press("page.action.pilot", count=5)
    with opened(tmp_path / "page", own_world, base_url=api.url) as again:
        one = again.visitor()
        assert one.look("/jobs/1").says("web.status.accepted", count=5)
        assert one.look(page.path).says("web.review.can_go", count=1)
        one.look("/jobs/1")
        one.press("page.action.resume")
        one.press("page.action.send", count=1)
        assert one.look("/jobs/1").says("web.status.accepted", count=6)
    assert api.rows(taken=True) == sorted(interactions(6))


def test_a_workbook_that_is_gone_is_said_and_can_be_written_again(tmp_path: Path, visitor: Visitor, site: Site) -> None:
    rows = interactions(3)
    rows[0][0] = ""
    address = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", rows)).path
    visitor.press("page.action.write_problems")
    (problems,) = site.lists.glob("*/*.problems.xlsx")
    problems.unlink()
    for act in ("problems/open", "problems/use"):
        page = visitor.post(f"{address}/{act}")
        assert (page.status, page.says("web.file_is_gone", path=str(problems))) == (400, True)
        visitor.look(address)
    visitor.press("web.review.continue", count=2)
    visitor.press("page.action.send", count=2)
    (results,) = site.lists.glob("*/*.results.xlsx")
    results.unlink()
    page = visitor.look("/jobs/1/workbook")
    assert page.path == "/jobs/1"
    assert page.says("web.file_is_gone", path=str(results))
    visitor.press("web.result.write")
    assert results.is_file()


def test_a_list_whose_file_is_gone_says_so(tmp_path: Path, visitor: Visitor, site: Site) -> None:
    address = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(3))).path
    (kept,) = site.lists.glob("*/lista.xlsx")
    kept.rename(tmp_path / "elsewhere.xlsx")
    page = visitor.post(f"{address}/check")
    assert page.says("web.list.not_read", name="lista.xlsx")
    assert "lista.xlsx" in page.text
    page = visitor.post(f"{address}/send", where="real")
    assert page.path == address


def test_a_list_is_deleted_with_what_is_beside_it(tmp_path: Path, visitor: Visitor, site: Site) -> None:
    address = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(3))).path
    page = visitor.press("web.review.delete")
    assert page.path == "/"
    assert page.says("web.list_deleted", name="lista.xlsx")
    assert list(site.lists.iterdir()) == []
    assert visitor.look(address).says("web.no_such_list")


# Two at once


@pytest.fixture
def gate(api: Sandbox) -> Gate:
    return Gate(api.url, 3)


def test_what_is_under_way_is_one_for_all_who_look_at_it(
    tmp_path: Path, own_world: Path, api: Sandbox, gate: Gate, settings_at_hand: None, api_that_ends_soon: None
) -> None:
    rows = interactions(8)
    with serving(gate.handle) as (url, gate.loop), opened(tmp_path / "page", own_world, base_url=url) as site:
        ana, luz = site.visitor(), site.visitor()
        address = ana.drop(write_xlsx(tmp_path / "lista.xlsx", rows)).path
        plan = ana.press("web.review.continue", count=8)
        assert luz.look(address).path == plan.path  # the other sees the same question
        assert luz.post(f"{address}/send", where="real").path == plan.path
        assert luz.post(f"{address}/check").path == plan.path
        assert luz.post(f"{address}/delete").path == plan.path
        assert len(list(site.lists.glob("*/lista.xlsx"))) == 1
        luz.press("page.action.send", waits=False, count=8)
        ana.press("page.action.pilot", waits=False, count=5)  # too late: it was answered
        until(lambda: len(api.rows()) == 5, "the rows under way")
        for visitor in (ana, luz):
            assert visitor.look(plan.path, waits=False).stage == "running"
            assert visitor.look(address, waits=False).path == plan.path
            assert visitor.post(f"{address}/send", waits=False, where="real").path == plan.path
            assert visitor.look("/jobs/1", waits=False).path == plan.path  # it was not broken off
            assert visitor.look("/", waits=False).says("web.start.running")
        gate.open()
        assert ana.look(plan.path).path == luz.look(plan.path).path == "/jobs/1"
        assert luz.look(plan.path).says("web.status.accepted", count=8)
    assert api.rows() == sorted(rows)


def test_a_form_of_an_old_page_does_nothing_twice(tmp_path: Path, visitor: Visitor, api: Sandbox, site: Site) -> None:
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(3)))
    visitor.press("web.review.continue", count=3)
    plan = visitor.page
    visitor.press("page.action.send", count=3)
    visitor.page = plan  # the browser's way back
    page = visitor.press("page.action.send", count=3)
    assert page.path == "/jobs/1"
    visitor.page = plan
    assert visitor.press("web.plan.not_now").path == "/jobs/1"
    assert len(api.rows()) == 3
    assert len(list(site.desk.works.newest_first())) == 2


# Settings, templates


def test_lists_are_kept_in_another_folder_from_now_on(tmp_path: Path, visitor: Visitor, site: Site) -> None:
    visitor.drop(write_xlsx(tmp_path / "uno.xlsx", interactions(1)))
    elsewhere = tmp_path / "otra carpeta"
    visitor.look("/settings")
    page = visitor.press("web.settings.save", {"folder": f"  {elsewhere} "})
    assert page.says("web.settings.folder_set")
    assert str(elsewhere) in page.html
    visitor.look("/")
    visitor.drop(write_xlsx(tmp_path / "dos.xlsx", interactions(1)))
    assert [path.name for path in elsewhere.glob("*/*")] == ["dos.xlsx"]
    assert [path.name for path in site.lists.glob("*/*")] == ["uno.xlsx"]
    start = visitor.look("/").text
    assert "uno.xlsx" in start
    assert "dos.xlsx" in start

    (tmp_path / "file").write_text("")
    visitor.look("/settings")
    page = visitor.press("web.settings.save", {"folder": str(tmp_path / "file")})
    assert page.status == 400
    assert site.desk.lists.kept.folder == elsewhere
    visitor.look("/settings")
    assert visitor.press("web.settings.save", {"folder": ""}).path == "/settings"
    assert site.desk.lists.kept.folder == elsewhere


def test_a_language_stays_chosen_and_leads_back_to_the_same_page_and_nowhere_else(
    tmp_path: Path, visitor: Visitor, site: Site
) -> None:
    for language in ("pt", "en", "es", "pt"):
        visitor.look("/settings?x=1")
        page = visitor.post("/language", language=language, back="/settings?x=1")
        assert (page.path, page.language) == ("/settings?x=1", language)
    assert site.desk.preferences.language == "pt"
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", ""):
        assert visitor.post("/language", language="pt", back=back).path == "/"
    assert visitor.post("/language", language="xx", back="/").language == "pt"
    assert site.visitor().page.language == "pt"  # also of who comes in later, and after another start
    with opened(tmp_path / "again", site.home, language="en") as again:
        assert again.visitor().page.language == "pt"


def test_a_template_of_the_person_s_own_is_offered_and_remembered(
    tmp_path: Path, own_world: Path, visitor: Visitor, api: Sandbox
) -> None:
    copied_template(own_world / "templates" / "mia", "casos.toml")
    visitor.look("/")
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(2)), template="mia/casos")
    assert page.says("web.review.can_go", count=2)
    visitor.press("web.review.continue", count=2)
    visitor.press("page.action.send", count=2)
    assert len(api.rows(taken=True)) == 2
    page = visitor.look("/")
    (form,) = [form for form in page.forms if form.takes_file]
    assert set(form.choices["template"]) >= {"mia/casos", "wolkvox/add_interaction", "wolkvox/send_sms"}
    assert dict(form.fields)["template"] == "mia/casos"
    blank = visitor.file("/blank?template=mia/casos")
    (tmp_path / "vacia.xlsx").write_bytes(blank)
    page = visitor.drop(tmp_path / "vacia.xlsx")
    assert page.numbers == [2]  # its example
    assert page.says("web.review.invalid", count=1)


def test_a_template_that_breaks_while_it_is_chosen_is_said_at_the_list(
    tmp_path: Path, own_world: Path, visitor: Visitor, api: Sandbox
) -> None:
    path = copied_template(own_world / "templates" / "mia", "rota.toml")
    visitor.look("/")
    path.write_text("not = toml = at all", encoding="utf-8")
    page = visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(2)), template="mia/rota")
    assert page.says("web.list.not_read", name="lista.xlsx")
    assert str(path) in page.text
    page = visitor.look("/")
    assert page.status == 200
    assert page.says("web.start.unusable", count=1)
    assert api.lines() == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_a_template_whose_name_is_no_text_takes_no_page_down(own_world: Path, visitor: Visitor) -> None:
    own = own_world / "templates" / "mia"
    own.mkdir(parents=True)
    (own / os.fsdecode(b"casos\xf1.toml")).write_text("title = ", encoding="utf-8")
    page = visitor.look("/")
    assert page.status == 200
    assert "mia/casos\\udcf1" in page.text


def test_a_demo_sends_nothing_anywhere_and_says_so(tmp_path: Path, own_world: Path, api: Sandbox) -> None:
    with opened(tmp_path / "demo", own_world, base_url=api.url, is_demo=True) as site:
        visitor = site.visitor()
        assert visitor.page.says("web.practice.demo")
        visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(1)))
        page = visitor.post(visitor.page.path + "/send", where="real")
        assert page.says("web.plan.to_practice")
        visitor.press("page.action.send", count=1)
        assert visitor.page.path == "/practice/1"
    assert api.lines() == []


def test_who_closes_it_on_the_page_ends_it(visitor: Visitor, site: Site) -> None:
    page = visitor.press("web.quit.button")
    assert page.says("web.quit.text")
    until(lambda: site.life.is_ending, "its end")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_template_that_can_not_be_used_is_said_at_the_menu_and_hides_no_other(
    language: str, tmp_path: Path, visitor: Visitor, site: Site, api: Sandbox
) -> None:
    own = site.home / "templates" / "micrm"
    own.mkdir(parents=True)
    (own / "contacts.toml").write_text("title = ", encoding="utf-8")
    (own / "orders.toml").write_bytes(b'title = "\xf1"')
    page = visitor.post("/language", language=language, back="/")
    assert page.status == 200
    assert page.says("web.start.unusable", count=2)
    for name in ("micrm/contacts", "micrm/orders"):
        assert name in page.text
        assert all(name not in form.choices.get("template", ()) for form in page.forms)
    assert page.says("template.not_utf8", path=str(own / "orders.toml"))
    assert str(own / "contacts.toml") in page.text
    assert visitor.drop(write_xlsx(tmp_path / "buena.xlsx", interactions(2))).says("web.review.can_go", count=2)
    assert visitor.look("/settings").says("web.settings.no_secrets")
    assert visitor.post("/settings/secrets").says("web.settings.dropped")
    for path in own.iterdir():
        path.unlink()
    assert not visitor.look("/").says("web.start.unusable", count=2)
    assert api.lines() == []
