"""Practice: the sandbox as a server of its own, and a sample list sent to a sandbox inside."""

from pathlib import Path

from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.checks.checked_list import sha256_of
from uploader.journal.locks import hold_list
from uploader.model.summary import Summary
from uploader.model.workbook_names import results_name
from uploader.sandbox.config import SandboxConfig
from uploader.sandbox.faults import FaultRule
from uploader.sandbox.server import NEW_DAY_PATH, RECORD_PATH, running
from uploader.sandbox.wolkvox import TOKEN, UNKNOWN_ROUTING_POINT
from uploader.templates.catalog import shipped

__all__ = [
    "NEW_DAY_PATH",
    "RECORD_PATH",
    "TOKEN",
    "UNKNOWN_ROUTING_POINT",
    "FaultRule",
    "SandboxConfig",
    "demo",
    "running",
]

_DEMO_LIST = "interactions.xlsx"
_DEMO_LATENCY_SECONDS = 0.25


def demo(session: Session) -> Summary:
    """Send the sample list to a sandbox inside, as if for the first time; its workbook goes into the current folder."""
    options = SendOptions(
        output=Path(results_name(Path(_DEMO_LIST).stem)),
        sandbox=SandboxConfig(latency_seconds=_DEMO_LATENCY_SECONDS),
    )
    path = sample_list()
    _forget(path, session)
    return send(path, ReadOptions(), options, session)


def sample_list() -> Path:
    """The list that is shipped for practice."""
    return shipped("sample_data") / _DEMO_LIST


def _forget(path: Path, session: Session) -> None:
    """What was practised with a list counts no longer. Raises BusyError while it is being sent."""
    sha256 = sha256_of(path)
    with session.journal(sandbox=True) as journal:
        jobs = journal.jobs(sha256)
        if jobs:
            with hold_list(session.home, sha256, path.name, sandbox=True):
                for job in jobs:
                    journal.forget([job.id], everything=True)
