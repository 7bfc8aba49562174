"""Secrets that are kept in the system's password store, which here is one in memory."""

import sys
import threading
from collections.abc import Callable, Iterator

import keyring
import keyring.backends.fail
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from tests.waiting import HANG_SECONDS
from uploader.actions.home import secret_store
from uploader.errors import SettingsError
from uploader.i18n import render

SERVERS, SETTING, SECRET = "https://wv{{server}}.example.com", "token", "s3cret-of-tests"


class Store(KeyringBackend):
    """Keeps passwords in memory; `ails` is what it raises instead."""

    priority = -1.0  # nobody but these tests may choose it

    def __init__(self, priority: float = 5, ails: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # it has no types
        self.priority = priority
        self.ails, self.kept = ails, dict[tuple[str, str], str]()

    def _works(self) -> None:
        if self.ails is not None:
            raise self.ails

    def get_password(self, service: str, username: str) -> str | None:
        self._works()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._works()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._works()
        del self.kept[service, username]


@pytest.fixture
def before() -> Iterator[None]:
    store = keyring.get_keyring()
    yield
    keyring.set_keyring(store)


@pytest.fixture
def store(before: None) -> Store:
    store = Store()
    keyring.set_keyring(store)
    return store


def test_a_secret_is_kept_for_one_setting_of_one_servers_until_it_is_dropped(store: Store) -> None:
    assert secret_store.is_available()
    assert secret_store.kept(SERVERS, SETTING) is None
    secret_store.keep(SERVERS, SETTING, "the one before")
    secret_store.keep(SERVERS, SETTING, SECRET)
    assert secret_store.kept(SERVERS, SETTING) == SECRET
    assert secret_store.kept("https://other.example.com", SETTING) is None
    assert store.kept == {("uploader", f"{SERVERS} {SETTING}"): SECRET}
    secret_store.drop(SERVERS, SETTING)
    secret_store.drop(SERVERS, SETTING)
    assert store.kept == {}


@pytest.mark.parametrize("what", ["absent", "none", "in the open"])
def test_without_a_safe_store_nothing_is_kept_and_looking_finds_nothing(
    before: None, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "absent":
        monkeypatch.setitem(sys.modules, "keyring", None)
    else:
        nothing = keyring.backends.fail.Keyring()  # type: ignore[no-untyped-call]  # it has no types
        keyring.set_keyring(nothing if what == "none" else Store(priority=0.5))
    assert not secret_store.is_available()
    assert secret_store.kept(SERVERS, SETTING) is None
    secret_store.drop(SERVERS, SETTING)
    with pytest.raises(SettingsError) as error:
        secret_store.keep(SERVERS, SETTING, SECRET)
    assert error.value.message.code == "secret_store.none"


@pytest.mark.parametrize("ails", [keyring.errors.KeyringLocked(SECRET), OSError(SECRET), RuntimeError(SECRET)])
def test_what_a_store_complains_of_is_named_by_its_kind_alone(store: Store, ails: Exception) -> None:
    store.ails = ails
    acts: list[Callable[[], object]] = [
        lambda: secret_store.keep(SERVERS, SETTING, SECRET),
        lambda: secret_store.kept(SERVERS, SETTING),
        lambda: secret_store.drop(SERVERS, SETTING),
    ]
    for act in acts:
        with pytest.raises(SettingsError) as error:
            act()
        assert (error.value.__cause__, error.value.__context__) == (None, None)
        shown = [render(error.value.message, language) for language in ("en", "es", "pt")]
        assert all(type(ails).__name__ in text and SECRET not in text for text in shown)


def test_a_store_that_says_nothing_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opens = threading.Event()
    monkeypatch.setattr(secret_store, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(store, "get_password", lambda service, username: str(opens.wait(HANG_SECONDS)))
    with pytest.raises(SettingsError) as error:
        secret_store.kept(SERVERS, SETTING)
    opens.set()
    assert error.value.message.code == "secret_store.silent"
