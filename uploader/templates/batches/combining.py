"""One request made of many, whose bodies differ in one element of a list alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from uploader.model.http import Request
from uploader.templates.batches.form import BatchForm
from uploader.templates.batches.rows_list import with_rows
from uploader.templates.columns.column import Column
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.many.maker import RequestMaker

_BETWEEN = b", "
"""As JSON is written elsewhere."""


class Combiner:
    """Makes one request of those of single rows, by what stands around the row in each of them."""

    def __init__(
        self,
        form: RequestForm,
        batch: BatchForm,
        columns: Mapping[str, Column],
        constants: Mapping[str, str],
        base_url: str | None,
    ) -> None:
        mark = uuid4().int  # a number is written alike in JSON, and in a text of JSON
        marked = form.model_copy(update={"json_body": with_rows(form.json_body, batch.rows, [mark])})
        body = RequestMaker(marked, columns, constants, base_url).made({}, "").body
        self._head, _, self._tail = body.partition(str(mark).encode())

    def combined(self, requests: Sequence[Request]) -> Request:
        """One request with the rows of all these, in their order; method, address and headers are those of each."""
        rows = _BETWEEN.join(self._row_of(request.body) for request in requests)
        return replace(requests[0], body=b"".join((self._head, rows, self._tail)), fingerprint="", request_id="")

    def _row_of(self, body: bytes) -> bytes:
        return body[len(self._head) : len(body) - len(self._tail)]
