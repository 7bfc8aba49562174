import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.workbooks.digests import PackedRows, total_digest
from uploader.workbooks.manifest import PROBLEMS, RESULTS, Manifest, place_hash, read_manifest

MANIFEST = Manifest(
    kind=RESULTS,
    list_sha256="ab" * 32,
    list_name="Lista ñ “1”.xlsx",
    list_sheet="Hoja 1",
    template="wolkvox/add_interaction",
    template_sha256="cd" * 32,
    our_columns={"Row": (0, "Row"), "Status": (3, "Status (upload)")},
    fields={"from": (0, "De"), "body": (1, "")},
    job_key="a1" * 16,
    job=12,
    sandbox=True,
    place="67" * 32,
    redacted=["De", "Teléfono, “móvil”"],
    zone="-05:00",
    user="ana",
    machine="pc-7",
    digest="ef" * 32,
    other_sheets={"Attempts": "01" * 32, "Summary": "23" * 32},
    packed_rows=["2:abc:def 3:ghi:jkl", "4:mno:pqr"],
)


def without(pairs: list[tuple[str, str]], key: str) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[0] != key]


def with_(key: str, text: str) -> list[tuple[str, str]]:
    return [*without(list(MANIFEST.entries()), key), (key, text)]


@pytest.mark.parametrize(
    "manifest",
    [
        MANIFEST,
        replace(MANIFEST, face="page"),
        replace(
            MANIFEST,
            kind=PROBLEMS,
            list_sheet=None,
            fields={},
            sandbox=False,
            place="",
            redacted=[],
            other_sheets={},
            packed_rows=[],
        ),
    ],
)
def test_what_a_workbook_says_of_itself_is_read_again(manifest: Manifest) -> None:
    assert read_manifest(manifest.entries()) == manifest
    assert read_manifest(reversed(list(manifest.entries()))) == replace(
        manifest, packed_rows=list(reversed(manifest.packed_rows))
    )


@given(st.text(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.tuples(st.integers(0, 99), st.text())))
def test_whatever_the_names_are(name: str, user: str, redacted: list[str], fields: dict[str, tuple[int, str]]) -> None:
    manifest = replace(MANIFEST, list_name=name, list_sheet=name, user=user, redacted=redacted, fields=fields)
    assert read_manifest(manifest.entries()) == manifest


def test_more_than_this_version_knows_does_no_harm() -> None:
    assert read_manifest([("of tomorrow", "17"), *MANIFEST.entries(), ("", "")]) == MANIFEST


@pytest.mark.parametrize("key", ["account", "zone", "user", "machine", "digest"])
def test_some_things_need_not_be_said(key: str) -> None:
    found = read_manifest(without(list(MANIFEST.entries()), key))
    assert found is not None
    assert dict(found.entries())[key] == ""
    assert without(list(found.entries()), key) == without(list(MANIFEST.entries()), key)


@pytest.mark.parametrize(
    "key",
    [
        "version", "kind", "list_sha256", "list_name", "template", "template_sha256", "practice", "list_sheet", "job",
        "our_columns", "fields", "redacted", "others",
    ],
)  # fmt: skip
def test_others_must_be(key: str) -> None:
    assert read_manifest(without(list(MANIFEST.entries()), key)) is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("version", "1"),
        ("version", "99"),
        ("kind", "something else"),
        ("job", "many"),
        ("job", '"twelve"'),
        ("job", "[1]"),
        ("our_columns", "[0, 4, 5]"),  # as an earlier version wrote them
        ("our_columns", '{"Row": 0}'),
        ("our_columns", '{"Row": ["A", "Row"]}'),
        ("our_columns", '{"Row": [0, "Row", 3]}'),
        ("fields", "null"),
        ("redacted", "5"),
        ("others", '["Attempts"]'),
        ("others", "{"),
        ("list_sheet", ""),
    ],
)
def test_junk_is_no_imprint(key: str, text: str) -> None:
    assert read_manifest(with_(key, text)) is None


def test_nothing_is_no_imprint() -> None:
    assert read_manifest([]) is None
    assert read_manifest([("", ""), ("a", "b")]) is None


TEXTS = ("kind", "list_sha256", "list_name", "template", "account", "zone", "user", "machine", "language", "digest")
"""What is kept as it stands, whatever it is."""
texts = st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
).map(json.dumps)


@given(st.dictionaries(st.sampled_from([key for key, _ in MANIFEST.entries()]), texts))
def test_no_junk_breaks_it_and_what_is_read_of_it_is_written_and_read_again(junk: dict[str, str]) -> None:
    pairs = {**dict(MANIFEST.entries()), **junk}
    found = read_manifest(pairs.items())
    if found is None:
        assert junk
        return
    written = list(found.entries())
    again = read_manifest(written)
    assert again is not None
    assert list(again.entries()) == written  # as texts: NaN is unlike itself
    assert again.row_digests() == found.row_digests()
    assert total_digest(["Row"], again.packed_rows) == total_digest(["Row"], found.packed_rows)
    assert {key: text for key, text in written if key in TEXTS} == {key: pairs[key] for key in TEXTS}


def test_the_digests_of_many_rows_stand_in_several_cells_none_too_long_for_one() -> None:
    lines = PackedRows()
    numbers = [*range(2, 1_302), 999_999_999_999]
    for number in numbers:
        lines.add(number, f"{number:016}", f"{-number:016}")
    packed = lines.packed()
    assert len(packed) == 3
    assert max(map(len, packed)) < 32_767
    manifest = replace(MANIFEST, packed_rows=packed)
    assert list(manifest.row_digests()) == numbers
    assert manifest.row_digests()[1_301] == (f"{1301:016}", f"{-1301:016}")
    found = read_manifest(manifest.entries())
    assert found is not None
    assert found.row_digests() == manifest.row_digests()
    assert lines.packed() == packed  # asked again, it says the same


def test_the_longest_lines_still_fit_in_a_cell() -> None:
    lines = PackedRows()
    for _ in range(1_000):
        lines.add(10**12, "w" * 16, "w" * 16)
    assert max(map(len, lines.packed())) < 32_767


SEALED = MANIFEST.sealed()


def test_a_hidden_sheet_that_nobody_changed_is_intact() -> None:
    found = read_manifest(SEALED.entries())
    assert found is not None
    assert found.is_intact
    assert not found.is_older
    assert SEALED.sealed() == SEALED


@pytest.mark.parametrize("nth", range(len(list(SEALED.entries()))))
@pytest.mark.parametrize("how", ["changed", "deleted", "repeated"])
def test_whichever_line_of_it_is_changed_it_is_no_longer_intact(nth: int, how: str) -> None:
    lines = list(SEALED.entries())
    key, text = lines[nth]
    if how == "changed":
        lines[nth] = (key, f"{text}1")
    elif how == "deleted":
        del lines[nth]
    else:
        lines.insert(nth, lines[nth])
    found = read_manifest(lines)
    assert found is None or not found.is_intact


@pytest.mark.parametrize("line", [("fields", "x"), ("rows", "9:abc:def"), ("of tomorrow", "17")])
def test_a_line_that_was_added_is_found(line: tuple[str, str]) -> None:
    found = read_manifest([*SEALED.entries(), line])
    assert found is None or not found.is_intact


def test_two_rows_that_changed_places_are_found() -> None:
    swapped = [(key, text.replace("2:abc:def", "2:ghi:jkl")) for key, text in SEALED.entries()]
    found = read_manifest(swapped)
    assert found is not None
    assert not found.is_intact


def test_a_header_too_long_for_a_cell_is_kept_whole() -> None:
    header = tuple(f"column {nth} " + "x" * 200 for nth in range(400))
    manifest = replace(MANIFEST, list_header=header).sealed()
    assert max(len(text) for _, text in manifest.entries()) < 32_767
    found = read_manifest(manifest.entries())
    assert found == manifest
    assert found.is_intact


def test_no_rows_have_no_digests() -> None:
    assert PackedRows().packed() == []


@pytest.mark.parametrize("text", ["", "x", "x:y:z", "2", "2:", ":::", "²:a:b", "-2:a:b", "2:a:b:c"])
def test_lines_that_somebody_changed_break_nothing(text: str) -> None:
    found = replace(MANIFEST, packed_rows=[text, "7:seven:SEVEN"]).row_digests()
    assert found[7] == ("seven", "SEVEN")
    assert len(found) <= 2


def test_one_place_has_one_hash_and_every_other_place_or_list_another() -> None:
    here = place_hash("ab" * 32, "https://a.example", {"server": "0042", "group": "1"})
    assert here == place_hash("ab" * 32, "https://a.example", {"group": "1", "server": "0042"})
    others = [
        place_hash("ab" * 32, "https://b.example", {"server": "0042", "group": "1"}),
        place_hash("ab" * 32, "https://a.example", {"server": "0043", "group": "1"}),
        place_hash("ab" * 32, "https://a.example", {"server": "0042"}),
        place_hash("cd" * 32, "https://a.example", {"server": "0042", "group": "1"}),
    ]
    assert len({here, *others}) == 5
