"""Who may ask the page for anything: every attack is refused, and no handler has heard of it."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import HANG_SECONDS
from tests.web.pages import BOUNDARY, FORM, SECRET_OF_A_CUSTOMER, Browser, Page, guarded, part
from uploader.web.server.headers import HEADERS

MINUTES = 60.0
REFUSED = (b"HTTP/1.0 400", b"HTTP/1.1 400", b"HTTP/1.1 421")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with guarded(tmp_path_factory.mktemp("page")) as page:
        yield page


@pytest.fixture
def page(running: Page) -> Page:
    running.done.clear()
    running.used.clear()
    (running.folder / "list").unlink(missing_ok=True)
    return running


@pytest.fixture
def browser(page: Page) -> Browser:
    entered = page.entered()
    page.used.clear()
    return entered


def exchange(page: Page, data: bytes) -> bytes:
    """What the server says until it hangs up."""
    came = b""
    with socket.create_connection(("127.0.0.1", page.port), HANG_SECONDS) as connection:
        try:
            connection.sendall(data)
            while more := connection.recv(65_536):
                came += more
        except OSError:  # it hung up before it had read all
            return came
    return came


# The link and its session


def test_a_link_lets_one_browser_in_whose_cookie_no_script_and_no_other_site_gets(page: Page) -> None:
    came = page.ask(page.guard.new_link(), {"Sec-Fetch-Site": "none"})
    cookie, *attributes = str(came.headers["Set-Cookie"]).split("; ")
    assert cookie.startswith(f"uploader-{page.port}=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert page.ask("/", {"Cookie": cookie}).status == 200


def test_a_link_is_long_and_never_the_same(page: Page) -> None:
    links = {page.guard.new_link() for _ in range(20)}
    assert len(links) == 20
    assert all(len(link.removeprefix("/enter?key=")) == 43 for link in links)  # 256 bits


def test_a_link_works_once(page: Page) -> None:
    link = page.guard.new_link()
    assert page.ask(link).status == 303
    again = page.ask(link)
    assert again.status == 403
    assert "Set-Cookie" not in again.headers
    assert "ya se usó" in again.text


def test_a_person_who_is_in_already_finds_the_way_back_from_a_used_link(page: Page, browser: Browser) -> None:
    used = browser.look("/enter?key=x")
    assert used.status == 403
    assert '<a href="/">' in used.text
    assert '<a href="/">' not in page.ask("/enter?key=x").text


def test_a_link_is_too_old_after_some_minutes(page: Page) -> None:
    link, other = page.guard.new_link(), page.guard.new_link()
    page.clock.now += 4 * MINUTES
    assert page.ask(link).status == 303
    page.clock.now += 2 * MINUTES
    assert page.ask(other).status == 403


def test_of_many_links_only_the_last_few_work(page: Page) -> None:
    first, *others = [page.guard.new_link() for _ in range(9)]
    assert page.ask(first).status == 403
    assert [page.ask(link).status for link in others] == [303] * 8


@pytest.mark.parametrize("path", ["/enter", "/enter?key=", "/enter?key=x", "/enter?key=%ed%a0%80", "/enter?kex=1"])
def test_what_is_no_link_lets_nobody_in(path: str, page: Page) -> None:
    assert page.ask(path).status == 403


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_browser_that_looks_ahead_or_is_led_there_does_not_use_a_link_up(headers: dict[str, str], page: Page) -> None:
    link = page.guard.new_link()
    assert page.ask(link, headers).status == 403
    assert page.ask(link, method="HEAD").status == 403
    assert page.ask(link).status == 303


@pytest.mark.parametrize("path", ["/", "/csrf", "/static/style.css", "/nowhere", "/fail", "/enter/", "/link/"])
def test_without_a_session_nothing_is_shown_not_even_what_there_is(path: str, page: Page) -> None:
    for cookie in ("", f"uploader-{page.port}=x", f"uploader-{page.port}=", "uploader-1=x"):
        assert page.ask(path, {"Cookie": cookie}).status == 403
    assert page.done == page.used == []


def test_the_cookie_of_another_server_is_none(page: Page, tmp_path: Path) -> None:
    with guarded(tmp_path) as other:
        theirs = other.entered().cookie.partition("=")[2]
    assert page.ask("/", {"Cookie": f"uploader-{page.port}={theirs}"}).status == 403


def test_a_session_ends_after_a_week(page: Page, browser: Browser) -> None:
    page.clock.now += 6 * 24 * 60 * MINUTES
    assert browser.look("/").status == 200
    page.clock.now += 2 * 24 * 60 * MINUTES
    assert browser.look("/").status == 403


def test_only_requests_with_a_session_count_as_use(page: Page, browser: Browser) -> None:
    page.ask("/")
    page.ask("/", {"Cookie": browser.cookie, "Sec-Fetch-Site": "cross-site"})
    assert page.used == []
    browser.look("/")
    assert page.used == [None]


# Where a request comes from, and where it is meant to go


def foreign_hosts(port: int) -> list[str]:
    return [
        "", "evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", f"localhost:{port}", "127.0.0.1",
        f"127.0.0.1:{port}0", f"[::1]:{port}", f"0.0.0.0:{port}", f"127.1:{port}", f"127.0.0.1:{port}@evil.example",
    ]  # fmt: skip


def test_another_name_that_leads_here_is_refused(page: Page, browser: Browser) -> None:
    for host in foreign_hosts(page.port):
        for path in ("/", "/static/style.css", "/nowhere", page.guard.new_link()):
            assert page.ask(path, {**browser.says, "Host": host}).status in {400, 421}, (host, path)
    assert page.done == []


def test_two_hosts_and_a_whole_address_are_refused(page: Page, browser: Browser) -> None:
    head = f"Cookie: {browser.cookie}\r\nConnection: close\r\n\r\n"
    ours = f"Host: 127.0.0.1:{page.port}\r\n"
    assert exchange(page, f"GET / HTTP/1.1\r\n{ours}Host: evil.example\r\n{head}".encode()).startswith(REFUSED)
    assert exchange(page, f"GET http://evil.example/ HTTP/1.1\r\n{ours}{head}".encode()).startswith(REFUSED)
    assert page.done == []
    assert exchange(page, f"GET / HTTP/1.1\r\n{ours}{head}".encode()).startswith(b"HTTP/1.1 200")


def foreign_origins(port: int) -> list[str]:
    return [
        "null", "https://evil.example", f"http://127.0.0.1:{port + 1}", f"https://127.0.0.1:{port}", "http://127.0.0.1",
        f"http://localhost:{port}", f"http://127.0.0.1:{port}.evil.example", f"http://127.0.0.1:{port}/",
        f"HTTP://127.0.0.1:{port}",
    ]  # fmt: skip


def test_a_page_of_another_origin_is_refused_with_every_method(page: Page, browser: Browser) -> None:
    for origin in foreign_origins(page.port):
        for method, path in (("GET", "/"), ("HEAD", "/"), ("POST", "/do"), ("GET", "/nowhere")):
            headers = {**browser.says, "Origin": origin, "X-CSRF": browser.csrf}
            assert page.ask(path, headers, b"" if method == "POST" else None, method).status == 403, origin
    assert page.done == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_what_a_browser_says_of_another_site_is_believed(site: str, page: Page, browser: Browser) -> None:
    assert browser.look("/", **{"Sec-Fetch-Site": site}).status == 403
    assert browser.post("/do", {"csrf": browser.csrf}, {"Sec-Fetch-Site": site}).status == 403
    assert page.done == []


def test_a_person_s_own_wish_may_look_and_not_do(page: Page, browser: Browser) -> None:
    assert browser.look("/", **{"Sec-Fetch-Site": "none"}).status == 200
    assert browser.post("/do", {"csrf": browser.csrf}, {"Sec-Fetch-Site": "none"}).status == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/do", "/enter", "/link", "/nowhere", "*"])
def test_other_methods_are_refused(method: str, path: str, page: Page, browser: Browser) -> None:
    answer = page.ask(path, {**browser.says, "X-CSRF": browser.csrf, "Connection": "close"}, b"", method)
    assert answer.status in {400, 405}
    assert page.done == []


# Forms


def test_a_form_of_ours_is_taken(page: Page, browser: Browser) -> None:
    answer = browser.post("/do", {"csrf": browser.csrf, "name": "ñandú"})
    assert (answer.status, answer.text) == (200, f"csrf={browser.csrf}, name=ñandú")
    assert browser.post("/do", {"name": "x"}, {"X-CSRF": browser.csrf}).status == 200
    assert page.ask("/do", {**browser.says, "X-CSRF": browser.csrf}, b"", "POST").status == 200


def test_a_form_without_the_right_token_is_refused(page: Page, browser: Browser) -> None:
    other = page.entered()
    wrong: list[dict[str, str]] = [
        {},
        {"csrf": ""},
        {"csrf": "x"},
        {"csrf": other.csrf},
        {"csrf": f"{browser.csrf}x"},
        {"CSRF": browser.csrf},
    ]
    for form in wrong:
        assert browser.post("/do", form).status == 403, form
        assert browser.post("/do", {"csrf": browser.csrf}, {"X-CSRF": form.get("csrf") or "x"}).status == 403
    assert browser.post(f"/do?csrf={browser.csrf}", {}).status == 403
    assert page.done == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "", "application/x-www-form-urlencodedx", "multipart/mixed"]
)
def test_a_form_of_another_kind_shows_no_token(kind: str, page: Page, browser: Browser) -> None:
    assert browser.post("/do", {"csrf": browser.csrf}, {"Content-Type": kind}).status in {403, 415}
    assert page.done == []


def test_a_session_s_token_is_not_for_another_session(page: Page, browser: Browser) -> None:
    assert browser.post("/do", {"csrf": browser.csrf}, {"Cookie": page.entered().cookie}).status == 403
    assert page.done == []


def test_an_upload_of_ours_is_taken(page: Page, browser: Browser) -> None:
    content = b"a;b\r\n" * 200_000  # more than another body may have
    answer = browser.upload(
        part("csrf", browser.csrf.encode()), part("template", b"x"), part("list", content, "niñas.csv")
    )
    assert (answer.status, answer.text) == (200, f"niñas.csv {len(content)} {{'template': 'x'}}")
    assert (page.folder / "list").read_bytes() == content
    (page.folder / "list").unlink()
    assert browser.upload(part("list", b"abc", "l.csv"), headers={"X-CSRF": browser.csrf}).text == "l.csv 3 {}"


def test_an_upload_without_the_right_token_first_is_refused_before_its_file_is_read(
    page: Page, browser: Browser
) -> None:
    token, file = part("csrf", browser.csrf.encode()), part("list", b"abc", "l.csv")
    other = part("csrf", page.entered().csrf.encode())
    for parts in ([file], [file, token], [other, file], [other, token, file], [part("csrf", b""), token, file],
                  [part("csrf", b"x" * 10_000), file], [part("csrf", browser.csrf.encode(), "x"), file], [part("x", b"x"), token, file]):  # fmt: skip
        assert browser.upload(*parts).status == 403, parts
    assert browser.upload(token, file, headers={"X-CSRF": "x"}).status == 403
    assert browser.upload(token, file, headers={"Origin": "null"}).status == 403
    assert page.done == []
    assert not (page.folder / "list").exists()


def test_who_takes_no_uploads_gets_none(page: Page, browser: Browser) -> None:
    token = part("csrf", browser.csrf.encode())
    assert browser.upload(token, path="/do").status == 415
    assert browser.upload(token, path="/do", headers={"X-CSRF": browser.csrf}).status == 415
    assert browser.upload(token, path="/nowhere").status == 415
    assert page.done == []


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/mixed; boundary={BOUNDARY}",
        f"multipart/form-data; boundary={'x' * 200}",
    ],
)
def test_an_upload_that_is_none_is_refused(kind: str, page: Page, browser: Browser) -> None:
    answer = browser.upload(part("csrf", browser.csrf.encode()), headers={"Content-Type": kind})
    assert answer.status in {400, 403, 415}
    assert page.bugs == []
    assert page.done == []


# Paths and sizes


@pytest.mark.parametrize(
    "path",
    ["../outside.txt", "%2e%2e/outside.txt", "..%2foutside.txt", "%2e%2e%2foutside.txt", "..%5coutside.txt", "..\\outside.txt",
     "%252e%252e/outside.txt", "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "style.css/../../outside.txt", "C:/x", "style.css%00.txt", "."],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_shown(path: str, page: Page, browser: Browser) -> None:
    answer = browser.look(f"/static/{path}")
    assert answer.status in {400, 403, 404}
    assert "outside" not in answer.text
    assert page.bugs == []


def test_a_long_body_is_refused(page: Page, browser: Browser) -> None:
    assert browser.post("/do", {"csrf": browser.csrf, "x": "x" * 200_000}).status == 200
    page.done.clear()
    assert browser.post("/do", {"csrf": browser.csrf, "x": "x" * 300_000}).status == 413
    assert browser.post("/do", {"x": "x" * 300_000}, {"X-CSRF": browser.csrf}).status == 413
    assert page.bugs == []


@pytest.mark.parametrize("where", ["path", "header", "headers"])
def test_a_long_head_is_refused(where: str, page: Page, browser: Browser) -> None:
    line = "/" + "x" * 20_000 * (where == "path")
    more = {"header": "X: " + "x" * 20_000 + "\r\n", "headers": "X: x\r\n" * 10_000}.get(where, "")
    head = f"GET {line} HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nCookie: {browser.cookie}\r\n{more}\r\n"
    came = exchange(page, head.encode())
    assert came == b"" or came.startswith(REFUSED)
    assert page.done == []


def test_who_begins_a_request_and_falls_silent_is_left(tmp_path: Path) -> None:
    with guarded(tmp_path, head_seconds=0.2) as page:
        begun = time.monotonic()
        assert exchange(page, b"") == b""
        assert exchange(page, b"GET / HTTP/1.1\r\nHost: x\r\n") == b""
        assert time.monotonic() - begun >= 0.4
        browser = page.entered()
        time.sleep(0.3)
        assert browser.look("/").status == 200


# What every answer says


def hardened(headers: Any) -> bool:
    return all(headers.get_all(name) == [value] for name, value in HEADERS.items()) and "Server" not in headers


def test_every_answer_says_what_the_browser_must_not_do(page: Page, browser: Browser) -> None:
    answers = {
        "page": browser.look("/"),
        "static": browser.look("/static/style.css"),
        "redirection": browser.look("/lead"),
        "entry": page.ask(page.guard.new_link()),
        "unknown": browser.look("/nowhere"),
        "method": page.ask("/", browser.says, b"", "PUT"),
        "wrong method": page.ask("/", {**browser.says, "X-CSRF": browser.csrf}, b"", "POST"),
        "no session": page.ask("/"),
        "host": page.ask("/", {"Host": "x"}),
        "bug": browser.look("/fail"),
        "too large": browser.post("/do", {"x": "x" * 300_000}),
        "expectation": page.ask("/", {"Expect": "x"}),
    }
    assert {name: answer.status for name, answer in answers.items()} == {
        "page": 200, "static": 200, "redirection": 303, "entry": 303, "unknown": 404, "method": 405, "wrong method": 405,
        "no session": 403, "host": 421, "bug": 500, "too large": 413, "expectation": 417,
    }  # fmt: skip
    assert [name for name, answer in answers.items() if not hardened(answer.headers)] == []
    assert len(page.bugs) == 1
    page.bugs.clear()


@pytest.mark.parametrize("sent", [b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n"])
def test_the_answer_to_what_is_no_request_says_it_too(sent: bytes, page: Page) -> None:
    head = exchange(page, sent).partition(b"\r\n\r\n")[0].decode()
    assert head.startswith(("HTTP/1.0 400", "HTTP/1.1 400"))
    assert [line for name, line in HEADERS.items() if f"\r\n{name}: {line}" not in head] == []
    assert "\r\nServer:" not in head


def test_a_bug_shows_nothing_of_anybody_s_data(page: Page, browser: Browser) -> None:
    answer = browser.look("/fail")
    assert answer.status == 500
    assert SECRET_OF_A_CUSTOMER not in answer.text
    assert [str(bug) for bug in page.bugs] == [SECRET_OF_A_CUSTOMER]
    page.bugs.clear()


def test_a_refusal_is_in_the_person_s_language(page: Page, browser: Browser) -> None:
    assert '<html lang="es">' in page.ask("/").text
    assert "acceso directo" in page.ask("/").text
    assert "Esta página no existe." in browser.look("/nowhere").text


def test_a_body_that_says_it_is_packed_is_not_unpacked(page: Page, browser: Browser) -> None:
    assert browser.post("/do", {"csrf": browser.csrf}, {"Content-Encoding": "gzip"}).status == 200
    assert (
        page.ask("/do", {**browser.says, "Content-Type": FORM, "Content-Encoding": "gzip"}, b"\x1f\x8b", "POST").status
        == 400
    )
