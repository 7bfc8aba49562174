"""Values that are the same for all rows: what a template says of them, and what of a person's is taken."""
