"""A team's journal, in a database of PostgreSQL; the only place that knows psycopg.

To import it raises JournalError where psycopg is not installed.
"""

from uploader.errors import JournalError
from uploader.i18n import Message

try:
    import psycopg  # noqa: F401  # it looks for libpq, too
except ImportError as why:
    raise JournalError(Message("team.no_psycopg")) from why
