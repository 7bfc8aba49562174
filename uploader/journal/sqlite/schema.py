"""The journal's tables, and how an older journal becomes one of today."""

VERSION = 3
"""Kept in the file as its `user_version`."""

TABLES = """
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    user TEXT NOT NULL,
    machine TEXT NOT NULL,
    list_path TEXT NOT NULL,
    list_sha256 TEXT NOT NULL,
    sheet TEXT,
    header TEXT NOT NULL,           -- JSON list
    fields TEXT NOT NULL,           -- JSON object: field -> column from 0
    template TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    destination TEXT NOT NULL,      -- scheme and host
    settings TEXT NOT NULL,         -- JSON object, without secrets
    version TEXT NOT NULL,
    results_path TEXT NOT NULL,
    forgotten_at TEXT,              -- from then on only hashes, numbers and times are left of its rows
    account TEXT NOT NULL,          -- what all jobs of one list to one place have in common
    list_name TEXT NOT NULL,        -- of the list as it was first sent; list_path may be its edited result workbook
    source_sha256 TEXT NOT NULL,    -- of the file that was read: the list's, or that workbook's
    redacted TEXT NOT NULL,         -- JSON list of columns that workbooks show as keyed hashes
    taken_from TEXT                 -- the workbook that all is known from which was sent elsewhere
);
CREATE INDEX job_by_list ON job (list_sha256);
CREATE INDEX job_by_account ON job (account);
CREATE TABLE template (             -- as it was when a job started; those of version 1 are missing
    sha256 TEXT PRIMARY KEY,
    text BLOB NOT NULL,             -- compressed by zlib
    profile BLOB
);
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    stopped TEXT
);
CREATE INDEX run_by_job ON run (job);
CREATE TABLE row (
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    number INTEGER NOT NULL,        -- as Excel shows it
    cells TEXT NOT NULL,            -- JSON list
    status TEXT NOT NULL,
    advice TEXT NOT NULL,
    fingerprint TEXT,               -- of the request; NULL in rows that can't be sent
    before INTEGER,                 -- the earlier job of the account in which the row was accepted, or is unknown
    kept INTEGER NOT NULL,          -- 1: no run sends it, its status stays; 2: nor is it in the file that was read
    faults TEXT NOT NULL,           -- JSON list of the columns, from 0, whose cells are wrong; "" where none is
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
CREATE INDEX row_to_send ON row (job, number) WHERE status = 'not sent';
CREATE INDEX row_by_fingerprint ON row (fingerprint, status) WHERE fingerprint IS NOT NULL;
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    sent_at TEXT NOT NULL,          -- committed before the request leaves
    meaning TEXT NOT NULL DEFAULT '',  -- '' until its end is recorded
    code TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    http_status INTEGER,
    duration_ms INTEGER,
    detail TEXT NOT NULL DEFAULT '',  -- a message as JSON; of version 0.1.0 a text
    FOREIGN KEY (job, number) REFERENCES row ON DELETE CASCADE
);
CREATE INDEX attempt_by_row ON attempt (job, number);
CREATE TABLE workbook (             -- every result workbook that was written
    digest TEXT NOT NULL,           -- over its rows
    account TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    written_at TEXT NOT NULL,
    PRIMARY KEY (digest, account)
) WITHOUT ROWID;
"""

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
TO_TODAY = {0: TABLES, 1: _FROM_VERSION_1 + _FROM_VERSION_2, 2: _FROM_VERSION_2}
"""By the version of a journal, what makes it one of today."""
