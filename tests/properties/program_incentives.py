"""Random rebates and SPIFFs over sales, surveys and activities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from engine.language.records import RecordSchema
from engine.types import Kind
from tests.properties.program_lines import Lines
from tests.properties.program_metrics import Metrics
from tests.properties.program_sections import Sections
from tests.properties.program_text import Tree

RATES = ("0%", "1%", "2.5%", "10%", "33.3%", "100%")
ORDERS = (("recorded_on", "closed_on", "sale_id"), ("closed_on",), ("amount", "recorded_on"), ("recorded_on",))


@dataclass
class Incentives:
    """Draws incentives; `totals` are sums of periods that were seen, for bands and limits."""

    random: Random
    schema: RecordSchema
    effective: tuple[date, date]
    metrics: Metrics
    sections: Sections
    totals: tuple[Decimal, ...]

    def draw(self) -> dict[str, Tree]:
        """Up to three incentives."""
        found: dict[str, Tree] = {}
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            rebate = self.random.random() < 0.5
            found[f"i{len(found) + 1}"] = self._rebate() if rebate else self._spiff()
        return found

    def _skeleton(self, kind: str, source: str) -> dict[str, Tree]:
        table = self.schema.table(source)
        assert table is not None
        tree: dict[str, Tree] = {"kind": kind, "from": source}
        if self.random.random() < 0.35:
            tree["where"] = self.metrics.lines(table).requirements(1, 1)
        if self.random.random() < 0.5:
            tree["eligible"] = self.sections.held_lines().requirements(1, 1)
        if self.random.random() < 0.3:
            start, before = self.effective
            first = start + timedelta(days=self.random.randrange((before - start).days - 1))
            tree["during"] = {
                "from": str(first),
                "before": str(first + timedelta(days=self.random.choice((30, 90, 300)))),
            }
        if source == "sales" and self.random.random() < 0.5:
            tree["returns"] = self.random.choice(("restate", "current_period"))
        return tree

    def _period(self) -> str:
        fiscal = "fiscal " if self.metrics.fiscal and self.random.random() < 0.5 else ""
        return fiscal + self.random.choice(("month", "quarter", "quarter", "year"))

    def _money(self, value: Decimal) -> str:
        return self.sections.lines.written(Kind.MONEY, value)

    def _rebate(self) -> dict[str, Tree]:
        source = self.random.choice(("sales", "sales", "sales", "deals", "surveys"))
        tree = self._skeleton("rebate", source)
        tree["period"] = self._period()
        units = source == "surveys" or (source == "sales" and self.random.random() < 0.2)
        measure = {"sales": "quantity" if units else "amount", "deals": "value", "surveys": "score"}[source]
        tree["sum"] = measure
        if source == "sales" and not units and self.random.random() < 0.2:
            tree["sum"] = self.random.choice(
                ("amount * 0.5", "max(amount, 0 X)", "abs(amount)", "amount - 1 X")
            ).replace("X", self.metrics.currency)
        tree["method"] = self.random.choice(("marginal", "whole"))
        tree |= self._bands(units)
        limits = []
        for per in (("partner", "period"), ("partner",)):
            if self.random.random() < 0.4:
                limits.append({"at_most": self._cap(), "per": list(per)})
        if limits:
            tree["limits"] = limits
        tree["payee"] = "partner"
        return tree

    def _bands(self, units: bool) -> dict[str, Tree]:
        pool = sorted({each for each in self.totals if each > 0} | {Decimal(100), Decimal(1000)})
        count = self.random.randint(0, min(3, len(pool) - 1))
        first = self.random.choice((Decimal(0), Decimal(0), Decimal(-100)))
        starts = [first, *sorted(self.random.sample(pool, count))]
        bands: list[Tree] = []
        for start in starts:
            band: dict[str, Tree] = {"from": self._start(start, units)}
            if not units and self.random.random() < 0.75:  # a rate is of an amount
                band["rate"] = self.random.choice(RATES)
            else:
                band["amount"] = self._money(Decimal(self.random.choice((0, 10, 250, 7))))
            bands.append(band)
        if units:
            bands = self._distinct(bands)
        for lower, upper in pairwise(bands):
            assert isinstance(lower, dict) and isinstance(upper, dict)
            if self.random.random() < 0.2:
                lower["up_to"] = upper["from"]  # it ends there anyway
        tree: dict[str, Tree] = {"bands": bands}
        if self.random.random() < 0.25:
            last = starts[-1] + Decimal(self.random.choice((1, 500, 5000)))
            end = self._start(last + 1, units)
            last_band = bands[-1]
            assert isinstance(last_band, dict)
            last_band["up_to"] = end
            tree["beyond"] = "nothing"
        return tree

    def _start(self, value: Decimal, units: bool) -> str:
        return f"{value.to_integral_value():f}" if units else self._money(value)

    def _distinct(self, bands: list[Tree]) -> list[Tree]:
        """Starts that were different amounts may be the same number of units."""
        kept: dict[str, Tree] = {}
        for each in bands:
            assert isinstance(each, dict)
            kept.setdefault(str(each["from"]), each)
        return list(kept.values())

    def _cap(self) -> str:
        names = [
            each.name
            for each in self.sections.anywhere
            if each.type.kind is Kind.MONEY and not str(self.sections.parameters[each.name]).startswith(("-", "[", "{"))
        ]
        if names and self.random.random() < 0.2:
            return self.random.choice(names)
        shares = [each * Decimal(share) for each in self.totals for share in ("0.01", "0.1", "1")]
        value = self.random.choice([*(each for each in shares if each > 0), Decimal(10), Decimal(300), Decimal(1000)])
        return self._money(value)

    def _spiff(self) -> dict[str, Tree]:
        source = self.random.choice(("sales", "sales", "sales", "sales", "deals", "activities", "surveys"))
        tree = self._skeleton("spiff", source)
        measure = {"sales": "amount", "deals": "value", "activities": "cost", "surveys": "score"}[source]
        if source in ("surveys",) or (source == "sales" and self.random.random() < 0.5):
            tree["amount"] = self._paid(Kind.MONEY, source) or self._money(
                Decimal(self.random.choice((150, 100, 7, 1)))
            )
            tree["of"] = "quantity" if source == "sales" else measure
            if self.random.random() < 0.6:
                tree["per"] = self.random.choice(("1", "2", "10"))
        else:
            tree["rate"] = self._paid(Kind.NUMBER, source) or self.random.choice(RATES)
            tree["of"] = measure
        if self.random.random() < 0.5:
            tree["period"] = self._period()
        limits = [self._limit(source, "period" in tree) for _ in range(self.random.randint(0, 2))]
        if limits or "amount" in tree:
            tree["limits"] = limits or [self._limit(source, "period" in tree)]
        tree["payee"] = self.random.choice(("seller", "partner")) if source == "sales" else "partner"
        return tree

    def _paid(self, kind: Kind, source: str) -> str:
        """A parameter that a sale's row reads."""
        names = [each.name for each in self.sections.paid.get(kind, ())]
        return names[0] if names and source == "sales" and self.random.random() < 0.5 else ""

    def _limit(self, source: str, periods: bool) -> dict[str, Tree]:
        choices: list[tuple[str, ...]] = [("partner",)]
        if source == "sales":
            choices += [
                ("seller",),
                ("seller",),
                ("seller", "partner"),
                ("customer",),
                ("seller", "customer"),
                ("sale_id",),
            ]
            choices += [("channel", "seller")]
        if periods:
            choices += [(*each, "period") for each in choices]
        per = self.random.choice(choices)
        limit: dict[str, Tree] = {"at_most": self._cap(), "per": list(per)}
        needs_order = "partner" not in per and (("seller" not in per) or len(set(per) - {"seller", "period"}) > 0)
        if needs_order or self.random.random() < 0.5:
            limit["order"] = list(self.random.choice(ORDERS)) if source == "sales" else [self._date(source)]
        return limit

    def _date(self, source: str) -> str:
        table = self.schema.table(source)
        assert table is not None
        return table.date


def lines_of(incentives: Incentives) -> Lines:
    """The conditions that eligibility draws from."""
    return incentives.sections.held_lines()
