"""The rows of an incentive, said plainly: less what was returned, those that are sales, the first of each customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce

from engine.calendar import Cycle, Unit
from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import Incentive, Limit
from engine.language.records import RecordTable
from engine.language.syntax import Expression
from engine.plan.scalar import Value
from tests.properties.naive_expressions import Look, Naive, exact, value_of
from tests.properties.naive_partner import Row, World

FIELDS = {"seller": "seller_id", "customer": "customer_id"}


@dataclass(frozen=True)
class Record:
    """A row to pay on. `fields` are its values less what was returned; `counts` whether it is one, or may be."""

    row: Row
    fields: Mapping[str, Value]
    day: date
    partner: str
    key: Value
    counts: bool | None = True
    back: tuple[Row, ...] = ()


def field_of(word: str, table: RecordTable) -> str:
    """The field that a word such as `seller` stands for."""
    return table.partner if word == "partner" else FIELDS.get(word, word)


def records_of(world: World, incentive: Incentive) -> list[Record]:
    """All rows, also of days that are not paid for."""
    table = world.table(incentive.source)
    rows = world.records.get(incentive.source, ())
    timely = [row for row in rows if world.in_time(table, row, _closing(world, incentive, row[table.date]))]
    restated = incentive.returns == "restate" and table.field("returns_id") is not None
    if not restated:
        found = [_record(table, row, row) for row in timely]
        kept = [each for each in found if not (_once(incentive) and _is_no_sale(each))]
    else:
        kept = []
        for row in timely:
            if row["returns_id"] is None:
                last = _closing(world, incentive, row[table.date])
                made = [each for each in rows if _returns(each, row[table.key[0]], table, world.as_of)]
                back = [each for each in made if world.in_time(table, each, last, "returns")]
                record = _record(table, row, {**row, **_net(table, row, back), **_rounded(world, table, row, back)})
                record = replace(record, back=tuple(back))
                if not (_once(incentive) and (_is_no_sale(record) or _given_back(table, record))):
                    kept.append(record)
    return list(_firsts(incentive, table, kept)) if incentive.first else kept


def _closing(world: World, incentive: Incentive, day: Value) -> date:
    """The last day of the period that a record is in, or its own; of another day than the version's, its first.

    Records that share a limit in another order than by day are closed with the last day of the limit's time.
    """
    start, before = world.program.effective
    assert isinstance(day, date)
    if not start <= day < before:
        return start
    calendar, table = world.program.calendar, world.table(incentive.source)
    if incentive.period:
        return calendar.period_of(day, *incentive.period).last_day
    times = [_of_limit(each.per) for each in incentive.limits if _out_of_turn(each, incentive, table)]
    one = times[0] if times and all(each == times[0] for each in times) else None
    if one is not None:
        return calendar.period_of(day, *one).last_day
    until = min(before, incentive.during[1]) if incentive.during else before
    return max(day, until - timedelta(days=1)) if times else day


def _of_limit(words: Iterable[str]) -> Cycle | None:
    """The calendar time that a limit runs over, if it has one."""
    times = {f"{word}{each}": (each, bool(word)) for word in ("", "fiscal ") for each in Unit}
    return next((times[word] for word in words if word in times), None)


def _out_of_turn(limit: Limit, incentive: Incentive, table: RecordTable) -> bool:
    """Whether a record may take from a limit before another of an earlier day."""
    first = (*(limit.order or incentive.order), table.date)[0]
    return first != table.date and not {field_of(each, table) for each in limit.per} & {table.date, *table.key}


def _once(incentive: Incentive) -> bool:
    """Whether records are counted, and not only measured."""
    return bool(incentive.first) or incentive.is_once


def _record(table: RecordTable, row: Row, fields: Mapping[str, Value]) -> Record:
    day = row[table.date]
    assert isinstance(day, date)
    return Record(row, fields, day, str(row[table.partner]), row[table.key[0]])


def _is_no_sale(record: Record) -> bool:
    return record.row.get("entry", "sale") != "sale"


def _returns(row: Row, key: Value, table: RecordTable, as_of: date) -> bool:
    day = row[table.date]
    assert isinstance(day, date)
    return row["returns_id"] == key and day <= as_of


def _net(table: RecordTable, row: Row, back: Iterable[Row]) -> dict[str, Value]:
    """Every number less what came back of it."""
    numbers = (each.name for each in table.stored if each.type.is_numeric)
    return {each: _less(row[each], [other[each] for other in back]) for each in numbers}


def _less(sold: Value, back: Sequence[Value]) -> Value:
    """A number of a sale and those of its returns that have the other sign; missing where any of them is.

    Zero counts as positive.
    """
    if sold is None or None in back:
        return None
    assert isinstance(sold, Decimal | int | Fraction)
    numbers = [each for each in back if isinstance(each, Decimal | int | Fraction)]
    return sum((each for each in numbers if (each < 0 if sold >= 0 else each > 0)), sold)


def _rounded(world: World, table: RecordTable, row: Row, back: Sequence[Row]) -> dict[str, Value]:
    """What is left of formulas that are rounded: numbers of each record. All others read what is left themselves.

    Missing where returns take back some summands of one, and repeat others.
    """
    found: dict[str, Value] = {}
    looks = [world.row_look(table, one, str(one[table.partner]), world.as_of, kept=True) for one in (row, *back)]
    for each in table.formulas:
        if each.scale is None or each.formula is None:
            continue
        values = [world.row_look(table, one, str(one[table.partner]), world.as_of)(each.name) for one in (row, *back)]
        summands = [names for names in dict.fromkeys(_products(each.formula, table)) if names]
        found[each.name] = _less(values[0], values[1:])  # type: ignore[arg-type]  # numbers
        for one in looks[1:]:
            raises = {_left([_multiplied(names, looks[0]), _multiplied(names, one)]) is None for names in summands}
            if len(summands) > 1 and len(raises) > 1:
                found[each.name] = None
    return found


def measured(world: World, incentive: Incentive, record: Record, look: Look, rated: date | None = None) -> Naive:
    """The measure of a record. What is added up in it is a number of the sale and of each of its returns."""
    assert incentive.measure is not None
    if not record.back:
        return value_of(incentive.measure, look, {})
    return Remainder(world, incentive, record, rated).of(incentive.measure)


@dataclass(frozen=True)
class Remainder:
    """Reads what is left of a sale. Only fields have returns; what a program states is that of the sale."""

    world: World
    incentive: Incentive
    record: Record
    rated: date | None  # the day of the rate, where it is not the sale's own

    @property
    def table(self) -> RecordTable:
        """The table of the records."""
        return self.world.table(self.incentive.source)

    def of(self, expression: Expression) -> Naive:
        """What is left of a value: sums and products of fields are added up, all else is computed of what is left."""
        if not self._has_numbers(expression):
            return value_of(expression, self._sale(), {})
        if self._is_added(expression) and not self._is_converted_in_parts(expression):
            return self._added(expression)
        match expression:
            case syntax.Name(text=name):
                field = self.table.field(name)
                assert field is not None and field.formula is not None  # any other is added up
                return self.of(field.formula)
            case syntax.Arithmetic(op="*"):
                return self._product(list(_factors(expression)))
            case syntax.Arithmetic(op="/", left=left, right=right):
                return _computed(expression, {"left": self.of(left), "right": value_of(right, self._sale(), {})})
            case syntax.Arithmetic(left=left, right=right):
                return _computed(expression, {"left": self.of(left), "right": self.of(right)})
            case syntax.Negative(value=value):
                return _computed(expression, {"value": self.of(value)})
        assert isinstance(expression, syntax.Call)
        found = {f"{place}": self.of(each) for place, each in enumerate(expression.arguments)}
        names = tuple(syntax.Name(each, expression.span) for each in found)
        return value_of(replace(expression, arguments=names), found.__getitem__, {})

    def _product(self, factors: list[Expression]) -> Naive:
        """Fields are multiplied in each record, and the products added up; the other factors are the sale's."""
        fields = [each for each in factors if self._has_numbers(each)]
        stated = next(filter(self._reads_stated, fields), None)
        if len(fields) > 1 and isinstance(stated, syntax.Arithmetic):  # each part of it times the others
            rest = [each for each in factors if each is not stated]
            if stated.op == "/":
                return self.of(replace(stated, left=_product_of([stated.left, *rest])))
            left, right = (_product_of([each, *rest]) for each in (stated.left, stated.right))
            return self.of(replace(stated, left=left, right=right))
        others = [value_of(each, self._sale(), {}) for each in factors if not self._has_numbers(each)]
        found = [self.of(fields[0]) if len(fields) == 1 else self._added(_product_of(fields)), *others]
        product = Fraction(1)
        for each in found:
            if not isinstance(each, Fraction):
                return None
            product *= each
        return product

    def _added(self, expression: Expression) -> Naive:
        """What is left of a number; missing where a return would raise it, or one of several summands."""
        rows = (self.record.row, *self.record.back)
        summands = [each for each in dict.fromkeys(_products(expression, self.table)) if each]
        looks = [self._row(each, kept=True) for each in rows]
        raised = [_left([_multiplied(each, look) for look in looks]) is None for each in summands]
        if len(summands) > 1 and any(raised):
            return None
        return _left([value_of(expression, self._row(each, kept=self._kept), {}) for each in rows])

    @property
    def _kept(self) -> bool:
        return self.incentive.pays_in == "row"

    def _sale(self) -> Look:
        """Names as the sale has them, less what came back."""
        record = self.record
        day = self.world.as_of
        return self.world.row_look(
            self.table, record.row, record.partner, day, record.fields, rated=self.rated, kept=self._kept
        )

    def _row(self, row: Row, kept: bool) -> Look:
        """Fields as one of the records has them, converted by the rate of the sale."""
        rated = self.rated or self.record.day
        return self.world.row_look(self.table, row, self.record.partner, self.world.as_of, rated=rated, kept=kept)

    def _has_numbers(self, expression: Expression) -> bool:
        """Whether it reads a number of the records, or of one they refer to."""
        return any(map(len, _products(expression, self.table)))

    def _reads_stated(self, expression: Expression) -> bool:
        return bool({each.name for each in self.world.program.parameters} & {*_names(expression)})

    def _is_added(self, expression: Expression) -> bool:
        """Whether it is a sum of products of fields, in which nothing stands by itself that the sale has once."""
        match expression:
            case syntax.Name(text=name):
                field = self.table.field(name)
                formula = field.formula if field is not None and field.scale is None else None
                return self._has_numbers(expression) if formula is None else self._is_added(formula)
            case syntax.Negative(value=value):
                return self._is_added(value)
            case syntax.Arithmetic(op="*"):
                factors = list(_factors(expression))
                fields = [each for each in factors if self._has_numbers(each)]
                alone = not self._reads_stated(expression) and all(
                    each in fields or not _names(each) for each in factors
                )
                return alone and (len(fields) > 1 or any(map(self._is_added, fields)))
            case syntax.Arithmetic(op="/", left=left, right=right):
                return self._is_added(left) and not _names(right)
            case syntax.Arithmetic(left=left, right=right):
                return self._is_added(left) and self._is_added(right)
        return False

    def _is_converted_in_parts(self, expression: Expression) -> bool:
        """Whether it is a sum of amounts of the row's currency: each is converted by itself."""
        if not isinstance(expression, syntax.Arithmetic) or expression.op not in "+-":
            return False
        fields = [self.table.field(each) for each in _names(expression)]
        of_row = any(each is not None and each.type.currency == "row" for each in fields)
        return of_row and not self._multiplies(expression)

    def _multiplies(self, expression: Expression) -> bool:
        if isinstance(expression, syntax.Arithmetic):
            several = sum(map(self._has_numbers, _factors(expression))) > 1
            return several or self._multiplies(expression.left) or self._multiplies(expression.right)
        return isinstance(expression, syntax.Negative) and self._multiplies(expression.value)


def _computed(expression: syntax.Arithmetic | syntax.Negative, values: Mapping[str, Naive]) -> Naive:
    """The expression of these values in place of its parts."""
    names = {part: syntax.Name(part, expression.span) for part in values}
    return value_of(replace(expression, **names), values.__getitem__, {})  # type: ignore[arg-type]  # names of its fields


def _names(expression: Expression) -> list[str]:
    return [each.text for each in names_in(expression)]


def _factors(expression: Expression) -> list[Expression]:
    if isinstance(expression, syntax.Arithmetic) and expression.op == "*":
        return [*_factors(expression.left), *_factors(expression.right)]
    return [expression]


def _product_of(factors: Sequence[Expression]) -> Expression:
    return reduce(lambda left, right: syntax.Arithmetic("*", left, right, left.span), factors)


def _products(expression: Expression, table: RecordTable) -> list[tuple[str, ...]]:
    """The fields that each summand multiplies; a formula is read as if it stood there."""
    match expression:
        case syntax.Name(text=name):
            field = table.field(name)
            if field is not None and field.formula is not None:
                return _products(field.formula, table)
            return [(name,)] if field is not None or "." in name else [()]
        case syntax.Arithmetic(op="*", left=left, right=right):
            return [one + two for one in _products(left, table) for two in _products(right, table)]
        case syntax.Arithmetic(op="/", left=left):
            return _products(left, table)
        case syntax.Arithmetic(left=left, right=right):
            return _products(left, table) + _products(right, table)
        case syntax.Negative(value=value):
            return _products(value, table)
        case syntax.Call(arguments=arguments):
            return [one for each in arguments for one in _products(each, table)]
    return [()]


def _multiplied(names: tuple[str, ...], look: Look) -> Naive:
    values = [look(each) for each in names]
    found = Fraction(1)
    for each in values:
        if not isinstance(each, Fraction):
            return None
        found *= each
    return found


def _left(values: list[Naive]) -> Fraction | None:
    """A number of a sale and those of its returns, added up; missing where one is, or where a return would raise it."""
    numbers = [each for each in values if isinstance(each, Fraction)]
    sold, *back = numbers or [Fraction(0)]
    raised = any(each > 0 for each in back) if sold >= 0 else any(each < 0 for each in back)
    return None if raised or len(numbers) < len(values) else sum(numbers, Fraction(0))


def _given_back(table: RecordTable, record: Record) -> bool:
    """Whether something came back, and of every number that all records have nothing is left, or less.

    A number that returns have with the sign of the sale did not come back: they name its price. Zero shows nothing.
    """
    always = [each.name for each in table.stored if each.type.is_numeric and not each.optional]
    numbers = [(_sum([record.row[name]]), _sum([each[name] for each in record.back])) for name in always]
    came = [(sold, back) for sold, back in numbers if sold * back <= 0]
    shown = any(sold for sold, _ in came) or not any(sold or back for sold, back in numbers)
    return bool(record.back) and shown and all(_is_gone(sold, sold + back) for sold, back in came)


def _sum(values: Iterable[Value]) -> Fraction:
    return sum((each for each in map(exact, values) if isinstance(each, Fraction)), Fraction(0))


def _is_gone(sold: Fraction, left: Fraction) -> bool:
    return (sold >= 0 and left <= 0) or (sold <= 0 and left >= 0)


def _firsts(incentive: Incentive, table: RecordTable, records: list[Record]) -> Iterator[Record]:
    """Each with whether it is the first of its customer, by day, then `order`, then key; unknown without one."""
    seen: set[tuple[Value, ...]] = set()
    for each in sorted(records, key=lambda each: (each.day, *place(incentive.order, each))):
        whose = tuple(each.row[field_of(word, table)] for word in incentive.first)
        counts = None if None in whose else whose not in seen
        seen.add(whose)
        yield replace(each, counts=counts)


def place(order: Iterable[str], record: Record) -> tuple[object, ...]:
    """Where a record stands: by the order given, the day, the key; missing comes last."""
    own = [exact(record.fields[word]) for word in order]
    return (*((value is None, value) for value in own), record.day, str(record.key))
