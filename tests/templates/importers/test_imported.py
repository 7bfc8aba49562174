"""What an importer need not say has a meaning of its own."""

from uploader.templates.importers.imported import FieldFacts, ImportedRequest, Variable


def test_a_request_needs_no_more_than_its_address() -> None:
    request = ImportedRequest("Things", "GET", "https://api.example.com/things")
    assert (request.headers, request.body, request.auth, request.notes) == ((), None, None, ())
    assert request.variables.get("id", Variable()) == Variable(example="", secret=False, is_setting=False)
    assert request.fields.get("query.q", FieldFacts()).varies is None
