"""What a person may say of how a list is read and how it is sent; None leaves it to detection or to the template."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import checked_origin
from uploader.model.limits import LONGEST_TIMEOUT_SECONDS, MOST_AT_ONCE, MOST_ROWS
from uploader.model.questions import YES
from uploader.model.rate import is_rate, seconds_between
from uploader.model.resend import ResendPolicy
from uploader.model.teammates import TokenLimits
from uploader.sandbox.config import SandboxConfig
from uploader.sending.limits import STOP_AFTER, SendLimits
from uploader.sending.scheduling.held_places import ON_ITS_WAY_SECONDS

if TYPE_CHECKING:
    from uploader.templates.template import Template

__all__ = ["DEFAULT_TEMPLATE", "ReadOptions", "SandboxConfig", "SendOptions"]

DEFAULT_TEMPLATE = "wolkvox/add_interaction"
_LONGEST_NUMBER = 10**18


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which template, and how the list is to be read."""

    template: str | None = None
    """None is the one by which a workbook of ours was sent, else the default."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field -> column, by name or letter."""
    sheet: str | None = None
    header_row: int | None = None
    """Counts from 1."""
    encoding: str | None = None
    delimiter: str | None = None
    ignore_remembered: bool = False
    """Match the columns as if none had been chosen for an earlier list; what is chosen now replaces what was."""
    files: Path | None = None
    """The folder of the files that go along with rows."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How the rows are sent, which of them, and where the result goes."""

    concurrency: int | None = None
    rate: str | None = None
    """`N/s` or `N/m`."""
    timeout_seconds: float | None = None
    base_url: str | None = None
    output: Path | None = None
    dated: bool = False
    """The name of the result workbook has the day in it: `list.results-2026-11-26.xlsx`."""
    skip_invalid: bool = False
    send_duplicates: bool = False
    resend_unknown: bool = False
    resends_by_itself: bool = True
    """Also rows of unknown outcome, where the template says that the API counts a request once. False where they were
    sent by another version of the template: nobody knows whether the API can recognise these."""
    wait: bool = False
    """For the end of a pause, instead of stopping."""
    join: bool = False
    """Send the list beside others who send it at the moment, if anybody does."""
    first: int | None = None
    """How many rows to send at the most."""
    stop_after: int = STOP_AFTER
    """Refusals in a row with the same answer."""
    no_preflight: bool = False
    redact: tuple[str, ...] = ()
    """Columns, by name or letter, of which workbooks show keyed hashes."""
    annotate: bool = False
    """Also write a copy of the person's own workbook with what became of its rows."""
    files: Path | None = None
    """The folder of the files that go along with rows."""
    sandbox: SandboxConfig | None = None
    """Send to an embedded sandbox."""

    def __post_init__(self) -> None:
        if self.sandbox is not None and self.base_url is not None:
            raise SettingsError(Message("options.two_places"))
        if self.dated and self.output is not None:
            raise SettingsError(Message("options.two_outputs"))
        if self.base_url is not None:
            checked_origin(self.base_url)
        if self.timeout_seconds is not None and not 0 < self.timeout_seconds <= LONGEST_TIMEOUT_SECONDS:
            given = _said(self.timeout_seconds)
            raise SettingsError(Message("options.timeout", given=given, most=LONGEST_TIMEOUT_SECONDS))
        counts = {
            "concurrency": (self.concurrency, MOST_AT_ONCE),
            "first": (self.first, MOST_ROWS),
            "stop_after": (self.stop_after, MOST_ROWS),
        }
        for option, (number, most) in counts.items():
            if number is not None and not 1 <= number <= most:
                raise SettingsError(Message(f"options.{option}", given=_said(number), most=most))
        if self.rate is not None and not is_rate(self.rate):
            raise SettingsError(Message("options.rate", given=self.rate))

    @property
    def is_sandbox(self) -> bool:
        """Whether it goes to a sandbox inside."""
        return self.sandbox is not None

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers that these options give beforehand, by the question's code."""
        given = {"invalid_rows": self.skip_invalid, "duplicates": self.send_duplicates}
        given["other_destination"] = self.send_duplicates
        return {code: YES for code, is_given in given.items() if is_given}

    def policy(self, template: "Template | None" = None, since: str = "") -> ResendPolicy:
        """What is sent again although the same request is known; see `ResendPolicy`."""
        by_itself = self.resends_by_itself and template is not None and template.may_repeat
        unknown = self.resend_unknown or by_itself
        return ResendPolicy(self.send_duplicates, unknown, since)

    def timeout(self, template: "Template") -> float:
        """Seconds for one whole attempt."""
        return self.timeout_seconds or template.limits.timeout_seconds

    def limits(self, template: "Template") -> SendLimits:
        """What holds for a run: the API's limits, below or above which the person may go."""
        of_api = template.limits
        return SendLimits(
            concurrency=self.concurrency or of_api.concurrency,
            seconds_between=seconds_between(self.rate or of_api.rate),
            held_seconds=of_api.api_time_limit_seconds,
            stop_after=self.stop_after,
            probe_seconds=of_api.probe_seconds if self.wait else None,
            may_repeat=template.may_repeat,
            first=self.first,
            batch_size=1 if template.request.batch is None else template.request.batch.size,
        )

    def shared_limits(self, template: "Template") -> TokenLimits:
        """What all senders with one token keep to together.

        Who sends more slowly than the API allows does so alone; who goes beyond its limits knows better of them.
        """
        own, of_api = self.limits(template), template.limits
        gap = seconds_between(of_api.rate)
        return TokenLimits(
            max(own.concurrency, of_api.concurrency),
            min(own.seconds_between, gap) if gap else own.seconds_between,
            own.held_seconds + ON_ITS_WAY_SECONDS,
        )


def _said(number: float) -> str:
    """A number that is out of range; of one without end, only that."""
    return "…" if _LONGEST_NUMBER < abs(number) < math.inf else f"{number:.15g}"
