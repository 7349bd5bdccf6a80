"""What the first half of the course asks of an incentive: every expression lowered, for a record or a period alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.calendar import cycle_of
from engine.compiler.conditions import all_lines, lower_requirements
from engine.compiler.converting import in_own_currency, is_in_one_currency
from engine.compiler.course.limits import Bound
from engine.compiler.course.pay import Pay
from engine.compiler.course.periods import named_period
from engine.compiler.course.rows import Basis
from engine.compiler.course.scopes import PartnerScope
from engine.compiler.formulas import undivided
from engine.compiler.frame import Frame
from engine.compiler.paying import Paid, currencies_of
from engine.compiler.typed import BROKEN, Typed
from engine.compiler.workbench import Rows, Workbench
from engine.language.codes import meaning
from engine.language.diagnostic import Related
from engine.language.names import names_in
from engine.language.program import Incentive, Program
from engine.language.records import CURRENCY
from engine.plan import scalar as node
from engine.plan.inference import children, is_optional, type_of
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Corrected, StatusRead, Step
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.tablenode import columns_in
from engine.types import BOOLEAN, TEXT, Kind, is_in_row

FALSE = Literal(value=False, type=BOOLEAN)


@dataclass(frozen=True, slots=True)
class Asked:
    """An incentive with every expression lowered. `base` names the table of its rows, "" for the frame's own.

    `columns` are the columns for the words of a limit; `taken` are the columns that rows read from the judging frame.
    """

    incentive: Incentive
    frame: Frame
    base: str
    key: tuple[str, ...]
    measure: Typed | None
    gates: tuple[Scalar, ...]
    judged: tuple[Step, ...]
    lines: tuple[str, ...]
    taken: tuple[str, ...]
    pay: Pay
    limits: tuple[Bound, ...]
    columns: Mapping[str, Column]
    times: tuple[tuple[str, Scalar], ...]
    order: tuple[str, ...]
    fields: Mapping[str, str]  # the columns for the words of an order
    told: Mapping[str, Scalar]
    rows: str  # the table that the lines of `where` choose from
    where: tuple[Condition, ...]
    corrected: Corrected | None
    basis: tuple[tuple[str, str], ...] = ()
    on: tuple[tuple[str, str], ...] = ()  # how a row finds its partner and day in the frame
    read: tuple[str, ...] = ()  # the fields that a measure of several is computed from
    currency: Column | None = None  # of the row, where it pays in that
    unreturned: tuple[tuple[str, Scalar], ...] = ()  # columns of a row as they are without a return
    statuses: tuple[StatusRead, ...] = ()  # that the frame decides and this reads
    open: str = ""  # the column that says whether one of them was undecided


def measure_of(incentive: Incentive, basis: Basis | None, bench: Workbench) -> Typed | None:
    """What the incentive measures of a row, in the currency it pays in; None after a finding."""
    if basis is None or incentive.measure is None:
        return None
    typed = basis.measure
    if typed is None or not _is_payable(typed, incentive, basis.rows, bench):
        return None
    return typed if incentive.period is None or not typed.type.ratio else undivided(typed)


def _is_payable(measure: Typed, incentive: Incentive, rows: Rows, bench: Workbench) -> bool:
    """Whether the measure is in the currency that the incentive pays in; otherwise that it is not is reported.

    Amounts may be paid for a number, which is in no currency.
    """
    if not incentive.pays_by_row:
        by_rate = incentive.rate is not None and not incentive.limits
        more = f"; or add `pays_in: row` to `{incentive.name}`, and each currency is paid by itself"
        verb = "paid on" if incentive.period is None else "combined"
        return is_in_one_currency(measure, rows, bench, verb, more if by_rate else "")
    if is_in_row(measure.type) or (measure.type.kind is not Kind.MONEY and incentive.rate is None):
        return True
    bench.report(
        meaning.WRONG_KEYS.at(
            measure.span,
            f"`{incentive.name}` pays in the currency of the row, and this is {measure.type.said}",
            related=[Related(incentive.pays_in_span or incentive.span, "paid in the currency of the row")],
            help="measure fields with `currency: row` that are imported (formulas are converted),"
            f" or {in_own_currency(bench.program)}",
        )
    )
    return False


@dataclass(frozen=True, slots=True)
class Eligible:
    """The eligible lines of an incentive, judged on the days of its frame."""

    gates: tuple[Scalar, ...] = ()
    steps: tuple[Step, ...] = ()
    lines: tuple[str, ...] = ()


def eligible_of(incentive: Incentive, scope: PartnerScope) -> Eligible | None:
    """Columns of the frame that say why: the tier held where a line reads it, then the outcome."""
    if not incentive.eligible:
        return Eligible()
    frame, asked = scope.frame, len(scope.gates)
    decided = lower_requirements(Owner(OwnerKind.INCENTIVE, incentive.name), incentive.eligible, scope)
    del scope.gates[asked:]  # a line compares what a benefit is worth: nothing is paid by it
    if decided is None:
        return None
    span = incentive.eligible[0].span
    gate = frame.derive(f"{incentive.name}.eligible", all_lines(decided))
    steps = [Step("eligible", gate.name, BOOLEAN, span)]
    tier = next((each for each in names_in(incentive.eligible) if each.text == "tier"), None)
    held = scope.find(tier) if tier else None
    if held is not None and held is not BROKEN:
        column = frame.derive(f"{incentive.name}.tier", held.scalar)
        steps.insert(0, Step("tier", column.name, held.type, span))
    return Eligible((gate,), tuple(steps), tuple(each.id for each in decided if each.id))


def statuses_read(incentive: Incentive, frame: Frame, values: Iterable[Scalar]) -> tuple[tuple[StatusRead, ...], str]:
    """The statuses behind what an incentive reads of its frame; the column that says whether one was undecided."""
    found = frame.statuses_behind(each.name for value in values for each in columns_in(value))
    if not found:
        return (), ""
    frame.is_read = True
    tests = tuple(
        node.Compare(_derived(each.floor, frame), Comparison.UNEQUAL, _derived(each.ceiling, frame)) for each in found
    )
    known = tuple(node.IfMissing(each, FALSE) if is_optional(each) else each for each in tests)
    return found, frame.derive(f"{incentive.name}.open", node.Or(known) if len(known) > 1 else known[0]).name


def _derived(name: str, frame: Frame) -> Column:
    scalar = frame.derived[name]
    return Column(name, type_of(scalar), is_optional(scalar))


def with_tier(steps: tuple[Step, ...], held: Scalar | None, pay: Pay, limits: tuple[Bound, ...]) -> tuple[Step, ...]:
    """The steps, preceded by the tier held if no line shows it and a pay or limit depends on it."""
    values = (*(value for _, value in pay.reads), pay.earned, *(each.amount for each in limits))
    reader = next((each for each in values if _reads(each.scalar, held)), None)
    if not isinstance(held, Column) or reader is None or any(each.name == "tier" for each in steps):
        return steps
    return (Step("tier", held.name, held.type, reader.span), *steps)


def _reads(scalar: Scalar, wanted: Scalar | None) -> bool:
    return scalar == wanted or any(_reads(each, wanted) for each in children(scalar))


def paid_by_row(incentive: Incentive, rows: Rows, frame: Frame, bench: Workbench) -> Paid | None:
    """What its rows are paid in, where that is the currency of the row."""
    if not incentive.pays_by_row:
        return None
    codes, known = currencies_of(incentive, rows.table), incentive.currencies or rows.table.currencies
    name = f"{rows.table.name}.{CURRENCY}" if PartnerScope(frame).is_field(CURRENCY) else CURRENCY
    span = incentive.pays_in_span or incentive.span
    others = codes == known != rows.table.currencies
    return Paid(rows.columns[CURRENCY], codes, name, incentive.name, span, others)


def taken_gates(gates: tuple[Scalar, ...]) -> list[Scalar]:
    """Gates of the frame as the rows take them: missing where the partner is not known."""
    return [Column(each.name, BOOLEAN, optional=True) for each in gates if isinstance(each, Column)]


def try_lines(incentive: Incentive, bench: Workbench) -> None:
    """Lower the eligible lines of an incentive that has no rows, for their findings alone."""
    eligible_of(incentive, PartnerScope(bench.decisions, held=True))


def words_of(limits: tuple[Bound, ...]) -> tuple[str, ...]:
    """The words over which limits run, each once."""
    return tuple(dict.fromkeys(word for each in limits for word in each.limit.per))


def time_of(word: str) -> Column:
    """The column with the calendar period that a row falls in."""
    return Column(f"@{word}", TEXT)


def times_of(
    incentive: Incentive, limits: tuple[Bound, ...], day: Scalar, program: Program, bench: Workbench
) -> tuple[tuple[str, Scalar], ...]:
    """A column for each calendar period that a limit runs over, by the day given."""
    cycles = {word: cycle for word in words_of(limits) if (cycle := cycle_of(word)) is not None}
    return tuple(
        (f"@{word}", named_period(day, cycle, incentive, program, bench.as_of)) for word, cycle in cycles.items()
    )
