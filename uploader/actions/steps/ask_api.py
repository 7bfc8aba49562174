"""What is asked of the API before the first row, and which requests it may still be working on."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from uploader.actions.options import SendOptions
from uploader.actions.planning.route import Route
from uploader.actions.session import Session
from uploader.actions.steps.wire import Wire
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.http import Arrival, SendFailure
from uploader.model.teammates import Teammates
from uploader.sending import own_loop
from uploader.sending.questions import Questions
from uploader.sending.scheduling.held_places import ON_ITS_WAY_SECONDS
from uploader.sending.transports import Transport
from uploader.sending.transports.authorizing import AccessToken, AuthorizingTransport
from uploader.templates.oauth2.grant import Grant, read_answer
from uploader.templates.preflight.facts import TIMEOUT_SECONDS, ApiFacts, ask


def api_facts(route: Route, teammates: Teammates, journal: Journal, options: SendOptions, session: Session) -> ApiFacts:
    """What the API says beforehand about quota and ids; nothing where it isn't asked."""
    template = route.template
    if options.no_preflight or not template.preflight:
        return ApiFacts()
    wire, timeout = session.wire or Wire(), min(options.timeout(template), TIMEOUT_SECONDS)
    abandoned = abandoned_requests(route, journal, options)
    limits = options.limits(template)

    async def asked() -> ApiFacts:
        async with transport_of(wire, route, options, timeout) as transport:
            keep_to = replace(limits, concurrency=at_once)
            questions = Questions(transport.send, keep_to, wire.clock, wire.sleep, session.tell)
            questions.keep_places(abandoned)
            facts = await ask(template, route.settings, route.origin, route.fields, questions.ask, route.mask)
            facts.unanswered_at = tuple(questions.unanswered_at)
            return facts

    cancel = session.ui.cancel
    with teammates.calling(lambda: None):  # those who send meanwhile have the other places
        ours = teammates.places(1)
        at_once = limits.concurrency if ours is None else min(limits.concurrency, max(ours, 1))
        facts = wire.run(lambda: own_loop.until_cancelled(asked(), cancel), cancel)
        teammates.places(len(facts.unanswered_at))
        return facts


def abandoned_requests(route: Route, journal: Journal, options: SendOptions) -> Sequence[float]:
    """How many seconds ago requests left whose answer never came: the API may still be working on them.

    A sandbox inside ended with the run that it belonged to.
    """
    if options.is_sandbox:
        return ()
    return journal.unanswered(route.destination, options.limits(route.template).held_seconds + ON_ITS_WAY_SECONDS)


@asynccontextmanager
async def transport_of(
    wire: Wire, route: Route, options: SendOptions, timeout_seconds: float
) -> AsyncIterator[Transport]:
    """A transport to the route's destination, with the access token that the template wants."""
    limits = options.limits(route.template)
    opened = wire.open_transport(
        route.origin, limits.concurrency, timeout_seconds, keep_alive=route.template.limits.keep_alive
    )
    async with opened as transport:
        if route.template.oauth2 is None:
            yield transport
            return
        origin = route.template.oauth2.origin(route.settings.revealed(), route.sandbox_url or route.base_url)
        async with wire.open_transport(origin, 1, timeout_seconds, keep_alive=False) as to_tokens:
            fetch = partial(_access_token, route, to_tokens, wire.clock)
            yield AuthorizingTransport(transport, route.tokens, fetch, wire.clock)


async def _access_token(route: Route, transport: Transport, clock: Callable[[], float]) -> AccessToken | SendFailure:
    """A new token; what is wrong where there is none: the request that needs it has not left."""
    answer = await transport.send(route.token_request())
    if isinstance(answer, SendFailure):
        arrival = Arrival.BARRED if answer.arrival is Arrival.BARRED else Arrival.NO
        detail = Message("failure.no_token", why=answer.detail)
        return SendFailure(arrival, detail, answer.duration_ms, advice=answer.advice)
    granted = read_answer(answer)
    if isinstance(granted, Grant):
        return AccessToken.of(granted.token, granted.seconds, clock())
    detail = Message("failure.no_token", why=route.settings.mask(granted.said))
    if not granted.is_final:
        return SendFailure(Arrival.NO, detail, answer.duration_ms)
    return SendFailure(Arrival.BARRED, detail, answer.duration_ms, advice=Message("advice.no_token"))
