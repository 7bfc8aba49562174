"""A form in which all is filled in that rows have in common, and what stands around the values of a row.

Where values stand is found by filling the form with marks that no template has. JSON is written sign by sign, and so
are addresses: a value looks the same in whatever text it stands.
"""

import re
import uuid
from collections.abc import Iterable, Mapping

from uploader.templates.request import RequestForm, filled_form


class MarkedForm:
    """The method, URL, headers and body text of a form, with marks in place of the values of these names."""

    def __init__(
        self, form: RequestForm, names: Iterable[str], constants: Mapping[str, str], base_url: str | None
    ) -> None:
        self._names, token = list(names), uuid.uuid4().hex
        marks = {name: f"{token}x{nth}x" for nth, name in enumerate(self._names)}
        self._mark = re.compile(rf"{token}x(\d+)x")
        self.method, self.url, self.headers, self.body = filled_form(form, {**constants, **marks}, base_url)

    def parts(self, text: str) -> list[str]:
        """A text with marks, split at them: what is the same for all rows, with names of values in between."""
        parts = self._mark.split(text)
        parts[1::2] = [self._names[int(nth)] for nth in parts[1::2]]
        return parts
