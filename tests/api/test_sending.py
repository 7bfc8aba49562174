"""`uploader.send` and what follows it: paths and DataFrames, judged by the server's own record."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import uploader
from tests.conftest import (
    FIELDS,
    Command,
    PracticeProcess,
    accounts_for,
    interactions,
    sheet_rows,
    write_csv,
    write_xlsx,
)
from uploader.model.rows import ATTEMPT_COLUMNS, RESULT_COLUMNS

INVALID = ""


def frame_of(rows: list[list[str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(FIELDS), dtype=object)


def send(source: Path | pd.DataFrame, sandbox: PracticeProcess, **options: object) -> uploader.Result:
    return uploader.send(source, base_url=sandbox.url, no_preflight=True, **options)  # type: ignore[arg-type]  # options of several types


def came(sandbox: PracticeProcess) -> list[list[str]]:
    return sorted([body[name] for name in FIELDS] for body in sandbox.bodies())


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_path_is_sent_and_has_its_workbook(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(5)
    result = send(write_xlsx(tmp_path / "list.xlsx", rows), sandbox)
    assert (result.exit_code, result.counts["accepted"], result.requests, result.stopped) == (0, 5, 5, None)
    assert result.workbook == tmp_path / "list.results.xlsx"
    accounts_for(result.workbook, rows)
    assert came(sandbox) == sorted(rows)


def test_a_frame_is_sent_and_writes_no_workbook(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(5)
    result = send(frame_of(rows), sandbox)
    assert (result.exit_code, result.counts["accepted"], result.workbook) == (0, 5, None)
    assert came(sandbox) == sorted(rows)
    assert list(tmp_path.iterdir()) == []


def test_a_frame_has_the_workbook_that_is_asked_for(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(3)
    result = send(frame_of(rows), sandbox, output=tmp_path / "kept.xlsx")
    assert result.workbook == tmp_path / "kept.xlsx"
    accounts_for(tmp_path / "kept.xlsx", rows)


def test_every_row_has_its_columns_and_ours(sandbox: PracticeProcess) -> None:
    rows = interactions(3)
    result = send(frame_of(rows), sandbox)
    assert list(result.rows.columns) == [*FIELDS, *RESULT_COLUMNS]
    assert (result.rows.index.name, result.rows.index.tolist()) == ("Row", [2, 3, 4])
    assert result.rows[list(FIELDS)].to_numpy().tolist() == rows
    assert result.rows["Status"].tolist() == ["accepted"] * 3
    assert result.rows["HTTP status"].tolist() == [201] * 3
    assert str(result.rows["Sent at"].dt.tz) == "UTC"


def test_a_column_of_the_list_that_is_called_as_ours_stays_its_own(sandbox: PracticeProcess) -> None:
    result = send(frame_of(interactions(1)).assign(Status="mine"), sandbox)
    assert result.rows.loc[2, "Status"] == "mine"
    assert result.rows.loc[2, "Status (upload)"] == "accepted"


def test_every_request_is_there(sandbox: PracticeProcess) -> None:
    result = send(frame_of(interactions(3)), sandbox)
    assert list(result.attempts.columns) == list(ATTEMPT_COLUMNS)
    assert result.attempts["Row"].tolist() == [2, 3, 4]
    assert result.attempts["Meaning"].tolist() == ["accepted"] * 3


def test_a_frame_is_never_sent_twice(sandbox: PracticeProcess) -> None:
    frame = frame_of(interactions(4))
    first = send(frame, sandbox)
    again = send(frame.copy(), sandbox)
    assert (again.requests, again.exit_code, again.counts["accepted"]) == (0, 0, 4)
    assert again.job == first.job
    assert len(sandbox.bodies()) == 4


def test_rows_of_a_path_are_not_sent_again_as_a_frame(tmp_path: Path, sandbox: PracticeProcess) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(4))
    send(path, sandbox)
    assert send(uploader.read(path), sandbox).counts["skipped"] == 4
    assert len(sandbox.bodies()) == 4


def test_what_is_left_of_a_frame_is_sent_by_sending_it_again(sandbox: PracticeProcess) -> None:
    frame = frame_of(interactions(6))
    pilot = send(frame, sandbox, first=2)
    assert (pilot.counts["accepted"], pilot.counts["not sent"], pilot.exit_code) == (2, 4, 1)
    rest = send(frame, sandbox)
    assert (rest.job, rest.requests, rest.counts["accepted"]) == (pilot.job, 4, 6)
    assert len(sandbox.bodies()) == 6


@pytest.mark.parametrize("named_by", ["frame", "job", "nothing"])
def test_what_is_left_of_a_frame_is_resumed_from_the_journal(
    named_by: str, tmp_path: Path, sandbox: PracticeProcess
) -> None:
    frame = frame_of(interactions(5))
    job = send(frame, sandbox, first=2).job
    source = {"frame": frame, "job": job, "nothing": None}[named_by]
    rest = uploader.resume(source)
    assert (rest.job, rest.counts["accepted"], rest.workbook) == (job, 5, None)
    assert [message for message in rest.messages if "DataFrame-" in message and str(tmp_path) in message] == []
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_that_a_frame_had_is_renewed(tmp_path: Path, sandbox: PracticeProcess) -> None:
    frame = frame_of(interactions(4))
    pilot = send(frame, sandbox, first=1, output="kept.xlsx")
    rest = uploader.resume(pilot.job)
    assert rest.workbook == tmp_path / "kept.xlsx"
    assert uploader.verify(tmp_path / "kept.xlsx").ok


def test_invalid_rows_stop_a_frame_and_are_told(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(4)
    rows[1][6] = INVALID
    result = send(frame_of(rows), sandbox)
    assert (result.exit_code, result.job, result.requests) == (2, None, 0)
    assert result.stopped is not None
    assert (result.stopped[0], result.stopped[-1]) == ("1", ".")
    assert result.problems is not None
    stopping = result.problems[result.problems["stops"]]
    assert stopping[["row", "cell"]].to_numpy().tolist() == [[3, "G3"]]
    assert (len(result.rows), len(result.attempts)) == (0, 0)
    assert came(sandbox) == []
    assert list(tmp_path.iterdir()) == []


def test_a_result_of_nothing_has_no_workbook_to_write(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(1)
    rows[0][6] = INVALID
    with pytest.raises(uploader.SettingsError, match="Nothing was sent"):
        send(frame_of(rows), sandbox).to_excel(tmp_path / "x.xlsx")


def test_the_good_rows_go_where_the_caller_says_so(sandbox: PracticeProcess) -> None:
    rows = interactions(4)
    rows[1][6] = INVALID
    result = send(frame_of(rows), sandbox, skip_invalid=True)
    assert (result.counts["accepted"], result.counts["invalid"], result.exit_code) == (3, 1, 1)
    assert result.rows.loc[3, "Status"] == "invalid"
    assert "G3" in str(result.rows.loc[3, "Advice"])


def test_a_column_of_floats_stops_everything(sandbox: PracticeProcess) -> None:
    result = send(frame_of(interactions(2)).assign(rp_id=[61001.0, 61002.0]), sandbox)
    assert (result.exit_code, result.counts["invalid"]) == (2, 2)
    assert came(sandbox) == []


def test_rows_go_under_the_numbers_that_they_were_read_with(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(6)
    frame = uploader.read(write_csv(tmp_path / "list.csv", rows))
    result = send(frame[frame["rp_id"].isin(["61002", "61005"])], sandbox)
    assert result.rows.index.tolist() == [3, 6]


def test_the_workbook_is_written_when_it_is_asked_for(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(3)
    result = send(frame_of(rows), sandbox)
    written = result.to_excel(tmp_path / "later.xlsx")
    accounts_for(written, rows)
    verified = uploader.verify(written)
    assert (verified.ok, verified.rows, verified.knows_list, verified.exit_code) == (True, 3, True, 0)


def test_an_edited_workbook_is_not_as_it_was_written(tmp_path: Path, sandbox: PracticeProcess) -> None:
    written = send(frame_of(interactions(3)), sandbox).to_excel(tmp_path / "list.xlsx")
    book = openpyxl.load_workbook(written)
    book["Results"]["B3"] = "somebody else"
    book.save(written)
    verified = uploader.verify(written)
    assert (verified.ok, verified.exit_code) == (False, 1)
    assert verified.differences["row"].tolist() == ["3"]


def test_redacted_columns_are_hashes_everywhere(tmp_path: Path, sandbox: PracticeProcess) -> None:
    rows = interactions(2)
    result = send(frame_of(rows), sandbox, redact=["to"])
    assert not set(result.rows["to"]) & {row[2] for row in rows}
    assert result.rows["from"].tolist() == [row[0] for row in rows]
    book = openpyxl.load_workbook(result.to_excel(tmp_path / "x.xlsx"))
    assert book["Results"]["D2"].value == result.rows.loc[2, "to"]


def test_results_are_read_from_the_journal(tmp_path: Path, sandbox: PracticeProcess) -> None:
    frame = frame_of(interactions(3))
    sent = send(frame, sandbox)
    for source in (frame, sent.job, None):
        found = uploader.results(source)
        assert (found.job, found.exit_code, found.workbook) == (sent.job, 0, None)
        pd.testing.assert_frame_equal(found.rows, sent.rows)
    assert uploader.results(frame, output="again.xlsx").workbook == tmp_path / "again.xlsx"


def test_the_history_has_a_line_for_each_job(tmp_path: Path, sandbox: PracticeProcess) -> None:
    assert len(uploader.history()) == 0
    of_path = send(write_csv(tmp_path / "list.csv", interactions(2)), sandbox)
    of_frame = send(frame_of(interactions(3, start=10)), sandbox)
    jobs = uploader.history()
    assert (jobs.index.name, jobs.index.tolist()) == ("job", [of_frame.job, of_path.job])
    assert jobs["list"].str.startswith("DataFrame-").tolist() == [True, False]
    assert jobs["accepted"].tolist() == [3, 2]
    assert jobs["results"].tolist() == [None, str(tmp_path / "list.results.xlsx")]


def test_the_journal_is_where_the_caller_says(tmp_path: Path, own_world: Path, sandbox: PracticeProcess) -> None:
    frame, home = frame_of(interactions(1)), tmp_path / "home"
    send(frame, sandbox, home=home)
    assert len(uploader.history(home=home)) == 1
    assert not own_world.exists()


def test_a_frame_that_was_never_sent_has_no_results() -> None:
    with pytest.raises(uploader.SettingsError, match="never sent"):
        uploader.results(frame_of(interactions(1)))


def test_what_the_command_line_would_tell_is_among_the_messages(tmp_path: Path, sandbox: PracticeProcess) -> None:
    told: list[str] = []

    class Teller(uploader.SilentUi):
        def tell(self, message: uploader.Message) -> None:
            told.append(uploader.sentence(message))

    result = send(write_csv(tmp_path / "list.csv", interactions(1)), sandbox, ui=Teller())
    assert result.messages == told
    assert "list.csv" in told[0]


def test_the_progress_is_heard(sandbox: PracticeProcess) -> None:
    done: list[str] = []

    class Progress(uploader.SilentUi):
        def on_event(self, event: uploader.events.Event) -> None:
            if isinstance(event, uploader.events.RowDone):
                done.append(event.status)

    send(frame_of(interactions(3)), sandbox, ui=Progress())
    assert done == ["accepted"] * 3


# With the command line, which shares the journal


def test_a_frames_workbook_that_the_command_wrote_is_sent_and_renewed(
    tmp_path: Path, sandbox: PracticeProcess, uploader: Command
) -> None:
    rows = interactions(3)
    rows[1][6] = INVALID
    job = send(frame_of(rows), sandbox, skip_invalid=True).job
    assert uploader("results", str(job)).code == 0
    (workbook,) = tmp_path.iterdir()
    book = openpyxl.load_workbook(workbook)
    book["Results"]["H3"] = "61002"
    book.save(workbook)
    result = send(workbook, sandbox)
    assert (result.exit_code, result.requests, result.workbook) == (0, 1, workbook)
    assert [line["Status"] for line in sheet_rows(workbook)] == ["accepted"] * 3


def test_the_command_resumes_what_a_program_began_and_writes_no_workbook(
    tmp_path: Path, sandbox: PracticeProcess, uploader: Command
) -> None:
    job = send(frame_of(interactions(4)), sandbox, first=1).job
    ended = uploader("resume", str(job), "--json")
    assert (ended.code, ended.json["accepted"], ended.json["results"]) == (0, 4, None)
    assert list(tmp_path.iterdir()) == []
    assert "DataFrame-" in uploader("history").out


def test_the_rows_of_a_result_are_no_list(
    sandbox: PracticeProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = send(frame_of(interactions(5)), sandbox)
    monkeypatch.setenv("UPLOADER_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(uploader.ListError, match="has the columns of a result workbook but not its hidden sheet"):
        send(result.rows, sandbox)
    with pytest.raises(uploader.ListError, match="has the columns of a result workbook"):
        uploader.check(result.rows)
    send(result.rows[list(FIELDS)], sandbox)  # the list's columns alone are a list
    assert len(came(sandbox)) == 10
