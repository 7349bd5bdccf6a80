"""The referee: a second opinion on conditions from an independent rule engine.

Kept empty of imports, so that the worker process starts quickly: see `judge.py`.
"""
