"""What a partner gets: benefits, and incentives with their bands, limits and days."""

from __future__ import annotations

from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.expressions import say_field, say_value
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.tables import say_table
from engine.authoring.wording.values import joined, say_number, say_range
from engine.authoring.wording.voice import Naming, Voice, plain_words
from engine.authoring.wording.windows import say_unit
from engine.language.program import BandRow, Benefit, Incentive, Limit
from engine.language.syntax import Expression
from engine.types import Method

RETURNS = {
    "restate": "a return lowers the sale it belongs to, as of the day of that sale",
    "current_period": "a return counts on its own day",
}


def say_benefit(benefit: Benefit, voice: Voice) -> str:
    """What a benefit grants and to whom: `5% for registered, 10% for silver, each fiscal year, with growth of ...`."""
    parts = [say_table(benefit.table, voice) if benefit.table is not None else "granted"]
    if benefit.every:
        parts.append(f"each {benefit.every}")
    if benefit.when:
        parts.append(f"with {say_requirements(benefit.when, voice)}")
    return ", ".join(parts)


def say_bands(incentive: Incentive, voice: Voice) -> str:
    """What the bands pay: `1% of what lies below 100,000 USD, 2% of what lies from there to 500,000 USD, ...`."""
    bands = incentive.bands
    if not bands:
        return ""
    said = [_band(place, bands, incentive.method, voice) for place in range(len(bands))]
    whole = "on the whole measure: " if incentive.method is Method.WHOLE and len(bands) > 1 else ""
    beyond = ", and nothing beyond that" if incentive.beyond_nothing else ""
    return whole + joined(said) + beyond


def _band(place: int, bands: tuple[BandRow, ...], method: Method, voice: Voice) -> str:
    band = bands[place]
    end = bands[place + 1].start if place + 1 < len(bands) else band.up_to
    if method is Method.WHOLE:
        return f"{_pays(band, voice)} {_reach(place, band.start, end, voice)}".strip()
    if band.rate is not None:
        return f"{_pays(band, voice)} of {_inside(place, band.start, end, voice)}"
    if end is None:
        return f"{_pays(band, voice)} once {say_value(band.start, voice)} is reached"
    return f"{_pays(band, voice)} spread evenly over {_inside(place, band.start, end, voice)}"


def _pays(band: BandRow, voice: Voice) -> str:
    paid = band.rate if band.rate is not None else band.amount
    return say_value(paid, voice) if paid is not None else "nothing"


def _inside(place: int, start: Expression, end: Expression | None, voice: Voice) -> str:
    if end is None:
        return f"what lies above {say_value(start, voice)}" if place else "everything"
    if place == 0:
        return f"what lies below {say_value(end, voice)}"
    return f"what lies from there to {say_value(end, voice)}"


def _reach(place: int, start: Expression, end: Expression | None, voice: Voice) -> str:
    if place == 0:
        return f"below {say_value(end, voice)}" if end is not None else ""
    if end is None:
        return f"from {say_value(start, voice)} on"
    return f"from {say_value(start, voice)} to below {say_value(end, voice)}"


def say_paid(incentive: Incentive, voice: Voice) -> str:
    """What an incentive pays for what it measures, in one phrase."""
    rows = voice.of_rows(incentive.source)
    if incentive.bands:
        return say_bands(incentive, voice)
    of = say_value(incentive.of, rows) if incentive.of is not None else "the record"
    if incentive.rate is not None:
        return f"{say_value(incentive.rate, rows)} of {of}"
    if incentive.amount is None:
        return "nothing"
    every = "for every unit" if incentive.per == 1 else f"for every full {say_number(incentive.per)}"
    return f"{say_value(incentive.amount, rows)} {every} of {of}"


def say_measured(incentive: Incentive, voice: Voice) -> str:
    """What an incentive is paid on: `amount of sales where product line is network`."""
    rows = voice.of_rows(incentive.source)
    measure = incentive.measure if incentive.measure is not None else incentive.of
    value = f"{say_value(measure, rows)} of " if measure is not None else ""
    where = f" where {say_requirements(incentive.where, rows)}" if incentive.where else ""
    return f"{value}{say_rows(incentive.source, voice)}{where}"


def say_period(incentive: Incentive) -> str:
    """How often it is measured: `each fiscal quarter`, or for each record."""
    if incentive.measured == "each row" or incentive.period is None:
        return "for each record"
    return f"each {say_unit(*incentive.period)}"


def say_during(incentive: Incentive, voice: Voice) -> str:
    """The days whose records can earn."""
    start, before = incentive.during or voice.program.effective
    return say_range(max(start, voice.program.effective[0]), min(before, voice.program.effective[1]))


def say_limit(limit: Limit, incentive: Incentive, voice: Voice) -> str:
    """One limit: `at most 75,000 USD per partner and fiscal quarter`."""
    rows = voice.of_rows(incentive.source)
    period = say_unit(*incentive.period) if incentive.period is not None else "period"
    per = [period if each == "period" else each if each in SIDES else say_field(each, rows) for each in limit.per]
    said = f"at most {say_value(limit.at_most, voice)} per {joined(per)}"
    if limit.order:
        said += f", first come, first served: by {', then by '.join(_ordered(each, rows) for each in limit.order)}"
    return said


def _ordered(name: str, rows: Voice) -> str:
    """What comes first: `recorded_on` is the day recorded."""
    if rows.naming is Naming.CODE or not name.endswith("_on"):
        return say_field(name, rows)
    return f"the day {plain_words(name.removesuffix('_on'))}"


SIDES = ("partner", "seller", "customer")


def say_limits(incentive: Incentive, voice: Voice) -> str:
    """All limits in one phrase; "" without one."""
    return joined([say_limit(each, incentive, voice) for each in incentive.limits])


def say_incentive(incentive: Incentive, voice: Voice) -> tuple[str, ...]:
    """An incentive phrase by phrase: what it pays, on what, when, to whom, with which limits."""
    eligible = f"eligible: {say_requirements(incentive.eligible, voice)}" if incentive.eligible else ""
    return tuple(
        each
        for each in (
            say_paid(incentive, voice),
            f"on {say_measured(incentive, voice)}",
            say_period(incentive),
            say_during(incentive, voice),
            eligible,
            say_limits(incentive, voice),
            f"paid to the {incentive.payee}",
            say_returns(incentive, voice),
        )
        if each
    )


def say_returns(incentive: Incentive, voice: Voice) -> str:
    """What a return does; "" for records that cannot be returned."""
    table = voice.program.records.table(incentive.source)
    returnable = table is not None and table.field("returns_id") is not None
    return RETURNS.get(incentive.returns, "") if returnable else ""
