"""A result workbook that was verified: what differs, and what of that is proven."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from uploader.cli.report import commands
from uploader.cli.report.numbers import moment, rows_of
from uploader.i18n import Message, render

if TYPE_CHECKING:
    from uploader.actions.verify import RowPlace, Verification

_SHOWN_DIFFERENCES = 50


def verification(found: "Verification", language: str) -> Iterator[str]:
    """Whether a workbook is as it was written, what differs, and what of that is proven."""
    manifest = found.manifest
    about = Message(
        "verified.about", name=found.path.name, list=manifest.list_name, job=manifest.job, rows=rows_of(found.rows)
    )
    yield render(about, language)
    yield from _differences(found, language)
    if not found.is_as_written:
        yield render(_verdict(found), language)
    yield from (render(one, language) for one in _known_here(found))
    yield render(Message("verified.proof"), language)
    if found.later is not None:
        command = commands.results(found.later, sandbox=manifest.sandbox)
        yield render(Message("verified.sent_since", job=found.later, command=command), language)


def _differences(found: "Verification", language: str) -> Iterator[str]:
    by_number = sorted(found.differences, key=lambda at: (not at.row.isdecimal(), len(at.row), at))
    for at in by_number[:_SHOWN_DIFFERENCES]:
        yield f"  {render(_place(at), language)} {render(found.differences[at], language)}"
    more = len(by_number) - _SHOWN_DIFFERENCES
    if more > 0:
        yield f"  {render(Message('verified.more', count=more), language)}"
    yield from (f"  {render(other, language)}" for other in found.others)


def _place(at: "RowPlace") -> Message:
    return Message("screen.row", row=at.row) if at.row else Message("verified.line", line=at.line)


def _verdict(found: "Verification") -> Message:
    count = len(found.differences)
    return Message("verified.differs", count=count) if count else Message("verified.differs_elsewhere")


def _known_here(found: "Verification") -> Iterator[Message]:
    """What this computer's own record says, and where else it can be asked."""
    manifest = found.manifest
    if found.written_at is not None:
        yield Message("verified.known_here", when=moment(found.written_at, with_seconds=True))
        if found.is_as_written:
            yield Message("verified.proven")
    elif not found.knows_list:
        yield Message("verified.not_known_here")
        if found.is_as_written:
            yield Message("verified.agrees")
        yield Message("verified.for_proof", machine=manifest.machine, user=manifest.user, digest=manifest.digest)
