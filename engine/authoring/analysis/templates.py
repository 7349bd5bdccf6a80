"""Kinds of records: one for each way in which a record can count for some metrics and not for others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import combinations

from engine.authoring.analysis.domain import Domain, Numbers, Words, above
from engine.authoring.analysis.expressions import Reader
from engine.authoring.analysis.formula import TRUE, Formula, Variable, every
from engine.authoring.analysis.names import Names
from engine.authoring.analysis.rows import BELOW, GroupScope, RowScope, holds, measured_rows, owner
from engine.authoring.analysis.solver import Model, satisfy, values_of
from engine.authoring.analysis.values import Chosen, Condition, Sum, Value, all_met, compared, of_variable
from engine.language.program import Metric
from engine.language.records import RecordTable

MOST_METRICS = 8  # of one table at once; with more, only the kinds that count for one of them or all are tried
Record = Mapping[Variable, Fraction | str | None]


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of record: the values of its fields, and the metrics it counts for."""

    table: RecordTable
    values: Record
    counts_for: frozenset[Variable]
    below: bool = False  # a record of a partner below
    ranges: Mapping[Variable, Numbers] = field(default_factory=dict)  # what its numbers may be, where that is bounded
    words: Mapping[Variable, tuple[str, ...]] = field(default_factory=dict)  # what its words may be, where few may

    def size_for(self, grouping: Grouping) -> int:
        """How many records of the kind are one group."""
        size = self.values.get(grouping.size) if grouping.size is not None else None
        return max(int(size), 1) if isinstance(size, Fraction) else 1


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the records of a kind are put into groups, all of them alike: groups differ in every key.

    A group of which something is added up is one record. One whose records, or whose values of a field, are counted is
    `size` records, which differ in this field (`apart`).
    """

    keys: tuple[Variable, ...]
    size: Variable | None = None
    apart: Variable | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric as its variable, with the field that carries its value: factor x field + constant.

    What is measured of groups of records is measured of their records: `within` is what the value of each group must
    be for the least, the greatest or a mean of them to have the value wanted.
    """

    variable: Variable
    metric: Metric
    table: RecordTable
    rows: Condition
    field: Variable | None = None
    factor: Fraction = Fraction(1)
    constant: Fraction = Fraction(0)
    grouping: Grouping | None = None
    within: Formula = TRUE


def measure_of(variable: Variable, names: Names, day: date, wanted: Domain) -> Measure | None:
    """A metric over records, or over groups of them, that can be steered by one field; None for any other."""
    metric = names.measures[variable]
    table = names.program.records.table(metric.source)
    if metric.per:
        return None
    if table is None:
        return _of_groups(variable, metric, names, day, wanted)
    measure = Measure(variable, metric, table, measured_rows(metric, table, names, day))
    return _carried(measure, metric, RowScope(names, table, day))


def _carried(measure: Measure, metric: Metric, scope: RowScope) -> Measure | None:
    """The measure with the field that carries its value; None if it is not one field."""
    if metric.value is None:
        return measure
    pieces = Reader(scope).pieces(metric.value)
    value = pieces[0].value if len(pieces) == 1 else None
    if metric.op == "count_distinct":
        chosen = _carrier(value)
        return replace(measure, field=chosen) if chosen is not None else None
    if not isinstance(value, Sum) or len(value.terms) != 1 or value.terms[0][0].free or not value.terms[0][1]:
        return None
    field, factor = value.terms[0]
    return replace(measure, field=field, factor=factor, constant=value.constant)


def _of_groups(variable: Variable, metric: Metric, names: Names, day: date, wanted: Domain) -> Measure | None:
    """A metric over the groups of another one, as one over their records."""
    inner = names.metrics.get(metric.source)
    table = names.program.records.table(inner.source) if inner is not None else None
    if inner is None or table is None:
        return None
    scope, counted = RowScope(names, table, day), inner.op in ("count", "count_distinct")
    size = names.known((table.name, "@size", inner.name), lambda: Variable("@size", above(Fraction(1)), whole=True))
    pieces = Reader(scope).pieces(inner.value) if inner.value is not None else ()
    of_group = GroupScope(names, table, day, of_variable(size) if counted else pieces)
    rows = all_met((measured_rows(inner, table, names, day), of_group.where(metric.where)))
    fields = [each for key in inner.per if (each := table.key_field(key)) is not None]
    grouping = Grouping(
        tuple(names.of_row(table.name, each.name, each, each.optional) for each in fields),
        size if counted else None,
        _carrier(pieces[0].value) if counted and len(pieces) == 1 else None,
    )
    measure = _carried(Measure(variable, metric, table, rows, grouping=grouping), metric, of_group)
    if measure is None or metric.op in ("sum", "count", "count_distinct") or not isinstance(wanted, Numbers):
        return measure
    return replace(measure, within=_within(measure, wanted)) if wanted.intervals else None


def _within(measure: Measure, wanted: Numbers) -> Formula:
    """Where the value of a record is in the range wanted."""
    assert measure.field is not None  # it has a value
    total, span = Sum(((measure.field, measure.factor),), measure.constant), wanted.hull
    bounds = []
    if span.low is not None:
        bounds.append(compared(total, ">" if span.open_low else ">=", Sum((), span.low)))
    if span.high is not None:
        bounds.append(compared(total, "<" if span.open_high else "<=", Sum((), span.high)))
    return every(bounds)


def _carrier(value: Value | None) -> Variable | None:
    """The field whose values are distinguished."""
    match value:
        case Chosen(variable):
            return variable
        case Sum(((variable, _),), _):
            return variable
    return None


def templates(
    table: RecordTable, measures: Sequence[Measure], names: Names, *, early: bool = False
) -> tuple[Template, ...]:
    """Kinds of records of one table, each kind once by what it counts for; with `early` on the first day they can."""
    found: dict[frozenset[Variable], Template] = {}
    for inside in _patterns(measures):
        made = _template(table, measures, inside, names, early)
        if made is not None and made.counts_for:
            found.setdefault(made.counts_for, made)
    return tuple(found.values())


def _patterns(measures: Sequence[Measure]) -> Iterator[frozenset[int]]:
    everything = range(len(measures))
    sizes = range(1, len(measures) + 1) if len(measures) <= 3 else (1, 2, len(measures))
    for size in sizes if len(measures) <= MOST_METRICS else (1, len(measures)):
        yield from (frozenset(each) for each in combinations(everything, size))


def _template(
    table: RecordTable, measures: Sequence[Measure], inside: frozenset[int], names: Names, early: bool
) -> Template | None:
    """A record that counts for the metrics inside, and for as few others as can be."""
    wanted = [every((each.rows.met, each.within)) for place, each in enumerate(measures) if place in inside]
    answer = satisfy(wanted, names.work)
    if not isinstance(answer, Model):
        return None
    for place, each in enumerate(measures):
        if place not in inside:
            for more in (each.rows.refuted, each.within):  # what must count for it all the same must fit it
                without = satisfy([*wanted, more], names.work)
                if isinstance(without, Model):
                    wanted.append(more)
                    answer = without
                    break
    values = chosen_values(answer, early=early)
    counts_for = frozenset(each.variable for each in measures if holds(each.rows.met, values))
    ranges = {
        each: domain for each, domain in answer.domains.items() if isinstance(domain, Numbers) and domain.intervals
    }
    words = {
        each: tuple(word for word in each.listed or sorted(domain.words) if domain.holds(word))
        for each, domain in answer.domains.items()
        if isinstance(domain, Words) and not domain.others
    }
    return Template(table, values, counts_for, values.get(owner(table, names)) == BELOW, ranges, words)


def chosen_values(model: Model, *, early: bool = False) -> dict[Variable, Fraction | str | None]:
    """One value for each variable of a model; sums are kept as far as whole numbers allow."""
    found: dict[Variable, Fraction | str | None] = {}
    linked = values_of(model.domains, model.sums) or {} if model.sums else {}
    for variable, domain in model.domains.items():
        value = linked.get(variable)
        found[variable] = value if isinstance(value, Fraction) else pick(variable, domain, early=early)
    return found


def pick(variable: Variable, domain: Domain, *, early: bool = False) -> Fraction | str | None:
    """A simple value from a set; None (missing) if there is no other. For days, the last one; with `early`, the
    first.
    """
    if isinstance(domain, Words):
        if domain.others:
            return next(each for each in ("other", "another", "x", "y", "z", "no-such-word") if domain.holds(each))
        ordered = [each for each in variable.listed if each in domain.words] or sorted(domain.words)
        ordered.sort(key=lambda each: each == "return")  # a return is of a sale, and its amount is negative
        return ordered[0] if ordered else None
    assert isinstance(domain, Numbers)
    if not domain.intervals:
        return None
    return _day(domain, early) if variable.unit == "day" else _inside(domain)


def _day(domain: Numbers, early: bool) -> Fraction:
    """The first or the last day of the set, or the one at its only bound."""
    interval = domain.intervals[0 if early else -1]
    first = interval.low + 1 if interval.low is not None and interval.open_low else interval.low
    last = interval.high - 1 if interval.high is not None and interval.open_high else interval.high
    near, far = (first, last) if early else (last, first)
    return near if near is not None else far if far is not None else Fraction(0)


def _inside(domain: Numbers) -> Fraction:
    """The number of the set nearest to zero that is easy to read."""
    interval = domain.intervals[-1]
    if domain.holds(Fraction(0)):
        return Fraction(0)
    low, high = interval.low, interval.high
    if low is not None and not interval.open_low:
        return low
    if high is not None and not interval.open_high:
        return high
    if low is None:
        return (high or Fraction(0)) - 1
    step = Fraction(1)
    while not domain.holds(low + step):
        step /= 10
    return low + step
