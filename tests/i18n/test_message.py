import pickle

from uploader.i18n.words import Words, said
from uploader.model.problems import Problem, ProblemLog

EMPTY = Words("{field} is empty")


def test_words_are_their_english_text() -> None:
    words = EMPTY.format(field="rp_id")
    assert words == "rp_id is empty"
    assert {"rp_id is empty": 1}[words] == 1
    assert EMPTY == "{field} is empty"  # nothing is filled in yet
    assert Words("a brace { alone") == "a brace { alone"


def test_words_are_said_in_a_language_that_they_have_else_in_english() -> None:
    words = EMPTY.format(field="rp_id")
    assert words.into("es") == "rp_id está vacío"
    assert words.into("pt") == "rp_id está vazio"
    assert words.into("en") == words.into("fr") == "rp_id is empty"
    assert Words("nobody has put this into other words").into("es") == "nobody has put this into other words"
    assert type(words.into("es")) is type(words.into("en")) is str  # what is written down is plain text


def test_what_stands_in_words_stays_as_it_is_unless_it_is_words() -> None:
    assert EMPTY.format(field="{field} 100 %").into("pt") == "{field} 100 % está vazio"
    lost = Words("{field} has lost its {what}, as Excel does to numbers")
    filled = lost.format(field="row {row}", what=Words("leading zero"))
    assert filled == "row {row} has lost its leading zero, as Excel does to numbers"
    assert filled.into("pt") == "row {row} perdeu o zero à esquerda, como o Excel faz com números"


def test_a_text_that_is_no_words_stays_as_it_is() -> None:
    assert said("as the template says it", "pt") == "as the template says it"
    assert said(EMPTY.format(field="x"), "pt") == "x está vazio"


def test_words_come_through_findings_and_copies() -> None:
    cause, mend = EMPTY.format(field="x"), Words("Fill in the cell.")
    (problem,) = ProblemLog([Problem(4, 0, cause, mend)]).between(1, 9)
    assert (said(problem.cause, "es"), said(problem.mend, "es")) == ("x está vacío", "Complete la celda.")
    assert pickle.loads(pickle.dumps(cause)).into("es") == "x está vacío"
