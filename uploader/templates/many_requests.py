"""The requests of many rows, with all that they have in common written once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from uploader.model.http import Request
from uploader.templates.marked_form import MarkedForm
from uploader.templates.request import RequestForm, in_address, in_json
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


class RequestMaker:
    """Makes the requests of a form from the values of `names`, which differ from row to row and are not in its host.

    `constants` are all other values; `base_url` replaces the form's scheme and host.
    """

    def __init__(
        self, form: RequestForm, names: Iterable[str], constants: Mapping[str, str], base_url: str | None
    ) -> None:
        marked = MarkedForm(form, names, constants, base_url)
        self._method = marked.method
        self._url = _Text(marked.parts(marked.url), in_address)
        self._headers = {name: _Text(marked.parts(text), str) for name, text in marked.headers.items()}
        self._body = _Text(marked.parts(marked.body), in_json)
        self._same_headers = (
            sent_headers(marked.headers) if all(text.is_same_for_all for text in self._headers.values()) else None
        )

    def made(self, values: Mapping[str, str], fingerprint: str) -> Request:
        """The request of these values; those that lack are sent as empty text."""
        headers = self._same_headers
        if headers is None:
            headers = sent_headers({name: text.filled(values) for name, text in self._headers.items()})
        return Request(self._method, self._url.filled(values), headers, self._body.filled(values).encode(), fingerprint)
