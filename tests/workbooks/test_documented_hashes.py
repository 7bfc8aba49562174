"""The hashes of a workbook as docs/results.md says how to make them, without a line of ours."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.books import arranged, mend, refused, tamper
from tests.conftest import write_csv
from tests.workbooks.test_results import content, job, result
from uploader.checks.checked_list import sha256_of
from uploader.cli.report import templates as report
from uploader.i18n import Message, render
from uploader.model.rows import Status
from uploader.templates.catalog import Catalog
from uploader.workbooks.read_back import reader
from uploader.workbooks.results import workbook as results

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
CELLS = [
    ("007", "=1+1"),
    ("", "   "),
    ("two\r\nlines\rand a third", "_x0041_ _x005F_x0041_ _x000D_"),
    ("Muñoz 🙂 \ud83d", "bell \x07 null \x00"),
    ("x" * 40_000, "2026-11-26"),
    ("1.0", "1e5"),
]


def printed(*command: str, folder: Path = ROOT) -> str:
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, cwd=folder)
    return found.stdout.strip()


(SCRIPT,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def of_rows(path: Path, header: tuple[str, str] = ("a", "b"), *, sandbox: bool = False) -> str:
    """A workbook with awkward texts; its digest."""
    rows = [result(number, cells) for number, cells in enumerate(CELLS, start=2)]
    rows += [replace(result(20, ("x", "y"), Status.NOT_SENT, ""), http_status=None, sent_at=None, duration_ms=None)]
    rows += [replace(result(21, ("x", "y")), sent_at="2026-03-09T00:00:00.000+00:00")]
    return results.write(path, replace(content(rows, sandbox=sandbox, language="es"), job=job(header))).digest


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize("header", [("a", "b"), ("Status", "Row")])
def test_the_script_of_the_guide_gives_the_digest_of_the_workbook(
    tmp_path: Path, header: tuple[str, str], sandbox: bool
) -> None:
    path = tmp_path / "r.xlsx"
    digest = of_rows(path, header, sandbox=sandbox)
    manifest = reader.manifest_of(path)
    assert manifest is not None
    assert printed(sys.executable, "-c", SCRIPT, str(path)) == manifest.digest == digest
    openpyxl.load_workbook(path).save(path)
    assert printed(sys.executable, "-c", SCRIPT, str(path)) == digest


def test_the_script_of_the_guide_counts_the_values_of_the_answers_in(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    kept = replace(job(("id", "b")), kept_columns=("id", "link"))
    rows = [replace(result(2, ("x", "y")), kept={"id": "0042"}), result(3, ("x", "y"))]
    digest = results.write(path, replace(content(rows), job=kept)).digest
    assert printed(sys.executable, "-c", SCRIPT, str(path)) == digest
    mend(path, {(3, "id (answer)"): "0043"})
    assert printed(sys.executable, "-c", SCRIPT, str(path)).splitlines() == ["changed: row 3", digest]


def test_the_script_of_the_guide_names_what_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    digest = of_rows(path)
    mend(path, {(20, "a"): "edited", (21, "Status"): "rejected"})
    mend(path, {(2, "Meaning"): "rejected"}, "Attempts")
    arranged(path, lambda lines: [line for line in lines if line[0] != 3])
    told = printed(sys.executable, "-c", SCRIPT, str(path)).splitlines()
    assert told == ["changed: row 20", "changed: row 21", "missing: row 3", "changed: sheet Attempts", digest]
    tamper(path, machine="pc-9")
    assert printed(sys.executable, "-c", SCRIPT, str(path)).splitlines()[-1] != digest


def test_what_is_proof_is_one_sentence_here_and_in_the_guide() -> None:
    assert render(Message("verified.proof"), "en") in " ".join(GUIDE.split())


@pytest.mark.parametrize("command", ["sha256sum list.csv", "shasum -a 256 list.csv"])
def test_the_commands_of_the_guide_give_the_digest_of_a_list(tmp_path: Path, command: str) -> None:
    assert command in GUIDE
    program, *arguments = shlex.split(command)
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not here")
    path = write_csv(tmp_path / "list.csv", refused(2, ()))
    assert printed(program, *arguments, folder=tmp_path).split()[0] == sha256_of(path)


def test_the_command_of_the_guide_gives_the_digest_of_a_template_where_uploader_says_that_it_is() -> None:
    (command,) = re.findall(r"^python3 (-c .+)$", GUIDE, re.MULTILINE)
    catalog = Catalog.of(Path("/nonexistent"))
    name = "wolkvox/add_interaction"
    assert f"uploader templates {name}" in GUIDE
    place = catalog.path(name)
    assert f"  File: {place}" in list(report.template(catalog.load(name), place, "en"))
    shown = printed(sys.executable, *shlex.split(command), folder=place.parent)
    assert shown == catalog.load(name).sha256
