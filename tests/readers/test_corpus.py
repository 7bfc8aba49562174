"""The awkward files that others made, where they stand beside the checkout: read truly, or refused in a sentence."""

import importlib.util
import json
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import pytest

from uploader.errors import ListError
from uploader.readers import open_list
from uploader.readers.cells import text

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
SLOW_SECONDS = 60
HOSTILE = ("poc-shared-strings", "zipbomb", "entity-expansion")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus stands beside the checkout only where we work")


def test_nearly_all_are_read_right_unaided_or_refused() -> None:
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    verdicts = {name: judged(score, name, want) for name, want in expected().items()}
    counts = Counter(verdict for verdict, _ in verdicts.values())
    assert counts["right"] + counts["refused"] >= 99, verdicts
    assert counts["refused"] <= 5, verdicts
    assert not {"CRASH", "SLOW"} & set(counts), verdicts


def judged(score: Any, name: str, want: dict[str, Any]) -> tuple[str, str]:
    """What the corpus's own script says of a file, and why. It starts a process for each, which takes a minute."""
    began = time.process_time()
    verdict, why = score.one(CORPUS / name.split("#", maxsplit=1)[0], want)
    return ("SLOW", why) if time.process_time() - began > SLOW_SECONDS else (verdict, why)


def expected() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
    return found


def test_our_reading_of_workbooks_agrees_with_openpyxl() -> None:
    compared = files = 0
    for path in sorted(CORPUS.glob("*/*.xls[xm]")):
        if any(name in path.name for name in HOSTILE):
            continue
        try:
            table = open_list(path)
        except ListError:
            continue
        sheet = by_openpyxl(path, table.sheet or "")
        if sheet is None:
            continue
        files += 1
        for some in table.texts():
            for number, *cells in zip(some.numbers, *some.columns, strict=True):
                for position, ours in enumerate(cells, start=1):
                    value = sheet.cell(number, position).value
                    compared += 1
                    assert ours.strip() in forms(value, sheet.cell(number, position).number_format), (
                        path.name,
                        number,
                        position,
                    )
    assert (files >= 35, compared > 150_000) == (True, True)


def by_openpyxl(path: Path, name: str) -> Any:
    """The sheet, or None where openpyxl can't read it."""
    try:
        with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
            return openpyxl.load_workbook(file, data_only=True)[name]
    except (KeyError, ValueError, OSError, BadZipFile):
        return None


def forms(value: object, number_format: str) -> set[str]:
    """How a value that openpyxl gives may stand in our text."""
    plain = text(value).strip()
    forms = {plain, plain.replace("_x000d_", "\r")}
    if isinstance(value, int) and number_format.strip("0") == "":
        forms.add(plain.zfill(len(number_format)))  # an id that its format pads
    return forms


def test_what_should_be_pointed_out_is() -> None:
    silent = []
    for name, want in expected().items():
        if not set(want.get("warn", ())) & {"preamble", "hidden"} or "#" in name:
            continue
        try:
            table = open_list(CORPUS / name)
        except ListError:
            continue
        if not table.notes:
            silent.append(name)
    assert silent == []
