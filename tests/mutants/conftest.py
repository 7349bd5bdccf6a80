"""Modules that import cosmic-ray are not searched for doctests: only `make mutants` installs it."""

from __future__ import annotations

collect_ignore = ["draw.py", "run.py"]
