"""The operations of OpenAPI 3.0 and 3.1 documents as requests; only what is in the document itself is read."""

from uploader.templates.importers.openapi.operations import recognises, requests_in

__all__ = ["recognises", "requests_in"]
