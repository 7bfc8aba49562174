"""A journal of an earlier version becomes one of today, whole or not at all."""
