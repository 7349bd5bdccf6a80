"""Random metrics of every form, named m1, m2 and so on; tables with `per` are named g1, g2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from engine.language.records import RecordSchema, RecordTable
from engine.types import INTEGER, Kind, Type
from tests.properties.program_lines import Known, Lines
from tests.properties.program_text import Tree
from tests.properties.records import Rows

MEASURED = (
    *("sales",) * 8, "surveys", "surveys", "branches", "contracts", "contracts", "deals", "activities", "people",
    "statuses", "assignments",
)  # fmt: skip
LINKED = (
    "item.line",
    "item.name",
    "buyer.industry",
    "price.list_price",
    "price.promoted",
    "item.standard_cost",
    "owner.region",
    "owner.credit",
)
OF_ROW = (
    "{0} * 0.5", "{0} + {1}", "max({0}, {1})", "abs({0})", "{0} - {1}", "-{0}",
    "{0} / 3", "{0} / 1.19 - {1}", "max({0} / 7, {1})",
)  # fmt: skip
BY_RATE = ("{0} * {1}", "{0} / (1 + {1})", "{0} * {1} / (1 + {1})")
DIVIDED = ("part", "rest", "slice")  # formulas that are divided by a number, where they have no scale
CERTIFICATIONS = ("cert_a", "cert_b", "cert_c", "cert_d")
PER: Mapping[str, tuple[str, ...]] = {
    "sales": ("customer_id", "product_id", "entry", "seller_id", "channel", "closed_on"),
    "surveys": ("answered_on",),
    "branches": ("city",),
    "deals": ("customer_id", "stage"),
    "activities": ("type",),
}


@dataclass
class Metrics:
    """Draws metrics one by one; `like` and formulas refer to those drawn before."""

    random: Random
    schema: RecordSchema
    rows: Rows
    days: tuple[date, ...]
    currency: str
    scale: int
    fiscal: bool
    parameters: tuple[Known, ...] = ()
    dated: frozenset[str] = frozenset()  # parameters that change by day, and need a row with one
    paid: Sequence[Known] = ()  # parameters that a sale's row can read
    drawn: dict[str, Tree] = field(default_factory=dict)
    tables: dict[str, tuple[str, Known, tuple[str, ...]]] = field(default_factory=dict)
    settled: dict[str, dict[str, Tree]] = field(default_factory=dict)  # with what `like` copies
    types: dict[str, Known] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def draw(self, count: int) -> dict[str, Tree]:
        """That many metrics."""
        for _ in range(count):
            pick = self.random.random()
            if pick < 0.13:
                self._grouped()
            elif pick < 0.25 and self.tables:
                self._of_group()
            elif pick < 0.40:
                self._holding()
            elif pick < 0.48 and self.sources:
                self._like()
            elif pick < 0.74 and self.types:
                self._formula()
            else:
                self._measured()
        return self.drawn

    def _add(self, tree: dict[str, Tree], known: Known | None, source: str = "") -> None:
        name = f"m{len(self.drawn) + 1}"
        self.settled[name] = {**self.settled.get(str(tree.get("like")), {}), **tree}
        self.drawn[name] = tree
        if known is not None:
            self.types[name] = Known(name, known.type, known.values)
        if source:
            self.sources[name] = source

    def row_names(self, table: RecordTable) -> list[Known]:
        """What can be read in a row: fields, linked fields, parameters, totals of its group."""
        found = [
            Known(each.name, each.type, tuple(row[each.name] for row in self.rows.get(table.name, [])[:12]))
            for each in table.stored
        ]
        found += [
            Known(each.name, replace(each.type, ratio=each.name == "each_one"), each.type.values)
            for each in table.formulas
        ]
        for name in LINKED if table.links else ():
            link = next(each for each in table.links if each.name == name.split(".")[0])
            target = self.schema.table(link.to)
            linked = target.field(name.split(".")[1]) if target else None
            assert linked is not None
            values = tuple(row[linked.name] for row in self.rows.get(link.to, []))
            found.append(Known(name, linked.type, values))
        found += [known for source, known, _ in self.tables.values() if source == table.name]
        return found

    def lines(self, table: RecordTable) -> Lines:
        """Conditions on rows of the table."""
        usable = [each for each in self.parameters if table.date or each.name not in self.dated]
        usable += self.paid if table.name == "sales" else []
        return Lines(self.random, self.currency, self.scale, self.row_names(table), self.days, usable)

    def value(self, table: RecordTable, kinds: tuple[Kind, ...]) -> tuple[str, Known] | None:
        """Something to measure in a row, and the field behind it."""
        fields = [
            each
            for each in self.row_names(table)
            if each.type.kind in kinds and not each.type.ratio and (each.type.digits <= 20)
        ]
        if not fields:
            return None
        known = self.random.choice(fields)
        rates = [each.name for each in self.paid if each.type.kind is Kind.NUMBER]
        if table.name == "sales" and rates and known.type.kind is Kind.MONEY and self.random.random() < 0.3:
            return self.random.choice(BY_RATE).format(known.name, rates[0]), known
        if known.type.kind is Kind.DATE or self.random.random() < 0.65:
            return known.name, known
        alike = [each for each in fields if each.type.kind is known.type.kind]
        other = self.random.choice(alike).name
        return self.random.choice(OF_ROW).format(known.name, other), known

    def _basis(self, table: RecordTable) -> tuple[dict[str, Tree], Known] | None:
        op = self.random.choice(("sum", "sum", "sum", "count", "count_distinct", "min", "max", "average", "median"))
        number = Type(Kind.NUMBER, digits=18, scale=0)
        if op == "count":
            return {"count": "records"}, Known("", INTEGER)
        if op == "count_distinct":
            told = [each for each in self.row_names(table) if not each.type.ratio]
            return {"count_distinct": self.random.choice(told).name}, Known("", INTEGER)
        kinds = (Kind.MONEY, Kind.NUMBER, Kind.INTEGER) + ((Kind.DATE,) if op in ("min", "max") else ())
        found = self.value(table, kinds)
        if found is None:
            return {"count": "records"}, Known("", INTEGER)
        text, known = found
        digits = 18 if text == known.name and "." not in text else 30  # a stored column's total is bounded
        ratio = op in ("average", "median") or "/" in text or any(each in text for each in DIVIDED)
        type = known.type if known.type.kind in (Kind.MONEY, Kind.DATE) else number
        sized = type.sized(digits, type.scale) if type.is_numeric else type
        if ratio:
            sized = Type(sized.kind, currency=sized.currency, ratio=True)
        return {op: text}, Known("", sized)

    def _measured(self) -> None:
        table = self._table()
        basis = self._basis(table)
        assert basis is not None
        tree: dict[str, Tree] = {"from": table.name, **basis[0]}
        self._narrow(tree, table)
        self._details(tree, basis[1], table)
        self._add(tree, basis[1], table.name)

    def _table(self) -> RecordTable:
        table = self.schema.table(self.random.choice(MEASURED))
        assert table is not None
        return table

    def _narrow(self, tree: dict[str, Tree], table: RecordTable) -> None:
        if self.random.random() < 0.4:
            tree["where"] = self.lines(table).requirements(1, self.random.choice((1, 1, 2)))
        if self.random.random() < 0.3:
            tree["ignore_missing"] = "true"

    def _details(self, tree: dict[str, Tree], known: Known, table: RecordTable) -> None:
        if table.date:
            tree["window"] = self.window()
            if tree["window"] != "lifetime" and self.random.random() < 0.2:
                tree["shifted"] = self.random.choice(("1 month", "3 months", "12 months", "1 year"))
        if self.random.random() < 0.3:
            tree["scope"] = "partner with children"
        if known.type.ratio and self.random.random() < 0.6:
            tree["scale"] = self.random.choice(("0", "1", "2", "4"))

    def window(self) -> str:
        """One of the windows' forms."""
        count = self.random.choice((1, 2, 3, 4, 12))
        fiscal = "fiscal " if self.fiscal and self.random.random() < 0.5 else ""
        unit = self.random.choice(("month", "quarter", "year"))
        plural = "s" if count > 1 else ""
        forms = (
            f"trailing {self.random.choice((1, 30, 90, 365))} days",
            f"trailing {count} month{plural}",
            f"trailing {count} year{plural}",
            f"last {count} {fiscal}{unit}{plural}",
            f"this {fiscal}{unit}",
            f"this {fiscal}month and last {count} month{plural}",
            "program year",
            "lifetime",
            "lifetime",
            "trailing 12 months",
        )
        return self.random.choice(forms)

    def _grouped(self) -> None:
        """A table of totals by keys, which rows and other metrics read."""
        table = self._table()
        if table.name not in PER:
            return self._measured()
        keys = self.random.sample(PER[table.name], min(len(PER[table.name]), self.random.randint(1, 2)))
        basis = self._basis(table)
        assert basis is not None
        tree: dict[str, Tree] = {"from": table.name, **basis[0], "per": keys}
        self._narrow(tree, table)
        self._details(tree, basis[1], table)
        name = f"m{len(self.drawn) + 1}"
        # a ratio is rounded where it becomes a column of the table
        kind = basis[1].type
        plain = Type(kind.kind, currency=kind.currency, digits=30, scale=4) if kind.ratio else kind
        self._add(tree, None)
        self.tables[name] = (table.name, Known(name, plain), tuple(keys))
        return None

    def _of_group(self) -> None:
        """A metric over another one's groups."""
        name = self.random.choice(list(self.tables))
        source, known, keys = self.tables[name]
        ops = ("count", "count_distinct", "sum", "min", "max", "average", "median")
        op = self.random.choice(ops if known.type.is_numeric and known.type.digits <= 20 else ops[:2])
        tree: dict[str, Tree] = {"from": name, op: "records" if op == "count" else "value"}
        result = known if op in ("sum", "min", "max") else Known("", INTEGER)
        if op == "count_distinct":
            tree[op] = self.random.choice(("value", *keys))
        if op in ("average", "median"):
            result = Known("", Type(known.type.kind, currency=known.type.currency, ratio=True))
        table = self.schema.table(source)
        assert table is not None
        names = [Known("value", known.type)]
        names += [each for each in self.row_names(table) if each.name in keys]
        if self.random.random() < 0.5:
            lines = Lines(self.random, self.currency, self.scale, names, self.days)
            tree["where"] = lines.requirements(1, 2)
        if self.random.random() < 0.3:
            tree["ignore_missing"] = "true"
        self._add(tree, result)

    def _holding(self) -> None:
        chosen = self.random.sample(CERTIFICATIONS, self.random.randint(1, 3))
        form = self.random.choice(("one", "any", "all"))
        tree: dict[str, Tree] = {"people_holding": chosen[0] if form == "one" else {form: chosen}}
        if self.random.random() < 0.3:
            tree["scope"] = "partner with children"
        self._add(tree, Known("", INTEGER))

    def _like(self) -> None:
        name = self.random.choice(list(self.sources))
        table = self.schema.table(self.sources[name])
        assert table is not None
        tree: dict[str, Tree] = {"like": name}
        before = self.settled[name]
        pick = self.random.randrange(4)
        if pick == 0 and before.get("window", "lifetime") != "lifetime":
            tree["shifted"] = self.random.choice(("1 month", "6 months", "12 months"))
        elif pick == 1:
            tree["scope"] = self.random.choice(("partner", "partner with children"))
        elif pick == 2 and table.date:
            tree["window"] = self.window() if "shifted" not in before else "trailing 6 months"
        else:
            tree["where"] = self.lines(table).requirements(1, 1)
        self._add(tree, self.types[name], self.sources[name])

    def _formula(self) -> None:
        plain = [each for each in self.types.values() if not each.type.ratio and each.type.is_numeric]
        lines = Lines(self.random, self.currency, self.scale, plain, self.days)
        formula = lines.formula() if plain else None
        if formula is None:
            return self._measured()
        text, kind = formula
        ratio = "/" in text
        tree: dict[str, Tree] = {"formula": text}
        type = Type(kind, currency=self.currency if kind is Kind.MONEY else "", digits=22, scale=4, ratio=ratio)
        if ratio and self.random.random() < 0.5:
            tree["scale"] = self.random.choice(("0", "2", "4"))
        if self.random.random() < 0.75:
            few = [each for each in lines.alike(Known("", type)) if each.type.digits <= 15 or not ratio]
            others = [each.name for each in few if each.name]
            others += [each for each in others if each in text] * 2  # missing for the same reason
            default = self.random.choice(others) if others and self.random.random() < 0.6 else lines.number(kind)
            tree["if_missing"] = default if self.random.random() < 0.85 else "unknown"
        self._add(tree, Known("", type))
        return None
