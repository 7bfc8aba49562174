import io

import pytest

from uploader.cli.progress import Progress
from uploader.i18n import Message
from uploader.model.events import Advanced, Event, Phase, PhaseEnded, RestOfJob, RowDone, Waited, Waiting
from uploader.model.rows import Status


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(
    stream: io.StringIO, rows: int, *, quiet: bool = False, language: str = "en", row_seconds: float = 0.1
) -> str:
    now = [0.0]
    progress = Progress(stream, quiet=quiet, clock=lambda: now[0])
    progress.on_event(Phase("sending", rows), language)
    for number in range(rows):
        now[0] += row_seconds
        progress.on_event(RowDone(Status.REJECTED if number % 10 == 0 else Status.ACCEPTED), language)
    progress.on_event(PhaseEnded("sending"), language)
    return stream.getvalue()


def test_a_terminal_gets_a_bar_with_counts_rate_and_time_left() -> None:
    told = shown(Terminal(), 50)
    last = told.rstrip().rpartition("\r")[2]
    assert "50/50" in last
    assert "rows/s" in last
    assert "45 accepted, 5 rejected" in last


@pytest.mark.parametrize(
    ("language", "words"), [("es", "45 aceptadas, 5 rechazadas"), ("pt", "45 aceitas, 5 recusadas")]
)
def test_the_bar_speaks_the_person_s_language(language: str, words: str) -> None:
    last = shown(Terminal(), 50, language=language).rstrip().rpartition("\r")[2]
    assert words in last
    assert {"es": "filas/s", "pt": "linhas/s"}[language] in last


def test_the_bar_is_shown_at_most_ten_times_a_second_and_whole_at_the_end() -> None:
    told = shown(Terminal(), 1000, row_seconds=0.001)
    assert 10 <= len({look for look in told.split("\r") if "rows/s" in look}) <= 13
    assert "1000/1000" in told.rstrip().rpartition("\r")[2]


def test_a_wait_shows_all_that_ended_before() -> None:
    stream = Terminal()
    progress = Progress(stream, clock=lambda: 0.0)
    progress.on_event(Phase("sending", 9), "en")
    for _ in range(5):
        progress.on_event(RowDone(Status.ACCEPTED), "en")
    progress.on_event(Waiting(Message("text", text="closed"), 60.0), "en")
    assert "5/9" in stream.getvalue()


def test_elsewhere_there_is_a_plain_line_every_tenth() -> None:
    lines = shown(io.StringIO(), 1000).splitlines()
    assert len(lines) == 10
    assert lines[0] == "100 of 1,000 rows: 90 accepted, 10 rejected"
    assert lines[-1] == "1,000 of 1,000 rows: 900 accepted, 100 rejected"
    in_spanish = shown(io.StringIO(), 1000, language="es").splitlines()
    assert in_spanish[-1] == "1.000 de 1.000 filas: 900 aceptadas, 100 rechazadas"


def test_elsewhere_there_is_no_bar_and_a_short_run_has_no_line() -> None:
    assert "\r" not in shown(io.StringIO(), 1000)
    assert shown(io.StringIO(), 24, row_seconds=0.05) == ""


def test_quiet_is_quiet() -> None:
    for stream in (Terminal(), io.StringIO()):
        assert shown(stream, 500, quiet=True) == ""
        progress = Progress(stream, quiet=True)
        for event in (Phase("sending", 5), Waiting(Message("text", text="closed"), 60.0), PhaseEnded("sending")):
            progress.on_event(event, "en")
        assert stream.getvalue() == ""


def test_a_word_in_between_stands_on_a_line_of_its_own() -> None:
    for stream in (io.StringIO(), Terminal()):
        progress = Progress(stream)
        progress.on_event(Phase("sending", 3), "en")
        progress.on_event(RowDone(Status.ACCEPTED), "en")
        progress.say("Interrupted: wait.")
        progress.on_event(PhaseEnded("sending"), "en")
        assert "Interrupted: wait." in stream.getvalue().replace("\r", "\n").splitlines()


def test_a_wait_is_told_once_and_a_short_one_not_at_all() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    slow, closed = Message("text", text="the API asked to slow down"), Message("text", text="no requests now: CLOSED")
    happened: list[Event] = [Phase("sending", 10)]
    happened += [Waiting(slow, left) for left in (2.0, 1.0)]
    happened += [Waiting(closed, left) for left in (3661.0, 3660.0, 1.0)]
    happened += [RowDone(Status.ACCEPTED), Waiting(closed, 42.2), PhaseEnded("sending")]
    for event in happened:
        progress.on_event(event, "en")
    assert [line for line in stream.getvalue().splitlines() if "Next" in line] == [
        "No requests now: CLOSED. Next try in 1:01:01.",
        "No requests now: CLOSED. Next try in 0:43.",
    ]


def test_a_terminal_s_bar_counts_down() -> None:
    stream, closed = Terminal(), Message("text", text="no requests now: CLOSED")
    progress = Progress(stream)
    happened: list[Event] = [Phase("sending", 10), *(Waiting(closed, left) for left in (4.0, 3.0, 2.0, 0.5))]
    for event in (*happened, PhaseEnded("sending")):
        progress.on_event(event, "en")
    told = stream.getvalue()
    assert "No requests now: CLOSED. Next try in 0:04." in told
    places = [told.index(f"rows/s, next try in 0:0{seconds}") for seconds in (4, 3, 2, 1)]
    assert places == sorted(places)


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_rows_that_others_send_are_done_and_the_number_to_reach_stays(stream: io.StringIO) -> None:
    now = [0.0]
    progress = Progress(stream, clock=lambda: now[0])
    progress.on_event(Phase("sending", 100), "en")
    for _ in range(10):
        progress.on_event(RowDone(Status.ACCEPTED), "en")
    progress.on_event(RestOfJob(30), "en")
    now[0] += 60.0
    progress.on_event(RowDone(Status.ACCEPTED), "en")
    progress.on_event(PhaseEnded("sending"), "en")
    assert "71/100" in stream.getvalue() or "71 of 100" in stream.getvalue()


@pytest.mark.parametrize(("waited", "expected"), [(3600.0, "[00:25<00:25,  2.00 rows/s"), (0.0, "[1:00:25<")])
def test_the_rate_and_the_time_left_are_of_sending_and_not_of_waiting(
    monkeypatch: pytest.MonkeyPatch, waited: float, expected: str
) -> None:
    now, stream = [1000.0], Terminal()
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    progress = Progress(stream, clock=lambda: now[0])
    progress.on_event(Phase("sending", 100), "en")
    for number in range(50):
        now[0] += 0.5
        progress.on_event(RowDone(Status.ACCEPTED), "en")
        if number == 20:
            now[0] += 3600.0
            progress.on_event(Waited(waited), "en")
    assert expected in stream.getvalue().rpartition("\r")[2]
    progress.on_event(PhaseEnded("sending"), "en")


def test_what_only_counts_rows_is_shown_on_a_terminal_alone_and_leaves_nothing_behind() -> None:
    for stream in (io.StringIO(), Terminal()):
        progress = Progress(stream)
        for event in (Phase("writing", 10, "r.xlsx"), Advanced(10), PhaseEnded("writing")):
            progress.on_event(event, "en")
        assert stream.getvalue().strip() == ""
