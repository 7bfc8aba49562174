"""Headers of which the form of a request speaks in words of its own: who sends, and what the body is."""
