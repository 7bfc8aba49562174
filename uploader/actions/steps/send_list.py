"""A list at hand is sent: with what is known of its rows, and what was corrected in its workbook since."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.planning.destination import destination_name
from uploader.actions.planning.find_job import for_rows_sent_before, is_unfinished, says_nothing_new
from uploader.actions.planning.known.imported_workbooks import with_news, with_workbooks
from uploader.actions.planning.known.known_rows import KnownRows, job_of_workbook, known_rows, reconciliation
from uploader.actions.planning.known.persons_work import corrected_workbook, corrected_workbooks
from uploader.actions.planning.known.recover import Sending
from uploader.actions.planning.known.workbooks_beside import named_beside
from uploader.actions.planning.make_plan import make_plan
from uploader.actions.planning.open_list import OpenedList, open_list
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.route import Route, route_of
from uploader.actions.planning.staging import stage
from uploader.actions.session import Session
from uploader.actions.steps.prepare_plan import prepare_plan
from uploader.actions.steps.resume_job import resume_job
from uploader.actions.steps.run_job import nothing_sent, run_job
from uploader.actions.steps.workbooks.places import ResultPlace
from uploader.errors import SettingsError, UploaderError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.rows import Status
from uploader.model.summary import Summary
from uploader.model.workbook_names import dated
from uploader.workbooks import redaction


@dataclass(frozen=True, slots=True)
class SendList:
    """What it takes to send a list at hand, whose lock is held."""

    journal: Journal
    sandbox_url: str | None
    """Of the sandbox inside, where one runs."""
    options: SendOptions
    session: Session
    share: Callable[[], None]
    """Lets others send the list, too, once all is settled."""
    template: str | None = None
    """That the person named."""

    def send(self, opened: OpenedList) -> Summary:
        """Send the rows that may go, and write the result workbook.

        Of a list that was sent before, those that were corrected in its workbook since go as corrected there. Raises
        SettingsError where they have values that nobody but a sandbox made.
        """
        if opened.answers_of is not None and opened.answers_of.sandbox and not self.options.is_sandbox:
            raise SettingsError(Message("open.practised_answers", name=opened.path.name))
        route = self._route(opened)
        known = self._known(opened, route)
        opened = opened.read_as(known.job)
        route = replace(route, template=opened.template)
        other = self._other_destination(opened, known, route)
        known = self._with_workbooks(opened, known, route)
        job = known.job
        if job is None:
            return self._planned(opened, known, route, other)
        options = for_rows_sent_before(self.options, job, opened.template, self.journal)
        return replace(self, options=options)._sent_again(opened, known, route, job, other)

    def _sent_again(self, opened: OpenedList, known: KnownRows, route: Route, job: Job, other: Job | None) -> Summary:
        """A list that was sent before."""
        is_rest = is_unfinished(job, self.options.policy(opened.template))
        if opened.workbook is None:
            self._tell_of_other_corrections(job, opened)
            corrected = self.send_corrected(job, route, only_edited=is_rest)
            if corrected is not None:
                return corrected
        new = self._new_job(opened, known, route)
        if is_rest and says_nothing_new(self.journal, job, new):
            rest = replace(route, fields=job.fields, template=opened.template.with_decimals(job.decimals))
            return resume_job(job, new.results_path, rest, self.journal, self.options, self.session, self.share)
        return self._planned(opened, known, route, other)

    def _tell_of_other_corrections(self, job: Job, opened: OpenedList) -> None:
        """Of corrections in copies of its workbook, which come from a colleague perhaps: which count, a person says."""
        others = set(named_beside(opened)) - {job.results_path, *self.journal.workbook_paths(job.id)}
        home, sandbox = self.session.home, self.options.is_sandbox
        for path, work in corrected_workbooks(others, job, self.journal, home, sandbox=sandbox):
            rows, command = sorted(work.edited), Message("command.send", path=str(path))
            numbers = row_numbers(rows)
            self.session.tell(
                Message("send.not_taken_in", count=len(rows), name=path.name, numbers=numbers, command=command)
            )

    def news_of(self, job: Job, route: Route, places: Collection[Path]) -> Job:
        """The job, with what another computer wrote since into its workbooks, or into others beside these places."""
        if self.options.is_sandbox:
            return job
        known = KnownRows(job.key, job)
        return with_news(known, self.journal, job, _sending(route), self.session, places).job or job

    def send_corrected(self, job: Job, route: Route, *, only_edited: bool) -> Summary | None:
        """Send the job's rows as somebody corrected them in its result workbook; None where nobody did.

        With `only_edited`, rows that were refused and not edited don't go. The others that wait go, too.
        """
        found = corrected_workbook(job, self.journal, self.session.home, sandbox=self.options.is_sandbox)
        if found is None:
            return None
        path, work = found
        try:
            read = ReadOptions(template=self.template, files=self.options.files)
            opened = open_list(path, read, self.session).read_as(job)
        except UploaderError as why:  # it is left alone, and the others go
            self.session.tell(Message("send.corrections_not_read", name=path.name, why=why.message))
            return None
        rows = sorted(work.edited)
        self.session.tell(Message("send.takes_in", count=len(rows), name=path.name, numbers=row_numbers(rows)))
        if work.new_rows:
            self.session.tell(Message("send.takes_in_added", count=work.new_rows, name=path.name))
        route = replace(route, template=opened.template, fields=opened.checked.list_fields)
        known = KnownRows(job.key, job)
        return self._planned(opened, known, route, corrections=True, only_edited=only_edited)

    def _with_workbooks(self, opened: OpenedList, known: KnownRows, route: Route) -> KnownRows:
        sandbox, given = self.options.is_sandbox, self.options.answers
        new, sending = self._new_job(opened, known, route), _sending(route)
        return with_workbooks(known, self.journal, opened, new, sending, self.session, sandbox=sandbox, given=given)

    def _route(self, opened: OpenedList) -> Route:
        before = job_of_workbook(self.journal, opened, sandbox=self.options.is_sandbox)
        fields = opened.checked.list_fields
        return route_of(opened.template, fields, before, self.sandbox_url, self.options, self.session)

    def _known(self, opened: OpenedList, route: Route) -> KnownRows:
        way = self._new_job(opened, KnownRows(""), route)
        return known_rows(self.journal, opened, way, sandbox=self.options.is_sandbox)

    def _planned(
        self,
        opened: OpenedList,
        known: KnownRows,
        route: Route,
        other: Job | None = None,
        *,
        corrections: bool = False,
        only_edited: bool = False,
    ) -> Summary:
        """Plan it, settle the plan, and carry it out."""
        options, session, journal, sandbox = self.options, self.session, self.journal, self.options.is_sandbox
        new, other_place = self._placed(self._new_job(opened, known, route), known, opened)
        rows = reconciliation(known, journal, opened, options.policy(opened.template), session, sandbox=sandbox)
        rows.only_edited = only_edited

        def make() -> Plan:
            plan = make_plan(rows, new, route, journal, options, session)
            return replace(plan, other=other, known_job=known.job, others_wait=corrections)

        with ExitStack() as stack:
            plan = prepare_plan(make, journal, options, session, stack)
            if plan.stops is not None:
                return nothing_sent(plan, plan.stops, session)
            session.tell(other_place)
            return run_job(stage(plan, journal, session), plan, journal, options, session, self.share)

    def _other_destination(self, opened: OpenedList, known: KnownRows, route: Route) -> Job | None:
        """The newest job by which rows of this list were accepted at another place, which holds none back.

        None for a workbook of a list that the journal knows: that its rows go elsewhere than before is told.
        """
        if self.options.is_sandbox or self.options.send_duplicates:
            return None
        here, before = (route.destination, dict(route.settings.plain)), known.job
        if before is not None:
            if (before.destination, before.settings) != here:
                there, name = destination_name(before.destination, before.settings), destination_name(*here)
                self.session.tell(Message("send.now_elsewhere", before=there, job=before.id, after=name))
            return None
        accepted = (job for job in self.journal.jobs(opened.list_sha256) if job.counts[Status.ACCEPTED])
        return next((job for job in accepted if (job.destination, job.settings) != here), None)

    def _placed(self, new: NewJob, known: KnownRows, opened: OpenedList) -> tuple[NewJob, Message | None]:
        """The job with a workbook that may stand where it goes, and why that is another place than wished."""
        if not new.wants_workbook:
            return new, None
        sandbox = self.options.is_sandbox
        place = ResultPlace(self.journal, new, self.session, sandbox, known.job, opened)
        path, other_place = place.chosen(new.results_path)
        return replace(new, results_path=path), other_place

    def _results_path(self, opened: OpenedList) -> Path:
        wished = self.options.output or opened.results_path
        return (dated(wished, self.session.today()) if self.options.dated else wished).absolute()

    def _new_job(self, opened: OpenedList, known: KnownRows, route: Route) -> NewJob:
        template, job, columns = opened.template, known.job, known.columns(opened)
        is_list = opened.workbook is None or (job is not None and job.is_in_memory)
        redacted = [*redaction.columns_named(self.options.redact, opened.checked.header), *known.redacted]
        return NewJob(
            key=known.key,
            list_path=opened.path.absolute() if job is None or is_list else job.list_path,
            list_name=opened.list_name,
            list_sha256=opened.list_sha256,
            source_sha256=opened.checked.sha256,
            sheet=opened.list_sheet,
            header=columns.header,
            fields=columns.fields(opened.checked.list_fields),
            template=template.name,
            template_sha256=template.sha256,
            template_text=template.text,
            profile_text=template.profile_text,
            destination=route.destination,
            settings=route.settings.plain,
            results_path=self._results_path(opened),
            redacted=tuple(dict.fromkeys(redacted)),
            kept_columns=template.kept_columns,
            decimals=opened.checked.decimals.signs,
        )


def _sending(route: Route) -> Sending:
    return Sending(
        lambda row, fields: route.fingerprint(route.template.values(row, fields)),
        [rule.advice for rule in route.template.rules],
    )
