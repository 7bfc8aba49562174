"""What becomes of a request: what is answered, under which status, and what goes wrong with that."""

from dataclasses import dataclass

from uploader.sandbox.faults import Fault
from uploader.sandbox.wolkvox import ApiAnswer

_STATUS = {Fault.QUOTA_200: 200, Fault.CONTRADICTION: 400}
"""The HTTP status of answers whose status is not the body's code."""
PAGES: dict[Fault | None, ApiAnswer] = {
    Fault.ERROR_500: {
        "code": 500,
        "msg": "<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception in <b>configuration.php</b> on line "
        "<b>214</b><br />\n",
    },
    Fault.HTML: {
        "code": 200,
        "msg": "<!DOCTYPE html>\n<html><head><title>wolkvox</title></head><body><h1>Welcome</h1></body></html>\n",
    },
}
"""Answers that are no JSON: the HTTP status and the page."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request."""

    answer: ApiAnswer
    """What is answered, or would have been."""
    fault: Fault | None = None
    taken: bool = False
    """Whether the row counts as accepted here."""
    let_in: bool = True
    """Whether it was worked on, which takes its time."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        code = int(self.answer["code"])
        return code if self.fault is None else _STATUS.get(self.fault, code)
