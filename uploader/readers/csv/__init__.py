"""Text files: which encoding, which delimiter and quotes, and their rows."""
