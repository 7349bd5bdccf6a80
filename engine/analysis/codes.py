"""Findings of the analysis: proved of the whole program, each with its proof or an example."""

from engine.language.diagnostic import Code, Severity

UNREACHABLE_TIER = Code(
    "RNG350",
    "unreachable-tier",
    """No partner can ever meet all lines of a tier, whatever its records are.

The finding carries the proof: what each line leaves open, and why nothing is left in the end. Usually two lines
exclude each other, a threshold was written on the wrong side, or a certification is asked for that no longer counts.

Cure: change one of the lines the proof names, or drop the tier.
""",
)
CLOSED_FOR_A_TIME = Code(
    "RNG351",
    "tier-closed-for-a-time",
    """No partner can meet all lines of a tier for a part of the program's days, whatever its records are.

A dated parameter, a certification that is retired or a line on `as_of` closes the tier then. Who holds it falls when
that time comes.

Cure: change one of the lines the proof names for those days.
""",
    Severity.WARNING,
)
SKIPPED_TIER = Code(
    "RNG352",
    "tier-skips-one",
    """A partner can meet all lines of a tier and is refused the tier below it; the finding shows one.

A tier does not ask for the lines of the tiers below: nothing but the common lines is inherited. Such a partner holds
the higher tier, and falls past the lower one when it loses it.

Cure: repeat the line in the higher tier, or put it under the common `requires`. If two ways up are meant, nothing has
to change.
""",
    Severity.WARNING,
)
NEVER_HELD = Code(
    "RNG353",
    "tier-never-held",
    """Whoever meets the lines of a tier meets those of a higher tier as well, so nobody holds it.

Cure: let the higher tier ask for more, or drop one of the two.
""",
    Severity.WARNING,
)
IDLE_LINE = Code(
    "RNG354",
    "line-never-decides",
    """A line changes nothing: whenever the other lines are met it is met, or as one of several alternatives it is met
only where another one is.

Often a threshold was raised in one place and an old one was left in another, or a sign is turned around. The proof
says what each line leaves open.

Cure: drop the line, or write what was meant.
""",
    Severity.WARNING,
)
NEVER_MET = Code(
    "RNG355",
    "never-met",
    """Lines that must all hold exclude each other, so that they are never met together: a segment nobody is in, or an
alternative nobody can use.

Cure: change one of the lines the proof names.
""",
    Severity.WARNING,
)
CODES = (UNREACHABLE_TIER, CLOSED_FOR_A_TIME, SKIPPED_TIER, NEVER_HELD, IDLE_LINE, NEVER_MET)
