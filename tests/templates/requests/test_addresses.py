"""The address that a request is sent to: the one that is shown, and never another because of a value."""

from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.requests.test_bodies import ATTACKS, SETTINGS, template
from uploader.checks.rules import problems
from uploader.errors import SettingsError
from uploader.model.settings import Settings
from uploader.sending.transports.direct.address import address_of
from uploader.templates.requests.address.filling import as_sent

TEXT = st.sampled_from(ATTACKS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IN_TEMPLATES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="#"), max_size=20)


@given(TEXT, TEXT)
def test_a_value_never_begins_another_part_of_the_address(a: str, b: str) -> None:
    url = (
        template('url = "https://api.example.com/v1/x-{{a}}/end?q={{b}}&fixed=1"')
        .build({"a": a, "b": b}, SETTINGS, None, "")
        .url
    )
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "api.example.com", "")
    assert [unquote(part) for part in parts.path.split("/")] == ["", "v1", f"x-{a}", "end"]
    assert parse_qsl(parts.query, keep_blank_values=True) == [("q", b), ("fixed", "1")]


@given(IN_TEMPLATES, IN_TEMPLATES)
def test_both_ways_of_sending_write_the_address_as_it_is_shown(path: str, query: str) -> None:
    path = "/".join(part for part in path.split("/") if part not in (".", "..")).replace("?", "")
    url = as_sent(f"https://api.example.com/{path}?{query}")
    target = url.removeprefix("https://api.example.com")
    assert address_of(url).target == target
    assert httpx.Request("GET", url).url.raw_path.decode() == target


def test_an_address_without_a_path_has_the_root_s() -> None:
    assert as_sent("https://api.example.com") == "https://api.example.com/"


@pytest.mark.parametrize(
    ("path", "cells", "invalid"),
    [
        ("/{{a}}", {"a": "."}, ["a"]),
        ("/{{a}}", {"a": ".."}, ["a"]),
        ("/{{a}}", {"a": "../x"}, ["a"]),
        ("/{{a}}", {"a": "x\\..\\y"}, ["a"]),
        ("/{{a}}", {"a": "x/./y"}, ["a"]),
        ("/{{a}}", {"a": "..."}, []),
        ("/{{a}}", {"a": "x/y"}, []),
        ("/{{a}}", {"a": "%2e%2e"}, []),
        ("/{{a}}{{b}}", {"a": ".", "b": "."}, ["a"]),
        ("/{{a}}{{b}}", {"a": "", "b": ""}, ["a"]),
        ("/{{a}}{{b}}", {"a": "", "b": ".."}, ["b"]),
        ("/.{{a}}", {"a": "."}, ["a"]),
        ("/.{{a}}", {"a": ""}, ["a"]),
        ("/{{a}}-x", {"a": ".."}, []),
        ("/{{a}}-x", {"a": "../y"}, ["a"]),
        ("/{{a}}.json/{{b}}", {"a": "1", "b": ".."}, ["b"]),
        ("/x?{{a}}&y={{b}}", {"a": "..", "b": "."}, []),
    ],
)
def test_a_cell_that_leads_to_another_address_is_a_problem_at_its_place(
    path: str, cells: dict[str, str], invalid: list[str]
) -> None:
    known = template(f'url = "https://api.example.com{path}"')
    positions = {name: at for at, name in enumerate(cells)}
    fields = {name: ["1", text] for name, text in cells.items()}
    found = problems(
        [2, 3], fields, positions, known.checked_columns, {n: n for n in cells}, path_segments=known.path_segments
    )
    assert [(one.row, list(cells)[one.column or 0], one.code) for one in found] == [
        (3, n, "not_in_path") for n in invalid
    ]


def test_a_part_of_the_path_whose_columns_are_all_missing_stops_each_row() -> None:
    known = template('url = "https://api.example.com/{{a}}{{b}}"')
    found = problems([2], {}, {}, known.checked_columns, {}, path_segments=known.path_segments)
    assert [(one.row, one.column, one.code) for one in found] == [(2, None, "not_in_path")]


@pytest.mark.parametrize("value", [".", "..", "../admin", "a\\.."])
def test_a_setting_that_leads_to_another_address_is_refused(value: str) -> None:
    for path in ("/{{user}}/{{a}}", "/{{user}}"):
        known = template(f'url = "https://api.example.com{path}"')
        assert known.destination(SETTINGS) == "https://api.example.com"
        with pytest.raises(SettingsError, match="another address"):
            known.destination(Settings({"user": value}, {"token": "x"}))


def test_a_secret_that_leads_to_another_address_is_refused_and_not_shown() -> None:
    known = template('url = "https://api.example.com/{{token}}/x"')
    with pytest.raises(SettingsError) as refused:
        known.destination(Settings({"user": "x"}, {"token": "hush/../hush"}))
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("cell", ["a\x00", "a\x0b", "\ufffe", "\x1b"])
def test_a_cell_that_xml_can_not_hold_is_a_problem_at_its_place(cell: str) -> None:
    known = template('xml = "<a>{{a}}{{b}}</a>"')
    fields = {"a": ["x", cell], "b": ["\t\n\r ñ🙂", "y"]}
    found = problems([2, 3], fields, {"a": 0, "b": 1}, known.columns, {"a": "A", "b": "B"}, xml_fields=known.xml_fields)
    assert [(one.row, one.column, one.code) for one in found] == [(3, 0, "not_in_xml")]


# What is built in


def test_the_id_of_a_request_is_sent_and_no_part_of_its_fingerprint() -> None:
    known = template('json = { a = "{{a}}", id = "x-{{request_id}}" }\n[request.headers]\nKey = "{{request_id}}"')
    assert known.uses_request_id
    one = known.build({"a": "1"}, SETTINGS, None, "print", "11111111-1111")
    assert (one.headers["Key"], one.request_id, one.body) == (
        "11111111-1111",
        "11111111-1111",
        b'{"a": "1", "id": "x-11111111-1111"}',
    )
    alone = known.fingerprint({"a": "1"}, SETTINGS)
    assert list(known.fingerprints({"a": ["1"]}, SETTINGS)) == [alone]


def test_a_column_or_a_setting_of_that_name_is_that_one() -> None:
    for others, values in (("[columns.request_id]\n", {"request_id": "mine"}), ("[settings.request_id]\n", {})):
        known = template('json = "{{request_id}}"', others=others)
        settings = Settings({**SETTINGS.plain, **({} if values else {"request_id": "mine"})}, SETTINGS.secret)
        assert not known.uses_request_id
        made = known.build(values, settings, None, "", "given")
        assert (made.body, made.request_id) == (b'"mine"', "")
