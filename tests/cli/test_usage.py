"""What is wrong with a command line, and what the person can type instead."""

import json
from pathlib import Path

import pytest

from uploader.cli import run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(line: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(line) == 2
    return capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize(
    ("file", "typed", "path"),
    [
        ("my list.csv", ["my", "list.csv"], "my list.csv"),
        ("a folder/my list.csv", ["a", "folder/my", "list.csv"], "a folder/my list.csv"),
        ("my  list.csv", ["my", "list.csv"], "my  list.csv"),
        ("My List.CSV", ["my", "list.csv"], "My List.CSV"),
        ("my list.csv", ["my", "list"], "my list.csv"),
    ],
)
def test_a_path_that_was_not_quoted_is_recognised_and_the_line_is_given_as_it_was_meant(
    file: str, typed: list[str], path: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / file).parent.mkdir(exist_ok=True)
    (here / file).write_text("x")
    assert refusal(["send", *typed, "--first", "3"], capsys) == (
        f'The path has spaces, so put it in quotation marks: uploader send "{path}" --first 3'
    )


def test_a_list_without_a_command_is_answered_with_the_one_that_sends_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "list.csv").write_text("x")
    assert refusal(["list.csv"], capsys) == (
        'list.csv is a file, and the command is missing. To send it: uploader send "list.csv"'
    )


def test_words_that_make_no_file_may_still_be_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(["check", "--sheet", "My sheet", "my", "list.csv"], capsys) == (
        "Only one file can be given. If “list.csv” is part of the path, put the path in quotation marks: "
        'uploader check --sheet "My sheet" "my list.csv"'
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["send", "my", "list.csv", "--set", "wolkvox_token=s3cret"], 'send "my list.csv" --set wolkvox_token=…\n'),
        (["send", "--set=wolkvox_token=s3cret", "my", "list.csv"], 'send --set=wolkvox_token=… "my list.csv"\n'),
        (["send", "x", "--set", "s3cret"], "--set: The equals sign is missing. Write it as NAME=VALUE.\n"),
        (["send", "x", "--token=s3cret"], "No such option: --token.\n"),
    ],
)
def test_what_is_said_shows_no_value_of_a_setting(
    typed: list[str], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(typed) == 2
    said = capsys.readouterr().err
    assert shown in said
    assert "s3cret" not in said


def test_a_word_that_is_also_an_option_s_value_stays_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "my list.csv").write_text("x")
    assert refusal(["check", "--sheet", "my", "my", "list.csv"], capsys).endswith('check --sheet my "my list.csv"')


def test_words_apart_from_the_list_are_no_part_of_its_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(["send", "x", "--yes", "y"], capsys) == "This command does not take: y."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["results", "7", "8"], "This command does not take: 8."),
        (["demo", "x", "y"], "This command does not take: x y."),
        (["send", "x", "--skip-invalids"], "No such option: --skip-invalids. Did you mean --skip-invalid?"),
        (["send", "x", "--nonsense"], "No such option: --nonsense."),
        (["--sheet", "x", "send"], "The option --sheet belongs after the command: uploader send --sheet …"),
        (["sned", "x"], "No such command: sned. Did you mean send?"),
        (["history", "forgte"], "No such command: forgte. Did you mean forget?"),
        (["send"], "LIST is missing."),
        (["preview", "x"], "The option --row is missing."),
        (["send", "x", "--sheet"], "The option --sheet needs a value: --sheet NAME."),
        (["send", "x", "--yes=1"], "The option --yes takes no value."),
        (["send", "x", "--first", "a"], "--first: “a” is not a whole number."),
        (["send", "x", "--header-row", "0"], "--header-row: 0 is too small. The minimum is 1."),
        (["send", "x", "--concurrency", "201"], "--concurrency: 201 is too large. The maximum is 200."),
        (["send", "x", "--timeout", "0"], "--timeout: 0 is too small. It must be more than 0."),
        (["sandbox", "--latency", "-1"], "--latency: -1 is too small. The minimum is 0."),
        (["send", "x", "--map", "to"], "--map: The equals sign is missing. Write it as FIELD=COLUMN."),
    ],
)
def test_what_was_typed_is_answered_with_what_can_be_typed(
    line: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(line, capsys) == said


def test_after_the_sentence_come_the_usage_and_the_way_to_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["send"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == [
        "",
        "Usage: uploader send [OPTIONS] LIST",
        "All options: uploader send --help",
    ]


def test_a_program_reads_the_sentence_alone_in_the_language_of_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["send", "--json", "--idioma", "es"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["stopped"], told["exit"]) == ("Falta LISTA.", 2)


def test_no_command_at_all_shows_the_help_as_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Usage: uploader [OPTIONS] COMMAND")
