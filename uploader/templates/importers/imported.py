"""One request as a source describes it, whatever the source's format: what an importer gives and the draft is made of.

Secrets may be in here as the source has them, in `headers`, `url`, `body`, `auth` and `variables`: the draft drops
them. No importer writes them anywhere, and none puts them into a message.

An importer is a module with two functions:

- `recognises(data: object) -> bool`: whether a parsed document (JSON or YAML: dicts, lists, texts …) is of its kind.
- `requests_in(data: Mapping[str, Any]) -> list[ImportedRequest]`: its requests, in the source's order, each with a
  name of its own. Raises TemplateError for a document that it can't read as a whole.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from uploader.i18n import Message

ValueType: TypeAlias = Literal["text", "number", "integer", "boolean"]

ROW_ID = "$request_id"
"""The placeholder of an id that the source makes up for each request: the language's own `{{request_id}}`."""


class Part(NamedTuple):
    """One part of a multipart body."""

    name: str
    value: str
    """The text; of a file, its path or name as far as the source tells it."""
    is_file: bool = False
    type: str = ""
    """The media type that the source names; "" where it names none."""


class Body(NamedTuple):
    """What a request carries."""

    kind: Literal["json", "form", "multipart", "xml", "text"]
    value: Any
    """json: any JSON value; form: a list of (name, value), decoded; multipart: a list of Part; xml, text: the text."""
    is_broken_json: bool = False
    """Of a text: whether it was meant as JSON and can't be read so."""


class Auth(NamedTuple):
    """How the source proves who it is, where it says so apart from the headers."""

    kind: Literal["basic", "bearer", "oauth2"]
    parts: Mapping[str, str]
    """basic: user, password. bearer: token. oauth2: url, and where known id, secret, scope. May hold placeholders."""


class Variable(NamedTuple):
    """A named placeholder of the source."""

    example: str = ""
    """Its value in the source; never written where the variable is a secret."""
    description: str = ""
    secret: bool = False
    """Also without it, a variable whose name is that of a secret is one."""
    is_setting: bool = False
    """The same for all rows, for example a Postman environment's value. Else the draft decides by where it is used."""


class FieldFacts(NamedTuple):
    """What the source says of one value, beside the value itself."""

    required: bool = False
    type: ValueType | None = None
    """None: by the value."""
    description: str = ""
    values: tuple[str, ...] = ()
    """The only ones allowed, as texts."""
    max_length: int | None = None
    pattern: str | None = None
    """A regular expression of the source's dialect for the whole text; the draft leaves out what RE2 can't run."""
    example: str | None = None
    """None: the value itself."""
    varies: bool | None = None
    """True: a column, False: a constant, whatever the draft would think. None: the draft decides."""


class ExampleAnswer(NamedTuple):
    """An answer that the source keeps as an example; the draft proposes `[answer]` by it."""

    status: int
    body: str
    """As text; "" where it has none."""


class Note(NamedTuple):
    """What a person must know of the import: left out, changed on the way, or a guess. Never with a secret."""

    message: Message
    where: str = ""
    """A place as in `ImportedRequest.fields`, "" for the whole request: the draft has the note as a comment there."""


class ImportedRequest(NamedTuple):
    """One request of a source."""

    name: str
    """For people and file names: "Create contact"; folders are before it, each with a slash: "Contacts/Create"."""
    method: str
    """In capitals. The draft refuses what no template can send, such as HEAD."""
    url: str
    """Absolute, percent-encoded as the source has it, without a fragment. The source's variables are `{{name}}`,
    also those of the path: `https://{{host}}/tickets/{{id}}?q={{q}}`."""
    headers: tuple[tuple[str, str], ...] = ()
    """As in the source, noise included; the draft leaves it out and lists it."""
    body: Body | None = None
    auth: Auth | None = None
    variables: Mapping[str, Variable] = {}
    """What is known of the placeholders; a placeholder that isn't here is a Variable()."""
    fields: Mapping[str, FieldFacts] = {}
    """Facts by place: `json.address.city`, `json.items.0.name` (a root that is a list: `json.0.name`), `form.To`,
    `multipart.photo`, `query.q`, `header.X-Reference`, `path.id` for the placeholder {{id}} of the path."""
    answers: tuple[ExampleAnswer, ...] = ()
    description: str = ""
    documentation: str = ""
    """An address."""
    notes: tuple[Note, ...] = ()
    refusal: Message | None = None
    """Why no template can send it, where the importer knows; the draft refuses it so."""
    is_named: bool = True
    """False: the source has no name for it, and `name` is made of the address."""
