"""Sending over httpcore's pool: through proxies, and wherever a person says so."""
