"""What becomes of a request: what is answered, under which status, and what goes wrong with that."""

from dataclasses import dataclass

from uploader.sandbox.apis import ReadyAnswer
from uploader.sandbox.faults import Fault

PAGES: dict[Fault | None, ReadyAnswer] = {
    Fault.ERROR_500: ReadyAnswer(
        500,
        message="<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception in <b>configuration.php</b> on line "
        "<b>214</b><br />\n",
    ),
    Fault.HTML: ReadyAnswer(
        200,
        message="<!DOCTYPE html>\n<html><head><title>wolkvox</title></head><body><h1>Welcome</h1></body></html>\n",
    ),
}
"""Answers that are no JSON: the HTTP status and the page."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request."""

    answer: ReadyAnswer
    """What is answered, or would have been."""
    fault: Fault | None = None
    taken: bool = False
    """Whether the row counts as accepted here."""
    let_in: bool = True
    """Whether it was worked on, which takes its time."""
