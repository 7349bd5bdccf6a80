"""Designations said plainly: four outcomes of a line, and the status of each scope, without a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from engine.language.names import names_in
from engine.language.program import Benefit, Group, Incentive, Ladder, Requirement, Tier
from engine.plan.scalar import Value
from tests.properties.naive_expressions import Look, Naive, Orders, compared, every, opposite, truth_of
from tests.properties.naive_judging import Judge, NotGranted
from tests.properties.naive_partner import Row, World, aggregated, in_force
from tests.properties.naive_status import Status, granted_of, own_lines

NONE: Final = "not applicable"
Outcome = bool | None | str


@dataclass
class Ladders:
    """Statuses of a world, each computed once."""

    world: World
    _known: dict[tuple[str, tuple[str, ...], str, date], Status | Outcome] = field(default_factory=dict)

    def look(self, partner: str, day: date, scope: tuple[str, ...] = (), tested: tuple[str, str] = ("", "")) -> Look:
        """What names stand for: those of ladders the status held, or the tier tested."""
        plain = self.world.look(partner, day, tested[1] if tested[0] == "tiers" else None)

        def found(name: str) -> Naive:
            head, *values = name.split(".")
            if name == tested[0]:
                return tested[1]
            if name == "tier" and tested[0] != "tiers":
                status = self.status(self.world.program.ladder, (), partner, day)
                return status.held if isinstance(status, Status) else None
            ladder = self.world.program.designation(head)
            if ladder is not None:
                return self.held(ladder, tuple(values), scope, partner, day)
            if head == "benefits":
                return self.worth(values[0], tuple(values[1:]), partner, day)
            if head == "sold_by":
                return self.sold(values[0] if values else scope[0], partner, day)
            parameter = next((each for each in self.world.program.parameters if each.name == name), None)
            return plain(name) if parameter is None else self.world.parameter(parameter, found, day)

        return found

    def sold(self, channel: str, partner: str, day: date) -> Naive:
        """The metric by channel at one of them: missing where a sale that counts may be of any."""
        metric = self.world.metrics["sold_by"]
        rows = [row for row in self.world.rows(metric, partner) if row["channel"] in (channel, None)]
        open_ = [row for row in rows if row["channel"] is None]
        if any(passes is not False for passes, _ in self.world._of_rows(metric, open_, partner, day)):
            return None
        mine = [row for row in rows if row["channel"] == channel]
        return aggregated(metric, self.world._of_rows(metric, mine, partner, day))

    def held(self, ladder: Ladder, values: tuple[str, ...], scope: tuple[str, ...], partner: str, day: date) -> Naive:
        """The status that a name means; missing where there is none, or where it is open."""
        found = self._meant(ladder, values, scope, partner, day)
        there = [each for each in found if each != NONE]
        if not there:
            return None
        words = [each.held if isinstance(each, Status) else None for each in there]
        ranks = [None if word is None else ladder.names.index(word) for word in words]
        lowest = values == ("lowest",)
        known = [rank for rank in ranks if rank is not None]
        extreme = 0 if lowest else len(ladder.names) - 1
        if None in ranks and extreme not in known:
            best = (min if lowest else max)(known, default=None)
            if lowest or best is not None or None in ranks:
                return None
        rank = (min if lowest else max)(known)
        return rank == 1 if ladder.plain else ladder.names[rank]

    def _meant(
        self, ladder: Ladder, values: tuple[str, ...], scope: tuple[str, ...], partner: str, day: date
    ) -> list[Status | Outcome]:
        """The statuses that a name is about."""
        if not ladder.per:
            scopes: list[tuple[str, ...]] = [()]
        elif values and values[0] not in ("highest", "lowest"):
            scopes = [values]
        elif scope and not values:
            scopes = [scope]
        else:
            scopes = [(value,) for value in self.world.program.dimension(ladder.per[0])]
        return [self.status(ladder, each, partner, day) for each in scopes]

    def applies(self, name: str, scope: tuple[str, ...], partner: str, day: date) -> bool | None:
        """Whether the ladder that a name means applies; everything else does."""
        head, *values = name.split(".")
        ladder = self.world.program.designation(head)
        if ladder is None or not ladder.applies_to:
            return True
        found = self._meant(ladder, tuple(values), scope, partner, day)
        outcomes = [False if each == NONE else None if each is None else True for each in found]
        return opposite(every(map(opposite, outcomes)))

    def status(self, ladder: Ladder, scope: tuple[str, ...], partner: str, day: date) -> Status | Outcome:
        """The status on a ladder; NONE where it does not apply, None where that is open."""
        key = (ladder.name, scope, partner, day)
        if key not in self._known:
            self._known[key] = self._status(ladder, scope, partner, day)
        return self._known[key]

    def _status(self, ladder: Ladder, scope: tuple[str, ...], partner: str, day: date) -> Status | Outcome:
        if ladder.applies_to:
            outcomes = [self.outcome(each, scope, partner, day) for each in ladder.applies_to]
            there = every(at_top(outcomes))
            if there is not True:
                return NONE if there is False else None
        names = ladder.names
        met = {tier.name: every(at_top(self.lines(ladder, tier, scope, partner, day))) for tier in ladder.tiers[1:]}
        met[names[0]] = True
        floor = [each for each in names if met[each] is True][-1]
        ceiling = [each for each in names if met[each] is not False][-1]
        rows = [row for row in self._rows("statuses", ladder, scope, partner) if in_force(row, ("from", "before"), day)]
        prior = str(rows[0]["tier"]) if rows and rows[0]["tier"] in names else None
        held = floor if prior is None else max(floor, min(prior, ceiling, key=names.index), key=names.index)
        return Status(held, floor, ceiling, prior)

    def _rows(self, table: str, ladder: Ladder, scope: tuple[str, ...], partner: str) -> list[Row]:
        said = {"ladder": ladder.name or "tiers", **dict(zip(ladder.per, scope, strict=True))}
        rows = (row for row in self.world.records.get(table, ()) if row["partner_id"] == partner)
        return [row for row in rows if all(row[name] == value for name, value in said.items())]

    def lines(self, ladder: Ladder, tier: Tier, scope: tuple[str, ...], partner: str, day: date) -> list[Outcome]:
        """The outcomes of a tier's lines: the common ones, its own and those that it takes over, the invitation."""
        tested = ("tiers" if not ladder.name else "" if ladder.plain else ladder.name, tier.name)
        lines = [*ladder.common, *own_lines(ladder, tier)]
        found = [self.outcome(each, scope, partner, day, tested) for each in lines]
        if tier.invitation is not None:
            rows = self._rows("nominations", ladder, scope, partner)
            found.append(any(row["tier"] == tier.name and in_force(row, ("from", "before"), day) for row in rows))
        return found

    def outcome(
        self,
        line: Requirement,
        scope: tuple[str, ...],
        partner: str,
        day: date,
        tested: tuple[str, str] = ("", ""),
    ) -> Outcome:
        """Met, not met, open, or not applicable."""
        if isinstance(line, Group):
            return grouped(line, [self.outcome(each, scope, partner, day, tested) for each in line.lines])
        return self._expression(line.expression, scope, partner, day, tested)

    def _expression(
        self, expression: object, scope: tuple[str, ...], partner: str, day: date, tested: tuple[str, str]
    ) -> Outcome:
        from engine.language import syntax

        if isinstance(expression, syntax.Logic):
            outcomes = [self._expression(each, scope, partner, day, tested) for each in expression.terms]
            return combined("all" if expression.op == "and" else "any", 0, outcomes)
        if isinstance(expression, syntax.Negation):
            return combined("none", 0, [self._expression(expression.term, scope, partner, day, tested)])
        read = {each.text for each in names_in(expression)} - {tested[0]}
        applies = every(self.applies(each, scope, partner, day) for each in read)
        if applies is not True:
            return NONE if applies is False else None
        return truth_of(expression, self.look(partner, day, scope, tested), self.orders)  # type: ignore[arg-type]  # an expression

    def benefit(self, benefit: Benefit, scope: tuple[str, ...], partner: str, day: date) -> tuple[bool | None, Naive]:
        """Whether a benefit is granted in a scope on a day, and what."""
        plain, keys = self.look(partner, day, scope), dict(zip(benefit.per, scope, strict=True))
        outcomes = at_top([self.outcome(each, scope, partner, day) for each in benefit.when])
        value: Naive = True
        there: bool | None = True
        if benefit.table is not None:
            value, there = granted_of(self.world, benefit.table, lambda name: keys.get(name) or plain(name))
            words = [dict(zip(benefit.table.by, each.keys, strict=True)) for each in benefit.table.choices]
            if words and not any(all(keys.get(name, word) == word for name, word in each.items()) for each in words):
                value, there = None, False  # nothing is listed for these keys, whatever else is missing
        granted = every((*outcomes, there))
        return granted, value if granted else None

    def worth(self, name: str, scope: tuple[str, ...], partner: str, day: date) -> Naive:
        """What a line compares: whether a flag is granted, and what else is worth, which is nothing if not granted."""
        benefit = next(each for each in self.world.program.benefits if each.name == name)
        granted, value = self.benefit(benefit, scope, partner, day)
        if benefit.value == "flag":
            return granted
        return Fraction(0) if granted is False else value

    @property
    def orders(self) -> Orders:
        """The ordered choices of a partner, and the ladders."""
        words = ("", ".highest", ".lowest", ".direct", ".market", ".agent")
        return {
            **self.world.orders,
            **{each.name + end: each.names for each in self.world.program.designations for end in words},
        }


@dataclass
class LadderJudge(Judge):
    """What an incentive reads on the day it judges, of statuses and of benefits for each channel."""

    ladders: Ladders = field(kw_only=True)

    def tier(self, partner: str, day: date) -> str | None:
        """The tier held; None without a ladder."""
        status = self.ladders.status(self.world.program.ladder, (), partner, day)
        return status.held if isinstance(status, Status) else None

    def eligible(self, incentive: Incentive, partner: str, day: date) -> bool | None:
        """Whether the partner may earn; None where it cannot be decided."""
        return every(at_top(self.ladders.outcome(each, (), partner, day) for each in incentive.eligible))

    def benefit(self, name: str, partner: str, day: date) -> Naive:
        """The benefit's value at the words behind its dots; None where it is undecided. Raises NotGranted."""
        head, *values = name.split(".")
        benefit = next(each for each in self.world.program.benefits if each.name == head)
        granted, value = self.ladders.benefit(benefit, tuple(values), partner, day)
        if granted is False:
            raise NotGranted(name)
        return value if granted else None

    def of_row(self, incentive: Incentive, row: Row, net: Mapping[str, Value], partner: str, day: date) -> Look:
        """As for any record; what is there for each channel is read at the record's own."""
        plain = super().of_row(incentive, row, net, partner, day)

        def found(name: str) -> Naive:
            if name not in ("benefits.share", "benefits.gift"):
                return plain(name)
            return None if row["channel"] is None else plain(f"{name}.{row['channel']}")

        return found


def at_top(outcomes: Iterable[Outcome]) -> list[bool | None]:
    """Outcomes at the top of a list."""
    return [False if each == NONE else each for each in outcomes]  # type: ignore[misc]  # the one text is gone


def grouped(group: Group, outcomes: Sequence[Outcome]) -> Outcome:
    """A group of lines."""
    return combined(group.form, group.count, outcomes)


def combined(form: str, count: int, outcomes: Sequence[Outcome]) -> Outcome:
    """What is left of a group, by Kleene; by trying every way in which the open ones could turn out."""
    left = [each for each in outcomes if each != NONE]
    if not left:
        return NONE
    met, open_ = left.count(True), left.count(None)
    least = {"any": 1, "all": len(left), "none": 0, "at_least": count}[form]
    results = {(met + more == 0) if form == "none" else (met + more >= least) for more in range(open_ + 1)}
    return None if len(results) == 2 else results.pop()


__all__ = ["NONE", "LadderJudge", "Ladders", "compared"]
