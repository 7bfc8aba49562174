"""The secrets of a source: which values are some, and where else they are repeated."""
