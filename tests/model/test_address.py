import pytest

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import checked_origin, is_loopback, origin_of


@pytest.mark.parametrize("url", ["https://api.example.com", "https://api.example.com:8443", "http://127.0.0.1:8025", "http://localhost", "http://[::1]:80"])  # fmt: skip
def test_https_anywhere_and_http_to_this_machine_are_taken(url: str) -> None:
    assert checked_origin(url) == url
    assert checked_origin(url + "/") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "ftp://example.com",
        "example.com",
        "https://",
        "https://example.com/path",
        "https://example.com?x=1",
        "https://user:pass@example.com",
        "https://example.com:port",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        checked_origin(url)


def test_the_origin_of_a_template_url_may_hold_placeholders() -> None:
    assert origin_of("https://wv{{server}}.example.com/api?x={{y}}/z") == "https://wv{{server}}.example.com"
    assert origin_of("https://example.com") == "https://example.com"


def test_loopback_is_known_by_the_host() -> None:
    assert is_loopback("http://127.0.0.1:1/x")
    assert not is_loopback("https://127.0.0.1.example.com")


def test_a_password_in_an_address_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        checked_origin("https://user:secret@example.com/path")
    assert refused.value.message == Message("address.with_password")
