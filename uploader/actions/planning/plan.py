"""What would be done, before anything is: which rows go, why the others don't, and what must be asked.

A plan is a value. Its questions are answered once; then it is carried out, and doing asks nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from uploader.actions.planning.destination import destination_name
from uploader.actions.planning.known.held_back import HeldBack
from uploader.actions.planning.known.held_rows import HeldCounts
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.route import Route
from uploader.checks.checked_list import CheckedList
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.model.job import Job, NewJob
from uploader.model.problems import Problem, ProblemLog, stopping
from uploader.model.questions import ALL, NO, PILOT, PILOT_ROWS, YES, Answers, Choice, Question, safe_answers
from uploader.model.resend import EARLIER_ROW, ResendPolicy
from uploader.model.rows import Status, column_named
from uploader.model.summary import Summary
from uploader.model.teammates import ALONE, Teammates
from uploader.templates.preflight.facts import ApiFacts, id_problems, quota_message

RowsById = Mapping[str, Mapping[str, Sequence[int]]]
"""By field and id, the numbers of the rows that have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done with a list, or with the rest of a job."""

    route: Route
    policy: ResendPolicy
    """What is sent again although it is known."""
    counts: Mapping[Status, int]
    """The rows by the status that they would have if nothing was sent; those that go are `not sent`."""
    is_sandbox: bool = False
    new: NewJob | None = None
    """What is known of the job, from the list at hand."""
    known_job: Job | None = None
    """The job that the list at hand belongs to, where it was sent before."""
    others_wait: bool = False
    """Whether rows that wait and are not in the file at hand go, too."""
    job: Job | None = None
    """The job that is resumed."""
    rows: Reconciliation | None = None
    """The list at hand; None for the rest of a job."""
    problems: ProblemLog = field(default_factory=ProblemLog)
    """Of the list at hand."""
    held: Sequence[HeldBack] = ()
    held_counts: HeldCounts = field(default_factory=HeldCounts)
    """Of rows that keep the outcome that they have."""
    repeated: AbstractSet[int] = frozenset()
    """Rows at hand, by position, whose request is that of an earlier row; they are skipped."""
    ids: RowsById = field(default_factory=dict)
    """Of the rows that go, until it is known which of them the API has."""
    duplicate_ids: RowsById = field(default_factory=dict)
    """Of the rows that are skipped as duplicates, and go if the person says so."""
    refused_duplicates: Mapping[int, Sequence[Problem]] = field(default_factory=dict)
    """The duplicates, by number in the list, that the person sends, and whose ids the API doesn't have."""
    api: ApiFacts = field(default_factory=ApiFacts)
    unknown_ids: Mapping[int, Sequence[Problem]] = field(default_factory=dict)
    """The rows, by number in the list, with ids that the API doesn't have."""
    id_problems: ProblemLog = field(default_factory=ProblemLog)
    """What is wrong with ids, warnings too, at its place in the file at hand."""
    first: int | None = None
    other: Job | None = None
    """The job by which rows of this list were accepted at another destination."""
    later: Job | None = None
    """The job by which a newer version of this job's list was sent."""
    answers: Answers = field(default_factory=dict)
    is_confirmed_by_person: bool = False
    """Whether the person is asked at the end whether it goes, and how much of it."""
    teammates: Teammates = ALONE
    """Those who send with the same token while it is carried out."""

    @property
    def list_name(self) -> str:
        """The list's file."""
        of = self.job or self.new
        return "" if of is None else of.list_path.name

    @property
    def total(self) -> int:
        """How many rows the list has."""
        return sum(self.counts.values()) if self.job is None else self.job.rows

    @property
    def going(self) -> int:
        """How many rows go."""
        duplicates = self.skipped - len(self.refused_duplicates) if self.is_yes("duplicates") else 0
        return self.counts.get(Status.NOT_SENT, 0) + duplicates

    def may_go(self, *, is_attended: bool) -> bool:
        """Whether rows go, or might: once it is known what another run has under way, or if the person says so."""
        under_way = any(held.prior.held_as is Status.UNKNOWN for held in self.held)
        return bool(self.going or under_way or (is_attended and self.skipped))

    @property
    def skipped(self) -> int:
        """How many rows wait, and are skipped as duplicates unless the person says otherwise."""
        return sum(held.rows for held in self.held if held.prior.held_as is Status.SKIPPED)

    @property
    def invalid(self) -> int:
        """How many rows of the list can't be sent."""
        return self.counts.get(Status.INVALID, 0)

    def messages(self) -> Iterator[Message]:
        """What the person should know of it, besides what is wrong with rows."""
        yield from self.notes()
        if self.going:
            where = Message("plan.to_sandbox") if self.is_sandbox else self.route.destination
            yield Message("plan.sending", template=self.route.template.name, where=where)
            if self.quota is not None:
                yield self.quota

    def notes(self) -> Iterator[Message]:
        """The same without where the rows go, and how many may."""
        if self.job is not None:
            yield from self._of_rest(self.job)
        if self.other is not None:
            yield Message("plan.other_destination", **_other_facts(self.other, self.route))
        if self.rows is not None and self.rows.opened.workbook is None and self.going:
            yield from _of_columns(self.rows.opened.checked)

    def _of_rest(self, job: Job) -> Iterator[Message]:
        if self.later is not None:
            yield Message("plan.sent_later", path=str(job.list_path), later=self.later.id, job=job.id)
        route = self.route
        if not self.is_sandbox and (route.destination, route.settings.plain) != (job.destination, job.settings):
            before = destination_name(job.destination, job.settings)
            yield Message("plan.redirected", job=job.id, before=before, after=route.name)
        code = "plan.resuming" if self.going else "plan.nothing_left"
        yield Message(code, job=job.id, list=job.list_path.name, count=self.going, rows=job.rows)

    @property
    def quota(self) -> Message | None:
        """How far today's quota goes."""
        batch = self.route.template.request.batch
        return quota_message(self.api, min(self.going, self.first or self.going), batch) if self.going else None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every open question."""
        return tuple(self._questions())

    def _questions(self) -> Iterator[Question]:
        if self.later is not None and self.job is not None:
            yield _question("older_job", ends_at=NO, job=self.job.id, later=self.later.id, path=str(self.job.list_path))
        if self.other is not None:
            yield _question("other_destination", ends_at=NO, **_other_facts(self.other, self.route))
        if self.asks_about_invalid:
            yield _question("invalid_rows", ends_at=NO, count=self.invalid, rows=self.total)
        if self.skipped and not self.policy.duplicates:
            yield _question("duplicates", count=self.skipped)
        if self.is_confirmed_by_person and self.api.stop is None and self.may_go(is_attended=True):
            choices = tuple(map(Choice, (ALL, PILOT, NO)))
            yield Question("go", {"count": self.going, "pilot": PILOT_ROWS}, choices, ends_at=NO)

    @property
    def asks_about_invalid(self) -> bool:
        """Whether rows are invalid of which nobody has been asked: those of a job that is resumed were."""
        return bool(self.unknown_ids) or (self.rows is not None and self.invalid > 0)

    def answered(self, answers: Answers) -> "Plan":
        """The plan with these answers."""
        plan = replace(self, answers={**self.answers, **answers})
        if plan.answers.get("go") == PILOT:
            plan = replace(plan, first=PILOT_ROWS)
        return plan if self.policy.duplicates or not plan.is_yes("duplicates") else plan._with_duplicates()

    def _with_duplicates(self) -> "Plan":
        """Those go, too, but for the ones with ids that the API doesn't have."""
        refused = stopping(id_problems(self.api, self.duplicate_ids, self.route.fields))
        return replace(self, policy=replace(self.policy, duplicates=True), refused_duplicates=refused)

    def is_yes(self, code: str) -> bool:
        """Whether that question was answered with yes."""
        return self.answers.get(code) == YES

    @property
    def stops(self) -> Message | None:
        """Why nothing is sent, once its questions are answered."""
        if self.is_confirmed_by_person and self.api.stop is not None:
            return self.api.stop.reason  # nobody has said that it is to be sent
        if self.later is not None and self.job is not None and not self.is_yes("older_job"):
            return Message("plan.older_job_declined", job=self.job.id)
        if self.other is not None and not self.is_yes("other_destination"):
            return Message("plan.other_destination_declined")
        if self.asks_about_invalid and not self.is_yes("invalid_rows"):
            return Message("plan.invalid_rows", count=self.invalid, rows=self.total)
        if self.answers.get("go") == NO:
            return Message("plan.declined")
        return None

    def stops_unattended(self, given: Mapping[str, str]) -> bool:
        """Whether nothing would be sent if nobody was asked, but for the answers that were given."""
        answers = {**safe_answers(self.questions), **given}
        return self.answered(answers).stops is not None

    def summary(self, stopped: Message) -> Summary:
        """How it ends where nothing is sent."""
        of = self.job or self.new
        return Summary(
            None if of is None else of.list_path,
            self.route.template.name,
            job=None if self.job is None else self.job.id,
            counts=self.counts,
            stopped=stopped,
            sent=False,
        )

    def with_api(self, api: ApiFacts) -> "Plan":
        """The plan with what the API says: rows with ids that it doesn't have are invalid."""
        of = self.job or self.new
        found = id_problems(api, self.ids, self.route.fields, () if of is None else of.header)
        at_hand = found if self.rows is None else [self.rows.at_hand(problem) for problem in found]
        unknown = stopping(found)
        repeated_rows = self.repeated & stopping(at_hand).keys()
        repeated = len(repeated_rows)
        counts = Counter(self.counts)
        counts[Status.INVALID] += len(unknown)
        counts[Status.SKIPPED] -= repeated
        counts[Status.NOT_SENT] -= len(unknown) - repeated
        held = [one.without(repeated_rows, repeated) if one.prior == EARLIER_ROW else one for one in self.held]
        return replace(
            self,
            api=api,
            ids={},  # they are not needed any more, and of a long list they may be many
            unknown_ids=unknown,
            counts=counts,
            held=[one for one in held if one.rows],
            id_problems=ProblemLog(at_hand),
        )


def _of_columns(listed: CheckedList) -> Iterator[Message]:
    """Fields that stay without a column, if the list has columns left that might have been meant for them."""
    header = listed.table.header
    unused = [column_named(header, at) for at in listed.unused if header[at].strip()]
    if unused and listed.unfilled:
        yield Message("plan.unfilled", count=len(listed.unfilled), fields=some_of(listed.unfilled))
        yield Message("read.not_sent", columns=some_of(unused))


def _question(code: str, *, ends_at: str | None = None, **facts: str | int) -> Question:
    return Question(code, facts, ends_at=ends_at)


def _other_facts(other: Job, route: Route) -> dict[str, str | int]:
    return {
        "count": other.counts[Status.ACCEPTED],
        "before": destination_name(other.destination, other.settings),
        "job": other.id,
        "after": route.name,
    }
