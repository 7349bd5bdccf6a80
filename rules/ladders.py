"""What all ladders have in common, `tiers` and `designations`: their tiers, the lines of each, and the tier held.

The qualifying tier is an interval. Its floor is the highest tier whose lines are all met, its ceiling the highest
whose lines are not refuted. Between them a partner keeps what the history says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from engine.compiler.conditions import Decided, all_lines, lower_requirements, measure_condition, record_condition
from engine.compiler.counting import in_force
from engine.compiler.frame import Frame, FrameScope
from engine.compiler.typed import Typed
from engine.language.codes import lineage, meaning
from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.program import MOST_SCOPES, Benefit, Ladder, Program, Tier
from engine.language.reading import RESERVED, Reader, text_of, truth_of, words_of
from engine.language.source import Entry, Mapping, Node, Span
from engine.language.source import Scalar as Word
from engine.plan import scalar as node
from engine.plan.inference import is_optional, type_of
from engine.plan.owner import TIERS, Owner, OwnerKind
from engine.plan.plan import Condition, Rung, StatusRead
from engine.plan.plan import Ladder as Laid
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Filter, Lookup, Op, Within
from engine.types import BOOLEAN, COUNT, DATE, ID, TEXT, Kind, Type

MOST_TIERS = 30  # of one ladder: each is compared with all others
FEWER = "name fewer choices under `per`, or choices with fewer values"
FEWER_OF_ALL = "declare fewer designations, or fewer tiers and lines"
NOT_HELD, HELD = "not_held", "held"
"""The tiers of a designation without a ladder."""

TRUE = Literal(True, BOOLEAN)


# ------------------------------------------------------------------------------------------------ reading


def parse_tiers(tree: Mapping, taken: Iterable[str], reader: Reader) -> tuple[Tier, ...]:
    """The tiers of `ladder` with their own lines; `taken` are keys that cannot be names of tiers."""
    words = words_of(tree.get("ladder"))
    reader.each_once(words, "on the ladder")
    seen = {word.text for word in words}
    for word in words:
        if word.text in taken or word.text in RESERVED:
            reader.report(
                meaning.RESERVED_NAME.at(
                    word.span, f"`{word.text}` is a word of the language", help="give the tier another name"
                )
            )
    for entry in tree:
        if entry.key.text not in (*taken, *seen):
            reader.report(
                meaning.UNKNOWN_TIER.at(
                    entry.key.span, f"`{entry.key.text}` is not on the ladder", help=suggest(entry.key.text, seen)
                )
            )
    return tuple(_tier(word, tree.entry(word.text), reader) for word in words)


def parse_was(tree: Mapping, ladder: Iterable[str], reader: Reader) -> Iterator[tuple[str, str]]:
    """Old and new name of each tier that was called otherwise in the version before."""
    node_ = tree.get("was")
    for entry in node_ if isinstance(node_, Mapping) else ():
        if text_of(entry.value) not in ladder:
            reader.report(
                lineage.UNKNOWN_PREDECESSOR.at(
                    entry.value.span,
                    f"`{text_of(entry.value)}`, the new name of `{entry.key.text}`, is not on the ladder",
                    help=suggest(text_of(entry.value), list(ladder)),
                )
            )
        yield entry.key.text, text_of(entry.value)


def _tier(word: Word, entry: Entry | None, reader: Reader) -> Tier:
    if entry is None or not isinstance(entry.value, Mapping):
        return Tier(word.text, word.span)
    return tier_of(word.text, entry.key.span, entry.value, reader)


def tier_of(name: str, span: Span, tree: Mapping, reader: Reader) -> Tier:
    """A tier with its lines, title and invitation."""
    invitation = tree.entry("by_invitation")
    invited = invitation is not None and truth_of(invitation.value)
    return Tier(
        name,
        span,
        reader.requirements(tree.get("requires")),
        invitation.key.span if invitation is not None and invited else None,
        text_of(tree.get("title")),
    )


def cumulative_of(tree: Mapping) -> bool:
    """Whether tiers also require the own lines of those below them."""
    said = tree.get("cumulative")
    return said is not None and truth_of(said)


def mapping_of(tree: Node) -> Mapping:
    """The mapping itself, or an empty one instead."""
    return tree if isinstance(tree, Mapping) else Mapping((), tree.span)


def _lowest_help(ladder: Ladder) -> str:
    """What to do about a lowest tier that requires something."""
    help = "remove its requirements, or add a tier below it"
    if not ladder.common:
        return help
    now = f"the common `requires` then hold for `{ladder.tiers[0].name}` too"
    return f"{help}; {now}: give it a value in each table by tier"


def check_ladder(ladder: Ladder) -> Iterator[Diagnostic]:
    """Check that the lowest tier has no requirements and that every other tier has some."""
    tiers = ladder.tiers
    if tiers and (tiers[0].requires or tiers[0].invitation):
        yield meaning.FIRST_TIER.at(
            tiers[0].span,
            f"`{tiers[0].name}` is the lowest tier: every partner has it, so its requirements have no effect",
            help=_lowest_help(ladder),
        )
    for tier in tiers[1:]:
        if not (ladder.lines_of(tier) or tier.invitation):
            what = f"`{ladder.name or tier.name}`" if ladder.plain else f"`{tier.name}`"
            yield meaning.EASIER_TIER.at(
                tier.span, f"{what} requires nothing, so every partner has it", help="give it `requires`"
            )


# ------------------------------------------------------------------------------------------------ deciding


@dataclass(frozen=True, slots=True)
class Place:
    """A ladder in one of its scopes, as a frame decides it."""

    ladder: Ladder
    scope: tuple[str, ...]
    program: Program

    @property
    def name(self) -> str:
        """The name of the ladder in outputs and records."""
        return self.ladder.name or TIERS

    def owner(self, tier: str = "") -> Owner:
        """Whose the lines of a tier are."""
        if not self.ladder.name:
            return Owner(OwnerKind.TIER, TIERS, tier)
        return Owner(OwnerKind.DESIGNATION, self.ladder.name, "" if self.ladder.plain else tier, self.scope)

    @property
    def word(self) -> str:
        """The name by which an expression reads it; begins no column of anything else."""
        return self.owner().of if self.ladder.name else "tier"

    @property
    def stem(self) -> str:
        """Begins the names of its columns."""
        return str(self.owner())

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The current values in its lines."""
        return tuple(zip(self.ladder.per, self.scope, strict=True))

    @property
    def type(self) -> Type:
        """The type of a tier held."""
        return Type(Kind.CHOICE, values=self.ladder.names, ordered=True)


def places_of(ladder: Ladder, program: Program) -> Iterator[Place]:
    """The ladder in each of its scopes: one for each value of what stands under `per`, together."""
    for scope in program.scopes(ladder.per):
        yield Place(ladder, scope, program)


def check_keys(per: tuple[str, ...], spans: tuple[Span, ...], program: Program) -> Iterator[Diagnostic]:
    """What stands under `per` are choices, whose values have few combinations."""
    for key, span in zip(per, spans, strict=True):
        if program.choice(key) is None:
            yield meaning.UNKNOWN_NAME.at(
                span,
                f"there is no choice `{key}`",
                help=suggest(key, [each.name for each in program.choices])
                if program.choices
                else f"declare its values: `choices: {{{key}: [..]}}`",
            )
    count = program.scope_count(per)
    if count > MOST_SCOPES:
        yield meaning.WRONG_KEYS.at(
            spans[0],
            f"there are {count:,} combinations of {' and '.join(per)}, and the limit is {MOST_SCOPES}",
            help=FEWER,
        )


def check_together(declared: Sequence[Ladder | Benefit], program: Program) -> Iterator[Diagnostic]:
    """What is declared is not too much together: all designations, and the benefits with `per`."""
    found = program.too_many
    if found is None:
        return
    each, excess = found
    if each in declared and program.scope_count(each.per) <= MOST_SCOPES:
        span, whose = (each.per_spans[0], " and benefits with `per`") if each.per else (each.span, "")
        help = FEWER if each.per else FEWER_OF_ALL
        yield meaning.WRONG_KEYS.at(
            span or program.span, f"with `{each.name}`, designations{whose} have {excess}", help=help
        )


def held_at(place: Place, frame: Frame) -> Typed | None:
    """The tier held on the day judged; a designation without a ladder is true where it is held. None after a finding.

    It is missing where it cannot be decided, and where the designation does not apply.
    """
    span = place.ladder.span or place.program.span
    return frame.once(place.word, span, lambda: _decided(place, frame))


def applies_at(place: Place, frame: Frame) -> Scalar | None:
    """Whether the ladder applies to a partner; None where it applies to all partners."""
    if not place.ladder.applies_to or held_at(place, frame) is None:
        return None
    return _truth(f"{place.stem}.applies", frame)


def _truth(name: str, frame: Frame) -> Column:
    """A boolean column, requested from the frame."""
    return Column(name, BOOLEAN, is_optional(frame.derived[name]))


def _decided(place: Place, frame: Frame) -> Typed | None:
    conditions = _applies(place, frame)
    rungs = [_placed_rung(tier, place, frame) for tier in place.ladder.tiers[1:]]
    kept = [each for each in rungs if each is not None]
    # a finding about a line was reported at its place: the tier is read without it
    if conditions is None or len(kept) < len(rungs):
        return None
    held = _statuses(place, frame, [_truth(each.outcome, frame) for each in kept])
    if frame.recorded:
        frame.bench.ladders.append(_laid(place, tuple(kept), conditions))
    if not place.ladder.plain:
        return Typed(held, place.type, place.program.span)
    holds = frame.derive(f"{place.stem}.holds", node.Compare(held, Comparison.EQUAL, Literal(HELD, place.type)))
    return Typed(holds, BOOLEAN, place.program.span)


def _laid(place: Place, rungs: tuple[Rung, ...], conditions: tuple[str, ...]) -> Laid:
    ladder, stem = place.ladder, place.stem
    return Laid(
        place.name,
        ladder.span or place.program.span,
        ladder.names,
        rungs,
        held=f"{stem}.held",
        floor=f"{stem}.floor",
        ceiling=f"{stem}.ceiling",
        prior=f"{stem}.prior",
        undecided=f"{stem}.undecided",
        applies=f"{stem}.applies" if ladder.applies_to else "",
        scope=place.scope,
        title=ladder.title,
        plain=ladder.plain,
        word=place.word,
        conditions=conditions,
    )


def _applies(place: Place, frame: Frame) -> tuple[str, ...] | None:
    """The lines that say whom the ladder applies to, and their column; None after findings."""
    if not place.ladder.applies_to:
        return ()
    owner = Owner(OwnerKind.APPLIES, place.name, "", place.scope)
    decided = lower_requirements(owner, place.ladder.applies_to, FrameScope(frame, held=True, keys=place.keys))
    if decided is None:
        return None
    frame.derive(f"{place.stem}.applies", all_lines(decided))
    return tuple(each.id for each in decided)


def _placed_rung(tier: Tier, place: Place, frame: Frame) -> Rung | None:
    with frame.bench.at(tier.span):
        return _rung(tier, place, frame)


def _rung(tier: Tier, place: Place, frame: Frame) -> Rung | None:
    """Whether all lines of a tier hold; its lines are those of the ladder, and the invitation."""
    owner = place.owner(tier.name)
    scope = FrameScope(frame, tested=owner, keys=place.keys)
    lines = lower_requirements(owner, place.ladder.lines_of(tier), scope)
    if lines is None:
        return None
    if tier.invitation is not None:
        lines = [*lines, _invited(tier, tier.invitation, len(lines) + 1, place, frame)]
    outcome = frame.derive(f"{owner}.outcome", all_lines(lines) if lines else TRUE)
    return Rung(tier.name, tier.span, tuple(each.id for each in lines), outcome.name, owner.of)


def _invited(tier: Tier, span: Span, number: int, place: Place, frame: Frame) -> Decided:
    """A nomination for this tier in force on the day."""
    rows = frame.bench.rows("nominations", span)
    assert rows is not None  # standard
    owner = place.owner(tier.name)
    nominated = node.Compare(rows.columns["tier"], Comparison.EQUAL, Literal(tier.name, ID))
    where = node.And((*in_force(rows, frame, of_base=True), nominated, *_of_ladder(place, rows.columns)))
    stem = tier.name if not place.ladder.name else owner
    count = frame.aggregate(rows, Aggregate(f"{stem}.nominations", Op.COUNT, None, where, COUNT))
    one = Literal(1, Type(Kind.INTEGER, digits=1))
    scalar = node.Compare(count, Comparison.AT_LEAST, one)
    condition = Condition(f"{owner}.{number}", owner, "compare", "by invitation", span, scalar, names=("nominations",))
    if frame.recorded:
        condition = measure_condition(
            condition, Typed(count, count.type, span), Comparison.AT_LEAST, Typed(one, one.type, span), frame
        )
    return record_condition(condition, frame)


def _of_ladder(place: Place, columns: dict[str, Column]) -> list[Scalar]:
    """That a row of nominations or statuses is about this ladder in this scope."""
    if not place.program.designations:  # then the rows are about tiers, and do not say so
        return []
    said = (("ladder", place.name), *place.keys)
    return [node.Compare(columns[name], Comparison.EQUAL, Literal(value, TEXT)) for name, value in said]


def _statuses(place: Place, frame: Frame, outcomes: list[Column]) -> Column:
    """Floor, ceiling, prior and held tier as columns of the frame; all but the prior are missing where none applies."""
    names, type, stem = place.ladder.names, place.type, place.stem
    words = [Literal(each, type) for each in names]
    down = list(zip(outcomes, words[1:], strict=True))[::-1]
    absent = _absent(place, frame)

    def told(name: str, value: Scalar, none: Scalar) -> Column:
        return frame.derive(f"{stem}.{name}", node.Case(((absent, none),), value) if absent is not None else value)

    none = Literal(None, type)
    floor = told("floor", node.Case(tuple(down), words[0]), none)
    ceiling = told(
        "ceiling", node.Case(tuple((node.IfMissing(each, TRUE), word) for each, word in down), words[0]), none
    )
    prior = _prior(place, frame, type)

    def below(left: Scalar, right: Scalar) -> Scalar:
        return node.Compare(node.Rank(left, names), Comparison.LESS, node.Rank(right, names))

    branches = ((node.IsMissing(prior), floor), (below(prior, floor), floor), (below(ceiling, prior), ceiling))
    held = told("held", node.Case(branches, node.IfMissing(prior, floor)), none)
    told("undecided", node.Compare(floor, Comparison.UNEQUAL, ceiling), TRUE)
    each_tier = tuple(each.name for each in outcomes)
    frame.statuses[held.name] = StatusRead(place.word, held.name, floor.name, ceiling.name, each_tier)
    return Column(held.name, type, held.optional)


def _absent(place: Place, frame: Frame) -> Scalar | None:
    """Whether there is no status: the ladder does not apply, or this cannot be decided."""
    if not place.ladder.applies_to:
        return None
    applies = _truth(f"{place.stem}.applies", frame)
    return node.Not(node.IfMissing(applies, Literal(False, BOOLEAN)) if applies.optional else applies)


def former_names(program: Program, ladder: Ladder) -> tuple[tuple[date, str, str], ...]:
    """(day, old, new): a tier held since before the day under the old name is the new one, through all renamings.

    In a version, this is for tiers held since before it began, in an amendment for those held since before it took
    effect.
    The earliest day that applies to a status comes first.
    """
    found: list[tuple[date, str, str]] = []
    said: tuple[tuple[str, str], ...] = ()
    for stage in program.stages:
        was = next((each.was for each in stage.ladders if each.name == ladder.name), ())
        if was != said:
            said, names = was, dict(was)
            found = [(day, old, names.get(new, new)) for day, old, new in found]
            found += [(stage.first_day, old, new) for old, new in said]
    return tuple(found)


def _prior(place: Place, frame: Frame, type: Type) -> Column:
    """The tier of the status history in force on the day; a tier no longer on the ladder is missing.

    A status that began before this version has the tier's old name.
    """
    program, stem = place.program, place.stem
    table = program.records.table("statuses")
    assert table is not None and table.period is not None  # standard
    scan, period, was = frame.bench.scan(table), table.period, former_names(program, place.ladder)
    columns = {each.name: Column(each.name, each.type, each.optional) for each in table.stored}
    own = _of_ladder(place, columns)
    joined, since = Column(f"{stem}.history", ID, optional=True), Column(f"{stem}.since", DATE, optional=True)

    def join(top: str) -> str:
        within = Within(frame.day, *period)
        history = f"statuses/{place.word}"
        if own and history not in frame.bench.tables:
            frame.bench.add(Filter(history, scan, node.conjunction(own)))
        return frame.bench.add(
            Lookup(
                f"{frame.name}/{'history' if not own else f'history of {place.word}'}",
                top,
                history if own else scan,
                (("partner_id", "partner_id"),),
                ((joined.name, "tier"), *(((since.name, period[0]),) if was else ())),
                within,
            )
        )

    frame.lookup(join)
    known = node.Among(joined, tuple(Literal(each, ID) for each in place.ladder.names))
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
        if new in place.ladder.names
    )
    value = node.Case((*renamed, (known, joined)), Literal(None, type))
    column = frame.derive(f"{stem}.prior", value)
    return Column(column.name, replace(type_of(value), kind=Kind.CHOICE, values=type.values, ordered=True), True)
