"""What the API says before the first row: how many requests are left today, and which ids exist.

The API profile says what to ask and where the answers are. It only informs: an answer that can't be used stops nothing,
unless a rule says that the API doesn't let us in at all.
"""

import math
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from uploader.i18n import Fact, Localized, Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.outcomes import Outcome, Stop, Verdict
from uploader.model.problems import Problem
from uploader.model.settings import Settings
from uploader.templates.answers import judging
from uploader.templates.answers.places import value_at
from uploader.templates.answers.reading import json_of
from uploader.templates.batches.form import BatchForm
from uploader.templates.preflight.question import Ids, PreflightQuestion, Quota
from uploader.templates.template import Template
from uploader.templates.values.paths import MINUS

TIMEOUT_SECONDS = 20.0
_LETS_NOBODY_IN = ("401", "403")


class KnownIds(NamedTuple):
    """The ids that the API has for one column."""

    title: Localized
    """What they are called."""
    is_active: Mapping[str, bool]
    """Every id that there is, and whether it is switched on."""


@dataclass(slots=True)
class ApiFacts:
    """What the API says beforehand, as far as it could be read."""

    requests_left: int | None = None
    """Today, once all is asked."""
    requests_a_day: int | None = None
    ids: dict[str, KnownIds] = field(default_factory=dict)
    """By column."""
    stop: Stop | None = None
    """Why the run must not begin."""
    unanswered_at: Sequence[float] = ()
    """When questions left that got no answer, by the clock that measures the sending."""
    advice: Message | None = None
    """What the person can do about that."""


async def ask(
    template: Template,
    settings: Settings,
    base_url: str | None,
    columns: Collection[str],
    send: Callable[[Request], Coroutine[Any, Any, Response | SendFailure]],
    mask: Callable[[str], str],
) -> ApiFacts:
    """Ask, one question after the other; those about ids only if the list fills their column.

    `mask` takes the secrets out of answers. Quota comes last, so that it counts what the others took. After a
    connection that could not be made the rest is left out: the rows will show it.
    """
    facts = ApiFacts()
    questions = [one for one in template.preflight if one.ids is None or one.ids.column in columns]
    for question in sorted(questions, key=lambda one: one.quota is not None):
        answer = await send(template.question(question, settings, base_url))
        outcome = judging.judge(answer, template, mask)
        if isinstance(answer, SendFailure):
            if answer.arrival is Arrival.BARRED:
                facts.stop, facts.advice = Stop(answer.detail, Verdict.STOP), outcome.advice
            if answer.arrival is not Arrival.MAYBE:
                break
            continue
        if _lets_nobody_in(outcome):
            cause = outcome.message.strip() or f"HTTP {outcome.http_status}"
            facts.stop = Stop(Message("stop.refused", why=cause), Verdict.STOP)
            facts.advice = outcome.advice
            break
        if outcome.verdict is Verdict.ACCEPTED:
            _take_in(facts, question, json_of(answer))
    return facts


def _lets_nobody_in(outcome: Outcome) -> bool:
    code = outcome.code if outcome.code.isdecimal() else str(outcome.http_status)
    return outcome.verdict is Verdict.STOP and code in _LETS_NOBODY_IN


def _take_in(facts: ApiFacts, question: PreflightQuestion, data: Any) -> None:
    if question.quota is not None:
        readings = [reading for path in question.quota.left if (reading := _reading(data, path)) is not None]
        # Whether the answer counts the question itself is not known; so it is taken off.
        facts.requests_left = max(0, min(readings) - question.cost) if readings else None
        facts.requests_a_day = _limit(data, question.quota)
    if question.ids is not None:
        is_active = _ids(data, question.ids)
        if is_active:  # an API that names none at all has said nothing
            facts.ids[question.ids.column] = KnownIds(question.title, is_active)


def _reading(data: Any, paths: str) -> int | None:
    """A number at a path, or the difference of two; None where it isn't there. APIs write numbers as texts, too."""
    values = []
    for path in paths.split(MINUS):
        try:
            values.append(int(float(str(value_at(data, path.strip())).strip())))
        except (ValueError, OverflowError):
            return None
    return values[0] - sum(values[1:])


def _limit(data: Any, quota: Quota) -> int | None:
    return _reading(data, quota.limit) if quota.limit else None


def _ids(data: Any, ids: Ids) -> dict[str, bool]:
    records = value_at(data, ids.records) if ids.records else data
    is_active = {}
    for record in records if isinstance(records, list) else []:
        value = value_at(record, ids.id)
        name = "" if value is None else str(value).strip()
        state = value_at(record, ids.active) if ids.active else None
        if name:
            is_active[name] = state is None or str(state).strip().casefold() in ("", ids.is_active.casefold())
    return is_active


def id_problems(
    facts: ApiFacts,
    rows: Mapping[str, Mapping[str, Sequence[int]]],
    fields: Mapping[str, int],
    header: Sequence[str] = (),
) -> list[Problem]:
    """Rows whose ids don't exist, and as warnings those whose ids are switched off.

    `rows`: by column and id, the numbers of the rows that have it. `header`: the list's names, which people know.
    """
    problems = []
    for column, (title, is_active) in facts.ids.items():
        named = _name_of(column, fields, header)
        for name, numbers in rows.get(column, {}).items():
            if is_active.get(name, False):
                continue
            exists = name in is_active
            code = "inactive_id" if exists else "unknown_id"
            about: Mapping[str, Fact] = {"column": named, "id": name, "title": title}
            problems += [Problem(number, fields[column], code, about, stops=not exists) for number in numbers]
    return problems


def _name_of(column: str, fields: Mapping[str, int], header: Sequence[str]) -> str:
    """The list's own name of the column that fills a field, else the field's."""
    return (" ".join(header[fields[column]].split()) if header else "") or column


def quota_message(facts: ApiFacts, rows: int, batch: BatchForm | None = None) -> Message | None:
    """How far today's quota goes; None where nothing is known of it. Rows share requests where there is a `batch`."""
    left = facts.requests_left
    if left is None:
        return None
    needed = rows if batch is None else batch.requests_for(rows)
    row_count = Message("quota.rows", count=rows)
    if left == 0 < needed:
        return Message("quota.none_today", rows=row_count)
    requests_left = Message("quota.requests_left", count=left)
    if left >= needed:
        return Message("quota.all_today", rows=row_count, left=requests_left)
    later = Message("quota.on_another_day")
    if facts.requests_a_day:
        later = Message("quota.in_days", count=math.ceil((needed - left) / facts.requests_a_day))
    today = left if batch is None else batch.rows_in(left)
    return Message("quota.some_today", count=today, rows=row_count, left=requests_left, later=later)
