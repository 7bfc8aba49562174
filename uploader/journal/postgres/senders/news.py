"""What the senders with one token, and those of one job, tell each other through the database, in its clock."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import sql

from uploader.journal.postgres.connecting import Connection
from uploader.journal.stored_messages import read_reason, stored_reason
from uploader.model.http import GIVEN_UP_IN_BETWEEN
from uploader.model.teammates import News, NewsKind

_LATER = sql.SQL("""
INSERT INTO token AS known (hash, not_before, waits_for, told_by)
VALUES ({token}, clock_timestamp() + {seconds} * interval '1 second', {waits_for}, {me})
ON CONFLICT (hash) DO UPDATE
SET not_before = excluded.not_before, waits_for = excluded.waits_for, told_by = excluded.told_by
WHERE known.not_before IS NULL OR known.not_before < excluded.not_before;
""")
_STOPPED = sql.SQL("""
UPDATE run SET stopped = {reason} WHERE key = {run};
UPDATE job SET stopped = {reason} WHERE id = (SELECT max(job) FROM run WHERE key = {run});
""")
_UNANSWERED = """
SELECT request, extract(epoch FROM clock_timestamp() - left_at::timestamptz)::float8
FROM (
    SELECT coalesce(attempt.beside, attempt.id) AS request, run.key, max(attempt.sent_at) AS left_at
    FROM run JOIN attempt ON attempt.run = run.id
    WHERE run.token = %(token)s AND (run.ended_at IS NULL OR run.ended_at > (SELECT moment_in(-%(seconds)s)))
    AND attempt.sent_at > (SELECT moment_in(-%(seconds)s))
    AND attempt.taken = 'maybe' AND attempt.verdict IN ('', 'unknown')
    AND (attempt.http_status IS NULL OR attempt.http_status = ANY (%(given_up)s))
    GROUP BY request, run.key
    OFFSET 0 -- whether a run lives is asked of few
) AS recent
WHERE NOT is_held('run:' || key)
ORDER BY request
"""


class NoticeBoard:
    """What one sender has to tell, and has heard. `run_key` gives the key of its run, "" before that begins."""

    def __init__(self, token: str, me: str, run_key: Callable[[], str]) -> None:
        self._token, self._me, self._run_key = token, me, run_key
        self._mutex = threading.Lock()
        self._to_tell: list[tuple[float, News]] = []
        """Each with the moment at which it was told, of the monotonic clock."""
        self._to_hear: list[News] = []
        self._seen: object = None
        """The slow-down or pause that was heard last."""
        self._stopped: str | None = None
        self._abandoned: set[int] = set()
        """The requests that were told of."""

    def tell(self, news: News) -> None:
        """It is written with the next beat."""
        with self._mutex:
            self._to_tell.append((time.monotonic(), news))

    def hear(self) -> Sequence[News]:
        """The news since the last call."""
        with self._mutex:
            found, self._to_hear = self._to_hear, []
            return found

    def untold(self) -> tuple[int, sql.Composed]:
        """How many news are to be told, and the statements that tell them."""
        with self._mutex:
            news = list(self._to_tell)
        return len(news), sql.Composed([part for at, one in news for part in self._telling(at, one)])

    def told(self, count: int) -> None:
        """The first ones are in the database."""
        with self._mutex:
            del self._to_tell[:count]

    def _telling(self, at: float, news: News) -> Iterator[sql.Composed]:
        if news.kind is NewsKind.STOP:
            self._stopped = stored_reason(news.reason)  # it is not heard of oneself
            yield _STOPPED.format(reason=self._stopped, run=self._run_key())
        elif news.kind is not NewsKind.ABANDONED:
            is_pause = news.kind is NewsKind.PAUSE
            yield _LATER.format(
                token=self._token,
                seconds=max(0.0, news.seconds - (time.monotonic() - at)),
                waits_for=(stored_reason(news.reason) or "") if is_pause else None,
                me=self._me,
            )

    def notice(self, told_by: str | None, until: Any, seconds: float | None, waits_for: str | None) -> bool:
        """Whether a slow-down or pause that is in the database is news, which is heard then."""
        if seconds is None or seconds <= 0 or told_by == self._me or self._seen == (told_by, until):
            return False
        self._seen = (told_by, until)
        kind = NewsKind.SLOW_DOWN if waits_for is None else NewsKind.PAUSE
        self._hear_of([News(kind, seconds, read_reason(waits_for))])
        return True

    def notice_stop(self, stopped: str | None) -> bool:
        """Whether it is news that the job was stopped, which is heard then."""
        if stopped is None or stopped == self._stopped:
            return False
        self._stopped = stopped
        self._hear_of([News(NewsKind.STOP, reason=read_reason(stopped))])
        return True

    def notice_abandoned(self, connection: Connection, within_seconds: float) -> bool:
        """Hear of the requests that left with the token and whose run has ended without an answer to them."""
        facts = {"token": self._token, "seconds": within_seconds, "given_up": sorted(GIVEN_UP_IN_BETWEEN)}
        found: list[Any] = connection.execute(_UNANSWERED, facts).fetchall()
        new = [News(NewsKind.ABANDONED, ago) for request, ago in found if request not in self._abandoned]
        self._abandoned |= {request for request, _ in found}
        self._hear_of(new)
        return bool(new)

    def _hear_of(self, news: Sequence[News]) -> None:
        with self._mutex:
            self._to_hear.extend(news)
