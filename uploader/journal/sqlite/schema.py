"""The journal's tables; `upgrade` makes an older journal one of today."""

VERSION = 6
"""Kept in the file as its `user_version`."""

KNOWN_REQUESTS = """
CREATE INDEX attempt_accepted ON attempt (substr(fingerprint, 1, 16)) WHERE taken = 'yes';
CREATE INDEX attempt_in_doubt ON attempt (substr(fingerprint, 1, 16)) WHERE taken = 'maybe';
"""
"""How `text.same_request` finds requests. Fingerprints come in no order, so each row that is sent changes another page
of an index: short ones make it few, and what is under way has few of its own."""

TABLES = f"""
CREATE TABLE job (                  -- one list, sent with one template to one place
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,       -- by which its workbooks know it, on every computer
    created_at TEXT NOT NULL,
    list_path TEXT NOT NULL,        -- of the file that was read last: the list, or its edited result workbook
    list_name TEXT NOT NULL,        -- of the list as it was first sent
    list_sha256 TEXT NOT NULL,
    sheet TEXT,
    header TEXT NOT NULL,           -- JSON list; it may grow at its end, so no cell ever moves
    fields TEXT NOT NULL,           -- JSON object: field -> column from 0
    template TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    destination TEXT NOT NULL,      -- scheme and host
    settings TEXT NOT NULL,         -- JSON object, without secrets
    results_path TEXT NOT NULL,
    redacted TEXT NOT NULL,         -- JSON list of columns that workbooks show as keyed hashes
    forgotten_at TEXT,              -- from then on only keyed hashes, numbers and times are left of its rows
    hash_key TEXT,                  -- of the key under which hashes of it are kept, the id; NULL where all are plain
    decimals TEXT NOT NULL DEFAULT '{{}}',    -- JSON object: field -> decimal sign
    kept_columns TEXT NOT NULL DEFAULT '[]' -- JSON list of columns with values of the answers
);
CREATE INDEX job_by_list ON job (list_sha256);
CREATE INDEX job_by_hash_key ON job (hash_key) WHERE hash_key IS NOT NULL;
CREATE TABLE former_job (           -- a number that a job had before its sendings became one job
    number INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE
);
CREATE TABLE source (               -- a file from which rows of a job were read: the list, an edited workbook
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    path TEXT NOT NULL,
    read_at TEXT NOT NULL,
    PRIMARY KEY (job, sha256)
) WITHOUT ROWID;
CREATE TABLE template (             -- as it was when a job was sent; those of version 1 are missing
    sha256 TEXT PRIMARY KEY,
    text BLOB NOT NULL,             -- compressed by zlib
    profile BLOB
);
CREATE TABLE run (                  -- each sending of a job
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    stopped TEXT,                   -- a message as JSON
    sending_seconds REAL,           -- how long rows were sent; NULL where that is not known
    user TEXT NOT NULL,
    machine TEXT NOT NULL,
    version TEXT NOT NULL,
    template_sha256 TEXT NOT NULL,
    destination TEXT NOT NULL,
    key TEXT NOT NULL DEFAULT '',   -- by which it is asked whether its process lives; "" where it has ended
    taken_from TEXT                 -- the workbook from which all is known of it: another computer sent it
);
CREATE INDEX run_by_job ON run (job);
CREATE TABLE row (
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    number INTEGER NOT NULL,        -- as Excel shows it
    cells TEXT NOT NULL,            -- JSON list: as they were last read
    status TEXT NOT NULL,
    advice TEXT NOT NULL,           -- a message as JSON
    fingerprint TEXT,               -- of the request that these cells make; NULL where they can't be sent
    faults TEXT NOT NULL,           -- JSON list of the columns, from 0, whose cells are wrong; "" where none is
    waits INTEGER NOT NULL,         -- 1: somebody asked for it to be sent, and it has not left since
    attempt INTEGER,                -- the one that decides its status; NULL where none does
    settled TEXT,                   -- 'arrived' or 'not arrived': what a person found whose word decides its status
    kept TEXT NOT NULL DEFAULT '',  -- JSON object: values of an answer that only another computer's workbook tells
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
CREATE INDEX row_by_status ON row (job, status, number);
CREATE INDEX row_that_waits ON row (job, number) WHERE waits = 1;
CREATE INDEX row_settled ON row (job, settled) WHERE settled IS NOT NULL;
CREATE INDEX row_by_fingerprint ON row (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE TABLE attempt (              -- each request
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    sent_at TEXT NOT NULL,          -- committed before the request leaves
    cells TEXT NOT NULL,            -- JSON list: the row as it was sent
    fingerprint TEXT,
    taken TEXT NOT NULL DEFAULT 'maybe',  -- whether the API has it: 'yes', 'no', or 'maybe'
    verdict TEXT NOT NULL DEFAULT '',     -- '' until its end is recorded
    code TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    http_status INTEGER,
    duration_ms INTEGER,
    detail TEXT NOT NULL DEFAULT '',      -- a message as JSON; of version 0.1.0 a text
    kept TEXT NOT NULL DEFAULT '',        -- JSON object: column -> value of the answer; '' where there is none
    request_id TEXT,                      -- the same in every retry; NULL where the template uses none
    beside INTEGER,                       -- the first row's attempt of a request that was shared; NULL in that itself
    FOREIGN KEY (job, number) REFERENCES row ON DELETE CASCADE
);
CREATE INDEX attempt_by_row ON attempt (job, number);
CREATE INDEX attempt_by_run ON attempt (run);
CREATE INDEX attempt_beside ON attempt (run) WHERE beside IS NOT NULL;
{KNOWN_REQUESTS.strip()}
CREATE TABLE settlement (           -- each row that a person closed after looking it up
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    found TEXT NOT NULL,            -- 'arrived' or 'not arrived'
    at TEXT NOT NULL,
    user TEXT NOT NULL,
    machine TEXT NOT NULL,
    FOREIGN KEY (job, number) REFERENCES row ON DELETE CASCADE
);
CREATE INDEX settlement_by_row ON settlement (job, number);
CREATE TABLE workbook (             -- every result workbook that is known
    digest TEXT NOT NULL,           -- over its rows
    job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
    known_at TEXT NOT NULL,
    written_here INTEGER NOT NULL,
    path TEXT NOT NULL,
    file_sha256 TEXT NOT NULL DEFAULT '',  -- of the file as it was written here; '' where that is not known
    edits_read INTEGER NOT NULL DEFAULT 0, -- 1: rows were read from it after somebody had edited it
    PRIMARY KEY (digest, job)
) WITHOUT ROWID;
"""
