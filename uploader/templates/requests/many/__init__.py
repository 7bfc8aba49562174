"""The requests and the fingerprints of many rows, with all that rows have in common written once."""
