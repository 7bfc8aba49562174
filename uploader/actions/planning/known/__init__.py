"""What is known of a list's rows: from the journal, from workbooks, and from what a person did in them."""
