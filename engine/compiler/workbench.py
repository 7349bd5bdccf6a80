"""The compiler's workbench: tables and conditions so far, what names mean, and findings.

Sections and kinds (the rules room) put things on it; `engine.compiler.plans` turns it into a Plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from engine.compiler.converting import RatedOn, in_program_currency
from engine.compiler.definitions import Definition
from engine.compiler.expressions import lower
from engine.compiler.formulas import as_declared
from engine.compiler.frame import Frame, circle_at
from engine.compiler.paying import Unpaid
from engine.compiler.totals import Whole, as_whole, divided
from engine.compiler.typed import BROKEN, Typed
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related, add_once
from engine.language.header import personal, unknown_table
from engine.language.names import declared_in
from engine.language.near import MOST_SUGGESTED
from engine.language.program import Program
from engine.language.records import REACH, Field, Link, RecordTable, linked_by_day
from engine.language.source import Span
from engine.plan.inference import is_optional, type_of
from engine.plan.plan import Converted, Entitlement, Judging, Ladder, Measured, Part, Rated
from engine.plan.scalar import Column, Literal, Scalar
from engine.plan.table import Extend, Join, Lookup, Scan, Table, Within
from engine.types import DATE, ROW

NOWHERE = Span("", 0, 0, 0, 0)
UNDIVIDED = "@undivided "  # begins the column of a formula before it is divided by what all rows have in common
LEFT = " less returns"  # ends the name of what returns leave of a number; no author can name a field like this
ORIGIN = "@origin"  # whose record it is, where it counts for a partner above; no author can name a field like this


@dataclass(slots=True)
class Rows:
    """The rows of a record table, with links joined to them at first use.

    `top` names the table with all columns joined so far: read it after lowering expressions.
    """

    name: str
    table: RecordTable
    top: str
    key: tuple[str, ...]
    columns: dict[str, Column] = field(default_factory=dict)
    computing: list[str] = field(default_factory=list)  # formulas being compiled, one reading the next
    failed: set[str] = field(default_factory=set)  # formulas that are wrong
    returned: str = ""  # the table of what takes these rows back, where they are lowered by it
    wholes: dict[str, Whole] = field(default_factory=dict)  # formulas that are ratios over one number, undivided
    rated: RatedOn | None = None  # the day whose rate converts amounts in formulas; the row's own where nothing is said


@dataclass(slots=True)
class Workbench:
    """Mutable while compiling, and thrown away after. `as_of` is the day of the run, by which records are known; `day`
    the day on which partners are judged.
    """

    program: Program
    as_of: date
    diagnostics: list[Diagnostic] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    status: Callable[[Frame], Typed | None] | None = None
    ladders: list[Ladder] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    entitlements: list[Entitlement] = field(default_factory=list)
    judgings: list[Judging] = field(default_factory=list)
    rated: list[Rated] = field(default_factory=list)  # rows that were given a rate
    converted: dict[tuple[str, Scalar], Converted] = field(default_factory=dict)  # by record table
    parts: list[Part] = field(default_factory=list)  # of incentives, as far as they have earned something
    frames: dict[tuple[date, ...], Frame] = field(default_factory=dict)
    made: dict[str, Rows] = field(default_factory=dict)  # rows that rules made of others, by name
    places: dict[tuple[str, str], Span] = field(default_factory=dict)  # of tables, and of their columns
    place: Span = NOWHERE  # of what is lowered now
    written: list[tuple[syntax.Expression, Scalar]] = field(default_factory=list)  # calculations, where they stand
    trial: bool = False  # it only tries formulas, and reports what is wrong with them
    together: bool = False  # the program is one of several versions that are evaluated as one
    _rows: dict[tuple[str, bool], Rows] = field(default_factory=dict)

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding, once: a value may be read in several places."""
        add_once(diagnostic, self.diagnostics)

    @contextmanager
    def at(self, span: Span) -> Iterator[None]:
        """While something written there is lowered: what it needs is needed for that place."""
        before, self.place = self.place, span
        try:
            yield
        finally:
            self.place = before

    def define(self, definition: Definition) -> None:
        """Declare a name."""
        self.definitions[definition.name] = definition

    def with_values(self, text: str) -> tuple[Definition | None, tuple[str, ...]]:
        """The declared name that a text begins with, and the words behind its dots: `benefits.margin`, `network`."""
        declared, values = declared_in(text)
        return self.definitions.get(declared), values

    def add(self, table: Table) -> str:
        """Add a table under its name; names are given once."""
        if table.name in self.tables:
            raise ValueError(f"table {table.name} is built twice")  # a bug in a rule, not in a program
        self.tables[table.name] = table
        self.places[table.name, ""] = self.place
        return table.name

    def close(self) -> str:
        """Close every frame; the name of the table of decisions."""
        decisions = self.decisions.close()
        for frame in self.frames.values():
            frame.close()
        return decisions

    def adopt(self, other: Workbench, prefix: str) -> None:
        """Take over what earlier rules earned and the tables it rests on, under names of their own.

        The plain rows of the records are shared, with the fields of both.
        """
        names = {name: name if isinstance(each, Scan) else prefix + name for name, each in other.tables.items()}
        for name, table in other.tables.items():
            if isinstance(table, Scan):
                found = self.tables.get(name)
                self.tables[name] = found.joined(table) if isinstance(found, Scan) else table
            else:
                self.add(table.renamed(names))
        self.places |= {(names[table], column): span for (table, column), span in other.places.items()}
        own = self._judged_today(other, prefix, names)
        self.parts += (each.renamed(names, prefix, own) for each in other.parts)
        self.rated += (each.renamed(names, prefix) for each in other.rated)
        self.converted |= other.converted
        self.judgings += (
            replace(each, name=prefix + each.name, table=names[each.table], rules=other.program.edition)
            for each in other.judgings
        )

    def _judged_today(self, other: Workbench, prefix: str, names: Mapping[str, str]) -> str:
        """Keep what earlier rules decided on the day of the run: its own lines are those of the rules in force."""
        frame = other.decisions
        if any(each.asks_of_run for each in other.parts):
            table, conditions = names[frame.closed], tuple(frame.conditions)
            day, rules = other.day, other.program.edition
            self.judgings.append(Judging(prefix + frame.name, table, day, conditions, (day, day), rules))
        return prefix + frame.name

    @property
    def day(self) -> date:
        """The day judged: that of the run, or the last day of the rules if the run is later."""
        return min(self.as_of, self.program.last_day)

    @property
    def decisions(self) -> Frame:
        """The frame of the run: every partner on the day judged."""
        return self.frame((self.day,))

    def frame(self, days: tuple[date, ...]) -> Frame:
        """The frame that judges every partner on these days."""
        if days not in self.frames:
            self.frames[days] = Frame.of_days(self, days)
        return self.frames[days]

    def scan(self, table: RecordTable) -> str:
        """The plain rows of a record table."""
        if table.name not in self.tables:
            columns = tuple(Column(each.name, each.type, each.optional) for each in table.stored)
            kin = tuple((each.name, each.references) for each in table.stored if each.same_partner)
            self.add(Scan(table.name, table.name, columns, table.key, table.partner, table.holder, kin))
        return table.name

    def rows(self, name: str, span: Span, children: bool = False) -> Rows | None:
        """The rows of a record table; with `children`, also those of partners below."""
        table = self.program.records.table(name)
        if table is None:
            self.report(unknown_table(name, span, self.program.records))
            return None
        children = children and bool(table.partner)  # rows of no partner count for nobody above
        if (name, children) not in self._rows:
            self._rows[name, children] = self._with_children(table) if children else self._plain(table)
        return self._rows[name, children]

    def _plain(self, table: RecordTable) -> Rows:
        columns = {each.name: Column(each.name, each.type, each.optional) for each in table.stored}
        return Rows(table.name, table, self.scan(table), table.key, columns)

    def _with_children(self, table: RecordTable) -> Rows:
        """Each row once for every partner it counts for: its own and those above."""
        plain = self._plain(table)
        kept = tuple((ORIGIN if name == table.partner else name, name) for name in plain.columns)
        key = tuple(ORIGIN if name == table.partner else name for name in table.key)
        top = self.add(
            Join(
                f"{table.name}/children",
                plain.top,
                self.scan(REACH),
                ((table.partner, "source_id"),),
                kept,
                ((table.partner, "partner_id"),),
                (*key, table.partner),
            )
        )
        columns = dict(plain.columns)
        columns[ORIGIN] = replace(columns[table.partner], name=ORIGIN)
        return Rows(top, table, top, (*key, table.partner), columns)

    def link(self, rows: Rows, link: Link, name: str) -> Column | None:
        """The column `link.name` of the rows, joined now; None when there is no such field."""
        wanted = f"{link.name}.{name}"
        target = self.program.records.table(link.to)
        found = target.field(name) if target is not None else None
        if target is None or found is None or found.personal or not reaches_one_row(link, target):
            return None
        within = None
        if link.as_at and target.period:
            within = Within(rows.columns[link.as_at], *target.period)
        source, type, taken = self.scan(target), found.type, [(wanted, name)]
        if found.formula is not None:
            linked = self.rows(target.name, self.place)
            column = self.column(linked, name) if linked is not None else None
            if linked is None or column is None:
                return None
            source, type = linked.top, column.type
            if name in linked.wholes:
                (whole, over), undivided = linked.wholes[name], f"{link.name}.{UNDIVIDED}{name}"
                taken.append((undivided, f"{UNDIVIDED}{name}"))
                rows.wholes[wanted] = Column(undivided, whole.typed, optional=True), over
        on = ((_own(link.by, rows), target.key[0]),)
        rows.top = self.add(Lookup(f"{rows.top}+{wanted}", rows.top, source, on, tuple(taken), within))
        rows.columns[wanted] = Column(wanted, type, optional=True)  # an id may have no row
        return rows.columns[wanted]

    def column(self, rows: Rows, name: str) -> Column | None:
        """The column of a field, computed now where it is a formula; None if there is none, or it is wrong."""
        found = rows.columns.get(name)
        declared = rows.table.field(name)
        if found is not None or declared is None or declared.formula is None:
            return found
        return self.formula(rows, declared)

    def formula(self, rows: Rows, declared: Field) -> Column | None:
        """The column of a formula, computed now where it is none yet; None if the formula is wrong."""
        name = declared.name
        if name in rows.columns:
            return rows.columns[name]
        computed = self._computed(declared, rows) if name not in rows.failed else None
        if computed is None:
            rows.failed.add(name)
            return None
        value = self._undivided(name, computed, rows)
        rows.top = self.add(Extend(f"{rows.top}+{name}", rows.top, ((name, value),)))
        rows.columns[name] = Column(name, type_of(value), is_optional(value))
        return rows.columns[name]

    def _undivided(self, name: str, computed: Typed, rows: Rows) -> Scalar:
        """The value of a formula; of one that all rows divide by the same number, from a column that adds up."""
        whole = as_whole(computed.scalar, rows.wholes) if computed.type.ratio and name not in rows.wholes else None
        if whole is not None:
            made = f"{UNDIVIDED}{name}"
            rows.top = self.add(Extend(f"{rows.top}+{made}", rows.top, ((made, whole[0]),)))
            rows.columns[made] = Column(made, type_of(whole[0]), is_optional(whole[0]))
            rows.wholes[name] = rows.columns[made], whole[1]
        if name not in rows.wholes:
            return computed.scalar
        return divided(*rows.wholes[name], computed.type)

    def _computed(self, field: Field, rows: Rows) -> Typed | None:
        """The value of a formula in the rows. The bench that checks formulas reports findings, once."""
        scope = FormulaScope(self, rows, rated=rows.rated)
        assert field.formula is not None and field.span is not None  # so it was read
        if field.name in rows.computing:
            scope.report(circle_at(field.span, rows.computing, field.name, f"the formula `{field.name}`"))
            return None
        rows.computing.append(field.name)
        with self.at(field.span):
            typed = lower(field.formula, scope)
        rows.computing.pop()
        found = as_declared(field, typed, self.program) if typed is not None else None
        if isinstance(found, Diagnostic):
            scope.report(found)
            return None
        return found


def reaches_one_row(link: Link, target: RecordTable) -> bool:
    """Whether a link finds at most one row: a reference alone says no day by which a row with history is picked."""
    keys = [each for each in target.key if target.period is None or each != target.period[0]]
    return len(keys) == 1 and (target.period is None or bool(link.as_at))


def _own(name: str, rows: Rows) -> str:
    """The column of a field as the record has it: the partner it counts for may be one above its own."""
    return ORIGIN if name == rows.table.partner and ORIGIN in rows.columns else name


@dataclass(slots=True)
class RowScope(Unpaid):
    """Names in a row of a record table: its fields, its links, parameters.

    `today` is the day judged, which `as_of` names; that of the run where nothing is said. `rated` is the day whose
    rate converts amounts; the row's own where nothing is said. `kept`: amounts of the row stay in its currency.
    """

    bench: Workbench
    rows: Rows
    today: Scalar | None = None
    gates: list[Scalar] = field(default_factory=list)
    rated: RatedOn | None = None
    kept: bool = False

    @property
    def currency(self) -> str:
        """The program's currency."""
        return self.bench.program.currency

    @property
    def knows_all(self) -> bool:
        """Whether its choices have no values but those the program knows."""
        return not self.bench.together

    @property
    def day(self) -> Typed | None:
        """The row's own day, by which dated parameters are read."""
        column = self.rows.columns.get(self.rows.table.date)
        return Typed(column, DATE, self.bench.program.span) if column else None

    @property
    def is_crowded(self) -> bool:
        """Whether unknown names get no suggestions any more."""
        return len(self.bench.diagnostics) >= MOST_SUGGESTED

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.bench.report(diagnostic)

    def note(self, calculation: syntax.Expression, scalar: Scalar) -> None:
        """Remember where a calculation is written."""
        self.bench.written.append((calculation, scalar))

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield from (name for name in self.rows.columns if self.rows.table.field(name) is not None)
        yield from (each.name for each in self.rows.table.formulas if each.name not in self.rows.columns)
        for link in self.rows.table.followed:
            target = self.bench.program.records.table(link.to)
            if target is not None and reaches_one_row(link, target):
                yield from (f"{link.name}.{each.name}" for each in target.readable)
        yield from (each.name for each in self.bench.definitions.values() if each.rows in ("*", self.rows.table.name))

    def field(self, name: syntax.Name) -> Typed | None:
        """A field, or a linked field."""
        column = self.bench.column(self.rows, _own(name.text, self.rows))
        if column is None and "." in name.text:
            first, second = name.text.split(".", 1)
            link = self.rows.table.link(first)
            column = self.bench.link(self.rows, link, second) if link else None
        if column is not None:
            return self._read(column, name)
        return BROKEN if self._is_broken(name.text) else None

    def find(self, name: syntax.Name) -> Typed | None:
        """A field, a linked field, `as_of`, or a definition that holds in rows."""
        found = self.field(name)
        if found is not None:
            return found
        if name.text == "as_of":
            return Typed(self.today or Literal(self.bench.day, DATE), DATE, name.span)
        definition = self.bench.definitions.get(name.text)
        if definition is None or definition.rows not in ("*", self.rows.table.name):
            return None
        if definition.by_tier or (definition.dated and self.day is None):
            return None
        self.bench.used.add(name.text)
        with self.bench.at(definition.span):
            typed = definition.build(self)
        return typed.at(name.span) if typed else BROKEN

    def _read(self, column: Column, name: syntax.Name) -> Typed:
        """The value of a column: an amount in the currency of its row is converted."""
        if column.type.currency != ROW:
            return Typed(column, column.type, name.span)
        link, _, _ = name.text.rpartition(".")
        if self.kept and not link:
            return Typed(column, column.type, name.span)
        found = in_program_currency(column, f"{link}." if link else "", name.span, self.rows, self.bench, self.rated)
        if isinstance(found, Diagnostic):
            self.report(found)
            return BROKEN
        return found

    def _is_broken(self, name: str) -> bool:
        """Whether the name is that of a formula, here or where a link leads: what is wrong with it was reported."""
        table: RecordTable | None = self.rows.table
        if "." in name and table is not None:
            first, name = name.split(".", 1)
            link = table.link(first)
            table = self.bench.program.records.table(link.to) if link else None
        found = table.field(name) if table is not None else None
        return found is not None and found.formula is not None

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: names of partners cannot be used in rows."""
        history = self._history(name.text)
        if history is not None:
            return meaning.NOT_HERE.at(
                name.span,
                f"`{name.text}` could be one of several rows: `{history.name}` has a history",
                help=f"declare a link with a date under `links`: `{linked_by_day(self.rows.table, name.text)}`",
            )
        if name.text.count(".") > 1 and self.rows.table.link(name.text.split(".", 1)[0]) is not None:
            cure = "declare a field with a `formula` in the linked table"
            return meaning.NOT_HERE.at(name.span, f"`{name.text}` follows more than one link", help=cure)
        field_of_table = self.rows.table.field(name.text)
        if field_of_table is not None and field_of_table.personal:
            return personal(name.text, name.span)
        definition = self.bench.definitions.get(name.text)
        if definition is not None and definition.rows == "*" and not definition.by_tier:
            return meaning.NOT_HERE.at(
                name.span,
                f"`{name.text}` changes by date, but records of `{self.rows.table.name}` have no date",
                help="give it one value, or measure records with a `date`",
            )
        if name.text == "tier" or definition is not None:
            return meaning.NOT_HERE.at(
                name.span,
                f"`{name.text}` is a value of the partner and cannot be used in a row of `{self.rows.table.name}`",
                help=f"use a field, such as `{self.rows.table.measurable.name}`;"
                " a condition on the partner goes under `eligible` or `requires`",
            )
        return None

    def _history(self, name: str) -> RecordTable | None:
        """The table with history that a reference leads to, with no day to pick a row by."""
        link = self.rows.table.link(name.split(".", 1)[0]) if "." in name else None
        target = self.bench.program.records.table(link.to) if link else None
        return target if target is not None and target.period is not None and link and not link.as_at else None


@dataclass(slots=True)
class FormulaScope(RowScope):
    """Names in a formula: fields of its row, and of rows it refers to."""

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding, on the bench that tries formulas."""
        if self.bench.trial:
            self.bench.report(diagnostic)

    def names(self) -> Iterator[str]:
        """Fields alone."""
        own = self.bench.definitions
        yield from (each for each in RowScope.names(self) if each not in own)

    def find(self, name: syntax.Name) -> Typed | None:
        """A field, or a linked field."""
        return self.field(name)

    def _read(self, column: Column, name: syntax.Name) -> Typed:
        """The value of a column. A formula is computed once for a record, so no period or window gives it a rate."""
        conversion = self.bench.program.conversion
        if column.type.currency != ROW or conversion is None or not conversion.at_period_end:
            return RowScope._read(self, column, name)
        self.report(
            meaning.NO_CONVERSION.at(
                name.span,
                f"`{name.text}` is converted at the end of a period, and a formula of a record has none",
                related=[Related(conversion.span, "the rate is that of the last day of a period or window")],
                help="write the calculation in the metric or incentive, or convert `as_at: row`",
            )
        )
        return BROKEN

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """Anything else changes with the day judged, or belongs to a partner."""
        found = RowScope.refuse(self, name)
        is_no_field = self.rows.table.field(name.text) is None and "." not in name.text
        if name.text == "as_of" or (found is not None and is_no_field):
            return meaning.NOT_HERE.at(
                name.span,
                f"`{name.text}` cannot be read in a formula of a record",
                help="use fields of the record and of records it refers to, such as `product.line`",
            )
        return found
