from pathlib import Path

import pytest

from uploader.actions.planning.known.held_rows import HeldCounts, HeldRow
from uploader.i18n import render
from uploader.model.rows import Row, Status

BOOK = Path("list.results.xlsx")


@pytest.mark.parametrize(
    ("status", "sandbox", "command"),
    [
        (Status.ACCEPTED, False, 'uploader send "list.results.xlsx" --send-duplicates'),
        (Status.ACCEPTED, True, 'uploader send "list.results.xlsx" --send-duplicates --sandbox'),
        (Status.UNKNOWN, False, 'uploader send "list.results.xlsx" --resend-unknown'),
        (Status.UNKNOWN, True, 'uploader send "list.results.xlsx" --resend-unknown --sandbox'),
    ],
)
def test_an_edited_row_is_told_with_the_command_for_where_it_went(status: Status, sandbox: bool, command: str) -> None:
    counts = HeldCounts()
    counts.add(HeldRow(2, Row(2, ("Ana",)), None, status, may_go_later=True))
    (told,) = counts.messages(BOOK, 0, sandbox=sandbox)
    assert all(render(told, language).endswith(f": {command}") for language in ("en", "es", "pt"))
