"""Secrets come from the environment or from a function, late and once, and are seen nowhere."""

import asyncio
import json
import traceback
from pathlib import Path

import pandas as pd
import pytest

import uploader
from tests.conftest import FIELDS, PracticeProcess, everything_written, interactions
from tests.servers import serving
from uploader.sandbox import TOKEN

FRAME = pd.DataFrame(interactions(2), columns=list(FIELDS), dtype=object)
HIDDEN = "s3cret-of-tests"


@pytest.fixture
def without_token(sandbox: PracticeProcess, monkeypatch: pytest.MonkeyPatch) -> PracticeProcess:
    monkeypatch.delenv("WOLKVOX_TOKEN")
    return sandbox


class Vault:
    """Gives a secret, and counts how often it was asked."""

    def __init__(self, value: object) -> None:
        self.value, self.asked = value, 0

    def get(self) -> str:
        self.asked += 1
        return self.value  # type: ignore[return-value]  # a careless function may give anything


def test_a_function_gives_the_token_once(without_token: PracticeProcess) -> None:
    vault = Vault(TOKEN)
    result = uploader.send(FRAME, base_url=without_token.url, settings={"wolkvox_token": vault.get})
    assert (result.counts["accepted"], vault.asked) == (2, 1)


def test_a_function_comes_before_the_environment(sandbox: PracticeProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOLKVOX_TOKEN", "another")
    result = uploader.send(FRAME, base_url=sandbox.url, settings={"wolkvox_token": Vault(TOKEN).get})
    assert result.counts["accepted"] == 2


def test_a_function_may_give_a_plain_setting_too(without_token: PracticeProcess) -> None:
    settings = {"wolkvox_token": Vault(TOKEN).get, "wolkvox_server": lambda: "0042"}
    assert uploader.send(FRAME, base_url=without_token.url, settings=settings).exit_code == 0


def test_nobody_is_asked_for_a_token_that_is_not_needed(without_token: PracticeProcess) -> None:
    vault = Vault(TOKEN)
    settings: uploader.SettingValues = {"wolkvox_token": vault.get, "wolkvox_server": "0042"}
    uploader.check(FRAME, settings=settings)
    uploader.preview(FRAME, 2, settings=settings)
    with pytest.raises(uploader.ColumnError):
        uploader.send(FRAME[["to", "subject"]], settings=settings)
    uploader.send(FRAME, sandbox=True, settings={"wolkvox_token": vault.get})
    assert vault.asked == 0


def test_a_secret_that_is_given_as_a_text_is_refused_and_not_shown(sandbox: PracticeProcess) -> None:
    with pytest.raises(uploader.SettingsError, match=r'settings={"wolkvox_token": get_value}') as caught:
        uploader.send(FRAME, base_url=sandbox.url, settings={"wolkvox_token": HIDDEN})
    assert HIDDEN not in "".join(traceback.format_exception(caught.value))
    assert sandbox.bodies() == []


def test_a_token_that_is_missing_may_be_given_by_a_function(without_token: PracticeProcess) -> None:
    with pytest.raises(uploader.SettingsError, match=r"WOLKVOX_TOKEN.*get_value"):
        uploader.send(FRAME, base_url=without_token.url)


@pytest.mark.parametrize("value", [HIDDEN.encode(), None, 42])
def test_a_function_that_gives_no_text_is_named(without_token: PracticeProcess, value: object) -> None:
    with pytest.raises(uploader.SettingsError, match="wolkvox_token") as caught:
        uploader.send(FRAME, base_url=without_token.url, settings={"wolkvox_token": Vault(value).get})
    assert HIDDEN not in str(caught.value)


def test_what_a_function_raises_is_raised(without_token: PracticeProcess) -> None:
    def locked() -> str:
        raise PermissionError("the vault is locked")

    with pytest.raises(PermissionError, match="locked"):
        uploader.send(FRAME, base_url=without_token.url, settings={"wolkvox_token": locked})


def test_an_error_of_ours_shows_no_variable_of_ours(without_token: PracticeProcess) -> None:
    with pytest.raises(uploader.SettingsError) as caught:
        uploader.send(
            FRAME, base_url=without_token.url, settings={"wolkvox_token": Vault(HIDDEN + "\nsecond line").get}
        )
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if "uploader/api" in frame.filename]
    assert frames
    assert not [frame for frame in shown.stack if "uploader/actions" in frame.filename]
    assert HIDDEN not in "".join(shown.format())


async def take_any_token(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An API that sends the token back."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert HIDDEN.encode() in head
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    await reader.readexactly(length)
    answer = json.dumps({"code": "201", "error": None, "msg": f"taken with {HIDDEN}"}).encode()
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
    await writer.drain()
    writer.close()


def test_the_token_is_in_no_result_and_in_no_file(own_world: Path, tmp_path: Path) -> None:
    settings: uploader.SettingValues = {"wolkvox_server": "0042", "wolkvox_token": Vault(HIDDEN).get}
    with serving(take_any_token) as (url, _):
        result = uploader.send(FRAME, base_url=url, settings=settings, output=tmp_path / "x.xlsx", no_preflight=True)
    assert result.counts["accepted"] == 2
    shown = repr(result) + result.rows.to_string() + result.attempts.to_string() + repr(vars(result))
    assert "taken with ***" in shown
    assert HIDDEN not in shown
    written = [*everything_written(tmp_path), *everything_written(own_world)]
    assert [name for name, content in written if HIDDEN.encode() in content] == []
