"""The names of locks: nobody learns from one what it is about."""

import hashlib

_COST = 1 << 14
"""Of a lock's name: how long one guess takes, and how much memory. Tests have no time for it."""
_DIGITS_OF_RUN = 32


def hard_to_guess(kind: str, *secrets: str, digits: int) -> str:
    """A name of so many digits; so slow to make that nobody finds a short token, or a list of one row, by trying."""
    secret = "\0".join(secrets).encode()
    return hashlib.scrypt(secret, salt=kind.encode(), n=_COST, r=8, p=1).hex()[:digits]


def of_run(run_key: str) -> str:
    """The name that a run's lock has."""
    return hashlib.sha256(run_key.encode()).hexdigest()[:_DIGITS_OF_RUN]
