"""How the sandbox behaves, as one value."""

from dataclasses import dataclass
from pathlib import Path

from uploader.sandbox.faults import FaultRule
from uploader.sandbox.template_answers import TemplateAnswers

AT_ONCE = 2
QUOTA = 5_000
LATENCY_SECONDS = 0.2
TIME_LIMIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """How the sandbox behaves."""

    port: int = 0
    """0: any free one."""
    latency_seconds: float = LATENCY_SECONDS
    quota: int = QUOTA
    """Calls that it takes until a new day is called or it is stopped; the API's quota is a day's."""
    record: Path | None = None
    """A file of JSON lines that gets every request; without one the record lasts as long as the server."""
    at_once: int | None = None
    """Requests at once; one more is refused. None: as many as each API allows."""
    time_limit_seconds: float = TIME_LIMIT_SECONDS
    """How long the API works on a request at the most: a fault that never ends an answer holds its place so long."""
    routing_points: tuple[str, ...] = ()
    """The only ones that it knows. None given: every number but one, and none can be listed."""
    faults: tuple[FaultRule, ...] = ()
    """What goes wrong with row requests, and when; the first that meets a request acts."""
    seed: int | None = None
    """Makes what happens by chance repeatable."""
    templates: tuple[TemplateAnswers, ...] = ()
    """The templates whose APIs it plays, besides wolkvox's `add_interaction`, which it knows in detail."""
