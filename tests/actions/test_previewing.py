"""A preview of a list whose settings nobody has given yet."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import write_csv
from tests.people import ScriptedUi
from uploader.actions.options import ReadOptions
from uploader.actions.preview import preview
from uploader.actions.session import Session
from uploader.errors import SettingsError
from uploader.i18n import render

TEMPLATE = """
title = "T"
[request]
url = "https://{{my_place}}.example.com/{{site}}/x"
bearer = "{{token}}"
form = { who = "{{who}}" }
[settings.my_place]
accept = "[a-z]+"
[settings.site]
[settings.token]
[columns.who]
"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "t.toml").write_text(TEMPLATE, encoding="utf-8")
    write_csv(tmp_path / "l.csv", [["ana", "1"], ["eva", "2"]], ["who", "n"])
    return Session(tmp_path / "home", ScriptedUi())


def url(session: Session, **given: str) -> str:
    folder = session.home.parent
    options = ReadOptions(str(folder / "t.toml"))
    return preview(folder / "l.csv", options, 2, replace(session, given=given), None)[0].url


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_missing_settings_are_shown_by_their_names_and_told_at_once(session: Session, language: str) -> None:
    assert isinstance(session.ui, ScriptedUi)
    assert url(session, my_place="api") == "https://api.example.com/site/x"
    assert url(session) == "https://my_place.example.com/site/x"
    one, both = (render(message, language) for message in session.ui.told if message.code.startswith("preview."))
    assert ("site" in one, "my_place" in one, "--set" in one) == (True, False, True)
    assert ("site" in both, "my_place" in both, "token" in both) == (True, True, False)


def test_all_settings_given_nothing_is_told_and_a_wrong_one_is_refused(session: Session) -> None:
    assert isinstance(session.ui, ScriptedUi)
    assert url(session, my_place="api", site="a b") == "https://api.example.com/a%20b/x"
    assert not [code for code in session.ui.codes if code.startswith("preview.")]
    with pytest.raises(SettingsError, match="my_place"):
        url(session, my_place="1")
