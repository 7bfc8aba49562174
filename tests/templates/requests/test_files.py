"""Files that go along with rows: only from the folder that was named, and only as they were planned."""

import os
from pathlib import Path

import pytest

from tests.templates.requests.test_bodies import SETTINGS, parts, template
from uploader.errors import SettingsError, TemplateError
from uploader.templates.requests.files import MOST_BYTES, ChangedFileError
from uploader.templates.template import Template

ASKED = '[request.multipart]\nsubject = "{{b}}"\nphoto = { file = "{{a}}" }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "in").mkdir(parents=True)
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x00\xff")
    (folder / "in" / "ñ.pdf").write_bytes(b"%PDF")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return folder


def known(folder: Path | None, request: str = ASKED) -> Template:
    return template(request).with_files(folder)


def problems_of(folder: Path | None, path: str) -> list[tuple[str, str]]:
    return list(known(folder).file_problems({"a": path, "b": "x"}))


def test_beside_the_id_of_a_row_files_are_looked_at_as_ever(folder: Path) -> None:
    asked = known(folder, ASKED + 'id = "{{request_id}}"\n')
    assert list(asked.file_problems({"a": "nothing.png", "b": "x"})) == [("a", "file_not_there")]
    assert [part.text for part in asked.parts({"a": "", "b": "x"}, {}, "1-2")] == ["x", "", "1-2"]


def test_a_file_is_sent_as_it_is_with_its_name_and_type(folder: Path) -> None:
    one, two = parts(known(folder).build({"a": "in\\ñ.pdf", "b": "Hola"}, SETTINGS, None, ""))
    assert one.get_payload() == "Hola"
    assert (two.get_content_type(), two.get_payload(decode=True)) == ("application/pdf", b"%PDF")
    made = known(folder, ASKED.replace('"{{a}}"', '"{{a}}", type = "image/x-own"'))
    assert (
        b'filename="photo.png"\r\nContent-Type: image/x-own\r\n\r\n\x89PNG\r\n\x00\xff\r\n'
        in made.build({"a": "photo.png", "b": "y"}, SETTINGS, None, "").body
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nope.png", "file_not_there"),
        ("a\x00b", "file_not_there"),
        ("x" * 5000, "file_not_there"),
        ("photo.png/x", "file_not_there"),
        ("../secret.txt", "file_outside"),
        ("in/../../secret.txt", "file_outside"),
        ("..\\secret.txt", "file_outside"),
        ("/etc/passwd", "file_outside"),
        ("link.txt", "file_outside"),
        ("round", "file_not_there"),
        ("in", "file_no_file"),
        ("pipe", "file_no_file"),
        ("large.bin", "file_too_large"),
    ],
)
def test_what_can_not_be_sent_is_a_problem_of_the_cell(folder: Path, path: str, code: str) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "round").symlink_to(folder / "round")
    os.mkfifo(folder / "pipe")
    with (folder / "large.bin").open("wb") as large:
        large.truncate(MOST_BYTES + 1)
    assert problems_of(folder, path) == [("a", code)]
    with pytest.raises(FileNotFoundError):
        known(folder).build({"a": path, "b": "x"}, SETTINGS, None, "")


def test_a_link_within_the_folder_and_the_largest_file_are_fine(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder / "photo.png")
    with (folder / "large.bin").open("wb") as large:
        large.truncate(MOST_BYTES)
    assert problems_of(folder, "link.png") == problems_of(folder, "large.bin") == []


def test_without_a_folder_each_cell_says_so_and_a_folder_that_is_not_there_is_refused(folder: Path) -> None:
    assert problems_of(None, "photo.png") == [("a", "file_no_folder")]
    with pytest.raises(SettingsError, match="does not exist"):
        known(folder / "nope")


def test_a_cell_that_names_no_file_is_empty_unless_its_part_is_left_out(folder: Path) -> None:
    assert known(folder).checked_columns["a"].required
    assert problems_of(folder, "") == []
    omitted = known(folder, 'empty = "omit"\n' + ASKED)
    assert not omitted.checked_columns["a"].required
    assert len(parts(omitted.build({"a": "", "b": "x"}, SETTINGS, None, ""))) == 1


def test_the_fingerprint_is_of_what_is_in_a_file_and_not_of_its_name(folder: Path) -> None:
    one = known(folder).fingerprint({"a": "photo.png", "b": "x"}, SETTINGS)
    (folder / "photo.png").rename(folder / "other.jpg")
    assert known(folder).fingerprint({"a": "other.jpg", "b": "x"}, SETTINGS) == one
    assert list(known(folder).fingerprints({"a": ["other.jpg"], "b": ["x"]}, SETTINGS)) == [one]
    (folder / "other.jpg").write_bytes(b"other")
    assert known(folder).fingerprint({"a": "other.jpg", "b": "x"}, SETTINGS) != one


def test_a_file_that_is_held_is_read_once(folder: Path) -> None:
    held, values = known(folder).with_held_files(), {"a": "photo.png", "b": "x"}
    planned = held.fingerprint(values, SETTINGS)
    (folder / "photo.png").write_bytes(b"changed meanwhile")
    assert b"\x89PNG" in held.build(values, SETTINGS, None, planned).body
    assert known(folder).with_held_files().fingerprint(values, SETTINGS) != planned
    (folder / "photo.png").unlink()
    with pytest.raises(ChangedFileError):
        known(folder).with_held_files().fingerprint(values, SETTINGS)


def test_which_file_goes_along_is_said_by_the_row_alone() -> None:
    with pytest.raises(TemplateError, match=r"request\.multipart\.photo\.file: write a column"):
        template(ASKED.replace("{{a}}", "{{user}}"))
