from tests.rendered import sentence
from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.problems import Problem, ProblemLog, ProblemSummary, by_row, stopping


def empty(row: int, column: int | None, field: str = "rp_id") -> Problem:
    return Problem(row, column, "empty", {"field": field})


def told(log: ProblemLog, *, stops: bool) -> list[tuple[str, int, list[tuple[int, int | None]], int]]:
    return [(sentence(one.cause), one.rows, list(one.cells), one.more) for one in log.summaries(stops=stops)]


def test_they_are_listed_by_cause_the_most_frequent_first_and_problems_apart_from_warnings() -> None:
    many = [empty(row, 6) for row in range(4, 16)]
    odd = Problem(9, 1, "apostrophe", stops=False)
    log = ProblemLog([empty(9, 0, "from"), *many, odd])
    assert told(log, stops=True) == [
        ("rp_id is empty", 12, [(row, 6) for row in range(4, 14)], 2),
        ("from is empty", 1, [(9, 0)], 0),
    ]
    assert [sentence(one.fix) for one in log.summaries(stops=True)] == ["Fill in the cell."] * 2
    assert told(log, stops=False) == [("the text starts with an apostrophe", 1, [(9, 1)], 0)]


def test_one_cause_in_several_columns_is_one_line_and_counts_rows() -> None:
    log = ProblemLog([empty(2, 3), empty(2, 1), empty(5, None)])
    cause, fix = Message("problem.empty.cause", field="rp_id"), Message("problem.empty.fix", field="rp_id")
    assert log.summaries(stops=True) == [ProblemSummary(cause, fix, 2, [(2, 1), (2, 3), (5, None)], 0)]


def test_whole_rows_have_no_column() -> None:
    log = ProblemLog(Problem(row, None, "total") for row in (5, 6))
    assert told(log, stops=True) == [("the row looks like a total, not like a record", 2, [(5, None), (6, None)], 0)]


def test_other_facts_make_another_cause_and_equal_ones_the_same() -> None:
    log = ProblemLog(empty(row, 0, field) for row, field in ((2, "a"), (3, "b"), (4, "a")))
    assert [(one.cause.facts["field"], one.rows) for one in log.summaries(stops=True)] == [("a", 2), ("b", 1)]


def test_those_of_some_rows_come_back_as_they_were() -> None:
    problems = [Problem(row, 0, "empty", {"field": "x"}, stops=row % 2 == 0) for row in range(2, 50)]
    assert sorted(ProblemLog(problems).between(10, 12), key=lambda problem: problem.row) == problems[8:11]
    assert not ProblemLog()


def test_they_are_separated_by_row_and_by_what_stops() -> None:
    both = [empty(2, 0), Problem(2, 1, "apostrophe", stops=False), Problem(3, 1, "apostrophe", stops=False)]
    assert by_row(both) == {2: both[:2], 3: both[2:]}
    assert stopping(both) == {2: both[:1]}


def test_the_advice_of_a_row_has_all_its_problems_at_the_columns_of_the_list() -> None:
    found = [empty(2, 3), Problem(2, None, "total")]
    assert advice.of_problems(found, lambda column: column - 1) == Message(
        "advice.problems",
        problems=(
            Message("advice.problem", column=2, cause=found[0].cause, fix=found[0].fix),
            Message("advice.problem", column=None, cause=found[1].cause, fix=found[1].fix),
        ),
    )


def test_what_a_journal_keeps_of_earlier_versions_is_still_shown() -> None:
    kept = {"field": "rp_id", "allowed": ["yes", "no"], "format": "%d/%m/%Y", "most": 3, "how": "Así.", "text": "#N/A"}
    for code in (
        "empty",
        "not_a_date",
        "too_long",
        "not_allowed",
        "not_plain",
        "wrong_format",
        "lost_plus",
        "error_cell",
    ):
        for part in ("cause", "fix"):
            assert render(Message.from_json({"code": f"problem.{code}.{part}", "facts": kept}), "es")
