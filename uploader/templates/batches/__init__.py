"""Rows that share a request: what a template says of it, one request made of many, and its answer told apart."""
