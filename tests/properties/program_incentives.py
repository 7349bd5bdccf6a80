"""Random incentives of every kind of the catalogue, drawn by what the kind's schema allows.

Nothing here knows a kind by name: one that is added as a file is drawn like the others. Its own keys are drawn
from their words (`enum`) or their examples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from random import Random

from engine.language.catalogue import IncentiveKind
from engine.language.records import RecordSchema, RecordTable
from engine.types import Kind
from rules import KINDS
from tests.properties.program_metrics import Metrics
from tests.properties.program_sections import Sections
from tests.properties.program_text import Tree
from tests.properties.program_values import Values

ORDERS = (("recorded_on", "closed_on", "sale_id"), ("closed_on",), ("amount", "recorded_on"), ("recorded_on",))
OF = {"sales": "amount", "deals": "value", "activities": "cost", "surveys": "score"}
PRODUCTS = ("amount * quantity", "amount * share - amount", "product.standard_cost * quantity * (1 - share)")
OF_ROW = (
    "amount", "amount", "amount * 0.5", "amount * quantity", "amount * share - amount", "abs(amount)", "amount / 3",
    "amount * quantity / 1.19",
)  # fmt: skip
COMPUTED = ("amount * 0.5", "max(amount, 0 X)", "abs(amount)", "amount - 1 X")
DIVIDED = (
    "amount / 3", "amount * quantity / 1.19", "(amount - 1 X) / 7", "max(amount / 3, amount - 1 X)",
    "amount / 3 * share", "amount / 3 - amount * share / 7",
)  # fmt: skip
BY_RATE = (
    "amount / (1 + {0})", "amount / (1 + {0}) * share", "amount * {0} / (1 + {0})", "amount / (1 + {0}) - amount",
    "amount * (share + {0})",
)  # fmt: skip
OF_FORMULAS = frozenset(("gross", "worth", "part", "rest", "cents"))
KNOWN = frozenset(
    (
        "kind", "title", "from", "where", "eligible", "during", "measured", "period", "sum", "of", "rate", "amount",
        "per", "method", "bands", "beyond", "adds_to", "order", "limits", "returns", "on_change", "payee", "accounting",
        "settle_by", "tax", "pays_in",
    )
)  # fmt: skip
"""Keys that are drawn as what they are; others are a kind's own."""


@dataclass(frozen=True)
class Preset:
    """What the schema of a kind allows."""

    name: str
    keys: Mapping[str, Mapping[str, object]]
    required: tuple[str, ...]

    @property
    def own(self) -> list[str]:
        """Its keys that no other kind need have."""
        return [key for key, each in self.keys.items() if key not in KNOWN and not each.get("x-later")]

    def words(self, key: str) -> list[Tree]:
        """What may stand under a key: its words, or its examples."""
        found = self.keys[key].get("enum") or self.keys[key].get("examples")
        assert isinstance(found, Sequence), f"the generator cannot draw `{key}` of `{self.name}`: no words, no examples"
        return list(found)


def preset_of(kind: IncentiveKind) -> Preset:
    """The kind as its schema has it."""
    properties, required = kind.schema["properties"], kind.schema["required"]
    assert isinstance(properties, Mapping) and isinstance(required, Sequence)
    return Preset(kind.name, properties, tuple(required))


@dataclass
class Incentives:
    """Draws incentives; `totals` are sums of periods that were seen, for bands and limits."""

    random: Random
    schema: RecordSchema
    effective: tuple[date, date]
    metrics: Metrics
    sections: Sections
    totals: tuple[Decimal, ...]
    benefits: dict[str, Tree]
    codes: tuple[str, ...] = ()  # of the incentive being drawn, where it pays in the currency of the row

    @property
    def values(self) -> Values:
        """Draws values for these incentives."""
        return Values(self.random, self.sections, self.benefits, codes=self.codes)

    def draw(self) -> dict[str, Tree]:
        """Up to four incentives."""
        found: dict[str, Tree] = {}
        for _ in range(self.random.choice((0, 1, 2, 3, 4))):
            found[f"i{len(found) + 1}"] = self.one(preset_of(self.random.choice(KINDS)))
        return found

    def one(self, kind: Preset) -> dict[str, Tree]:
        """An incentive of a kind that has all the kind requires."""
        for _ in range(500):
            tree = self._any(kind)
            if {*kind.required} <= tree.keys():
                return tree
        raise AssertionError(f"the generator never draws all that `{kind.name}` requires: {kind.required}")

    def _any(self, kind: Preset) -> dict[str, Tree]:
        """An incentive of a kind: its rows, grain, measure, pay and limits."""
        by_period = "sum" in kind.keys and ("of" not in kind.keys or self.random.random() < 0.7)
        source = self.random.choice(("sales",) * 4 + ("deals", "surveys", *(() if by_period else ("activities",))))
        source = "sales" if kind.own else source  # what a kind's own keys say needs fields that sales have
        table = self.schema.table(source)
        assert table is not None
        tree = self._skeleton(kind, table)
        tree |= {key: self.random.choice(kind.words(key)) for key in kind.own if self._often(kind, key, 0.7)}
        if by_period:
            tree["period"] = self._period()
        self.codes = table.currencies if table.currencies and self.random.random() < 0.5 else ()
        tree |= self._paid(kind, table, by_period)
        tree |= self._limited(kind, tree, table, by_period)
        tree |= {"pays_in": "row"} if self.codes else {}
        payees = [each for each in kind.words("payee") if each != "seller" or table.field("seller_id") is not None]
        tree["payee"] = self.random.choice(payees)
        return tree

    def _often(self, kind: Preset, key: str, share: float) -> bool:
        return key in kind.required or self.random.random() < share

    def _skeleton(self, kind: Preset, table: RecordTable) -> dict[str, Tree]:
        tree: dict[str, Tree] = {"kind": kind.name, "from": table.name}
        if self._often(kind, "where", 0.35):
            lines = self.metrics.lines(table)
            lines.today = False
            tree["where"] = lines.requirements(1, 1)
        if self._often(kind, "eligible", 0.5):
            tree["eligible"] = self.sections.held_lines().requirements(1, 1)
        if self._often(kind, "during", 0.3):
            start, before = self.effective
            first = start + timedelta(days=self.random.randrange((before - start).days - 1))
            first = start if self.random.random() < 0.5 else first
            last = first + timedelta(days=self.random.choice((30, 90, 300, 400)))
            tree["during"] = {"from": str(first), "before": str(last)}
        if table.name == "sales" and self.random.random() < 0.5:
            tree["returns"] = self.random.choice(("restate", "current_period"))
        return tree

    def _period(self) -> str:
        fiscal = "fiscal " if self.metrics.fiscal and self.random.random() < 0.5 else ""
        return fiscal + self.random.choice(("month", "quarter", "quarter", "year"))

    # ------------------------------------------------------------------------------------------------ pay

    def _paid(self, kind: Preset, table: RecordTable, by_period: bool) -> dict[str, Tree]:
        """The measure, and one of the forms of pay that the kind has."""
        units = table.name == "surveys" or (table.name == "sales" and self.random.random() < 0.2)
        forms = [*("rate",) * 4, *("bands",) * 4, "once", "units", "units"]
        forms = [each for each in forms if {"once": "amount", "units": "amount"}.get(each, each) in kind.keys]
        forms = [each for each in forms if each in kind.required] or forms
        forms = [each for each in forms if each != "rate"] if units and len(set(forms)) > 1 else forms
        form = self.random.choice(forms)
        units = units and form != "rate"
        measure: dict[str, Tree] = {"sum" if by_period else "of": self._by_table(self._measure(table, units), table)}
        row = None if by_period else table
        match form:
            case "rate":
                return {**measure, "rate": self._known(Kind.NUMBER, row) or self.values.rate(row)}
            case "bands":
                return {**measure, "method": self.random.choice(("marginal", "whole")), **self._bands(units, row)}
            case "once":
                return {**(measure if by_period else {}), "amount": self.values.money((500, 100, 7), row)}
        amount = self._known(Kind.MONEY, row) or self.values.money((150, 100, 7, 1), row)
        every = self.random.choice(("1", "2", "10")) if units else self._size(self.random.choice((1, 100, 1000)))
        old = units and not by_period and self.random.random() < 0.3  # without `per` it is for every one
        return {**measure, "amount": amount, **({} if old else {"per": every})}

    def _size(self, number: int) -> Tree:
        """For how much an amount is paid."""
        if not self.codes:
            return self._money(number)
        return {"by": ["currency"], "values": {each: f"{number} {each}" for each in self.codes}}

    def _by_table(self, measure: str, table: RecordTable) -> str:
        """At times the numbers of the record with the name of their table."""
        if self.random.random() < 0.85:
            return measure
        numbers = "|".join(each.name for each in table.stored if each.type.is_numeric)
        return re.sub(rf"(?<![.\w])({numbers})\b(?!\.)", rf"{table.name}.\1", measure)

    def _measure(self, table: RecordTable, units: bool) -> str:
        if units and table.name == "sales":
            return "quantity"
        if self.codes:
            return self.random.choice(OF_ROW)
        if table.name == "sales" and self.random.random() < 0.5:
            money = sorted({each.name for each in table.formulas if each.type.kind is Kind.MONEY} & OF_FORMULAS)
            of_fields = [form.format(each) for each in money for form in ("{0}", "{0} - amount", "{0} / 3")]
            rates = [each.name for each in self.sections.paid.get(Kind.NUMBER, ())]
            by_rate = [each.format(rate) for each in BY_RATE for rate in rates]
            forms = self.random.choice((COMPUTED, DIVIDED, PRODUCTS, of_fields or PRODUCTS, by_rate or DIVIDED))
            return self.random.choice(forms).replace("X", self.metrics.currency)
        return OF[table.name]

    def _known(self, kind: Kind, table: RecordTable | None) -> str:
        """A parameter that metrics may read in a sale's row, too."""
        names = [] if self.codes and kind is Kind.MONEY else [each.name for each in self.sections.paid.get(kind, ())]
        sales = table is not None and table.name == "sales"
        return names[0] if names and sales and self.random.random() < 0.3 else ""

    def _bands(self, units: bool, row: RecordTable | None) -> dict[str, Tree]:
        pool = sorted({each for each in self.totals if each > 0} | {Decimal(100), Decimal(1000)})
        count = self.random.randint(0, min(3, len(pool) - 1))
        first = self.random.choice((Decimal(0), Decimal(0), Decimal(-100)))
        starts = [first, *sorted(self.random.sample(pool, count))]
        if units or self.codes:  # different amounts may be the same number of units
            starts = sorted({each.to_integral_value() for each in starts})
        bands: list[dict[str, Tree]] = []
        for start, after in pairwise([*starts, starts[-1] + 1000]):
            band: dict[str, Tree] = {"from": self._edge(start, after, units, row)}
            if not units and self.random.random() < 0.7:  # a rate is of an amount
                band["rate"] = self.values.rate(row)
            else:
                values = _without_benefits(self.values) if units else self.values  # a share of one needs many digits
                band["amount"] = values.money((0, 10, 250, 7), row)
            bands.append(band)
        for lower, upper in pairwise(bands):
            plain = isinstance(lower["from"], str) and str(upper["from"]) in self._literals(starts, units)
            if plain and self.random.random() < 0.2:
                lower["up_to"] = upper["from"]  # it ends there anyway
        if self.random.random() < 0.75:
            return {"bands": bands}
        last = starts[-1] + 1000
        bands[-1]["up_to"] = self._edge(last, last + 5000, units, row)
        return {"bands": bands, "beyond": "nothing"}

    def _literals(self, values: Sequence[Decimal], units: bool) -> set[str]:
        return {self._written(each, units) for each in values}

    def _edge(self, start: Decimal, after: Decimal, units: bool, row: RecordTable | None) -> Tree:
        """Where a band begins. What is read there is `start` or a little more; at times anything, out of order."""
        often = self.random.random()
        if self.codes and not units:
            return self.values.value("money", lambda: self._money(start), row)
        if often < 0.45:
            return self._written(start, units)
        near = start <= 0 or after - start < 2  # half of the way could be the next edge
        room = (start,) if near else (start, start, start + (after - start) / 2)
        literal = partial(self._one_of, room, units)
        if often < 0.85:
            return _without_benefits(self.values).value("quantity" if units else "money", literal, row)
        return self.values.value("quantity" if units else "money", literal, row)

    def _one_of(self, values: Sequence[Decimal], units: bool) -> str:
        return self._written(self.random.choice(values), units)

    def _written(self, value: Decimal, units: bool) -> str:
        return f"{value.to_integral_value():f}" if units else self._money(value)

    def _money(self, value: Decimal | int) -> str:
        return self.sections.lines.written(Kind.MONEY, Decimal(value))

    # ------------------------------------------------------------------------------------------------ limits

    def _limited(self, kind: Preset, tree: Mapping[str, Tree], table: RecordTable, by_period: bool) -> dict[str, Tree]:
        """Limits where they are asked for or wanted, and the order in which they are walked."""
        found: dict[str, Tree] = {}
        named = not by_period and "period" in kind.keys and "sum" not in kind.keys and self.random.random() < 0.3
        if named:
            found["period"] = self._period()  # as programs said it before a limit could
        needed = "per" in tree or ("of" in tree and "amount" in tree) or "limits" in kind.required
        count = max(self.random.choice((0, 0, 1, 1, 2)), 1 if needed else 0)
        row = None if by_period else table
        limits = [{"at_most": self._cap(row), "per": self._whose(table, by_period, named)} for _ in range(count)]
        ordered = not by_period and (any(map(_is_shared, limits)) or self.random.random() < 0.3)
        if ordered:
            orders = [each for each in ORDERS if not (table.currencies and "amount" in each)]  # they have no order
            order = self.random.choice(orders) if table.name == "sales" else (table.date,)
            inside = bool(limits) and self.random.random() < 0.2  # as programs said it before
            for each in limits if inside else [found]:
                each["order"] = list(order)
        return {**found, **({"limits": limits} if limits else {})}

    def _whose(self, table: RecordTable, by_period: bool, named: bool) -> Tree:
        choices: list[tuple[str, ...]] = [("partner",)]
        if not by_period and table.name == "sales":
            choices += [("seller",), ("seller",), ("seller", "partner"), ("customer",), ("seller", "customer")]
            choices += [("sale_id",), ("channel", "seller"), ("customer", "partner")]
        times = [self._period()] + (["period"] if by_period or named else [])
        whose = self.random.choice(choices)
        return [*whose, *([self.random.choice(times)] if self.random.random() < 0.5 else [])]

    def _cap(self, row: RecordTable | None) -> Tree:
        shares = [each * Decimal(share) for each in self.totals for share in ("0.01", "0.1", "1")]
        amounts = [*(each for each in shares if each > 0), Decimal(10), Decimal(300), Decimal(1000), Decimal(0)]
        return self.values.value("money", lambda: self._money(self.random.choice(amounts)), row)


def _without_benefits(values: Values) -> Values:
    return replace(values, granted=False)


def _is_shared(limit: Mapping[str, Tree]) -> bool:
    """Whether several partners share it, so that it needs an order."""
    return not {"partner", "seller"} & set(limit["per"])
