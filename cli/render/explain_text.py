"""An explanation as text: short sections, aligned, one thing a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cli.render.explain_sums import division_lines, sum_lines
from cli.render.explain_words import (
    DEEPER,
    GAP_BETWEEN,
    OUTCOMES,
    aligned,
    blocks,
    fitting,
    say_bounds,
    say_conversion,
    say_gap,
    say_late,
    say_line,
    say_missing,
    say_place,
    say_quantity,
    say_record,
    say_records,
    say_running,
    say_text,
    wrapped,
)
from cli.render.visible import visible
from cli.render.visible import width as shown_width
from cli.words import counted
from engine.explain.model import (
    BenefitReason,
    Clause,
    DesignationReason,
    EarningReason,
    Explanation,
    Line,
    MetricReason,
    Missing,
    Move,
    OpenStatus,
    Outcome,
    Part,
    PartReason,
    Records,
    SetAside,
    StepReason,
    TierReason,
    TooLate,
    Undecided,
    WhyNot,
)
from engine.plan.scope import first_open

LINE_HEAD = ("", "", "observed", "threshold", "to go", "")
OBSERVED, THRESHOLD = 2, 3
REFUSED = {Outcome.NOT_MET: "not granted", Outcome.CANNOT_DECIDE: "cannot be decided"}
MEASURE, AMOUNT, FIRST = "measure", "amount", "first"  # what bands are applied to; what is paid; whether it may be
READ = ("tier", "rate", AMOUNT)  # steps before the last that say what was read on the day judged
EARNED = "earned"  # what is paid, before it is rounded
COUNTED = (MEASURE, EARNED, "rounded", AMOUNT)  # steps of what was done; others are what was read and allowed
PERIOD_DAYS = ("period_from", "period_before")
WORDS = {"source_id": "", "earner_id": "seller", "seller_id": "seller", "sale_id": "", "currency": "in"}
"""How the parts of an earning's key are said; others by their own name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown only where it is asked for."""

    benefits: bool = False
    metrics: bool = False


ALL = Shown(benefits=True, metrics=True)


def render_explanation(explanation: Explanation, width: int, shown: Shown = ALL) -> str:
    """The explanation for a terminal of `width` columns. Amounts are never cut; long lists wrap."""
    return "\n\n".join("\n".join(section) for section in sections_of(explanation, width, shown)) + "\n"


def sections_of(explanation: Explanation, width: int, shown: Shown = ALL) -> tuple[list[str], ...]:
    """The explanation in its sections, each with its heading as the first line."""
    sections = [
        _head(explanation),
        _set_aside(explanation.set_aside),
        _tier(explanation.tier, width),
        _why_not(explanation.why_not, width),
        *(_designation(each, width) for each in explanation.designations),
        _benefits(explanation.benefits, width) if shown.benefits else [],
        _earnings(explanation, width),
        _too_late(explanation.too_late, width),
        _metrics(explanation.metrics, width) if shown.metrics else [],
        _undecided(explanation.undecided, width),
    ]
    return tuple(section for section in sections if section)


def _head(explanation: Explanation) -> list[str]:
    program = f"{visible(explanation.program)} {visible(explanation.version)}"
    head = f"{visible(explanation.partner_id)} in {program}, as of {explanation.as_of.isoformat()}"
    lines = [head]
    if explanation.day != explanation.as_of:
        lines.append(f"Tier, benefits and metrics are judged on {explanation.day}, the last day of the rules.")
    closing = any(each.closes is not None for each in explanation.scope)
    if closing:
        opened = first_open(explanation.scope)
        change = f"may still change earnings from {opened} on" if opened else "can no longer change any earnings"
        lines.append(f"Late records and returns {change}.")
    return lines


def _set_aside(found: SetAside | None) -> list[str]:
    """What is undecided because rows were set aside, and these rows."""
    if found is None:
        return []
    said = [*(["tier, benefits and metrics"] if found.run else []), *map(visible, found.incentives)]
    if not found.rows:
        because = "rows were set aside of others whose records it shares, or that are read for everybody"
        return [f"Undecided: {', '.join(said)}", f"  {because}"]
    rows = [f"  {visible(each.place)}: `{each.table}`, {visible(each.fault)}" for each in found.rows]
    return [f"Undecided: {', '.join(said)}", "  rows of this partner were set aside by the import:", *rows]


def _tier(tier: TierReason | None, width: int) -> list[str]:
    if tier is None:
        return []
    lines = [f"Tier: {visible(tier.held)}", f"  {tier.because}"]
    if tier.clause is not None:
        lines.append(f"  {fitting(tier.clause, width - 2)}")
    return [*lines, *_lines(tier.lines, width)]


def _designation(designation: DesignationReason, width: int) -> list[str]:
    """The partner's status on one designation; why it has no status, or no higher one."""
    name = ".".join(visible(each) for each in (designation.name, designation.scope) if each)
    if designation.applies is not Outcome.MET:
        said = "does not apply" if designation.applies is Outcome.NOT_MET else "may not apply: cannot be decided"
        return [f"{name}: {said}", *_lines(designation.lines, width)]
    lines = _tier(designation.status, width)
    held = designation.status.held if designation.status else ""
    shown = ("held" if held == "held" else "not held") if designation.plain else visible(held)
    return [f"{name}: {shown}", *lines[1:], *(f"  {each}" for each in _why_not(designation.why_not, width))]


def _lines(lines: tuple[Line, ...], width: int, indent: int = 2) -> list[str]:
    """Conditions as a table, parts of a group indented below it; empty columns are left out.

    What does not fit is said shorter: `line 7` for the place, as the section names the file; or what
    is missing below its line.
    """
    if not lines:
        return []
    flat = list(_nested(lines, ""))
    table: list[tuple[str, ...]] = []
    used: list[int] = []
    for inline, place in ((True, say_place), (True, say_line), (False, say_place), (False, say_line)):
        rows = [LINE_HEAD, *(_line_row(line, depth, place, inline) for line, depth in flat)]
        used = [at for at in range(len(LINE_HEAD)) if any(row[at] for row in rows[1:])]
        right = [used.index(at) for at in (OBSERVED, THRESHOLD) if at in used]
        table = blocks([[row[at] for at in used] for row in rows], width, indent, right)
        if all(len(block) == 1 for block in table):
            break
    found = list(table[0]) if any(LINE_HEAD[at] for at in used) else []
    for (line, _), block in zip(flat, table[1:], strict=True):
        found += block
        if line.missing and not inline:
            found += wrapped(", ".join(map(say_missing, line.missing)), width, indent + DEEPER)
    return found


def _nested(lines: Iterable[Line], indent: str) -> Iterator[tuple[Line, str]]:
    """Every line with its indent, each followed by its parts."""
    for line in lines:
        yield line, indent
        yield from _nested(line.parts, indent + "  ")


def _line_row(line: Line, indent: str, place: Callable[[Clause | None], str], inline: bool) -> tuple[str, ...]:
    readings = ", ".join(f"{each.name} {say_quantity(each.value)}" for each in line.readings)
    missing = ", ".join(map(say_missing, line.missing)) if inline else ""
    return (
        OUTCOMES[line.outcome],
        f"{indent}{say_text(line)}",
        say_quantity(line.observed) or readings,
        say_quantity(line.threshold),
        say_gap(line.gap, line.threshold) or missing,
        place(line.clause),
    )


def _why_not(why: WhyNot | None, width: int) -> list[str]:
    if why is None:
        return []
    if why.outcome is Outcome.MET:
        return [f"All lines of {visible(why.tier)} are met", *_lines(why.lines, width)]
    return [
        f"Why not {visible(why.tier)}",
        f"  {fitting(why.clause, width - 2)}",
        *_lines(why.lines, width),
        "",
        *_cheapest(why, width),
    ]


def _cheapest(why: WhyNot, width: int) -> list[str]:
    if not why.cheapest:
        return [f"No set of lines gives {visible(why.tier)}"]
    head = f"Cheapest next step to {visible(why.tier)}: {counted(len(why.cheapest), 'line')}"
    return [head, *aligned(map(_move, why.cheapest), width)]


def _move(move: Move) -> tuple[str, ...]:
    if move.line.outcome is Outcome.CANNOT_DECIDE:
        needed = f"{', '.join(map(say_missing, move.line.missing))}: must be known, and {_wanted(move)}"
    else:
        needed = say_gap(move.gap, move.line.threshold) or f"has to be {_wanted(move)}"
    return visible(move.line.text), needed, say_place(move.line.clause)


def _wanted(move: Move) -> str:
    return "met" if move.meet else "no longer met"


def _benefits(benefits: tuple[BenefitReason, ...], width: int) -> list[str]:
    if not benefits:
        return []
    lines = ["Benefits"]
    for benefit in benefits:
        lines += [
            _benefit(benefit),
            f"    {fitting(benefit.clause, width - 4)}",
            *_lines(benefit.lines, width, indent=4),
        ]
    return lines


def _benefit(benefit: BenefitReason) -> str:
    value = REFUSED.get(benefit.outcome) or say_quantity(benefit.value)
    listed = f", listed for {visible(benefit.tier)}" if benefit.tier else ""
    name = ".".join(visible(each) for each in (benefit.id, benefit.scope) if each)
    return f"  {name}: {value}{listed}"


def _earnings(explanation: Explanation, width: int) -> list[str]:
    lines: list[str] = []
    for incentive, group in groupby(explanation.earnings, key=lambda each: each.incentive):
        lines += ["", *_incentive(incentive, list(group), width)]
    for rule in explanation.unearned:
        name = f"{visible(rule.text or rule.id)} ({visible(rule.id)})"
        said = f"  {name}: nothing to pay on, as of {explanation.as_of.isoformat()}"
        lines += ["", said, f"  {fitting(rule.clause, width - 2)}"]
    return ["Earnings", *lines] if lines else []


def _incentive(incentive: str, earnings: list[EarningReason], width: int) -> list[str]:
    """All earnings of one incentive; at the end those that measured nothing, and records that were not the first."""
    first = earnings[0]
    lines = [f"  {visible(first.title or incentive)} ({visible(incentive)})", f"  {fitting(first.clause, width - 2)}"]
    nothing = [each for each in earnings if all(map(_is_nothing, each.parts))]
    later = [each for each in earnings if all(map(_is_later, each.parts))]
    for earning in earnings:
        if earning not in nothing and earning not in later:
            lines += ["", *_earning(earning, width)]
    for few, why in ((nothing, ""), (later, ", not the first")):
        if few:
            keys = "; ".join(f"{_key(each)}{_why_nothing(each)}{say_running(each)}" for each in few)
            lines += ["", *wrapped(f"{say_quantity(few[0].amount)}{why}: {keys}", width, indent=2)]
    return lines


def _why_nothing(earning: EarningReason) -> str:
    """Why nothing was measured: what was returned, that no record counts, or that they come to nothing."""
    if any(map(_is_later, earning.parts)):
        return ""
    returned = tuple(each for part in earning.parts for each in part.returned)
    if returned:
        return f", returned by {say_records(Records(len(returned), returned))}"
    count = sum(part.records.count for part in earning.parts)
    return f", {counted(count, 'record')} that come to 0" if count > 1 else ", of 0" if count else ", no record counts"


def _is_nothing(part: PartReason) -> bool:
    """Whether nothing was measured and nothing paid, for an eligible payee: no details are shown."""
    if part.eligible and any(each.outcome is not Outcome.MET for each in part.eligible):
        return False
    counted = {step.name: step.value.value for step in part.steps if step.name in COUNTED}  # the last amount is paid
    is_counted = MEASURE in counted or bool(part.returned)
    return is_counted and all(value is not None and not value for value in counted.values())


def _is_later(part: PartReason) -> bool:
    """Whether the record earned nothing because it was not the first of its customer."""
    return any(step.name == FIRST for step in part.steps)


def _key(earning: EarningReason) -> str:
    """The key of the earning; a period with its days."""
    days = {each.name: each.value.value for each in earning.key}
    since, before = (day if isinstance(day, date) else None for day in map(days.get, PERIOD_DAYS))
    others = [each for each in earning.key if each.name not in PERIOD_DAYS]
    words = [f"{visible(WORDS.get(each.name, each.name))} {say_quantity(each.value)}".strip() for each in others]
    if since or before:
        words.insert(1, say_bounds(since, before).strip())
    return ", ".join(words)


def _earning(earning: EarningReason, width: int) -> list[str]:
    """An earning; where its rules changed inside the period, part by part."""
    amount = "undecided, not payable" if earning.amount.value is None else say_quantity(earning.amount)
    lines = [f"  {_key(earning)}: {amount}{say_running(earning)}"]
    for place, part in enumerate(earning.parts, 1):
        if len(earning.parts) > 1:
            lines.append(f"    rules {place} of {len(earning.parts)}{_days(part)}: {say_quantity(part.amount)}")
        lines += _part(part, width, indent=4 if len(earning.parts) == 1 else 6)
    return lines


def _days(part: PartReason) -> str:
    """The days that one set of rules holds for."""
    said = say_bounds(part.since, part.before)
    return f",{said}" if said else ""


def _part(part: PartReason, width: int, indent: int) -> list[str]:
    """Who may earn, as it was judged; then the steps, what is missing, and the records."""
    lines: list[str] = []
    if part.eligible and part.judged_on is not None:
        head = f"{' ' * indent}eligible, as of {part.judged_on.isoformat()}:"
        lines += [head, *_lines(part.eligible, width, indent + 2)]
    elif part.judged_on is not None and (part.open or any(step.name in READ for step in part.steps[:-1])):
        lines.append(f"{' ' * indent}read as of {part.judged_on.isoformat()}:")
    lines += _steps(part, width, indent)
    for status in part.open:
        lines += wrapped(_open(status), width, indent)
    for missing in part.missing:
        lines += wrapped(_missing(missing), width, indent)
    for found in part.sums:
        lines += sum_lines(found, width, indent)
    if part.records.count and not part.sums:
        said = f"from {counted(part.records.count, 'record')}: {say_records(part.records)}"
        lines += wrapped(said, width, indent)
    for each in () if part.sums else part.computed:
        fields = ", ".join(f"{visible(field.name)} {say_quantity(field.value)}" for field in each.fields)
        lines += wrapped(f"{say_record(each.record)}: {fields}", width, indent + DEEPER)
    for conversion in part.converted:
        lines += wrapped(say_conversion(conversion), width, indent)
    return lines


def _steps(part: PartReason, width: int, indent: int) -> list[str]:
    """The steps in order, the bands after the measure; none that the lines of who may earn have said."""
    said = {each.name for line, _ in _nested(part.eligible, "") for each in line.readings}
    said |= {"eligible"} if part.eligible else set()
    rows: list[tuple[str, str, Clause | None]] = []
    for place, step in enumerate(part.steps, 1):
        if step.name not in said:
            name = _step(step, place == len(part.steps))
            if step.name == EARNED and any(line.outcome is Outcome.NOT_MET for line in part.eligible):
                name += ", not eligible"
            rows.append((name, say_quantity(step.value), step.clause))
        if step.name == MEASURE:
            rows += [(f"  {_band(each)}", say_quantity(each.earned), each.clause) for each in part.bands]
    names = max((shown_width(name) for name, _, _ in rows), default=0)
    values = max((shown_width(value) for _, value, _ in rows), default=0)
    room = width - indent - names - values - 2 * len(GAP_BETWEEN)
    table = [(name, value, fitting(clause, room)) for name, value, clause in rows]
    return aligned(table, width, indent, right=[1]) if table else []


def _step(step: StepReason, last: bool) -> str:
    """A step's name; of a limit, what was left of it; of an amount that is read, that it is for each unit or record."""
    if step.left is None:
        return f"{AMOUNT} for each" if step.name == AMOUNT and not last else visible(step.name)
    return f"{visible(step.name)}, {say_quantity(step.left)} left of {say_quantity(step.limit)}"


def _band(part: Part) -> str:
    """What a band applies, and to how much; of what no band pays on, where that is."""
    if part.rate is not None:
        return f"{say_quantity(part.rate)} of {say_quantity(part.measure)}"
    if part.amount is None:
        where = f"from {say_quantity(part.start)} on" if part.start else f"below {say_quantity(part.before)}"
        return f"nothing on {say_quantity(part.measure)}, {where}"
    return f"{say_quantity(part.amount)} from {say_quantity(part.start)}"


def _too_late(left_out: tuple[TooLate, ...], width: int) -> list[str]:
    """Records that were left out because they became known too late, period by period."""
    if not left_out:
        return []
    lines = ["Known too late to count"]
    for incentive, group in groupby(left_out, key=lambda each: each.incentive):
        periods = list(group)
        lines += ["", f"  {visible(periods[0].title or incentive)} ({visible(incentive)})"]
        for period in periods:
            name = f"{visible(period.period)}, " if period.period else ""
            days = f"from {period.start.isoformat()} before {period.before.isoformat()}"
            lines.append(f"    {name}{days}: {counted(period.count, 'record')} left out")
            for late in period.shown:
                lines += wrapped(say_late(late), width, indent=6)
            if (rest := period.count - len(period.shown)) > 0:
                lines.append(f"      and {rest:,} more")
    return lines


def _metrics(metrics: tuple[MetricReason, ...], width: int) -> list[str]:
    if not metrics:
        return []
    lines = ["Metrics"]
    for metric, head in zip(metrics, blocks(map(_metric, metrics), width, right=[1]), strict=True):
        lines += [*head, f"    {fitting(metric.clause, width - 4)}"]
        for missing in metric.missing:
            lines += wrapped(_missing(missing), width, indent=4)
        for found in metric.sums if metric.records.count else ():
            lines += sum_lines(found, width, 4, _window(metric))
        lines += division_lines(metric.sums, metric.value, 4)
        if metric.records.count:
            said = f"{counted(metric.records.count, 'record')}{_window(metric)}: {say_records(metric.records)}"
            lines += wrapped(said, width, indent=4) if not metric.sums else []
            for conversion in metric.converted:
                lines += wrapped(say_conversion(conversion), width, indent=4)
        elif _window(metric):
            lines.append(f"    no records{_window(metric)}")
    return lines


def _metric(metric: MetricReason) -> tuple[str, str, str]:
    return visible(metric.name), say_quantity(metric.value), visible(metric.title)


def _window(metric: MetricReason) -> str:
    """The days a metric reads."""
    return say_bounds(metric.since, metric.before)


def _missing(missing: Missing) -> str:
    """What is absent, with its records."""
    return f"{say_missing(missing)}: {say_records(missing.records)}" if missing.records.count else say_missing(missing)


def _open(open_: OpenStatus) -> str:
    """A status that was undecided where it was read, and because of what."""
    return f"{visible(open_.name)} {say_quantity(open_.status)} because {'; '.join(map(_missing, open_.missing))}"


def _undecided(undecided: tuple[Undecided, ...], width: int) -> list[str]:
    if not undecided:
        return []
    lines = ["Cannot be decided because"]
    for each in undecided:
        lines += wrapped(_missing(each.missing), width, indent=2)
        lines += wrapped(f"undecided because of this: {'; '.join(map(visible, each.lines))}", width, indent=4)
    return lines
