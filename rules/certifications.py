"""`certifications`: how long a certificate counts, and as what.

A holding counts on a day when it was earned on or before it, has not expired beyond `grace`, and
its certification is not retired beyond `run_off`. Days are half-open: with `valid_for: 24 months` a
certificate earned on 2024-03-01 counts to 2026-02-28. A record's own `expires_on` (the first day it
no longer holds) goes before `valid_for`. `counts_as` is one way.

    security_pro: {valid_for: 24 months, grace: 90 days}
    security_pro_2024: {counts_as: security_pro, retired_on: 2025-07-01, run_off: 12 months}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from engine.calendar import add_months
from engine.language.catalogue import Section
from engine.language.certification import Certification, counting_as
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.program import Program
from engine.language.reading import Reader, text_of
from engine.language.shapes import day, duration, mapping, name_of, named, snippet, text
from engine.language.source import Entry, Mapping, Node, Scalar

CERTIFICATION = mapping(
    {
        "title": text("The certificate's name for people", "Security Professional"),
        "valid_for": duration("How long it counts from the day it was earned; forever by default", "24 months"),
        "grace": duration("How many days longer it counts after it has expired", "90 days"),
        "counts_as": name_of("certification", "The certification it counts as", "security_pro"),
        "retired_on": day("The first day on which it can no longer be earned", "2025-07-01"),
        "run_off": duration("How long certificates of a retired one still count after that day", "12 months"),
    },
    title="certification",
)
SCHEMA = named(
    {
        **CERTIFICATION,
        "type": ["object", "null"],
        "description": "How long a certificate counts, and as what",
        "examples": [{"valid_for": "24 months", "grace": "90 days"}],
    },
    "Certificates that people hold",
    {"security_pro": {"valid_for": "24 months", "grace": "90 days"}},
    declares="certification",
    snippets=(
        snippet(
            "certification",
            "A certificate that counts for a time",
            {"${1:security_pro}": {"valid_for": "${2:24 months}", "grace": "${3:90 days}"}},
        ),
        snippet(
            "certification: an older one that still counts",
            "Counts as its successor until the run-off is over",
            {
                "${1:security_pro_2024}": {
                    "counts_as": "${2:security_pro}",
                    "retired_on": "${3:2025-07-01}",
                    "run_off": "${4:12 months}",
                }
            },
        ),
    ),
)


def parse(node: Node, program: Program, reader: Reader) -> Program:
    """The program with its certifications."""
    entries = node if isinstance(node, Mapping) else ()
    return replace(program, certifications=tuple(_certification(entry, reader) for entry in entries))


def _certification(entry: Entry, reader: Reader) -> Certification:
    name = reader.declare(entry.key)
    node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    counts_as = node.get("counts_as")
    run_off, retired = node.entry("run_off"), node.get("retired_on")
    if run_off is not None and retired is None:
        reader.report(
            meaning.WRONG_KEYS.at(
                run_off.key.span, "`run_off` has no meaning without `retired_on`", help="add `retired_on`"
            )
        )
    return Certification(
        name,
        entry.key.span,
        valid_for=reader.duration(node.get("valid_for"), "months"),
        grace=reader.duration(node.get("grace"), "days") or 0,
        counts_as=text_of(counts_as),
        counts_as_span=counts_as.span if isinstance(counts_as, Scalar) else None,
        retired_on=reader.day(retired),
        run_off=reader.duration(node.get("run_off"), "months"),
        title=text_of(node.get("title")),
    )


def check(program: Program) -> Iterator[Diagnostic]:
    """Equivalences name certifications and do not run in circles; what can never count is said."""
    known = {each.name: each for each in program.certifications}
    circling: set[str] = set()  # a circle is reported once
    asked = {name for metric in program.metrics for name in metric.holding}
    used = {each.name for each in counting_as(asked, program.certifications)}
    for each in program.certifications:
        if each.counts_as and each.counts_as not in known:
            yield meaning.UNKNOWN_NAME.at(
                each.counts_as_span,
                f"there is no certification `{each.counts_as}`",
                help=suggest(each.counts_as, known),
            )
        elif each.name not in circling and each.name in (circle := _chain(each, known)):
            circling.update(circle)
            yield meaning.CYCLE.at(
                each.counts_as_span,
                f"`{each.name}` counts as itself through other certifications",
                help="remove `counts_as` from one of them",
            )
        if each.valid_for == 0 and not each.grace:
            yield meaning.NEVER_VALID.at(
                each.span,
                f"`{each.name}` never counts, because `valid_for` is zero",
                help="give `valid_for` a length, or leave it out",
            )
            continue
        last = counts_before(each)
        if last is not None and last <= program.effective[0]:
            yield meaning.NEVER_VALID.at(
                each.span,
                f"`{each.name}` counts until {last}, and the program starts on {program.effective[0]}",
                help="remove it, or give it a later `run_off`",
            )
        elif each.name not in used:
            yield meaning.UNUSED.at(
                each.span,
                f"the certification `{each.name}` is not used",
                help="use it in a metric with `people_holding`, or remove it",
            )


def _chain(start: Certification, known: dict[str, Certification]) -> dict[str, None]:
    """The names of what it counts as, and of what that counts as, until an end or a repetition."""
    chain: dict[str, None] = {}
    current = known.get(start.counts_as)
    while current is not None and current.name not in chain:
        chain[current.name] = None
        current = known.get(current.counts_as)
    return chain


def counts_before(certification: Certification) -> date | None:
    """The first day a retired certification no longer counts; None when it is not retired."""
    if certification.retired_on is None:
        return None
    return add_months(certification.retired_on, certification.run_off or 0)


SECTION: Section[object] = Section("certifications", SCHEMA, parse, check, __doc__ or "")
