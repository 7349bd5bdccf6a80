"""Tiers under new names: the old program as if it had been written with the names of the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from engine.language.program import Choice, Program, Table, Tier
from engine.language.source import Span
from engine.language.syntax import Name

TIER = "tier"


def tier_names(old: Program, new: Program) -> dict[str, str]:
    """Old names of tiers to new ones, as the new program maps them under `was`; {} where it maps none of the old."""
    if old.ladder.was == new.ladder.was:
        return {}  # both came from the same ladder, whose names are behind them
    return {one: other for one, other in new.ladder.was if one in old.ladder.names and other in new.ladder.names}


def one_to_one(program: Program, names: Mapping[str, str]) -> dict[str, str]:
    """The plain renames: tiers that were merged with another are not the same tier."""
    declared = {each.name for each in program.parameters}
    declared |= {each.name for each in program.metrics} | {each.name for each in program.segments}
    # a word that another ladder also has may mean a tier of that one: it is reported as removed and added
    declared |= {name for each in program.designations for name in (each.name, *each.names)}
    targets = [*names.values(), *(each for each in program.ladder.names if each not in names)]
    return {old: new for old, new in names.items() if targets.count(new) == 1 and old not in declared}


def with_tiers_renamed(program: Program, names: Mapping[str, str]) -> Program:
    """The program with its tiers renamed everywhere: on the ladder, in values by tier, in conditions."""
    plain = one_to_one(program, names)
    return _renamed(program, plain) if plain else program


Part = TypeVar("Part")


def _renamed(part: Part, names: Mapping[str, str]) -> Part:
    """Any part of a program, places and all, with tiers renamed inside."""
    if isinstance(part, tuple):
        return tuple(_renamed(each, names) for each in part)  # type: ignore[return-value]  # a tuple again
    if isinstance(part, type | Span | Enum) or not is_dataclass(part):
        return part
    changes: dict[str, object] = {
        each.name: _renamed(getattr(part, each.name), names) for each in fields(part) if each.name != "was"
    }
    if isinstance(part, Tier):
        changes["name"] = names.get(part.name, part.name)
    if isinstance(part, Name):
        changes["text"] = names.get(part.text, part.text)
    if isinstance(part, Table) and TIER in part.by:
        place = part.by.index(TIER)
        changes["choices"] = tuple(_choice(_renamed(each, names), place, names) for each in part.choices)
    return replace(part, **changes)  # type: ignore[type-var]  # a dataclass


def _choice(choice: Choice, place: int, names: Mapping[str, str]) -> Choice:
    keys = tuple(names.get(key, key) if at == place else key for at, key in enumerate(choice.keys))
    return replace(choice, keys=keys)
