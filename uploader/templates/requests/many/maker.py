"""The requests of many rows: with all that they have in common written once, or each filled for itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from uploader.model.http import Request
from uploader.templates.columns.column import Column
from uploader.templates.requests.address.filling import as_sent, in_address
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.files import NO_FILES, Files
from uploader.templates.requests.filled import filled_form
from uploader.templates.requests.form import REQUEST_ID, RequestForm
from uploader.templates.requests.many.marked_form import MarkedForm
from uploader.templates.requests.many.shape import is_alike
from uploader.templates.requests.placeholders import placeholders_in
from uploader.templates.values.headers import sent_headers


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the form: its parts, with names of values in between, and how a value is written there."""

    parts: list[str] = field(repr=False)  # with secrets
    write: Callable[[str], str]

    @property
    def is_same_for_all(self) -> bool:
        return len(self.parts) == 1

    def filled(self, values: Mapping[str, str]) -> str:
        if self.is_same_for_all:
            return self.parts[0]
        filled, write = self.parts.copy(), self.write
        filled[1::2] = [write(values.get(name, "")) for name in filled[1::2]]
        return "".join(filled)


class _AlikeRequests:
    """Those that differ in values alone, which are not in the host."""

    def __init__(self, marked: MarkedForm) -> None:
        self._method = marked.method
        self._url = _Text(marked.parts(as_sent(marked.url)), in_address)
        self._headers = {name: _Text(marked.parts(text), str) for name, text in marked.headers.items()}
        self._body = _Text(marked.parts(marked.body), marked.in_body)
        self._same_headers = (
            sent_headers(marked.headers) if all(text.is_same_for_all for text in self._headers.values()) else None
        )

    def made(self, values: Mapping[str, str], fingerprint: str, request_id: str) -> Request:
        headers = self._same_headers
        if headers is None:
            headers = sent_headers({name: text.filled(values) for name, text in self._headers.items()})
        url, body = self._url.filled(values), self._body.filled(values).encode()
        return Request(self._method, url, headers, body, fingerprint, request_id)


class RequestMaker:
    """Makes the requests of a form from the values of its columns.

    `constants` are all other values; `base_url` replaces the form's scheme and host.
    """

    def __init__(
        self,
        form: RequestForm,
        columns: Mapping[str, Column],
        constants: Mapping[str, str],
        base_url: str | None,
        files: Files = NO_FILES,
    ) -> None:
        self._form, self._columns, self._base_url, self._files = form, columns, base_url, files
        others = (
            {name for _, text in form.texts() for name in placeholders_in(text)} - columns.keys() - constants.keys()
        )
        self._is_with_id = REQUEST_ID in others
        names = [*columns, *others]
        self._values = {**dict.fromkeys(names, ""), **constants}
        is_fast = is_alike(form, columns)
        self._alike = _AlikeRequests(MarkedForm(form, names, constants, base_url)) if is_fast else None

    def made(self, values: Mapping[str, str], fingerprint: str, request_id: str = "") -> Request:
        """The request of these values; those that lack are sent as if they were empty.

        Raises ChangedFileError or OSError where a file can't be read.
        """
        request_id = request_id if self._is_with_id else ""
        values = {**values, REQUEST_ID: request_id} if self._is_with_id else values
        if self._alike is not None:
            return self._alike.made(values, fingerprint, request_id)
        cells = Cells({**self._values, **values}, self._columns, self._form.empty, self._files)
        return filled_form(self._form, cells, self._base_url).request(fingerprint, request_id)
