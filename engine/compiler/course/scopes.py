"""The meaning of names in an incentive: in its rows, and in values read on the day a row is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.compiler.converting import RatedOn
from engine.compiler.course.periods import by_period, complete_periods
from engine.compiler.definitions import Definition
from engine.compiler.expressions import BROKEN, Typed
from engine.compiler.frame import FrameScope
from engine.compiler.workbench import Rows, RowScope, Workbench, widest
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Incentive
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.owner import said_scope
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Lookup
from engine.types import BOOLEAN, DATE

TRUE = Literal(True, BOOLEAN)
OF_PARTNER = "partner."  # begins the name of a partner's field where a row has one of that name, too


@dataclass(slots=True)
class RecordScope(RowScope):
    """Names in the rows of an incentive.

    `as_of` is refused there: each later run would change what a past day earned.
    """

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding; where amounts are kept in the currency of the row, no conversion would cure it."""
        if self.kept and diagnostic.code == meaning.NO_CONVERSION.code:
            diagnostic = replace(
                diagnostic,
                help="use only amounts in the currency of the row in this measure, or remove `pays_in`",
            )
        RowScope.report(self, diagnostic)

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
    """Names in what an incentive measures: amounts stay in the currency of the row where it pays in that.

    Of rows with `returns` among them, those are of the period of their sale.
    """
    if incentive.pays_by_row:
        return RecordScope(bench, rows, kept=True)
    return record_scope(incentive, rows, bench, returns=returns)


def record_scope(incentive: Incentive, rows: Rows, bench: Workbench, *, returns: bool = False) -> RecordScope:
    """Names in the rows of an incentive; amounts are converted on the row's day, or on the last of its period."""
    program = bench.program
    conversion = program.conversion
    if conversion is None or not conversion.at_period_end or incentive.period is None:
        return RecordScope(bench, rows)
    periods = complete_periods(incentive, program, bench.as_of)
    day = _day_of_sale(rows, bench) if returns else rows.columns[rows.table.date]
    ends = by_period(day, periods, [each.last_day for each in periods], DATE)
    return RecordScope(bench, rows, rated=RatedOn(f"period of {incentive.name}", ends))


SOLD = "@sold"  # the day of the sale that a return takes something of back; no author can name a field like this


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
class JudgedScope:
    """Names in what a record is paid: of the row, and of its partner on the row's day.

    What is the partner's becomes a column of the frame that judges it, and `taken` names those columns, for
    the rows to take.
    """

    rows: RecordScope
    partner: PartnerScope
    owner: str
    taken: dict[str, Column] = field(default_factory=dict)
    gates: list[Scalar] = field(default_factory=list)

    @property
    def bench(self) -> Workbench:
        """The workbench."""
        return self.rows.bench

    @property
    def currency(self) -> str:
        """The program's currency."""
        return self.rows.currency

    @property
    def knows_all(self) -> bool:
        """Whether its choices have no values but those the program knows."""
        return self.rows.knows_all

    @property
    def day(self) -> Typed | None:
        """The row's own day."""
        return self.rows.day

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.rows.report(diagnostic)

    def note(self, calculation: syntax.Expression, scalar: Scalar) -> None:
        """Remember where a calculation is written."""
        self.bench.written.append((calculation, scalar))

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield from self.rows.names()
        yield from self.partner.names()

    def find(self, name: syntax.Name) -> Typed | None:
        """The value of a name in the row, else of the partner."""
        table = self.rows.rows.table
        if name.text.startswith(f"{table.name}."):
            return self.rows.find(syntax.Name(name.text.removeprefix(f"{table.name}."), name.span))
        definition = self.bench.definitions.get(name.text)
        if definition is not None and definition.rows == "*":  # a parameter may go by tier and by fields of the row
            self.bench.used.add(name.text)
            with self.bench.at(definition.span):
                typed = definition.build(self)
            return Typed(typed.scalar, typed.type, name.span) if typed else BROKEN
        if definition is not None and definition.keys:
            return self._at_row(definition, name)
        found = None if self._is_partners(name.text) else self.rows.find(name)
        if found is None:
            return self._of_partner(name)
        if table.field(name.text) and self.partner.is_field(name.text) and name.text != table.partner:
            self.report(
                meaning.AMBIGUOUS_WORD.at(
                    name.span,
                    f"`{name.text}` is a field of both the record and its partner",
                    help=f"write `{table.name}.{name.text}` or `partner.{name.text}`",
                )
            )
            return BROKEN
        return found

    def _is_partners(self, name: str) -> bool:
        """Whether it says that it is the partner's: of the day judged, and not by the reference of the row."""
        declared = any(each.name == OF_PARTNER[:-1] for each in self.rows.rows.table.links)
        return name.startswith(OF_PARTNER) and not declared

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: why a name has no meaning here."""
        return self.rows.refuse(name) if name.text == "as_of" else self.partner.refuse(name)

    def _of_partner(self, name: syntax.Name) -> Typed | None:
        if name.text == "as_of":
            return None
        found = self.partner.find(name)
        self.gates += self._taken_gates(name)
        return found if found is None or found is BROKEN else Typed(self.take(name.text, found), found.type, name.span)

    def _taken_gates(self, name: syntax.Name) -> list[Scalar]:
        """That benefits read for the partner are granted, as the rows take it."""
        found, gates = [], self.partner.gates
        while gates:
            found.append(self.take(f"gate {len(gates)} of {name.text}", Typed(gates.pop(), BOOLEAN, name.span)))
        return found

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
            found.append((_all(tests), taken, _all(gates[1:] or gates)))
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

    def take(self, name: str, value: Typed) -> Scalar:
        """A value of the frame as a column that rows take; it is missing where the partner is not known."""
        column = self.partner.frame.derive(f"{self.owner}.reads {name}", value.scalar)
        self.taken[column.name] = Column(column.name, column.type, optional=True)
        return self.taken[column.name]


def _all(terms: tuple[Scalar, ...]) -> Scalar:
    return terms[0] if len(terms) == 1 else node.And(terms)
