"""Scalar nodes: a value computed from one row.

Missing spreads: a node with a missing operand is missing, except where its docstring says
otherwise. Booleans are three-valued (Kleene): true, false, missing for `cannot decide`.
Numbers are exact; only `Round` loses digits.

The nodes are in `literals`, `arithmetic`, `logic`, `bands` and `returns`; each contains everything known before any row
is read (`node.Node`). `Scalar` closes the list for the evaluators, which match on it.
"""

from __future__ import annotations

from engine.plan.arithmetic import (
    Absolute,
    Add,
    Convert,
    DaysBetween,
    Greatest,
    Least,
    MonthsBetween,
    Multiply,
    Quotient,
    Rank,
    Round,
    Subtract,
)
from engine.plan.bands import Band, Bands
from engine.plan.literals import Column, Literal, Value
from engine.plan.logic import (
    Among,
    And,
    AtLeast,
    Between,
    Case,
    Compare,
    Comparison,
    IfMissing,
    IsMissing,
    Not,
    Or,
    conjunction,
    disjunction,
)
from engine.plan.returns import TakenBack
from engine.types import Method, Mode

__all__ = [
    "Absolute", "Add", "Among", "And", "AtLeast", "Band", "Bands", "Between", "Case", "Column", "Compare",
    "Comparison", "Convert", "DaysBetween", "Greatest", "IfMissing", "IsMissing", "Least", "Literal", "Method", "Mode",
    "MonthsBetween", "Multiply", "Not", "Or", "Quotient", "Rank", "Round", "Scalar", "Subtract", "TakenBack",
    "Value", "conjunction", "disjunction",
]  # fmt: skip

Scalar = (
    Literal
    | Column
    | Add
    | Subtract
    | Multiply
    | Convert
    | Quotient
    | Round
    | Least
    | Greatest
    | Absolute
    | TakenBack
    | DaysBetween
    | MonthsBetween
    | Rank
    | Compare
    | Among
    | Between
    | IsMissing
    | And
    | Or
    | Not
    | AtLeast
    | IfMissing
    | Case
    | Bands
)
