"""Which proxy the environment names, in every way in which people write one; what can't be used is said, never shown."""

import pytest

from uploader.errors import SettingsError
from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.sending.transports.proxies.environment import Proxy, proxy_to

API = "https://api.example.com"
SECRET = "s3cr3t"


def named(destination: str = API) -> Proxy | None:
    return proxy_to(destination)


@pytest.mark.parametrize(
    ("value", "name", "login"),
    [
        ("http://127.0.0.1:8872", "127.0.0.1:8872", None),
        ("127.0.0.1:8872", "127.0.0.1:8872", None),
        ("proxy.corp", "proxy.corp:80", None),
        ("HTTP://Proxy.Corp:3128/", "proxy.corp:3128", None),
        ("https://proxy.corp", "proxy.corp:443", None),
        ("http://proxy.corp:8080/any/path?of=it#too", "proxy.corp:8080", None),
        (' "http://proxy.corp:8080" ', "proxy.corp:8080", None),
        ("http://[::1]:8080", "[::1]:8080", None),
        ("[2001:db8::1]:8080", "[2001:db8::1]:8080", None),
        ("http://próxy.example:8080", "xn--prxy-rqa.example:8080", None),
        ("http://user:word@proxy.corp:8080", "proxy.corp:8080", (b"user", b"word")),
        ("user:word@proxy.corp:8080", "proxy.corp:8080", (b"user", b"word")),
        ("http://user@proxy.corp:8080", "proxy.corp:8080", (b"user", b"")),
        ("http://user:p%23%40%3A@proxy.corp:8080", "proxy.corp:8080", (b"user", b"p#@:")),
        ("http://user:p@ss:w;o,r=d@proxy.corp:8080", "proxy.corp:8080", (b"user", b"p@ss:w;o,r=d")),
        ("http://CORP\\user:señal 100%@proxy.corp:8080", "proxy.corp:8080", (b"CORP\\user", "señal 100%".encode())),
    ],
)
def test_a_proxy_is_understood(
    monkeypatch: pytest.MonkeyPatch, value: str, name: str, login: tuple[bytes, bytes] | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    proxy = named()
    assert proxy is not None
    assert (proxy.name, proxy.login) == (name, login)
    assert proxy.is_encrypted is value.startswith("https")


UNUSABLE = {
    f"http://user:{SECRET}#ss@127.0.0.1:8872": "characters",
    f"http://user:{SECRET}/ss@127.0.0.1:8872": "characters",
    f"user:{SECRET}?ss@127.0.0.1:8872": "characters",
    f"http://user:{SECRET}#ss": "port",
    f"user:{SECRET}": "port",
    "http=127.0.0.1:8872;https=127.0.0.1:8872": "several",
    "http=http://127.0.0.1:8872;https=http://127.0.0.1:8872": "several",
    "https=127.0.0.1:8872": "several",
    "127.0.0.1:8872;127.0.0.1:8873": "several",
    "http://127.0.0.1:8872,http://127.0.0.1:8873": "several",
    "PROXY proxy.corp:8080": "several",
    "http://127.0.0.1:port": "port",
    "http://127.0.0.1:0": "port",
    "http://127.0.0.1:99999": "port",
    "http://127.0.0.1:-1": "port",
    "http://127.0.0.1:٣": "port",
    "http://": "no_address",
    "http://:8080": "no_address",
    "http://[::1": "no_address",
    "http://[::1::]:80": "no_address",
    "http://::1:8080": "no_address",
    "http://pro%78y:80": "no_address",
    "http:/127.0.0.1:8872": "no_address",
    "http:127.0.0.1": "no_address",
    "//127.0.0.1:8872": "no_address",
    "http://example.com\u2100": "no_address",
    f"http://{SECRET}{'x' * 300}é:80": "no_address",
    "gopher://127.0.0.1:1": "wrong_kind",
    "socks://127.0.0.1:1080": "wrong_kind",
    "socks4://127.0.0.1:1080": "wrong_kind",
    "socks5://127.0.0.1:1080": "wrong_kind",
    "http=http://127.0.0.1:8872": "several",
    "://": "wrong_kind",
}


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "Https_Proxy"])
@pytest.mark.parametrize(("value", "why"), UNUSABLE.items(), ids=map(repr, UNUSABLE))
def test_what_can_not_be_used_is_said_with_the_variable_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, why: str
) -> None:
    monkeypatch.setattr("uploader.sending.transports.proxies.environment.find_spec", lambda _: None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as raised:
        named()
    where = Message("proxy.variable", name=variable)
    assert raised.value.message == Message("proxy.unusable", where=where, why=Message(f"proxy.{why}"))
    for language in LANGUAGES:
        sentence = render(raised.value.message, language)
        assert variable in sentence
        assert SECRET not in sentence


@pytest.mark.parametrize("value", ["", " ", '""'])
def test_an_empty_variable_names_no_proxy(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    assert named() is None


def test_the_variable_of_the_scheme_comes_before_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "nonsense://x")
    monkeypatch.setenv("HTTP_PROXY", "nonsense://x")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.corp:1")
    proxy = named()
    assert proxy is not None
    assert proxy.name == "proxy.corp:1"


@pytest.mark.parametrize("destination", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])
def test_this_machine_needs_none_whatever_the_variables_hold(monkeypatch: pytest.MonkeyPatch, destination: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:port")
    assert named(destination) is None


@pytest.mark.parametrize(
    ("destination", "no_proxy", "is_left_out"),
    [
        (API, "localhost,[::1]", False),
        (API, "fe80::/10", False),
        (API, "[::1]:80, http://, :, //, /, [, ], [::1, 1.2.3.4/99, *.*, \\", False),
        (API, "*", True),
        (API, "localhost, *", True),
        (API, "api.example.com", True),
        (API, "API.Example.COM.", True),
        (API, "example.com", True),
        (API, ".example.com", True),
        (API, "*.example.com", True),
        (API, "ample.com", False),
        (API, "api.example.com.evil", False),
        (API, "api.example.com:443", True),
        (API, "api.example.com:8443", False),
        (f"{API}:8443", "api.example.com:8443", True),
        (API, "https://api.example.com/", True),
        (API, "localhost;127.0.0.1;example.com", True),
        (API, "localhost 127.0.0.1 example.com", True),
        ("https://10.1.2.3", "10.0.0.0/8", True),
        ("https://10.1.2.3", "10.1.2.4/8", True),
        ("https://11.1.2.3", "10.0.0.0/8", False),
        ("https://10.1.2.3", "10.1.2.3:443", True),
        ("https://10.1.2.3", "fe80::/10,10.1.2.3", True),
        ("https://[2001:db8::1]", "2001:db8::1", True),
        ("https://[2001:db8::1]", "[2001:db8:0::1]", True),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443", True),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:443", False),
        ("https://[2001:db8::1]", "[2001:db8::]/32", True),
        ("https://[2001:db8::1]", "[2001:db8::/32]", True),
        ("https://[2001:db8::1]", "[::1]", False),
    ],
)
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_who_is_left_out_needs_no_proxy(
    monkeypatch: pytest.MonkeyPatch, variable: str, destination: str, no_proxy: str, is_left_out: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.corp:1")
    monkeypatch.setenv(variable, no_proxy)
    assert (named(destination) is None) is is_left_out
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:port")  # which then is of no importance
    if is_left_out:
        assert named(destination) is None
