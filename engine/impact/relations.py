"""The results of a stage as SQL: tiers and amounts by partner, under the names of the new program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from engine.duck import quoted, text_literal
from engine.impact.stages import Stage
from engine.plan.outputs import CONDITIONS, EARNINGS, OF_TIERS, PARTNER, STATUSES
from engine.plan.plan import SELLER
from engine.runs.results import parquet

EARNER = "earner"
"""The column with the seller who earns; '' where the partner itself does."""
EARNING = (PARTNER, EARNER, "incentive", "period", "source_id", "currency")
"""The columns that identify an earning on both sides."""


@dataclass(frozen=True, slots=True)
class Names:
    """Old names to new ones, of tiers, incentives, benefits and designations that were renamed.

    `between` are the renames of tiers that intermediate stages still have; the first stage has all of them.
    """

    tiers: Mapping[str, str] = field(default_factory=dict)
    between: Mapping[str, str] = field(default_factory=dict)
    incentives: Mapping[str, str] = field(default_factory=dict)
    benefits: Mapping[str, str] = field(default_factory=dict)
    designations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """A stage with its results as relations. `new_ladder` is the last stage's; `first`: it is the stage before all
    steps.
    """

    stage: Stage
    names: Names
    new_ladder: tuple[str, ...]
    first: bool = False

    def has(self, table: str) -> bool:
        """Whether there is such a table of results."""
        return any(each.name == table for each in self.stage.plan.outputs)

    def file(self, table: str) -> str:
        """A table of results as SQL for FROM."""
        return parquet(self.stage.folder / f"{table}.parquet")

    @property
    def tiers(self) -> str:
        """(partner_id, tier) of all partners with a status."""
        if not self.has(STATUSES.name):
            return f"(SELECT NULL::VARCHAR AS {PARTNER}, NULL::VARCHAR AS tier WHERE false)"
        held = renamed("held", self._tier_names())
        return f"(SELECT {PARTNER}, {held} AS tier FROM {self.file(STATUSES.name)} WHERE {OF_TIERS})"

    def _tier_names(self) -> Mapping[str, str]:
        """The names of tiers to translate; a stage on the new ladder already uses its names."""
        if self.first:
            return self.names.tiers
        return {} if self.stage.plan.tiers.tiers == self.new_ladder else self.names.between

    def tier_now(self, tier: str) -> str:
        """The new name of a tier of this stage."""
        return self._tier_names().get(tier, tier)

    @property
    def ladder(self) -> tuple[str, ...]:
        """The ladder, under new names."""
        return tuple(self.tier_now(each) for each in self.stage.plan.tiers.tiers)

    @property
    def amounts(self) -> str:
        """(incentive, period, source_id, currency, partner_id, earner, amount) of every earning; an undecided one has
        no amount. A period or record that it does not have is ''; the earner is '' for the partner itself.
        """
        if not self.has(EARNINGS.name):
            texts = ", ".join(f"NULL::VARCHAR AS {name}" for name in EARNING)
            return f"(SELECT {texts}, 0 AS amount WHERE false)"
        name = renamed("incentive", {} if self._speaks_new() else self.names.incentives)
        whose = "coalesce(period, '') AS period, coalesce(source_id, '') AS source_id, currency"
        whose += f", {PARTNER}, {self._earner()} AS {EARNER}"
        return f"(SELECT {name} AS incentive, {whose}, amount FROM {self.file(EARNINGS.name)})"

    def _earner(self) -> str:
        """SQL of the seller who earns, as `Earning.is_to_seller` decides it; '' is the partner itself."""
        to_sellers, by_id = (
            ", ".join(text_literal(each.incentive) for each in self.stage.plan.earnings if each.payee == payee)
            or "NULL"
            for payee in (SELLER, "")
        )
        seller = f"incentive IN ({to_sellers}) OR (incentive IN ({by_id}) AND earner_id <> {PARTNER})"
        return f"CASE WHEN {seller} THEN coalesce(earner_id, '') ELSE '' END"

    def _speaks_new(self) -> bool:
        known = {each.incentive for each in self.stage.plan.earnings}
        return any(each in known for each in self.names.incentives.values())

    @property
    def incentives(self) -> dict[str, str]:
        """Currency by incentive, under new names."""
        names = {} if self._speaks_new() else self.names.incentives
        return {names.get(each.incentive, each.incentive): each.currency for each in self.stage.plan.earnings}

    @property
    def decided(self) -> str:
        """Every partner's lines as judged for the run itself: one row each, without those that incentives judged."""
        return f"(SELECT * FROM {self.file(CONDITIONS.name)} WHERE {CONDITIONS.key[2]} IS NULL)"

    @property
    def everybody(self) -> str:
        """(partner_id) of all partners decided."""
        return f"(SELECT {PARTNER} FROM {self.decided})"


def renamed(column: str, names: Mapping[str, str]) -> str:
    """SQL of a text column with some of its words replaced."""
    if not names:
        return column
    cases = " ".join(f"WHEN {text_literal(old)} THEN {text_literal(new)}" for old, new in names.items())
    return f"CASE {column} {cases} ELSE {column} END"


def ask(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """All rows of a small answer."""
    return connection.execute(query).fetchall()


def merged(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """One ladder of both: the new one, with removed tiers above those they were above.

    >>> merged(["registered", "bronze", "gold"], ["registered", "silver", "gold"])
    ('registered', 'bronze', 'silver', 'gold')
    """
    found = list(new)
    for place, tier in enumerate(old):
        if tier not in found:
            found.insert(found.index(old[place - 1]) + 1 if place else 0, tier)
    return tuple(found)


def heights(old: Sequence[str], new: Sequence[str]) -> dict[str, int]:
    """How high each level stands, from low to high. Levels that only one ladder has stand alike between those of both:
    of two that replace each other, neither is the higher.

    >>> heights(["registered", "bronze", "gold"], ["registered", "silver", "gold"])
    {'registered': 2, 'bronze': 3, 'silver': 3, 'gold': 4}
    """
    found, of_both = {}, 0
    for level in merged(old, new):
        is_of_both = level in old and level in new
        of_both += is_of_both
        found[level] = 2 * of_both + (not is_of_both)
    return found


def rank(column: str, heights: Mapping[str, int]) -> str:
    """How high a level stands; missing when it is on no ladder."""
    if not heights:
        return "NULL::INTEGER"
    cases = " ".join(f"WHEN {text_literal(level)} THEN {height}" for level, height in heights.items())
    return f"CASE {column} {cases} END"


__all__ = ["Names", "Results", "ask", "heights", "quoted", "rank", "renamed"]
