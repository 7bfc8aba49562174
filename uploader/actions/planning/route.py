"""How the rows of a job become requests, where they are sent, and what their answers mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from uploader.actions.options import SendOptions
from uploader.actions.planning.destination import base_url_of, destination_name
from uploader.actions.session import Session
from uploader.i18n import Message
from uploader.model.http import Request, Response, SendFailure
from uploader.model.job import Job
from uploader.model.outcomes import Outcome
from uploader.model.rows import Row, WaitingRow
from uploader.model.settings import Settings
from uploader.sending.batching import Batching
from uploader.sending.transports.authorizing import AccessTokens
from uploader.templates.answers.judging import judge_of
from uploader.templates.batches.judging import judge_rows_of
from uploader.templates.parsing.parser import parse
from uploader.templates.requests.files import ChangedFileError
from uploader.templates.template import Template

_TEMPLATE_OF = "the template of job {job}"
SANDBOX = "https://sandbox.invalid"
"""The destination of what is practised, whatever port the sandbox inside has; by its name it leads nowhere."""


@dataclass(frozen=True, slots=True)
class Route:
    """A template with its settings, the columns that fill its fields, and the destination."""

    template: Template
    fields: Mapping[str, int]
    """Which column, from 0, fills which field."""
    settings: Settings
    destination: str
    """Scheme and host."""
    base_url: str | None = None
    """Instead of the template's scheme and host."""
    sandbox_url: str | None = None
    """Where the sandbox inside is while it runs: another port each time, and always the same destination."""
    tokens: AccessTokens = field(default_factory=AccessTokens, repr=False, compare=False)
    """Those that were fetched, where the template wants one."""

    @property
    def name(self) -> str:
        """The destination as people know it."""
        return destination_name(self.destination, self.settings.plain)

    def values(self, row: Row) -> dict[str, str]:
        """What the row puts into the template's fields."""
        return self.template.values(row, self.fields)

    def fingerprint(self, values: Mapping[str, str]) -> str:
        """What tells the request of a row with these values from all others."""
        return self.template.fingerprint(values, self.settings, self.base_url)

    def fingerprints(self, fields: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Those of many rows, of which each field has one value."""
        return self.template.fingerprints(fields, self.settings, self.base_url)

    def new_maker(self) -> Callable[[WaitingRow], Request]:
        """Makes the requests of one run's rows."""
        if self.template.file_fields:
            return self._with_files
        maker = self.template.maker(self.settings, self.sandbox_url or self.base_url)
        return lambda waiting: maker.made(self.values(waiting.row), waiting.fingerprint, waiting.request_id)

    def _with_files(self, waiting: WaitingRow) -> Request:
        """The request of a row whose files are as they were when it was staged; else one that must not leave."""
        template, values = self.template.with_held_files(), self.values(waiting.row)
        base_url = self.sandbox_url or self.base_url
        try:
            if template.fingerprint(values, self.settings, self.base_url) == waiting.fingerprint:
                return template.build(values, self.settings, base_url, waiting.fingerprint, waiting.request_id)
        except ChangedFileError:
            pass  # it is told in the same way
        why = Message("failure.file_changed")
        return Request(template.request.method, "", {}, b"", waiting.fingerprint, waiting.request_id, unsendable=why)

    @property
    def origin(self) -> str:
        """Scheme and host to which requests really go."""
        return self.sandbox_url or self.destination

    def new_judge(self) -> Callable[[Response | SendFailure], Outcome]:
        """Says, for the answers of one run, what each means, or the lack of one."""
        return judge_of(self.template, self.mask)

    def new_batching(self) -> Batching | None:
        """How rows of one run share requests, where the template lets them."""
        combiner = self.template.combiner(self.settings, self.sandbox_url or self.base_url)
        batch = self.template.request.batch
        if combiner is None or batch is None:
            return None
        return Batching(combiner.combined, judge_rows_of(self.template, batch, self.mask))

    def mask(self, text: str) -> str:
        """`text` without any secret that it may hold."""
        return self.settings.mask(self.tokens.mask(text))

    def token_request(self) -> Request:
        """The request for an access token, of a template that wants one."""
        if self.template.oauth2 is None:
            raise ValueError(self.template.name)
        return self.template.oauth2.request(self.settings.revealed(), self.sandbox_url or self.base_url)


def route_of(
    template: Template,
    fields: Mapping[str, int],
    before: Job | None,
    sandbox_url: str | None,
    options: SendOptions,
    session: Session,
) -> Route:
    """The route, with the settings that it needs: as `before` was sent, where the person doesn't say otherwise.

    What a workbook of ours was sent with is known from the journal alone: a file must not say where the token goes.
    Raises SettingsError.
    """
    settings = session.settings(template, before.settings if before else {}, sandbox=options.is_sandbox)
    base_url = options.base_url if sandbox_url is None else SANDBOX
    if base_url is None and before is not None:
        base_url = base_url_of(before, template, settings)
    return Route(template, fields, settings, template.destination(settings, base_url), base_url, sandbox_url)


def template_of(job: Job, session: Session) -> Template:
    """The template as it was when the job started, even if its file was changed or deleted."""
    if not job.template_text:  # a journal of an earlier version
        return session.catalog.load(job.template)
    return kept_template(job).with_decimals(job.decimals)


def kept_template(job: Job) -> Template:
    """The job's own copy of its template, as the file was; a journal of an earlier version has none."""
    source = _TEMPLATE_OF.format(job=job.id)
    profile = None if job.profile_text is None else (job.profile_text, source)
    return parse(job.template_text, source, job.template, profile)
