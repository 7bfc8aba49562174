"""Inside a running event loop, from several threads, and interrupted: the same functions, and an orderly end."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pandas as pd
import pytest

import uploader
from tests.conftest import FIELDS, PracticeProcess, environment, interactions
from tests.waiting import HANG_SECONDS
from uploader.api.running import finished
from uploader.model.cancel import CancelToken


def frame_of(count: int, start: int = 1) -> pd.DataFrame:
    return pd.DataFrame(interactions(count, start=start), columns=list(FIELDS), dtype=object)


def test_a_notebook_can_send(sandbox: PracticeProcess) -> None:
    async def cell() -> uploader.Result:
        result = uploader.send(frame_of(4), base_url=sandbox.url)
        assert len(result.rows) == len(result.attempts) == 4
        return result

    assert asyncio.run(cell()).counts["accepted"] == 4


def test_every_function_works_inside_a_loop(sandbox: PracticeProcess, tmp_path: Path) -> None:
    async def cell() -> None:
        frame = frame_of(3)
        assert uploader.check(frame).ok
        assert uploader.preview(frame, 2).method == "POST"
        pilot = uploader.send(frame, base_url=sandbox.url, first=1)
        assert uploader.resume(pilot.job).counts["accepted"] == 3
        written = uploader.results(frame).to_excel(tmp_path / "x.xlsx")
        assert len(uploader.read(written, sheet="Results")) == 3
        assert uploader.verify(written).ok
        assert len(uploader.history()) == 1

    asyncio.run(cell())


def test_an_error_is_the_same_inside_a_loop() -> None:
    async def cell() -> None:
        with pytest.raises(uploader.ListError):
            uploader.check("no such list.xlsx")

    asyncio.run(cell())


def test_an_async_caller_sends_in_a_thread_while_its_loop_goes_on(sandbox: PracticeProcess) -> None:
    async def caller() -> tuple[uploader.Result, int]:
        turns = 0
        sending = asyncio.create_task(asyncio.to_thread(uploader.send, frame_of(6), base_url=sandbox.url))
        while not sending.done():
            turns += 1
            await asyncio.sleep(0)
        return await sending, turns

    result, turns = asyncio.run(caller())
    assert result.counts["accepted"] == 6
    assert turns > 100


def test_two_lists_are_sent_one_after_the_other_with_one_token(sandbox: PracticeProcess) -> None:
    async def caller() -> list[uploader.Result]:
        frames = [frame_of(3), frame_of(3, start=50)]
        return await asyncio.gather(*(asyncio.to_thread(uploader.send, one, base_url=sandbox.url) for one in frames))

    assert [result.counts["accepted"] for result in asyncio.run(caller())] == [3, 3]
    assert len(sandbox.bodies()) == 6


class StopAfterFirst(uploader.SilentUi):
    """Wants the end as soon as a row is done."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = threading.Event()

    def on_event(self, event: uploader.events.Event) -> None:
        if isinstance(event, uploader.events.RowDone):
            self.has_begun.set()


def test_an_async_caller_that_is_cancelled_ends_the_run_in_order(sandbox: PracticeProcess) -> None:
    frame, ui = frame_of(60), StopAfterFirst()

    async def caller() -> None:
        try:
            await asyncio.to_thread(uploader.send, frame, base_url=sandbox.url, ui=ui, concurrency=1)
        except asyncio.CancelledError:
            ui.cancel.cancel()
            raise

    async def main() -> None:
        task = asyncio.create_task(caller())
        await asyncio.to_thread(ui.has_begun.wait, HANG_SECONDS)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())  # waits for the threads that it began
    counts = uploader.results(frame).counts
    assert counts["unknown"] == 0
    assert 0 < counts["accepted"] == len(sandbox.bodies()) < 60
    assert uploader.resume(frame).counts["accepted"] == 60


def test_a_program_that_wants_the_end_gets_a_result(sandbox: PracticeProcess) -> None:
    ui = StopAfterFirst()

    def want_the_end() -> None:
        ui.has_begun.wait(HANG_SECONDS)
        ui.cancel.cancel()

    threading.Thread(target=want_the_end).start()
    result = uploader.send(frame_of(60), base_url=sandbox.url, ui=ui, concurrency=1)
    assert (result.exit_code, result.counts["unknown"]) == (130, 0)
    assert result.counts["not sent"] > 0
    assert result.stopped


SCRIPT = """
    import sys
    import pandas as pd
    import uploader
    from tests.conftest import FIELDS, interactions

    class Shouting(uploader.SilentUi):
        def on_event(self, event):
            if isinstance(event, uploader.events.RowDone):
                print("row", flush=True)

    frame = pd.DataFrame(interactions(200), columns=list(FIELDS), dtype=object)
    try:
        uploader.send(frame, base_url=sys.argv[1], concurrency=2, ui=Shouting(), output="x.xlsx")
    except KeyboardInterrupt:
        found = uploader.results(frame)
        print(found.counts["unknown"], 0 < found.counts["accepted"] < 200, uploader.verify("x.xlsx").ok)
"""


@pytest.mark.skipif(os.name == "nt", reason="a process of a test can't be sent Ctrl-C there")
def test_ctrl_c_ends_a_script_in_order_and_is_raised_then(sandbox: PracticeProcess, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), sandbox.url],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.stdout is not None
        assert script.stdout.readline() == "row\n"
        script.send_signal(signal.SIGINT)
        said = script.stdout.read().splitlines()
    assert script.returncode == 0
    assert said[-1] == "0 True True"


def test_an_interruption_waits_for_the_orderly_end() -> None:
    cancel, ended = CancelToken(), []

    def work() -> None:
        with cancel.calling(lambda: ended.append("asked")):
            signal.raise_signal(signal.SIGINT)
            while not cancel.is_cancelled:
                threading.Event().wait(0.01)
        ended.append("ended")

    with pytest.raises(KeyboardInterrupt):
        finished(work, cancel)
    assert ended == ["asked", "ended"]


def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def work() -> None:
        raise TimeoutError("of the work")

    with pytest.raises(TimeoutError, match="of the work"):
        finished(work, CancelToken())
