"""How large and how small the numbers of a template, and those of a person's options, may be.

A number outside is a slip of the keyboard, or harm: it would wait for ever, never wait, or be more than a computer has.
"""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, StrictFloat, StrictInt

from uploader.i18n import Message
from uploader.model.limits import LONGEST_TIMEOUT_SECONDS, MOST_AT_ONCE
from uploader.model.rate import is_rate
from uploader.templates.values.faults import FaultError

MOST_CHARACTERS = 10_000_000
_LONGEST_PROBE_SECONDS = 48 * 3_600
_LONGEST_API_SECONDS = 24 * 3_600
_MOST_DAYS = 100 * 365
_MOST_QUOTA = 1_000_000

_Number: TypeAlias = Annotated[StrictFloat, Field(allow_inf_nan=False)] | StrictInt
Places: TypeAlias = Annotated[StrictInt, Field(ge=1, le=MOST_AT_ONCE)]
TimeoutSeconds: TypeAlias = Annotated[_Number, Field(gt=0, le=LONGEST_TIMEOUT_SECONDS)]
ApiSeconds: TypeAlias = Annotated[_Number, Field(ge=0, le=_LONGEST_API_SECONDS)]
ProbeSeconds: TypeAlias = Annotated[_Number, Field(ge=1, le=_LONGEST_PROBE_SECONDS)]
Days: TypeAlias = Annotated[_Number, Field(ge=0, le=_MOST_DAYS)]
Characters: TypeAlias = Annotated[StrictInt, Field(ge=1, le=MOST_CHARACTERS)]
QuotaCost: TypeAlias = Annotated[StrictInt, Field(ge=0, le=_MOST_QUOTA)]


def _rate(text: str) -> str:
    if not is_rate(text):
        raise FaultError(Message("template.fault.rate"))
    return text


Rate: TypeAlias = Annotated[str, AfterValidator(_rate)]
