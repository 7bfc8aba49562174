import io

from uploader.cli.progress import Progress
from uploader.model.rows import Status


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, rows: int, *, quiet: bool = False) -> str:
    with Progress(rows, stream, quiet=quiet) as progress:
        for number in range(rows):
            progress.ended(Status.REJECTED if number % 10 == 0 else Status.ACCEPTED)
    return stream.getvalue()


def test_a_terminal_gets_a_bar_with_counts_rate_and_time_left() -> None:
    told = shown(Terminal(), 50)
    last = told.rstrip().rpartition("\r")[2]
    assert "50/50" in last
    assert "rows/s" in last
    assert "45 accepted, 5 rejected, 0 unknown" in last


def test_elsewhere_there_is_a_plain_line_every_tenth() -> None:
    lines = shown(io.StringIO(), 1000).splitlines()
    assert len(lines) == 10
    assert lines[0] == "100 of 1,000 rows: 90 accepted, 10 rejected, 0 unknown"
    assert lines[-1] == "1,000 of 1,000 rows: 900 accepted, 100 rejected, 0 unknown"


def test_quiet_is_quiet() -> None:
    assert shown(Terminal(), 5, quiet=True) == ""
    assert shown(io.StringIO(), 5, quiet=True) == ""


def test_a_word_in_between_stands_on_a_line_of_its_own() -> None:
    for stream in (io.StringIO(), Terminal()):
        with Progress(3, stream) as progress:
            progress.ended(Status.ACCEPTED)
            progress.say("Interrupted: wait.")
        assert "Interrupted: wait." in stream.getvalue().replace("\r", "\n").splitlines()


def test_a_wait_is_told_once_and_a_short_one_not_at_all() -> None:
    stream = io.StringIO()
    with Progress(10, stream) as progress:
        for left in (2.0, 1.0):
            progress.waits("the API asked to slow down", left)
        for left in (3661.0, 3660.0, 1.0):
            progress.waits("the API takes no requests now: CLOSED", left)
        progress.ended(Status.ACCEPTED)
        progress.waits("the API takes no requests now: CLOSED", 42.2)
    assert [line for line in stream.getvalue().splitlines() if "Next" in line] == [
        "The API takes no requests now: CLOSED. Next try in 1:01:01.",
        "The API takes no requests now: CLOSED. Next try in 0:43.",
    ]
