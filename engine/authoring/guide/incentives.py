"""Incentives: who earns what for what, the bands, the limits, and examples worked through."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.guide.document import Block, Facts, Heading, Section, Table, Text
from engine.authoring.guide.examples import worked_examples
from engine.authoring.guide.setting import Planner
from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.expressions import say_value
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.offers import say_during, say_limit, say_measured, say_paid, say_returns
from engine.authoring.wording.values import capitalized, sentence
from engine.authoring.wording.voice import Voice, plain_words, say_heading
from engine.authoring.wording.windows import say_unit
from engine.language.program import BandRow, Incentive, Program
from engine.types import Method

SETTLED = {"credit_note": "by credit note", "transfer": "by transfer"}
METHODS = {
    Method.MARGINAL: "Each band pays for its own part: reaching a higher band does not change what the lower ones pay.",
    Method.WHOLE: "The highest band that is reached pays for everything, from the first unit on.",
}


def incentive_section(program: Program, voice: Voice, planner: Planner) -> Section | None:
    """The incentives with worked examples; None where there are none."""
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
        yield _bands(incentive, voice)
        yield Text(METHODS[incentive.method])
    for example in worked_examples(incentive, program, voice, planner):
        yield example.note


def _summary(incentive: Incentive, voice: Voice) -> str:
    kind = plain_words(incentive.kind)
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    if incentive.bands:
        return sentence(f"{article} {kind} to the {incentive.payee}, measured over each {_unit(incentive)}")
    rows = say_rows(incentive.source, voice)
    return sentence(f"{article} {kind} to the {incentive.payee}, for {rows} one by one: {say_paid(incentive, voice)}")


def headline(incentive: Incentive, voice: Voice) -> str:
    """An incentive in a line: `1% to 3.5% of amount, each fiscal quarter, to partners`."""
    payees = f"to {incentive.payee}s"
    if not incentive.bands:
        return f"{say_paid(incentive, voice)}, {payees}"
    paid = [each.rate if each.rate is not None else each.amount for each in incentive.bands]
    ends = list(dict.fromkeys(say_value(each, voice) for each in (paid[0], paid[-1]) if each is not None))
    measure = say_value(incentive.measure, voice.of_rows(incentive.source)) if incentive.measure is not None else ""
    of = f" of {measure}" if incentive.bands[-1].rate is not None and measure else ""
    return f"{' to '.join(ends)}{of}, each {_unit(incentive)}, {payees}"


def _unit(incentive: Incentive) -> str:
    return say_unit(*incentive.period) if incentive.period is not None else "period"


def _facts(incentive: Incentive, voice: Voice) -> Iterator[tuple[str, str]]:
    if incentive.eligible:
        yield "Who can earn it", capitalized(say_requirements(incentive.eligible, voice))
    else:
        yield "Who can earn it", "Every partner" if incentive.payee == "partner" else f"Every {incentive.payee}"
    yield "What counts", capitalized(say_measured(incentive, voice))
    yield "From when to when", say_during(incentive, voice)
    if incentive.bands:
        judged = f"on the last day of each {_unit(incentive)}" if incentive.eligible else ""
        decided = f"once the {_unit(incentive)} is complete"
        yield "Decided", capitalized(f"{decided}; who can earn it is read {judged}" if judged else decided)
    elif incentive.eligible:
        yield "Decided", "Record by record; who can earn it is read on the day of the record"
    limits = [capitalized(say_limit(each, incentive, voice)) for each in incentive.limits]
    if limits:
        yield "Limit" if len(limits) == 1 else "Limits", "; ".join(limits)
    returns = say_returns(incentive, voice)
    if returns:
        yield "Returns", capitalized(returns)
    if incentive.settle_by in SETTLED:
        yield "Paid", f"To the {incentive.payee}, {SETTLED[incentive.settle_by]}"


def _bands(incentive: Incentive, voice: Voice) -> Table:
    ends = [each.start for each in incentive.bands[1:]] + [incentive.bands[-1].up_to]
    rows = []
    for place, (band, end) in enumerate(zip(incentive.bands, ends, strict=True)):
        start = say_value(band.start, voice)
        until = say_value(end, voice) if end is not None else ""
        reach = f"below {until}" if until and not place else f"{start} to {until}" if until else f"from {start} on"
        rows.append((capitalized(reach), _pays(band, incentive, until, voice)))
    if incentive.beyond_nothing and incentive.bands[-1].up_to is not None:
        rows.append((f"From {say_value(incentive.bands[-1].up_to, voice)} on", "nothing more"))
    name = say_heading(incentive.name, voice, incentive.title)
    return Table(f"{incentive.name}-rates", f"Rates of {name}", ("Band", "Pays"), tuple(rows), (1,))


def _pays(band: BandRow, incentive: Incentive, until: str, voice: Voice) -> str:
    if band.rate is not None:
        return say_value(band.rate, voice)
    paid = say_value(band.amount, voice) if band.amount is not None else ""
    spread = incentive.method is Method.MARGINAL and until
    return f"{paid}, spread evenly over the band" if spread else paid
