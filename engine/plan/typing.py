"""The front door to what is known of a Plan before any row is read.

Types and missing (`inference`), columns and grain (`grain`), soundness (`consistency`) and the
number of digits (`widths`).
"""

from __future__ import annotations

from engine.plan.consistency import check_plan, sources_of
from engine.plan.grain import columns_of, key_of
from engine.plan.inference import bands_case, children, common_type, is_optional, number_size, type_of
from engine.plan.widths import too_wide

__all__ = [
    "bands_case", "check_plan", "children", "columns_of", "common_type", "is_optional", "key_of", "number_size",
    "sources_of", "too_wide", "type_of",
]  # fmt: skip
