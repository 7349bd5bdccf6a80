"""The phases of the course, in the order in which every incentive runs them.

Rounding comes right after pay, so that everything later works on whole units: no limit can be exceeded, and
no cent is lost. Phases without a key of the language have their place here; their keys are refused
until they do something.
"""

from __future__ import annotations

from typing import Final

ROWS: Final = "rows"
MEASURE: Final = "measure"
JUDGED: Final = "judged"
PAY: Final = "pay"
ROUND: Final = "round"
BEST_OF: Final = "best of"
EARNER: Final = "who earns"
LIMITS: Final = "limits"
NETTING: Final = "netting"
GUARANTEES: Final = "guarantees"
POOLS: Final = "pools"
CONTRIBUTORS: Final = "contributors"

PHASES: Final = (
    (ROWS, "the records that count, less what was returned of them"),
    (
        MEASURE,
        "what is paid for, of a record or of a period's records together, which stands beside what is decided then",
    ),
    (JUDGED, "who may earn, and every value that is read on the day judged"),
    (PAY, "what the measure earns: a rate, an amount or bands"),
    (ROUND, "to the minor unit, once"),
    (BEST_OF, "of several incentives only the largest"),
    (EARNER, "the partner, or the seller of the record"),
    (LIMITS, "at most what is left, in the order written"),
    (NETTING, "less what earlier steps of the period earned"),
    (GUARANTEES, "at least what is promised for the period"),
    (POOLS, "what is left of money that several incentives share"),
    (CONTRIBUTORS, "shared among the partners whose records they are"),
)
"""(name, what it does)."""

LATER: Final = (BEST_OF, NETTING, GUARANTEES, POOLS, CONTRIBUTORS)
"""Phases that no key of the language fills yet."""
