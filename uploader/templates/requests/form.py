"""The form of a request with its placeholders: what a template says under `[request]`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictStr, model_validator

from uploader.i18n import Message
from uploader.templates.batches.form import BatchForm
from uploader.templates.columns.column import Empty
from uploader.templates.requests.placeholders import only_placeholder
from uploader.templates.values.faults import FaultError
from uploader.templates.values.headers import Headers
from uploader.templates.values.strict import Strict
from uploader.templates.values.urls import Url

REQUEST_ID = "request_id"
"""Built in: a UUID for each row, the same whenever its request is sent again."""
BODIES = ("json", "form", "multipart", "xml", "text")


def _has_parts(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if not fields:
        raise FaultError(Message("template.fault.empty_list"))
    return fields


BodyFields: TypeAlias = Annotated[Mapping[str, Any], AfterValidator(_has_parts)]


def _are_two(given: Any) -> Any:
    """Also out of a profile that has been read."""
    if not isinstance(given, list | tuple) or len(given) != len(("name", "password")):
        raise FaultError(Message("template.fault.not_a_pair"))
    return given


Pair: TypeAlias = Annotated[tuple[StrictStr, StrictStr], BeforeValidator(_are_two)]


class RequestForm(Strict):
    """The request with its placeholders."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: Url
    headers: Headers = Field(default_factory=dict)
    basic: Pair | None = None
    """A name and a password, which say who sends."""
    bearer: str | None = None
    """A token, which says so."""
    empty: Empty = "text"
    """What becomes of fields that are empty, where their column doesn't say it."""
    json_body: Any = Field(default=None, alias="json")
    form: BodyFields | None = None
    multipart: BodyFields | None = None
    xml: str | None = None
    text: str | None = None
    idempotent: StrictBool = False
    """Sent twice, it counts once: a row that may have arrived is sent again."""
    idempotency_header: str = ""
    """One of the headers, filled from the row, by which the API knows a request that came before. Means the same."""
    batch: BatchForm | None = None
    """How rows share requests, where they do."""

    @model_validator(mode="after")
    def _has_one_body(self) -> "RequestForm":
        text = self.json_body
        if isinstance(text, str) and text.lstrip().startswith(("{", "[")) and only_placeholder(text) is None:
            raise FaultError(Message("template.fault.json_in_quotes"), "json")
        stated = [name for name, body in self.bodies() if body is not None]
        if len(stated) > 1:
            raise FaultError(Message("template.fault.two_bodies", one=stated[0], other=stated[1]), stated[1])
        return self

    @model_validator(mode="after")
    def _says_once_who_sends(self) -> "RequestForm":
        in_header = any(name.lower() == "authorization" for name in self.headers)
        if [self.basic is not None, self.bearer is not None, in_header].count(True) > 1:
            raise FaultError(Message("template.fault.two_authorizations"), "bearer" if self.bearer else "basic")
        return self

    def bodies(self) -> Iterator[tuple[str, Any]]:
        """Every kind of body, and what the form has of it."""
        yield from zip(BODIES, (self.json_body, self.form, self.multipart, self.xml, self.text), strict=True)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text in which placeholders may stand, and where it is: `request.json.nested[0]`."""
        yield "request.url", self.url
        yield from _texts_in("request.headers", self.headers)
        yield from _texts_in("request.basic", list(self.basic or ()))
        if self.bearer is not None:
            yield "request.bearer", self.bearer
        for name, body in self.bodies():
            yield from _texts_in(f"request.{name}", body)


def _texts_in(where: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts_in(f"{where}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _texts_in(f"{where}[{position}]", inner)
