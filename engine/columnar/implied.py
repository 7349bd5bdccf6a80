"""Redundant filters: rows that pass one pass another as well. Only conditions that are always decided are considered,
so passing is plain truth.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.plan.scalar import And, Column, Compare, Comparison, Literal, Scalar

Bound = tuple[Column, Comparison, Literal]
UPPER = (Comparison.LESS, Comparison.AT_MOST)
LOWER = (Comparison.MORE, Comparison.AT_LEAST)


def widest_filters(filters: Sequence[Scalar]) -> list[Scalar]:
    """The filters without those whose rows all pass another one, in their order."""
    kept: list[Scalar] = []
    for each in dict.fromkeys(filters):
        if not any(implies(each, other) for other in kept):
            kept = [*(other for other in kept if not implies(other, each)), each]
    return kept


def implies(narrow: Scalar, wide: Scalar) -> bool:
    """Whether every row that passes `narrow` is known to pass `wide`; False where it is not seen."""
    given = _terms(narrow)
    return all(any(_term_implies(each, wanted) for each in given) for wanted in _terms(wide))


def _terms(condition: Scalar) -> list[Scalar]:
    if isinstance(condition, And):
        return [term for each in condition.terms for term in _terms(each)]
    return [condition]


def _term_implies(narrow: Scalar, wide: Scalar) -> bool:
    if narrow == wide:
        return True
    one, two = _bound(narrow), _bound(wide)
    if one is None or two is None or one[0] != two[0]:
        return False
    return _ordered(one, two)


def _bound(condition: Scalar) -> Bound | None:
    """A column on one side of a literal day."""
    if isinstance(condition, Compare) and isinstance(condition.left, Column) and isinstance(condition.right, Literal):
        return condition.left, condition.op, condition.right
    return None


def _ordered(narrow: Bound, wide: Bound) -> bool:
    """Whether the narrow bound is on the inner side of the wide one, with the same operator."""
    (_, op, inner), (_, other, outer) = narrow, wide
    # days as ISO text sort as days; other types are left alone
    if op is not other or inner.type != outer.type or inner.type.kind != "date":
        return False
    if op in LOWER:
        return str(inner.value) >= str(outer.value)
    return op in UPPER and str(inner.value) <= str(outer.value)
