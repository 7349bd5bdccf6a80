"""Reading foreign source files: a CSV, XLSX, JSON Lines or Parquet file becomes a relation of texts.

`stage_source` is the only door. It never guesses: how a file is written comes from the
feed mapping (`Layout`), and a file that is written otherwise is refused with the place.
Every value stays the text that stands in the file; nothing passes through a float.
"""

from __future__ import annotations

from engine.records.readers.layout import Layout, Staged, Unpivot
from engine.records.readers.stage import stage_source

__all__ = ["Layout", "Staged", "Unpivot", "stage_source"]
