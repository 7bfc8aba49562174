"""Files are written aside and moved into place; nothing that changed meanwhile is replaced, and nothing is left."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uploader.workbooks.xlsx import moving
from uploader.workbooks.xlsx.moving import AsideFile, FileIdentity, OccupiedError, Place, sweep, written_aside

ON_POSIX = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no FIFOs, no modes, no limits, and removes no open file"
)
ASIDE = ".uploader-0123456789abcdef.tmp"


def put(place: Place, text: bytes = b"ours") -> None:
    with written_aside(place) as file:
        file.write(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["links", "no links"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a file goes, in file systems with hard links and without."""
    if request.param == "no links":

        def refused(*_: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refused)
    yield tmp_path / "list.results.xlsx"
    assert [name for name in names(tmp_path) if name.startswith(".")] == []


def test_what_stood_there_when_the_place_was_chosen_is_replaced(place: Path) -> None:
    put(Place.at(place), b"first")
    put(Place.at(place), b"second")
    assert place.read_bytes() == b"second"


def test_what_appeared_meanwhile_is_left_alone(place: Path) -> None:
    chosen = Place.at(place)
    place.write_bytes(b"a person's")
    with pytest.raises(OccupiedError):
        put(chosen)
    assert place.read_bytes() == b"a person's"


@pytest.mark.parametrize("how", ["in place", "by another file", "the same size", "a folder", "a broken link"])
def test_what_changed_meanwhile_is_left_alone(place: Path, how: str) -> None:
    place.write_bytes(b"ours of yesterday")
    chosen = Place.at(place)
    if how == "by another file":
        place.with_name("other").write_bytes(b"a person's")
        place.with_name("other").replace(place)
    elif how == "a folder":
        place.unlink()
        place.mkdir()
    elif how == "a broken link":
        place.unlink()
        place.symlink_to("nowhere")
    else:
        place.write_bytes(b"ours of yesterdaY" if how == "the same size" else b"a person's")
    before = place.lstat()
    with pytest.raises(OccupiedError):
        put(chosen)
    assert place.lstat() == before


def test_what_appeared_while_it_was_written_is_left_alone(place: Path) -> None:
    def write() -> None:
        with written_aside(Place.at(place)) as file:
            file.write(b"ours")
            place.write_bytes(b"a person's")

    with pytest.raises(OccupiedError):
        write()
    assert place.read_bytes() == b"a person's"


def test_what_was_deleted_meanwhile_is_written_anew(place: Path) -> None:
    place.write_bytes(b"ours of yesterday")
    chosen = Place.at(place)
    place.unlink()
    put(chosen)
    assert place.read_bytes() == b"ours"


def test_the_same_bytes_saved_again_are_no_change(place: Path) -> None:
    place.write_bytes(b"ours of yesterday")
    chosen = Place.at(place)
    place.write_bytes(b"ours of yesterday")
    put(chosen)
    assert place.read_bytes() == b"ours"


@ON_POSIX
def test_a_fifo_is_never_read_and_never_replaced(place: Path) -> None:
    os.mkfifo(place)
    with pytest.raises(OccupiedError):
        put(Place.at(place))
    assert place.is_fifo()
    place.unlink()


@ON_POSIX
def test_meanwhile_only_this_person_may_read_it_and_then_who_may_read_other_new_files(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    place = tmp_path / "r.xlsx"
    with written_aside(Place.at(place)) as file:
        (aside,) = tmp_path.glob(".*")
        assert aside.stat().st_mode & 0o777 == 0o600
        file.write(b"ours")
    assert place.stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_no_two_processes_have_one_name_aside(tmp_path: Path) -> None:
    with written_aside(Place.at(tmp_path / "a")), written_aside(Place.at(tmp_path / "a.b")):
        assert len(list(tmp_path.glob(".uploader-*.tmp"))) == 2
    (tmp_path / ASIDE).write_bytes(b"")
    with pytest.raises(FileExistsError):
        AsideFile(tmp_path / ASIDE)


def test_a_folder_that_is_gone_is_an_error_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()

    def write() -> None:
        with written_aside(Place.at(folder / "r.xlsx")) as file:
            file.write(b"ours")
            file.path.unlink()
            folder.rmdir()

    with pytest.raises(FileNotFoundError):
        write()


def aged(path: Path, seconds: float) -> Path:
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


_DIES = """
import os, signal, sys
from pathlib import Path
from uploader.workbooks.xlsx.moving import Place, written_aside

with written_aside(Place.at(Path(sys.argv[1]))) as file:
    file.write(b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@ON_POSIX
def test_what_a_killed_process_left_aside_is_deleted_by_the_next_that_writes(tmp_path: Path) -> None:
    place = tmp_path / "r.xlsx"
    subprocess.run([sys.executable, "-c", _DIES, str(place)], timeout=60, check=False)
    (left,) = tmp_path.iterdir()
    put(Place.at(place))
    assert left.exists()  # as young as one that somebody is about to lock
    aged(left, 120)
    put(Place.at(place))
    assert names(tmp_path) == ["r.xlsx"]


@ON_POSIX
def test_what_somebody_is_still_writing_is_not_deleted(tmp_path: Path) -> None:
    with written_aside(Place.at(tmp_path / "r.xlsx")) as file:
        file.write(b"ours")
        aged(file.path, 3600)
        sweep(tmp_path)
        assert file.path.exists()
    assert names(tmp_path) == ["r.xlsx"]


def test_where_locks_say_nothing_it_is_deleted_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_is_locked_by_us", lambda _: False)
    left = tmp_path / ASIDE
    left.touch()
    aged(left, 3600)
    sweep(tmp_path)
    assert left.exists()
    aged(left, 25 * 3600)
    sweep(tmp_path)
    assert not left.exists()


@pytest.mark.parametrize(
    "name",
    [
        "list.results.xlsx", ".uploader-notes.tmp", ".uploader-0123456789abcdef.tmp.xlsx", "uploader-0123456789abcdef.tmp",
        ".list.results.xlsx.123.tmp", ".~lock.list.results.xlsx#", ".uploader-0123456789ABCDEF.tmp",
    ],
)  # fmt: skip
def test_nothing_else_is_ever_deleted(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    aged(tmp_path / name, 1e7)
    (tmp_path / ASIDE).mkdir()
    aged(tmp_path / ASIDE, 1e7)
    sweep(tmp_path)
    assert names(tmp_path) == sorted([name, ASIDE])


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    (tmp_path / "b").write_bytes(b"x" * 2_999_999 + b"y")
    one = FileIdentity.of(tmp_path / "a")
    assert one == FileIdentity.of(tmp_path / "a") != FileIdentity.of(tmp_path / "b")
    assert FileIdentity.of(tmp_path / "c") is None


_FULL = """
import os, resource, signal, sys
from pathlib import Path

sys.path.insert(0, {root!r})
from tests.workbooks.test_results import content, result
from uploader.errors import WorkbookError
from uploader.workbooks.results import workbook as results

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
rows = (result(nth, (os.urandom(600).hex(), "x")) for nth in range(2, 1000))
try:
    results.write(Path(sys.argv[1]), content(rows))
except WorkbookError as why:
    print(why)
"""


@ON_POSIX
@pytest.mark.parametrize("limit", [0, 4_096, 500_000])  # at once, among the rows, and among the parts of the package
def test_a_disk_that_is_full_is_a_sentence_and_leaves_nothing(tmp_path: Path, limit: int) -> None:
    script = _FULL.replace("{root!r}", repr(str(Path(__file__).parents[2])))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "r.xlsx").write_bytes(b"ours of yesterday")
    command = [sys.executable, "-X", "dev", "-c", script, str(tmp_path / "r.xlsx"), str(limit)]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    why = "No usable temporary directory" if limit == 0 else "File too large."
    assert ended.stdout.startswith(f"Can't write the workbook {tmp_path / 'r.xlsx'}: {why}")
    assert ended.stderr == ""
    assert names(tmp_path) == ["r.xlsx", "temporary"]
    assert names(tmp_path / "temporary") == []
    assert (tmp_path / "r.xlsx").read_bytes() == b"ours of yesterday"
