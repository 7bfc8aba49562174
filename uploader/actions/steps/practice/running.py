"""A sandbox of our own, while a run sends to it; its library is imported only then."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from uploader.actions.options import SendOptions
from uploader.actions.session import Session

if TYPE_CHECKING:
    from uploader.templates.template import Template


@contextmanager
def sandbox_running(options: SendOptions, template: "Template", session: Session) -> Iterator[str | None]:
    """The address of an embedded sandbox that plays the template's API while the block lasts, where one is sent to."""
    if options.sandbox is None:
        yield None
        return
    from uploader.actions.steps.practice.template_api import practice_answers  # noqa: PLC0415  # as below
    from uploader.sandbox.server import running  # noqa: PLC0415  # a run that doesn't use it must not pay for it

    settings = session.settings(template, {}, sandbox=True)
    config = replace(options.sandbox, templates=(practice_answers(template, settings),))
    with running(config) as url:
        yield url
