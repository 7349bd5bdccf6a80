"""Random parameters, certifications, segments, tiers and benefits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from engine.types import BOOLEAN, DATE, Kind, Type, choice
from tests.properties.program_lines import Known, Lines, is_small
from tests.properties.program_metrics import CERTIFICATIONS
from tests.properties.program_text import Tree

LADDER = ("bronze", "silver", "gold", "platinum")
CUMULATIVE = 0.25  # of the ladders
LEVELS = ("basic", "plus", "top")
RISING = re.compile(r".* >=? [-0-9].*")


@dataclass
class Sections:
    """Draws the sections that speak of a partner; `lines` holds what is known of one so far."""

    random: Random
    effective: tuple[date, date]
    lines: Lines
    ladder: tuple[str, ...] = ()
    parameters: dict[str, Tree] = field(default_factory=dict)
    by_tier: list[Known] = field(default_factory=list)  # the tier must be known where they are read
    by_held: list[Known] = field(default_factory=list)  # these have a value for every tier
    anywhere: list[Known] = field(default_factory=list)
    paid: dict[Kind, list[Known]] = field(default_factory=dict)  # amounts and rates a sale's row can read
    segments: dict[str, Tree] = field(default_factory=dict)

    @property
    def dated(self) -> frozenset[str]:
        """The parameters that change by day."""
        return frozenset(name for name, each in self.parameters.items() if isinstance(each, list))

    def draw_parameters(self) -> None:
        """Parameters of a value, dated or not, that stand anywhere."""
        for _ in range(self.random.randint(0, 3)):
            kind = self.random.choice((Kind.MONEY, Kind.MONEY, Kind.NUMBER, Kind.DATE))
            name = f"p{len(self.parameters) + 1}"
            self.parameters[name] = self._dated(partial(self._single, kind))
            self.anywhere.append(Known(name, self._type(kind)))

    def draw_paid(self) -> None:
        """Rates and amounts that change by day or by a choice of the sale."""
        for kind, values in ((Kind.NUMBER, ("1%", "5%", "12.5%", "0%")), (Kind.MONEY, ("7", "100", "150"))):
            if self.random.random() < 0.5:
                name = f"p{len(self.parameters) + 1}"
                self.parameters[name] = self._dated(partial(self._paid, kind, values))
                self.paid.setdefault(kind, []).append(Known(name, self._type(kind)))

    def _paid(self, kind: Kind, values: tuple[str, ...]) -> dict[str, Tree]:
        unit = f" {self.lines.currency}" if kind is Kind.MONEY else ""
        if self.random.random() < 0.5:
            return {"value": self.random.choice(values) + unit}
        words = ("direct", "market", "agent")
        return {"by": ["channel"], "values": {word: self.random.choice(values) + unit for word in words}}

    def _single(self, kind: Kind) -> dict[str, Tree]:
        return {"value": self._value(kind)}

    def _type(self, kind: Kind) -> Type:
        return DATE if kind is Kind.DATE else Type(kind, currency=self.lines.currency if kind is Kind.MONEY else "")

    def _value(self, kind: Kind) -> str:
        if kind is Kind.DATE:
            return str(self.random.choice(self.lines.days))
        return self.lines.number(kind)

    def _dated(self, table: Callable[[], dict[str, Tree]]) -> Tree:
        """One table, or versions of it that ascend by day, the first in force when the program starts."""
        if self.random.random() < 0.5:
            only = table()
            return only["value"] if set(only) == {"value"} and self.random.random() < 0.7 else only
        start, before = self.effective
        days = sorted(self.random.sample(range((before - start).days), self.random.randint(0, 2)))
        starts = [self.random.choice((start, start - timedelta(days=40)))]
        starts += [start + timedelta(days=each + 1) for each in days]
        return [{"from": str(each), **table(), "reason": "review"} for each in starts]

    def draw_dimensioned(self) -> None:
        """Parameters by tier, choice, segment and bands of a number."""
        self._by_choice()
        self._by_segment()
        self._by_bands()
        for _ in range(self.random.randint(0, 2)):
            self._by_tier()

    def _by_choice(self) -> None:
        choices = [each for each in self.lines.names if each.type.kind is Kind.CHOICE]
        if not choices or self.random.random() < 0.5:
            return
        known = self.random.choice(choices)
        words = known.type.values

        def table() -> dict[str, Tree]:
            return {"by": [known.name], "values": {word: self.lines.number(Kind.MONEY) for word in words}}

        self._add_partner(self._dated(table))

    def _by_segment(self) -> None:
        if self.segments and self.random.random() < 0.4:
            name = self.random.choice(list(self.segments))
            values = {word: self.lines.number(Kind.MONEY) for word in ("true", "false")}
            self._add_partner({"by": [name], "values": values})

    def _by_bands(self) -> None:
        numbers = [each for each in self.lines.names if each.type.kind is Kind.MONEY]
        if not numbers or self.random.random() < 0.6:
            return
        known = self.random.choice(numbers)
        above = [each for each in self.steps(known, self.random.randint(1, 3)) if each > 0]
        starts = [Decimal(self.random.choice((0, 0, -100))), *above]
        bands = [{"from": self.lines.written(Kind.MONEY, each), "value": self._value(Kind.MONEY)} for each in starts]
        self._add_partner({"by": [known.name], "bands": bands})

    def _add_partner(self, tree: Tree) -> None:
        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = tree
        self.lines.parameters = (*self.lines.parameters, Known(name, self._type(Kind.MONEY)))

    def _by_tier(self) -> None:
        if len(self.ladder) < 2:
            return
        known = self.random.choice([each for each in self.lines.names if each.type.is_numeric] or [Known("", BOOLEAN)])
        if not known.name or known.type.kind not in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER):
            return
        kind = Kind.MONEY if known.type.kind is Kind.MONEY else Kind.NUMBER
        complete, by_size = self.random.random() < 0.5, self.random.random() < 0.3
        tiers = self.ladder if complete else self.ladder[1:]

        def table() -> dict[str, Tree]:
            rising = self.steps(known, len(tiers))
            while len(rising) < len(tiers):
                rising.append(rising[-1] + 1)
            values = dict(zip(tiers, (self.lines.written(kind, each) for each in rising), strict=True))
            if not by_size:
                return {"by": ["tier"], "values": values}
            nested = {tier: dict.fromkeys(("small", "middle", "large"), value) for tier, value in values.items()}
            return {"by": ["tier", "size"], "values": nested}

        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = self._dated(table)
        made = Known(name, self._type(kind))
        self.by_tier.append(replace(made, values=(known.name,)))
        if complete:
            self.by_held.append(made)

    def steps(self, known: Known, count: int) -> list[Decimal]:
        """Ascending numbers, most of them seen under the name; at least one."""
        seen = {Decimal(each) for each in known.present if is_small(each)}
        usual = {Decimal(each) for each in (0, 1, 100, 1000, 2500)}
        pool = sorted(seen or usual)
        if self.random.random() < 0.3:
            pool = sorted(seen | usual)
        return sorted(self.random.sample(pool, min(len(pool), count)))

    def draw_certifications(self) -> dict[str, Tree]:
        """Certifications with every kind of end, and one that counts as another."""
        found: dict[str, Tree] = {}
        for place, name in enumerate(CERTIFICATIONS):
            tree: dict[str, Tree] = {}
            if self.random.random() < 0.6:
                tree["valid_for"] = self.random.choice(("1 month", "6 months", "12 months", "2 years"))
            if self.random.random() < 0.4:
                tree["grace"] = self.random.choice(("1 day", "30 days", "90 days"))
            if place and self.random.random() < 0.4:
                tree["counts_as"] = self.random.choice(CERTIFICATIONS[:place])
            if self.random.random() < 0.3:
                days = (self.effective[1] - self.effective[0]).days
                tree["retired_on"] = str(self.effective[0] + timedelta(days=self.random.randrange(1, days)))
                if self.random.random() < 0.5:
                    tree["run_off"] = self.random.choice(("1 month", "12 months"))
            found[name] = tree or {"title": "a certificate"}
        return found

    def draw_segments(self) -> None:
        """Groups of partners, some defined by others."""
        for _ in range(self.random.randint(0, 2)):
            name = f"s{len(self.segments) + 1}"
            self.segments[name] = {"when": self.lines.requirements(1, 2)}
            self.lines.names = [*self.lines.names, Known(name, BOOLEAN)]

    def draw_ladder(self) -> None:
        """How many tiers there are."""
        self.ladder = LADDER[: self.random.choice((0, 1, 2, 3, 3, 4, 4))]

    def draw_tiers(self) -> dict[str, Tree]:
        """The ladder with common and own lines, and invitations."""
        tree: dict[str, Tree] = {"ladder": list(self.ladder)}
        common: list[Tree] = []
        for known in self.by_tier:
            if self.random.random() < 0.6:
                common.append(f"{known.values[0]} {self.random.choice(('>=', '>', '>='))} {known.name}")
        if self.random.random() < 0.2:
            common += self._level(self.lines.requirements(1, 1))
        if common:
            tree["requires"] = common
        rising = self._rising()
        for tier in self.ladder[1:]:
            own: dict[str, Tree] = {}
            lines = [*rising.get(tier, ())]
            if not (common or lines) or self.random.random() < 0.5:
                lines += self._own()
            if lines:
                own["requires"] = lines
            if self.random.random() < 0.15:
                own["by_invitation"] = "true"
            if own:
                tree[tier] = own
        if Random(str(tree)).random() < CUMULATIVE:  # a draw of its own: others stay as they are
            tree["cumulative"] = "true"
        return tree

    def _own(self) -> list[Tree]:
        """Lines of one tier: some, or any of several, so that higher tiers are reached, too."""
        lines = self._level(self.lines.requirements(1, 2))
        return [{"any": [*lines, *self._level(self.lines.requirements(1, 2))]}] if self.random.random() < 0.5 else lines

    def _rising(self) -> dict[str, list[Tree]]:
        """A line of its own for each tier, on the same thing, that asks for more and more."""
        numbers = [each for each in self.lines.names if each.type.kind in (Kind.MONEY, Kind.INTEGER)]
        if not numbers or self.random.random() < 0.5:
            return {}
        known, op = self.random.choice(numbers), self.random.choice((">=", ">"))
        steps = self.steps(known, len(self.ladder) - 1)
        written = [self.lines.written(known.type.kind, each) for each in steps]
        return {tier: [f"{known.name} {op} {each}"] for tier, each in zip(self.ladder[1:], written, strict=False)}

    def _level(self, lines: Sequence[Tree]) -> list[Tree]:
        """Lines whose threshold need not rise with the ladder stand in a group."""
        return [{"all": [each]} if isinstance(each, str) and RISING.fullmatch(each) else each for each in lines]

    def held_lines(self) -> Lines:
        """Conditions that may also ask for the tier held."""
        names = [*self.lines.names]
        if self.ladder:
            names += [Known("tier", choice(*self.ladder, ordered=True))] * 3
        return replace(self.lines, names=names, parameters=[*self.lines.parameters, *self.by_held])

    def draw_benefits(self) -> dict[str, Tree]:
        """Benefits of every kind."""
        found: dict[str, Tree] = {}
        for _ in range(self.random.randint(0, 4)):
            kind = self.random.choice(("percent", "level", "quantity", "money", "flag"))
            tree: dict[str, Tree] = {"value": kind}
            if kind == "level":
                tree["levels"] = list(LEVELS)
            if kind != "flag":
                tree |= self._granted(kind)
            if self.random.random() < 0.3:
                tree["every"] = self.random.choice(("month", "quarter", "year"))
            if kind == "flag" or self.random.random() < 0.4:
                tree["when"] = self.held_lines().requirements(1, 2)
            found[f"b{len(found) + 1}"] = tree
        return found

    def _granted(self, kind: str) -> dict[str, Tree]:
        dimensions: list[tuple[str, tuple[str, ...]]] = []
        if self.ladder:
            dimensions.append(("tier", self.ladder))
        dimensions += [(each.name, each.type.values) for each in self.lines.names if each.type.kind is Kind.CHOICE]
        dimensions += [(name, ("true", "false")) for name in self.segments]
        count = self.random.choice((0, 1, 1, 1, 2))
        if count == 0 or not dimensions:
            return {"is": self._read(kind) or self._benefit_value(kind)}
        chosen = self.random.sample(dimensions, min(count, len(dimensions)))
        if self.ladder and self.random.random() < 0.6 and chosen[0][0] != "tier":
            chosen = [dimensions[0], *(each for each in chosen[1:] if each[0] != "tier")]
        return {"by": [name for name, _ in chosen], "values": self._nested([words for _, words in chosen], kind)}

    def _read(self, kind: str) -> str:
        """An amount or number of the partner itself, where there is one."""
        units = {"money": (Kind.MONEY,), "quantity": (Kind.NUMBER, Kind.INTEGER)}.get(kind, ())
        usable = [each for each in (*self.lines.names, *self.by_held, *self.anywhere) if each.type.kind in units]
        names = [each.name for each in usable if not each.type.ratio]
        return self.random.choice(names) if names and self.random.random() < 0.5 else ""

    def _nested(self, dimensions: list[tuple[str, ...]], kind: str) -> Tree:
        if not dimensions:
            return self._benefit_value(kind)
        words = self.random.sample(dimensions[0], self.random.randint(1, len(dimensions[0])))
        return {word: self._nested(dimensions[1:], kind) for word in words}

    def _benefit_value(self, kind: str) -> str:
        match kind:
            case "percent":
                return self.random.choice(("5%", "10%", "12.5%", "0%"))
            case "level":
                return self.random.choice(LEVELS)
            case "quantity":
                return self.random.choice(("0", "5", "15", "50"))
        return self.lines.number(Kind.MONEY)
