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
class Standing:
    """A designation before and after: how many partners went from which level to which. None: it does not apply.

    `other` counts those to whom it applies on one side only; the undecided have the level that is certain.
    """

    designation: str
    flows: tuple[Flow, ...]
    up: int
    down: int
    other: int
    undecided_before: int
    undecided_after: int

    @property
    def differs(self) -> bool:
        """Whether any partner has another level, or is decided on one side only."""
        return bool(self.up or self.down or self.other or self.undecided_before != self.undecided_after)


@dataclass(frozen=True, slots=True)
class Stake:
    """A partner whose earnings change: all incentives together in one currency, and its tiers. With `seller`, what
    that seller of the partner earns; "" for the partner itself.
    """

    partner: str
    seller: str
    name: str
    currency: str
    before: Decimal
    after: Decimal
    tier_before: Tier
    tier_after: Tier
    causes: tuple[tuple[int, Decimal], ...] = ()  # (step, its part); the parts add up to the change

    @property
    def whose(self) -> str:
        """Who earns: the partner, or a seller of it."""
        return f"{self.partner}, seller {self.seller}" if self.seller else self.partner

    @property
    def change(self) -> Decimal:
        """What is earned more."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class EarningChange:
    """One earning that differs: of a period, or of a record (`source_id`). With `seller`, of that seller.

    An amount is None where the side does not have the earning, or where it is undecided there. Where they are known,
    the parts of `causes` add up to the change.
    """

    partner: str
    seller: str
    name: str
    incentive: str
    period: str
    source_id: str
    currency: str
    before: Decimal | None
    after: Decimal | None
    undecided_before: bool
    undecided_after: bool
    tier_before: Tier
    tier_after: Tier
    causes: tuple[tuple[int, Decimal | None], ...] = ()  # (step, its part), None where a side of it is undecided

    @property
    def change(self) -> Decimal | None:
        """What is payable more than before; None if either side is undecided: an earlier run may have paid it."""
        if self.undecided_before or self.undecided_after:
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Step:
    """The effect of one step, given the steps before it.

    `up`, `down`, `other` count partners whose tier it moves; `money` is (incentive, currency, change), without zeros;
    `grants` are benefits that a partner gains, loses or has with another value; `designations` are those that
    differ. `alike`: it changes no decision on this day, and nothing had to be evaluated.
    """

    clauses: tuple[str, ...]
    up: int
    down: int
    other: int
    money: tuple[tuple[str, str, Decimal], ...]
    grants: tuple[Grant, ...]
    designations: tuple[Standing, ...]
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
    designations: tuple[Standing, ...]
    winners: tuple[Stake, ...]
    losers: tuple[Stake, ...]
    steps: tuple[Step, ...]
    earnings: int = 0  # how many differ, one by one

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
        standings = any(each.differs for each in self.designations)
        undecided = self.undecided_before != self.undecided_after
        return not (self.movers or undecided or standings or grants or money or self.earnings)
