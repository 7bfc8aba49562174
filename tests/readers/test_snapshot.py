"""A list is read from one copy of its bytes, and only a regular file is one: all else may never end."""

import hashlib
import io
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv, write_xlsx
from uploader.errors import CancelledError, ListError
from uploader.model.cancel import CancelToken
from uploader.readers import open_file, read_table, snapshot
from uploader.readers.snapshot import BLOCK_BYTES, sha256_of, snapshot_of

on_posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has neither pipes nor devices among its files")


class Watcher(CancelToken):
    """Does something between two steps of a reading: the `at`-th time that it is asked whether to go on."""

    def __init__(self, at: int, act: Callable[[], object]) -> None:
        super().__init__()
        self.at, self.steps, self._act = at, 0, act

    def check(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self._act()


@pytest.fixture(params=[10, 3 * BLOCK_BYTES, 40 << 20], ids=["small", "blocks", "beyond_memory"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    (tmp_path / "list.csv").write_bytes(random.Random(1).randbytes(request.param))
    return tmp_path / "list.csv"


def test_a_snapshot_has_the_bytes_of_the_file_whatever_becomes_of_it(path: Path) -> None:
    data = path.read_bytes()
    taken = snapshot_of(path)
    path.unlink()
    assert (taken.size, taken.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    with taken.open() as file:
        assert file.read() == data
    assert b"".join(taken.blocks()) == data


def test_readers_of_a_snapshot_don_t_disturb_each_other(path: Path) -> None:
    data = path.read_bytes()
    taken = snapshot_of(path)
    with taken.open() as one, taken.open() as other:
        assert one.read(3) == data[:3]
        assert other.seek(-2, os.SEEK_END) == len(data) - 2
        assert other.read() == data[-2:]
        assert one.read() == data[3:]
        assert other.seek(1) == 1
        assert other.seek(1, os.SEEK_CUR) == other.tell() == 2
        with pytest.raises(OSError, match="Invalid argument"):
            one.seek(-1, io.SEEK_SET)


def test_the_copy_of_a_large_file_has_no_name_and_is_closed_with_its_last_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "aside").mkdir()
    monkeypatch.setattr(snapshot, "_MOST_IN_MEMORY", 10)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "aside"))
    path = write_csv(tmp_path / "list.csv", interactions(3))
    taken = snapshot_of(path)
    if os.name != "nt":
        assert list((tmp_path / "aside").iterdir()) == []
    reader = taken.open()
    del taken
    assert reader.read() == path.read_bytes()
    del reader
    assert list((tmp_path / "aside").iterdir()) == []


def in_place(path: Path, data: bytes) -> None:
    """As editors write that keep the file: over what is there."""
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()


def by_rename(path: Path, data: bytes) -> None:
    """As Excel writes: a new file takes the old one's name."""
    path.with_suffix(".new").write_bytes(data)
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("write", [in_place, by_rename])
@pytest.mark.parametrize("longer", [0, 1, -1, BLOCK_BYTES])
def test_a_file_that_is_written_while_it_is_copied_is_refused_or_read_as_it_was(
    tmp_path: Path, at: int, write: Callable[[Path, bytes], None], longer: int
) -> None:
    path, (old, new) = tmp_path / "list.csv", (b"a" * 4 * BLOCK_BYTES, b"b" * (4 * BLOCK_BYTES + longer))
    path.write_bytes(old)
    watcher = Watcher(at, lambda: write(path, new))
    if write is in_place:
        with pytest.raises(ListError, match=r"list\.csv was changed while it was being read"):
            snapshot_of(path, watcher)
    else:  # what was opened is whole still
        assert snapshot_of(path, watcher).sha256 == hashlib.sha256(old).hexdigest()
    assert watcher.steps >= at or write is in_place


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_rows_and_hash_are_of_the_same_bytes_whenever_the_file_is_replaced(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    old, new = (write(tmp_path / f"{start}", interactions(3, start=start)).read_bytes() for start in (1, 7))
    first = {hashlib.sha256(old).hexdigest(): "from1@", hashlib.sha256(new).hexdigest(): "from7@"}
    for at in range(1, 8):
        (tmp_path / "list").write_bytes(old)
        watcher = Watcher(at, lambda: by_rename(tmp_path / "list", new))
        with open_file(tmp_path / "list", watcher) as file:
            table = read_table(file, cancel=watcher)
            for _ in range(2):
                assert next(table.texts()).columns[0][0].startswith(first[file.sha256])
        assert watcher.steps >= at or at > 4


def test_copying_ends_where_somebody_wants_it(path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        snapshot_of(path, cancel)


@pytest.fixture(params=["pipe", "zero", "urandom", "terminal", "socket", "link_to_a_pipe", "link_to_a_device"])
def endless(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    place = tmp_path / "list.csv"
    match request.param:
        case "pipe":
            os.mkfifo(place)
        case "link_to_a_pipe":
            os.mkfifo(tmp_path / "pipe")
            place.symlink_to(tmp_path / "pipe")
        case "link_to_a_device":
            place.symlink_to("/dev/zero")
        case "socket":
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(str(place))
                yield place
            return
        case device:
            place = Path({"terminal": "/dev/tty"}.get(device, f"/dev/{device}"))
    yield place


@on_posix
def test_what_is_no_regular_file_is_refused_at_once(endless: Path) -> None:
    for read in (snapshot_of, sha256_of):
        with pytest.raises(ListError) as refused:
            read(endless)
        assert refused.value.message.code == ("list_file.pipe" if endless.is_fifo() else "list_file.no_file")


@on_posix
def test_a_pipe_that_takes_the_file_s_place_just_now_is_not_waited_for(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(1))
    looked_at = path.stat

    class Swapped(type(path)):  # type: ignore[misc]  # the class of paths on this system
        def stat(self, **_: object) -> os.stat_result:
            found = looked_at()
            path.unlink()
            os.mkfifo(path)
            return found

    refused: list[str] = []

    def read() -> None:
        try:
            snapshot_of(Swapped(path))
        except ListError as why:
            refused.append(why.message.code)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(30)
    assert refused == ["list_file.pipe"]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone has such files")
def test_a_file_whose_size_the_system_doesn_t_know_is_read_to_its_end() -> None:
    assert snapshot_of(Path("/proc/self/limits")).size > 100


def test_a_file_that_is_larger_than_any_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MOST_LIST_BYTES", 2 * BLOCK_BYTES)
    with (tmp_path / "list.csv").open("wb") as file:
        file.truncate(1 << 40)  # it takes no room
    for read in (snapshot_of, sha256_of):
        with pytest.raises(ListError) as refused:
            read(tmp_path / "list.csv")
        assert refused.value.message.code == "list_file.too_large"


@on_posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a disk that is always full")
def test_a_copy_for_which_the_disk_has_no_room_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def __init__(self, **_: object) -> None:
            super().__init__()

        def write(self, _: object) -> int:
            with Path("/dev/full").open("wb", buffering=0) as disk:
                return disk.write(b"x")

    monkeypatch.setattr(snapshot, "SpooledTemporaryFile", Full)
    with pytest.raises(ListError) as refused:
        snapshot_of(write_csv(tmp_path / "list.csv", interactions(1)))
    assert refused.value.message.code == "list_file.no_room"
    assert "No space left on device" in str(refused.value)


@pytest.mark.parametrize(
    "name", ["x" * 300, "a/" * 3000 + "b", "nul\0.csv", "half\ud800.csv", "loop", "no_folder/b.csv", "file/b.csv", ""]
)
def test_a_path_at_which_no_list_can_be_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    if hasattr(os, "symlink"):
        (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for read in (snapshot_of, sha256_of):
        with pytest.raises(ListError) as refused:
            read(tmp_path / name)
        assert str(refused.value).endswith(".")
