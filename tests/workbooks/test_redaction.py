import hashlib
import os
import re
import stat
from pathlib import Path

import pytest

from uploader.errors import JournalError, SettingsError
from uploader.workbooks import redaction
from uploader.workbooks.redaction import Redaction, is_hash

HEADER = ("name", "phone", "pin", "phone")


def here(home: Path, *columns: str) -> Redaction:
    found = redaction.redaction_for(home, columns or ("phone",))
    assert found is not None
    return found


def test_without_columns_there_is_nothing_to_redact_and_no_key_is_made(tmp_path: Path) -> None:
    assert redaction.redaction_for(tmp_path / "home", []) is None
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other rights")
def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        here(tmp_path / "home")
    finally:
        os.umask(before)
    (key,) = (tmp_path / "home").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert len(key.read_bytes()) == 32


def test_the_same_value_has_the_same_hash_ever_after_and_another_one_elsewhere(tmp_path: Path) -> None:
    value = "+57 300 123 4567"
    first = here(tmp_path / "one").hashed(value)
    assert here(tmp_path / "one", "name").hashed(value) == first
    assert here(tmp_path / "two").hashed(value) != first
    assert here(tmp_path / "one").hashed("+57 300 123 4568") != first
    assert re.fullmatch("hmac:[0-9a-f]{16}", first)


def test_it_is_no_plain_hash(tmp_path: Path) -> None:
    value = "3001234567"
    shown = here(tmp_path).hashed(value).removeprefix("hmac:")
    for name in ("md5", "sha1", "sha256", "sha512"):
        assert shown not in hashlib.new(name, value.encode()).hexdigest()


@pytest.mark.parametrize("value", ["", " ", "\t\n"])
def test_where_there_is_nothing_to_hide_nothing_is_hidden(tmp_path: Path, value: str) -> None:
    assert here(tmp_path).hashed(value) == value


def test_any_text_has_a_hash(tmp_path: Path) -> None:
    for value in ("\ud800", "🙂", "\x00", "x" * 100_000):
        assert is_hash(here(tmp_path).hashed(value))


def test_a_hash_is_known_as_one(tmp_path: Path) -> None:
    assert is_hash(" hmac:0123456789abcdef\n")
    for text in ("", "hmac:", "hmac:0123456789abcde", "hmac:0123456789abcdef0", "hmac:0123456789ABCDEF", "300 123"):
        assert not is_hash(text)


def test_only_the_cells_of_these_columns_are_hashed_all_of_them(tmp_path: Path) -> None:
    found = here(tmp_path)
    assert found.redacted_cells(HEADER, ("Ana", "300", "", " ")) == ["Ana", found.hashed("300"), "", " "]
    assert found.redacted_cells(HEADER, ("300", "", "300", "300")) == ["300", "", "300", found.hashed("300")]


def test_an_answer_that_quotes_a_value_is_told_without_it(tmp_path: Path) -> None:
    found = here(tmp_path)
    cells = ("Ana", " 3001234567 ", "12", "")
    told = found.redacted_text("No 3001234567 of Ana; 3001234567 is wrong (+573001234567)", HEADER, cells)
    assert "3001234567" not in told
    assert told == "No {0} of Ana; {0} is wrong (+57{0})".format(found.hashed(" 3001234567 "))  # as in its cell
    assert "3001234567" not in found.redacted_text("« 3001234567 »", HEADER, cells)


@pytest.mark.parametrize(
    "answer",
    [
        '{"name": "Jos\\u00e9 Nu\\u0301\\u00f1ez"}',
        "?name=Jos%C3%A9%20Nu%CC%81%C3%B1ez",
        "José Nú\u00f1ez".replace("ú", "u\u0301"),
    ],
)
def test_nor_as_an_answer_may_write_it(tmp_path: Path, answer: str) -> None:
    found = here(tmp_path, "name")
    value = "José Nu\u0301ñez"
    told = found.redacted_text(answer, HEADER, (value, "", "", ""))
    assert found.hashed(value) in told
    assert "Jos" not in told


def test_a_value_that_is_no_text_for_the_wire_is_hidden_all_the_same(tmp_path: Path) -> None:
    found = here(tmp_path)
    assert "\ud800bcde" not in found.redacted_text("No \ud800bcde", HEADER, ("", "\ud800bcde", "", ""))


def test_the_longest_value_goes_first_so_that_nothing_is_left_of_it(tmp_path: Path) -> None:
    found = here(tmp_path, "name", "phone")
    told = found.redacted_text("for 3001234567-89", HEADER, ("3001234567", "3001234567-89", "", ""))
    assert told == f"for {found.hashed('3001234567-89')}"


def test_values_that_would_stand_anywhere_by_chance_are_not_looked_for(tmp_path: Path) -> None:
    found = here(tmp_path, "phone", "pin")
    assert found.redacted_text("HTTP 201, 12 ms", HEADER, ("Ana", "201", "12", " 12")) == "HTTP 201, 12 ms"
    assert "2012" not in found.redacted_text("No 2012", HEADER, ("Ana", "2012", "", ""))


def test_a_text_of_a_row_whose_cells_are_forgotten_stays(tmp_path: Path) -> None:
    assert here(tmp_path).redacted_text("No 3001234567", HEADER, ()) == "No 3001234567"


@pytest.mark.parametrize("junk", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_is_told_and_left_alone(tmp_path: Path, junk: bytes) -> None:
    key = tmp_path / "redaction.key"
    key.write_bytes(junk)
    with pytest.raises(JournalError, match=r"redaction\.key: the file is damaged"):
        here(tmp_path)
    assert key.read_bytes() == junk


def test_a_home_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(JournalError, match="UPLOADER_HOME"):
        here(tmp_path / "home")


def test_the_key_is_shown_by_nothing(tmp_path: Path) -> None:
    found = here(tmp_path)
    assert repr(found.key) not in repr(found)


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (["phone"], ["phone"]),
        ([" PHONE "], ["phone"]),
        (["A"], ["name"]),
        (["c", "B"], ["pin", "phone"]),
        (["phone", "b", "Phone"], ["phone"]),
        ([], []),
    ],
)
def test_columns_are_told_by_name_or_letter(told: list[str], names: list[str]) -> None:
    assert redaction.columns_named(told, HEADER) == names


def test_a_name_counts_before_a_letter() -> None:
    assert redaction.columns_named(["a"], ("x", "A")) == ["A"]


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        SettingsError, match=r"mobile.*: the list has no such column\. Its columns are “name” \(A\), “phone” \(B\)"
    ):
        redaction.columns_named(["mobile"], HEADER)
    with pytest.raises(SettingsError, match="no such column"):
        redaction.columns_named(["E"], HEADER)
    with pytest.raises(SettingsError, match="no such column"):
        redaction.columns_named([""], ("a", "b"))
