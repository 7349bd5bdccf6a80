"""The programs between two: the old one with some clauses of the new.

Clauses are those that `engine.authoring.diff.programs` names in its changes. With none of them the result means
the old program, with all of them the new one. The programs between the two need not compile: a clause may need another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import TypeVar

from engine.authoring.diff.bare import NAMED, same
from engine.authoring.diff.comparison import Entitled, by_name
from engine.authoring.diff.incentives import GROUPS, group_clause, is_grouped
from engine.authoring.diff.lines import aligned, is_moved, pair_clause
from engine.authoring.diff.programs import TOGETHER, renames
from engine.authoring.diff.tables import by_start, choice_path, dated_path, is_aligned
from engine.language.essence import settled
from engine.language.program import Benefit, Incentive, Ladder, Parameter, Program, Requirement, Table, Tier, Version
from engine.language.records import RATES

Takes = Collection[str]


def swapped(old: Program, new: Program, clauses: Takes) -> Program:
    """The old program with these clauses of the new."""
    parts: dict[str, object] = {
        each.name: getattr(new if TOGETHER.get(each.name, each.name) in clauses else old, each.name)
        for each in fields(Program)
        if each.name not in {*NAMED, "ladder", "records"}
    }
    for section in NAMED:
        parts[section] = _section(section, getattr(old, section), getattr(new, section), clauses)
    rated = {*clauses, f"records.{RATES.name}"} if "conversion" in clauses else clauses  # the table comes with it
    tables = _section("records", old.records.tables, new.records.tables, rated)
    parts["records"] = replace(old.records, tables=tables)
    parts["ladder"] = _ladder(old.ladder, new.ladder, clauses)
    return replace(old, **parts)  # type: ignore[arg-type]  # the fields of a program


Item = TypeVar("Item", bound=Entitled)


def _section(section: str, old: Sequence[Item], new: Sequence[Item], clauses: Takes) -> tuple[Item, ...]:
    """Declarations of both, in the order of the new program and then of the old."""
    before, after = {each.name: each for each in old}, {each.name: each for each in new}
    former = renames(before, after) if section != "records" else {}
    found: list[Item] = []
    for name, declared in after.items():
        if name in before:
            found.append(_mixed(section, before[name], declared, clauses))
        elif f"{section}.{name}" in clauses:
            found.append(declared)
    for name, declared in before.items():
        gone = next((each for each, was in former.items() if was == name), name)
        if name not in after and f"{section}.{gone}" not in clauses:
            found.append(declared)
    return tuple(found)


def _mixed(section: str, old: Item, new: Item, clauses: Takes) -> Item:
    """One declaration that both programs have."""
    if f"{section}.{new.name}" in clauses:
        return new
    mixed: object = old
    if isinstance(old, Parameter) and isinstance(new, Parameter):
        mixed = _parameter(old, new, clauses)
    elif isinstance(old, Incentive) and isinstance(new, Incentive):
        mixed = _incentive(old, new, clauses)
    elif isinstance(old, Benefit) and isinstance(new, Benefit) and old.table is not None and new.table is not None:
        mixed = replace(old, table=_table(old.table, new.table, f"benefits.{new.name}", clauses))
    return mixed  # type: ignore[return-value]  # of the item's own kind


def _parameter(old: Parameter, new: Parameter, clauses: Takes) -> Parameter:
    before, after = by_start(old), by_start(new)
    if before is None or after is None or not before.keys() & after.keys():
        return old
    path = f"parameters.{new.name}"
    versions: list[Version] = []
    for start in sorted({*before, *after}, key=lambda day: day or date.min):
        one, other = before.get(start), after.get(start)
        at = dated_path(path, start)
        if one is not None and other is not None:
            table = other.table if at in clauses else _table(one.table, other.table, at, clauses)
            versions.append(replace(one, table=table, reason=other.reason if f"{at}.reason" in clauses else one.reason))
        elif one is not None and at not in clauses:
            versions.append(one)
        elif other is not None and at in clauses:
            versions.append(other)
    return replace(old, versions=tuple(versions))


def _table(old: Table, new: Table, clause: str, clauses: Takes) -> Table:
    if clause in clauses:
        return new
    if not is_aligned(old, new):
        return old
    before, after = ({each.keys: each for each in table.choices} for table in (old, new))
    picked = (
        (after if choice_path(clause, keys) in clauses else before).get(keys)
        for keys in dict.fromkeys((*before, *after))
    )
    return replace(old, choices=tuple(each for each in picked if each is not None))


def _incentive(old: Incentive, new: Incentive, clauses: Takes) -> Incentive:
    old, new = settled(old), settled(new)  # so that an order is swapped wherever either program says it
    if not is_grouped(old, new):
        return old
    taken = {name for group, names in GROUPS.items() if group_clause(new.name, group) in clauses for name in names}
    return replace(old, **{name: getattr(new, name) for name in taken})


def _ladder(old: Ladder, new: Ladder, clauses: Takes) -> Ladder:
    before, after = by_name(old.tiers), by_name(new.tiers)
    taken = "tiers.ladder" in clauses
    mixed: dict[str, Tier] = {
        name: _tier(tier, after[name], clauses) if name in after else tier for name, tier in before.items()
    }
    names = new.names if taken else old.names
    tiers = tuple(mixed.get(name) or after[name] for name in names)
    common = _lines(old.common, new.common, "tiers.requires", clauses)
    rest = {
        each.name: getattr(new if f"tiers.ladder.{each.name}" in clauses or taken else old, each.name)
        for each in fields(Ladder)
        if each.name not in ("tiers", "common")
    }
    return replace(old, tiers=tiers, common=common, **rest)


def _tier(old: Tier, new: Tier, clauses: Takes) -> Tier:
    path = f"tiers.{new.name}"
    rest = {
        each.name: getattr(new if path in clauses else old, each.name)
        for each in fields(Tier)
        if each.name not in ("name", "requires", "invitation")
    }
    invitation = new.invitation if f"{path}.by_invitation" in clauses else old.invitation
    return replace(
        old, requires=_lines(old.requires, new.requires, f"{path}.requires", clauses), invitation=invitation, **rest
    )


def _lines(
    old: Sequence[Requirement], new: Sequence[Requirement], place: str, clauses: Takes
) -> tuple[Requirement, ...]:
    """Lines in the order of the old program, or of the new one where its order is taken; new lines at their place."""
    pairs = aligned(old, new)
    moved = is_moved(pairs)
    if moved and f"{place}[order]" not in clauses:
        pairs = tuple(sorted(pairs, key=lambda pair: (pair[0] is None, pair[0] or 0)))
    elif not moved:
        pairs = _woven(pairs)
    found: list[Requirement] = []
    for pair in pairs:
        one = old[pair[0]] if pair[0] is not None else None
        other = new[pair[1]] if pair[1] is not None else None
        different = one is None or other is None or not same(one, other)
        line = other if different and pair_clause(place, pair) in clauses else one
        if line is not None:
            found.append(line)
    return tuple(found)


def _woven(pairs: Sequence[tuple[int | None, int | None]]) -> tuple[tuple[int | None, int | None], ...]:
    """Removed lines, put back at their place: before the first old line that came after them."""
    gone = [pair for pair in pairs if pair[1] is None]
    kept = [pair for pair in pairs if pair[1] is not None]
    for pair in gone:
        later = [at for at, (old, _) in enumerate(kept) if old is not None and old > (pair[0] or 0)]
        kept.insert(later[0] if later else len(kept), pair)
    return tuple(kept)
