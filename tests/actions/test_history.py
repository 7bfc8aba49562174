"""What is forgotten is forgotten whole, or not at all."""

import threading
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.waiting import HANG_SECONDS
from tests.worlds import World
from uploader.actions.history import forget, history
from uploader.errors import BusyError
from uploader.journal.locks import hold_list


def test_while_one_of_the_jobs_is_sent_none_is_forgotten(world: World, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        world.sends(write_csv(tmp_path / name, interactions(2, start=len(history(world.session)) * 10)))
    jobs = history(world.session)
    holds, let_go = threading.Event(), threading.Event()

    def send_the_last() -> None:
        with hold_list(world.home, jobs[-1].list_sha256, "a.csv", sandbox=False):
            holds.set()
            let_go.wait(HANG_SECONDS)

    thread = threading.Thread(target=send_the_last)
    thread.start()
    assert holds.wait(HANG_SECONDS)
    try:
        with pytest.raises(BusyError):
            forget(jobs, world.session, everything=False)
    finally:
        let_go.set()
        thread.join()
    assert [job.forgotten_at for job in history(world.session)] == [None, None]
    forget(jobs, world.session, everything=False)
    assert all(job.forgotten_at for job in history(world.session))
