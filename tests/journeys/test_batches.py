"""Rows that share a request, by the real command: by the server's own record none comes twice, and each is accounted for."""

import asyncio
import json
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import Command, Ended, environment, sheet_rows, write_csv
from tests.processes import started
from tests.standins import Asked, Said, standing_in
from tests.waiting import until

TEMPLATE = """
title = "Records"
[request]
url = "https://api.example.com/records"
bearer = "{{token}}"
[request.batch]
size = 10
rows = "records"
answers = "records"
[request.json]
typecast = true
records = [{ fields = { name = "{{name}}" } }]
[answer]
message = ["records.*.error", "error.message"]
[[rules]]
message = "bad name"
means = "rejected"
[limits]
concurrency = 2
[settings.token]
environment = "RECORDS_TOKEN"
[columns.name]
required = true
"""
BAD = "bad"
"""How names begin that the API refuses, alone."""
AWFUL = "awful"
"""And those because of which it refuses all rows of their request."""


@dataclass
class Api:
    """Takes records, and keeps its own record of them; some requests are cut, before or after they are taken."""

    url: str = ""
    taken: Counter[str] = field(default_factory=Counter)
    arrived: list[list[str]] = field(default_factory=list)
    """The names of each request."""
    cut: Mapping[int, Literal["before", "after"]] = field(default_factory=dict)
    """By the nth request, from 1: whether before or after it is taken."""
    held: set[int] = field(default_factory=set)
    """Those that get no answer before `release`."""
    seconds: float = 0.0
    released: bool = False

    async def __call__(self, asked: Asked) -> Said | None:
        assert asked.json.keys() == {"typecast", "records"}
        names = [record["fields"]["name"] for record in asked.json["records"]]
        self.arrived.append(names)
        nth = len(self.arrived)
        await asyncio.sleep(self.seconds)
        if self.cut.get(nth) == "before":
            return None
        said = self._answer(names)
        while nth in self.held and not self.released:  # noqa: ASYNC110  # it may be set in any thread
            await asyncio.sleep(0.01)
        return None if nth in self.cut else said

    def _answer(self, names: list[str]) -> Said:
        if any(name.startswith(AWFUL) for name in names):
            return Said(422, {"error": {"message": "awful name"}})
        good = [name for name in names if not name.startswith(BAD)]
        self.taken.update(good)
        return Said(200, {"records": [{"id": 7} if name in good else {"error": "bad name"} for name in names]})

    def release(self) -> None:
        self.released = True


@contextmanager
def serving(api: Api) -> Iterator[Api]:
    with standing_in(api) as standin:
        api.url = standin.url
        yield api
        api.release()


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "records.toml"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def written(folder: Path, names: list[str], stem: str = "list") -> Path:
    return write_csv(folder / f"{stem}.csv", [[name] for name in names], header=["name"])


def names(count: int, start: int = 1) -> list[str]:
    return [f"name {nth}" for nth in range(start, start + count)]


def sent(uploader: Command, template: Path, api: Api, path: Path, *more: str) -> Ended:
    arguments = ["send", path, "-t", template, "--base-url", api.url, "--json", *more]
    return uploader(*arguments, env=environment(RECORDS_TOKEN="s3cret-token-1"))


def told(path: Path) -> dict[str, str]:
    """Every row's status, by its name, from the result workbook."""
    lines = sheet_rows(path.with_suffix(".results.xlsx"))
    found = {line["name"]: line["Status"] for line in lines}
    assert len(found) == len(lines)
    return found


def accounted_for(path: Path, api: Api, all_names: list[str]) -> dict[str, str]:
    """The same, after a look at the API's own record."""
    found = told(path)
    assert list(found) == all_names
    assert max(api.taken.values(), default=0) <= 1
    for name, status in found.items():
        assert status != "accepted" or name in api.taken, "accepted, and the API knows nothing of it"
        assert name not in api.taken or status in ("accepted", "unknown"), "taken, and told otherwise"
    return found


def test_each_row_has_its_own_answer_and_a_request_is_one(uploader: Command, template: Path) -> None:
    all_names = [*names(7), "bad 8", *names(17, 9)]
    path = written(template.parent, all_names)
    with serving(Api()) as api:
        ended = sent(uploader, template, api, path, "--concurrency", "1", "--skip-invalid")
    assert (ended.code, ended.json["accepted"], ended.json["rejected"], ended.json["requests"]) == (1, 24, 1, 4)
    assert [len(some) for some in api.arrived] == [1, 10, 10, 4]
    assert accounted_for(path, api, all_names)["bad 8"] == "rejected"
    attempts = sheet_rows(path.with_suffix(".results.xlsx"), "Attempts")
    assert len(attempts) == 25


def test_what_refuses_the_whole_request_refuses_its_rows_and_no_others(uploader: Command, template: Path) -> None:
    all_names = [*names(5), "awful 6", *names(16, 7)]
    path = written(template.parent, all_names)
    with serving(Api()) as api:
        ended = sent(uploader, template, api, path, "--concurrency", "1")
    assert (ended.code, ended.json["accepted"], ended.json["rejected"]) == (1, 12, 10)
    found = accounted_for(path, api, all_names)
    assert [name for name, status in found.items() if status == "rejected"] == all_names[1:11]


@pytest.mark.parametrize("cut", ["before", "after"])
def test_rows_of_a_request_that_is_cut_are_unknown_and_go_again_only_when_asked(
    uploader: Command, template: Path, cut: Literal["before", "after"]
) -> None:
    all_names = names(31)
    path = written(template.parent, all_names)
    with serving(Api(cut={2: cut})) as api:
        first = sent(uploader, template, api, path, "--concurrency", "1")
        assert (first.code, first.json["accepted"], first.json["unknown"], first.json["requests"]) == (1, 21, 10, 4)
        unknown = [name for name, status in accounted_for(path, api, all_names).items() if status == "unknown"]
        assert unknown == all_names[1:11]
        again = sent(uploader, template, api, path)
        assert again.json["requests"] == 0
        asked_for = sent(uploader, template, api, path, "--resend-unknown", "--yes")
    assert asked_for.json["requests"] == 2
    assert api.arrived[-2:] == [unknown[:1], unknown[1:]]


def test_a_pilot_counts_rows(uploader: Command, template: Path) -> None:
    path = written(template.parent, names(30))
    with serving(Api()) as api:
        pilot = sent(uploader, template, api, path, "--first", "4")
        assert (pilot.json["accepted"], pilot.json["not_sent"], pilot.json["requests"]) == (4, 26, 2)
        rest = sent(uploader, template, api, path, "--concurrency", "1")
    assert (rest.json["accepted"], [len(some) for some in api.arrived]) == (30, [1, 3, 1, 10, 10, 5])
    accounted_for(path, api, names(30))


def test_requests_that_are_refused_alike_stop_the_run(uploader: Command, template: Path) -> None:
    path = written(template.parent, ["good", *(f"bad {nth}" for nth in range(50))])
    with serving(Api()) as api:
        ended = sent(uploader, template, api, path, "--stop-after", "3", "--concurrency", "1")
    assert (ended.code, ended.json["rejected"], ended.json["requests"]) == (4, 30, 4)
    assert "3 requests in a row" in ended.json["stopped"]


def test_rows_that_another_run_has_under_way_are_waited_for_and_come_once(uploader: Command, template: Path) -> None:
    folder = template.parent
    ours, theirs = written(folder, names(25)), written(folder, [*names(20, 200), *names(6, 8)], "theirs")
    with serving(Api(held={2, 3})) as api:
        common = ["-t", str(template), "--base-url", api.url, "--json", "--concurrency"]
        with started("send", str(ours), *common, "2", RECORDS_TOKEN="s3cret-token-1") as first:
            until(lambda: len(api.arrived) == 3, "two requests under way")
            with started("send", str(theirs), *common, "1", RECORDS_TOKEN="s3cret-token-2") as second:
                until(lambda: len(api.taken) == 41, "the rows that only one of both has")
                assert not first.is_over
                assert not second.is_over
                api.release()
                ends = [first.ended(), second.ended()]
    assert [end.code for end in ends] == [0, 0], [end.err for end in ends]
    assert accounted_for(ours, api, names(25)).keys() <= api.taken.keys()
    statuses = Counter(told(theirs).values()) + Counter(told(ours).values())
    assert statuses == Counter({"accepted": 45, "skipped": 6})
    assert set(api.taken.values()) == {1}


def test_a_preview_shows_the_row_alone_and_says_that_others_join_it(uploader: Command, template: Path) -> None:
    path = written(template.parent, ["Ana", "Eva"])
    ended = uploader("preview", path, "-t", template, "--row", "3")
    assert json.loads(ended.out.split("\n\n", 1)[1]) == {"typecast": True, "records": [{"fields": {"name": "Eva"}}]}
    assert "up to 10 rows share a request" in ended.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("seed", [20261127])
def test_kills_and_cut_connections_lose_no_row_and_send_none_twice(
    uploader: Command, template: Path, seed: int
) -> None:
    chance = random.Random(seed)
    all_names = names(600)
    path = written(template.parent, all_names)
    cut: dict[int, Literal["before", "after"]] = {
        nth: chance.choice(("before", "after")) for nth in chance.sample(range(2, 90), 8)
    }
    with serving(Api(seconds=0.01, cut=cut)) as api:
        command = ["send", str(path), "-t", str(template), "--base-url", api.url, "--json", "--quiet"]
        kills = 0
        while True:
            ended = killed_after(command, chance, api) if kills < 8 else sent(uploader, template, api, path)
            kills += ended is None
            if ended is not None and ended.code in (0, 1) and not ended.json["not_sent"]:
                break
        found = accounted_for(path, api, all_names)
    assert kills > 4
    assert set(found.values()) == {"accepted", "unknown"}
    assert list(found.values()).count("unknown") <= (2 * kills + 8) * 10
    assert max(map(len, api.arrived)) == 10


def killed_after(command: list[str], chance: random.Random, api: Api) -> Ended | None:
    """Run the command and kill it after a few requests, or while it starts; how it ended where it was faster."""
    enough, before = chance.randint(0, 9), len(api.arrived)
    with started(*command, RECORDS_TOKEN="s3cret-token-1") as run:
        until(lambda: run.is_over or len(api.arrived) >= before + enough, "the next requests of a list")
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(chance.choice([0, 0.02, 0.3]) * chance.random())
            return run.ended()
        run.kill()
    return None
