"""A form in which all is filled in that rows have in common, and what stands around the values of a row.

Where values stand is found by filling the form with marks that no template has. JSON is written sign by sign, and so
are addresses, forms and XML: a value looks the same in whatever text it stands.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping

from uploader.templates.requests.bodies.form_body import in_form
from uploader.templates.requests.bodies.json_body import in_json
from uploader.templates.requests.bodies.xml_body import in_xml
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.filled import filled_form
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.headers.content_type import kind_of_body

_WRITTEN: Mapping[str | None, Callable[[str], str]] = {"json": in_json, "form": in_form, "xml": in_xml}


class MarkedForm:
    """The method, URL, headers and body text of a form, with marks in place of the values of these names."""

    def __init__(
        self, form: RequestForm, names: Iterable[str], constants: Mapping[str, str], base_url: str | None
    ) -> None:
        self._names, token = list(names), uuid.uuid4().hex
        marks = {name: f"{token}x{nth}x" for nth, name in enumerate(self._names)}
        self._mark = re.compile(rf"{token}x(\d+)x")
        filled = filled_form(form, Cells({**constants, **marks}, {}), base_url)
        self.method, self.url, self.headers, self.body, _ = filled
        self.in_body = _WRITTEN.get(kind_of_body(form), str)
        """How a value is written in the body."""

    def parts(self, text: str) -> list[str]:
        """A text with marks, split at them: what is the same for all rows, with names of values in between."""
        parts = self._mark.split(text)
        parts[1::2] = [self._names[int(nth)] for nth in parts[1::2]]
        return parts
