"""Where settings come from: a secret that was kept, and what is suggested from the last job."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SHIPPED, WOLKVOX, interactions, write_csv
from tests.worlds import World
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.sandbox.wolkvox import TOKEN

LOOKED_UP = (WOLKVOX, "wolkvox_token")


class Kept:
    """What was kept, and how often somebody looked."""

    def __init__(self, secret: str | Exception | None) -> None:
        self.secret, self.looked = secret, list[tuple[str, str]]()

    def __call__(self, servers: str, setting: str) -> str | None:
        self.looked.append((servers, setting))
        if isinstance(self.secret, Exception):
            raise self.secret
        return self.secret


@pytest.fixture
def keep(world: World) -> Callable[[str | Exception | None], Kept]:
    def keep(secret: str | Exception | None) -> Kept:
        world.environment = {"WOLKVOX_SERVER": "0042"}
        world.kept_secret = kept = Kept(secret)
        return kept

    return keep


def test_a_kept_secret_is_used_unasked_looked_up_once_and_said(
    world: World, tmp_path: Path, keep: Callable[[str], Kept]
) -> None:
    kept = keep(TOKEN)
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(2)))
    assert (ended.code, len(ended.came)) == (0, 2)
    assert kept.looked == [LOOKED_UP]
    assert ended.told("settings.from_store_unless_variable", name="wolkvox_token", variable="WOLKVOX_TOKEN")
    assert TOKEN not in ended.screen
    assert TOKEN not in repr(world.session)


def test_what_is_given_otherwise_wins_and_nobody_looks(
    world: World, tmp_path: Path, keep: Callable[[str], Kept]
) -> None:
    kept = keep("another")
    world.environment["WOLKVOX_TOKEN"] = TOKEN
    assert world.sends(write_csv(tmp_path / "list.csv", interactions(2))).code == 0
    assert kept.looked == []


def test_a_practice_run_and_a_check_never_look(world: World, tmp_path: Path, keep: Callable[[str], Kept]) -> None:
    kept = keep(TOKEN)
    path = write_csv(tmp_path / "list.csv", interactions(2))
    assert world.checks(path).code == 0
    template = world.session.catalog.load(SHIPPED)
    assert world.session.settings(template, {}, sandbox=True).secret["wolkvox_token"] != ""
    assert world.session.has_settings(template, sandbox=True)
    assert kept.looked == []


def test_a_template_that_lies_anywhere_gets_no_kept_secret(
    world: World, tmp_path: Path, keep: Callable[[str], Kept]
) -> None:
    kept = keep(TOKEN)
    shipped = world.session.catalog.path(SHIPPED)
    for file in shipped.parent.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    template = world.session.catalog.load(str(tmp_path / shipped.name))
    assert not world.session.has_settings(template)
    assert kept.looked == []


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        (SettingsError(Message("secret_store.failed", why="KeyringLocked")), "secret_store.failed"),
        ('"pasted with quotes"', None),
        (None, None),
        ("", None),
    ],
)
def test_where_none_can_be_used_the_person_is_asked(
    world: World, tmp_path: Path, keep: Callable[[str | Exception | None], Kept], secret: str, says: str | None
) -> None:
    keep(secret)
    ui = world.person({"setting wolkvox_token": TOKEN})
    assert world.sends(write_csv(tmp_path / "list.csv", interactions(2))).code == 0
    assert ui.questions == ["setting"]
    assert ui.codes.count("settings.from_store_unless_variable") == 0
    assert says is None or ui.codes.count(says) == 1


def test_a_secret_is_kept_for_all_templates_of_a_server_and_for_no_other_server(
    world: World, keep: Callable[[str], Kept]
) -> None:
    kept = keep(TOKEN)
    own = world.home / "templates" / "wolkvox"
    own.mkdir(parents=True)
    stolen = "title = 'x'\n[request]\nurl = 'https://wv{{wolkvox_server}}.{host}/x'\n[request.json]\na = '{{a}}'\n[columns.a]\n"
    for name, host in (("same", "wolkvox.com"), ("other", "wolkvox.example")):
        (own / f"{name}.toml").write_text(
            stolen.replace("{host}", host) + "[settings.wolkvox_server]\n[settings.wolkvox_token]\nsecret = true\n"
        )
    session = world.session
    for name in ("wolkvox/same", "wolkvox/other", "wolkvox/agent_create"):
        session.has_settings(session.catalog.load(name))
    assert kept.looked == [LOOKED_UP, ("https://wv{{wolkvox_server}}.wolkvox.example", "wolkvox_token")]


def sent_with(world: World, server: str, folder: Path) -> None:
    world.given = {"wolkvox_server": server}
    assert world.sends(write_csv(folder / f"{server}.csv", interactions(1, start=int(server)))).code == 0
    world.given = {}


def test_the_setting_of_the_last_job_is_suggested_and_secrets_are_not(world: World, tmp_path: Path) -> None:
    world.environment = {"WOLKVOX_TOKEN": TOKEN}
    for server in ("0042", "0043"):
        sent_with(world, server, tmp_path)
    world.environment = {}
    ui = world.person({"setting wolkvox_server": lambda asked: asked.suggested, "setting wolkvox_token": TOKEN})
    assert world.sends(write_csv(tmp_path / "list.csv", interactions(2, start=200))).code == 0
    assert [(asked.about, asked.suggested) for asked in ui.asked] == [("wolkvox_server", "0043"), ("wolkvox_token", "")]


def test_it_is_never_taken_where_nobody_is_there(world: World, tmp_path: Path) -> None:
    sent_with(world, "0042", tmp_path)
    world.environment = {"WOLKVOX_TOKEN": TOKEN}
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(2, start=200)))
    assert (ended.code, ended.came) == (2, [])
    assert "wolkvox_server" in ended.why


def test_nothing_is_suggested_before_anything_was_sent_nor_in_practice(world: World, tmp_path: Path) -> None:
    world.environment = {"WOLKVOX_TOKEN": TOKEN}
    ui = world.person({"setting wolkvox_server": "0042"})
    world.sends(write_csv(tmp_path / "list.csv", interactions(2)))
    assert [asked.suggested for asked in ui.asked] == [""]


def test_where_nobody_can_be_asked_all_that_is_missing_is_told_at_once(world: World, tmp_path: Path) -> None:
    world.environment = {}
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(2)))
    assert (ended.code, ended.came) == (2, [])
    assert ended.why.count("Missing setting: ") == 2
    assert "Missing setting: wolkvox_server." in ended.why
    assert "Missing setting: wolkvox_token." in ended.why
