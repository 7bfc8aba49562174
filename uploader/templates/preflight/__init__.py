"""What the API is asked before the first row: the questions, and what their answers say."""
