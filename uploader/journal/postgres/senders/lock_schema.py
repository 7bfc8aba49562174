"""What the locks need in the database: a table, and functions that name locks and tell who holds them."""

LOCK_TABLES = """
CREATE TABLE IF NOT EXISTS token (  -- what all who send with one token know of it
    hash text PRIMARY KEY,          -- of the token and where it goes; so slow to make that nobody finds the token
    next_at timestamptz,            -- no request leaves before; each that leaves moves it
    not_before timestamptz,         -- nor before this: somebody was told to slow down, or to pause
    waits_for text,                 -- what a pause waits for: a message as JSON; NULL where it is no pause
    told_by text                    -- the sender that was told so
);

CREATE OR REPLACE FUNCTION lock_of(name text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ('x' || left(encode(sha256(convert_to(name, 'UTF8')), 'hex'), 16))::bit(64)::bigint;

CREATE OR REPLACE FUNCTION holders_of(name text) RETURNS SETOF integer
LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid = (lock_of(name) >> 32 & 4294967295)::oid AND objid = (lock_of(name) & 4294967295)::oid;
END;

CREATE OR REPLACE FUNCTION is_held(name text) RETURNS boolean
LANGUAGE sql STABLE STRICT
RETURN EXISTS (SELECT holders_of(name));

CREATE OR REPLACE FUNCTION take_places(token text, places integer, mine integer[], wanted integer)
RETURNS SETOF integer  -- the numbers of those that were free, no more than are wanted
LANGUAGE plpgsql STRICT AS $$
BEGIN
    FOR nth IN 1..places LOOP
        EXIT WHEN wanted <= 0;
        CONTINUE WHEN nth = ANY (mine);
        IF pg_try_advisory_lock(lock_of('token:' || token || ':' || nth)) THEN
            wanted := wanted - 1;
            RETURN NEXT nth;
        END IF;
    END LOOP;
END;
$$;
"""
"""To be executed with the journal's schema as the search path; a second time, it changes nothing."""
