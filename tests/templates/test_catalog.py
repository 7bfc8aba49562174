import os
from pathlib import Path

import pytest

from uploader.errors import TemplateError
from uploader.templates.catalog import Catalog, shipped

OWN = 'title = "Mine"\n[request]\nurl = "https://x.example/{{a}}"\n[columns.a]\n'


def test_every_template_that_ships_is_right_and_explained() -> None:
    catalog = Catalog.of(Path("/nonexistent"))
    assert "wolkvox/add_interaction" in catalog.names()
    for name in catalog.names():
        template = catalog.load(name)
        assert template.name == name
        assert all(column.description for column in template.columns.values())
        assert all(setting.description and setting.sandbox for setting in template.settings.values())


def test_the_samples_ship_too() -> None:
    assert (shipped("sample_data") / "interactions.xlsx").is_file()
    assert (shipped("sample_data") / "interactions.csv").is_file()


def test_the_users_own_templates_come_first(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "wolkvox"
    folder.mkdir(parents=True)
    (folder / "add_interaction.toml").write_text(OWN, encoding="utf-8")
    (folder / "mine.toml").write_text(OWN, encoding="utf-8-sig")
    catalog = Catalog.of(tmp_path)
    assert catalog.load("wolkvox/add_interaction").title == {"en": "Mine"}
    assert catalog.load("wolkvox/mine").title == {"en": "Mine"}


def test_a_path_is_a_template_too_with_the_profile_beside_it(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "api.toml").write_text('title = "API"\n[limits]\nconcurrency = 9\n', encoding="utf-8")
    template = Catalog.of(tmp_path).load(str(tmp_path / "one.toml"))
    assert (template.name, template.limits.concurrency) == ("one", 9)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wolkvox/ad_interactoin", "Similar names: wolkvox/add_interaction"),
        ("add_interaction", "Similar names: wolkvox/add_interaction. "),
        ("zzzz", "To see those that do: uploader templates"),
        ("mine", "The file mine.toml does"),
        ("mine.txt", r"must end in \.toml: rename it"),
        ("x" * 5000, "does not exist"),
        ("nul\0l", "does not exist"),
        ("nowhere.toml", "file nowhere.toml does not exist"),
    ],
)
def test_what_is_not_there_is_told_with_what_may_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for mine in ("mine.toml", "mine.txt"):
        (tmp_path / mine).write_text(OWN, encoding="utf-8")
    with pytest.raises(TemplateError, match=words):
        Catalog.of(tmp_path).load(name)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="UTF-8"):
        Catalog.of(tmp_path).load(str(tmp_path / "bad.toml"))


def test_a_template_that_can_not_be_used_keeps_no_other_from_it(tmp_path: Path) -> None:
    mine, shop, not_utf8 = (tmp_path / "templates" / name for name in ("mine", "shop", "not_utf8"))
    for folder in (mine, shop, not_utf8):
        folder.mkdir(parents=True)
        (folder / "a.toml").write_text(OWN, encoding="utf-8")
    (mine / "b.toml").write_text(OWN.replace("[columns.a]", ""), encoding="utf-8")
    (mine / "c.toml").write_bytes(OWN.replace("Mine", "Año").encode("latin-1"))
    (mine / "d.toml").mkdir()
    (mine / "e.toml").symlink_to(mine / "gone")
    (shop / "b.toml").write_text(OWN, encoding="utf-8")
    (shop / "api.toml").write_text("title = \n", encoding="utf-8")
    (not_utf8 / "api.toml").write_bytes(b'title = "\xf1"')
    loaded = Catalog((tmp_path / "templates",)).load_all()
    assert [one.name for one in loaded.usable] == ["mine/a"]
    assert [(names, why.code, why.facts["path"]) for names, why in loaded.unusable] == [
        (("mine/b",), "template.invalid", str(mine / "b.toml")),
        (("mine/c",), "template.not_utf8", str(mine / "c.toml")),
        (("mine/d",), "template.not_a_file", str(mine / "d.toml")),
        (("mine/e",), "template.no_file", str(mine / "e.toml")),
        (("not_utf8/a",), "template.not_utf8", str(not_utf8 / "api.toml")),
        (("shop/a", "shop/b"), "template.toml.no_value", str(shop / "api.toml")),
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_template_that_may_not_be_read_keeps_no_other_from_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "mine").mkdir(exist_ok=True)
        (tmp_path / "mine" / f"{name}.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "mine" / "a.toml").chmod(0)
    usable, ((names, why),) = Catalog((tmp_path,)).load_all()
    assert ([one.name for one in usable], names, why.code) == (["mine/b"], ("mine/a",), "template.unreadable")


def test_a_template_that_can_not_be_used_is_not_replaced_by_one_that_ships(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "zendesk"
    own.mkdir(parents=True)
    (own / "create_ticket.toml").write_text("title = ", encoding="utf-8")
    usable, ((names, why),) = Catalog.of(tmp_path).load_all()
    assert names == ("zendesk/create_ticket",)
    assert why.facts["path"] == str(own / "create_ticket.toml")
    assert "zendesk/create_ticket" not in [one.name for one in usable]
