"""Random amendments of random programs, with what they should come to, found without the amending machinery.

The base and the program as it reads after the amendment are laid together here, key by key, as plain trees. Each is
then asked for the part of its incentives that falls on its side of the day: `during` cuts them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from engine.calendar import add_months
from engine.language.diagnostic import has_errors
from engine.language.program import Incentive, Program
from engine.language.source import File
from rules import check_program, load_program
from tests.properties.program_text import Tree, program_text
from tests.properties.programs import Case, loaded

VERSION = "2026"
SPLIT = {"on_change": "split"}


@dataclass(frozen=True)
class Amended:
    """A case with an amendment from `day` on. `before` and `after` are the rules on either side as whole programs."""

    case: Case
    day: date
    program: Program
    before: Program
    after: Program


def random_amendment(case: Case, seed: int) -> Amended | None:
    """The case amended on the first day of a quarter; None where it has no incentive that could change there."""
    random = Random(seed)
    base = {**case.sections, "version": VERSION}
    day = _quarter(random, loaded(program_text(base)))
    incentives = case.sections.get("incentives")
    if day is None or not isinstance(incentives, Mapping):
        return None
    base["incentives"] = {name: {**_mapping(each), **SPLIT} for name, each in incentives.items()}
    changes = {name: _change(random, _mapping(each)) for name, each in incentives.items()}
    after: dict[str, Tree] = {**base, "incentives": {n: {**_mapping(each), **SPLIT, **changes[n]}
                                                     for n, each in incentives.items()}}  # fmt: skip
    own: dict[str, Tree] = {"incentives": changes}
    tiers = _fewer_lines(random, _mapping(case.sections.get("tiers", {})))
    if tiers:
        own["tiers"] = tiers
        after["tiers"] = {**_mapping(case.sections["tiers"]), **tiers}
    text = _heading(case, day) + program_text(own)
    others = [File(f"{VERSION}.yaml", program_text(base).encode())]
    program, found = load_program(text.encode(), f"{VERSION}.amendment-1.yaml", others)
    assert program is not None, (found, text)
    if has_errors(check_program(program)):  # fewer lines may leave a tier without any
        return None
    return Amended(case, day, program, loaded(program_text(base)), loaded(program_text(after)))


def _heading(case: Case, day: date) -> str:
    return (
        f'rung: 1\nprogram: {case.sections["program"]}\namends: "{VERSION}"\namendment: 1\n'
        f"effective_from: {day}\nreason: drawn\n"
    )


def _quarter(random: Random, program: Program) -> date | None:
    """A day on which every period of every incentive begins, inside the program's range."""
    periods = {each.period for each in program.incentives if each.period is not None}
    first, before = program.effective
    days = [add_months(first.replace(day=1), month) for month in range(1, 36)]
    found = [
        day
        for day in days
        if first < day < before
        and all(program.calendar.period_of(day, unit, fiscal).start == day for unit, fiscal in periods)
    ]
    return random.choice(found) if found else None


def _change(random: Random, incentive: Mapping[str, Tree]) -> dict[str, Tree]:
    """Something in the incentive that changes: at least a line more that always holds, perhaps what it pays."""
    where = incentive.get("where", ())
    lines = [where] if isinstance(where, str | Mapping) else list(where)
    changed: dict[str, Tree] = {"where": [*lines, "partner_id is not missing"]}
    bands = incentive.get("bands")
    if isinstance(bands, list) and random.random() < 0.7:
        changed["bands"] = [
            {**band, "rate": random.choice(("0%", "3%", "12.5%"))} if "rate" in band else band for band in bands
        ]
    if "rate" in incentive and random.random() < 0.7:
        changed["rate"] = random.choice(("1%", "7.5%"))
    return changed


def _fewer_lines(random: Random, tiers: Mapping[str, Tree]) -> dict[str, Tree]:
    """One of the tiers with the first of its lines alone."""
    for name, tier in tiers.items():
        lines = tier.get("requires") if isinstance(tier, Mapping) else None
        if isinstance(lines, list) and len(lines) > 1 and random.random() < 0.5:
            assert isinstance(tier, Mapping)
            return {name: {**tier, "requires": lines[:1]}}
    return {}


def _mapping(tree: Tree) -> Mapping[str, Tree]:
    assert isinstance(tree, Mapping)
    return tree


def sided(program: Program, start: date, before: date) -> Program:
    """The program with its incentives confined to the days from `start` until `before`."""
    kept = []
    for each in program.incentives:
        first, last = each.during or program.effective
        first, last = max(first, start), min(last, before)
        if first < last:
            kept.append(_during(each, first, last))
    return replace(program, incentives=tuple(kept))


def _during(incentive: Incentive, first: date, last: date) -> Incentive:
    return replace(incentive, during=(first, last))
