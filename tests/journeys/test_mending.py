"""A result or problems workbook, mended and sent again: what arrives is what was mended, and nothing twice."""

import json
import shutil
import socket
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.books import AWKWARD, GOOD, World, awkward_rows, copied_template, mend, refused, tamper
from tests.conftest import (
    Command,
    PracticeProcess,
    environment,
    sheet_rows,
    start_practice,
)
from tests.processes import started
from tests.servers import gated
from tests.waiting import HANG_SECONDS, until
from uploader.sandbox import UNKNOWN_ROUTING_POINT
from uploader.workbooks.cell_digests import canonical_text


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("shared"), "--latency", "0", "--quota", "100000")


@pytest.fixture
def world(uploader: Command, shared: PracticeProcess, tmp_path: Path) -> World:
    """One server for all tests of the file; each sees what itself sent."""
    return World(uploader, shared.from_now_on(), tmp_path)


def statuses(path: Path, column: str = "Status") -> list[str]:
    return [line[column] for line in sheet_rows(path)]


@pytest.mark.usefixtures("api_that_ends_soon")
def test_a_mended_run_that_is_killed_goes_on_and_sends_nothing_twice(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = refused(24, tuple(range(4, 26)))
    with gated(practice, passing=24 + 4) as (server, gate):
        world = World(uploader, server, tmp_path)
        book = world.sent(rows, "--stop-after", "1000")
        mend(book, {(number, "rp_id"): GOOD for number in range(4, 26)})
        seen = practice.from_now_on()
        with started("send", book, "--base-url", server.url) as run:
            until(lambda: len(seen.received()) == 6, "four rows answered and two under way")
            run.kill()
        gate.open()
        ended, _ = world.send(book)
    assert ended.code in (0, 1)
    lines = sheet_rows(book)
    assert [line["Row"] for line in lines] == list(range(2, 26))
    taken = Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])
    assert set(taken.values()) == {1}
    accepted = {line["from"] for line in lines if line["Status"] == "accepted"}
    assert accepted <= set(taken)
    assert {line["Status"] for line in lines if line["from"] not in accepted} <= {"unknown"}
    assert len(lines) - len(accepted) == 2


@pytest.fixture
def attacker() -> Iterator[tuple[str, Callable[[], bool]]]:
    """The address of a server that nothing may reach, and whether something did."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)

        def was_reached() -> bool:
            try:
                listening.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield f"http://127.0.0.1:{listening.getsockname()[1]}", was_reached


def test_a_workbook_never_decides_where_the_token_goes(
    world: World, tmp_path: Path, attacker: tuple[str, Callable[[], bool]]
) -> None:
    url, was_reached = attacker
    book = mend(world.sent(refused()), {(4, "rp_id"): GOOD})
    evil = copied_template(tmp_path / "evil", "evil.toml", **{"https://wv{{wolkvox_server}}.wolkvox.com": url})
    where = dict.fromkeys(("destination", "base_url", "url", "sent_to"), url) | {
        "settings": json.dumps({"wolkvox_server": "evil", "base_url": url})
    }
    whole = book.read_bytes()
    here, elsewhere = environment(), environment(UPLOADER_HOME=world.another_computer)
    for template, command, env in (
        (str(evil), ["send", book], here),
        (str(evil), ["send", book, "--base-url", world.practice.url], elsewhere),
        ("evil/evil.toml", ["preview", book, "--row", "4"], elsewhere),
    ):
        book.write_bytes(whole)
        tamper(book, template=template, **where)
        ended = world.uploader(*command, env=env)
        assert (ended.code, was_reached()) == (2, False)
        assert "which is not installed here" in ended.err
    book.write_bytes(whole)
    tamper(book, **where)
    shown = world.uploader("preview", book, "--row", "4", env=elsewhere)
    assert "https://wv0042.wolkvox.com/" in shown.out
    came = world.practice.from_now_on()
    ended = world.uploader("send", book, env=here)  # where it went before, the journal knows
    assert (ended.code, was_reached()) == (1, False)
    assert [body["rp_id"] for body in came.bodies()] == [GOOD, UNKNOWN_ROUTING_POINT]
    assert {line["headers"]["wolkvox_server"] for line in came.received()} == {"0042"}


def as_saved(row: list[str]) -> list[str]:
    """What LibreOffice leaves of texts whose only source its file is."""
    return [canonical_text(cell) for cell in row]


SOFFICE = shutil.which("soffice")


def saved_by_libreoffice(path: Path, folder: Path) -> Path:
    """The same workbook, opened and saved by LibreOffice, which has a profile of its own here."""
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "saved"), str(path)], capture_output=True, timeout=HANG_SECONDS, check=True
    )
    shutil.copy(folder / "saved" / path.name, path)
    with zipfile.ZipFile(path) as package:
        assert b"LibreOffice" in package.read("docProps/app.xml")
    return path


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_mended_in_libreoffice_no_row_looks_changed(world: World, tmp_path: Path) -> None:
    rows = awkward_rows()
    book = mend(world.sent(rows, "--stop-after", "1000"), {(3, "rp_id"): GOOD, (5, "subject"): "=mended"})
    rows[1][6], rows[3][4] = GOOD, "=mended"
    saved_by_libreoffice(book, tmp_path)
    (tmp_path / "there").mkdir()
    copy = Path(shutil.copy(book, tmp_path / "there" / "copy.xlsx"))
    assert world.uploader("verify", book).out.count("differs in") == 2
    ended, came = world.send(book, "--stop-after", "1000", "--no-preflight")
    assert came == sorted(rows[1::2])
    assert "edited since" not in ended.err
    assert statuses(book).count("accepted") == len(AWKWARD) + 1
    ended, came = world.send(copy, "--stop-after", "1000", "--no-preflight", UPLOADER_HOME=world.another_computer)
    assert "edited since" not in ended.err
    assert list(map(as_saved, came)) == sorted(map(as_saved, rows[1::2]))
