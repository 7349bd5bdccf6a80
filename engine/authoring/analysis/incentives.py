"""Incentives that never pay, pay twice, or pay less for more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import combinations

from engine.authoring.analysis import codes
from engine.authoring.analysis.bands import band_findings, pays_for_nothing, pays_nothing
from engine.authoring.analysis.deciding import Asked, idle_lines, places
from engine.authoring.analysis.domain import Domain
from engine.authoring.analysis.formula import Variable, variables_in
from engine.authoring.analysis.lines import judged, spread
from engine.authoring.analysis.names import Era, Names
from engine.authoring.analysis.proofs import excluded, never_together, proof
from engine.authoring.analysis.rows import RowScope, between, days_judged, days_of
from engine.authoring.analysis.searching import Search
from engine.authoring.analysis.setting import Setting, settings_of
from engine.authoring.analysis.solver import apart, required
from engine.authoring.analysis.values import Judged
from engine.language.diagnostic import Diagnostic, Related
from engine.language.program import Incentive, Requirement
from engine.language.records import RecordTable
from engine.language.source import Span


def incentive_findings(names: Names, search: Search, unreachable: set[str]) -> Iterator[Diagnostic]:
    """All findings about incentives, and about the records that metrics count."""
    dead: set[str] = set()
    for incentive in names.program.incentives:
        found = _dead(incentive, names, unreachable)
        if found is not None:
            dead.add(incentive.name)
            yield found
        else:
            yield from band_findings(incentive, names, search)
    yield from _twice(names, search, dead)
    yield from _row_lines(names, dead)


def _dead(incentive: Incentive, names: Names, unreachable: set[str]) -> Diagnostic | None:
    """Why an incentive never pays, if it is proved.

    Days are no reason: a period that the program's end cuts is paid when the whole period has ended. That the days of
    `during` and of the program never meet is found by the check.
    """
    return (
        _without_money(incentive, names)
        or _without_records(incentive, names)
        or _without_partners(incentive, names, unreachable)
    )


def _without_money(incentive: Incentive, names: Names) -> Diagnostic | None:
    """All it could pay is zero."""
    reason = pays_nothing(incentive, names)
    if reason is None:
        return None
    span, text = reason
    return codes.DEAD_INCENTIVE.at(
        span,
        f"`{incentive.name}` never pays: {text}",
        help="write what it should pay, or remove it",
        evidence=[proof((f"whatever the records are, {text}", "so nothing above zero is ever earned"))],
    )


def _without_records(incentive: Incentive, names: Names) -> Diagnostic | None:
    """No record ever counts."""
    table = names.program.records.table(incentive.source)
    if table is None or not incentive.where:
        return None
    setting = _row_setting(names, table)
    lines = [judged(each, setting.scope) for each in incentive.where]
    if not setting.impossible(each.condition.met for each in lines):
        return None
    core = setting.smallest(spread(lines, setting.scope))
    if pays_for_nothing(incentive, names):
        return codes.NEVER_MET.at(
            incentive.span,
            f"no record of `{table.name}` ever counts for `{incentive.name}`: {excluded(core)}",
            related=places(core),
            help="change one of these lines, or remove the incentive",
            evidence=[proof(never_together(core, names, setting.era))],
        )
    return _told(incentive, core, setting, f"no record of `{table.name}` counts")


def _without_partners(incentive: Incentive, names: Names, unreachable: set[str]) -> Diagnostic | None:
    """A finding if no partner can ever be eligible."""
    if not incentive.eligible:
        return None
    start, before = days_judged(incentive, names.days, names.program.calendar)
    settings = [each for each in settings_of(names) if each.era.start < before and start < each.era.before]
    for setting in settings:
        lines = [judged(each, setting.scope) for each in incentive.eligible]
        if not setting.impossible(each.condition.met for each in lines):
            return None
    if not settings:
        return None
    lines = [judged(each, settings[0].scope) for each in incentive.eligible]
    if unreachable and any(each is names.tier for line in lines for each in variables_in(line.condition.met)):
        return None  # it follows from a tier that no partner reaches, which was reported
    return _told(
        incentive, settings[0].smallest(spread(lines, settings[0].scope)), settings[0], "no partner is ever eligible"
    )


def _told(incentive: Incentive, core: Sequence[Judged], setting: Setting, reason: str) -> Diagnostic:
    return codes.DEAD_INCENTIVE.at(
        incentive.span,
        f"`{incentive.name}` never pays: {reason}, because {excluded(core)}",
        related=places(core),
        help="change one of these lines, or remove the incentive",
        evidence=[proof(never_together(core, setting.names, setting.era))],
    )


def _row_setting(names: Names, table: RecordTable) -> Setting:
    """Any record of a table, on any day."""
    return Setting(names, Era(*names.days), RowScope(names, table))


def _row_lines(names: Names, dead: set[str]) -> Iterator[Diagnostic]:
    """Lines of `where` and `eligible` that never decide; metrics that no record ever counts for."""
    program = names.program
    told: set[Span] = set()
    for metric in program.metrics:
        table = program.records.table(metric.source)
        fresh = tuple(each for each in metric.where if each.span not in told)
        if table is None or not fresh:
            continue
        told |= {each.span for each in metric.where}
        setting = _row_setting(names, table)
        lines = [judged(each, setting.scope) for each in metric.where]
        if setting.impossible(each.condition.met for each in lines):
            core = setting.smallest(spread(lines, setting.scope))
            yield codes.NEVER_MET.at(
                metric.span,
                f"no record of `{table.name}` ever counts for `{metric.name}`: {excluded(core)}",
                related=places(core),
                help="change one of these lines, or remove the metric",
                evidence=[proof(never_together(core, names, setting.era))],
            )
        else:
            mine = frozenset(place for place, each in enumerate(metric.where) if each in fresh)
            yield from idle_lines(Asked([setting], partial(_read, metric.where), mine))
    for incentive in program.incentives:
        table = program.records.table(incentive.source)
        if incentive.name in dead or table is None:
            continue
        rows = _row_setting(names, table)
        yield from idle_lines(Asked([rows], partial(_read, incentive.where), frozenset(range(len(incentive.where)))))
        settings = settings_of(names)
        everything = frozenset(range(len(incentive.eligible)))
        yield from idle_lines(Asked(settings, partial(_read, incentive.eligible), everything))


def _read(lines: Sequence[Requirement], setting: Setting) -> Sequence[Judged]:
    return [judged(each, setting.scope) for each in lines]


MOST_SEARCHED = 6  # pairs of incentives of one program


def _twice(names: Names, search: Search, dead: set[str]) -> Iterator[Diagnostic]:
    """Two incentives of a kind that pay the same payee for the same record. Each is reported against at most one
    earlier incentive. An example takes as long as the rest of a check, so only some are searched for: fixing one
    shows the next.
    """
    alive = [each for each in names.program.incentives if each.name not in dead]
    counting = {each.name: _counting(each, names) for each in alive}
    told: set[str] = set()
    searched = 0
    for one, two in combinations(alive, 2):
        if two.name in told or searched == MOST_SEARCHED:
            continue
        if (one.kind, one.payee, one.source) != (two.kind, two.payee, two.source):
            continue
        if one.name in two.adds_to or two.name in one.adds_to:
            continue
        if apart(counting[one.name], counting[two.name]) or not _may_meet(one, two, names):
            continue
        searched += 1
        evidence = search.paying(f"{one.name} and {two.name} for one record", (one, two))
        if evidence:
            told.add(two.name)
            yield codes.PAID_TWICE.at(
                two.span,
                f"`{one.name}` and `{two.name}` pay the {one.payee} for the same record of `{one.source}`",
                related=[Related(one.span, "this one pays for it as well")],
                help=f"narrow one `where`, or write `adds_to: [{one.name}]` under `{two.name}` if both are meant",
                evidence=evidence,
            )


def _counting(incentive: Incentive, names: Names) -> Mapping[Variable, Domain]:
    """What the fields of a record must be that counts for an incentive; looked at once, and not for each pair."""
    table = names.program.records.table(incentive.source)
    if table is None:
        return {}
    scope = _row_setting(names, table).scope
    return required([judged(each, scope).condition.met for each in incentive.where])


def _may_meet(one: Incentive, two: Incentive, names: Names) -> bool:
    """Whether a record could count for both, as far as is proved."""
    table = names.program.records.table(one.source)
    first, second = (days_of(each, names.days) for each in (one, two))
    start, before = _shared(first, second)
    if table is None or start >= before:
        return False
    setting = _row_setting(names, table)
    found = table.field(table.date)
    when = [between(names.of_row(table.name, table.date, found, found.optional), start, before).met] if found else []
    lines = [judged(each, setting.scope).condition.met for each in (*one.where, *two.where)]
    if setting.impossible([*when, *lines]):
        return False
    start, before = _shared(*(days_judged(each, names.days, names.program.calendar) for each in (one, two)))
    eligible = (*one.eligible, *two.eligible)
    settings = [each for each in settings_of(names) if each.era.start < before and start < each.era.before]
    return any(not each.impossible(judged(line, each.scope).condition.met for line in eligible) for each in settings)


def _shared(one: tuple[date, date], two: tuple[date, date]) -> tuple[date, date]:
    return max(one[0], two[0]), min(one[1], two[1])
