"""Access tokens by OAuth2: what a template says of them, the request for one, and the answer to it."""
