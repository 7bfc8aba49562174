from pathlib import Path

import pytest

from uploader.actions.planning import find_job
from uploader.actions.session import Session
from uploader.errors import UploaderError
from uploader.journal import open_journal


def test_a_job_is_not_named_by_what_only_looks_like_a_number(tmp_path: Path) -> None:
    with open_journal(tmp_path / "journal.db") as journal, pytest.raises(UploaderError):
        find_job.named_job(journal, "²", Session(tmp_path))
