"""What the API can tell before the first row: how many requests are left today, and which ids there are.

The API profile says what is asked and where the answers keep it. It only informs: an answer that can't be used is no
obstacle, unless a rule says that the API doesn't let us in at all.
"""

import math
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uploader.i18n.words import Words
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.outcomes import Stop, Verdict
from uploader.model.problems import Problem
from uploader.model.settings import Settings
from uploader.templates import response
from uploader.templates.profile import Ids, PreflightQuestion, Quota
from uploader.templates.template import Template

TIMEOUT_SECONDS = 20.0
_LETS_NOBODY_IN = (401, 403)

_REFUSED = "the API refused the request: {why}"
_NO_SUCH_ID = Words("{column} {id} is not among the API's {title}")
_NO_SUCH_ID_MEND = Words("Correct it.")
_INACTIVE = Words("{column} {id} is switched off in the API's {title}")
_INACTIVE_MEND = Words("Its rows are sent all the same; the API may refuse them.")
_ALL_TODAY = "{rows}, {left} left today: all go today."
_NONE_TODAY = "{rows}, no requests left today: the API will probably refuse the first one."
_SOME_TODAY = "{rows}, {left} left today: {today} go today, the rest {later}."
_IN_DAYS = "in {days} more days"
_IN_ONE_DAY = "in 1 more day"
_ANOTHER_DAY = "on another day"


@dataclass(slots=True)
class ApiFacts:
    """What the API told, as far as it could be read."""

    left: int | None = None
    """Requests left today, once all is asked."""
    limit: int | None = None
    """Requests in a day."""
    known: "dict[str, tuple[str, dict[str, bool]]]" = field(default_factory=dict)
    """By column: what its ids are called, and every id that there is with whether it is active."""
    stop: Stop | None = None
    """Why the run must not begin."""
    advice: str = ""
    """What the person can do about that."""


async def asked(
    template: Template,
    settings: Settings,
    base_url: str | None,
    columns: Collection[str],
    send: Callable[[Request], Coroutine[Any, Any, Response | SendFailure]],
    language: str = "en",
) -> ApiFacts:
    """Ask, one question after the other; those about ids only if the list fills their column.

    Quota comes last, so that it counts what the others took. After a connection that could not be made the rest is left
    out: the rows will tell.
    """
    told = ApiFacts()
    questions = [one for one in template.preflight if one.ids is None or one.ids.column in columns]
    for question in sorted(questions, key=lambda one: one.quota is not None):
        answer = await send(template.question(question, settings, base_url))
        if isinstance(answer, SendFailure):
            if answer.arrival is Arrival.NO:
                break
            continue
        outcome = response.outcome(answer, template, settings.mask, language)
        code = outcome.code if outcome.code.isdecimal() else str(answer.http_status)
        if outcome.meaning is Verdict.STOP and int(code) in _LETS_NOBODY_IN:
            why = outcome.message.strip() or f"HTTP {answer.http_status}"
            told.stop = Stop(_REFUSED.format(why=why), Verdict.STOP)
            told.advice = outcome.advice
            break
        if outcome.meaning is Verdict.ACCEPTED:
            _take_in(told, question, response.json_of(answer.body))
    return told


def _take_in(told: ApiFacts, question: PreflightQuestion, data: Any) -> None:
    if question.quota is not None:
        readings = [reading for path in question.quota.left if (reading := _reading(data, path)) is not None]
        # Whether the answer counts the question itself is not known; so it is taken off.
        told.left = max(0, min(readings) - question.cost) if readings else None
        told.limit = _limit(data, question.quota)
    if question.ids is not None:
        found = _ids(data, question.ids)
        if found:  # an API that names none at all has told nothing
            told.known[question.ids.column] = (question.title, found)


def _reading(data: Any, words: str) -> int | None:
    """A number at a path, or the difference of two; None where it isn't there. APIs write numbers as texts, too."""
    values = []
    for path in words.split(" - "):
        try:
            values.append(int(float(str(response.at(data, path.strip())).strip())))
        except (ValueError, OverflowError):
            return None
    return values[0] - sum(values[1:])


def _limit(data: Any, quota: Quota) -> int | None:
    return _reading(data, quota.limit) if quota.limit else None


def _ids(data: Any, ids: Ids) -> dict[str, bool]:
    records = response.at(data, ids.records)
    found = {}
    for record in records if isinstance(records, list) else []:
        value = response.at(record, ids.id)
        name = "" if value is None else str(value).strip()
        state = response.at(record, ids.active) if ids.active else None
        if name:
            found[name] = state is None or str(state).strip().casefold() in ("", ids.is_active.casefold())
    return found


def problems(
    told: ApiFacts, rows: Mapping[str, Mapping[str, Sequence[int]]], fields: Mapping[str, int]
) -> list[Problem]:
    """Rows whose ids don't exist, and as warnings those whose ids are switched off.

    `rows`: by column and id, the numbers of the rows that have it.
    """
    found = []
    for column, (title, known) in told.known.items():
        for name, numbers in rows.get(column, {}).items():
            if known.get(name, False):
                continue
            exists = name in known
            words = {"column": column, "id": name, "title": title}
            cause = (_INACTIVE if exists else _NO_SUCH_ID).format(**words)
            mend = _INACTIVE_MEND if exists else _NO_SUCH_ID_MEND
            found += [Problem(number, fields[column], cause, mend, stops=not exists) for number in numbers]
    return found


def plan(told: ApiFacts, rows: int) -> str:
    """How far today's quota goes, in one sentence; "" where nothing is known of it."""
    if told.left is None:
        return ""
    these = "1 row" if rows == 1 else f"{rows:,} rows"
    left = "1 request" if told.left == 1 else f"{told.left:,} requests"
    if told.left >= rows:
        return _ALL_TODAY.format(rows=these, left=left)
    if told.left == 0:
        return _NONE_TODAY.format(rows=these)
    days = math.ceil((rows - told.left) / told.limit) if told.limit else 0
    later = _ANOTHER_DAY if not days else _IN_ONE_DAY if days == 1 else _IN_DAYS.format(days=days)
    return _SOME_TODAY.format(rows=these, left=left, today=f"{told.left:,}", later=later)
