"""Until when a request may leave: where others may take a sender's place once it is silent, not long after its intent.

A computer may sleep, or a process be stopped, between the intent and the request.
"""


class TooLateToLeaveError(Exception):
    """Not a byte of the request has left, and none may now."""
