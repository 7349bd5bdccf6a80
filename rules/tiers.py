"""`tiers`: a ladder, the common lines of every tier above the first, and each tier's own lines.

The qualifying tier is an interval. Its floor is the highest tier whose lines are all met, its ceiling
the highest whose lines are not refuted; they differ where something cannot be decided. A partner with
an earlier tier keeps it between the two, rises to the floor when below it and falls to the ceiling
when above; a partner without history starts at the floor. `by_invitation` needs a nomination in
force. A review policy is not supported yet: tiers follow at once. A tier held since before this
version began bears the name it had then: `was: {old: new}` says what became of it.

    ladder: [registered, silver, gold]
    requires:
      - revenue >= revenue_needed
    gold:
      requires:
        - engineers >= 2
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from engine.compiler.conditions import Decided, all_lines, lower_requirements, measure_condition, record_condition
from engine.compiler.counting import in_force
from engine.compiler.expressions import BROKEN, Typed
from engine.compiler.frame import Frame, FrameScope
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Section
from engine.language.codes import lineage, meaning
from engine.language.diagnostic import Diagnostic
from engine.language.names import suggest
from engine.language.program import Ladder, Program, Tier
from engine.language.reading import RESERVED, Reader, text_of, truth_of, words_of
from engine.language.shapes import later, listing, mapping, named, requirements, snippet, text, truth
from engine.language.source import Entry, Mapping, Node, Span
from engine.language.source import Scalar as Word
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.outputs import STATUSES
from engine.plan.plan import Condition, Rung
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Lookup, Op, Within
from engine.types import BOOLEAN, COUNT, DATE, ID, Kind, Type

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
SCHEMA = {
    "type": "object",
    "required": ["ladder"],
    "description": "The ladder, common lines, and each tier's own",
    "examples": [{"ladder": ["registered", "silver", "gold"], "requires": ["revenue >= revenue_needed"]}],
    "properties": {
        "ladder": {**listing(NAME, "The tiers, low to high", ["registered", "silver", "gold"]), "x-declares": "tier"},
        "requires": requirements("What every tier above the first requires; `tier` is the tier judged", LINES),
        "was": named(
            {**NAME, "x-refers": "tier"}, "Tiers of the previous version, and their new names", {"star": "gold"}
        ),
        **later("review", "per"),
    },
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
OWN_KEYS = ("ladder", "requires", "was")


def parse(node_: Node, program: Program, reader: Reader) -> Program:
    """The program with its ladder."""
    tree = node_ if isinstance(node_, Mapping) else Mapping((), node_.span)
    words = words_of(tree.get("ladder"))
    reader.each_once(words, "on the ladder")
    seen = {word.text for word in words}
    for word in words:
        if word.text in SCHEMA["properties"] or word.text in RESERVED:
            reader.report(
                meaning.RESERVED_NAME.at(
                    word.span, f"`{word.text}` is a word of the language", help="give the tier another name"
                )
            )
    for entry in tree:
        if entry.key.text not in (*OWN_KEYS, *seen):
            reader.report(
                meaning.UNKNOWN_TIER.at(
                    entry.key.span, f"`{entry.key.text}` is not on the ladder", help=suggest(entry.key.text, seen)
                )
            )
    tiers = tuple(_tier(word, tree.entry(word.text), reader) for word in words)
    ladder = Ladder(tiers, reader.requirements(tree.get("requires")), tree.span, tuple(_was(tree, seen, reader)))
    return replace(program, ladder=ladder)


def _was(tree: Mapping, ladder: Iterable[str], reader: Reader) -> Iterator[tuple[str, str]]:
    """Old and new name of each tier that was called otherwise in the version before."""
    node = tree.get("was")
    for entry in node if isinstance(node, Mapping) else ():
        if text_of(entry.value) not in ladder:
            reader.report(
                lineage.UNKNOWN_PREDECESSOR.at(
                    entry.value.span,
                    f"`{entry.key.text}` became `{text_of(entry.value)}`, which is not on the ladder",
                    help=suggest(text_of(entry.value), list(ladder)),
                )
            )
        yield entry.key.text, text_of(entry.value)


def _tier(word: Word, entry: Entry | None, reader: Reader) -> Tier:
    if entry is None or not isinstance(entry.value, Mapping):
        return Tier(word.text, word.span)
    invitation = entry.value.entry("by_invitation")
    invited = invitation is not None and truth_of(invitation.value)
    return Tier(
        word.text,
        entry.key.span,
        reader.requirements(entry.value.get("requires")),
        invitation.key.span if invitation is not None and invited else None,
        text_of(entry.value.get("title")),
    )


def check(program: Program) -> Iterator[Diagnostic]:
    """The lowest tier takes everybody, and every other tier asks for something."""
    tiers = program.ladder.tiers
    if tiers and (tiers[0].requires or tiers[0].invitation):
        yield meaning.FIRST_TIER.at(
            tiers[0].span,
            f"`{tiers[0].name}` is the lowest tier, and every partner has at least this tier",
            help="put a tier without requirements below it",
        )
    for tier in tiers[1:]:
        if not (tier.requires or tier.invitation or program.ladder.common):
            yield meaning.EASIER_TIER.at(
                tier.span, f"`{tier.name}` requires nothing, so every partner has it", help="give it `requires`"
            )


def lower(program: Program, bench: Workbench) -> None:
    """Let `tier` stand for the tier held, and decide it for every partner as of the date."""
    if not program.ladder.tiers:
        return
    bench.status = lambda frame: held_tier(program, frame)
    typed = held_tier(program, bench.decisions)
    if typed is None or typed is BROKEN:
        return
    names = Type(Kind.CHOICE, values=program.ladder.names, ordered=True)
    columns = (
        *((each, f"tier.{each}", names) for each in STATUSES.values[:-1]),
        (STATUSES.values[-1], f"tier.{STATUSES.values[-1]}", BOOLEAN),
    )
    bench.publish(STATUSES, columns)


def held_tier(program: Program, frame: Frame) -> Typed | None:
    """The tier a partner holds on the day judged, as a text."""
    if "tier" not in frame.known:
        frame.known["tier"] = None  # a line that asks for it while it is built finds nothing
        outcomes = [_placed_rung(tier, program, frame) for tier in program.ladder.tiers[1:]]
        kept = [each for each in outcomes if each is not None]
        # a finding about a line was reported at its own place: whoever reads the tier goes on without it
        frame.known["tier"] = _statuses(program, frame, kept) if len(kept) == len(outcomes) else BROKEN
    return frame.known["tier"]


def _placed_rung(tier: Tier, program: Program, frame: Frame) -> Scalar | None:
    with frame.bench.at(tier.span):
        return _rung(tier, program, frame)


def _rung(tier: Tier, program: Program, frame: Frame) -> Scalar | None:
    """Whether all lines of a tier hold; its lines are the common ones, its own, and the invitation."""
    scope = FrameScope(frame, tested=tier.name)
    lines = lower_requirements(f"tier.{tier.name}", (*program.ladder.common, *tier.requires), scope)
    if lines is None:
        return None
    if tier.invitation is not None:
        lines = [*lines, _invited(tier, tier.invitation, len(lines) + 1, frame)]
    outcome = frame.derive(f"tier.{tier.name}.outcome", all_lines(lines) if lines else Literal(True, BOOLEAN))
    if frame.recorded:
        frame.bench.rungs.append(Rung(tier.name, tier.span, tuple(each.id for each in lines), outcome.name))
    return outcome


def _invited(tier: Tier, span: Span, place: int, frame: Frame) -> Decided:
    """A nomination for this tier in force on the day."""
    rows = frame.bench.rows("nominations", span)
    assert rows is not None  # standard
    nominated = node.Compare(rows.columns["tier"], Comparison.EQUAL, Literal(tier.name, ID))
    where = node.And((*in_force(rows, frame, of_base=True), nominated))
    count = frame.aggregate(rows, Aggregate(f"{tier.name}.nominations", Op.COUNT, None, where, COUNT))
    one = Literal(1, Type(Kind.INTEGER, digits=1))
    scalar = node.Compare(count, Comparison.AT_LEAST, one)
    id = f"tier.{tier.name}.{place}"
    condition = Condition(id, f"tier.{tier.name}", "compare", "by invitation", span, scalar, names=("nominations",))
    if frame.recorded:
        condition = measure_condition(
            condition, Typed(count, count.type, span), Comparison.AT_LEAST, Typed(one, one.type, span), frame
        )
    return record_condition(condition, frame)


def _statuses(program: Program, frame: Frame, outcomes: list[Scalar]) -> Typed:
    """Floor, ceiling, prior and held tier as columns of the frame."""
    names = program.ladder.names
    type = Type(Kind.CHOICE, values=names, ordered=True)
    words = [Literal(each, type) for each in names]
    down = list(zip(outcomes, words[1:], strict=True))[::-1]
    true = Literal(True, BOOLEAN)
    floor = frame.derive("tier.floor", node.Case(tuple(down), words[0]))
    ceiling = frame.derive(
        "tier.ceiling", node.Case(tuple((node.IfMissing(each, true), word) for each, word in down), words[0])
    )
    prior = _prior(program, frame, type)

    def below(left: Scalar, right: Scalar) -> Scalar:
        return node.Compare(node.Rank(left, names), Comparison.LESS, node.Rank(right, names))

    branches = ((node.IsMissing(prior), floor), (below(prior, floor), floor), (below(ceiling, prior), ceiling))
    held = frame.derive("tier.held", node.Case(branches, node.IfMissing(prior, floor)))
    frame.derive("tier.undecided", node.Compare(floor, Comparison.UNEQUAL, ceiling))
    return Typed(Column(held.name, type), type, program.span)


def former_names(program: Program) -> tuple[tuple[date, str, str], ...]:
    """(day, old, new): a tier held since before the day under the old name is the new one, through all renamings.

    A version speaks of tiers held since before it began, an amendment of those held since before it took effect.
    The earliest day that applies to a status comes first.
    """
    found: list[tuple[date, str, str]] = []
    said: tuple[tuple[str, str], ...] = ()
    for stage in program.stages:
        if stage.ladder.was != said:
            said, names = stage.ladder.was, dict(stage.ladder.was)
            found = [(day, old, names.get(new, new)) for day, old, new in found]
            found += [(stage.first_day, old, new) for old, new in said]
    return tuple(found)


def _prior(program: Program, frame: Frame, type: Type) -> Column:
    """The tier of the status history in force on the day; a tier no longer on the ladder is missing.

    A status that began before this version did bears the name of its own time.
    """
    table = program.records.table("statuses")
    assert table is not None and table.period is not None  # standard
    scan, period, was = frame.bench.scan(table), table.period, former_names(program)
    joined, since = Column("tier.history", ID, optional=True), Column("tier.since", DATE, optional=True)

    def join(top: str) -> str:
        within = Within(frame.day, *period)
        return frame.bench.add(
            Lookup(
                f"{frame.name}/history",
                top,
                scan,
                (("partner_id", "partner_id"),),
                ((joined.name, "tier"), *(((since.name, period[0]),) if was else ())),
                within,
            )
        )

    frame.lookup(join)
    known = node.Among(joined, tuple(Literal(each, ID) for each in program.ladder.names))
    renamed = tuple(
        (
            node.And(
                (
                    node.Compare(since, Comparison.LESS, Literal(day, DATE)),
                    node.Compare(joined, Comparison.EQUAL, Literal(old, ID)),
                )
            ),
            Literal(new, type),
        )
        for day, old, new in was
        if new in program.ladder.names
    )
    value = node.Case((*renamed, (known, joined)), Literal(None, type))
    column = frame.derive("tier.prior", value)
    return Column(column.name, replace(type_of(value), kind=Kind.CHOICE, values=type.values, ordered=True), True)


SECTION = Section("tiers", SCHEMA, parse, check, lower, __doc__ or "")
