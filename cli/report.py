"""What `rung evaluate` prints: the totals of a run, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.options import Format
from cli.output import Sheet, joined, render_sheet
from cli.words import counted
from engine.calendar import ONE_DAY
from engine.plan.scope import days_decided, first_open

if TYPE_CHECKING:
    from engine.records.incomplete import SetAside
    from engine.records.through import Through
    from engine.runs.evaluate import Evaluated
    from engine.runs.manifest import Manifest
    from engine.runs.recheck import Recheck
    from engine.runs.store import Run
    from engine.runs.summary import Standings, Summary, UndecidedEarning

NUMBERS = frozenset({"partners", "amount", "so far", "rows", "partner unknown"})


def render_run(done: Evaluated, checked: Recheck | None, form: Format) -> str:
    """The run's totals: tiers, benefits, money, what could not be decided, and the recheck."""
    manifest, summary = done.manifest, done.summary
    if manifest is None or summary is None:
        return ""
    sheets = [
        Sheet(("run", manifest.id), head(manifest, summary)),
        Sheet(("records", "through", "known from"), tuple(map(day_row, done.days))),
        Sheet(("set aside", "rows", "partner unknown"), tuple(map(aside_row, manifest.set_aside)), NUMBERS),
        Sheet(("tier", "partners"), tuple(tier_rows(summary)), NUMBERS),
        Sheet(("designation", "status", "partners"), tuple(standing_rows(summary)), NUMBERS),
        Sheet(("benefit", "partners"), tuple((name, f"{count:,}") for name, count in summary.benefits), NUMBERS),
        Sheet(
            ("incentive", "amount", "currency"),
            tuple((name, f"{amount:,}", currency) for name, currency, amount in summary.totals),
            NUMBERS,
        ),
    ]
    sheets.append(
        Sheet(("not owed yet", "period", "so far", "currency", "complete on"), running_rows(summary), NUMBERS)
    )
    blocks = [render_sheet(sheet, form) for sheet in sheets if sheet.rows]
    return joined([*blocks, "\n".join(remarks(summary, checked, done.run, manifest.set_aside)) + "\n"])


def day_row(each: Through) -> tuple[str, str, str]:
    """Through which day a table is complete, and how that is known."""
    known = "what the feed declares" if each.is_declared else "its last record" if each.day else "no record"
    return (each.table, f"{each.day}" if each.day else "", known)


def aside_row(each: SetAside) -> tuple[str, str, str]:
    """How many rows of a table were set aside, and of how many no partner is known."""
    return (each.table, f"{each.rows:,}", f"{each.unknown:,}")


def tier_rows(summary: Summary) -> Iterator[tuple[str, str]]:
    """How many partners hold each tier, and how many none: all partners together, also those that are undecided."""
    yield from ((tier, f"{count:,}") for tier, count in summary.tiers)
    if summary.without_tier:
        yield "no tier", f"{summary.without_tier:,}"


def standing_rows(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """How many partners have each status of each designation, and how many none, of those to whom it may apply."""
    for each in summary.designations:
        yield from ((called(each), status, f"{count:,}") for status, count in each.held)
        if each.without:
            yield called(each), "no status", f"{each.without:,}"


def running_rows(summary: Summary) -> tuple[tuple[str, ...], ...]:
    """The periods that still run: what each comes to until the day of the run, and when it is complete."""
    return tuple(
        (each.period.incentive, each.period.period, f"{amount:,}", currency, f"{each.period.complete_on}")
        for each in summary.running
        for currency, amount in each.totals
    )


def called(each: Standings) -> str:
    """A designation in one scope, as lines of a program name it."""
    return f"{each.name}.{each.scope}" if each.scope else each.name


def head(manifest: Manifest, summary: Summary) -> tuple[tuple[str, str], ...]:
    """What was evaluated."""
    source, meaning = manifest.source, manifest.meaning
    judged = f", judged on {manifest.judged}, the last day of the rules" if manifest.judged else ""
    decided = decides(manifest)
    return (
        ("program", f"{source.family} {editions(manifest)}"),
        ("as of", f"{meaning.as_of}{judged}"),
        *((("decides", decided),) if decided else ()),
        ("snapshot", meaning.snapshot),
        ("partners", f"{summary.partners:,}"),
    )


def editions(manifest: Manifest) -> str:
    """The versions evaluated together, the earliest first."""
    return ", ".join((*(edition for edition, _ in manifest.source.follows), manifest.source.version))


def decides(manifest: Manifest) -> str:
    """The days that incentives decide, and from which on they may still change; "" without incentives."""
    days = days_decided(manifest.scope)
    if days is None:
        return ""
    said = f"{days[0]} to {days[1] - ONE_DAY}"
    if all(each.closes is None for each in manifest.scope):
        return said
    opened = first_open(manifest.scope)
    return f"{said}, open from {opened}" if opened else f"{said}, closed"


def remarks(
    summary: Summary, checked: Recheck | None, run: Run | None, set_aside: Sequence[SetAside] = ()
) -> Iterator[str]:
    """Undecided results, the result of the recheck, and where everything is stored."""
    yield from undecided(summary)
    yield from (
        f"in no decision: {counted(each.unknown, 'row')} of {each.table} without a known partner"
        for each in set_aside
        if each.unknown
    )
    if checked is not None:
        verdict = "no mismatch" if not checked.count else counted(checked.count, "mismatch") + "!"
        yield f"recheck: {counted(checked.checked, 'partner')} by {' and '.join(checked.engines)}: {verdict}"
    if run is not None:
        yield from ways_on(summary, run.id)


def undecided(summary: Summary) -> Iterator[str]:
    """The tiers, designations, benefits and earnings that could not be decided because a value is missing."""
    tiers = summary.undecided
    if tiers:
        yield f"undecided: the tier of {counted(tiers, 'partner')} ({some(summary.first_undecided, tiers)})"
    open_ = [each for each in summary.designations if each.undecided]
    yield from (f"undecided: {called(each)} of {counted(each.undecided, 'partner')}" for each in open_)
    benefits = summary.undecided_benefits
    for each in benefits:
        named_first = some((each.first,), each.partners)
        yield f"undecided: the benefit {each.name} of {counted(each.partners, 'partner')} ({named_first})"
    earnings = summary.undecided_earnings
    if earnings:
        first = some([named(each) for each in summary.first_undecided_earnings[:1]], earnings)
        yield f"undecided: {counted(earnings, 'earning')} without an amount, not payable ({first})"
    by_status = summary.by_open_status
    if by_status:
        first = some([named(each) for each in summary.first_by_open_status[:1]], by_status)
        which = f"{counted(by_status, 'earning')} with an amount"
        yield f"undecided: a status that {which} read on the day judged ({first})"
    yield from (
        f"undecided so far: {counted(each.undecided, 'earning')} of {each.period.incentive} {each.period.period}"
        for each in summary.running
        if each.undecided
    )
    so_far = any(each.undecided for each in summary.running)
    if not (tiers or open_ or benefits or earnings or by_status or so_far):
        yield "undecided: none"


def some(names: Sequence[str], total: int) -> str:
    """The first of `total` names, and `..` if there are more."""
    return ", ".join(names) + (", .." if total > len(names) else "")


def named(earning: UndecidedEarning) -> str:
    """An earning, so that it can be found: its incentive, its partner, and its record or period."""
    which = f"record {earning.source_id}" if earning.source_id else earning.period
    return f"{earning.incentive}, partner {earning.partner_id}{f', {which}' if which else ''}"


def ways_on(summary: Summary, run: str) -> Iterator[str]:
    """The commands that explain undecided results, and any partner."""
    if summary.first_undecided_earnings:
        first = summary.first_undecided_earnings[0]
        yield f"see why: rung explain {run} {first.partner_id} --incentive {first.incentive}"
    elif summary.first_undecided:
        yield f"see why: rung explain {run} {summary.first_undecided[0]}"
    elif summary.first_by_open_status:
        first = summary.first_by_open_status[0]
        yield f"see why: rung explain {run} {first.partner_id} --incentive {first.incentive}"
    elif summary.undecided_benefits:
        yield f"see why: rung explain {run} {summary.undecided_benefits[0].first}"
    yield f"explain a partner: rung explain {run} PARTNER"
