"""Sales that were given back in full: of them nothing is paid once, and no ratio is left."""

from __future__ import annotations

from dataclasses import dataclass

from engine.compiler.workbench import Rows
from engine.plan import scalar as node
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Op
from engine.types import COUNT, TOTAL_DIGITS

RETURNS = "@returns"  # how many records take something of this one back; no author can name a field like this
NET = "net."  # begins the name of what is left of a number that is read beside the measure
GIVEN = "given back of "  # begins the name of the total of a number in returns


def given(timely: Scalar, plain: Rows) -> tuple[Aggregate, ...]:
    """How many returns there are, and what they come to in the numbers that every record has."""
    sums = (
        Aggregate(f"{GIVEN}{each}", Op.SUM, plain.columns[each], timely, plain.columns[each].type, digits=TOTAL_DIGITS)
        for each in _always(plain)
    )
    return (*sums, Aggregate(RETURNS, Op.COUNT, None, timely, COUNT))


def given_back(rows: Rows) -> Scalar:
    """Whether nothing is left of a sale's numbers.

    A number that returns have with the sign of the sale is none of those: they repeat its price or its rate. Zero
    shows nothing, unless all its numbers are zero.
    """
    numbers = [_number(each, rows) for each in _always(rows)]
    some = node.Compare(rows.columns[RETURNS], Comparison.MORE, Literal(0, COUNT))
    every = tuple(node.Or((*each.gone, each.nothing, *each.repeated)) for each in numbers)
    nothing = node.conjunction(each.nothing for each in numbers)
    shown = node.Or((*(way for each in numbers for way in each.gone), nothing))
    return node.And((some, *every, shown))


def unreturned(rows: Rows) -> tuple[tuple[str, Scalar], ...]:
    """The columns by which a sale is found given back, as they are of one without a return: none, and all is left."""
    if RETURNS not in rows.columns:
        return ()
    left = ((each.name, rows.table.field(name)) for name, each in rows.columns.items() if each.name.startswith(NET))
    kept = ((name, Column(field.name, field.type, field.optional)) for name, field in left if field is not None)
    return ((RETURNS, Literal(0, COUNT)), *kept)


def _always(rows: Rows) -> list[str]:
    """The numbers that every record has; if there are none, all numbers."""
    numbers = [each for each in rows.table.stored if each.type.is_numeric]
    return [each.name for each in numbers if not each.optional] or [each.name for each in numbers]


@dataclass(frozen=True, slots=True)
class _Number:
    """Whether nothing is left of a number of a sale, whether returns have it with its sign, and whether all is zero."""

    gone: tuple[Scalar, ...]
    repeated: tuple[Scalar, ...]
    nothing: Scalar


def _number(field: str, rows: Rows) -> _Number:
    stored, back = rows.table.field(field), rows.columns[f"{GIVEN}{field}"]
    assert stored is not None  # one of the table's own
    sold = Column(field, stored.type, stored.optional)
    zero = Literal(0, stored.type.sized(1, 0))

    def both(other: Scalar, above: Comparison, below: Comparison) -> tuple[Scalar, ...]:
        signs = ((Comparison.MORE, above), (Comparison.LESS, below))
        return tuple(node.And((node.Compare(sold, one, zero), node.Compare(other, two, zero))) for one, two in signs)

    return _Number(
        both(node.Add(sold, back), Comparison.AT_MOST, Comparison.AT_LEAST),
        both(back, Comparison.MORE, Comparison.LESS),
        node.And(tuple(node.Compare(each, Comparison.EQUAL, zero) for each in (sold, back))),
    )
