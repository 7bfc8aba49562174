"""What roles of a team's database may do: send, without the right to change a table; or look."""

from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

_SEND, _LOOK = "SELECT, INSERT, UPDATE, DELETE", "SELECT"
_RIGHTS = """
GRANT USAGE ON SCHEMA uploader TO {role};
GRANT {rights} ON ALL TABLES IN SCHEMA uploader TO {role};
REVOKE ALL ON uploader.hash_key, uploader.journal FROM {role};
GRANT SELECT ON uploader.journal TO {role};
GRANT SELECT (id) ON uploader.hash_key TO {role};
"""
_STAGE = "GRANT TEMPORARY ON DATABASE {database} TO {role}"
"""A list is taken into a table for the time being."""
_NOTE_WORKBOOKS = "GRANT INSERT, UPDATE ON uploader.workbook TO {role}"
"""Who looks gets workbooks, too, which are known by that later."""


def grant(connection: Connection[Any], senders: str | None, readers: str | None) -> None:
    """Give these roles their rights, in the caller's transaction."""
    database = Identifier(connection.info.dbname)
    for name, rights, own in ((senders, _SEND, _STAGE), (readers, _LOOK, _NOTE_WORKBOOKS)):
        if name is not None:
            facts = {"role": Identifier(name), "rights": SQL(rights), "database": database}
            connection.execute(SQL(_RIGHTS + own).format(**facts))
