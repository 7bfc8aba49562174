"""What may happen to lists whose requests are few, so that many are the same: all by chance, from a seed."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from tests.journal.builders import ANA, NEW, OTHER, begin, dispatch, staged
from uploader.journal import Journal, RunLedger, StagedRow
from uploader.model import advice
from uploader.model.outcomes import STATUS_OF, Completion, Dispatch, Outcome, Verdict
from uploader.model.resend import HeldBack, ResendPolicy
from uploader.model.rows import Status

THIRD = replace(OTHER, key="c3" * 16, list_name="third.csv", list_sha256="12" * 32, source_sha256="12" * 32)
POLICIES = [
    ResendPolicy(duplicates=duplicates, unknown=unknown) for duplicates in (False, True) for unknown in (False, True)
]


def ended(sent: Dispatch, verdict: Verdict = Verdict.ACCEPTED, status: Status | None = None) -> Completion:
    return Completion(sent, Outcome(verdict, advice.NONE, "1", "said", 200, 7), status or STATUS_OF[verdict])


Commit = Callable[[RunLedger, Sequence[Completion], Sequence[Dispatch]], dict[int, HeldBack]]


class Story:
    """What happens to three lists whose requests are few, so that many are the same; all by chance, from a seed.

    `commit` writes what one run sends, all at once or one by one.
    """

    def __init__(self, journal: Journal, seed: int) -> None:
        self.journal = journal
        self.chance = random.Random(seed)

    def fingerprint(self) -> str:
        return f"print {self.chance.randrange(30)}"

    def rows(self) -> Iterator[StagedRow]:
        for number in range(2, 22):
            row = replace(staged(number), fingerprint=self.fingerprint())
            kind = self.chance.random()
            if kind < 0.08:
                row = replace(row, status=Status.SKIPPED, advice=advice.TOLD_BY_WORKBOOK, waits=False)
            elif kind < 0.16:
                row = replace(row, status=Status.INVALID, waits=kind < 0.12)
            yield row

    def answer(self, sent: Dispatch) -> Completion:
        verdict = self.chance.choice([*Verdict, Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.UNKNOWN])
        return ended(sent, verdict)

    def run(self, job: int, commit: "Commit", stack: ExitStack) -> list[Any]:
        """Send what waits of a job in commits of chance; what the ledger said."""
        chance, policy = self.chance, self.chance.choice(POLICIES)
        key = f"{job}{chance.getrandbits(64):x}" if chance.random() < 0.5 else ""
        if key and chance.random() < 0.7:
            stack.enter_context(self.journal.locks.hold_run(key))
        if chance.random() < 0.5:
            self.journal.ask_again(job, policy)
        ledger = begin(self.journal, job, policy) if not key else self.journal.begin_run(
            job, ANA, policy, key=key
        )  # fmt: skip
        if chance.random() < 0.3:
            ledger.hold_back_known()
        left = [
            dispatch(one.row.number, fingerprint=one.fingerprint if chance.random() < 0.9 else self.fingerprint())
            for one in self.journal.waiting(job)
        ]
        chance.shuffle(left)
        said: list[Any] = []
        under_way: list[Dispatch] = []
        while left or (under_way and chance.random() < 0.9):
            some = [left.pop() for _ in range(min(len(left), chance.randrange(1, 8)))]
            done = [self.answer(one) for one in under_way if chance.random() < 0.7]
            over = {one.dispatch.row.number for one in done}
            again = [one.dispatch for one in done if one.status is Status.NOT_SENT and chance.random() < 0.5]
            held_back = commit(ledger, done, [*again, *some])
            said.append(sorted(held_back.items(), key=str))
            under_way = [one for one in under_way if one.row.number not in over]
            under_way += [one for one in (*again, *some) if one.row.number not in held_back]
        if chance.random() < 0.5:
            ledger.end(None)
        return said

    def told(self, commit: "Commit") -> list[Any]:
        """All that the ledger said and the journal knows then."""
        journal, chance = self.journal, self.chance
        said: list[Any] = []
        with ExitStack() as stack:
            for new in (NEW, OTHER, THIRD):
                job = journal.stage(new, self.rows())
                said.append(self.run(job, commit, stack))
                if chance.random() < 0.3:
                    journal.forget([job], everything=False)
                elif chance.random() < 0.5:
                    known = journal.jobs(new.list_sha256)
                    journal.stage(new, self.rows(), job=known[0].id if known else job)
                    said.append(self.run(job, commit, stack))
        return [said, *(self.known(job) for job in (1, 2, 3))]

    def known(self, job: int) -> list[Any]:
        """What the journal knows of a job, without times."""
        found = [
            (one.row, one.status, one.code, one.advice.code, one.advice.facts.get("row"), one.attempts, one.settled)
            for one in self.journal.rows(job)
        ]
        requests = sorted(
            (one.row, one.nth, one.verdict, one.cells) for one in self.journal.attempts(job, with_cells=True)
        )
        return [found, requests, [(one.row.number, one.fingerprint) for one in self.journal.waiting(job)]]
