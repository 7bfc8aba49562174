"""Lists that somebody gave to the page: kept whole or not at all, and forgotten with the folder that is theirs."""

import json
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import interactions, write_csv
from tests.worlds import World
from uploader.actions.history import files_with_data, forget, history
from uploader.actions.home import kept_lists, upload
from uploader.actions.home.kept_list import KeptList
from uploader.actions.home.kept_lists import KeptLists
from uploader.actions.options import SandboxConfig
from uploader.cli.report import jobs as report
from uploader.errors import BusyError, ListError, SettingsError

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and modes are those of POSIX")


@pytest.fixture
def lists(own_world: Path, tmp_path: Path) -> KeptLists:
    lists = KeptLists(own_world)
    lists.set_folder(tmp_path / "documents")
    return lists


def keep(lists: KeptLists, name: str = "march.csv", content: bytes = b"to\na\n", **facts: Any) -> KeptList:
    with lists.begin(name, **facts) as upload:
        for at in range(0, len(content), 3):
            upload.write(content[at : at + 3])
    assert upload.kept is not None
    return upload.kept


def all_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_list_is_kept_in_a_folder_of_its_own(lists: KeptLists, tmp_path: Path) -> None:
    first, second = keep(lists, "Campaña.csv", template="wolkvox/add_interaction"), keep(lists, "Campaña.csv", b"other")
    assert first.path == tmp_path / "documents" / "Campaña" / "Campaña.csv"
    assert second.path == tmp_path / "documents" / "Campaña-2" / "Campaña.csv"
    assert (first.path.read_bytes(), second.path.read_bytes()) == (b"to\na\n", b"other")
    assert (first.template, second.template) == ("wolkvox/add_interaction", None)
    assert lists.lists() == [second, first]
    assert lists.find(first.id) == first
    assert all_of(tmp_path / "documents") == ["Campaña", "Campaña-2", "Campaña-2/Campaña.csv", "Campaña/Campaña.csv"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("../../x.csv", "x/x.csv"),
        ("con.csv", "con_/con_.csv"),
        ("march.results.xlsx", "march/march.results.xlsx"),
        ("", "list/list.csv"),
        ("...", "list/list.csv"),
        ("nothing", "nothing/nothing"),
    ],
)
def test_its_name_leads_nowhere_else(lists: KeptLists, name: str, place: str) -> None:
    kept = keep(lists, name)
    assert kept.path == lists.folder / place
    assert kept.path.is_file()


def test_a_long_name_leaves_room_for_the_workbook(lists: KeptLists) -> None:
    kept = keep(lists, "ñ" * 300 + ".xlsx")
    assert len(str(kept.path.relative_to(lists.folder)).encode()) <= 181
    assert kept.path.suffix == ".xlsx"


def test_half_of_an_upload_leaves_nothing(lists: KeptLists, own_world: Path) -> None:
    def half() -> None:
        with lists.begin("march.csv") as upload:
            upload.write(b"half")
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        half()
    assert all_of(lists.folder) == []
    assert lists.lists() == []


def test_what_a_killed_upload_left_is_tidied_away_and_nothing_else(lists: KeptLists) -> None:
    old, young, foreign = (lists.folder / f".uploader-{digit * 16}" for digit in "abx")
    for folder in (old, young, foreign):
        folder.mkdir()
        (folder / "march.csv").write_bytes(b"half")
    long_ago = time.time() - 7200
    for path in (old / "march.csv", old, foreign / "march.csv", foreign):
        os.utime(path, (long_ago, long_ago))
    keep(lists)
    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)


def test_a_list_has_a_size_like_any_other(lists: KeptLists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MOST_LIST_BYTES", 4)
    with pytest.raises(ListError):
        keep(lists)
    assert all_of(lists.folder) == []


def test_another_file_joins_the_list_and_is_at_hand_then(lists: KeptLists) -> None:
    kept = keep(lists, facts="kept", template="a/b")
    for name, nth in (("march.csv", "march-2.csv"), ("march.problems.xlsx", "march.problems.xlsx")):
        with lists.begin_beside(kept.id, name) as upload:
            upload.write(name.encode())
        assert upload.kept is not None
        assert upload.kept.path == kept.folder / nth
        assert upload.kept.path.read_bytes() == name.encode()
    assert kept.path.read_bytes() == b"to\na\n"
    assert all_of(kept.folder) == ["march-2.csv", "march.csv", "march.problems.xlsx"]
    found = lists.find(kept.id)
    assert found is not None
    assert found.facts == {"facts": "kept", "template": "a/b", "file": "march.problems.xlsx"}


def test_half_of_another_file_leaves_the_list_as_it_was(lists: KeptLists) -> None:
    kept = keep(lists)

    def half() -> None:
        with lists.begin_beside(kept.id, "march.csv") as upload:
            upload.write(b"half")
            raise TimeoutError

    with pytest.raises(TimeoutError):
        half()
    assert all_of(kept.folder) == ["march.csv"]
    assert lists.find(kept.id) == kept
    with pytest.raises(SettingsError), lists.begin_beside("0" * 16, "march.csv"):
        pass


def test_what_is_noted_stays_until_it_is_taken_back(lists: KeptLists) -> None:
    kept = keep(lists)
    lists.note(kept.id, template="wolkvox/add_interaction", sheet="Hoja 1", mapping={"to": "C"})
    noted = lists.note(kept.id, sheet=None)
    assert noted is not None
    assert (noted.template, noted.facts["mapping"], "sheet" in noted.facts) == (
        "wolkvox/add_interaction",
        {"to": "C"},
        False,
    )
    assert lists.note("0" * 16, sheet="x") is None


@pytest.mark.parametrize("file", ["../../secret", "/etc/passwd", "a\\b", "", "..", 7, "c:x"])
def test_the_file_at_hand_is_one_of_its_folder(lists: KeptLists, file: object) -> None:
    noted = lists.note(keep(lists).id, file=file)
    assert noted is not None
    assert noted.path == noted.folder / "march.csv"


@pytest.mark.parametrize("id_", ["", "..", "../journal", "0" * 15, "A" * 16, "0" * 16])
def test_what_is_no_id_finds_nothing(lists: KeptLists, id_: str) -> None:
    keep(lists)
    assert lists.find(id_) is None
    lists.delete(id_)
    assert len(lists.lists()) == 1


@pytest.mark.parametrize(
    "damage",
    [
        {"name": "../x"},
        {"folder": "relative"},
        {"folder": 7},
        {"at": "yesterday"},
        {"at": None},
        {"facts": []},
        {"name": None},
    ],
)
def test_a_damaged_entry_is_no_list(lists: KeptLists, own_world: Path, damage: dict[str, Any]) -> None:
    kept = keep(lists)
    entry = own_world / "kept" / f"{kept.id}.json"
    entry.write_text(json.dumps({**json.loads(entry.read_text(encoding="utf-8")), **damage}), encoding="utf-8")
    assert (lists.find(kept.id), lists.lists()) == (None, [])
    entry.write_bytes(b"\xff{")
    assert (lists.find(kept.id), lists.lists()) == (None, [])


def test_a_folder_that_is_gone_is_no_list(lists: KeptLists) -> None:
    kept = keep(lists)
    kept.path.unlink()
    kept.folder.rmdir()
    assert (lists.find(kept.id), lists.lists()) == (None, [])


def test_the_folder_is_the_documents_until_another_is_chosen(
    own_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_lists, "documents_folder", lambda: tmp_path / "Documents")
    lists = KeptLists(own_world)
    assert lists.folder == tmp_path / "Documents" / "uploader"
    kept = keep(lists)
    lists.set_folder(tmp_path / "other")
    assert KeptLists(own_world).folder == tmp_path / "other"
    assert lists.lists() == [kept]
    for damage in (b"", b'{"folder": "relative"}', b"[]"):
        (own_world / "kept-folder.json").write_bytes(damage)
        assert lists.folder == tmp_path / "Documents" / "uploader"


@pytest.mark.parametrize("name", ["file", "file/below", "nul\0l"])
def test_a_folder_that_can_not_be_written_to_is_refused(lists: KeptLists, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    before = lists.folder
    with pytest.raises(SettingsError) as error:
        lists.set_folder(tmp_path / name)
    assert (error.value.message.code, lists.folder) == ("kept.not_writable", before)
    assert all_of(before) == []


def test_where_the_folder_is_gone_the_upload_says_so(lists: KeptLists) -> None:
    lists.folder.rmdir()
    lists.folder.write_bytes(b"a file in its place")
    with pytest.raises(SettingsError) as error:
        keep(lists)
    assert error.value.message.code == "kept.not_writable"


@posix
def test_what_is_noted_is_for_this_user_alone(lists: KeptLists, own_world: Path) -> None:
    kept = keep(lists)
    for path in (own_world / "kept" / f"{kept.id}.json", own_world / "kept-folder.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((own_world / "kept").stat().st_mode) == 0o700


# Deleting


def test_a_list_is_deleted_with_all_files_in_its_folder(lists: KeptLists, own_world: Path) -> None:
    kept, other = keep(lists), keep(lists)
    (kept.folder / "march.results.xlsx").write_bytes(b"x")
    lists.delete(kept.id)
    assert lists.lists() == [other]
    assert all_of(lists.folder) == ["march-2", "march-2/march.csv"]
    assert [path.stem for path in (own_world / "kept").iterdir()] == [other.id]
    lists.delete(kept.id)


def test_a_folder_that_the_person_made_there_stays(lists: KeptLists) -> None:
    kept = keep(lists)
    (kept.folder / "mine").mkdir()
    (kept.folder / "mine" / "notes.txt").write_bytes(b"x")
    lists.delete(kept.id)
    assert all_of(lists.folder) == ["march", "march/mine", "march/mine/notes.txt"]
    assert lists.lists() == []


@posix
def test_links_are_deleted_and_never_followed(lists: KeptLists, tmp_path: Path) -> None:
    kept, moved = keep(lists), keep(lists, "april.csv")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_bytes(b"x")
    (kept.folder / "file").symlink_to(outside / "precious.txt")
    (kept.folder / "folder").symlink_to(outside)
    moved.folder.rename(tmp_path / "moved")
    moved.folder.symlink_to(outside)
    for one in (kept, moved):
        lists.delete(one.id)
    assert all_of(outside) == ["precious.txt"]
    assert not kept.folder.exists()
    assert all_of(tmp_path / "moved") == ["april.csv"]


# History


@pytest.fixture
def kept(lists: KeptLists, tmp_path: Path) -> KeptList:
    return keep(lists, content=write_csv(tmp_path / "given.csv", interactions(2)).read_bytes())


@pytest.mark.parametrize("everything", [False, True])
def test_what_is_forgotten_is_gone_from_the_kept_folder_and_that_is_said(
    world: World, lists: KeptLists, kept: KeptList, everything: bool
) -> None:
    assert world.sends(kept.path).code == 0
    for name in ("march.problems.xlsx", "march.marked.xlsx"):
        (kept.folder / name).write_bytes(b"x")
    jobs = history(world.session)
    files = files_with_data(jobs, world.session)
    names = ["march.csv", "march.marked.xlsx", "march.problems.xlsx", "march.results.xlsx"]
    assert (list(files.ours), list(files.left)) == ([kept.folder / name for name in names], [])
    said = "\n".join(report.to_forget(jobs, files, "en", everything=everything))
    assert "These 4 files, which uploader keeps, will be deleted, too:" in said
    forget(jobs, world.session, everything=everything)
    assert (all_of(lists.folder), lists.lists()) == ([], [])


def test_a_list_elsewhere_is_left_alone(world: World, lists: KeptLists, kept: KeptList, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "mine.csv", interactions(2, start=50))
    assert [world.sends(one).code for one in (path, kept.path)] == [0, 0]
    jobs = [job for job in history(world.session) if job.list_name == "mine.csv"]
    files = files_with_data(jobs, world.session)
    assert (files.ours, set(files.left)) == ([], {path, tmp_path / "mine.results.xlsx"})
    forget(jobs, world.session, everything=True)
    assert path.exists()
    assert lists.lists() == [kept]


def test_while_another_job_has_files_there_only_its_own_go(
    world: World, lists: KeptLists, kept: KeptList, tmp_path: Path
) -> None:
    corrected = write_csv(tmp_path / "april.csv", interactions(2, start=50))
    with lists.begin_beside(kept.id, "april.csv") as upload:
        upload.write(corrected.read_bytes())
    (kept.folder / "notes.txt").write_bytes(b"x")
    assert [world.sends(kept.folder / name).code for name in ("march.csv", "april.csv")] == [0, 0]
    march, april = (
        next(job for job in history(world.session) if job.list_name == f"{name}.csv") for name in ("march", "april")
    )
    forget([march], world.session, everything=False)
    assert all_of(kept.folder) == ["april.csv", "april.results.xlsx", "notes.txt"]
    assert [one.id for one in lists.lists()] == [kept.id]
    forget([april], world.session, everything=False)
    assert all_of(lists.folder) == []


def test_what_was_practised_takes_no_file_of_what_was_sent(world: World, lists: KeptLists, kept: KeptList) -> None:
    assert world.sends(kept.path).code == 0
    world.is_wired = True
    assert world.sends(kept.path, sandbox=SandboxConfig()).code == 0
    names = all_of(kept.folder)
    forget(history(world.session, sandbox=True), world.session, everything=False, sandbox=True)
    assert set(all_of(kept.folder)) == set(names) - {"march.results-2.xlsx"}
    assert lists.lists() == [kept]


def test_a_list_that_was_only_practised_with_is_still_to_be_sent(
    world: World, lists: KeptLists, kept: KeptList
) -> None:
    world.is_wired = True
    assert world.sends(kept.path, sandbox=SandboxConfig()).code == 0
    forget(history(world.session, sandbox=True), world.session, everything=False, sandbox=True)
    assert (all_of(lists.folder), lists.lists()) == (["march", "march/march.csv"], [kept])


def test_a_list_that_is_being_sent_stays(world: World, lists: KeptLists, kept: KeptList) -> None:
    assert world.sends(kept.path).code == 0
    jobs = history(world.session)
    with (
        world.session.journal() as journal,
        journal.locks.hold_list(jobs[0].list_sha256, "march.csv"),
        pytest.raises(BusyError),
    ):
        in_thread(lambda: forget(jobs, world.session, everything=False))
    assert lists.lists() == [kept]
    assert kept.path.exists()


def in_thread(act: Callable[[], None]) -> None:
    """Do it as somebody else: a lock is one of its thread."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # this test alone

    with ThreadPoolExecutor(1) as pool:
        pool.submit(act).result()
