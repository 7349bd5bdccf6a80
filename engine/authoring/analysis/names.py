"""The names of a program in formulas: a variable for each measured value, a formula for each calculated one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from engine.authoring.analysis.domain import (
    EVERY_NUMBER,
    TRUTHS,
    Interval,
    Numbers,
    Words,
    above,
    exactly,
)
from engine.authoring.analysis.expressions import Reader, Scope
from engine.authoring.analysis.formula import TRUE, Formula, In, Variable, any_of, every, negated
from engine.authoring.analysis.holding import breaking_days, counts_on
from engine.authoring.analysis.measured import described, is_optional, narrower
from engine.authoring.analysis.solver import Work
from engine.authoring.analysis.values import (
    Chosen,
    Condition,
    Judged,
    Piece,
    Pieces,
    Sum,
    Word,
    compared,
    of_variable,
    one,
    present,
)
from engine.calendar import FIRST_DAY, LAST_RECORDED, say_days
from engine.language import syntax
from engine.language.expression import render_expression
from engine.language.names import OF_PARTNER, declared_in, names_in
from engine.language.program import Choice, Ladder, Line, Metric, Parameter, Program, Segment, Table, expressions_of
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression, Name
from engine.types import BOOLEAN, Kind, Type

COUNTS = ("count", "count_distinct")
ANY_WORD = Words(frozenset(), True)


@dataclass(frozen=True, slots=True)
class Era:
    """Days on which every dated value is the same: from `start` before `before`."""

    start: date
    before: date

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.before - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose lines are read: `ladder` is the designation, "" for all else, and `keys` the value of each of its `per`."""

    ladder: str = ""
    keys: tuple[tuple[str, str], ...] = ()

    def values(self, per: tuple[str, ...]) -> tuple[str, ...]:
        """The values at which something with this `per` is read here; () if one is not known."""
        known = dict(self.keys)
        return tuple(known[each] for each in per) if all(each in known for each in per) else ()


OF_TIERS = Place()


@dataclass
class Names:
    """The variables of one program: one for each thing measured, whatever names it has."""

    program: Program
    days: tuple[date, date]  # on which these rules hold
    variables: dict[object, Variable] = field(default_factory=dict)
    measures: dict[Variable, Metric] = field(default_factory=dict)
    partner_fields: dict[Variable, str] = field(default_factory=dict)
    places: dict[Variable, Place] = field(default_factory=dict)  # whose status a variable is, if it is one scope's
    invitations: dict[Variable, tuple[str, Place]] = field(default_factory=dict)
    judged: dict[tuple[str, Era, Place], list[Judged]] = field(default_factory=dict)  # lines of a tier, read once
    read: dict[tuple[int, Era, str, bool, Place], Judged] = field(default_factory=dict)  # any line, by object and scope
    closed: dict[tuple[str, Era, Place], bool] = field(
        default_factory=dict
    )  # tiers that no partner reaches, proved once
    held: dict[Era, Formula] = field(default_factory=dict)  # lines met by the tier held, by era
    wider: dict[Variable, set[Variable]] = field(default_factory=dict)  # counts that are never less than a count
    work: Work = field(default_factory=Work)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Metrics by name."""
        return {each.name: each for each in self.program.metrics}

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """Parameters by name."""
        return {each.name: each for each in self.program.parameters}

    @cached_property
    def segments(self) -> dict[str, Segment]:
        """Segments by name."""
        return {each.name: each for each in self.program.segments}

    @cached_property
    def partners(self) -> RecordTable:
        """The table of partners."""
        table = self.program.records.table("partners")
        assert table is not None  # standard
        return table

    @cached_property
    def eras(self) -> tuple[Era, ...]:
        """The program's days, cut where a dated value changes or a certification ends."""
        start, before = self.days
        cuts = {each.start for parameter in self.program.parameters for each in parameter.versions if each.start}
        cuts |= set(breaking_days(self.program))
        days = [start, *sorted(each for each in cuts if start < each < before), before]
        return tuple(Era(first, second) for first, second in pairwise(days))

    @cached_property
    def as_of(self) -> Variable:
        """The day judged."""
        start, before = (Fraction(each.toordinal()) for each in self.days)
        return Variable("as_of", Numbers((Interval(start, before - 1),)), whole=True, unit="day")

    @cached_property
    def tier(self) -> Variable:
        """The tier held."""
        names = self.program.ladder.names
        return Variable("tier", Words(frozenset(names)), values=names)

    def ladder(self, place: Place) -> Ladder:
        """The ladder of a place."""
        found = self.program.designation(place.ladder) if place.ladder else self.program.ladder
        assert found is not None  # places are made from designations
        return found

    def invited(self, tier: str, place: Place = OF_TIERS) -> Variable:
        """Whether a nomination for the tier is in force."""
        variable = self.known(("invited", tier, place), lambda: Variable(f"nomination for {tier}", TRUTHS))
        self.invitations[variable] = (tier, place)
        return variable

    def of_field(self, found: Field) -> Variable:
        """A field of the partner."""
        variable = self.known(("partner", found.name), lambda: variable_of(found.name, found.type, found.optional))
        self.partner_fields[variable] = found.name
        return variable

    def of_metric(self, metric: Metric) -> Variable:
        """What a metric measures; metrics that measure the same share it."""
        variable = self.known(described(metric), lambda: self._measured(metric))
        self.measures.setdefault(variable, metric)
        return variable

    def status(self, ladder: Ladder, values: tuple[str, ...]) -> Variable:
        """The status on a designation, or what its name means there: anything; missing where it does not apply."""
        name = ".".join((ladder.name, *values))
        type_ = BOOLEAN if ladder.plain else Type(Kind.CHOICE, values=ladder.names, ordered=True)
        variable = self.known(("designation", name), lambda: variable_of(name, type_, True))
        keys = tuple(zip(ladder.per, values, strict=False))
        if len(keys) == len(ladder.per) and all(value in self.program.dimension(key) for key, value in keys):
            self.places[variable] = Place(ladder.name, keys)
        return variable

    def at_keys(self, metric: Metric, values: tuple[str, ...]) -> Variable:
        """What a metric measures at a value of each of its keys."""
        name = ".".join((metric.name, *values))
        if metric.holding:
            people = metric.at(values)
            return self.of_metric(replace(people or metric, name=name))
        kept = self._of_group(metric, name, values)
        variable = self.known(("at keys", name), lambda: self._measured(kept))
        self.measures.setdefault(variable, kept)
        return variable

    def _of_group(self, metric: Metric, name: str, values: tuple[str, ...]) -> Metric:
        """A metric of the records that have these values in its keys. Without values it is no metric of its own."""
        table = self.program.records.table(metric.source)
        keys = [table.key_field(each) for each in metric.per] if table is not None else []
        if len(values) != len(keys) or None in keys:
            return metric
        at = metric.span
        lines = (
            Line(syntax.Comparing("is", Name(key.name, at), syntax.Text(value, at), at), at)
            for key, value in zip(keys, values, strict=True)
            if key is not None
        )
        return replace(metric, name=name, per=(), where=(*metric.where, *lines))

    def of_row(self, table: str, name: str, found: Field, optional: bool) -> Variable:
        """A field of a record."""
        return self.known((table, name), lambda: variable_of(name, found.type, optional))

    def free(self, text: str, base: Words | None, whole: bool) -> Variable:
        """A value that no sum expresses."""
        return self.known(("free", text), lambda: Variable(text, base or EVERY_NUMBER, whole, free=True))

    def known(self, key: object, make: Callable[[], Variable]) -> Variable:
        """The variable for a key, made at its first use."""
        if key not in self.variables:
            self.variables[key] = make()
        return self.variables[key]

    def _measured(self, metric: Metric) -> Variable:
        if metric.op in COUNTS or metric.holding:
            base = Numbers(above(Fraction(0)).intervals, is_optional(metric, self.program))
            return Variable(metric.name, base, whole=True)
        type_ = measured_type(metric, self.program)
        missing = metric.op != "sum" or is_optional(metric, self.program)
        whole = type_.kind in (Kind.INTEGER, Kind.DATE) and metric.op in ("sum", "min", "max")
        return Variable(metric.name, Numbers(_numbers(type_), missing), whole, unit=unit_of(type_))

    def is_dead(self, metric: Metric, era: Era) -> bool:
        """Whether no certificate can count for a metric in an era."""
        alive = [counts_on(each, era.start, self.program) for each in metric.holding]
        return bool(alive) and not (all(alive) if metric.holding_all else any(alive))

    def known_of(self, variable: Variable, era: Era) -> str:
        """What is true of a variable whatever the records are, as the end of a sentence; "" where it is nothing."""
        metric = self.measures.get(variable)
        if metric is not None and self.is_dead(metric, era):
            return f"is 0 from {era.start}: no certificate that it counts can be in force"
        if variable is self.as_of:
            return f"is {say_days(era.start, era.before)}"
        if isinstance(variable.base, Numbers) and variable.base.intervals == above(Fraction(0)).intervals:
            return "is a count, and never below 0"
        return ""

    def facts(self, used: Iterable[Variable], era: Era) -> Iterator[Formula]:
        """What holds of the variables whatever the records are."""
        start, last = Fraction(era.start.toordinal()), Fraction(era.last.toordinal())
        yield In(self.as_of, Numbers((Interval(start, last),)))
        measured = [(each, self.measures[each]) for each in dict.fromkeys(used) if each in self.measures]
        for variable, metric in measured:
            if self.is_dead(metric, era):
                yield In(variable, exactly(Fraction(0)))
        for small, large in self.narrower_pairs([each for each, _ in measured]):
            below = compared_variables(small, large)
            yield any_of((below, *(In(each, each.missing) for each in (small, large) if each.base.missing)))

    def narrower_pairs(self, used: Iterable[Variable]) -> Iterator[tuple[Variable, Variable]]:
        """Counts that are never more than another, with that other."""
        counts = dict.fromkeys(each for each in used if each.whole and not each.unit and each in self.measures)
        for each in counts:
            self._compare(each)
        for small in counts:
            wider = self.wider[small]
            for large in counts if wider else ():
                if large in wider:
                    yield small, large

    def _compare(self, new: Variable) -> None:
        """Find the counts that are never less, or never more, than this one: once for each pair."""
        if new in self.wider:
            return
        self.wider[new] = set()
        for other in self.wider:
            for small, large in ((new, other), (other, new)):
                if small is not large and narrower(self.measures[small], self.measures[large], self.program):
                    self.wider[small].add(large)


def compared_variables(small: Variable, large: Variable) -> Formula:
    """Where one variable is at most another."""
    left, right = of_variable(small)[0].value, of_variable(large)[0].value
    return compared(left, "<=", right)  # type: ignore[arg-type]  # both are numbers


def variable_of(name: str, type_: Type, optional: bool) -> Variable:
    """A variable for a field."""
    if type_.kind is Kind.BOOLEAN:
        return Variable(name, Words(TRUTHS.words, False, optional))
    if type_.is_textual:
        values = type_.values if type_.ordered else ()
        base = Words(frozenset(type_.values), not type_.values, optional)
        return Variable(name, base, values=values, listed=type_.values)
    whole = type_.kind in (Kind.INTEGER, Kind.DATE)
    base_ = Numbers(_numbers(type_), optional)
    return Variable(name, base_, whole, unit=unit_of(type_))


def _numbers(type_: Type) -> tuple[Interval, ...]:
    """All numbers, or the days a record may name."""
    if type_.kind is not Kind.DATE:
        return (Interval(),)
    return (Interval(Fraction(FIRST_DAY.toordinal()), Fraction(LAST_RECORDED.toordinal())),)


def unit_of(type_: Type) -> str:
    """How values are written."""
    return type_.currency or ("day" if type_.kind is Kind.DATE else "")


def measured_type(metric: Metric, program: Program) -> Type:
    """The type of a metric's measure: that of its first money field, else of its first field."""
    table = program.records.table(metric.source)
    fields_ = {each.name: each.type for each in table.stored} if table else {}
    found = [fields_[each.text] for each in names_in(metric.value) if each.text in fields_]
    money = [each for each in found if each.kind is Kind.MONEY]
    return (money or found or [Type(Kind.NUMBER)])[0]


@dataclass(frozen=True)
class PartnerScope:
    """Names of a partner in an era; `tested` is the tier whose lines are judged, on the ladder of the `place`."""

    names: Names
    era: Era
    tested: str = ""
    rounded: bool = False
    place: Place = OF_TIERS

    def find(self, name: str) -> Pieces | Condition | None:
        """The tier, the day, a parameter, a metric, a segment or a field."""
        known = self.names
        name = name.removeprefix(OF_PARTNER)
        if self.tested and name == (self.place.ladder or "tier"):
            return one(Word(self.tested, known.ladder(self.place).names))
        if name == "tier":
            return of_variable(known.tier)
        if name == "as_of":
            return of_variable(known.as_of)
        if name in known.parameters:
            return table_pieces(in_force(known.parameters[name], self.era.start), self)
        if name in known.metrics:
            return self._metric(known.metrics[name])
        if name in known.segments:
            return Reader(self).requirements(known.segments[name].when)
        found = known.partners.field(name)
        return of_variable(known.of_field(found)) if found is not None else self._at_values(name)

    def _at_values(self, name: str) -> Pieces | None:
        """The status on a designation, or a metric at the values behind dots."""
        head, values = declared_in(name)
        ladder = self.names.program.designation(head)
        if ladder is not None:
            return of_variable(self.names.status(ladder, values or self.place.values(ladder.per)))
        metric = self.names.metrics.get(head)
        if metric is None or len(values) != len(metric.per):
            return None
        keys = tuple(zip(metric.per, values, strict=True))
        return replace(self, place=replace(self.place, keys=keys))._metric(metric)

    def free(self, text: str, base: Words | None, whole: bool) -> Variable:
        """A value that no sum expresses, in this era, for this tier and at these keys."""
        here = "".join(f"@{each}" for each in (self.place.ladder, *(value for _, value in self.place.keys)) if each)
        return self.names.free(f"{text}@{self.era.start}@{self.tested}{here}", base, whole)

    def _metric(self, metric: Metric) -> Pieces:
        values = self.place.values(metric.per)
        if metric.formula is not None:
            found = Reader(replace(self, rounded=True)).pieces(metric.formula)
            if self.rounded and metric.scale is not None and _may_divide(metric, self.names):
                return of_variable(self.free(f"{metric.name} rounded", None, False))
        else:
            found = of_variable(self.names.at_keys(metric, values) if values else self.names.of_metric(metric))
            if self.rounded and metric.scale is not None and metric.op in ("average", "median"):
                return of_variable(self.free(f"{metric.name} rounded", None, False))
        if metric.if_missing is None:
            return found
        there = present(found)
        default = Reader(self).pieces(metric.if_missing)
        return (*found, *(Piece(every((negated(there), each.guard)), each.value) for each in default))


def _may_divide(metric: Metric, names: Names) -> bool:
    """Whether a formula's value may be a ratio, which is read rounded in another formula."""
    return any(_divides(each) for each in (metric.formula,)) or any(
        names.metrics[each.text].op in ("average", "median") or names.metrics[each.text].formula is not None
        for each in names_in(metric.formula)
        if each.text in names.metrics
    )


def _divides(expression: Expression | None) -> bool:
    match expression:
        case syntax.Arithmetic(op=op, left=left, right=right):
            return op == "/" or _divides(left) or _divides(right)
        case syntax.Negative(value=value):
            return _divides(value)
        case syntax.Call(arguments=arguments):
            return any(_divides(each) for each in arguments)
    return False


def in_force(parameter: Parameter, day: date) -> Table:
    """The parameter's table on a day; the first version holds before the second starts."""
    found = parameter.versions[0]
    for each in parameter.versions:
        if each.start is not None and each.start <= day:
            found = each
    return found.table


def table_pieces(table: Table, scope: Scope, *, inherit: bool = False) -> Pieces:
    """The value of a table by cases. With `inherit` a tier not listed has the value of the next lower one listed."""
    reader = Reader(scope)
    if table.single is not None:
        return reader.pieces(table.single)
    if table.thresholds:
        return _banded(table, reader, inherit)
    found: list[Piece] = []
    for choice, guard in zip(table.choices, choice_guards(table, scope, inherit=inherit), strict=True):
        inner = table_pieces(choice.value, scope, inherit=inherit)
        found += [Piece(every((guard, each.guard)), each.value) for each in inner]
    return tuple(found)


def choice_guards(table: Table, scope: Scope, *, inherit: bool = False) -> list[Formula]:
    """Where each choice of a table is the one in force, in their order."""
    return [
        every(
            is_word(name, word, scope, _listed(table, choice, place) if inherit and name == "tier" else ())
            for place, (name, word) in enumerate(zip(table.by, choice.keys, strict=True))
        )
        for choice in table.choices
    ]


def _listed(table: Table, choice: Choice, place: int) -> tuple[str, ...]:
    """The words of a dimension that have a value where the other dimensions are as in the choice."""
    rest = choice.keys[:place] + choice.keys[place + 1 :]
    alike = (each for each in table.choices if each.keys[:place] + each.keys[place + 1 :] == rest)
    return tuple(dict.fromkeys(each.keys[place] for each in alike))


def is_word(name: str, word: str, scope: Scope, listed: tuple[str, ...]) -> Formula:
    """Where a dimension has a word, or for an inherited tier where no higher listed tier is reached."""
    found = scope.find(name)
    if isinstance(found, Condition):
        return found.met if word == "true" else found.refuted
    assert found is not None  # the dimension was checked
    value = found[0].value
    words = {word}
    if listed:
        order = value.values if isinstance(value, Word) else value.variable.values if isinstance(value, Chosen) else ()
        place = order.index(word)
        end = min((order.index(each) for each in listed if order.index(each) > place), default=len(order))
        words = set(order[place:end])
    if isinstance(value, Word):
        return TRUE if value.text in words else negated(TRUE)
    assert isinstance(value, Chosen)
    return In(value.variable, Words(frozenset(words)))


def _banded(table: Table, reader: Reader, inherit: bool) -> Pieces:
    """From each start on, until the next."""
    measured = Name(table.by[0], table.by_spans[0])
    starts = [table_pieces(each.start, reader.scope, inherit=inherit) for each in table.thresholds]
    reached = [
        reader.reached(measured, start, " ".join(map(render_expression, expressions_of(each.start))))
        for each, start in zip(table.thresholds, starts, strict=True)
    ]
    found: list[Piece] = []
    for place, threshold in enumerate(table.thresholds):
        guard = every((reached[place], *(negated(each) for each in reached[place + 1 :])))
        inner = table_pieces(threshold.value, reader.scope, inherit=inherit)
        found += [Piece(every((guard, each.guard)), each.value) for each in inner]
    return tuple(found)


def constant(pieces: Pieces) -> Fraction | None:
    """The number an expression is for all partners, or None."""
    value = pieces[0].value if len(pieces) == 1 else None
    return value.number if isinstance(value, Sum) else None
