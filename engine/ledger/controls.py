"""Controls: what may be paid, and who must agree. Nothing on a command line loosens them.

They are a YAML file, made with safe defaults when the ledger is made, and hold as they were published: an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from engine.canonical import Canonical


class PayBy(StrEnum):
    """Who pays: the bank, by a file with bank details, or accounts payable, who have them."""

    BANK = "bank"
    AP = "ap"


@dataclass(frozen=True, slots=True)
class Controls:
    """Amounts are in minor units, by currency. `alone` is up to which sum one checker is enough; above, it takes two.
    Of what a payee gets, at most `recover` is kept back for a debt.
    """

    minimum: Mapping[str, int] = field(default_factory=dict)
    alone: Mapping[str, int] = field(default_factory=dict)
    recover: Fraction = Fraction(1)
    pay_by: PayBy = PayBy.AP

    def checkers(self, sums: Mapping[str, int]) -> int:
        """How many persons must agree to a plan of these sums."""
        is_large = any(currency in self.alone and minor > self.alone[currency] for currency, minor in sums.items())
        return 2 if is_large else 1


def controls_document(controls: Controls) -> dict[str, Canonical]:
    """The controls as a JSON document."""
    return {
        "minimum": dict(controls.minimum),
        "alone": dict(controls.alone),
        "recover": f"{controls.recover.numerator}/{controls.recover.denominator}",
        "pay_by": controls.pay_by.value,
    }


def parse_controls(document: Mapping[str, object]) -> Controls:
    """Controls from their document in an event."""
    minimum, alone = document["minimum"], document["alone"]
    assert isinstance(minimum, dict) and isinstance(alone, dict)
    return Controls(
        minimum,
        alone,
        Fraction(str(document["recover"])),
        PayBy(str(document["pay_by"])),
    )
