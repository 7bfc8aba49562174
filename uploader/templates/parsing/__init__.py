"""A template's text and its API profile's, read: TOML, its tables, and one laid over the other."""
