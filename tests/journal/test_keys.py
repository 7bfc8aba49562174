"""The key of hashes that are left of what was forgotten."""

import hmac
import os
import stat
from pathlib import Path

import pytest

from uploader.errors import JournalError
from uploader.journal.keys import HashKey


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def test_it_is_made_once_and_beside_the_journal_for_its_owner_alone(place: Path) -> None:
    made = HashKey(place).make()
    key = place.with_name("journal.key")
    assert (len(key.read_bytes()), stat.S_IMODE(key.stat().st_mode)) == (32, 0o600)
    assert HashKey(place).make() == made
    assert place.with_name("sandbox.key") == HashKey(place.with_name("sandbox.db")).path


def test_no_two_journals_have_the_same_key(place: Path, tmp_path: Path) -> None:
    assert HashKey(place).make() != HashKey(tmp_path / "other.db").make()


def test_a_keyed_hash_is_an_hmac_under_it(place: Path) -> None:
    key = HashKey(place)
    assert (key.keyed("ab"), key.keyed(None)) == ("ab", None)
    key.make()
    keyed = key.keyed("ab")
    assert keyed == "k:" + hmac.new(place.with_name("journal.key").read_bytes(), b"ab", "sha256").hexdigest()
    assert (key.keyed(keyed), key.keyed(None)) == (keyed, None)


def test_its_id_tells_nothing_of_it(place: Path) -> None:
    made = HashKey(place).make()
    assert made not in place.with_name("journal.key").read_bytes().hex()


def test_half_a_key_that_a_kill_left_is_made_whole(place: Path) -> None:
    place.with_name("journal.key").write_bytes(b"half")
    HashKey(place).make()
    assert len(place.with_name("journal.key").read_bytes()) == 32


def test_it_fits_the_journal_that_it_belongs_to_and_no_other(place: Path) -> None:
    made = HashKey(place).make()
    assert HashKey(place).fits([])
    assert HashKey(place).fits([made])
    assert not HashKey(place).fits(["another"])
    assert not HashKey(place).fits([made, "another"])


def test_one_that_is_put_back_fits_again(place: Path) -> None:
    made = HashKey(place).make()
    file = place.with_name("journal.key")
    key = file.read_bytes()
    file.unlink()
    later = HashKey(place)
    assert not later.fits([made])
    file.write_bytes(os.urandom(32))
    assert not later.fits([made])
    file.write_bytes(key)
    assert later.fits([made])


def test_one_that_can_not_be_read_is_named(place: Path) -> None:
    place.with_name("journal.key").mkdir()
    with pytest.raises(JournalError, match=r"journal\.key.*can't be read"):
        HashKey(place).fits(["some"])
