"""A sandbox of our own, while a run sends to it; its library is imported only then."""

from collections.abc import Iterator
from contextlib import contextmanager

from uploader.actions.options import SendOptions


@contextmanager
def sandbox_running(options: SendOptions) -> Iterator[str | None]:
    """The address of an embedded sandbox while the block lasts, where one is to be sent to."""
    if options.sandbox is None:
        yield None
        return
    from uploader.sandbox.server import running  # noqa: PLC0415  # a run that doesn't use it must not pay for it

    with running(options.sandbox) as url:
        yield url
