"""Rows whose outcome is unknown: looked up by a person, and settled from a program."""

import asyncio
import json
from collections.abc import Iterator

import pandas as pd
import pytest

import uploader
from tests.conftest import FIELDS, interactions
from tests.servers import serving

pytestmark = pytest.mark.usefixtures("api_that_ends_soon")

TAKEN = json.dumps({"code": "201", "error": None, "msg": "taken"}).encode()


class SilentForSome:
    """Takes every row, and hangs up without a word where the row says so."""

    def __init__(self) -> None:
        self.came: list[str] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        row = json.loads(await reader.readexactly(length))
        self.came.append(row["from"])
        if row["toname"] != "silence":
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(TAKEN), TAKEN))
            await writer.drain()
        writer.close()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, SilentForSome]]:
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")
    monkeypatch.setenv("WOLKVOX_TOKEN", "of tests")
    behaviour = SilentForSome()
    with serving(behaviour.handle) as (url, _):
        yield url, behaviour


def sent(url: str) -> tuple[pd.DataFrame, uploader.Result]:
    frame = pd.DataFrame(interactions(5), columns=list(FIELDS), dtype=object)
    frame.loc[[1, 3], "toname"] = "silence"
    return frame, uploader.send(frame, base_url=url, no_preflight=True)


def test_rows_without_an_answer_are_unknown_and_stay_so(api: tuple[str, SilentForSome]) -> None:
    url, behaviour = api
    frame, result = sent(url)
    assert (result.counts["unknown"], result.counts["accepted"], result.exit_code) == (2, 3, 1)
    assert result.rows.query("Status == 'unknown'").index.tolist() == [3, 5]
    assert result.attempts.set_index("Row").loc[3, "Detail"]
    again = uploader.send(frame, base_url=url, no_preflight=True)
    assert (again.counts["unknown"], again.requests) == (2, 0)
    assert len(behaviour.came) == 5


def test_rows_that_arrived_are_settled_by_the_index_of_a_frame(api: tuple[str, SilentForSome]) -> None:
    _, result = sent(api[0])
    assert result.job is not None
    settled = uploader.settle(result.job, result.rows.query("Status == 'unknown'").index, arrived=True)
    assert (settled.job, settled.counts["accepted"], settled.exit_code) == (result.job, 5, 0)


def test_a_row_that_did_not_arrive_goes_with_the_rest(api: tuple[str, SilentForSome]) -> None:
    url, behaviour = api
    frame, _ = sent(url)
    assert uploader.settle(frame, 3, arrived=False).counts["not sent"] == 1
    uploader.resume(frame, no_preflight=True)
    assert behaviour.came.count("from2@example.com") == 2
    assert behaviour.came.count("from4@example.com") == 1


def test_a_row_that_is_not_unknown_is_refused_and_nothing_is_changed(api: tuple[str, SilentForSome]) -> None:
    frame, _ = sent(api[0])
    with pytest.raises(uploader.SettingsError, match="2"):
        uploader.settle(frame, [2, 3], arrived=True)
    assert uploader.results(frame).counts["unknown"] == 2


def test_unknown_rows_go_again_where_the_caller_says_so(api: tuple[str, SilentForSome]) -> None:
    url, behaviour = api
    frame, _ = sent(url)
    uploader.send(frame, base_url=url, no_preflight=True, resend_unknown=True)
    assert sorted(behaviour.came) == sorted([*frame["from"], *frame["from"][[1, 3]]])
