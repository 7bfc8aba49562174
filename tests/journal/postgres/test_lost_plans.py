"""What was planned under locks that were lost meanwhile, by who slept over a question, is not written."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.journal.builders import ANA, EVERYTHING, NEW, dispatch, rows, staged, statuses
from tests.journal.postgres.test_kept_answers import ENDED
from tests.postgres.cluster import Cluster
from tests.postgres.databases import Databases, run_sql
from uploader.errors import JournalLostError
from uploader.journal import Journal, open_journal
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

_PLANS: dict[str, Callable[[Journal], object]] = {
    "stage": lambda journal: journal.stage(NEW, [staged(3), staged(4)], job=1),
    "redirect": lambda journal: journal.redirect(1, "https://x", {}, lambda row: f"there {row.number}"),
    "ask_again": lambda journal: journal.ask_again(1, EVERYTHING),
    "begin_run": lambda journal: journal.begin_run(1, ANA, ResendPolicy(), key="f6" * 16),
}


@pytest.mark.parametrize("plan", _PLANS)
def test_who_has_lost_a_list_over_a_question_changes_nothing_of_what_others_send(
    plan: str, databases: Databases, cluster: Cluster
) -> None:
    with databases.lent() as lent:
        place = replace(lent, unwritten=None)
        with open_journal(place) as theirs, open_journal(place) as ours:
            assert theirs.stage(NEW, rows(3)) == 1
            with ours.locks.hold_list(NEW.list_sha256, NEW.list_name):
                run_sql(cluster, ENDED.format(place.shown.rpartition("/")[2]))
                with theirs.locks.hold_list(NEW.list_sha256, NEW.list_name), theirs.locks.hold_run("a7" * 16):
                    sending = theirs.begin_run(1, ANA, ResendPolicy(), key="a7" * 16)
                    taken = sending.take()
                    sending.commit([], [dispatch(next(taken).row.number)])
                    with pytest.raises(JournalLostError):
                        _PLANS[plan](ours)
                    joined = theirs.begin_run(1, ANA, ResendPolicy(), joins=True)
                    assert [one.row.number for one in joined.take()] == []
                    assert [one.row.number for one in taken] == [3, 4]
                    assert statuses(theirs, 1) == {2: Status.UNKNOWN, 3: Status.NOT_SENT, 4: Status.NOT_SENT}
                    assert (theirs.job(1).destination, len(theirs.runs(1))) == (NEW.destination, 2)
