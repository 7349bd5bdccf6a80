"""The words of a guide: the vendor's own measures and groups, and those of the language that occur in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.authoring.guide.document import Block, Section, Terms
from engine.authoring.wording.conditions import say_condition
from engine.authoring.wording.expressions import say_field, say_value
from engine.authoring.wording.metrics import say_metric, say_segment
from engine.authoring.wording.programs import say_conversion, say_corrections, say_rounding
from engine.authoring.wording.values import capitalized, sentence
from engine.authoring.wording.voice import Voice, say_heading
from engine.language.names import words_used
from engine.language.program import Program
from engine.types import Kind

ALWAYS = (
    ("trailing", "Trailing", "Counted back from the day of the decision: the trailing twelve months end on that day."),
    ("complete", "Complete", "A month, quarter or year counts as complete from the end of its last day."),
    ("to date", "To date", "From the first day of the period to the day of the decision."),
    ("fiscal", "Fiscal year, quarter, month", "The periods of the program's own year; the calendar lists them."),
    ("segment", "Segment", "A group of partners that meet the conditions of the segment."),
    ("first come, first served", "First come, first served", "Records are taken in this order."),
    ("partners below it", "Partners below", "The partners of the same company group that belong to this partner."),
    ("grace", "Grace", "Days after its end during which a certificate still counts."),
)  # fmt: skip
"""A word to look for in the guide, the term, and its meaning."""


def glossary_section(program: Program, voice: Voice, said: Iterable[str]) -> Section | None:
    """Terms that are used: `said` is all text of the other sections. None where there is nothing to explain."""
    used = words_used(program) | {each.source for each in program.metrics}
    items = [
        (say_heading(each.name, voice, each.title), sentence(say_metric(each, voice)))
        for each in program.metrics
        if each.name in used
    ]
    for each in program.segments:
        items.append((say_heading(each.name, voice, each.title), sentence(say_segment(each, voice))))
    items += _formulas(program, voice, used)
    text = " ".join([*said, *(meaning for _, meaning in items)]).lower()
    items += [(term, meaning) for word, term, meaning in ALWAYS if word in text]
    if program.incentives:
        meant = f"what is earned is rounded once, before any limit, {say_rounding(program)}"
        if any(each.pays_by_row for each in program.incentives):
            meant += "; what is earned in another currency is rounded to the smallest unit of that currency"
        items.append(("Rounding", sentence(meant)))
    converted = say_conversion(program)
    if converted:
        meant = f"amounts in other currencies are converted into {program.currency} {converted}, unrounded"
        items.append(("Other currencies", sentence(meant)))
    if program.incentives and program.corrections.declared:
        items.append(("Corrections", sentence(say_corrections(program))))
    items.append(("The day of the decision", "The day for which tiers, benefits and incentives are decided."))
    unique = {capitalized(term): meaning for term, meaning in items}
    blocks: tuple[Block, ...] = (Terms(tuple(sorted(unique.items(), key=lambda each: each[0].lower()))),)
    return Section("terms", "Words used in this guide", blocks)


def _formulas(program: Program, voice: Voice, used: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The formulas of computed fields that the program reads."""
    for table in program.records.tables:
        for each in table.formulas:
            if each.name in used and each.formula is not None:
                rows = voice.of_rows(table.name)
                asks = each.type.kind is Kind.BOOLEAN
                said = (
                    f"yes where this holds: {say_condition(each.formula, rows)}"
                    if asks
                    else say_value(each.formula, rows)
                )
                yield say_field(each.name, rows), sentence(said)
