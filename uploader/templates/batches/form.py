"""What a template says of rows that share a request: `[request.batch]`."""

from typing import Annotated, TypeAlias

from pydantic import Field, StrictInt

from uploader.templates.columns import Strict
from uploader.templates.values.paths import AnswerPath

_LEAST, _MOST = 2, 10_000

BatchSize: TypeAlias = Annotated[StrictInt, Field(ge=_LEAST, le=_MOST)]


class BatchForm(Strict):
    """How many rows share a request, and where each of them stands."""

    size: BatchSize
    """Rows in one request at the most."""
    rows: AnswerPath
    """The list in the JSON body whose one element is a row; "" is the body itself."""
    answers: AnswerPath | None = None
    """The list in the answer that has an element for each row, in order; None: one answer counts for all."""
