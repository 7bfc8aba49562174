"""Which of a list's columns fills which field of a template."""
