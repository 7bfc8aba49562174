"""The command itself: what was chosen once is used, and said, also where nobody is there."""

import os
from pathlib import Path

import pytest

import uploader as api
from tests.conftest import WOLKVOX, Command, PracticeProcess, environment, interactions, write_csv
from uploader.errors import ColumnError
from uploader.sandbox import TOKEN

HEADER = ("Origen", "fromname", "to", "toname", "subject", "body", "rp_id")


def test_a_column_that_was_named_once_is_used_for_the_next_list_but_not_by_scripts(
    uploader: Command, tmp_path: Path
) -> None:
    march, april = (write_csv(tmp_path / f"{name}.csv", interactions(2), HEADER) for name in ("march", "april"))
    assert uploader("check", april).code == 2
    first = uploader("check", march, "--map", "from=Origen")
    assert (first.code, "This is remembered" in first.err) == (0, True)
    again = uploader("check", april, env=environment(LANG="es_CO.UTF-8"))
    assert (again.code, "Recordado del" in again.err, "--map from=…" in again.err) == (0, True, True)
    with pytest.raises(ColumnError):
        api.check(april)


STORE = """
from keyring.backend import KeyringBackend

class Store(KeyringBackend):
    priority = 5
    def get_password(self, service, username):
        return {}
    def set_password(self, service, username, password): ...
    def delete_password(self, service, username): ...
"""


def test_a_kept_token_is_used_and_not_shown(uploader: Command, tmp_path: Path, practice: PracticeProcess) -> None:
    answer = f'"{TOKEN}" if (service, username) == ("uploader", "{WOLKVOX} wolkvox_token") else None'
    (tmp_path / "password_store.py").write_text(STORE.replace("return {}", f"return {answer}"), encoding="utf-8")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    known = environment(PYTHONPATH=path, PYTHON_KEYRING_BACKEND="password_store.Store")
    del known["WOLKVOX_TOKEN"]
    list_path = write_csv(tmp_path / "list.csv", interactions(2))
    ended = uploader("send", list_path, "--base-url", practice.url, env=known)
    assert (ended.code, len(practice.bodies())) == (0, 2), ended.err
    assert "password store" in ended.err
    assert TOKEN not in ended.err + ended.out
