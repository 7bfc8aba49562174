"""What an answer that asks to slow down says of its row: the template knows, and the server's record shows it."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Command, sheet_rows, write_csv
from tests.servers import serving
from tests.templates.answers.test_judging import WITHOUT_RULES, reply
from uploader.model.outcomes import Verdict
from uploader.templates.answers.judging import judge
from uploader.templates.parsing.parser import parse

RULE = "\n[[rules]]\ncode = [403]\nmeans = 'slow down'\nadvice = 'Slower.'\n"
OPEN = "\nslow_down = 'unknown'\n"
TEMPLATE = """
title = "Throttled"
[request]
url = "{url}/things"
json = {{ name = "{{{{name}}}}" }}
[columns.name]
[answer]
{answer}
"""


@pytest.mark.parametrize("body", [{"code": 403, "msg": "too fast"}, b"too fast", b""])
def test_by_rule_or_by_http_status_the_template_says_whether_a_slowed_row_was_taken(body: object) -> None:
    http_status = 403 if isinstance(body, dict) else 429
    for text, verdict, slows_down, code in (
        (WITHOUT_RULES + RULE, Verdict.SLOW_DOWN, False, None),
        (WITHOUT_RULES + OPEN + RULE, Verdict.UNKNOWN, True, "advice.slowed_down"),
    ):
        outcome = judge(reply(http_status, body), parse(text, "x.toml", "x"))
        assert (outcome.verdict, outcome.slows_down) == (verdict, slows_down)
        assert code is None or outcome.advice.code == code


def test_an_answer_that_asks_for_nothing_slows_nothing_down() -> None:
    template = parse(WITHOUT_RULES + OPEN, "x.toml", "x")
    for http_status, body in ((200, {"code": 200}), (500, b""), (400, {"code": 400}), (200, b"?")):
        assert not judge(reply(http_status, body), template).slows_down


@pytest.mark.parametrize(
    ("answer", "statuses", "asked"),
    [("", ["accepted"] * 4, 2), ("slow_down = 'unknown'", ["accepted", "accepted", "unknown", "accepted"], 1)],
)
def test_a_row_that_was_told_to_slow_down_goes_again_only_where_the_template_knows_that_it_was_not_taken(
    uploader: Command, tmp_path: Path, own_world: Path, answer: str, statuses: list[str], asked: int
) -> None:
    received: Counter[str] = Counter()

    async def throttle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.splitlines() if line.lower().startswith(b"content-length"))
        name = json.loads(await reader.readexactly(int(length.partition(b":")[2])))["name"]
        received[name] += 1
        is_slowed = name == "Luz" and received[name] == 1
        status = b"429 Too Many Requests" if is_slowed else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    path = write_csv(tmp_path / "list.csv", [["Ana"], ["Iván"], ["Luz"], ["Eva"]], header=["name"])
    with serving(throttle) as (url, _):
        template = tmp_path / "throttled.toml"
        template.write_text(TEMPLATE.format(url=url, answer=answer), encoding="utf-8")
        uploader("send", path, "-t", template)
        assert [line["Status"] for line in sheet_rows(tmp_path / "list.results.xlsx")] == statuses
        assert received == {"Ana": 1, "Iván": 1, "Luz": asked, "Eva": 1}
        uploader("send", path, "-t", template)
        assert received["Luz"] == asked
