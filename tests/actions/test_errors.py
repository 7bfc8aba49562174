"""Every error of an action is a message, so that each reader gets it in their language and with their ways."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.worlds import World
from uploader import errors
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.templates.known import blank
from uploader.errors import SettingsError, UploaderError
from uploader.i18n import render
from uploader.i18n.languages import LANGUAGES

ACTIONS = Path(__file__).parents[2] / "uploader" / "actions"
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, UploaderError)}


def raised(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in KINDS:
                yield node


@pytest.mark.parametrize("file", sorted(ACTIONS.rglob("*.py")), ids=lambda file: file.name)
def test_no_action_raises_a_sentence(file: Path) -> None:
    for call in raised(file):
        match call.args:
            case [ast.Call(func=ast.Name(id="Message" | "missing_settings")) | ast.Attribute(attr="why")]:
                pass
            case _:
                pytest.fail(f"{file.name}:{call.lineno} raises no message")


TEMPLATE = """title = "T"
[request]
method = "POST"
url = "https://api.example.com/{{place}}"
[request.headers]
key = "{{key}}"
token = "{{token}}"
[request.json]
from = "{{from}}"
[settings.place]
description = "Where it is."
[settings.key]
secret = true
environment = "MY_KEY"
[settings.token]
secret = true
[columns.from]
required = true
description = "Who."
"""


def missing(world: World, path: Path, given: dict[str, str]) -> str:
    read = ReadOptions(template=str(path.with_name("t.toml")))
    return str(replace(world, environment={}, given=given).sends(path, read).json["stopped"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "list.csv", interactions(2))


def test_a_setting_that_is_missing_says_what_it_is_and_how_it_is_given(world: World, path: Path) -> None:
    path.with_name("t.toml").write_text(TEMPLATE, encoding="utf-8")
    secrets = (
        "Missing setting: key. Set the environment variable MY_KEY, or run it in a terminal and type the value when you"
        " are asked. Missing setting: token. Run it in a terminal and type the value when you are asked."
    )
    assert missing(world, path, {}) == f"Missing setting: place. Where it is. Add --set place=…. {secrets}"
    assert missing(world, path, {"place": "x"}) == secrets
    assert "MY_KEY" not in missing(replace(world, environment={"MY_KEY": "k"}), path, {"place": "x", "nope": "1"})
    assert missing(world, path, {"token": "s3cret"}).startswith("token is a secret, and --set token=… would leave it")
    assert "s3cret" not in missing(world, path, {"token": "s3cret"})
    assert missing(world, path, {"nope": "1"}).endswith("has no setting called nope. It has: place, key, token.")


def test_each_language_and_face_has_its_own_sentence(world: World, path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        replace(world, environment={}).send(path)
    said = {render(error.value.message, language, face=face) for language in LANGUAGES for face in ("cli", "python")}
    assert len(said) == 6
    assert {words for one in said for words in ("--set wolkvox_server", "settings=") if words in one} == {
        "--set wolkvox_server",
        "settings=",
    }


@pytest.mark.parametrize(
    ("output", "code"),
    [("no/folder/r.xlsx", "no_folder"), ("r.csv", "not_xlsx"), (".", "is_a_folder")],
)
def test_where_a_workbook_can_not_go_is_said_before_anything_is_sent(
    world: World, path: Path, output: str, code: str
) -> None:
    with pytest.raises(SettingsError) as error:
        world.send(path, output=path.parent / output)
    assert error.value.message.code == f"result_file.{code}"
    assert world.transport.requests == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("list.txt", "blank.not_a_list"), ("list.csv", "blank.exists"), ("no/list.csv", "result_file.no_folder")],
)
def test_a_blank_list_goes_over_nothing(world: World, path: Path, name: str, code: str) -> None:
    with pytest.raises(SettingsError) as error:
        blank("wolkvox/add_interaction", path.parent / name, world.session)
    assert error.value.message.code == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"rate": "5/h"}, "rate"),
        ({"timeout_seconds": float("nan")}, "timeout"),
        ({"timeout_seconds": 3601}, "timeout"),
    ],
)
def test_an_option_that_can_not_hold_is_refused(options: dict[str, float | str], code: str) -> None:
    with pytest.raises(SettingsError) as error:
        SendOptions(**options)  # type: ignore[arg-type]  # wrong values on purpose
    assert error.value.message.code == f"options.{code}"
