"""A file of a form goes to the disk as it comes, or leaves nothing there."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import HANG_SECONDS, until
from tests.web.pages import BOUNDARY, Browser, Page, guarded, part

MB = 1 << 20


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with guarded(tmp_path, most=3 * MB) as page:
        yield page


@pytest.fixture
def browser(page: Page) -> Browser:
    return page.entered()


def sent(browser: Browser, *parts: bytes) -> tuple[int, str]:
    answer = browser.upload(part("csrf", browser.csrf.encode()), *parts)
    return answer.status, answer.text


def test_every_byte_of_a_file_arrives(page: Page, browser: Browser) -> None:
    content = bytes(range(256)) * 4096 + b"\r\n--" + BOUNDARY[:-1].encode() + b"\r\n\r\n--"
    assert sent(browser, part("list", content, "l.xlsx")) == (200, f"l.xlsx {len(content)} {{}}")
    assert (page.folder / "list").read_bytes() == content


NAMES = {
    name: name
    for name in (
        "clientes ñandú.xlsx",
        "../../x.csv",
        "con.csv",
        "a" * 300 + ".csv",
        "名前.csv",
        "a;b=c.csv",
        "😀.csv",
        "%2e%2e%2fx.csv",
        "a%22b.csv",
    )
}
ALTERED = {"C:\\x\\y.csv": "C:xy.csv", "/etc/passwd": "etc/passwd"}
"""aiohttp takes them for escapes and folders; no browser sends such."""


@pytest.mark.parametrize(("name", "told"), [*NAMES.items(), *ALTERED.items()])
def test_a_file_s_name_is_told_and_is_no_path_of_ours(name: str, told: str, page: Page, browser: Browser) -> None:
    assert sent(browser, part("list", b"abc", name)) == (200, f"{told} 3 {{}}")
    assert (page.folder / "list").read_bytes() == b"abc"
    assert sorted(path.name for path in page.folder.iterdir()) == ["list", "outside.txt", "static"]


def test_a_file_of_just_the_most_is_taken_and_one_byte_more_leaves_nothing(page: Page, browser: Browser) -> None:
    status, said = sent(browser, part("list", b"x" * (3 * MB + 1), "l.csv"))
    assert status == 400
    assert "más de 3 MB" in said
    assert not (page.folder / "list").exists()
    assert sent(browser, part("list", b"x" * (3 * MB), "l.csv"))[0] == 200


def test_no_file_an_empty_one_and_two_of_them(page: Page, browser: Browser) -> None:
    assert sent(browser, part("list", b"", "")) == (200, "no file {}")
    assert sent(browser, part("a", b"1"), part("b", "ñ".encode())) == (200, "no file {'a': '1', 'b': 'ñ'}")
    assert sent(browser, part("list", b"", "l.csv")) == (200, "l.csv 0 {}")
    (page.folder / "list").unlink()
    assert sent(browser, part("list", b"abc", "l.csv"), part("list", b"def", "m.csv"))[0] == 400
    assert not (page.folder / "list").exists()


def test_long_and_many_fields_are_refused(page: Page, browser: Browser) -> None:
    assert sent(browser, part("a", b"x" * 9_000))[0] == 400
    assert sent(browser, *[part(f"a{n}", b"x") for n in range(60)])[0] == 400
    assert sent(browser, part("list", b"abc", "l.csv"), part("a", b"x" * 9_000))[0] == 400
    assert not (page.folder / "list").exists()
    assert page.bugs == []


@pytest.mark.parametrize("end", [b"", b"\r\n--", b"\r\n--" + BOUNDARY.encode()[:-1], b"\r\n--other--\r\n"])
def test_a_form_without_its_end_leaves_nothing(end: bytes, page: Page, browser: Browser) -> None:
    start = b"".join(
        b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), one) for one in (part("csrf", browser.csrf.encode()),)
    ) + b"--%s\r\n%s" % (BOUNDARY.encode(), part("list", b"a;b\r\n" * 1000, "l.csv"))
    answer = browser.upload_raw(start + end)
    assert answer.status == 400
    assert "no llegó completo" in answer.text
    assert not (page.folder / "list").exists()
    assert page.bugs == []


@contextmanager
def half_sent(page: Page, browser: Browser) -> Iterator[socket.socket]:
    """A connection on which half of a file was sent."""
    form = b"--%s\r\n%s\r\n--%s\r\n%s" % (
        BOUNDARY.encode(), part("csrf", browser.csrf.encode()), BOUNDARY.encode(), part("list", b"x" * MB, "l.csv"),
    )  # fmt: skip
    says = {**browser.says, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(2 * MB)}
    head = "".join(f"{name}: {value}\r\n" for name, value in says.items())
    with socket.create_connection(("127.0.0.1", page.port), HANG_SECONDS) as connection:
        connection.sendall(f"POST /up HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n{head}\r\n".encode() + form)
        until(lambda: page.done == ["upload"], "the beginning of a file")
        yield connection


def test_a_sender_who_leaves_halfway_leaves_nothing(page: Page, browser: Browser) -> None:
    with half_sent(page, browser):
        until((page.folder / "list").exists, "the beginning of a file")
    until(lambda: not (page.folder / "list").exists(), "its end")
    assert page.bugs == []
    assert browser.look("/").status == 200


def test_a_sender_who_falls_silent_is_told_so_and_leaves_nothing(page: Page, browser: Browser) -> None:
    page.chunk_seconds = 0.3
    with half_sent(page, browser) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408")
    assert not (page.folder / "list").exists()
    assert page.bugs == []


def test_what_is_there_already_is_not_written_to(page: Page, browser: Browser) -> None:
    (page.folder / "list").write_bytes(b"theirs")
    assert sent(browser, part("list", b"abc", "l.csv"))[0] == 500
    assert (page.folder / "list").read_bytes() == b"theirs"
    assert [type(bug) for bug in page.bugs] == [FileExistsError]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_full_disk_is_explained_and_leaves_nothing(page: Page, browser: Browser) -> None:
    import resource  # noqa: PLC0415  # POSIX alone has it

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MB, before[1]))  # more than that no file may have
    try:
        status, said = sent(browser, part("list", b"x" * 2 * MB, "l.csv"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert status == 400
    assert "No se pudo guardar" in said
    assert not (page.folder / "list").exists()
    assert page.bugs == []
