"""The result workbooks that are known, by the digests of their rows."""

from pathlib import Path

from uploader.journal.sql.database import Database
from uploader.journal.sql.text import path_as_text

_IS_IT = "job = :job AND digest IN (:digest, keyed(:digest))"


def note(db: Database, job: int, digest: str, path: Path, *, written_here: bool) -> None:
    """Write down that a result workbook with these rows is known."""
    db.execute(
        "INSERT INTO workbook (digest, job, known_at, written_here, path) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (digest, job) DO UPDATE SET known_at = excluded.known_at, written_here = excluded.written_here,"
        " path = excluded.path, file_sha256 = '', edits_read = 0",
        (digest, job, db.now(), written_here, path_as_text(path)),
    )


def note_file(db: Database, job: int, digest: str, sha256: str) -> None:
    """Write down which bytes a result workbook has that was written here."""
    db.execute("UPDATE workbook SET file_sha256 = ? WHERE job = ? AND digest = ?", (sha256, job, digest))


def note_edits_read(db: Database, job: int, digest: str) -> None:
    """Write down that rows were read from an edited workbook."""
    statement = f"UPDATE workbook SET edits_read = 1 WHERE {_IS_IT}"
    db.execute(statement, {"job": job, "digest": digest})


def were_edits_read(db: Database, job: int, digest: str) -> bool:
    """Whether rows were read from that workbook after somebody had edited it."""
    statement = f"SELECT 1 FROM workbook WHERE {_IS_IT} AND edits_read = 1"
    return db.execute(statement, {"job": job, "digest": digest}).fetchone() is not None


def has_file(db: Database, job: int, sha256: str) -> bool:
    """Whether a result workbook of the job was written here with these bytes."""
    statement = "SELECT 1 FROM workbook WHERE job = ? AND file_sha256 = ? AND file_sha256 <> ''"
    return db.execute(statement, (job, sha256)).fetchone() is not None


def known_at(db: Database, job: int, digest: str, *, written_here: bool) -> str | None:
    """When a result workbook with these rows became known; None if it isn't. `written_here`: by this computer."""
    found = db.execute(
        f"SELECT max(known_at) FROM workbook WHERE {_IS_IT} AND written_here >= :here",
        {"job": job, "digest": digest, "here": written_here},
    ).fetchone()
    at: str | None = found[0]
    return at


def paths(db: Database, job: int) -> list[Path]:
    """Where result workbooks of a job were written, each once, the newest first."""
    found = db.execute(
        "SELECT path FROM workbook WHERE job = ? AND written_here = 1 GROUP BY path ORDER BY max(known_at) DESC", (job,)
    )
    return [Path(path) for (path,) in found.fetchall()]
