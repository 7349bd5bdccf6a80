"""`tiers`: a ladder, the common lines of every tier above the first, and each tier's own lines.

The qualifying tier is an interval. Its floor is the highest tier whose lines are all met, its ceiling
the highest whose lines are not refuted; they differ where something cannot be decided. A partner with
an earlier tier keeps it between the two, rises to the floor when below it and falls to the ceiling
when above; a partner without history starts at the floor.

A tier requires the common lines and its own, not those of the tiers below it. With `cumulative: true` it
also requires the own lines of all tiers below it, read as if they were written under it. `by_invitation`
needs a nomination for this tier in force. A review policy is not supported yet: tiers follow at once. A
tier held since before this version began has its old name: `was: {old: new}` gives the new one.

    ladder: [registered, silver, gold]
    requires:
      - revenue >= revenue_needed
    gold:
      requires:
        - engineers >= 2
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.compiler.frame import Frame
from engine.compiler.typed import BROKEN, Typed
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Section
from engine.language.diagnostic import Diagnostic
from engine.language.program import Ladder, Program
from engine.language.reading import Reader
from engine.language.shapes import Schema, later, listing, mapping, named, requirements, snippet, text, truth
from engine.language.source import Node
from engine.plan.owner import TIERS
from rules.ladders import (
    MOST_TIERS,
    Place,
    check_ladder,
    cumulative_of,
    held_at,
    mapping_of,
    parse_tiers,
    parse_was,
    places_of,
)

NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "x-expected": "a tier's name"}
LINES = ["revenue >= revenue_needed", "engineers >= engineers_needed"]
TIER = mapping(
    {
        "title": text("The tier's name for people", "Gold"),
        "by_invitation": truth("Whether a nomination for it must be in force"),
        "requires": requirements("What this tier requires in addition to the common lines", ["growth >= 10%"]),
    },
    description="What a tier of the ladder requires in addition to the common lines",
    title="tier",
)
CUMULATIVE = truth("Whether a tier also requires the lines of the tiers below it; without it, it does not")
WAS = named({**NAME, "x-refers": "tier"}, "Tiers of the previous version, and their new names", {"star": "gold"})
PROPERTIES: Mapping[str, Schema] = {
    "ladder": {
        **listing(NAME, "The tiers, low to high", ["registered", "silver", "gold"], most=MOST_TIERS),
        "x-declares": "tier",
    },
    "requires": requirements("What every tier above the first requires; `tier` is the tier judged", LINES),
    "cumulative": CUMULATIVE,
    "was": WAS,
    **later("review", "per", "inherits", "applies_to", "overall"),
}
SCHEMA = {
    "type": "object",
    "required": ["ladder"],
    "description": "The ladder, common lines, and each tier's own",
    "examples": [{"ladder": ["registered", "silver", "gold"], "requires": ["revenue >= revenue_needed"]}],
    "properties": PROPERTIES,
    "additionalProperties": TIER,
    "x-keys": "tier",
    "defaultSnippets": [
        snippet("tier", "What a tier requires", {"${1:gold}": {"requires": ["${2:revenue >= 250_000 USD}"]}}),
        snippet(
            "ladder with common lines",
            "Tiers low to high, and what each above the first requires",
            {
                "ladder": ["${1:registered}", "${2:silver}", "${3:gold}"],
                "requires": ["${4:revenue >= revenue_needed}"],
            },
        ),
    ],
}


def parse(node: Node, program: Program, reader: Reader) -> Program:
    """The program with its ladder."""
    tree = mapping_of(node)
    tiers = parse_tiers(tree, PROPERTIES, reader)
    was = tuple(parse_was(tree, [each.name for each in tiers], reader))
    common, cumulative = reader.requirements(tree.get("requires")), cumulative_of(tree)
    return replace(program, ladder=Ladder(tiers, common, tree.span, was, cumulative=cumulative))


def check(program: Program) -> Iterator[Diagnostic]:
    """Check that the lowest tier has no requirements and that every other tier has some."""
    yield from check_ladder(program.ladder)


def define(program: Program, bench: Workbench) -> None:
    """Declare `tier`, whose value is the tier held."""
    if program.ladder.tiers:
        bench.status = lambda frame: held_tier(program, frame)


def lower(program: Program, bench: Workbench) -> None:
    """Decide every ladder for every partner as of the date."""
    if program.ladder.tiers:
        held_tier(program, bench.decisions)
    for ladder in program.designations:
        for place in places_of(ladder, program):
            held_at(place, bench.decisions)
    places = {(each.name or TIERS): number for number, each in enumerate(program.ladders)}
    bench.ladders.sort(key=lambda each: places[each.name])  # one that another reads was decided first


def held_tier(program: Program, frame: Frame) -> Typed:
    """The tier a partner holds on the day judged, as a text."""
    return held_at(Place(program.ladder, (), program), frame) or BROKEN


SECTION = Section("tiers", SCHEMA, parse, check, __doc__ or "", define, lower)
