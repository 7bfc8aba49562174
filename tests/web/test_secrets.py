"""What is typed as a secret goes to the API and nowhere else, and is known only as long as the API lets us in with it."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from tests.conftest import everything_written, interactions, write_xlsx
from tests.web.visits import Sandbox, Site, Visitor, opened
from uploader.sandbox import TOKEN

WRONG = "wr0ng-t0ken-of-a-customer"


class Store(KeyringBackend):
    """A password store in memory."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # it has no types
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def store() -> Iterator[Store]:
    before, store = keyring.get_keyring(), Store()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


@pytest.fixture
def site(tmp_path: Path, own_world: Path, api: Sandbox) -> Iterator[Site]:
    """Without settings in the environment. Nothing of a secret may be left when it ends."""
    with opened(tmp_path / "page", own_world, base_url=api.url) as one:
        yield one
    written = [*everything_written(own_world), *everything_written(tmp_path)]
    assert len(written) > 3
    assert [name for name, content in written if TOKEN.encode() in content or WRONG.encode() in content] == []


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """Nothing that it was answered may have a secret in it."""
    one = site.visitor()
    yield one
    assert len(one.responses) > 5
    assert [said for said in one.responses if TOKEN.encode() in said or WRONG.encode() in said] == []


def checked(visitor: Visitor, folder: Path, count: int = 2, start: int = 1) -> None:
    visitor.look("/")
    visitor.drop(write_xlsx(folder / f"lista {start}.xlsx", interactions(count, start=start)))
    visitor.press("web.review.continue", count=count)


def sent(visitor: Visitor, token: str, count: int = 2, server: str = "0042") -> None:
    fields = {"setting wolkvox_server": server, "setting wolkvox_token": token}
    page = visitor.press("web.ask.continue", fields)
    if page.has_button("page.action.send", count=count):
        visitor.press("page.action.send", count=count)


def test_server_and_token_are_asked_for_once_and_wrong_ones_again(
    tmp_path: Path, api: Sandbox, visitor: Visitor, site: Site
) -> None:
    checked(visitor, tmp_path)
    assert visitor.page.stage == "asking"
    assert 'type="password"' in visitor.page.html
    assert not visitor.page.says("web.ask.keep_secret")  # there is no store here
    page = visitor.press("web.ask.continue", {"setting wolkvox_server": "abc", "setting wolkvox_token": TOKEN})
    assert page.stage == "asking"
    assert "abc" in page.html  # what was typed, but for the token
    page = visitor.press("web.ask.continue", {"setting wolkvox_server": "wv0042", "setting wolkvox_token": ""})
    assert page.says("web.ask.fill_in", about="wolkvox_token")
    sent(visitor, TOKEN)
    assert visitor.page.path == "/jobs/1"
    assert len(api.rows(taken=True)) == 2

    # The next list asks for the server alone, and knows which one it was.
    checked(visitor, tmp_path, start=50)
    (form,) = [form for form in visitor.page.forms if form.action.endswith("/answers")]
    assert "setting wolkvox_token" not in form.names
    assert dict(form.fields)["setting wolkvox_server"] == "0042"
    visitor.press("web.ask.continue")
    visitor.press("page.action.send", count=2)
    assert len(api.rows(taken=True)) == 4
    assert {line["token"] for line in api.lines()} == {"right"}

    assert visitor.look("/settings").html.count("wolkvox_token") == 1
    visitor.press("web.settings.drop")
    assert visitor.page.says("web.settings.no_secrets")
    assert site.desk.typed.names() == set()


def test_a_wrong_token_sends_nothing_and_is_asked_for_again(
    tmp_path: Path, api: Sandbox, visitor: Visitor, site: Site
) -> None:
    checked(visitor, tmp_path)
    sent(visitor, WRONG)
    assert api.rows(taken=True) == []
    assert {line["token"] for line in api.lines()} == {"wrong"}
    assert site.desk.typed.names() == set()
    assert "TOKEN" in visitor.page.text.upper()
    assert site.desk.lists.jobs() == []  # it is told before anything is staged
    visitor.press("web.review.continue", count=2)
    (form,) = [form for form in visitor.page.forms if form.action.endswith("/answers")]
    assert "setting wolkvox_token" in form.names


def test_a_secret_is_kept_in_the_password_store_only_if_a_person_wants_it_and_it_is_right(
    tmp_path: Path, api: Sandbox, own_world: Path, site: Site, store: Store, visitor: Visitor
) -> None:
    fields = {"setting wolkvox_server": "0042", "keep_secrets": "1"}
    checked(visitor, tmp_path)
    assert visitor.page.says("web.ask.keep_secret")
    page = visitor.press("web.ask.continue", {**fields, "setting wolkvox_token": WRONG})
    if page.has_button("page.action.send", count=2):
        visitor.press("page.action.send", count=2)
    assert store.kept == {}
    checked(visitor, tmp_path, start=20)
    visitor.press("web.ask.continue", {**fields, "setting wolkvox_token": TOKEN})
    assert store.kept == {}  # not before the API has let us in
    visitor.press("page.action.send", count=2)
    assert list(store.kept.values()) == [TOKEN]
    with opened(tmp_path / "another start", own_world, base_url=api.url) as again:
        another = again.visitor()
        checked(another, tmp_path, start=40)
        another.press("web.ask.continue")  # the server alone
        another.press("page.action.send", count=2)
        assert len(api.rows(taken=True)) == 4
        another.look("/settings")
        another.press("web.settings.drop")
    assert store.kept == {}
    assert [said for said in another.responses if TOKEN.encode() in said] == []


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_tokens_of_a_template_that_can_not_be_used_are_said_to_stay_and_all_others_are_forgotten(
    tmp_path: Path, own_world: Path, api: Sandbox, store: Store, language: str
) -> None:
    store.kept = {
        ("uploader", "https://wv{{wolkvox_server}}.wolkvox.com wolkvox_token"): TOKEN,
        ("uploader", "https://api.example.com own_token"): WRONG,
    }
    path = own_world / "templates" / "micrm" / "contacts.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(b'title = "\xf1"')
    with opened(tmp_path / "page", own_world, base_url=api.url, language=language) as site:
        visitor = site.visitor()
        page = visitor.look("/settings")
        assert page.says("web.settings.unusable", count=1)
        assert page.says("template.not_utf8", path=str(path))
        assert "wolkvox_token" in page.text
        page = visitor.press("web.settings.drop")
        assert page.says("web.settings.unusable", count=1)
        assert page.says("web.settings.no_secrets")
        assert list(store.kept.values()) == [WRONG]
        path.unlink()
        assert not visitor.look("/settings").says("web.settings.unusable", count=1)


def test_practice_asks_for_nothing_and_never_uses_what_was_typed(
    tmp_path: Path, visitor: Visitor, api: Sandbox, site: Site
) -> None:
    visitor.drop(write_xlsx(tmp_path / "lista.xlsx", interactions(1)))
    page = visitor.press("page.action.practice")
    assert page.says("web.plan.to_practice")
    visitor.press("page.action.send", count=1)
    assert visitor.page.path == "/practice/1"
    assert site.desk.typed.names() == set()
    assert api.lines() == []
