"""PostgreSQL for tests: a server of their own, and a fresh database for each test that asks for one."""
