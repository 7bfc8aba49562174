"""What a template says of rows that share a request: `[request.batch]`."""

import math
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, StrictBool, StrictInt, model_validator

from uploader.i18n import Message
from uploader.templates.values.faults import FaultError
from uploader.templates.values.paths import AnswerPath
from uploader.templates.values.strict import Strict

_LEAST, _MOST = 2, 10_000


def _is_one_place(path: str) -> str:
    if "*" in path.split("."):
        raise FaultError(Message("template.fault.batch_place"))
    return path


BatchSize: TypeAlias = Annotated[StrictInt, Field(ge=_LEAST, le=_MOST)]
_Place: TypeAlias = Annotated[AnswerPath, AfterValidator(_is_one_place)]


class BatchForm(Strict):
    """How many rows share a request, and where each of them stands."""

    size: BatchSize
    """Rows in one request at the most."""
    rows: _Place
    """The list in the JSON body whose one element is a row; "" is the body itself."""
    answers: _Place | None = None
    """The list in the answer that has an element for each row, in order; None: one answer counts for all."""
    taken: _Place | None = None
    """Where an answer that counts for all says how many rows were taken; a yes to more or fewer is nobody's."""

    all_or_nothing: StrictBool = False
    """Of a request that is refused, no row is taken: each may go again alone, and only the wrong one is rejected."""

    @model_validator(mode="after")
    def _counts_only_for_all(self) -> "BatchForm":
        if self.answers is not None and self.taken is not None:
            raise FaultError(Message("template.fault.excluded", key="taken", by="answers"), "taken")
        return self

    def requests_for(self, rows: int) -> int:
        """How many requests so many rows take: the first row goes alone."""
        return min(rows, 1) + math.ceil(max(0, rows - 1) / self.size)

    def rows_in(self, requests: int) -> int:
        """How many rows so many requests take."""
        return min(requests, 1) + max(0, requests - 1) * self.size
