"""What a page of somebody else can do to ours in the same browser, where it knows our port: nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from playwright.sync_api import Page, expect

from tests.conftest import Command, write_csv
from tests.web.browser import Complaints
from tests.web.clerk import Clerk, Office, customers
from tests.web.conftest import OpenApp, OpenPage
from tests.web.server.test_browser import serving

ATTACKS = {
    "form": "<form method=post action='{ours}{path}'><input name=csrf value=x><input name=where value=real></form>"
    "<script>document.forms[0].submit()</script>",
    "multipart": "<form method=post enctype='multipart/form-data' action='{ours}{path}'></form>"
    "<script>document.forms[0].submit()</script>",
    "fetch": "<script>fetch('{ours}{path}', {{method: 'POST', mode: 'no-cors', credentials: 'include', body: 'csrf=x'}})"
    ".finally(() => document.title = 'done')</script>",
    "read": "<script>fetch('{ours}{path}', {{credentials: 'include'}}).then(answer => answer.text())"
    ".then(text => document.body.append(text), () => document.title = 'done')</script>",
    "frame": "<iframe src='{ours}{path}' onload=\"document.title = 'done'\"></iframe>",
    "picture": "<img src='{ours}{path}' onerror=\"document.title = 'done'\">",
    "script": "<script src='{ours}/static/app.js' onerror=\"document.title = 'done'\"></script>",
    "link": "<script>location = '{ours}{path}'</script>",
}

REFUSED = ("403: ", "ERR_BLOCKED_BY_RESPONSE", "CORS policy")
"""As our server says it, or the browser because of what our server said."""


@contextmanager
def page_of_somebody_else(body: str) -> Iterator[str]:
    """Its address: another port of this computer, which shares cookies with ours and is the same site."""

    async def whole(_: web.Request) -> web.Response:
        return web.Response(text=f"<!doctype html><title>T</title><body>{body}", content_type="text/html")

    async def none(_: web.Request) -> web.Response:
        return web.Response(status=204)

    with serving(web.get("/", whole), web.get("/favicon.ico", none)) as url:
        yield url


def test_no_other_page_sees_or_changes_anything(
    page: Page, open_app: OpenApp, office: Office, complaints: Complaints, tmp_path: Path
) -> None:
    with open_app() as app:
        page.goto(app.link)
        clerk = Clerk(page).checks(write_csv(tmp_path / "uno.csv", customers(2)))
        ours, address = app.link.partition("/enter")[0], urlsplit(page.url).path
        clerk.plans(2)
        plan = urlsplit(page.url).path
        assert page.context.cookies(), "an attack that lacks the cookie shows nothing"
        for name, attack in ATTACKS.items():
            for path in (f"{address}/delete", "/quit", f"{plan}/answers") if name in {"form", "fetch"} else (address,):
                with page_of_somebody_else(attack.format(ours=ours, path=path)) as url:
                    refused(page, url, name)
                    said = complaints.take("")
                    assert any(words in one for words in REFUSED for one in said), (name, path, said)
        page.goto(f"{ours}/")
        assert not app.process.is_over
        page.goto(f"{ours}{plan}")
        clerk.is_at_plan().press("page.action.send", count=2).is_at_result()
        assert office.statuses("uno", customers(2)) == ["accepted"] * 2


def refused(page: Page, url: str, name: str) -> None:
    """Let the attack come to its end; nothing of ours is seen there."""
    page.goto(url, wait_until="commit")
    if name in {"form", "multipart", "link"}:
        expect(page.get_by_role("alert")).to_be_visible()  # our own refusal
    else:
        expect(page).to_have_title("done")
    assert "ana1@correo.test" not in page.content()
    for frame in page.frames[1:]:
        assert "ana1@correo.test" not in frame.content()


def test_a_link_works_once_and_neither_another_name_nor_another_s_form_leads_in(
    page: Page, open_page: OpenPage, open_app: OpenApp, office: Office, uploader: Command, complaints: Complaints
) -> None:
    with open_app() as app:
        page.goto(app.link)
        expect(page.get_by_role("heading", level=1)).to_have_text(Clerk(page).text("web.start.title"))
        other = open_page()
        for address, code in (
            (app.link, "app.link_used"),
            (app.link.partition("/enter")[0], "app.no_session"),
            (app.link.replace("127.0.0.1", "localhost"), "app.other_host"),
        ):
            other.goto(address)
            expect(other.get_by_role("alert")).to_have_text(Clerk(other).text(code))
            assert other.context.cookies() == []
        assert len(complaints.take("403:")) == 2
        assert len(complaints.take("421:")) >= 1
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text(Clerk(page).text("web.start.title"))
        stolen = page.locator("input[name=csrf]").first.input_value()
        other.goto(uploader(*office.arguments).out.strip())
        other.locator("form[action='/sample'] input[name=csrf]").evaluate("(field, own) => field.value = own", stolen)
        Clerk(other).press("web.start.sample")
        expect(other.get_by_role("alert")).to_be_visible()
        assert len(complaints.take("403: POST")) == 1
    assert not office.lists.exists() or not list(office.lists.iterdir())
