"""Worked examples: invented records, decided by the reference evaluator, shown step by step.

An example states its assumptions: that the partner may earn the incentive, and its tier if a rate depends on the
tier. The program decides everything else, also which records count. An example
that earns nothing is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.authoring.guide.period_examples import period_examples
from engine.authoring.guide.record_examples import record_examples
from engine.authoring.guide.records import wanted_by
from engine.authoring.guide.setting import Planner, Setting, Worked
from engine.authoring.guide.supposed import suppose
from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.values import joined
from engine.authoring.wording.voice import Voice
from engine.language.names import names_in
from engine.language.program import Incentive, Program, Requirement
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression


def worked_examples(incentive: Incentive, program: Program, voice: Voice, planner: Planner) -> tuple[Worked, ...]:
    """Examples of an incentive that earn something; returns () if no generated record earns anything."""
    table = program.records.table(incentive.source)
    if table is None or incentive.pays_by_row:  # examples are in the program's currency
        return ()
    for where in (incentive.where, ()) if incentive.where else ((),):
        setting = _setting(incentive, where, table, program, voice, planner)
        if setting is None:
            return ()
        found = tuple(period_examples(setting) if incentive.period is not None else record_examples(setting))
        if found:
            return found
    return ()


def _setting(
    incentive: Incentive,
    where: tuple[Requirement, ...],
    table: RecordTable,
    program: Program,
    voice: Voice,
    planner: Planner,
) -> Setting | None:
    """The setting with these conditions on records; None if no measured value can be invented."""
    fields = tuple(_measured_fields(incentive.measure, table))
    if not fields and not incentive.is_once:
        return None
    supposed = suppose(replace(incentive, where=where), program, voice)
    alone = replace(incentive, eligible=(), where=where)
    return Setting(
        alone,
        replace(supposed.program, incentives=(alone,)),
        voice,
        planner,
        table,
        fields,
        tuple(_assumed(incentive, where, supposed.said, voice)),
        {**supposed.record, **wanted_by(where, table, program)},
        supposed.partner,
    )


def _assumed(
    incentive: Incentive, where: tuple[Requirement, ...], said: tuple[str, ...], voice: Voice
) -> Iterator[str]:
    """The assumptions of the example in words, about the payee; values are read of the partner that a seller works
    for.
    """
    if incentive.payee == "partner":
        yield from said
    elif said:
        yield f"works for a partner that {joined(said)}"
    if incentive.eligible:
        yield f"can earn it ({say_requirements(incentive.eligible, voice)})"
    if where != incentive.where:
        yield f"has {say_rows(incentive.source, voice)} among those that count"


def _measured_fields(measure: Expression | None, table: RecordTable) -> Iterator[Field]:
    """The stored numbers of the record that the measure uses, also through formulas, from left to right."""
    pending, seen = [measure], dict[str, Field]()
    while pending:
        for each in names_in(pending.pop(0)):
            found = table.field(each.text)
            if found is not None and found.name not in seen:
                seen[found.name] = found
                pending += [found.formula] if found.formula is not None else []
    yield from (each for each in seen.values() if each.is_stored and each.type.is_numeric)
