from uploader.model.problems import Problem, ProblemLog


def test_they_are_told_by_cause_the_most_frequent_first_and_problems_apart_from_warnings() -> None:
    many = [Problem(row, 6, "rp_id is empty", "Fill in the cell.") for row in range(4, 16)]
    odd = Problem(9, 1, "the text is odd", "Look.", stops=False)
    findings = ProblemLog([Problem(9, 0, "from is empty", "Fill in the cell."), *many, odd])
    assert findings.told(stops=True) == [
        "rp_id is empty in 12 rows: G4, G5, G6, G7, G8, G9, G10, G11, G12, G13 … Fill in the cell.",
        "from is empty in 1 row: A9. Fill in the cell.",
    ]
    assert findings.told(stops=False) == ["The text is odd in 1 row: B9. Look."]


def test_one_cause_in_several_columns_is_one_line_and_counts_rows() -> None:
    findings = ProblemLog(
        [Problem(2, 3, "odd", "Look."), Problem(2, 1, "odd", "Look."), Problem(5, None, "odd", "Look.")]
    )
    assert findings.told(stops=True) == ["odd in 2 rows: B2, D2, row 5. Look."]


def test_whole_rows_are_told_by_their_numbers() -> None:
    one, two = (
        ProblemLog([Problem(5, None, "the row is odd", "Look.")]),
        ProblemLog(Problem(row, None, "the row is odd", "Look.") for row in (5, 6)),
    )
    assert one.told(stops=True) == ["The row is odd: row 5. Look."]
    assert two.told(stops=True) == ["The row is odd, 2 times: row 5, row 6. Look."]


def test_those_of_some_rows_come_back_as_they_were() -> None:
    problems = [Problem(row, 0, "odd", "Look.", stops=row % 2 == 0) for row in range(2, 50)]
    assert sorted(ProblemLog(problems).between(10, 12), key=lambda problem: problem.row) == problems[8:11]
    assert not ProblemLog()
