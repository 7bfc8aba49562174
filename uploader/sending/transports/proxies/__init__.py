"""Proxies that the environment names: whether one is meant, and what its failures mean."""
