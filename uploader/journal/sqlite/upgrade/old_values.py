"""What SQL alone can't do for a journal of today: arrange cells, leave secrets out, know who settled a row."""

import json
import re
import sqlite3
import tomllib
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from uploader.journal.stored_messages import read_advice
from uploader.model.job import arranged
from uploader.model.secret_names import names_a_secret

_SETTLED = {"advice.arrived": "arrived", "advice.not_arrived": "not arrived"}
_SENTENCES = (  # the longer ones first
    (re.compile(r"(.+) looked on (.+), and it had not arrived\. It waits to be sent\."), "not arrived"),
    (re.compile(r"(.+) lo comprobó el (.+): no había llegado\. Está pendiente de envío\."), "not arrived"),
    (re.compile(r"(.+) verificou em (.+): a linha não tinha chegado\. Aguarda envio\."), "not arrived"),
    (re.compile(r"(.+) looked on (.+), and it had arrived\."), "arrived"),
    (re.compile(r"(.+) lo comprobó el (.+): había llegado\."), "arrived"),
    (re.compile(r"(.+) verificou em (.+): a linha tinha chegado\."), "arrived"),
)
"""How version 0.1.0 recorded that somebody had looked a row up."""


class _Settlement(NamedTuple):
    found: str
    who: str
    when: str
    """In the zone of this computer, to the minute."""


def add_functions(db: sqlite3.Connection) -> None:
    """What the statements of `version_3` call."""
    functions: tuple[tuple[str, int, Callable[..., str | None]], ...] = (
        ("arranged", 4, _arranged),
        ("as_sent", 5, _as_sent),
        ("without_secrets", 3, _without_secrets),
        ("file_name", 1, lambda path: PurePath(path).name),
        ("settled_as", 1, lambda advice: settled.found if (settled := _settled(advice)) else None),
        ("settled_by", 1, lambda advice: settled.who if (settled := _settled(advice)) else None),
        ("settled_at", 1, lambda advice: _moment(settled.when) if (settled := _settled(advice)) else None),
    )
    for name, arguments, function in functions:
        db.create_function(name, arguments, function, deterministic=True)


def _arranged(cells: str, names: str, header: str, others: str) -> str:
    """Cells under `names` as they belong under `header`; what isn't there is as in `others`. Forgotten ones stay so."""
    return cells if cells == "[]" else _as_json(_in_order(cells, names, json.loads(header), json.loads(others)))


def _as_sent(sent: str, names: str, latest: str, header: str, fields: str) -> str:
    """The latest cells, but in the columns that are sent what was sent."""
    if sent == "[]":
        return latest
    columns, cells = set(json.loads(fields).values()), json.loads(latest)
    arranged_ = _in_order(sent, names, json.loads(header), cells)
    return _as_json([was if column in columns else _at(cells, column) for column, was in enumerate(arranged_)])


def _in_order(cells: str, names: str, header: list[str], others: list[str]) -> list[str]:
    return arranged(
        json.loads(cells), json.loads(names), header, [_at(others, column) for column in range(len(header))]
    )


def _at(cells: list[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _without_secrets(settings: str, template: bytes | None, profile: bytes | None) -> str:
    """Settings without those that are secret by their names, which version 0.1.0 kept if the template didn't say so."""
    kept: dict[str, str] = json.loads(settings)
    named = [name for name in kept if names_a_secret(name)]
    if not named:
        return settings
    told = {**_settings_of(profile), **_settings_of(template)}
    for name in named:
        if told.get(name, {}).get("secret") is not False:
            del kept[name]
    return json.dumps(kept, ensure_ascii=False)


def _settings_of(toml: bytes | None) -> dict[str, dict[str, object]]:
    """What a template or a profile says of its settings; nothing where it is missing or damaged."""
    try:
        table = {} if toml is None else tomllib.loads(zlib.decompress(toml).decode()).get("settings", {})
    except (zlib.error, ValueError):
        return {}
    return {name: of for name, of in table.items() if isinstance(of, dict)} if isinstance(table, dict) else {}


def _as_json(cells: list[str]) -> str:
    return json.dumps(cells, ensure_ascii=False)


@lru_cache(maxsize=1024)  # thousands of rows have the same advice
def _settled(stored: str) -> _Settlement | None:
    """Who settled a row, if its advice says that somebody did."""
    advice = read_advice(stored)
    if advice.code in _SETTLED:
        return _Settlement(_SETTLED[advice.code], str(advice.facts["who"]), str(advice.facts["when"]))
    text = str(advice.facts["text"]) if advice.code == "text" else ""
    told = ((pattern.fullmatch(text), found) for pattern, found in _SENTENCES)
    return next((_Settlement(found, match[1], match[2]) for match, found in told if match), None)


def _moment(when: str) -> str:
    """A moment of this computer's zone as the journal writes it."""
    return datetime.fromisoformat(when).astimezone(UTC).isoformat(timespec="milliseconds")
