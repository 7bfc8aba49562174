"""A script as a user writes it: `mypy --strict` must find real types in it, and it must do what it says."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd

import uploader


class Bar(uploader.SilentUi):
    done = 0

    def on_event(self, event: uploader.events.Event) -> None:
        if isinstance(event, uploader.events.RowDone) and event.status is uploader.Status.ACCEPTED:
            self.done += 1

    def tell(self, message: uploader.Message) -> None:
        sentence: str = uploader.sentence(message, "es")
        assert sentence


def server() -> str:
    return "0042"


def main(path: Path, url: str) -> None:
    frame: pd.DataFrame = uploader.read(path)
    found: uploader.Check = uploader.check(frame, template="wolkvox/add_interaction", mapping={"to": "to"})
    codes: list[str] = found.problems["code"].tolist()
    ok: bool = found.ok
    assert ok, codes

    request: uploader.Preview = uploader.preview(frame, 2, settings={"wolkvox_server": server})
    body: bytes = request.body
    assert body

    bar = Bar()
    ui: uploader.Ui = bar
    pilot: uploader.Result = uploader.send(frame, settings={"wolkvox_server": server}, base_url=url, first=1, ui=ui)
    result = uploader.resume(pilot.job) if pilot.job is not None else pilot
    counts: Mapping[str, int] = result.counts
    rows: pd.DataFrame = result.rows
    attempts: pd.DataFrame = result.attempts
    assert counts["accepted"] == len(rows) == len(attempts) == len(frame)
    assert bar.done == 1

    again = uploader.send(path, base_url=url, output=path.with_name("kept.xlsx"))
    assert again.counts["skipped"] == len(frame)
    workbook: Path | None = again.workbook
    assert workbook is not None
    verified: uploader.Verification = uploader.verify(workbook)
    assert verified.ok

    jobs: pd.DataFrame = uploader.history()
    started = jobs["started"].iloc[0]
    assert isinstance(started, datetime)
    try:
        uploader.results(frame.head(1))
    except uploader.UploaderError as error:
        code: int = error.exit_code
        assert code == 2
    assert uploader.results(frame).exit_code == 0


async def notebook(path: Path, url: str) -> None:
    main(path, url)


if __name__ == "__main__":
    if sys.argv[1] == "inside":
        asyncio.run(notebook(Path(sys.argv[2]), sys.argv[3]))
    else:
        main(Path(sys.argv[2]), sys.argv[3])
