"""A plan is settled: what the API says beforehand joins it, the person sees it and answers its questions."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from uploader.actions.options import SendOptions
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.plan import Plan
from uploader.actions.session import Session
from uploader.actions.steps.ask_api import api_facts
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.journal.locks import TokenHold
from uploader.model.teammates import ALONE


def prepare_plan(
    make: Callable[[], Plan], journal: Journal, options: SendOptions, session: Session, stack: ExitStack
) -> Plan:
    """The plan with everything that has to be known before it is carried out, asked once.

    All who send there with the same token keep to its limits together from now on until `stack` is closed; if another
    run had to be waited for, the plan is made again: what that one had under way is known by now.
    """
    plan, teammates = make(), ALONE
    is_attended, confirms = session.ui.is_attended, session.ui.confirms_plan
    if plan.may_go(is_attended=is_attended) and (is_attended or not plan.stops_unattended(options.answers)):
        token = _hold_token(plan, journal, options, session, stack)
        teammates = token.teammates
        if token.has_waited:
            plan = make()
        if plan.may_go(is_attended=is_attended):
            plan = plan.with_api(api_facts(plan.route, teammates, journal, options, session))
    plan = replace(plan, is_confirmed_by_person=confirms, teammates=teammates)
    session.ui.show(plan)
    if confirms and plan.api.stop is not None:
        session.tell(plan.api.advice)
        return plan
    if plan.asks_about_invalid and plan.rows is not None:
        _offer_problems(plan, plan.rows, options, session)
    plan = plan.answered(session.decide(plan.questions, options.answers))
    if plan.refused_duplicates and plan.stops is None:
        numbers = sorted(plan.refused_duplicates)
        session.tell(Message("plan.duplicates_with_unknown_ids", count=len(numbers), numbers=row_numbers(numbers)))
    return plan


def _offer_problems(plan: Plan, rows: Reconciliation, options: SendOptions, session: Session) -> None:
    """What is wrong, in a workbook beside the list, for who is asked about it."""
    from uploader.actions.steps.workbooks.marked_copy import write_marked_copy
    from uploader.actions.steps.workbooks.own_workbook import tell_of_copy
    from uploader.actions.steps.workbooks.problems_file import wanted_problems

    wanted_problems(rows, session, plan.unknown_ids, asks="invalid_rows" not in options.answers)
    if options.annotate and session.writes_problems is not False:
        tell_of_copy(write_marked_copy(rows, session, plan.unknown_ids), session)


def _hold_token(plan: Plan, journal: Journal, options: SendOptions, session: Session, stack: ExitStack) -> TokenHold:
    if plan.is_sandbox:
        return TokenHold(has_waited=False)
    route, limits = plan.route, options.shared_limits(plan.route.template)
    hold = journal.locks.hold_token(
        route.destination, route.settings, plan.list_name, limits=limits, on_wait=session.tell, cancel=session.ui.cancel
    )
    return stack.enter_context(hold)
