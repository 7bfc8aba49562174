"""What comes back for a request, byte by byte: where it ends, what is wrong with it, and what it was packed in."""
