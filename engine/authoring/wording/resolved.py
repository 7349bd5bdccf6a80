"""Values through the names they use: the table behind a parameter or a benefit, and all its entries."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.wording.expressions import DEEPEST, find_benefit, versions_said
from engine.authoring.wording.inherited import inherited
from engine.authoring.wording.voice import Voice
from engine.language import syntax
from engine.language.program import Table, expressions_of
from engine.language.syntax import Expression


def resolved(table: Table, voice: Voice, depth: int = 0) -> Table:
    """The table that a value names: a parameter's on the voice's day, or a benefit's with a value for each tier."""
    named = table.single.text if isinstance(table.single, syntax.Name) else ""
    if not named or depth >= DEEPEST:
        return table
    parameter, benefit = voice.parameter(named), find_benefit(named, voice)
    if parameter is not None and parameter.versions:
        return resolved(versions_said(parameter, voice)[0].table, voice, depth + 1)
    if benefit is not None and benefit.table is not None:
        return resolved(inherited(benefit.table, voice.program.ladder.names), voice, depth + 1)
    return table


def leaves_of(table: Table, voice: Voice, depth: int = 0) -> Iterator[Expression]:
    """Every expression that a value may have, now or later, through the names it uses."""
    for each in expressions_of(table):
        parameter = voice.parameter(each.text) if isinstance(each, syntax.Name) and depth < DEEPEST else None
        benefit = find_benefit(each.text, voice) if isinstance(each, syntax.Name) and depth < DEEPEST else None
        if parameter is not None:
            for version in versions_said(parameter, voice):
                yield from leaves_of(version.table, voice, depth + 1)
        elif benefit is not None and benefit.table is not None:
            yield from leaves_of(benefit.table, voice, depth + 1)
        else:
            yield each
