"""Rows of a period by partner and currency: each is added up separately where the currency of the row is paid."""

from __future__ import annotations

from dataclasses import dataclass

from engine.compiler.counting import TRUE, total_digits
from engine.compiler.frame import DAY
from engine.compiler.workbench import Rows, Workbench
from engine.language.program import Incentive
from engine.language.records import CURRENCY
from engine.plan import scalar as node
from engine.plan.grain import aggregate_column
from engine.plan.inference import is_optional, type_of
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Distinct, Extend, Filter, Join, Measure, Op
from engine.types import BOOLEAN, COUNT, ID

PARTNER = "partner_id"
KEY = (PARTNER, DAY, CURRENCY)
"""What tells groups apart: the partner, the last day of the period, the currency."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The table of groups, with the sum of each in the column `total`.

    `known`: true where a row of the group surely counts, else missing; None where that is so of all groups.
    """

    table: str
    total: Column
    known: Scalar | None


def groups_of(incentive: Incentive, rows: Rows, measured: Scalar, where: Scalar, bench: Workbench) -> Groups:
    """A row for each partner, period and currency of which a row counts, or may count.

    `rows` have the last day of their period, which is missing outside of all periods. Every row has a currency.
    """
    name, partner = incentive.name, rows.table.partner
    digits = total_digits(rows, measured)
    asked = [Aggregate(f"{name}.sum", Op.SUM, measured, where, type_of(measured), digits=digits)]
    if incentive.is_once and is_optional(where):
        asked.append(Aggregate(f"{name}.counted", Op.COUNT, None, where, COUNT, ignore_missing=True))
    base = _points(incentive, rows, where, bench)
    on = ((PARTNER, partner), (DAY, DAY), (CURRENCY, CURRENCY))
    table = bench.add(Measure(f"{name}.groups", base, rows.top, on, tuple(asked)))
    total, *counted = (aggregate_column(each) for each in asked)
    return Groups(table, total, _some(counted[0]) if counted else None)


def _some(count: Column) -> Scalar:
    """True where there are rows; where none surely counts, it cannot be decided: one that may count made the group."""
    there = node.Compare(count, Comparison.MORE, Literal(0, COUNT))
    return node.Case(((there, Literal(True, BOOLEAN)),), Literal(None, BOOLEAN))


def _points(incentive: Incentive, rows: Rows, where: Scalar, bench: Workbench) -> str:
    """The partners, periods and currencies of rows that count or may count; without partners that are not there."""
    name, partner = incentive.name, rows.table.partner
    kept = node.IfMissing(where, TRUE) if is_optional(where) else where
    top = bench.add(Filter(f"{name}.candidates", rows.top, kept))
    if partner != PARTNER:
        top = bench.add(Extend(f"{name}.partners", top, ((PARTNER, Column(partner, ID)),)))
    points = bench.add(Distinct(f"{name}.points", top, KEY))
    partners = bench.program.records.table("partners")
    assert partners is not None  # standard
    keep, on = tuple((each, each) for each in KEY), ((PARTNER, PARTNER),)
    return bench.add(Join(f"{name}.partnered", points, bench.scan(partners), on, keep, (), KEY))
