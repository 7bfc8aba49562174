"""A table held against a template: which column fills which field, and what is wrong with each row."""
