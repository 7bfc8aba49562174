"""Several connections of one process, as a page that shows what it sends: none costs the others their locks."""

import subprocess
import sys
from pathlib import Path

from tests.journal.builders import NEW, rows
from tests.waiting import HANG_SECONDS
from uploader.journal import open_journal

_COUNT = """
import sys
from pathlib import Path
from uploader.journal import open_journal
with open_journal(Path(sys.argv[1])) as journal:
    print(journal.last_row_number(int(sys.argv[2])))
"""


def rows_seen_elsewhere(path: Path, job: int) -> int:
    """The last row that another process finds, which opens the journal and closes it again."""
    command = [sys.executable, "-c", _COUNT, str(path), str(job)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANG_SECONDS)
    return int(ended.stdout)


def test_what_one_writes_after_another_was_closed_is_seen_by_other_processes(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with open_journal(path) as sending:
        job = sending.stage(NEW, rows(2))
        for count in (3, 4, 5):
            open_journal(path).close()  # a page was shown
            rows_seen_elsewhere(path, job)  # the last to close the journal would delete its log
            sending.stage(NEW, rows(count), job=job)
            assert rows_seen_elsewhere(path, job) == count + 1
        assert path.with_name("journal.db-wal").exists()
    with open_journal(path) as journal:
        assert journal.last_row_number(job) == 6
