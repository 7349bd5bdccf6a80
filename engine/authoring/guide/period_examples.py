"""Examples of earnings for a period: how it is measured, what is paid for it, and the limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

from engine.authoring.guide.document import Points, Table, Text
from engine.authoring.guide.paid import (
    bands_table,
    is_limited,
    said_limits,
    said_pay,
    say_size,
    total_earned,
)
from engine.authoring.guide.records import Row, with_repeat
from engine.authoring.guide.setting import (
    Decided,
    Setting,
    Trial,
    Worked,
    cell_of,
    columns_shown,
    days_of,
    is_number,
    opening_of,
    records_of,
    round_up,
    say_amount,
    say_measure,
    trial_on,
)
from engine.authoring.wording.conditions import Clause
from engine.authoring.wording.offers import say_first
from engine.authoring.wording.values import capitalized, say_day
from engine.authoring.wording.windows import say_unit
from engine.calendar import Period
from engine.language import syntax
from engine.plan.outputs import TOLD
from engine.plan.scalar import Value
from engine.reference.tables import ExactRow
from engine.types import Method

SHARES = (Fraction(35, 100), Fraction(40, 100))
"""How a measure is spread over the records of an example; the last one has the rest."""

INTO_SECOND = Fraction(13, 10)
"""How far into the second band an example reaches."""

UNITS = Fraction(15, 2)
"""How many units an example holds: a half more than full ones, so that it shows that only these earn."""

ALONE = Decimal(100_000)

DOUBLINGS = 60
ENOUGH = Fraction(11, 10)
"""How far what is paid must exceed the limit, for an example of it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One period of one partner, decided."""

    period: Period
    records: Sequence[Row]
    decided: Decided
    row: ExactRow
    own: Sequence[Mapping[str, Value]]


def period_examples(setting: Setting) -> Iterator[Worked]:
    """A usual example, and one that meets the limit."""
    period = _first_period(setting)
    trial = trial_on(setting, period.last_day) if period is not None else None
    if period is None or trial is None:
        return
    target = _target(trial, period)
    usual = _case(trial, period, _shared(target)) if target is not None else None
    if usual is None or target is None or not total_earned(usual.decided, [usual.row]):
        return
    yield _worked(setting, usual)
    capped = _beyond_limit(trial, period) if not is_limited(usual.decided, [usual.row]) else None
    if capped is not None and capped > target:
        shown = _case(trial, period, [Fraction(capped)])
        if shown is not None:
            yield _worked(setting, shown, few=True)


def _first_period(setting: Setting) -> Period | None:
    """The first period that is completely inside the days that earn, if possible from the guide's day on."""
    incentive = setting.incentive
    start, before = days_of(incentive, setting.program)
    if incentive.period is None or start >= before:
        return None
    periods = setting.program.calendar.periods(start, before, *incentive.period)
    whole = [each for each in periods if start <= each.start and each.before <= before]
    # what is paid whatever is measured was paid for the periods before as well, out of the same limit
    day = None if incentive.is_once and incentive.limits else setting.voice.day
    later = [each for each in whole if day is None or each.last_day >= day]
    return later[0] if later else whole[-1] if whole else None


def _case(trial: Trial, period: Period, sizes: Sequence[Fraction]) -> Case | None:
    """The period with records of these sizes; None where it is not decided."""
    setting = trial.setting
    every, own = with_repeat(setting.incentive, setting.table, sizes)
    world, records = records_of(setting, period.start, period.before, every, own)
    decided = trial.decide(world)
    # every period that is complete by then has a row
    row = next((each for each in decided.rows if each[f"{TOLD}period"] == period.name), None)
    return Case(period, records, decided, row, own) if row is not None and is_number(decided.amount(row)) else None


def _target(trial: Trial, period: Period) -> Decimal | None:
    """How much is measured in the usual example."""
    incentive = trial.setting.incentive
    if isinstance(incentive.per, syntax.Number | syntax.Money):
        return _decimal(Fraction(incentive.per.value) * UNITS)
    if not incentive.bands:
        return ALONE
    first = _case(trial, period, [Fraction(ALONE)])
    table = first.decided.bands(first.row) if first is not None else None
    if table is None:
        return None
    above = [each.start for each in table.rows if each.start > 0]
    start, end = table.rows[-1].start, table.rows[-1].end
    target = round_up(above[0] * INTO_SECOND) if above else ALONE
    is_past = table.method is Method.WHOLE and end is not None and target >= end  # nothing is paid there
    return _decimal((start + end) / 2) if is_past and end is not None else target


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)  # a half of a literal


def _shared(target: Decimal) -> list[Fraction]:
    """A measure spread over the records, whole numbers but for the last."""
    first = [Fraction(int(Fraction(target) * each)) for each in SHARES]
    return [*first, Fraction(target) - sum(first)]


def _beyond_limit(trial: Trial, period: Period) -> Decimal | None:
    """A measure that earns more than the limits allow; None where none does."""
    incentive = trial.setting.incentive
    if not incentive.limits or incentive.is_once:
        return None
    measure = Fraction(1000)
    for _ in range(DOUBLINGS):
        case = _case(trial, period, [measure])
        earned = case.decided.step(case.row, "rounded") if case is not None else None
        if case is None or not is_number(earned):
            return None
        if is_limited(case.decided, [case.row]) and earned > ENOUGH * total_earned(case.decided, [case.row]):
            return round_up(measure)
        measure *= Fraction(5, 4)
    return None


def _worked(setting: Setting, case: Case, few: bool = False) -> Worked:
    incentive, period, decided, row = setting.incentive, case.period, case.decided, case.row
    unit = f"{say_unit(period.unit, period.fiscal)} {period.name}"
    measured = say_size(setting, decided, row)
    paid = say_amount(setting, total_earned(decided, [row]))
    what = period.name if incentive.is_once else f"{measured} in {period.name}"
    when = f"in the {unit} ({say_day(period.start)} to {say_day(period.last_day)})"
    happens = f"has these {setting.rows_of} {when}"
    if few:
        happens = f"has {setting.rows_of} {when} that come to {measured}"
    blocks: list[Text | Points | Table] = [Text(opening_of(setting, incentive.payee, happens))]
    if not few:
        blocks.append(_record_table(setting, case, f"{incentive.name}-records"))
    id = f"{incentive.name}-{'limit' if few else 'bands'}"
    bands = bands_table(setting, decided, row, id, "What the bands pay")
    said = [*_not_first(setting, case, few), *said_pay(setting, decided, row, measured, f"the {unit}")]
    said += [*said_limits(setting, decided, [row]), f"Earned: {paid}."]
    blocks += [*([bands] if bands is not None else []), Points(tuple(map(Clause, said)))]
    return Worked(f"Example: {what} earns {paid}", tuple(blocks))


def _counted(case: Case) -> set[str]:
    """The keys of the records that the measure was made of."""
    ((measure, aggregate),) = case.decided.part.basis
    evaluation = case.decided.evaluation
    key = tuple(case.row[each] for each in evaluation.keys[measure])
    return {str(used[0]) for used in evaluation.behind(measure, aggregate, key).used}


def _not_first(setting: Setting, case: Case, few: bool) -> Iterator[str]:
    """The records that are left out because another of the same customer came before."""
    if not setting.incentive.first or few:
        return
    counted = _counted(case)
    for record in case.records:
        key = str(record[setting.table.key[0]])
        if key not in counted:
            yield f"{key} does not count: {say_first(setting.incentive, setting.voice)}."


def _record_table(setting: Setting, case: Case, id: str) -> Table:
    """The records; their total is the incentive's measure."""
    heads, columns = columns_shown(setting, [name for each in case.own for name in each])
    cells = [tuple(cell_of(setting, name, row) for name in columns) for row in case.records]
    numbers = tuple(range(len(columns) - len(setting.fields), len(columns)))
    measure = case.decided.step(case.row, "measure")
    sizes = [Fraction(cast(Decimal, row[each.name])) for row in case.records for each in setting.fields[:1]]
    # else the pay says what was counted
    simple = len(setting.fields) == 1 and is_number(measure) and measure == sum(sizes)
    if simple and is_number(measure):
        cells.append(("Together", *[""] * (len(columns) - 2), say_measure(setting, case.decided.part, measure)))
    caption = f"{capitalized(setting.rows_of)} of the example"
    return Table(id, caption, heads, tuple(cells), numbers, total=simple)
