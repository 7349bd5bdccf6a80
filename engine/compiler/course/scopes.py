"""The meaning of names in an incentive: in its rows, and in values read on the day a row is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Self

from engine.compiler.converting import RatedOn, in_own_currency
from engine.compiler.course.periods import by_period, complete_periods
from engine.compiler.definitions import Definition
from engine.compiler.frame import DAY, FrameScope
from engine.compiler.paying import Paid
from engine.compiler.typed import BROKEN, Typed
from engine.compiler.workbench import Rows, RowScope, Workbench
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.names import OF_PARTNER
from engine.language.near import MOST_SUGGESTED
from engine.language.program import Incentive, Program, Requirement
from engine.language.records import CURRENCY
from engine.plan import scalar as node
from engine.plan.digits import widest
from engine.plan.inference import type_of
from engine.plan.owner import said_scope
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Lookup
from engine.types import BOOLEAN, DATE

TRUE = Literal(True, BOOLEAN)


def kept_apart(diagnostic: Diagnostic, program: Program) -> Diagnostic:
    """A finding where amounts are kept in the currency of the row: no conversion would cure it."""
    if diagnostic.code != meaning.NO_CONVERSION.code:
        return diagnostic
    help = "use only amounts in the currency of the row, such as one for each in a table by `currency`"
    return replace(diagnostic, help=f"{help}, or {in_own_currency(program)}")


@dataclass(slots=True)
class RecordScope(RowScope):
    """Names in the rows of an incentive.

    `as_of` is refused there: each later run would change what a past day earned.
    """

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding; where amounts are kept in the currency of the row, no conversion would cure it."""
        RowScope.report(self, kept_apart(diagnostic, self.bench.program) if self.kept else diagnostic)

    def find(self, name: syntax.Name) -> Typed | None:
        """As in any row, but for `as_of`."""
        return None if name.text == "as_of" else RowScope.find(self, name)

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: the day of the run cannot be used here."""
        if name.text == "as_of":
            return meaning.NOT_HERE.at(
                name.span,
                "`as_of` is not allowed in the records of an incentive: each later run would change what they earned",
                help="compare days of the record, such as `days_between(closed_on, recorded_on)`",
            )
        return RowScope.refuse(self, name)


def measure_scope(incentive: Incentive, rows: Rows, bench: Workbench, *, returns: bool = False) -> RecordScope:
    """Names in what an incentive measures, and in what it pays of a record: amounts stay in the currency of the row
    where it pays in that.

    Of rows with `returns` among them, those are of the period of their sale.
    """
    if incentive.pays_by_row:
        return RecordScope(bench, rows, kept=True)
    return record_scope(incentive, rows, bench, returns=returns)


def record_scope(incentive: Incentive, rows: Rows, bench: Workbench, *, returns: bool = False) -> RecordScope:
    """Names in the rows of an incentive; amounts are converted on the row's day, or on the last of its period.

    A return is converted as its sale is: it takes back a part of that.
    """
    program = bench.program
    conversion = program.conversion
    if conversion is None:
        return RecordScope(bench, rows)
    if not conversion.at_period_end or incentive.period is None:
        return RecordScope(bench, rows, rated=of_sale(rows, bench) if returns else None)
    day = _day_of_sale(rows, bench) if returns else rows.columns[rows.table.date]
    # the last day of a running period has no rate yet: what is converted by it is undecided until then
    periods = complete_periods(incentive, program, bench.as_of)
    ends = by_period(day, periods, [each.last_day for each in periods], DATE)
    return RecordScope(bench, rows, rated=RatedOn(f"period of {incentive.name}", ends))


SOLD = "@sold"  # the day of the sale that a return takes something of back; no author can name a field like this


def of_sale(rows: Rows, bench: Workbench) -> RatedOn:
    """The rate of a record, or of the sale that it returns."""
    return RatedOn("day of sale", _day_of_sale(rows, bench))


def _day_of_sale(rows: Rows, bench: Workbench) -> Scalar:
    """The day of a record, or of the sale that it returns."""
    day, (key, *_) = rows.columns[rows.table.date], rows.table.key
    if SOLD not in rows.columns:
        on, take = (("returns_id", key),), ((SOLD, day.name),)
        rows.top = bench.add(Lookup(f"{rows.top}+{SOLD}", rows.top, bench.scan(rows.table), on, take))
        rows.columns[SOLD] = Column(SOLD, DATE, optional=True)
    return node.IfMissing(rows.columns[SOLD], day)


@dataclass(slots=True)
class PartnerScope(FrameScope):
    """Names of a partner on a day on which an incentive is judged, as the pay of a period reads them."""

    def find(self, name: syntax.Name) -> Typed | None:
        """As for any partner; `partner.region` is its field `region`."""
        inner = syntax.Name(name.text.removeprefix(OF_PARTNER), name.span)
        return FrameScope.find(self, inner)


@dataclass(slots=True)
class PeriodScope(PartnerScope):
    """Names of a partner in what an incentive pays for a period, whose rows have no one value of a field."""

    _: KW_ONLY
    incentive: Incentive

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """The lines that a partner must meet on the same day: all names are its own."""
        return self.incentive.eligible

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: fields of the rows cannot be used here."""
        found = PartnerScope.refuse(self, name)
        table = self.bench.program.records.table(self.incentive.source)
        assert table is not None  # its rows are measured
        field = table.field(name.text.removeprefix(f"{table.name}."))
        if found is not None or field is None:
            return found
        cure = f"to pay by its values, write an incentive for each, with `where: {field.name} is ..`"
        if field.name == CURRENCY and table.currencies:
            own = f"add `pays_in: row` to `{self.incentive.name}`, and each currency is paid by itself"
            cure = f"{own}; or write one value for all currencies, with amounts in {self.currency}"
        return meaning.NOT_HERE.at(
            name.span, f"`{name.text}` has a value in each row of `{table.name}`, not one for a period", help=cure
        )


@dataclass(slots=True)
class PaidScope:
    """Names in what is paid of rows that a frame judges: what is the partner's becomes a column of the frame.

    `taken` names those columns, for the rows to take. `eligible` are the lines that the partner must meet on the same
    day; they read no field of a row. `paid` is what rows are paid in, where that is the currency of
    the row; None where amounts are in the program's.
    """

    partner: PartnerScope
    owner: str
    _: KW_ONLY
    eligible: tuple[Requirement, ...]
    paid: Paid | None = None
    taken: dict[str, Column] = field(default_factory=dict)
    gates: list[Scalar] = field(default_factory=list)

    @property
    def bench(self) -> Workbench:
        """The workbench."""
        return self.partner.bench

    @property
    def currency(self) -> str:
        """The program's currency."""
        return self.partner.currency

    @property
    def knows_all(self) -> bool:
        """Whether its choices have no values but those the program knows."""
        return self.partner.knows_all

    def paying(self, paid: Paid | None) -> Self:
        """The scope of a value that is paid in other currencies."""
        return replace(self, paid=paid)

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """The lines that a partner must meet, if the name means there what it means here."""
        return self.eligible

    def note(self, calculation: syntax.Expression, scalar: Scalar) -> None:
        """Remember where a calculation is written."""
        self.bench.written.append((calculation, scalar))

    @property
    def is_crowded(self) -> bool:
        """Whether unknown names get no suggestions any more."""
        return len(self.bench.diagnostics) >= MOST_SUGGESTED

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.bench.report(kept_apart(diagnostic, self.bench.program))

    @property
    def day(self) -> Typed | None:
        """The last day of the period, on which dated things are read."""
        return Typed(Column(DAY, DATE), DATE, self.bench.program.span)

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield from self.partner.names()

    def find(self, name: syntax.Name) -> Typed | None:
        """The value of a name for the partner."""
        found = self.partner.find(name)
        self.gates += self._taken_gates(name)
        if found is None or found is BROKEN:
            return found
        return Typed(self.take(name.text, found), found.type, name.span, found.values)

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: why a name has no meaning here."""
        return self.partner.refuse(name)

    def _taken_gates(self, name: syntax.Name) -> list[Scalar]:
        """That benefits read for the partner are granted, as the rows take it."""
        found, gates = [], self.partner.gates
        while gates:
            found.append(self.take(f"gate {len(gates)} of {name.text}", Typed(gates.pop(), BOOLEAN, name.span)))
        return found

    def _built(self, definition: Definition, name: syntax.Name) -> Typed:
        """The value of a parameter."""
        self.bench.used.add(name.text)
        with self.bench.at(definition.span):
            typed = definition.build(self)
        return typed.at(name.span) if typed else BROKEN

    def _both(self, table: str, name: syntax.Name) -> Typed:
        """A name of the row that is the partner's as well: which one is meant is not said."""
        self.report(
            meaning.AMBIGUOUS_WORD.at(
                name.span,
                f"`{name.text}` is a field of both the record and its partner",
                help=f"write `{table}.{name.text}` or `partner.{name.text}`",
            )
        )
        return BROKEN

    def take(self, name: str, value: Typed) -> Scalar:
        """A value of the frame as a column that rows take; it is missing where the partner is not known."""
        column = self.partner.frame.derive(f"{self.owner}.reads {name}", value.scalar)
        self.taken[column.name] = Column(column.name, column.type, optional=True)
        return self.taken[column.name]


@dataclass(slots=True)
class GroupScope(PaidScope):
    """Names in what is paid of the rows of a partner, period and currency together: those of the partner, and the
    currency.
    """

    table: str
    whose: Column

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """The lines that a partner must meet; in them, a field `currency` is the partner's."""
        return () if name == CURRENCY else PaidScope.eligible_by(self, name)

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield CURRENCY
        yield from PaidScope.names(self)

    def find(self, name: syntax.Name) -> Typed | None:
        """The currency, the day judged, a parameter, or the value of the name for the partner."""
        if name.text == "as_of":
            return Typed(Column(DAY, DATE), DATE, name.span)
        if name.text in (CURRENCY, f"{self.table}.{CURRENCY}"):
            if name.text == CURRENCY and self.partner.is_field(CURRENCY):
                return self._both(self.table, name)
            return Typed(self.whose, self.whose.type, name.span)
        definition = self.bench.definitions.get(name.text)
        if definition is not None and definition.rows == "*":
            return self._built(definition, name)
        return PaidScope.find(self, name)


@dataclass(slots=True)
class JudgedScope(PaidScope):
    """Names in what a record is paid: of the row, and of its partner on the row's day."""

    rows: RecordScope

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """The lines that a partner must meet, unless the name is the row's here."""
        of_row = not self._is_partners(name) and name in self.rows.names()
        return () if of_row else PaidScope.eligible_by(self, name)

    @property
    def day(self) -> Typed | None:
        """The row's own day."""
        return self.rows.day

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding, as it is told in the rows."""
        self.rows.report(diagnostic)

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield from self.rows.names()
        yield from PaidScope.names(self)

    def find(self, name: syntax.Name) -> Typed | None:
        """The value of a name in the row, else of the partner."""
        table = self.rows.rows.table
        if name.text.startswith(f"{table.name}."):
            return self.rows.find(syntax.Name(name.text.removeprefix(f"{table.name}."), name.span))
        definition = self.bench.definitions.get(name.text)
        if definition is not None and definition.rows == "*":  # a parameter may go by tier and by fields of the row
            return self._built(definition, name)
        if definition is not None and definition.keys:
            return self._at_row(definition, name)
        found = None if self._is_partners(name.text) else self.rows.find(name)
        if found is None:  # of records, the day of the run cannot be used
            return None if name.text == "as_of" else PaidScope.find(self, name)
        if table.field(name.text) and self.partner.is_field(name.text) and name.text != table.partner:
            return self._both(table.name, name)
        return found

    def _is_partners(self, name: str) -> bool:
        """Whether it says that it is the partner's: of the day judged, and not by the reference of the row."""
        declared = any(each.name == OF_PARTNER[:-1] for each in self.rows.rows.table.links)
        return name.startswith(OF_PARTNER) and not declared

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: why a name has no meaning here."""
        return self.rows.refuse(name) if name.text == "as_of" else PaidScope.refuse(self, name)

    def _at_row(self, definition: Definition, name: syntax.Name) -> Typed:
        """What goes by choices, at the values that the row has in its own fields; missing where it lacks one."""
        assert definition.at is not None  # what has keys is read at them
        fields = [self._key(each, name) for each in definition.keys]
        kept = [each for each in fields if each is not None]
        if len(kept) < len(fields):
            return BROKEN
        self.bench.used.add(name.text)
        found: list[tuple[Scalar, Typed, Scalar]] = []
        for values in self.bench.program.scopes(definition.keys):
            with self.bench.at(definition.span):
                typed = definition.at(self.partner, name, values)
            if typed is None:
                return BROKEN
            own = syntax.Name(f"{name.text} of {said_scope(values)}", name.span)
            gates = (TRUE, *self._taken_gates(own))
            tests = tuple(
                node.Compare(field.scalar, Comparison.EQUAL, Literal(value, field.type))
                for field, value in zip(kept, values, strict=True)
            )
            taken = Typed(self.take(own.text, typed), typed.type, name.span)
            found.append((node.conjunction(tests), taken, node.conjunction(gates[1:] or gates)))
        self.gates.append(node.Case(tuple((test, gate) for test, _, gate in found), Literal(None, BOOLEAN)))
        type = widest([each.type for _, each, _ in found])
        built = node.Case(tuple((test, each.scalar) for test, each, _ in found), Literal(None, type))
        return Typed(built, type_of(built), name.span)

    def _key(self, choice: str, name: syntax.Name) -> Typed | None:
        """The field of the row that has a value of the choice; None after a finding."""
        table = self.rows.rows.table
        if self.bench.program.choice(choice) is None:
            return None  # that was reported
        field = table.key_field(choice)
        # a field of several versions has the values of all
        is_of_choice = field is not None and field.choice == choice
        if field is not None and (is_of_choice or field.type.values == self.bench.program.dimension(choice)):
            found = self.rows.find(syntax.Name(field.name, name.span))
            return None if found is BROKEN else found
        self.report(
            meaning.NOT_HERE.at(
                name.span,
                f"`{name.text}` has a value for each {choice}, and records of `{table.name}` do not say which",
                help=f"give `{table.name}` a field of the choice `{choice}`; it may be computed by a `formula`",
            )
        )
        return None
