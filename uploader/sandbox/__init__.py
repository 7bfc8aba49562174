"""The sandbox: a server that answers as the wolkvox API documents, on this machine alone, and records what it received.

The texts of its answers are the API's own, where they are documented (docs/sandbox.md says which are not).
It never writes the token down. Where it is asked to, it fails as servers and connections do. The server itself is in
`server.py`, whose library nobody pays for who does not use it.
"""

from uploader.sandbox.config import AT_ONCE, LATENCY_SECONDS, QUOTA, TIME_LIMIT_SECONDS, SandboxConfig
from uploader.sandbox.faults import Chance, Every, Fault, FaultRule, Span
from uploader.sandbox.wolkvox import IDLE_ROUTING_POINT, TOKEN, UNKNOWN_ROUTING_POINT

__all__ = [
    "AT_ONCE",
    "IDLE_ROUTING_POINT",
    "LATENCY_SECONDS",
    "QUOTA",
    "TIME_LIMIT_SECONDS",
    "TOKEN",
    "UNKNOWN_ROUTING_POINT",
    "Chance",
    "Every",
    "Fault",
    "FaultRule",
    "SandboxConfig",
    "Span",
]
