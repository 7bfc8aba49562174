"""The hashes of a workbook as docs/results.md says how to make them, without a line of ours."""

import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workbooks.test_results import content, job, result
from uploader.model.rows import Status
from uploader.templates.catalog import Catalog
from uploader.workbooks import reader, results

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


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize("header", [("a", "b"), ("Status", "Row")])
def test_the_script_of_the_guide_gives_the_digest_of_the_rows(
    tmp_path: Path, header: tuple[str, str], sandbox: bool
) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    path = tmp_path / "r.xlsx"
    rows = [result(number, cells) for number, cells in enumerate(CELLS, start=2)]
    rows += [replace(result(20, ("x", "y"), Status.NOT_SENT, ""), http_status=None, sent_at=None, duration_ms=None)]
    rows += [replace(result(21, ("x", "y")), sent_at="2026-03-09T00:00:00.000+00:00")]
    written = results.write(path, replace(content(rows, sandbox=sandbox, language="es"), job=job(header)))
    manifest = reader.manifest_of(path)
    assert manifest is not None
    assert printed(sys.executable, "-c", script, str(path)) == manifest.digest == written.digest
    results.write(path, replace(content([*rows[1:], rows[0]], sandbox=sandbox), job=job(header)))
    assert printed(sys.executable, "-c", script, str(path)) != written.digest


def test_the_command_of_the_guide_gives_the_digest_of_a_template() -> None:
    (command,) = re.findall(r"^python3 (-c .+)$", GUIDE, re.MULTILINE)
    shown = printed(sys.executable, *shlex.split(command), folder=ROOT / "templates" / "wolkvox")
    assert shown == Catalog.of(Path("/nonexistent")).load("wolkvox/add_interaction").sha256
