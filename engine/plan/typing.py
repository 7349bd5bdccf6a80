"""The front door to what is known of a Plan before any row is read.

Types and missing (`inference`) and columns and grain (`grain`).
"""

from __future__ import annotations

from engine.plan.grain import columns_of, key_of
from engine.plan.inference import bands_case, children, common_type, is_optional, number_size, type_of

__all__ = ["bands_case", "children", "columns_of", "common_type", "is_optional", "key_of", "number_size", "type_of"]
