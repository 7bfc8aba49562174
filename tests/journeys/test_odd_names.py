"""Names of files that are very long or no text: every command takes them or says why not, and none breaks."""

import os
import sys
from pathlib import Path

import pytest

from tests.conftest import FIELDS, Command, interactions, write_csv

COMMANDS = [
    ["send", "PATH", "--sandbox"],
    ["check", "PATH"],
    ["preview", "PATH", "--row", "2"],
    ["verify", "PATH"],
    ["results", "PATH"],
    ["resume", "PATH"],
    ["settle", "PATH", "--row", "2", "--arrived"],
    ["history", "forget", "PATH"],
    ["send", "LIST", "--sandbox", "-o", "PATH"],
    ["blank", "wolkvox/add_interaction", "-o", "PATH"],
    ["check", "LIST", "--template", "PATH"],
]
LONG = ["q" * 251, "ñ" * 125, "長" * 83, "😀" * 62]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only Linux has names that are no text")
@pytest.mark.parametrize("line", COMMANDS, ids=" ".join)
def test_a_name_that_is_no_text_is_a_sentence(uploader: Command, tmp_path: Path, line: list[str]) -> None:
    a_list = write_csv(tmp_path / "list.csv", interactions(2))
    odd = os.fsencode(tmp_path) + b"/lista\xf1.xlsx"
    if "LIST" not in line and line[0] != "blank":
        Path(os.fsdecode(odd)).write_bytes(a_list.read_bytes())
    ended = uploader(*({"PATH": os.fsdecode(odd), "LIST": str(a_list)}.get(word, word) for word in line))
    assert ended.code == 2, ended.err
    assert "lista\\udcf1.xlsx" in ended.err
    assert "internal error" not in ended.err
    assert list(tmp_path.glob("*.results*")) == []


@pytest.mark.parametrize("stem", LONG, ids=["plain", "accents", "Japanese", "emoji"])
def test_a_long_name_is_sent_and_its_workbooks_are_found_again(uploader: Command, tmp_path: Path, stem: str) -> None:
    rows = interactions(3)
    rows[2][FIELDS.index("rp_id")] = ""
    path = write_csv(tmp_path / f"{stem}.csv", rows)
    assert uploader("check", path, "--problems").code == 2
    (problems,) = tmp_path.glob("*.problems.xlsx")
    first = uploader("send", path, "--sandbox", "--skip-invalid")
    assert "2 accepted" in first.out
    assert uploader("send", path, "--sandbox", "--skip-invalid", "--dated").code in (0, 1)
    results = list(tmp_path.glob("*.results*.xlsx"))
    assert len(results) == 2
    for workbook in (problems, *results):
        assert len(os.fsencode(workbook.name)) <= 255
        assert workbook.name[:20] == stem[:20]
    for workbook in results:
        assert uploader("verify", workbook).code == 0
    again = uploader("send", results[0], "--sandbox", "--skip-invalid")
    assert "3 rows: 2 accepted" in again.out
    assert sorted(tmp_path.iterdir()) == sorted([path, problems, *results])
