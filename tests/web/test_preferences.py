"""What a person chose before, in a small file that may be damaged, or hold anything."""

import json
import sys
from pathlib import Path

import pytest

from uploader.web.preferences import Preferences


def test_what_was_chosen_is_known_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (Preferences(home).language, Preferences(home).template) == (None, None)
    Preferences(home).note(language="pt")
    Preferences(home).note(template="wolkvox/add_interaction")
    assert (Preferences(home).language, Preferences(home).template) == ("pt", "wolkvox/add_interaction")
    assert [path.name for path in home.iterdir()] == ["page.json"]


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
