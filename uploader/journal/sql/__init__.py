"""The SQL that both engines know, and what it means."""
