"""The assumptions of an example about its partner, so that every value the incentive reads can be decided.

A rate by tier needs a tier. For that, the program of the example gets a ladder on which every partner has that tier;
segments, metrics and fields that are read are supposed in the same way. The reference
then decides as it always does, and the example says what it supposes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.authoring.guide.standing import standing
from engine.authoring.wording.expressions import find_benefit, say_field, say_key, say_value
from engine.authoring.wording.inherited import inherited
from engine.authoring.wording.voice import Voice, say_name, say_tier
from engine.language import syntax
from engine.language.names import OF_PARTNER, declared_in, names_in
from engine.language.program import Benefit, Incentive, Ladder, Line, Metric, Program, Requirement, Table
from engine.language.records import Field, RecordTable
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.plan.scalar import Value
from engine.types import Kind


@dataclass(frozen=True, slots=True)
class Supposed:
    """The program of an example, what is supposed in words, and what the partner and each record must hold."""

    program: Program
    said: tuple[str, ...]
    partner: dict[str, Value] = field(default_factory=dict)
    record: dict[str, Value] = field(default_factory=dict)


def paid_values(incentive: Incentive) -> tuple[Table, ...]:
    """Every value that decides what is paid: rates, amounts, edges of bands and limits."""
    bands = [each for band in incentive.bands for each in (band.start, band.paid, band.up_to)]
    limits = [each.at_most for each in incentive.limits]
    return tuple(each for each in (incentive.rate, incentive.amount, *bands, *limits) if each is not None)


def suppose(incentive: Incentive, program: Program, voice: Voice) -> Supposed:
    """What has to be supposed for the incentive alone; nothing where its values read nothing of the partner."""
    table, partners = program.records.table(incentive.source), program.records.table("partners")
    values = tuple(_reached(paid_values(incentive), voice))
    read = dict.fromkeys(each.text for each in names_in(values))
    words = _words(values, incentive.source)
    found = Supposed(replace(program, incentives=(incentive,), benefits=(), ladder=Ladder(), designations=()), ())
    if any(find_benefit(each, voice) for each in read):
        found = _benefits(found, read, table, voice)
    if "tier" in read:
        found = _tier(found, incentive, program, values, voice)
    for name in read:
        own = name.removeprefix(f"{incentive.source}.")
        if _field_of(own, table, program) is not None:
            if own in words:
                found.record[own] = _value_of(words[own], _field_of(own, table, program))
        elif (metric := voice.metric(name)) is not None:
            found = _metric(found, metric, values, voice)
        elif voice.segment(name) is not None:
            found = _segment(found, name, voice)
        elif (ladder := program.designation(declared_in(name)[0])) is not None:
            found = _designation(found, ladder, values, voice)
        elif partners is not None and (told := partners.field(name.removeprefix(OF_PARTNER))) is not None:
            found = _of_partner(found, name, told, words, values, voice)
    return found


def _reached(values: tuple[Table, ...], voice: Voice) -> Iterator[Table]:
    """The values, and those of every parameter and benefit they use."""
    pending, seen = list(values), set[str]()
    while pending:
        value = pending.pop(0)
        yield value
        for name in dict.fromkeys(each.text for each in names_in(value)):
            parameter, benefit = voice.parameter(name), find_benefit(name, voice)
            if name not in seen and parameter is not None:
                pending += [each.table for each in parameter.versions]
            if name not in seen and benefit is not None and benefit.table is not None:
                own = benefit.at(_scope_of(benefit, voice.program))
                pending += [inherited(own.table, voice.program.ladder.names)] if own.table is not None else []
            seen.add(name)


def _tables(values: tuple[Table, ...]) -> Iterator[Table]:
    """The values with every value inside them."""
    for each in values:
        yield each
        yield from _tables(tuple(entry.value for entry in each.choices))
        yield from _tables(tuple(entry.value for entry in each.thresholds))


def _words(values: tuple[Table, ...], source: str) -> dict[str, str]:
    """For each name under `by` the first word that has a value."""
    words: dict[str, str] = {}
    for table in _tables(values):
        for place, name in enumerate(table.by if table.choices else ()):
            bare = name.removeprefix(OF_PARTNER).removeprefix(f"{source}.")
            words.setdefault(bare, table.choices[0].keys[place])
    return words


def _field_of(name: str, table: RecordTable | None, program: Program) -> Field | None:
    """A field of the table, or of a row it links to."""
    if table is None:
        return None
    link_name, _, inside = name.partition(".")
    link = table.link(link_name) if inside else None
    target = program.records.table(link.to) if link is not None else None
    return target.field(inside) if target is not None else table.field(name)


def _value_of(word: str, told: Field | None) -> Value:
    return word == "true" if told is not None and told.type.kind is Kind.BOOLEAN else word


def _scope_of(benefit: Benefit, program: Program) -> tuple[str, ...]:
    """The first scope of a benefit for which a value is listed; () without `per`."""
    scopes = list(program.scopes(benefit.per))
    listed = (each for each in scopes if (own := benefit.at(each).table) is None or not own.is_empty)
    return next(listed, scopes[0])


def _benefits(found: Supposed, read: dict[str, None], table: RecordTable | None, voice: Voice) -> Supposed:
    """The benefits that are paid by, granted to all partners; a record has the keys of a value that is listed."""
    order = [each.name for each in voice.program.benefits]
    paid = [each for name in read if (each := find_benefit(name, voice)) is not None]
    paid.sort(key=lambda each: order.index(each.name.partition(".")[0]))
    said = [f"has the benefit {say_name(each.name, voice, each.title)}" for each in paid if each.when]
    names = {each.name.partition(".")[0] for each in paid}
    granted = tuple(replace(each, when=()) for each in voice.program.benefits if each.name in names)
    for each in paid:
        for key, value in zip(each.per, _scope_of(each, voice.program), strict=True):
            field_ = table.key_field(key) if table is not None else None
            if field_ is not None:
                found.record.setdefault(field_.name, value)
    return replace(found, program=replace(found.program, benefits=granted), said=(*found.said, *dict.fromkeys(said)))


def _tier(found: Supposed, incentive: Incentive, program: Program, values: tuple[Table, ...], voice: Voice) -> Supposed:
    """The highest tier that may earn and has a value everywhere."""
    ladder = program.ladder.names
    listed = [
        {entry.keys[each.by.index("tier")] for entry in each.choices} for each in _tables(values) if "tier" in each.by
    ]
    may = [each for each in ladder if all(standing(line, each, ladder) is not False for line in incentive.eligible)]
    fitting = [each for each in may if all(each in tiers for tiers in listed)] or may or list(ladder)
    tier = fitting[-1]
    span = program.span
    tiers = tuple(
        replace(each, invitation=None, requires=(_always(place <= ladder.index(tier), span),) if place else ())
        for place, each in enumerate(program.ladder.tiers)
    )
    climbed = replace(program.ladder, tiers=tiers, common=(), was=())
    return replace(
        found, program=replace(found.program, ladder=climbed), said=(f"is {say_tier(tier, voice)}", *found.said)
    )


def _always(true: bool, span: Span) -> Requirement:
    return Line(syntax.Truth(true, span), span)


def _designation(found: Supposed, ladder: Ladder, values: tuple[Table, ...], voice: Voice) -> Supposed:
    """The highest status that has a value everywhere, in every scope."""
    if any(each.name == ladder.name for each in found.program.designations):
        return found  # read twice
    ways = [
        {entry.keys[place] for entry in each.choices}
        for each in _tables(values)
        for place, name in enumerate(each.by)
        if declared_in(name)[0] == ladder.name
    ]
    words = ("false", "true") if ladder.plain else ladder.names
    at = max((place for place, word in enumerate(words) if all(word in listed for listed in ways)), default=0)
    span = voice.program.span
    tiers = tuple(
        replace(each, invitation=None, requires=(_always(place <= at, span),) if place else ())
        for place, each in enumerate(ladder.tiers)
    )
    held = replace(ladder, tiers=tiers, common=(), applies_to=(), was=(), overall="highest" if ladder.per else "")
    name = say_name(ladder.name, voice, ladder.title)
    said = f"{'has' if at else 'does not have'} the designation {name}"
    if not ladder.plain:
        said = f"is {say_key(ladder.name, words[at], voice)}"
    program = replace(found.program, designations=(*found.program.designations, held))
    return replace(found, program=program, said=(*found.said, said))


def _segment(found: Supposed, name: str, voice: Voice) -> Supposed:
    """The partner is in the segment."""
    span = voice.program.span
    segments = tuple(
        replace(each, when=(_always(True, span),)) if each.name == name else each for each in found.program.segments
    )
    said = f"is in the segment “{say_key(name, 'true', voice)}”"
    return replace(found, program=replace(found.program, segments=segments), said=(*found.said, said))


def _metric(found: Supposed, metric: Metric, values: tuple[Table, ...], voice: Voice) -> Supposed:
    """The metric is set to the last threshold of a value; otherwise it is measured from the records."""
    reached = _last_threshold(metric.name, values)
    if reached is None:
        return found
    fixed = Metric(metric.name, metric.span, metric.title, formula=reached)
    metrics = tuple(fixed if each.name == metric.name else each for each in found.program.metrics)
    said = f"has {say_name(metric.name, voice, metric.title)} of {say_value(reached, voice)}"
    return replace(found, program=replace(found.program, metrics=metrics), said=(*found.said, said))


def _last_threshold(name: str, values: tuple[Table, ...]) -> Expression | None:
    starts = [each.thresholds[-1].start.single for each in _tables(values) if each.thresholds and each.by == (name,)]
    literal = [each for each in starts if isinstance(each, syntax.Number | syntax.Money)]
    return literal[0] if literal else None


def _of_partner(
    found: Supposed, name: str, told: Field, words: dict[str, str], values: tuple[Table, ...], voice: Voice
) -> Supposed:
    """A field of the partner by which a value goes."""
    reached = _last_threshold(name, values)
    if told.name in words:
        word = words[told.name]
        found.partner[told.name] = _value_of(word, told)
        named, shown = say_field(told.name, voice), say_key(name, word, voice)
        said = f"is recorded with {shown}" if told.type.kind is Kind.BOOLEAN else f"has the {named} {shown}"
    elif isinstance(reached, syntax.Number | syntax.Money):
        scaled = Decimal(reached.value).quantize(Decimal(1).scaleb(-told.type.scale))
        found.partner[told.name] = int(scaled) if told.type.kind is Kind.INTEGER else scaled
        said = f"has {say_field(told.name, voice)} of {say_value(reached, voice)}"
    else:
        return found
    return replace(found, said=(*found.said, said))
