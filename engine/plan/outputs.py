"""The outputs of a run, declared once: their names, the columns by which rows are distinguished, and their meaning.

Every output has a partner, first of all columns, so that all that was decided for one partner can be gathered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.plan.owner import TIERS, said_scope
from engine.types import DATE, ID, TEXT, Type

PARTNER: Final = "partner_id"
TOLD: Final = "@out."
"""Begins the columns of a Plan's tables that become columns of an output; no author can name a field like this."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One output. `keys` are columns that identify rows, or say what they are identified by; `key` is unique.

    `values` are the columns that every program has beside them; conditions and entitlements have more, by
    the names of the program.
    """

    name: str
    says: str
    keys: tuple[tuple[str, Type], ...]
    key: tuple[str, ...]
    values: tuple[str, ...] = ()


CONDITIONS: Final = Shape(
    "conditions",
    "each line for each partner and day on which it was judged: all lines and metrics on the day judged, where"
    " `incentive` is missing, and the lines of each incentive on the days that it judged",
    ((PARTNER, ID), ("day", DATE), ("incentive", TEXT)),
    (PARTNER, "day", "incentive"),
)
STATUSES: Final = Shape(
    "statuses",
    "the tier each partner holds on each ladder, and the interval it was found in",
    ((PARTNER, ID), ("ladder", TEXT), ("scope", TEXT)),
    (PARTNER, "ladder", "scope"),
    ("held", "floor", "ceiling", "prior", "undecided"),
)
ENTITLEMENTS: Final = Shape(
    "entitlements",
    "each benefit with its value and whether it is granted, one row for all without `per` and one for each scope of"
    " the others; in a row of a scope that a benefit does not have, it is not granted",
    ((PARTNER, ID), ("scope", TEXT)),
    (PARTNER, "scope"),
)
EARNINGS: Final = Shape(
    "earnings",
    "what each partner's periods and records earned, in steps; a missing amount is undecided, and never payable",
    (
        (PARTNER, ID),
        ("program", TEXT),
        ("incentive", TEXT),
        ("period", TEXT),
        ("period_from", DATE),
        ("period_before", DATE),
        ("keys", TEXT),
        ("source_id", ID),
        ("earner_id", ID),
        ("currency", TEXT),
    ),
    (PARTNER, "program", "incentive", "period", "keys", "source_id", "earner_id", "currency"),
    ("measure", "earned", "rounded", "amount"),
)
COMPLETE: Final = "complete_on"
"""The column that says from which day on the earning of a running period is owed."""
RUNNING: Final = Shape(
    "running",
    "what each partner's running periods come to, if they ended on the day of the run: not owed, and part of no total."
    " Only a run inside a period has it",
    (*EARNINGS.keys, (COMPLETE, DATE)),
    EARNINGS.key,
    EARNINGS.values,
)
ALLOCATIONS: Final = Shape(
    "allocations",
    "what each earning took from each limit: the room before it, what it took, and what it left",
    (
        (PARTNER, ID),
        ("incentive", TEXT),
        ("period", TEXT),
        ("period_from", DATE),
        ("source_id", ID),
        ("earner_id", ID),
        ("currency", TEXT),
        ("limit", TEXT),
    ),
    (PARTNER, "incentive", "period", "period_from", "source_id", "earner_id", "currency", "limit"),
    ("room", "taken", "left"),
)
OPEN_STATUSES: Final = Shape(
    "open_statuses",
    "each earning, also of zero, that follows from a status which was undecided on the day judged."
    " Only a program whose incentives read statuses has it",
    (*((name, type) for name, type in ALLOCATIONS.keys if name != "limit"),),
    tuple(name for name in ALLOCATIONS.key if name != "limit"),
)
OF_TIERS: Final = f"ladder = '{TIERS}' AND scope IS NULL"
"""SQL: the rows of statuses that are about tiers."""
SHAPES: Final = (CONDITIONS, STATUSES, ENTITLEMENTS, EARNINGS, RUNNING, ALLOCATIONS, OPEN_STATUSES)


def of_scope(values: tuple[str, ...]) -> str:
    """SQL: the rows of statuses or entitlements that are about one scope; () is that of what has no `per`."""
    said = said_scope(values).replace("'", "''")
    return f"scope = '{said}'" if said else "scope IS NULL"


def granted(benefit: str) -> str:
    """The column of the entitlements that says whether a benefit is granted; the column of its value has the
    benefit's name.
    """
    return f"{benefit}.granted"


def metric(name: str) -> str:
    """The column of the conditions that holds a metric on the day judged."""
    return f"metric.{name}"
