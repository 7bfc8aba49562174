"""A form filled with the values of one row: what is sent, and what of it tells one request from another."""

import hashlib
import json
from typing import NamedTuple

from uploader.model.http import Request
from uploader.templates.requests.address.filling import as_sent, filled_address
from uploader.templates.requests.bodies.form_body import filled_form_body
from uploader.templates.requests.bodies.json_body import filled_json
from uploader.templates.requests.bodies.multipart import Part, as_fingerprinted, filled_parts, written_parts
from uploader.templates.requests.bodies.xml_body import in_xml
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.headers.authorization import authorization_of
from uploader.templates.requests.headers.content_type import NAME, type_of_body
from uploader.templates.values.headers import sent_headers


class FilledForm(NamedTuple):
    """A request with every placeholder replaced; headers and body as fingerprints have them."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    parts: list[Part] | None = None
    """Of a body of several parts."""

    def fingerprint(self) -> str:
        """What is the same for the same request: the SHA-256 of method, URL, headers and body, hex.

        Journals keep it, and it must stay the same in every version. So its headers are those of version 0.1.0, and not
        as they are sent.
        """
        told = (self.method, self.url, self.headers, self.body)
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def request(self, fingerprint: str, request_id: str = "") -> Request:
        """The request as it is sent. Raises ChangedFileError or OSError where a file can't be read."""
        headers, body = self.headers, self.body.encode()
        if self.parts is not None:
            multipart = written_parts(self.parts)
            headers, body = {**headers, NAME: multipart.type}, multipart.content
        return Request(self.method, as_sent(self.url), sent_headers(headers), body, fingerprint, request_id)


def filled_form(form: RequestForm, cells: Cells, base_url: str | None) -> FilledForm:
    """The form, filled; `base_url` replaces its scheme and host."""
    url = filled_address(form.url, cells, base_url)
    kind = type_of_body(form)
    headers = {} if kind is None else {NAME: kind}
    headers |= {name: cells.text(text) for name, text in form.headers.items() if not cells.are_left_out(text)}
    headers |= authorization_of(form, cells.values)
    if form.multipart is not None:
        parts = filled_parts(form.multipart, cells)
        return FilledForm(form.method, url, headers, as_fingerprinted(parts), parts)
    return FilledForm(form.method, url, headers, _body(form, cells))


def _body(form: RequestForm, cells: Cells) -> str:
    if form.json_body is not None:
        return filled_json(form.json_body, cells)
    if form.form is not None:
        return filled_form_body(form.form, cells)
    if form.xml is not None:
        return cells.text(form.xml, in_xml)
    return "" if form.text is None else cells.text(form.text)
