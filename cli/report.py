"""What `rung evaluate` prints: the totals of a run, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cli.options import Format
from cli.output import Sheet, joined, render_sheet
from cli.words import counted

if TYPE_CHECKING:
    from engine.runs.evaluate import Evaluated
    from engine.runs.manifest import Manifest
    from engine.runs.recheck import Recheck
    from engine.runs.store import Run
    from engine.runs.summary import Summary, UndecidedEarning

NUMBERS = frozenset({"partners", "amount"})


def render_run(done: Evaluated, checked: Recheck | None, form: Format) -> str:
    """The run's totals: tiers, benefits, money, what could not be decided, and the recheck."""
    manifest, summary = done.manifest, done.summary
    if manifest is None or summary is None:
        return ""
    sheets = [
        Sheet(("run", manifest.id), head(manifest, summary)),
        Sheet(("tier", "partners"), tuple((tier, f"{count:,}") for tier, count in summary.tiers), NUMBERS),
        Sheet(("benefit", "partners"), tuple((name, f"{count:,}") for name, count in summary.benefits), NUMBERS),
        Sheet(
            ("incentive", "amount", "currency"),
            tuple((name, f"{amount:,}", currency) for name, currency, amount in summary.totals),
            NUMBERS,
        ),
    ]
    blocks = [render_sheet(sheet, form) for sheet in sheets if sheet.rows]
    return joined([*blocks, "\n".join(remarks(summary, checked, done.run)) + "\n"])


def head(manifest: Manifest, summary: Summary) -> tuple[tuple[str, str], ...]:
    """What was evaluated."""
    source, meaning = manifest.source, manifest.meaning
    return (
        ("program", f"{source.family} {source.version}"),
        ("as of", meaning.as_of.isoformat()),
        ("snapshot", meaning.snapshot),
        ("partners", f"{summary.partners:,}"),
    )


def remarks(summary: Summary, checked: Recheck | None, run: Run | None) -> Iterator[str]:
    """What could not be decided, what the recheck said, where everything is."""
    yield from undecided(summary)
    if checked is not None:
        verdict = "no mismatch" if not checked.count else counted(checked.count, "mismatch") + "!"
        yield f"recheck: {counted(checked.checked, 'partner')} by {' and '.join(checked.engines)}: {verdict}"
    if run is not None:
        yield from ways_on(summary, run.id)


def undecided(summary: Summary) -> Iterator[str]:
    """Whose tier, and which earnings, could not be decided for want of a record."""
    tiers = summary.undecided
    if tiers:
        yield f"undecided: the tier of {counted(tiers, 'partner')} ({some(summary.first_undecided, tiers)})"
    earnings = summary.undecided_earnings
    if earnings:
        first = some([named(each) for each in summary.first_undecided_earnings[:1]], earnings)
        nobody = "" if tiers else "no partner's tier; "
        yield f"undecided: {nobody}{counted(earnings, 'earning')} without an amount, not payable ({first})"
    if not tiers and not earnings:
        yield "undecided: none"


def some(names: Sequence[str], total: int) -> str:
    """The first of `total` names, and a sign when there are more."""
    return ", ".join(names) + (", .." if total > len(names) else "")


def named(earning: UndecidedEarning) -> str:
    """An earning, so that it can be found: its incentive, its partner, and its record or period."""
    which = f"record {earning.source_id}" if earning.source_id else earning.period
    return f"{earning.incentive}, partner {earning.partner_id}{f', {which}' if which else ''}"


def ways_on(summary: Summary, run: str) -> Iterator[str]:
    """The commands that say why: of what could not be decided, and of anybody."""
    if summary.first_undecided_earnings:
        first = summary.first_undecided_earnings[0]
        yield f"see why: rung explain {run} {first.partner_id} --incentive {first.incentive}"
    elif summary.first_undecided:
        yield f"see why: rung explain {run} {summary.first_undecided[0]}"
    yield f"explain a partner: rung explain {run} PARTNER"
