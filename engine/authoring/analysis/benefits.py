"""Benefits that no partner gets, values that no partner gets, and grants that count a record several times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from engine.authoring.analysis import codes
from engine.authoring.analysis.deciding import Asked, idle_lines, places
from engine.authoring.analysis.formula import TRUE, Formula, variables_in
from engine.authoring.analysis.lines import judged, spread
from engine.authoring.analysis.names import Names, choice_guards, table_pieces
from engine.authoring.analysis.proofs import never_together, proof
from engine.authoring.analysis.setting import Setting, settings_of
from engine.authoring.analysis.values import Condition, Judged, Pieces, present
from engine.calendar import Unit
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.names import names_in
from engine.language.program import Benefit, Metric, expressions_of
from engine.language.window import Window, WindowKind, window_bounds
from engine.plan.owner import said_scope


def benefit_findings(names: Names, unreachable: set[str]) -> Iterator[Diagnostic]:
    """All findings about benefits. What follows from a tier that no partner reaches was said there."""
    settings = settings_of(names)
    for benefit in names.program.benefits:
        yield from _twice_granted(benefit, names)
        if not benefit.when:
            continue
        scopes = list(_scopes(benefit, names))
        open_ = [each for each in settings if not all(each.impossible(_granted(one, each)) for one in scopes)]
        if not open_:
            if not unreachable or not any(_on_tier(each, settings[0]) for each in scopes):
                yield from dict.fromkeys(_never(each, settings[0]) for each in scopes)
            continue
        if not unreachable:
            found = [finding for each in scopes for finding in _unused_values(each, open_)]
            yield from dict.fromkeys(found)  # values that no key stands for are the same in every scope
        lines = partial(_lines, benefit)
        yield from idle_lines(Asked(settings, lines, frozenset(range(len(benefit.when)))))


def _scopes(benefit: Benefit, names: Names) -> Iterator[Benefit]:
    """The benefit for every value of its keys for which something is listed; under its own name where all are alike."""
    for scope in names.program.scopes(benefit.per):
        own = benefit.at(scope)
        if own.table is benefit.table:
            yield own
        elif own.table is not None and not own.table.is_empty:
            yield replace(own, name=".".join((benefit.name, said_scope(scope))))


def _lines(benefit: Benefit, setting: Setting) -> Sequence[Judged]:
    return [judged(each, setting.scope) for each in benefit.when]


def _granted(benefit: Benefit, setting: Setting) -> list[Formula]:
    """All lines met, and a value there."""
    return [*(each.condition.met for each in _lines(benefit, setting)), _there(benefit, setting)]


def _there(benefit: Benefit, setting: Setting) -> Formula:
    return present(_pieces(benefit, setting)) if benefit.table is not None else TRUE


def _pieces(benefit: Benefit, setting: Setting) -> Pieces:
    assert benefit.table is not None
    if benefit.table.single is not None:
        return table_pieces(benefit.table, setting.scope)
    return table_pieces(benefit.table, setting.scope, inherit=True)


def _on_tier(benefit: Benefit, setting: Setting) -> bool:
    return any(each is setting.names.tier for formula in _granted(benefit, setting) for each in variables_in(formula))


def _never(benefit: Benefit, setting: Setting) -> Diagnostic:
    there = _there(benefit, setting)
    valued = Judged(f"a value of {benefit.name}", benefit.span, Condition(there, TRUE))
    core = setting.smallest([*spread(_lines(benefit, setting), setting.scope), valued])
    lines = [each for each in core if each is not valued]
    because = " and ".join(f"`{each.text}`" for each in lines)
    steps = never_together(core, setting.names, setting.era)
    return meaning.NEVER_GRANTED.at(
        benefit.span,
        f"no partner ever gets `{benefit.name}`: {because} {_outcome(len(lines), valued in core)}",
        related=places(lines),
        help="change one of these lines, or remove the benefit",
        evidence=[proof(steps)],
    )


def _outcome(lines: int, valued: bool) -> str:
    if valued:
        return "leaves no value" if lines == 1 else "leave no value"
    return "is never met" if lines == 1 else "are never met together"


def _unused_values(benefit: Benefit, settings: Sequence[Setting]) -> Iterator[Diagnostic]:
    """Values by tier, segment or choice that no partner gets because of `when`."""
    table = benefit.table
    if table is None or not table.choices:
        return
    cases = [choice_guards(table, each.scope, inherit=True) for each in settings]
    for place, choice in enumerate(table.choices):
        lines = [[each.condition.met for each in _lines(benefit, setting)] for setting in settings]
        if all(
            setting.impossible([*met, guards[place]])
            for setting, met, guards in zip(settings, lines, cases, strict=True)
        ):
            words = " ".join(choice.keys)
            valued = Judged(f"the value of {words}", choice.span, Condition(cases[0][place], TRUE))
            core = settings[0].smallest([valued, *_lines(benefit, settings[0])])
            yield codes.UNUSED_VALUE.at(
                choice.span,
                f"no partner ever gets this value of `{benefit.name}`: no partner with {words} meets `when`",
                related=[
                    Related(each.span, "this line" if number == 0 else "and this")
                    for number, each in enumerate(benefit.when)
                ],
                help="remove the value, or change `when`",
                evidence=[proof(never_together(core, settings[0].names, settings[0].era))],
            )


MONTHS = {"month": Unit.MONTH, "quarter": Unit.QUARTER, "year": Unit.YEAR}


def _twice_granted(benefit: Benefit, names: Names) -> Iterator[Diagnostic]:
    """An amount granted every period from a metric whose window is longer than the period."""
    if not benefit.every or benefit.table is None or benefit.value not in ("money", "quantity"):
        return
    fiscal, unit = benefit.every.startswith("fiscal"), MONTHS[benefit.every.split()[-1]]
    for metric in _measured(tuple(expressions_of(benefit.table)), names):
        days = _grants(metric.window, metric.shifted, unit, fiscal, names) if metric.window else []
        if len(days) > 1:
            shown = ", ".join(str(each) for each in days[:4]) + (" and later" if len(days) > 4 else "")
            lasting = metric.window is not None and metric.window.kind is WindowKind.LIFETIME
            yield codes.COUNTED_AGAIN.at(
                benefit.span,
                f"`{benefit.name}` is granted every {benefit.every} from `{metric.name}`, which counts "
                + ("all records up to that day" if lasting else f"{metric.window}"),
                related=[Related(metric.window.span, "longer than the period of the grant")] if metric.window else (),
                help=f"measure `this {benefit.every}` or `last 1 {benefit.every}`",
                evidence=[
                    proof(
                        (
                            f"a record of {days[0]} counts in `{metric.name}` on {shown}",
                            f"each of these days ends a {benefit.every}, and the benefit is granted on each",
                        )
                    )
                ],
            )
            return


def _measured(values: object, names: Names) -> list[Metric]:
    """The metrics over records behind expressions, through formulas and parameters."""
    found: dict[str, Metric] = {}
    pending, seen = [each.text for each in names_in(values)], set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        metric = names.metrics.get(name)
        if metric is not None and metric.formula is None and metric.source and metric.op in ("sum", "count"):
            found[name] = metric
        elif metric is not None:
            pending += [each.text for each in names_in(metric.formula)]
        elif name in names.parameters:
            values = tuple(tuple(expressions_of(each.table)) for each in names.parameters[name].versions)
            pending += [each.text for each in names_in(values)]
    return list(found.values())


def _grants(window: Window, shifted: int, unit: Unit, fiscal: bool, names: Names) -> list[date]:
    """The ends of periods on which a record of the first of them counts."""
    calendar, (start, before) = names.program.calendar, names.days
    ends = [each.last_day for each in calendar.periods(start, before, unit, fiscal) if each.last_day < before]
    if len(ends) < 2 or shifted:
        return []
    day = ends[0]
    found = []
    for each in ends:
        first, last = window_bounds(window, each, calendar, names.program.effective[0])
        if (first is None or first <= day) and day < last:
            found.append(each)
    return found
