"""Workbooks that a verb writes: where each goes, and what is in it."""
