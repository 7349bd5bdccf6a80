"""The days on which certifications can count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.calendar import add_months
from engine.language.certification import Certification, counting_as
from engine.language.program import Program


def counts_before(certification: Certification) -> date | None:
    """The first day a retired certification no longer counts; None when it is not retired."""
    if certification.retired_on is None:
        return None
    return add_months(certification.retired_on, certification.run_off or 0)


def counts_on(name: str, day: date, program: Program) -> bool:
    """Whether some certificate can count as this certification on the day or later, until the next day that breaks."""
    return any(is_alive(each, day) for each in counting_as((name,), program.certifications))


def is_alive(certification: Certification, day: date) -> bool:
    """Whether a certificate can count on the day by itself."""
    end = counts_before(certification)
    return (end is None or end > day) and not (certification.valid_for == 0 and not certification.grace)


def breaking_days(program: Program) -> Iterator[date]:
    """The days from which a certification used by a metric can no longer count."""
    for name in dict.fromkeys(each for metric in program.metrics for each in metric.holding):
        ends = [counts_before(each) for each in counting_as((name,), program.certifications)]
        known = [each for each in ends if each is not None]
        if known and len(known) == len(ends):
            yield max(known)
