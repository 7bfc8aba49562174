"""Journals of version 3 become journals of version 4, in which a row belongs to its list.

In version 3 each sending of a list was a job of its own. What the jobs of one list had in common was their `account`;
the newest of them knew all rows, and of each row `before` named the earlier job in which it was accepted, or is
unknown. Those jobs are one now: it has the number of the newest that began to be sent. `old_…` are their tables.
"""

OLD_TABLES = ("job", "template", "run", "row", "attempt", "workbook")

_SENDINGS = """
CREATE TEMP TABLE sending (         -- each old job that began to be sent
    number INTEGER PRIMARY KEY,
    job INTEGER NOT NULL,           -- what it belongs to now
    first INTEGER NOT NULL,         -- the first sending of that
    known INTEGER NOT NULL          -- the newest of that whose customer data were not deleted, if there is one
);
CREATE INDEX temp.sending_by_job ON sending (job);
INSERT INTO sending
SELECT id, max(id) OVER list, min(id) OVER list,
    coalesce(max(CASE WHEN forgotten_at IS NULL THEN id END) OVER list, max(id) OVER list)
FROM old_job WHERE EXISTS (SELECT 1 FROM old_run WHERE old_run.job = old_job.id) WINDOW list AS (PARTITION BY account);
INSERT INTO sqlite_sequence (name, seq)  -- no number is ever given again
SELECT substr(name, 5), seq FROM sqlite_sequence WHERE name GLOB 'old_*';
"""

_REQUESTS_WITHOUT_A_RECORD = """
INSERT INTO old_attempt (job, number, run, sent_at, meaning)
SELECT r.job, r.number, u.id, u.started_at, r.status FROM old_row r
JOIN old_job o ON o.id = r.job JOIN old_run u ON u.id = (SELECT max(id) FROM old_run WHERE job = r.job)
WHERE r.status IN ('accepted', 'unknown')
AND NOT EXISTS (SELECT 1 FROM old_attempt a WHERE a.job = r.job AND a.number = r.number)
AND NOT EXISTS (SELECT 1 FROM old_row b WHERE b.job = r.before AND b.number = r.number)
AND (o.taken_from IS NOT NULL OR r.fingerprint IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM old_row s JOIN old_attempt a ON a.job = s.job AND a.number = s.number
    JOIN sending ON sending.number = s.job
    WHERE s.fingerprint = r.fingerprint AND s.status IN ('accepted', r.status)));
"""
"""Rows of which only a workbook knew that they were sent, or a job that was deleted since: they must not go again.

One that was held back because of an earlier job's is not among them: what was edited in it never left.
"""

_JOBS = """
INSERT INTO template (sha256, text, profile) SELECT sha256, text, profile FROM old_template;
INSERT INTO job (id, key, created_at, list_path, list_name, list_sha256, sheet, header, fields, template,
    template_sha256, destination, settings, results_path, redacted, forgotten_at)
SELECT newest.id, newest.account, first.created_at, newest.list_path,
    coalesce(nullif(newest.list_name, ''), nullif(first.list_name, ''), file_name(first.list_path)), first.list_sha256,
    newest.sheet, known.header, known.fields, newest.template, newest.template_sha256, newest.destination,
    without_secrets(newest.settings, t.text, t.profile), newest.results_path, newest.redacted,
    CASE WHEN known.forgotten_at IS NOT NULL THEN newest.forgotten_at END
FROM sending s JOIN old_job newest ON newest.id = s.number JOIN old_job first ON first.id = s.first
JOIN old_job known ON known.id = s.known LEFT JOIN old_template t ON t.sha256 = newest.template_sha256
WHERE s.number = s.job;
INSERT INTO former_job (number, job) SELECT number, job FROM sending WHERE number <> job;
INSERT INTO source (job, sha256, path, read_at)
SELECT s.job, o.source_sha256, o.list_path, o.created_at FROM sending s JOIN old_job o ON o.id = s.number
WHERE o.source_sha256 <> '' ORDER BY o.id
ON CONFLICT (job, sha256) DO UPDATE SET path = excluded.path;
INSERT INTO run (id, job, started_at, ended_at, stopped, user, machine, version, template_sha256, destination,
    taken_from)
SELECT r.id, s.job, r.started_at, r.ended_at, r.stopped, o.user, o.machine, o.version, o.template_sha256,
    o.destination, o.taken_from
FROM old_run r JOIN sending s ON s.number = r.job JOIN old_job o ON o.id = r.job;
INSERT INTO workbook (digest, job, known_at, written_here, path)
SELECT w.digest, s.job, w.written_at, o.taken_from IS NULL, coalesce(o.taken_from, o.results_path)
FROM old_workbook w JOIN sending s ON s.number = w.job JOIN old_job o ON o.id = w.job;
"""

_DECIDING = """
CASE WHEN coalesce((SELECT CASE WHEN EXISTS (SELECT 1 FROM old_attempt a WHERE a.job = r.job AND a.number = r.number)
THEN r.status IN ('accepted', 'unknown') OR (r.status = 'rejected' AND b.status <> 'accepted') ELSE 0 END
FROM old_row b WHERE b.job = r.before AND b.number = r.number), 1) THEN r.job ELSE r.before END
"""
"""The old job that decides the outcome of a row: the last that has it, unless an earlier one's says more."""

_STANDINGS = f"""
CREATE TEMP TABLE standing (        -- each row of each list, and the old jobs that tell of it
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    last INTEGER NOT NULL,          -- the last that has it
    latest INTEGER NOT NULL,        -- the last that has its cells
    deciding INTEGER NOT NULL,      -- the one that decides its outcome
    waits INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,     -- its latest cells are an edit that was held back or waits, if not what was sent
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
INSERT INTO standing
SELECT job, number, last, latest, deciding, waits,
    waits OR deciding = latest OR (latest = last AND kept = 0 AND status IN ('skipped', 'unknown'))
FROM (SELECT l.job, l.number, l.last, r.kept, r.status, {_DECIDING} AS deciding,
    CASE WHEN r.cells <> '[]' THEN r.job ELSE coalesce((SELECT max(o.job) FROM sending x
        JOIN old_row o ON o.job = x.number AND o.number = l.number WHERE x.job = l.job AND o.cells <> '[]'), r.job)
        END AS latest,
    r.status = 'not sent' AND r.kept = 0 AND l.last = l.job AND o.forgotten_at IS NULL AS waits
    FROM (SELECT s.job, r.number, max(r.job) AS last FROM sending s JOIN old_row r ON r.job = s.number
        GROUP BY s.job, r.number) l
    JOIN old_row r ON r.job = l.last AND r.number = l.number JOIN old_job o ON o.id = l.last);
"""

_ROWS = """
INSERT INTO row (job, number, cells, status, advice, fingerprint, faults, waits, attempt, settled)
SELECT s.job, s.number,
    CASE WHEN lo.header = j.header AND (s.is_latest OR d.cells IN ('[]', l.cells) AND do.header = lo.header)
        THEN l.cells
    WHEN s.is_latest THEN arranged(l.cells, lo.header, j.header, '[]')
    ELSE as_sent(d.cells, do.header, arranged(l.cells, lo.header, j.header, '[]'), j.header, j.fields) END,
    d.status, d.advice, CASE WHEN s.is_latest THEN l.fingerprint ELSE d.fingerprint END,
    CASE WHEN do.header = j.header THEN d.faults ELSE '' END, s.waits,
    (SELECT max(id) FROM old_attempt a WHERE a.job = d.job AND a.number = d.number), settled_as(d.advice)
FROM standing s JOIN job j ON j.id = s.job
JOIN old_row l ON l.job = s.latest AND l.number = s.number JOIN old_job lo ON lo.id = s.latest
JOIN old_row d ON d.job = s.deciding AND d.number = s.number JOIN old_job do ON do.id = s.deciding;
"""

_TAKEN = """
CASE WHEN a.meaning = 'accepted' THEN 'yes'
WHEN r.status = 'accepted' AND a.id = (SELECT id FROM old_attempt z WHERE z.job = r.job AND z.number = r.number
    ORDER BY z.meaning = 'accepted' DESC, z.id DESC LIMIT 1) THEN 'yes'
WHEN r.status = 'unknown' AND a.id = (SELECT id FROM old_attempt z WHERE z.job = r.job AND z.number = r.number
    ORDER BY z.meaning IN ('', 'unknown') DESC, z.id DESC LIMIT 1) THEN 'maybe'
WHEN a.meaning IN ('', 'unknown') AND r.status NOT IN ('rejected', 'not sent') THEN 'maybe' ELSE 'no' END
"""
"""Whether the API has a request: what the old job knew of its row last, for by that it knew the request."""

_ATTEMPTS = f"""
INSERT INTO attempt (id, job, number, run, sent_at, cells, fingerprint, taken, verdict, code, message, http_status,
    duration_ms, detail)
SELECT a.id, s.job, a.number, a.run, a.sent_at,
    CASE WHEN o.header = j.header OR r.cells = '[]' THEN r.cells
        ELSE arranged(r.cells, o.header, j.header, w.cells) END,
    r.fingerprint, {_TAKEN}, a.meaning, a.code, a.message, a.http_status, a.duration_ms, a.detail
FROM old_attempt a JOIN sending s ON s.number = a.job JOIN job j ON j.id = s.job JOIN old_job o ON o.id = a.job
JOIN old_row r ON r.job = a.job AND r.number = a.number JOIN row w ON w.job = s.job AND w.number = a.number
ORDER BY a.id;
INSERT INTO settlement (job, number, found, at, user, machine)
SELECT s.job, r.number, settled_as(r.advice) AS found, settled_at(r.advice) AS at, settled_by(r.advice), o.machine
FROM old_row r JOIN sending s ON s.number = r.job JOIN old_job o ON o.id = r.job
WHERE settled_as(r.advice) IS NOT NULL
AND EXISTS (SELECT 1 FROM old_attempt a WHERE a.job = r.job AND a.number = r.number)
GROUP BY s.job, r.number, found, at ORDER BY at, s.job, r.number;
"""

TO_VERSION_4 = _SENDINGS + _REQUESTS_WITHOUT_A_RECORD + _JOBS + _STANDINGS + _ROWS + _ATTEMPTS
"""What fills the tables of version 4. They are there, and the old ones are called `old_…`."""
AFTERWARDS = (
    "".join(f"DROP TABLE old_{table};\n" for table in reversed(OLD_TABLES))
    + """
DROP TABLE standing;
DROP TABLE sending;
"""
)
