"""Bounds of what is read and stored; nothing that people have comes near them."""

MOST_LIST_BYTES = 1 << 30
"""A list of seven million rows is smaller. What is larger never ends, or was made to fill the disk."""
MOST_AT_ONCE = 200
"""Requests, each with a connection of its own: some systems give a program 256 of them, files included."""
MOST_ROWS = 10_000_000
"""That a person may name: to send first, or to be refused until a run stops."""
LONGEST_TIMEOUT_SECONDS = 3_600
"""For one request: what is longer is a slip of the keyboard."""
LARGEST_NUMBER = (1 << 63) - 1
"""The largest whole number that a journal stores."""
TEMPORARY = "uploader-temporary-"
"""How the name of a folder begins that its process deletes; if that dies, a later one does, a day afterwards."""
