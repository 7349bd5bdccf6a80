"""Queries on databases: the one room that reaches a server, for imports alone.

`reading.OpenDatabases` is the only entry point; `engine.records.readers.query` says what it gives.
"""
