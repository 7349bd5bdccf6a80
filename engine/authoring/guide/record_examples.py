"""Examples of earnings record by record: each takes what earlier records left of the limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

from engine.authoring.guide.document import Points, Table, Text
from engine.authoring.guide.paid import bands_table, is_limited, said_limits, say_read, say_units, total_earned
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
from engine.authoring.wording.offers import order_of, say_first
from engine.authoring.wording.tables import NOTHING
from engine.authoring.wording.values import COUNT_WORDS, capitalized, joined, say_day
from engine.calendar import cycle_of
from engine.language import syntax
from engine.plan.scalar import Value
from engine.reference.tables import ExactRow

OF_LIMIT = (Fraction(40, 100), Fraction(35, 100), Fraction(50, 100))
"""What each record earns of the limit, so that the last one meets it."""

FEW = (Fraction(4), Fraction(7), Fraction(3))
THOUSAND = Fraction(1000)

INTO_BANDS = (Fraction(1, 2), Fraction(13, 10), Fraction(11, 10))
"""How far records reach: half of the first band, into the second, into the third."""

MOST_RECORDS = 6  # in an example; a limit that takes more to meet is left alone
DOUBLINGS = 60
ENOUGH = Fraction(11, 10)


@dataclass(frozen=True, slots=True)
class Case:
    """Some records with what each of them earned; one that does not count has no row."""

    records: Sequence[Row]
    decided: Decided
    rows: Mapping[str, ExactRow]
    own: Sequence[Mapping[str, Value]]

    @property
    def found(self) -> list[ExactRow]:
        """The earnings, in the order of the records."""
        return list(self.rows.values())


def record_examples(setting: Setting) -> Iterator[Worked]:
    """A few records of one payee, the last of which meets the limit where there is one."""
    start, before = _days(setting)
    if start >= before or _is_ordered_by_formula(setting):
        return
    # on any day after the last record the same is decided
    trial = trial_on(setting, max(start, _last(before)))
    case = _usual(trial, start, before) if trial is not None else None
    if case is None or not total_earned(case.decided, case.found):
        return
    yield _worked(setting, case, start)


def _is_ordered_by_formula(setting: Setting) -> bool:
    """Whether the order in which records are taken is known only once they are computed."""
    return bool({*order_of(setting.incentive)} & {each.name for each in setting.table.formulas})


def _last(before: date) -> date:
    return date.fromordinal(before.toordinal() - 1)


def _days(setting: Setting) -> tuple[date, date]:
    """The days of the records, from the guide's day on; where a limit runs over a time, those of one time."""
    start, before = days_of(setting.incentive, setting.program)
    if setting.voice.day is not None and start < setting.voice.day < before:
        start = setting.voice.day
    words = [word for limit in setting.incentive.limits for word in limit.per]
    for cycle in (cycle_of(each) for each in words):
        if cycle is not None and start < before:
            period = setting.program.calendar.period_of(start, *cycle)
            before = min(before, period.before)
    return start, before


def _case(trial: Trial, start: date, before: date, sizes: Sequence[Fraction]) -> Case | None:
    """The records decided; None where one of them is not, or does not count though it should."""
    setting = trial.setting
    every, own = with_repeat(setting.incentive, setting.table, sizes)
    world, invented = records_of(setting, start, before, every, own)
    # shown in the order they are taken
    words = (*order_of(setting.incentive), setting.table.date, *setting.table.key)
    records = sorted(invented, key=lambda each: [(each[name] is None, each[name]) for name in words])
    decided = trial.decide(world)
    key = setting.table.key[0]
    keyed = {str(each[key]): each for each in decided.rows}
    rows = {name: keyed[name] for each in records if (name := str(each[key])) in keyed}
    missing = len(records) - len(rows)
    if (missing and not setting.incentive.first) or any(not is_number(decided.amount(each)) for each in rows.values()):
        return None
    return Case(records, decided, rows, own)


def _usual(trial: Trial, start: date, before: date) -> Case | None:
    """Records of usual sizes, and where there is a limit such that they meet it."""
    incentive = trial.setting.incentive
    per = Fraction(incentive.per.value) if isinstance(incentive.per, syntax.Number | syntax.Money) else Fraction(1)
    unit = THOUSAND if incentive.per is None else per
    first = _case(trial, start, before, [100 * unit])
    if first is None or not first.found:
        return None
    row = first.found[0]
    if incentive.bands:
        return _meeting_limit(trial, start, before, _into_bands(first.decided, row))
    most, earned = first.decided.tightest(row), first.decided.step(row, "rounded")
    met = most is not None and most > 0 and is_number(earned) and earned > 0
    if not met or most is None or not is_number(earned):
        return _case(trial, start, before, [each * unit for each in FEW[: 2 if incentive.first else 3]])
    if incentive.is_once:
        needed = int(most / earned) + 1
        return _case(trial, start, before, [THOUSAND] * (max(needed, 2) if needed <= MOST_RECORDS else 3))
    whole = most * 100 * unit / Fraction(cast(Fraction, first.decided.step(row, "earned")))
    sizes = [max(Fraction(round_up(whole * each / per)) * per, per) for each in OF_LIMIT]
    return _case(trial, start, before, sizes)


def _into_bands(decided: Decided, row: ExactRow) -> list[Fraction]:
    """Sizes that reach several bands."""
    table = decided.bands(row)
    edges = [each.start for each in table.rows if each.start > 0] if table is not None else []
    if not edges:
        return [each * THOUSAND for each in FEW]
    reached = [edges[0], edges[0], edges[1] if len(edges) > 1 else 2 * edges[0]]
    return [Fraction(round_up(each * into)) for each, into in zip(reached, INTO_BANDS, strict=True)]


def _meeting_limit(trial: Trial, start: date, before: date, sizes: list[Fraction]) -> Case | None:
    """Records of these sizes, or of larger ones that earn more than a limit allows."""
    usual = case = _case(trial, start, before, sizes)
    for _ in range(DOUBLINGS if trial.setting.incentive.limits else 0):
        if case is None or is_limited(case.decided, case.found):
            return case or usual
        sizes = [Fraction(round_up(each * Fraction(5, 4))) for each in sizes]
        case = _case(trial, start, before, sizes)
    return usual


def _worked(setting: Setting, case: Case, start: date) -> Worked:
    incentive, name = setting.incentive, setting.rows_of
    paying = [each for each in case.found if case.decided.amount(each)]
    count, total = _number(len(case.records)), say_amount(setting, total_earned(case.decided, case.found))
    few = f"{_number(len(paying))} of " if len(case.rows) < len(case.records) else ""
    blocks: list[Text | Points | Table] = [
        Text(opening_of(setting, incentive.payee, f"has these {name} from {say_day(start)} on")),
        _row_table(setting, case, total),
    ]
    if incentive.bands:
        key, row = max(case.rows.items(), key=lambda each: len(case.decided.parts(each[1])))
        bands = bands_table(setting, case.decided, row, f"{incentive.name}-bands", f"What the bands pay for {key}")
        blocks += [bands] if bands is not None else []
    key_name = setting.table.key[0]
    left_out = [str(each[key_name]) for each in case.records if str(each[key_name]) not in case.rows]
    said = []
    if left_out:
        verb = "earns" if len(left_out) == 1 else "earn"
        said.append(f"{joined(left_out)} {verb} nothing: {say_first(incentive, setting.voice)}.")
    if incentive.limits:
        said += said_limits(setting, case.decided, case.found)
        if is_limited(case.decided, case.found) and len(case.rows) > 1:
            said.append("A record takes what earlier records have left of the limit.")
    if said:
        blocks.append(Points(tuple(map(Clause, said))))
    verb = "earns" if few and len(paying) == 1 else "earn"
    return Worked(f"Example: {few}{count} {name} {verb} {total}", tuple(blocks))


def _number(count: int) -> str:
    return COUNT_WORDS[count] if count < len(COUNT_WORDS) else str(count)


def _row_table(setting: Setting, case: Case, total: str) -> Table:
    """The records with what each earned, step by step; one that does not count earns nothing."""
    heads, columns = columns_shown(setting, [name for each in case.own for name in each])
    more = _more_columns(setting, case)
    cells = []
    for record in case.records:
        row = case.rows.get(str(record[setting.table.key[0]]))
        shown = [_more_cell(setting, case, row, name) for _, name in more]
        paid = Fraction(cast(Fraction, case.decided.amount(row))) if row is not None else Fraction(0)
        cells.append((*(cell_of(setting, name, record) for name in columns), *shown, say_amount(setting, paid)))
    all_heads = (*heads, *(head for head, _ in more), "Earns")
    cells.append(("Together", *[""] * (len(all_heads) - 2), total))
    numbers = tuple(range(len(columns) - len(setting.fields), len(all_heads)))
    caption = f"{capitalized(setting.rows_of)} of the example, in the order they count"
    return Table(f"{setting.incentive.name}-rows", caption, all_heads, tuple(cells), numbers, total=True)


def _more_columns(setting: Setting, case: Case) -> list[tuple[str, str]]:
    """What was read or computed of each record, and what it earns before something is taken or rounded."""
    steps = {each.name for each in case.decided.part.steps[:-1]}
    more = [("Counts as", "measure")] if setting.computed else []
    more += [("Rate", "rate")] if "rate" in steps else []
    more += [("Amount", "amount")] if "amount" in steps else []
    more += [("Full units", "units")] if "units" in steps else []
    if is_limited(case.decided, case.found):
        return [*more, ("Before limits", "rounded")]
    earned = any(case.decided.step(each, "earned") != case.decided.amount(each) for each in case.found)
    return [*more, ("Before rounding", "earned")] if earned else more


def _more_cell(setting: Setting, case: Case, row: ExactRow | None, name: str) -> str:
    value = case.decided.step(row, name) if row is not None else None
    if row is None or not is_number(value):
        return NOTHING
    if name == "measure":
        return say_measure(setting, case.decided.part, value)
    if name == "units":
        return say_units(case.decided, row)
    return say_read(setting, case.decided, row, name) if name in ("rate", "amount") else say_amount(setting, value)
