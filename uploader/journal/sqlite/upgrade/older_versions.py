"""Journals of versions 1 and 2 become journals of version 3, with the statements by which they always did."""

_FROM_VERSION_2 = """
ALTER TABLE job ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN list_name TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN source_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN redacted TEXT NOT NULL DEFAULT '[]';
ALTER TABLE job ADD COLUMN taken_from TEXT;
UPDATE job SET account = lower(hex(randomblob(16))), source_sha256 = list_sha256;
UPDATE job SET account = (SELECT o.account FROM job o WHERE o.list_sha256 = job.list_sha256 AND o.sheet IS job.sheet
    AND o.template = job.template AND o.destination = job.destination AND o.settings = job.settings ORDER BY o.id);
CREATE INDEX job_by_account ON job (account);
ALTER TABLE row ADD COLUMN before INTEGER;
ALTER TABLE row ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE row ADD COLUMN faults TEXT NOT NULL DEFAULT '';
UPDATE row SET before = (SELECT max(o.job) FROM row o JOIN job j ON j.id = o.job JOIN job mine ON mine.id = row.job
    WHERE j.account = mine.account AND o.job < row.job AND o.number = row.number AND o.status IN ('accepted', 'unknown')
    AND EXISTS (SELECT 1 FROM attempt a WHERE a.job = o.job AND a.number = o.number));
CREATE TABLE workbook (digest TEXT NOT NULL, account TEXT NOT NULL, job INTEGER NOT NULL REFERENCES job
    ON DELETE CASCADE, written_at TEXT NOT NULL, PRIMARY KEY (digest, account)) WITHOUT ROWID;
"""
_FROM_VERSION_1 = """
ALTER TABLE job ADD COLUMN forgotten_at TEXT;
CREATE TABLE template (sha256 TEXT PRIMARY KEY, text BLOB NOT NULL, profile BLOB);
"""
TO_VERSION_3 = {1: _FROM_VERSION_1 + _FROM_VERSION_2, 2: _FROM_VERSION_2, 3: ""}
"""By the version of a journal, what makes it one of version 3."""
