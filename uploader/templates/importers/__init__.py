"""Templates out of what people have: curl commands, HAR files, Postman collections, OpenAPI documents."""
