"""Rows in, outcomes out: what leaves when, what goes again, and when a run is over."""
