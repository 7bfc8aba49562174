"""The command itself: what was chosen once is used, and said, also where nobody is there."""

from pathlib import Path

import pytest

import uploader as api
from tests.conftest import Command, environment, interactions, write_csv
from uploader.errors import ColumnError

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
