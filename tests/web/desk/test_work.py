"""A work in its thread, and the person whom it asks: who answers wrongly is asked again, who leaves ends it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import HANG_SECONDS, until
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.questions import Answers, Choice, Question
from uploader.model.summary import Summary
from uploader.web.desk.work import PageUi, Work

SECRET = "s3cret-of-a-customer"
COLUMN = Question("column", {"field": "from"}, (Choice("A", "Uno"), Choice("B", "Dos")), about="from")
SURE = Question("invalid_rows", {"count": 1, "rows": 2})
SERVER = Question(
    "setting",
    choices=(),
    about="server",
    suggested="0042",
    check=lambda typed: None if typed.isdecimal() else Message("web.ask.choose", about="server"),
)
TOKEN = Question("setting", choices=(), about="token", is_secret=True)


def work_that(action: Callable[[PageUi], object], home: Path, **more: object) -> Work:
    return Work("x.1", "x", "send", "lista.xlsx", False, action, home, **more)  # type: ignore[arg-type]  # one type for options of several


@contextmanager
def asking(home: Path, *questions: Question) -> Iterator[Work]:
    """A work that asks, and whose outcome is what it was answered."""
    work = work_that(lambda ui: ui.decide(questions), home)
    work.start()
    until(lambda: work.stage == "asking", "its question")
    try:
        yield work
    finally:
        work.stop()
        assert work.wait(HANG_SECONDS)


def answered(work: Work, **given: str) -> Answers | None:
    """What the action heard; None if it was not answered."""
    if work.ui.answer({name.replace("_of_", " "): value for name, value in given.items()}):
        return None
    assert work.wait(HANG_SECONDS)
    assert isinstance(work.outcome, dict)
    return work.outcome


def test_an_answer_ends_the_question_at_once(tmp_path: Path) -> None:
    with asking(tmp_path, COLUMN) as work:
        assert list(work.ui.questions) == [COLUMN]
        assert work.ui.answer({"column from": "B"}) == []
        assert not work.ui.questions  # whoever looks now is not asked once more
        assert work.stage != "asking"
        assert work.wait(HANG_SECONDS)
        assert work.outcome == {"column from": "B"}


def test_a_question_that_the_form_lacks_takes_its_safe_side_or_is_asked_again(tmp_path: Path) -> None:
    with asking(tmp_path, SURE) as work:
        assert answered(work, something="else") == {"invalid_rows": "no"}
    with asking(tmp_path, COLUMN, SURE) as work:
        assert [why.code for why in work.ui.answer({"invalid_rows": "yes"})] == ["web.ask.choose"]
        assert work.stage == "asking"
        assert work.ui.refused == [Message("web.ask.choose", about="from")]


@pytest.mark.parametrize("given", ["", "C", "a", "Uno", " A"])
def test_what_is_none_of_the_choices_counts_as_no_answer(given: str, tmp_path: Path) -> None:
    with asking(tmp_path, COLUMN) as work:
        assert answered(work, column_of_from=given) is None
        assert work.stage == "asking"
        assert answered(work, column_of_from="A") == {"column from": "A"}
        assert work.ui.refused == []


def test_typed_settings_are_stripped_checked_and_kept_for_the_next_try_but_for_secrets(tmp_path: Path) -> None:
    with asking(tmp_path, SERVER, TOKEN) as work:
        assert answered(work, setting_of_server="x42", setting_of_token=SECRET) is None
        assert work.ui.typed == {"setting server": "x42"}
        assert work.ui.secrets == {}  # a wrong answer beside it: none counts
        assert answered(work, setting_of_server=" 42 ", setting_of_token="  ") is None
        assert work.ui.refused == [Message("web.ask.fill_in", about="token")]
        found = answered(work, setting_of_server=" 42 ", setting_of_token=f" {SECRET}\n")
        assert found == {"setting server": "42", "setting token": SECRET}
        assert work.ui.secrets == {"token": SECRET}
        assert SECRET not in str(work.ui.typed)


def test_an_answer_after_the_answer_changes_nothing(tmp_path: Path) -> None:
    with asking(tmp_path, COLUMN) as work:
        assert answered(work, column_of_from="A") == {"column from": "A"}
        assert work.ui.answer({"column from": "B"}) == []
        assert work.outcome == {"column from": "A"}


def test_questions_follow_each_other(tmp_path: Path) -> None:
    work = work_that(lambda ui: (ui.decide([COLUMN]), ui.decide([SURE])), tmp_path)
    work.start()
    for question, answer in ((COLUMN, "A"), (SURE, "yes")):
        until(lambda: work.ui.questions == (question,), "the question")  # noqa: B023  # it is called at once
        work.ui.answer({question.id: answer})
    assert work.wait(HANG_SECONDS)
    assert work.outcome == ({"column from": "A"}, {"invalid_rows": "yes"})


def test_who_leaves_a_question_gives_the_work_up(tmp_path: Path) -> None:
    with asking(tmp_path, COLUMN) as work:
        work.stop()
        assert work.wait(HANG_SECONDS)
        assert (work.stage, work.was_given_up, work.error, work.outcome) == ("over", True, None, None)
        assert work.ui.questions == ()


def test_a_stop_that_comes_before_the_question_counts(tmp_path: Path) -> None:
    work = work_that(lambda ui: ui.decide([COLUMN]), tmp_path)
    work.stop()
    work.start()
    assert work.wait(HANG_SECONDS)
    assert work.was_given_up


def test_a_question_that_nobody_answers_is_given_up_in_the_end(tmp_path: Path) -> None:
    work = work_that(lambda ui: ui.decide([COLUMN]), tmp_path, ui=PageUi(patience_seconds=0.05))
    work.start()
    assert work.wait(HANG_SECONDS)
    assert work.was_given_up


def test_an_error_is_kept_and_a_bug_is_noted_without_what_it_was_about(tmp_path: Path) -> None:
    def fail(_: PageUi) -> object:
        raise SettingsError(Message("web.no_such_list"))

    def bug(_: PageUi) -> object:
        raise ValueError(SECRET)

    for action in (fail, bug):
        ended = list[Work]()
        work = work_that(action, tmp_path, on_end=ended.append)
        work.start()
        assert work.wait(HANG_SECONDS)
        assert ended == [work]
        assert (work.stage, work.was_given_up) == ("over", False)
        assert work.error is not None
        assert work.error.code == ("web.no_such_list" if action is fail else "cli.bug")
        assert SECRET not in str(work.error)
    log = (tmp_path / "bugs.log").read_text(encoding="utf-8")
    assert "ValueError" in log
    assert SECRET not in log


def test_of_all_that_is_told_so_much_is_kept_as_anybody_reads() -> None:
    ui = PageUi()
    for number in range(500):
        ui.tell(Message("web.ask.choose", about=str(number)))
    assert 100 <= len(ui.told) < 500
    assert ui.told[-1].facts["about"] == "499"
    ui.show(Summary(None, "t"))
    assert ui.summary is not None
