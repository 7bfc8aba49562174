"""Sending straight over asyncio's connections, with h11: nothing lies between us and what has left."""
