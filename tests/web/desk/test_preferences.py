"""What a person chose before, in a small file that may be damaged, or hold anything."""

import json
import sys
from pathlib import Path

import pytest

from uploader.web.desk.preferences import Preferences


def test_what_was_chosen_is_known_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (Preferences(home).language, Preferences(home).template) == (None, None)
    Preferences(home).note(language="pt")
    Preferences(home).note(template="wolkvox/add_interaction")
    assert (Preferences(home).language, Preferences(home).template) == ("pt", "wolkvox/add_interaction")
    assert [path.name for path in home.iterdir()] == ["page.json"]


def test_each_template_has_its_folder_of_files(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path)
    preferences.note(language="pt")
    preferences.note_files_folder("a/x", tmp_path / "uno")
    preferences.note_files_folder("a/y", tmp_path / "dos")
    preferences.note_files_folder("a/x", tmp_path / "tres")
    found = [Preferences(tmp_path).files_folder(name) for name in ("a/x", "a/y", "a/z")]
    assert (found, preferences.language) == ([tmp_path / "tres", tmp_path / "dos", None], "pt")


@pytest.mark.parametrize(
    "content", ['{"files_folders": 5}', '{"files_folders": ["a/x"]}', '{"files_folders": {"a/x": 5}}']
)
def test_a_damaged_folder_of_files_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "page.json").write_text(content, encoding="utf-8")
    assert Preferences(tmp_path).files_folder("a/x") is None
    Preferences(tmp_path).note_files_folder("a/x", tmp_path)
    assert Preferences(tmp_path).files_folder("a/x") == tmp_path


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '"es"', '{"language": "xx", "template": 5}', '{"language": ["es"]}', "\xff"]
)
def test_a_damaged_file_says_nothing_and_is_written_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "page.json").write_bytes(content.encode("latin-1"))
    preferences = Preferences(tmp_path)
    assert (preferences.language, preferences.template) == (None, None)
    preferences.note(language="en")
    assert preferences.language == "en"
    assert json.loads((tmp_path / "page.json").read_text(encoding="utf-8"))["language"] == "en"


@pytest.mark.skipif(sys.platform == "win32", reason="a file in the place of a folder is another error there")
def test_a_home_that_can_not_be_written_to_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Preferences(tmp_path / "file" / "home").note(language="pt")
    assert Preferences(tmp_path / "file" / "home").language is None
