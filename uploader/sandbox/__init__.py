"""The practice server: answers as the wolkvox API documents, on this machine alone, and records what it received.

The texts of its answers are the API's own, where they are documented (docs/practice-server.md says which are not).
It never writes the token down. Where it is told to, it fails as servers and connections do.
"""

from uploader.sandbox.api import IDLE_ROUTING_POINT, TOKEN, UNKNOWN_ROUTING_POINT
from uploader.sandbox.faults import Chance, Every, Fault, FaultRule, Span
from uploader.sandbox.practice import AT_ONCE, LATENCY_SECONDS, QUOTA, TIME_LIMIT_SECONDS, Practice
from uploader.sandbox.server import HOST, NEW_DAY_PATH, RECORD_PATH, running

__all__ = [
    "AT_ONCE",
    "HOST",
    "IDLE_ROUTING_POINT",
    "LATENCY_SECONDS",
    "NEW_DAY_PATH",
    "QUOTA",
    "RECORD_PATH",
    "TIME_LIMIT_SECONDS",
    "TOKEN",
    "UNKNOWN_ROUTING_POINT",
    "Chance",
    "Every",
    "Fault",
    "FaultRule",
    "Practice",
    "Span",
    "running",
]
