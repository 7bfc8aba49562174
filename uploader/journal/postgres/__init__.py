"""A team's journal, in a database of PostgreSQL; the only place that knows psycopg.

To import it raises JournalError where psycopg is not installed.
"""

import logging

from uploader.errors import JournalError
from uploader.i18n import Message

try:
    import psycopg  # noqa: F401  # it looks for libpq, too
except ImportError as why:
    raise JournalError(Message("team.no_psycopg")) from why

logging.getLogger("psycopg").addHandler(logging.NullHandler())
"""What it says of a lost connection, we say in a sentence; a program that wants its log has it."""
