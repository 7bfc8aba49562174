"""What is asked of the API before the first row, and which requests it may still be working on."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

from uploader.actions.options import SendOptions
from uploader.actions.planning.route import Route
from uploader.actions.session import Session
from uploader.actions.steps.wire import Wire
from uploader.journal import Journal
from uploader.sending import own_loop
from uploader.sending.held_places import ON_ITS_WAY_SECONDS
from uploader.sending.questions import Questions
from uploader.sending.transports import Transport
from uploader.templates import preflight
from uploader.templates.preflight import ApiFacts


def api_facts(route: Route, journal: Journal, options: SendOptions, session: Session) -> ApiFacts:
    """What the API says beforehand about quota and ids; nothing where it isn't asked."""
    template = route.template
    if options.no_preflight or not template.preflight:
        return ApiFacts()
    wire, timeout = session.wire or Wire(), min(options.timeout(template), preflight.TIMEOUT_SECONDS)
    abandoned = abandoned_requests(route, journal, options)

    async def asked() -> ApiFacts:
        async with transport_of(wire, route, options, timeout) as transport:
            limits = options.limits(template)
            questions = Questions(transport.send, limits, wire.clock, wire.sleep, session.tell)
            questions.keep_places(abandoned)
            facts = await preflight.ask(template, route.settings, route.origin, route.fields, questions.ask)
            facts.unanswered_at = tuple(questions.unanswered_at)
            return facts

    cancel = session.ui.cancel
    return wire.run(lambda: own_loop.until_cancelled(asked(), cancel), cancel)


def abandoned_requests(route: Route, journal: Journal, options: SendOptions) -> Sequence[float]:
    """How many seconds ago requests left whose answer never came: the API may still be working on them.

    A sandbox inside ended with the run that it belonged to.
    """
    if options.is_sandbox:
        return ()
    now, longest = datetime.now(UTC), options.limits(route.template).held_seconds + ON_ITS_WAY_SECONDS
    since = (now - timedelta(seconds=longest)).isoformat(timespec="milliseconds")
    left = journal.unanswered(route.destination, since)
    return [(now - datetime.fromisoformat(at)).total_seconds() for at in left]


def transport_of(
    wire: Wire, route: Route, options: SendOptions, timeout_seconds: float
) -> AbstractAsyncContextManager[Transport]:
    """A transport to the route's destination."""
    limits = options.limits(route.template)
    return wire.open_transport(
        route.origin, limits.concurrency, timeout_seconds, keep_alive=route.template.limits.keep_alive
    )
