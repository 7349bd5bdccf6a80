"""`designations`: named ladders beside `tiers`, with the same keys.

Without `ladder` a designation is held or not, and its name alone is a condition. With `ladder`, its name
means the tier held and compares as `tier` does; in its own lines it is the one tested. A designation
whose `applies_to` is not met has no status: a line that reads it is not applicable.

With `per` there is one status for each value of a choice. Where that value is given the name means its
status; elsewhere `specialist.emea` names one, and the name alone means what `overall` says: `highest`, or a
field of the partner that names the value.

    specialist:
      requires:
        - engineers >= 5
    regional:
      per: [region]
      overall: highest
      ladder: [member, expert]
      requires:
        - regional_revenue >= 100_000 USD
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import replace
from functools import partial

from engine.compiler.definitions import Behind, Definition
from engine.compiler.frame import Frame, FrameScope
from engine.compiler.typed import Scope, Typed
from engine.compiler.workbench import Workbench
from engine.language import syntax
from engine.language.catalogue import Section
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.program import Ladder, Program, Tier
from engine.language.reading import Reader, text_of, words_of
from engine.language.records import with_ladders
from engine.language.shapes import later, listing, name_of, named, names, requirements, snippet, text, truth
from engine.language.source import Entry, Mapping, Node
from engine.plan import scalar as node
from engine.plan.inference import is_optional
from engine.plan.owner import TIERS, Owner, OwnerKind
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.types import BOOLEAN, Kind, Type
from rules.keyed import keyed_of
from rules.ladders import (
    HELD,
    MOST_TIERS,
    NOT_HELD,
    Place,
    applies_at,
    check_keys,
    check_ladder,
    check_together,
    cumulative_of,
    held_at,
    mapping_of,
    parse_tiers,
    parse_was,
    places_of,
    tier_of,
)
from rules.tiers import CUMULATIVE, NAME, TIER

HIGHEST, LOWEST = "highest", "lowest"
KEYS = {
    "title": text("The designation's name for people", "Security specialist"),
    "ladder": listing(
        NAME, "Its tiers, low to high; without it, it is held or not", ["member", "expert"], most=MOST_TIERS
    ),
    "requires": requirements("What it requires; with `ladder`, every tier above the first", ["engineers >= 5"]),
    "by_invitation": truth("Whether a nomination for it must be in force; only without `ladder`"),
    "applies_to": requirements("Which partners it applies to; other partners have no status", ["region is emea"]),
    "per": names("The choices; there is a separate status for each value", ["region"], refers="choice"),
    "overall": name_of(
        "overall", "The status that the name alone means: `highest`, or a field of the partner", HIGHEST
    ),
    "cumulative": CUMULATIVE,
    "was": named(NAME, "Tiers of the previous version, and their new names", {"star": "expert"}),
    **later("review", "inherits"),
}
DESIGNATION: Dict[str, object] = {
    "type": "object",
    "title": "designation",
    "description": "A ladder beside the tiers, or something that is held or not",
    "properties": KEYS,
    "additionalProperties": TIER,
}
SCHEMA = named(
    DESIGNATION,
    "Named ladders beside the tiers",
    {"specialist": {"requires": ["engineers >= 5"]}},
    declares="designation",
    snippets=(
        snippet(
            "designation", "Something that is held or not", {"${1:specialist}": {"requires": ["${2:engineers >= 5}"]}}
        ),
        snippet(
            "designation with a ladder",
            "A ladder of its own beside the tiers",
            {"${1:level}": {"ladder": ["${2:member}", "${3:expert}"], "requires": ["${4:engineers >= 5}"]}},
        ),
    ),
)


# ------------------------------------------------------------------------------------------------ reading


def parse(node_: Node, program: Program, reader: Reader) -> Program:
    """The program with its designations, and tables of statuses that say which ladder they are about."""
    entries = node_ if isinstance(node_, Mapping) else ()
    designations = tuple(_designation(entry, reader) for entry in entries)
    keys = dict.fromkeys(key for each in designations for key in each.per)
    records = with_ladders(program.records, TIERS, keys) if designations else program.records
    return replace(program, designations=designations, records=records)


def _designation(entry: Entry, reader: Reader) -> Ladder:
    name, tree = reader.declare(entry.key), mapping_of(entry.value)
    per, overall = words_of(tree.get("per")), tree.get("overall")
    reader.each_once(per, "under `per`")
    ladder = Ladder(
        span=entry.key.span,
        name=name,
        title=text_of(tree.get("title")),
        applies_to=reader.requirements(tree.get("applies_to")),
        per=tuple(each.text for each in per),
        per_spans=tuple(each.span for each in per),
        overall=text_of(overall),
        overall_span=overall.span if overall is not None else None,
    )
    if tree.get("ladder") is None:
        return _plain(ladder, entry, tree, reader)
    invited = tree.entry("by_invitation")
    if invited is not None:
        reader.report(
            meaning.WRONG_KEYS.at(
                invited.key.span,
                f"`{name}` has several tiers, so it must say which one is by invitation",
                help="write `by_invitation` under that tier",
            )
        )
    tiers = parse_tiers(tree, KEYS, reader)
    was = tuple(parse_was(tree, [each.name for each in tiers], reader))
    common, cumulative = reader.requirements(tree.get("requires")), cumulative_of(tree)
    return replace(ladder, tiers=tiers, common=common, was=was, cumulative=cumulative)


def _plain(ladder: Ladder, entry: Entry, tree: Mapping, reader: Reader) -> Ladder:
    """A designation that is held or not: the lines are those of being held."""
    for each in tree:
        if each.key.text not in KEYS:
            reader.report(
                meaning.UNKNOWN_TIER.at(
                    each.key.span,
                    f"unknown key `{each.key.text}`; `{ladder.name}` has no `ladder`, so it has no tiers",
                    help=suggest(each.key.text, KEYS),
                )
            )
    for key, why in (("was", "it has no renamed tiers"), ("cumulative", "no tier is below another")):
        needless = tree.entry(key)
        if needless is not None:
            reader.report(
                meaning.WRONG_KEYS.at(
                    needless.key.span, f"`{ladder.name}` has no `ladder`, so {why}", help=f"remove `{key}`"
                )
            )
    held = replace(tier_of(HELD, entry.key.span, tree, reader), title="")
    return replace(ladder, tiers=(Tier(NOT_HELD, entry.key.span), held), plain=True)


def check(program: Program) -> Iterator[Diagnostic]:
    """Check that each designation requires something, has only declared choices under `per`, and says what its name
    means.
    """
    yield from check_together(program.designations, program)
    for ladder in program.designations:
        yield from check_ladder(ladder)
        yield from check_keys(ladder.per, ladder.per_spans, program)
        yield from _check_overall(ladder, program)


def _check_overall(ladder: Ladder, program: Program) -> Iterator[Diagnostic]:
    span = ladder.overall_span
    if span is None or (ladder.overall == HIGHEST and ladder.per):
        return
    if not ladder.per:
        yield meaning.WRONG_KEYS.at(
            span, f"`{ladder.name}` has one status, so `overall` has no meaning", help="remove it, or add `per`"
        )
        return
    partners = program.records.table("partners")
    found = partners.field(ladder.overall) if partners else None
    if len(ladder.per) == 1 and found is not None and found.type.values == program.dimension(ladder.per[0]):
        return
    yield meaning.WRONG_KEYS.at(
        span,
        f"`{ladder.overall}` does not name a value of {' and '.join(ladder.per)}",
        help="write `highest`, or a field of partners of that choice" if len(ladder.per) == 1 else "write `highest`",
    )


# ------------------------------------------------------------------------------------------------ deciding


def define(program: Program, bench: Workbench) -> None:
    """Declare every designation's name: its value is the status held."""
    for ladder in program.designations:
        span = ladder.span or program.span
        read = partial(_read, ladder, program)
        own = partial(read, name=syntax.Name(ladder.name, span), values=())
        behind = partial(_behind, ladder, program)
        bench.define(Definition(ladder.name, span, own, by_tier=True, tried=True, behind=behind, at=read))


def _read(ladder: Ladder, program: Program, scope: Scope, name: syntax.Name, values: tuple[str, ...]) -> Typed | None:
    """The status that a name means at a place; `values` are those written behind dots."""
    assert isinstance(scope, FrameScope)  # it is not defined in rows
    if not values and _is_tested(ladder, scope):
        assert scope.tested is not None
        type = Type(Kind.CHOICE, values=ladder.names, ordered=True)
        return Typed(Literal(scope.tested.tier, type), type, name.span)
    keyed = keyed_of(ladder.name, ladder.per, program)
    found = keyed.values(values, dict(scope.keys))
    if found is not None:
        return held_at(Place(ladder, found, program), scope.frame)
    if values and (values[0] not in (HIGHEST, LOWEST) or len(values) > 1 or not ladder.per):
        scope.report(keyed.unknown(name, values) if ladder.per else _no_scopes(ladder, name))
        return None
    if values or ladder.overall == HIGHEST:
        return _extreme(ladder, program, scope.frame, top=not values or values[0] == HIGHEST)
    if ladder.overall:
        return _by_field(ladder, program, scope.frame)
    one = f"write `{keyed.example}`, or " if keyed.example else ""
    scope.report(
        meaning.NOT_HERE.at(
            name.span,
            f"`{ladder.name}` has a status for each {' and '.join(ladder.per)}; it is not clear which one is meant",
            help=f"{one}add `overall: highest` to `{ladder.name}`",
        )
    )
    return None


def _is_tested(ladder: Ladder, scope: FrameScope) -> bool:
    """Whether the place is a line of one of its own tiers, where its name means this tier."""
    tested = scope.tested
    own = tested is not None and tested.kind is OwnerKind.DESIGNATION and tested.name == ladder.name
    return own and not ladder.plain


def _no_scopes(ladder: Ladder, name: syntax.Name) -> Diagnostic:
    """The finding about values behind the name of a designation that has one status."""
    return meaning.UNKNOWN_NAME.at(name.span, f"unknown name `{name.text}`", help=suggest(name.text, [ladder.name]))


Standing = tuple[Typed, Scalar | None]
"""A status, and whether the designation applies to the partner; None where it applies to all partners."""


def _standings(ladder: Ladder, program: Program, frame: Frame) -> list[Standing] | None:
    """The status in every scope; None after a finding."""
    found = []
    for place in places_of(ladder, program):
        typed = held_at(place, frame)
        if typed is None:
            return None
        found.append((typed, applies_at(place, frame)))
    return found


def _extreme(ladder: Ladder, program: Program, frame: Frame, *, top: bool) -> Typed | None:
    """The highest (or lowest) of all statuses there are; missing where one that is open could change it."""
    found = _standings(ladder, program, frame)
    if found is None:
        return None
    names = ladder.names

    def reached(tier: str) -> Scalar:
        """Whether one status (for the lowest: each) is at least this tier."""
        rank = Literal(names.index(tier), Type(Kind.INTEGER, digits=4))
        terms = []
        for held, applies in found:
            here = (
                held.scalar if ladder.plain else node.Compare(node.Rank(held.scalar, names), Comparison.AT_LEAST, rank)
            )
            left_out = Literal(not top, BOOLEAN)  # where it does not apply it decides nothing
            terms.append(here if applies is None else node.Case(((node.Not(applies), left_out),), here))
        return node.Or(tuple(terms)) if top else node.And(tuple(terms))

    name, span = f"designation.{ladder.name}.@{HIGHEST if top else LOWEST}", ladder.span or program.span
    if ladder.plain:
        return Typed(frame.derive(name, reached(HELD)), BOOLEAN, span)
    type = Type(Kind.CHOICE, values=names, ordered=True)
    branches: list[tuple[Scalar, Scalar]] = []
    for tier in reversed(names[1:]):
        some = reached(tier)
        branches.append((some, Literal(tier, type)))
        if is_optional(some):
            branches.append((node.IsMissing(some), Literal(None, type)))
    column = frame.derive(name, node.Case(tuple(branches), Literal(names[0], type)))
    return Typed(Column(column.name, type, column.optional), type, span)


def _by_field(ladder: Ladder, program: Program, frame: Frame) -> Typed | None:
    """The status of the scope that a field of the partner names; missing where it names none."""
    found = _standings(ladder, program, frame)
    if found is None:
        return None
    type = found[0][0].type
    values = [held.scalar for held, _ in found]
    return Typed(_picked(ladder, program, values, type), type, ladder.span or program.span)


def _picked(ladder: Ladder, program: Program, values: Iterable[Scalar], type: Type) -> Scalar:
    """Of one value for each scope the one that the field under `overall` names."""
    partners = program.records.table("partners")
    field = partners.field(ladder.overall) if partners else None
    assert field is not None  # its declaration was checked
    chosen = Column(field.name, field.type, field.optional)
    tests = (
        node.Compare(chosen, Comparison.EQUAL, Literal(value, field.type)) for value in program.dimension(ladder.per[0])
    )
    return node.Case(tuple(zip(tests, values, strict=True)), Literal(None, type))


def _behind(ladder: Ladder, program: Program, scope: FrameScope, values: tuple[str, ...]) -> Behind | None:
    """Whose lines decide the name at a place, and whether it applies there."""
    if not values and _is_tested(ladder, scope):
        return None
    found = keyed_of(ladder.name, ladder.per, program).values(values, dict(scope.keys))
    if found is not None:
        place = Place(ladder, found, program)
        return Behind(place.owner(HELD), applies_at(place, scope.frame))
    owner = Owner(OwnerKind.DESIGNATION, ladder.name)
    applies = [each for _, each in _standings(ladder, program, scope.frame) or ()]
    kept = [each for each in applies if each is not None]
    if not kept:
        return Behind(owner)
    if values or ladder.overall == HIGHEST:
        return Behind(owner, node.Or(tuple(kept)) if len(kept) > 1 else kept[0])
    return Behind(owner, _picked(ladder, program, kept, BOOLEAN))


SECTION = Section("designations", SCHEMA, parse, check, __doc__ or "", define)
