"""Check a table against a template: which column fills which field, and what is wrong with each row."""
