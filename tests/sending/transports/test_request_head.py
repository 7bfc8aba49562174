"""How requests to the server itself are written: as httpx and h11 write them, however they are put together."""

import h11
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.model.http import Request
from uploader.sending.transports import always_sent
from uploader.sending.transports.direct.address import address_of
from uploader.sending.transports.direct.request_head import Heads

TARGETS = st.lists(
    st.sampled_from([
        "/", "/", "?", "&", "=", ".", "..", "a", "Z9", "~", "_", "-", "%20", "%C3%B1", "%2F", "%zz", "%", "%c3", "ñ", "+", ":",
        "@", "[", "]", "{", "}", "#", " ", '"', "<", ";", ",", "!", "*", "'", "(", "|", "^", "`", "\\", "\x7f", "\n",
    ]),
    max_size=12,
)  # fmt: skip
ORIGINS = [
    "http://h",
    "https://h:8443",
    "http://h:80",
    "https://h:443",
    "http://[::1]:1",
    "http://ñandú.example",
    "HTTP://H",
]


@given(st.sampled_from(ORIGINS), TARGETS)
def test_an_address_is_what_httpx_makes_of_it(origin: str, parts: list[str]) -> None:
    url = origin + "".join(parts)
    try:
        parsed = httpx.URL(url)
        expected = (parsed.scheme, parsed.raw_host, parsed.netloc, parsed.raw_path)
    except httpx.InvalidURL:
        with pytest.raises(httpx.InvalidURL):
            address_of(url)
        return
    place, host, target = address_of(url)
    assert (place.scheme, place.host.encode(), host.encode(), target.encode()) == expected


@pytest.mark.parametrize("url", ["ftp://h/x", "file:///x", "/x"])
def test_only_http_is_sent(url: str) -> None:
    with pytest.raises((httpx.UnsupportedProtocol, httpx.InvalidURL)):
        address_of(url)


HEADERS = st.dictionaries(
    st.sampled_from(["X-Token", "Content-Type", "accept", "USER-AGENT", "X-Ref"]),
    st.text(st.characters(min_codepoint=9, max_codepoint=255), max_size=8),
)


@given(
    st.sampled_from(["POST", "GET", "PUT", "PATCH", "DELETE"]), TARGETS, HEADERS, st.binary(max_size=20), st.booleans()
)
def test_a_request_is_read_by_a_server_as_it_was_meant(
    method: str, parts: list[str], headers: dict[str, str], body: bytes, closes: bool
) -> None:
    request = Request(method, "http://h:81/" + "".join(parts), headers, body, "")
    try:
        written = Heads(always_sent()).of(request, closes=closes).with_body(method, body)
    except (httpx.InvalidURL, httpx.LocalProtocolError):
        return
    got, came = server_reads(written)
    assert (got.method, got.target) == (method.encode(), httpx.URL(request.url).raw_path)
    assert came == body
    said = {name: value for name, value in got.headers if name != b"content-length"}
    expected = {**always_sent(), "Connection": "close" if closes else "keep-alive", "Host": "h:81"}
    lower = {name.lower(): value for name, value in expected.items()} | {n.lower(): v for n, v in headers.items()}
    assert said == {name.encode(): value.encode("latin-1").strip(b" \t") for name, value in lower.items()}


def server_reads(written: bytes) -> tuple[h11.Request, bytes]:
    """The one request that a server finds in these bytes, and its body."""
    server, came = h11.Connection(h11.SERVER), b""
    server.receive_data(written)
    request = server.next_event()
    assert isinstance(request, h11.Request)
    while isinstance(event := server.next_event(), h11.Data):
        came += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert server.trailing_data == (b"", False)
    return request, came


@pytest.mark.parametrize("value", ["two\nlines", "a\rb", "\0", "ends\r\n\r\nGET / HTTP/1.1"])
def test_a_header_that_makes_two_of_one_is_refused(value: str) -> None:
    with pytest.raises(httpx.LocalProtocolError):
        Heads({}).of(Request("POST", "http://h/", {"X": value}, b"", ""), closes=False)


def test_alike_heads_are_written_once_and_others_never_get_them() -> None:
    heads = Heads({})
    texts = [
        heads.of(Request(method, url, {"X-Token": token}, b"", ""), closes=closes).text
        for method in ("POST", "PUT")
        for url in ("http://h/1", "http://h/2", "http://i/1", "https://h/1")
        for token in ("a", "b")
        for closes in (False, True)
    ]
    assert len(set(texts)) == len(texts) * 3 // 4  # http and https to one host look alike
