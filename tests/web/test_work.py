"""What is asked at a page."""

import threading

from tests.waiting import HANG_SECONDS, until
from uploader.model.questions import Question
from uploader.web.work import PageUi


def test_an_answered_question_is_not_asked_by_the_next_page_although_the_work_has_not_gone_on_yet() -> None:
    ui, answered = PageUi(), threading.Event()
    asked = Question("setting", choices=(), safe="", about="server")

    def decides() -> None:
        ui.decide([asked])
        answered.set()

    threading.Thread(target=decides, daemon=True).start()
    until(lambda: bool(ui.questions), "the question")
    with ui._changed:  # the work can't go on while this is held
        assert ui.answer({asked.id: "0042"}) == []
        assert ui.questions == ()
        assert not answered.is_set()
    assert answered.wait(HANG_SECONDS)
