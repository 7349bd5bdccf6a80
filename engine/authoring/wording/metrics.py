"""Metrics, segments and certifications: what is measured, whose records count, and how long a certificate does."""

from __future__ import annotations

from engine.authoring.wording.conditions import Clause, clause_of, clauses_of, say_requirements
from engine.authoring.wording.expressions import say_field, say_value
from engine.authoring.wording.values import joined, plural, say_count, say_day, say_duration
from engine.authoring.wording.voice import Naming, Voice, plain_words, say_heading, say_name, say_word
from engine.authoring.wording.windows import say_window
from engine.language.program import Certification, Metric, Segment

MEASURES = {
    "sum": "the total {value} of {rows}",
    "count": "the number of {rows}",
    "count_distinct": "the number of different {values} of {rows}",
    "min": "the smallest {value} of {rows}",
    "max": "the largest {value} of {rows}",
    "average": "the average {value} of {rows}",
    "median": "the median {value} of {rows}",
}


def say_metric(metric: Metric, voice: Voice) -> str:
    """What a metric measures, as a noun phrase: `the total amount of sales over the trailing twelve months`."""
    return ", ".join(part for part in (_measured(metric, voice), *_details(metric, voice)) if part)


def _measured(metric: Metric, voice: Voice) -> str:
    if metric.holding_at:
        listed = [f"{_held(each.names, each.all, voice)} for {_keys(each.keys, voice)}" for each in metric.holding_at]
        return f"the number of people who hold {'; '.join(listed)}{_whose(metric)}"
    if metric.holding:
        return f"the number of people who hold {_held(metric.holding, metric.holding_all, voice)}{_whose(metric)}"
    if metric.formula is not None:
        return say_value(metric.formula, voice)
    rows = voice.of_rows(metric.source)
    said = MEASURES.get(metric.op, "{value} of {rows}").format(
        value=say_value(metric.value, rows) if metric.value is not None else "",
        values=_several(say_value(metric.value, rows) if metric.value is not None else "", voice),
        rows=say_rows(metric.source, voice),
    )
    where = f" where {say_requirements(metric.where, rows)}" if metric.where else ""
    days = say_window(metric.window, metric.shifted)
    space = ", " if where else " "  # days belong to the measure, not to the condition
    return f"{said}{where}{space + days if days else ''}{_whose(metric)}"


def _held(names: tuple[str, ...], every: bool, voice: Voice) -> str:
    return joined([say_certification_name(each, voice) for each in names], "and" if every else "or")


def _keys(keys: tuple[str, ...], voice: Voice) -> str:
    return joined([say_word(each, voice) for each in keys])


def _several(value: str, voice: Voice) -> str:
    """The plural of a field; an id is called by its record: `product ids` are `products`."""
    if value.startswith("`"):
        return value
    return plural(value.removesuffix(" ID")) if value else value


def _whose(metric: Metric) -> str:
    return " of the partner and the partners below it" if metric.children else ""


def say_rows(source: str, voice: Voice) -> str:
    """The records that a metric reads, or the groups of another metric."""
    grouped = voice.metric(source)
    if grouped is None:
        return f"`{source}`" if voice.naming is Naming.CODE else plain_words(source)
    keys = [say_field(each, voice.of_rows(grouped.source)) for each in grouped.per]
    return (
        f"{say_name(source, voice, grouped.title)} by {joined(keys)}"
        if keys
        else say_name(source, voice, grouped.title)
    )


def _details(metric: Metric, voice: Voice) -> tuple[str, ...]:
    rows = voice.of_rows(metric.source)
    return (
        f"for each {joined([say_field(each, rows) for each in metric.per])}" if metric.per else "",
        "records where it is missing left out" if metric.ignore_missing else "",
        f"rounded to {say_count(metric.scale, 'decimal')}" if metric.scale is not None else "",
        f"{say_value(metric.if_missing, voice)} where it cannot be computed" if metric.if_missing is not None else "",
    )


def say_segment(segment: Segment, voice: Voice) -> str:
    """Which partners are in a segment."""
    if not segment.when:
        return "every partner"
    met = (
        Clause("all of", clauses_of(segment.when, voice))
        if len(segment.when) > 1
        else clause_of(segment.when[0], voice)
    )
    return f"partners that meet {met.flat() if met.parts else f'this: {met.text}'}"


def say_certification_name(name: str, voice: Voice) -> str:
    """A certification's title, else its name."""
    title = next((each.title for each in voice.program.certifications if each.name == name), "")
    return say_heading(name, voice, title)  # a certificate's name is a name inside a sentence, too


def say_certification(certification: Certification, voice: Voice) -> tuple[str, ...]:
    """How long a certificate counts, and as what, sentence by sentence without full stops."""
    said = []
    if certification.valid_for is None:
        said.append("a certificate counts without end from the day it is earned, unless it has its own end date")
    else:
        length = say_duration(certification.valid_for, "months")
        said.append(f"a certificate counts for {length} from the day it is earned, unless it has its own end date")
    if certification.grace:
        said.append(f"after its end it still counts for {say_duration(certification.grace, 'days')} of grace")
    if certification.counts_as:
        said.append(f"it counts as {say_certification_name(certification.counts_as, voice)}, not the other way round")
    if certification.retired_on is not None:
        retired = f"it was or will be retired on {say_day(certification.retired_on)}"
        if certification.run_off:
            retired += f" and counts for another {say_duration(certification.run_off, 'months')}"
        else:
            retired += " and does not count from that day on"
        said.append(retired)
    return tuple(said)
