"""The page's server: who may ask it, how long it runs, and what it takes and gives."""
