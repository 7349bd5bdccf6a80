"""What a name is, in a few lines of Markdown: its kind, type and unit, what it means, and its value on a day.

Titles and texts are the author's: what could act in Markdown is made harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from engine.authoring.services.symbols import Symbol, SymbolKind
from engine.authoring.wording.conditions import clauses_of
from engine.authoring.wording.expressions import sort_of, values_of
from engine.authoring.wording.metrics import say_certification, say_metric, say_segment
from engine.authoring.wording.offers import say_benefit, say_incentive
from engine.authoring.wording.programs import designation_clauses, tier_clauses
from engine.authoring.wording.tables import Grid, grid_of
from engine.authoring.wording.values import sentence
from engine.authoring.wording.voice import Voice
from engine.language.expression import render_expression
from engine.language.program import Incentive, Ladder, Metric, Parameter, Program, Tier, Version
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression
from engine.plan.plan import Plan
from engine.types import Kind, Type

MOST_ROWS = 30  # of a table in a hover; the file shows the rest

Named = TypeVar("Named")

_ACTIVE = re.compile(r"([\\<>\[\]!|])")


@dataclass(frozen=True, slots=True)
class View:
    """The source of hover texts: the program, the day, and its Plan on that day if there is one."""

    program: Program
    day: date
    plan: Plan | None = None

    @property
    def voice(self) -> Voice:
        """Words for the author, on the day."""
        return Voice(self.program, day=self.day)


def view_of(program: Program, day: date, plan: Plan | None = None) -> View:
    """The view on a day: of an amended program the rules in force on it."""
    rules = [each for each in program.stages if each.first_day <= day] or [program]
    return View(rules[-1], day, plan)


def day_shown(program: Program, today: date) -> date:
    """Today, if the program is in force today; else its first day."""
    first, before = program.effective
    return today if first <= today < before else first


def describe(symbol: Symbol, view: View) -> str:
    """The hover of a symbol; "" for what the program does not know (it may be newer than its last good text)."""
    return "\n\n".join(each for each in _parts(symbol, view) if each)


def _parts(symbol: Symbol, view: View) -> Iterator[str]:
    program, name = view.program, symbol.name
    match symbol.kind:
        case SymbolKind.METRIC:
            yield from _of_metric(_named(program.metrics, name), view)
        case SymbolKind.PARAMETER:
            yield from _of_parameter(_named(program.parameters, name), view)
        case SymbolKind.SEGMENT:
            segment = _named(program.segments, name)
            if segment is not None:
                yield from (_head(symbol, "true or false", segment.title), _sentence(say_segment(segment, view.voice)))
        case SymbolKind.DESIGNATION:
            designation = program.designation(name)
            if designation is not None:
                yield from _of_designation(designation, view)
        case SymbolKind.CHOICE:
            choice = program.choice(name)
            if choice is not None:
                yield _head(symbol, f"one of {', '.join(f'`{_safe(each)}`' for each in choice.values)}", "")
        case SymbolKind.CERTIFICATION:
            certification = _named(program.certifications, name)
            if certification is not None:
                yield _head(symbol, "", certification.title)
                yield " ".join(_sentence(each) for each in say_certification(certification, view.voice))
        case SymbolKind.BENEFIT:
            benefit = _named(program.benefits, name)
            if benefit is not None:
                yield _head(symbol, benefit.value, benefit.title)
                yield _sentence(say_benefit(benefit, view.voice))
        case SymbolKind.INCENTIVE:
            incentive = _named(program.incentives, name)
            if incentive is not None:
                yield from _of_incentive(incentive, view)
        case SymbolKind.TIER:
            tier = _named(program.ladder.tiers, name)
            if tier is not None:
                yield from _of_tier(tier, view)
        case SymbolKind.TABLE | SymbolKind.FIELD | SymbolKind.LINK:
            table = program.records.table(symbol.table or name)
            if table is not None:
                yield from _of_records(symbol, table)


def _of_metric(metric: Metric | None, view: View) -> Iterator[str]:
    if metric is None:
        return
    measured = next((each for each in view.plan.metrics if each.name == metric.name), None) if view.plan else None
    kind = _typed(measured.type) if measured else f"one for each {', '.join(metric.per)}" if metric.per else ""
    yield _head(Symbol(SymbolKind.METRIC, metric.name), kind, metric.title)
    yield _sentence(say_metric(metric, view.voice))
    start, before = measured.window if measured else (None, None)
    if before is not None and metric.window is not None:
        since = f"`{start}`" if start else "everything"
        yield f"Judged on `{view.day}`: from {since} to before `{before}`."


def _of_parameter(parameter: Parameter | None, view: View) -> Iterator[str]:
    if parameter is None:
        return
    value = next((each for version in parameter.versions for each in values_of(version.table)), None)
    kind = sort_of(value, view.voice).value if value is not None else ""
    yield _head(Symbol(SymbolKind.PARAMETER, parameter.name), kind, "")
    begun = [each for each in parameter.versions if each.start is None or each.start <= view.day]
    now = begun[-1] if begun else parameter.versions[0]
    yield _version(now, f"On `{view.day}`", view)
    for later in parameter.versions[parameter.versions.index(now) + 1 :]:
        yield _version(later, f"From `{later.start}`", view)


def _version(version: Version, when: str, view: View) -> str:
    reason = f" ({_safe(version.reason)})" if version.reason else ""
    if version.table.single is not None:
        return f"{when}: **{_safe(grid_of(version.table, view.voice).rows[0][0])}**{reason}"
    return f"{when}:{reason}\n\n{_table(grid_of(version.table, view.voice))}"


def _of_incentive(incentive: Incentive, view: View) -> Iterator[str]:
    yield _head(Symbol(SymbolKind.INCENTIVE, incentive.name), incentive.kind, incentive.title)
    yield "\n".join(f"- {_safe(each)}" for each in say_incentive(incentive, view.voice))


def _of_tier(tier: Tier, view: View) -> Iterator[str]:
    names = view.program.ladder.names
    yield _head(
        Symbol(SymbolKind.TIER, tier.name), f"{names.index(tier.name) + 1} of {len(names)}, from the lowest", ""
    )
    clauses = tier_clauses(tier, view.voice)
    if not clauses:
        yield "Every partner has at least this tier."
        return
    yield f"Required on `{view.day}`:\n\n" + "\n".join(f"- {_safe(each.flat())}" for each in clauses)


def _of_designation(ladder: Ladder, view: View) -> Iterator[str]:
    kind = "held or not" if ladder.plain else f"{', '.join(ladder.names)}, from the lowest"
    per = f", one for each {' and '.join(ladder.per)}" if ladder.per else ""
    yield _head(Symbol(SymbolKind.DESIGNATION, ladder.name), f"{kind}{per}", ladder.title)
    for tier in ladder.tiers[1:]:
        clauses = designation_clauses(ladder, tier, view.voice)
        asked = "Asked for" if ladder.plain else f"`{tier.name}` asks"
        yield f"{asked} on `{view.day}`:\n\n" + "\n".join(f"- {_safe(each.flat())}" for each in clauses)
    if ladder.applies_to:
        lines = "\n".join(f"- {_safe(each.flat())}" for each in clauses_of(ladder.applies_to, view.voice))
        yield f"Applies to:\n\n{lines}"


def _of_records(symbol: Symbol, table: RecordTable) -> Iterator[str]:
    if symbol.kind is SymbolKind.TABLE:
        yield _head(symbol, "", "")
        fields = ", ".join(f"`{each.name}`" for each in table.fields)
        day = f", each on its `{table.date}`" if table.date else ""
        yield f"Records identified by {' and '.join(f'`{each}`' for each in table.key)}{day}. Fields: {fields}."
    elif symbol.kind is SymbolKind.LINK:
        link = table.link(symbol.name)
        if link is not None:
            yield f"**{symbol.name}** link of `{table.name}`"
            at = f", as it was on `{link.as_at}`" if link.as_at else ""
            yield f"The row of `{link.to}` that `{link.by}` names{at}."
    else:
        field = table.field(symbol.name)
        if field is not None:
            kept = ["may be missing"] if field.optional and field.formula is None else []
            kept += [_computed(field, field.formula)] if field.formula is not None else []
            kept += [f"the key of `{field.references}`"] if field.references else []
            kept += ["personal: never stored"] if field.personal else []
            yield f"**{symbol.name}** field of `{table.name}`: {_typed(field.type)}" + "".join(
                f"; {each}" for each in kept
            )


def _computed(field: Field, formula: Expression) -> str:
    """How a value is made."""
    rounded = "" if field.scale is None else f", rounded to {field.scale} digits after the point"
    return f"computed as `{render_expression(formula)}`{rounded}"


def _head(symbol: Symbol, kind: str, title: str) -> str:
    about = f": {_safe(kind)}" if kind else ""
    return f"**{symbol.name}** {symbol.kind.label}{about}" + (f"\n\n{_safe(title)}" if title else "")


def _typed(type: Type) -> str:
    if type.kind is Kind.CHOICE and type.values:
        return f"one of {', '.join(f'`{_safe(each)}`' for each in type.values)}"
    return "exact ratio" if type.ratio else str(type)


def _table(grid: Grid) -> str:
    rows = [grid.heads, tuple("---" for _ in grid.heads), *grid.rows[:MOST_ROWS]]
    more = [f"and {len(grid.rows) - MOST_ROWS} more"] if len(grid.rows) > MOST_ROWS else []
    return "\n".join([f"| {' | '.join(_safe(each) for each in row)} |" for row in rows] + more)


def _sentence(text: str) -> str:
    return _safe(sentence(text))


def _safe(text: str) -> str:
    """The author's words, as words."""
    return _ACTIVE.sub(r"\\\1", " ".join(text.split()))


def _named(values: tuple[Named, ...], name: str) -> Named | None:
    return next((each for each in values if getattr(each, "name", "") == name), None)
