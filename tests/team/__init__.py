"""Several computers with one journal: real processes, a real database, and what the server under them received."""
