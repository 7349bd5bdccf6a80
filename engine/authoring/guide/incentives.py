"""Incentives: who earns what for what, the bands, the limits, and examples worked through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from engine.authoring.guide.document import Block, Facts, Heading, Section, Table, Text
from engine.authoring.guide.examples import worked_examples
from engine.authoring.guide.setting import Planner
from engine.authoring.guide.supposed import paid_values
from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.expressions import say_key, say_value, state_value
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.offers import (
    say_beyond,
    say_during,
    say_edge,
    say_end,
    say_every,
    say_first,
    say_firsts,
    say_limit,
    say_measured,
    say_order,
    say_paid,
    say_period,
    say_record,
    say_returns,
    say_unit_of,
)
from engine.authoring.wording.resolved import leaves_of, resolved
from engine.authoring.wording.tables import NOTHING, grid_of, say_table
from engine.authoring.wording.values import capitalized, joined, sentence
from engine.authoring.wording.voice import Voice, plain_words, say_heading
from engine.authoring.wording.windows import say_unit
from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import BandRow, Incentive, Program
from engine.language.program import Table as Values
from engine.types import Method

SETTLED = {"credit_note": "by credit note", "transfer": "by transfer"}
METHODS = {
    Method.MARGINAL: "Each band pays for its own part: reaching a higher band does not change what the lower ones pay.",
    Method.WHOLE: "The highest band that is reached pays for everything, from the first unit on.",
}


def incentive_section(program: Program, voice: Voice, planner: Planner) -> Section | None:
    """The incentives with worked examples; None if there are none."""
    if not program.incentives:
        return None
    blocks: list[Block] = []
    for incentive in program.incentives:
        blocks += _incentive(incentive, program, voice, planner)
    return Section("incentives", "Incentives", tuple(blocks))


def _incentive(incentive: Incentive, program: Program, voice: Voice, planner: Planner) -> Iterator[Block]:
    yield Heading(say_heading(incentive.name, voice, incentive.title))
    yield Text(_summary(incentive, voice))
    yield Facts(tuple(_facts(incentive, voice)))
    if incentive.bands:
        yield band_table(incentive, voice)
        beyond = say_beyond(incentive, voice)
        yield Text(f"{METHODS[incentive.method]} {f'The bands pay {beyond}.' if beyond else ''}".rstrip())
    else:
        yield from _value_table(incentive, voice)
    for example in worked_examples(incentive, program, voice, planner):
        yield example.note


def _summary(incentive: Incentive, voice: Voice) -> str:
    kind = plain_words(incentive.kind)
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    grain = f", for {say_rows(incentive.source, voice)} one by one"
    if incentive.period is not None:
        grain = f", measured over {say_period(incentive, voice)}"
    grain = "" if incentive.is_once else grain  # what is paid once says for what
    paid = "" if incentive.bands else f": {say_paid(incentive, voice)}"  # bands are in a table
    own = "".join(f", {each}" for each in _own_limits(incentive, voice))
    return sentence(f"{article} {kind} to the {incentive.payee}{grain}{paid}{own}")


def _own_limits(incentive: Incentive, voice: Voice) -> list[str]:
    """The limits that its kind adds by itself: what it pays cannot be said without them."""
    return [say_limit(each, incentive, voice) for each in incentive.limits if not each.per_spans]


def headline(incentive: Incentive, voice: Voice) -> str:
    """An incentive in a line: `1% to 3.5% of amount, each fiscal quarter, to partners`."""
    parts = [_in_short(incentive, voice)]
    parts += [beyond] if (beyond := say_beyond(incentive, voice)) else []
    if not incentive.is_once:  # what is paid once says for what
        parts += [f"for {say_firsts(incentive, voice)}"] if incentive.first else []
        parts += [say_period(incentive, voice)] if incentive.period is not None else []
    return ", ".join((*parts, *_own_limits(incentive, voice), f"to {incentive.payee}s"))


def _in_short(incentive: Incentive, voice: Voice) -> str:
    """What is paid, from the least to the most where it is not one value."""
    values = [each for each in (incentive.rate, incentive.amount, *(band.paid for band in incentive.bands)) if each]
    ends = _ends(values, voice.of_rows(incentive.source))
    if not incentive.bands and sum(map(len, ends)) < 2:
        return say_paid(incentive, voice)
    said = joined([" to ".join(each) for each in ends], "or")
    if incentive.rate is not None or (incentive.bands and incentive.bands[-1].rate is not None):
        return f"{said} of {say_unit_of(incentive, voice)}"
    return said if incentive.bands else f"{said} {say_every(incentive, voice)}"


def _ends(values: Sequence[Values], rows: Voice) -> list[list[str]]:
    """The least and the most of numbers of one kind, of amounts in each currency; of others the first and the last."""
    leaves = [leaf for each in values for leaf in leaves_of(each, rows)]
    numbers = [each for each in leaves if isinstance(each, syntax.Number | syntax.Money)]
    if not leaves or len(numbers) < len(leaves) or len({type(each) for each in numbers}) > 1:
        return [_said_ends(leaves, rows)] if leaves else []
    kinds: dict[str, list[syntax.Number | syntax.Money]] = {}
    for each in numbers:
        kinds.setdefault(each.currency if isinstance(each, syntax.Money) else "", []).append(each)
    found = ((min(each, key=attrgetter("value")), max(each, key=attrgetter("value"))) for each in kinds.values())
    return [_said_ends(each, rows) for each in found]


def _said_ends(leaves: Sequence[syntax.Expression], rows: Voice) -> list[str]:
    return list(dict.fromkeys(say_value(each, rows) for each in (leaves[0], leaves[-1])))


def _facts(incentive: Incentive, voice: Voice) -> Iterator[tuple[str, str]]:
    anybody = f"Every {incentive.payee}"
    yield (
        "Who can earn it",
        capitalized(say_requirements(incentive.eligible, voice)) if incentive.eligible else anybody,
    )
    counts = joined_clauses(say_measured(incentive, voice), say_first(incentive, voice))
    yield "What counts", capitalized(counts)
    yield "From when to when", say_during(incentive, voice)
    yield "Decided", capitalized(_decided(incentive, voice))
    limits = [capitalized(say_limit(each, incentive, voice)) for each in incentive.limits]
    if limits:
        yield "Limit" if len(limits) == 1 else "Limits", "; ".join(limits)
    order = say_order(incentive, voice)
    if order:
        yield "Order", capitalized(order)
    returns = say_returns(incentive, voice)
    if returns:
        yield "Returns", capitalized(returns)
    if incentive.pays_by_row:
        apart = (
            f"; {say_rows(incentive.source, voice)} of each currency are added up separately"
            if incentive.period
            else ""
        )
        yield "Currency", f"That of the {say_record(incentive, voice)}{apart}"
    if incentive.settle_by in SETTLED:
        yield "Paid", f"To the {incentive.payee}, {SETTLED[incentive.settle_by]}"


def joined_clauses(*clauses: str) -> str:
    """Clauses side by side, those that say something."""
    return "; ".join(each for each in clauses if each)


def _decided(incentive: Incentive, voice: Voice) -> str:
    """When it is decided, and what is read on the day judged."""
    read = ["who can earn it"] if incentive.eligible else []
    read += ["what it pays"] if any(_varies(each, voice) for each in paid_values(incentive)) else []
    verb = "is" if len(read) == 1 else "are"
    if incentive.period is not None:
        judged = f"{joined(read)} {verb} read on its last day" if read else ""
        return joined_clauses(f"once the {say_unit(*incentive.period)} is complete", judged)
    record = say_record(incentive, voice)
    judged = f"{joined(read)} {verb} read on that day" if read else ""
    return joined_clauses(f"{record} by {record}, on the day of the {record}", judged)


def _varies(value: Values, voice: Voice) -> bool:
    """Whether a value is not one number for all partners and always."""
    leaves = list(leaves_of(value, voice))
    return len(leaves) > 1 or any(True for _ in names_in(leaves[0] if leaves else None))


def _value_table(incentive: Incentive, voice: Voice) -> Iterator[Table]:
    """What is paid by tier, segment, choice or number, as a table."""
    rows, value = voice.of_rows(incentive.source), incentive.rate or incentive.amount
    table = resolved(value, rows) if value is not None else None
    if table is None or not (table.choices or table.thresholds):
        return
    grid = grid_of(table, rows)
    what = "Rate" if incentive.rate is not None else "Amount"
    heads = tuple(what if each == "Value" else each for each in grid.heads)
    numbers = tuple(range(max(len(table.by) - 1, 1), len(heads)))
    name = say_heading(incentive.name, voice, incentive.title)
    yield Table(f"{incentive.name}-rates", f"{what}s of {name}", heads, grid.rows, numbers)


def band_table(incentive: Incentive, voice: Voice) -> Table:
    """The bands; if their pay has one dimension, such as the tier, with a column for each of its words."""
    rows, bands = voice.of_rows(incentive.source), incentive.bands
    paid = [resolved(each.paid, rows) if each.paid is not None else None for each in bands]
    by, keys = _columns([each for each in paid if each is not None])
    cells = []
    for place, (band, value) in enumerate(zip(bands, paid, strict=True)):
        end = say_end(place, bands, rows)
        spread = band.rate is None and incentive.method is Method.MARGINAL and end
        said = [_at(value, key, rows) for key in keys] if keys else [_listed(band, rows)]
        told = (f"{each}, spread evenly over the band" if spread and each != NOTHING else each for each in said)
        cells.append((capitalized(_reach(place, say_edge(band.start, rows), end)), *told))
    if bands[-1].up_to is not None:
        more = "nothing more" if incentive.method is Method.MARGINAL else "nothing at all"
        cells.append((f"From {say_edge(bands[-1].up_to, rows)} on", *[more] * max(len(keys), 1)))
    heads = ("Band", *([say_key(by, each, rows) for each in keys] if keys else ["Pays"]))
    name = say_heading(incentive.name, voice, incentive.title)
    numbers = tuple(range(1, len(heads)))
    return Table(f"{incentive.name}-rates", f"Rates of {name}", tuple(map(capitalized, heads)), tuple(cells), numbers)


def _reach(place: int, start: str, end: str) -> str:
    if not end:
        return f"from {start} on"
    return f"{start} to {end}" if place else f"below {end}"


def _columns(paid: Sequence[Values]) -> tuple[str, tuple[str, ...]]:
    """The one dimension by which values go, with its words; no words where they go by several or by a number."""
    tables = [each for each in paid if each.single is None]
    dimensions = {each.by for each in tables}
    entries = [entry for each in tables for entry in each.choices]
    if len(dimensions) != 1 or not entries or any(len(entry.keys) != 1 for entry in entries):
        return "", ()
    return tables[0].by[0], tuple(dict.fromkeys(entry.keys[0] for entry in entries))


def _at(value: Values | None, key: str, rows: Voice) -> str:
    """What a band pays for one word of the dimension."""
    if value is None:
        return NOTHING
    if value.single is not None:
        return say_table(value, rows)
    return next((say_table(each.value, rows) for each in value.choices if each.keys == (key,)), NOTHING)


def _listed(band: BandRow, rows: Voice) -> str:
    return state_value(band.paid, rows, "a rate").listed() if band.paid is not None else NOTHING
