"""Random values for wherever a number may stand: literals, parameters, benefits, formulas, tables in tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from random import Random

from engine.language.records import RecordTable
from engine.types import Kind, is_in_row
from tests.properties.program_lines import Known
from tests.properties.program_sections import Sections
from tests.properties.program_text import Tree

RATES = ("0%", "1%", "2.5%", "10%", "33.3%", "100%")
TRUTHS = ("true", "false")
FORMS = ("parameter", "dated", "formula", "tier", "segment", "choice", "bands", "two names", "benefit", "benefit")
NESTED = 0.3  # how often an entry of a table is a value of its own
LITERAL = 0.3

Literal = Callable[[], str]
"""Draws a value as it is written at one place: there, or as an entry of a table that stands there."""


@dataclass
class Values:
    """Draws values. New parameters and benefits are added to those of the program."""

    random: Random
    sections: Sections
    benefits: dict[str, Tree]
    granted: bool = True  # whether a benefit may stand here
    codes: tuple[str, ...] = ()  # what is paid, where that is the currency of the row: amounts are listed for each

    def rate(self, table: RecordTable | None = None) -> Tree:
        """A share; `table` is that of the record, where one is paid for."""
        return self.value("percent", lambda: self.random.choice(RATES), table)

    def money(self, amounts: tuple[int, ...], table: RecordTable | None = None) -> Tree:
        """An amount: one of these, or of a table of some of them."""
        return self.value("money", lambda: self._money(Decimal(self.random.choice(amounts))), table)

    def value(self, unit: str, literal: Literal, table: RecordTable | None = None, depth: int = 1) -> Tree:
        """A value of any form; `unit` is percent, money or quantity."""
        if self.codes and unit == "money":
            return self._by_currency(literal, table)
        if self.random.random() < LITERAL:
            return literal()
        form = self.random.choice(FORMS)
        if form == "benefit":
            return self._benefit(unit, literal)
        if form in ("parameter", "dated", "formula"):
            return self._by_name(form, unit, literal, table)
        found = self._table(form, literal, table, lambda: self._entry(unit, literal, table, depth))
        return literal() if found is None else found

    def _by_currency(self, literal: Literal, table: RecordTable | None) -> Tree:
        """An amount in each currency: here, in a parameter, or below the words of something else."""
        form = self.random.choice(("here", "here", "parameter", "dated", "two names"))
        if form in ("parameter", "dated"):
            tabled = Values(self.random, self.sections, self.benefits)
            return tabled._by_name(form, "quantity", literal, table, lambda: self._listed(literal))
        dimensions = {name: words for name, words in self.dimensions(table).items() if name != "currency"}
        if form == "here" or not dimensions:
            return self._listed(literal)
        name = self.random.choice(list(dimensions))
        inner = [self._listed(literal)["values"] for _ in dimensions[name]]
        return {"by": [name, "currency"], "values": dict(zip(dimensions[name], inner, strict=True))}

    def _listed(self, literal: Literal) -> dict[str, Tree]:
        """The same number of units in each currency, or some more: bands then ascend in all."""
        number = Decimal(literal().split()[0].replace("_", ""))
        whole = number.to_integral_value(ROUND_CEILING)
        values: dict[str, Tree] = {code: f"{whole * place:f} {code}" for place, code in enumerate(self.codes, 1)}
        return {"by": ["currency"], "values": values}

    def _entry(self, unit: str, literal: Literal, table: RecordTable | None, depth: int) -> Tree:
        if depth and self.random.random() < NESTED:
            return self.value(unit, literal, table, depth - 1)
        return literal()

    def _benefit(self, unit: str, literal: Literal) -> str:
        """One of the benefits of that unit; where there is none, one that is made for it."""
        if not self.granted:
            return literal()
        named = [name for name, each in self.benefits.items() if _unit(each) == unit]
        if not named:
            named = [f"b{len(self.benefits) + 1}"]
            lines = self.sections.held_lines().requirements(1, 1)
            self.benefits[named[0]] = {"value": unit, "is": literal(), "when": lines}
        return f"benefits.{self.random.choice(named)}"

    def _by_name(
        self,
        form: str,
        unit: str,
        literal: Literal,
        table: RecordTable | None,
        listed: Callable[[], dict[str, Tree]] | None = None,
    ) -> str:
        """A parameter of its own, perhaps dated, perhaps a table; or something computed of it."""
        name = f"p{len(self.sections.parameters) + 1}"
        tabled = self.random.choice((None, *FORMS[3:8]))

        def version() -> dict[str, Tree]:
            if listed is not None:
                return listed()
            found = self._table(tabled, literal, table, literal) if tabled else None
            return {"value": literal()} if found is None else found

        if form == "dated":
            start, before = self.sections.effective
            days = sorted(self.random.sample(range(1, (before - start).days), self.random.randint(1, 2)))
            starts = [
                start - timedelta(days=self.random.choice((0, 30))),
                *(start + timedelta(days=each) for each in days),
            ]
            self.sections.parameters[name] = [{"from": str(each), **version()} for each in starts]
            return name
        self.sections.parameters[name] = {"value": literal()} if form == "formula" else version()
        if form == "parameter" or unit == "quantity":
            return name
        return f"{name} * 0.5" if self.random.random() < 0.5 else f"max({name}, {literal()})"

    def _table(
        self, form: str, literal: Literal, table: RecordTable | None, entry: Callable[[], Tree]
    ) -> dict[str, Tree] | None:
        """Values by one or two names, or by bands of a number; None where there is no such name."""
        if form == "bands":
            return self._bands(table, entry)
        dimensions = self.dimensions(table)
        if form == "two names":
            if len(dimensions) < 2:
                return None
            (one, words), (two, inner) = self.random.sample(list(dimensions.items()), 2)
            return {"by": [one, two], "values": {word: {each: literal() for each in inner} for word in words}}
        segments = self.sections.segments
        of = {"tier": {"tier"}, "segment": {*segments}, "choice": {*dimensions} - {"tier", *segments}}[form]
        names = [each for each in dimensions if each in of]
        if not names:
            return None
        name = self.random.choice(names)
        return {"by": [name], "values": {word: entry() for word in dimensions[name]}}

    def dimensions(self, table: RecordTable | None) -> dict[str, tuple[str, ...]]:
        """What a value may go by, with the words of each: of the partner, and of the record if there is one."""
        found: dict[str, tuple[str, ...]] = {}
        if self.sections.ladder:
            found["tier"] = self.sections.ladder
        for known in self.sections.lines.names:
            if known.type.kind in (Kind.CHOICE, Kind.BOOLEAN):
                found[known.name] = known.type.values or TRUTHS
        if self.codes:
            found["currency"] = self.codes
        for each in table.stored if table is not None else ():
            if each.type.kind in (Kind.CHOICE, Kind.BOOLEAN):
                found[each.name] = each.type.values or TRUTHS
        if table is not None and table.name == "sales":
            found["item.line"] = ("network", "security", "storage")
        return found

    def _bands(self, table: RecordTable | None, entry: Callable[[], Tree]) -> dict[str, Tree] | None:
        """Values by the size of a metric, a number of the partner, or one of the record."""
        numbers = [each for each in self.sections.lines.names if each.type.is_numeric]
        numbers += [Known(each.name, each.type) for each in table.stored if each.type.is_numeric] if table else []
        if self.codes:  # where amounts of the row stay in its currency, there is no one threshold
            numbers = [each for each in numbers if not is_in_row(each.type)]
        if not numbers:
            return None
        known = self.random.choice(numbers)
        kind = Kind.MONEY if known.type.kind is Kind.MONEY else Kind.NUMBER
        usual = (1, 2, 10) if kind is Kind.NUMBER else (1, 100, 1000, 2500)
        above = sorted(self.random.sample(usual, self.random.randint(1, len(usual))))
        starts = [Decimal(self.random.choice((0, 0, -100))), *map(Decimal, above)]
        written = [self._money(each) if kind is Kind.MONEY else f"{each}" for each in starts]
        return {"by": [known.name], "bands": [{"from": each, "value": entry()} for each in written]}

    def _money(self, value: Decimal) -> str:
        return self.sections.lines.written(Kind.MONEY, value)


def _unit(benefit: Tree) -> Tree:
    assert isinstance(benefit, Mapping)
    return benefit["value"]
