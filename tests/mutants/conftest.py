"""Collection without cosmic-ray: what imports it is left alone where doctests are looked for."""

from __future__ import annotations

collect_ignore = ["draw.py", "run.py"]
