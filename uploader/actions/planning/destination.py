"""Where the rows of a job go: as people know it, and as somebody said it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from uploader.model.address import same_origin
from uploader.model.job import Job
from uploader.model.settings import Settings

if TYPE_CHECKING:
    from uploader.templates.template import Template


def destination_name(destination: str, settings: Mapping[str, str]) -> str:
    """A destination as people know it: `https://… (wolkvox_server 0042)`."""
    named = ", ".join(f"{name} {value}" for name, value in settings.items())
    return f"{destination} ({named})" if named else destination


def way_of(job: Job) -> object:
    """By which it is seen that the rows of a job go another way by now: elsewhere, or as other requests."""
    fields, settings = dict(job.fields), dict(job.settings)
    return job.destination, settings, job.template_sha256, fields, dict(job.decimals)


def base_url_of(job: Job, template: "Template", settings: Settings) -> str | None:
    """The base URL that was given when the job started, if it still applies with these settings."""
    is_same = settings.plain == job.settings
    return job.destination if is_same and not same_origin(template.destination(settings), job.destination) else None
