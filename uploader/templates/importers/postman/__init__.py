"""Postman collections of versions 2.0 and 2.1 as requests; their scripts are never run."""

from uploader.templates.importers.postman.collection import recognises, requests_in

__all__ = ["recognises", "requests_in"]
