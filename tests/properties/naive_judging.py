"""What an incentive reads on the day it judges, said plainly: eligibility, the tier held, values, benefits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.language.program import Incentive, Table
from engine.plan.scalar import Value
from tests.properties.naive_expressions import Look, Naive
from tests.properties.naive_partner import Row, World
from tests.properties.naive_status import benefit_of, status_of

BENEFITS, PARTNER = "benefits.", "partner."


class NotGranted(Exception):
    """A value is that of a benefit which the partner does not have on the day: nothing is earned."""


@dataclass
class Judge:
    """Answers questions about a partner on a day, each computed once."""

    world: World
    _tiers: dict[tuple[str, date], str | None] = field(default_factory=dict)
    _eligible: dict[tuple[str, str, date], bool | None] = field(default_factory=dict)
    _benefits: dict[tuple[str, str, date], tuple[bool | None, Naive]] = field(default_factory=dict)

    def tier(self, partner: str, day: date) -> str | None:
        """The tier held; None without a ladder."""
        if not self.world.program.ladder.tiers:
            return None
        if (partner, day) not in self._tiers:
            self._tiers[partner, day] = status_of(self.world, partner, day).held
        return self._tiers[partner, day]

    def eligible(self, incentive: Incentive, partner: str, day: date) -> bool | None:
        """Whether the partner may earn; None where it cannot be decided."""
        key = (incentive.name, partner, day)
        if key not in self._eligible:
            tier = self.tier(partner, day)
            self._eligible[key] = self.world.holds(incentive.eligible, partner, day, tier)
        return self._eligible[key]

    def benefit(self, name: str, partner: str, day: date) -> Naive:
        """The benefit's value; None where it is undecided. Raises NotGranted."""
        key = (name, partner, day)
        if key not in self._benefits:
            benefit = next(each for each in self.world.program.benefits if each.name == name)
            self._benefits[key] = benefit_of(self.world, benefit, partner, day)
        granted, value = self._benefits[key]
        if granted is False:
            raise NotGranted(name)
        return value if granted else None

    def of_partner(self, partner: str, day: date) -> Look:
        """What names stand for in what a period is paid: all that is said of a partner on its last day."""
        plain = self.world.look(partner, day, self.tier(partner, day))

        def found(name: str) -> Naive:
            if name.startswith(BENEFITS):
                return self.benefit(name.removeprefix(BENEFITS), partner, day)
            for parameter in self.world.program.parameters:
                if parameter.name == name:
                    return self.world.parameter(parameter, found, day)
            return plain(name.removeprefix(PARTNER))

        return found

    def of_row(self, incentive: Incentive, row: Row, net: Mapping[str, Value], partner: str, day: date) -> Look:
        """The same for a record: its own fields first, then its partner on the record's day. Amounts of the record stay
        in its currency where it is paid in that.
        """
        table = self.world.table(incentive.source)
        own = self.world.row_look(table, row, partner, self.world.as_of, net, kept=incentive.pays_in == "row")
        whose = self.of_partner(partner, day)

        def found(name: str) -> Naive:
            for parameter in self.world.program.parameters:
                if parameter.name == name:
                    return self.world.parameter(parameter, found, day)
            if name.startswith((BENEFITS, PARTNER)):
                return whose(name)
            try:
                return own(name.removeprefix(f"{table.name}."))
            except KeyError:
                return whose(name)

        return found

    def read(self, value: Table, look: Look) -> Naive:
        """A value: a single one, or that of the entry that is reached. Raises NotGranted."""
        return self.world.valued(value, look)
