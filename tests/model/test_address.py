import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import checked_origin, is_loopback, origin_of, same_origin

ORDINARY = ["https://api.example.com", "https://api.example.com:8443", "http://127.0.0.1:8025", "http://localhost", "http://[::1]:8080", "https://wv0042.wolkvox.com", "https://***.example.com", "https://my_host"]  # fmt: skip


@pytest.mark.parametrize("url", ORDINARY)
def test_https_anywhere_and_http_to_this_machine_are_taken_and_kept_as_they_are(url: str) -> None:
    assert checked_origin(url) == url
    assert checked_origin(url + "/") == url


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        (
            "https://api.example.com",
            [
                "https://API.Example.com/",
                "HTTPS://api.example.com",
                "https://api.example.com:443",
                "https://api.example.com.",
                "https://API.example.com.:0443/",
                "https://api.example.com:",
                " https://api.example.com\n",
            ],
        ),
        (
            "http://localhost",
            ["http://LOCALHOST", "HTTP://localhost:80/", "http://localhost.", "http://localhost:0080"],
        ),
        ("http://localhost:8025", ["http://LocalHost:08025", "http://localhost.:8025/"]),
        (
            "https://xn--muoz-hqa.example",
            [
                "https://muñoz.example",
                "https://MUÑOZ.example:443",
                "https://mun\u0303oz.example",
                "https://xn--MUOZ-hqa.example",
            ],
        ),
        ("https://[2001:db8::1]", ["https://[2001:DB8:0:0:0:0:0:1]", "https://[2001:db8::0001]:443"]),
    ],
)
def test_one_server_has_one_name_however_it_is_written(name: str, ways: list[str]) -> None:
    for way in ways:
        assert checked_origin(way) == name
        assert same_origin(way, name)
        assert same_origin(name, way)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://api.example.com", "https://api.example.com:8443"),
        ("http://localhost", "https://localhost"),
        ("http://localhost", "http://127.0.0.1"),  # `localhost` may be ::1, where another server may listen
        ("https://faß.example", "https://fass.example"),
        ("https://wv{{a}}.example.com", "https://wv{{A}}.example.com"),
    ],
)
def test_what_may_be_another_server_has_another_name(one: str, other: str) -> None:
    assert not same_origin(one, other)


def test_an_address_that_is_none_is_only_the_same_as_itself() -> None:
    assert same_origin("https://wv{{server}}.example.com", "https://wv{{server}}.example.com")
    assert same_origin("", "")
    assert not same_origin("", "https://example.com")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "HTTP://api.example.com",
        "ftp://example.com",
        "example.com",
        "https://",
        "https://.",
        "https://example..com",
        "https://example.com/path",
        "https://example.com?x=1",
        "https://user:pass@example.com",
        "https://example.com:port",
        "https://example.com:0",
        "https://example.com:99999",
        "https://example.com:\u0664\u0664\u0663",
        "https://exam\nple.com",
        "https://exam ple.com",
        "https://exam\\ple.com",
        "https://%65xample.com",
        "https://[::1%25eth0]",
        "https://[::g]",
        "https://\ud800.example",
        f"https://{'a' * 70}ñ.example",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        checked_origin(url)


@given(st.one_of(st.text(), st.text().map("https://{}".format), st.text("a.:0[]ñ%\u0660@/ ").map("https://{}".format)))
def test_whatever_is_written_has_a_name_that_names_itself_or_is_refused(url: str) -> None:
    try:
        name = checked_origin(url)
    except SettingsError:
        return
    assert checked_origin(name) == name
    assert name.isascii()


def test_the_origin_of_a_template_url_may_hold_placeholders() -> None:
    assert origin_of("https://wv{{server}}.example.com/api?x={{y}}/z") == "https://wv{{server}}.example.com"
    assert origin_of("https://example.com") == "https://example.com"


def test_loopback_is_known_by_the_host() -> None:
    assert is_loopback("http://127.0.0.1:1/x")
    assert is_loopback("HTTP://LOCALHOST.:1/x")
    assert not is_loopback("https://127.0.0.1.example.com")


def test_a_password_in_an_address_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        checked_origin("https://user:secret@example.com/path")
    assert refused.value.message == Message("address.with_password")
