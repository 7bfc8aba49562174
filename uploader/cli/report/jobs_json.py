"""The jobs of the journal for a program."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from uploader.i18n import render
from uploader.model.job import Job
from uploader.model.rows import Status

if TYPE_CHECKING:
    from uploader.actions.planning.senders import Sending


def as_json_array(
    found: Iterable[Job], language: str, sendings: "Mapping[int, Sequence[Sending]]", under_way: Mapping[int, int]
) -> str:
    """One JSON array in plain ASCII, an object a job; its keys are a contract (docs/commands.md)."""
    return json.dumps([_as_json(job, language, sendings.get(job.id, ()), under_way.get(job.id, 0)) for job in found])


def _as_json(job: Job, language: str, sendings: "Sequence[Sending]", under_way: int) -> dict[str, object]:
    return {
        "job": job.id,
        "list": str(job.list_path),
        "list_sha256": job.list_sha256,
        "template": job.template,
        "destination": job.destination,
        "started": job.started_at or job.created_at,
        "ended": job.ended_at,
        "rows": job.rows,
        **{status.replace(" ", "_"): job.counts.get(status, 0) for status in Status},
        "under_way": under_way,
        "accepted_by_a_person": job.settled,
        "results": str(job.results_path),
        "stopped": None if job.stopped is None else render(job.stopped, language),
        "forgotten": job.forgotten_at,
        "runs": [
            {
                "user": run.user,
                "machine": run.machine,
                "started": run.started_at,
                "ended": run.ended_at,
                "requests": run.requests,
                "sends_now": is_alive,
            }
            for run, is_alive in sendings
        ],
    }
