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
    forgotten_at TEXT               -- from then on only hashes, numbers and times are left of its rows
);
CREATE INDEX job_by_list ON job (list_sha256);
CREATE TABLE template (             -- as it was when a job was begun; those of version 1 are missing
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
    detail TEXT NOT NULL DEFAULT '',
    FOREIGN KEY (job, number) REFERENCES row ON DELETE CASCADE
);
CREATE INDEX attempt_by_row ON attempt (job, number);
