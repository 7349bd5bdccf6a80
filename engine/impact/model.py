"""What an impact is: who moves, what it costs, and which clause does it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Tier = str | None
"""A tier, or None without a status: the partner does not exist, or the program has no ladder."""


@dataclass(frozen=True, slots=True)
class Flow:
    """How many partners went from one tier to another, or stayed."""

    before: Tier
    after: Tier
    partners: int


@dataclass(frozen=True, slots=True)
class Money:
    """The total of an incentive before and after, in one currency; an incentive of one side has None on the other.

    `earnings` are payable ones, `undecided` those without an amount.
    """

    incentive: str
    currency: str
    before: Decimal | None
    after: Decimal | None
    earnings_before: int
    earnings_after: int
    undecided_before: int
    undecided_after: int

    @property
    def change(self) -> Decimal:
        """What it costs more; below zero what it costs less."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Total:
    """All incentives together in one currency."""

    currency: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """What it costs more."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Grant:
    """How many partners have a benefit before and after; None on the side that does not know it.

    `gained`, `lost` count partners; `changed` those who have it on both sides with another value.
    """

    benefit: str
    before: int | None
    after: int | None
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class Stake:
    """A partner whose earnings change: all incentives together in one currency, and its tiers."""

    partner: str
    name: str
    currency: str
    before: Decimal
    after: Decimal
    tier_before: Tier
    tier_after: Tier
    causes: tuple[tuple[int, Decimal], ...] = ()  # (step, its part); the parts add up to the change

    @property
    def change(self) -> Decimal:
        """What the partner earns more."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Step:
    """The effect of one step, given the steps before it.

    `up`, `down`, `other` count partners whose tier it moves; `money` is (incentive, currency, change), without zeros;
    `grants` are benefits that a partner gains, loses or has with another value. `alike`: it changes no decision on
    this day, and nothing had to be evaluated.
    """

    clauses: tuple[str, ...]
    up: int
    down: int
    other: int
    money: tuple[tuple[str, str, Decimal], ...]
    grants: tuple[Grant, ...]
    alike: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A line that keeps a mover from the higher of its two tiers, with the distance."""

    line: str  # id of the condition
    text: str
    value: str
    distance: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A partner whose tier is another one after. `steps` are the numbers of the steps that moved it, from 1.

    `alone`: one step moved it, and that step does so without any other. Otherwise it takes several: those named, or the
    one named with some before it.
    """

    partner: str
    name: str
    before: Tier
    after: Tier
    direction: str  # up, down, arrives, leaves, other
    steps: tuple[int, ...]
    alone: bool
    reasons: tuple[Reason, ...]
    money: tuple[tuple[str, Decimal, Decimal], ...]  # (currency, before, after)


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything but the list of movers, which is read row by row."""

    partners_before: int
    partners_after: int
    ladder_before: tuple[str, ...]
    ladder_after: tuple[str, ...]
    flows: tuple[Flow, ...]
    up: int
    down: int
    other: int
    undecided_before: int
    undecided_after: int
    money: tuple[Money, ...]
    totals: tuple[Total, ...]
    grants: tuple[Grant, ...]
    winners: tuple[Stake, ...]
    losers: tuple[Stake, ...]
    steps: tuple[Step, ...]

    @property
    def movers(self) -> int:
        """How many partners have another tier after."""
        return self.up + self.down + self.other

    @property
    def is_nothing(self) -> bool:
        """Whether no decision that is compared differs."""
        grants = any(each.gained or each.lost or each.changed for each in self.grants)
        money = any(
            each.change or each.undecided_before != each.undecided_after or each.earnings_before != each.earnings_after
            for each in self.money
        )
        return not (self.movers or grants or money or self.winners or self.losers)
