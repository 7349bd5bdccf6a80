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
UNUSED_VALUE = Code(
    "RNG356",
    "value-never-used",
    """A benefit has a value for a tier, segment or choice that its own `when` leaves to nobody.

Cure: drop the value, or change `when`.
""",
    Severity.WARNING,
)
DEAD_INCENTIVE = Code(
    "RNG357",
    "dead-incentive",
    """An incentive can never pay anything: nobody is ever eligible, no record ever counts, no period of it ends while
the program governs, or all it could pay is zero.

Cure: change what the proof names, or drop the incentive.
""",
)
PAID_TWICE = Code(
    "RNG358",
    "paid-twice",
    """Two incentives of one kind pay the same payee for the same record; the finding shows such a record.

It is often a copy with one line changed, and money nobody meant to spend.

Cure: let the `where` of one leave out what the other pays for, or say `adds_to: [the_other]` where both are meant.
""",
    Severity.WARNING,
)
BAND_BEHIND_LIMIT = Code(
    "RNG359",
    "band-behind-limit",
    """A band begins where the limit is reached already, so that it never changes what is paid.

Cure: raise the limit, or drop the band.
""",
    Severity.WARNING,
)
LESS_FOR_MORE = Code(
    "RNG360",
    "less-for-more",
    """A partner that sells more earns less: where a band of `method: whole` begins, its rate or amount on everything is
less than what the band before pays just below.

Partners hold back sales at such an edge.

Cure: raise the rate or amount of the upper band, or use `method: marginal`.
""",
    Severity.WARNING,
)
COUNTED_AGAIN = Code(
    "RNG361",
    "counted-again",
    """An amount is granted every period from a metric whose window is longer than the period, so that each record is
granted for several times.

Cure: measure the period of the grant, for example `window: last 1 quarter` with `every: quarter`.
""",
    Severity.WARNING,
)
CODES = (
    UNREACHABLE_TIER, CLOSED_FOR_A_TIME, SKIPPED_TIER, NEVER_HELD, IDLE_LINE, NEVER_MET, UNUSED_VALUE, DEAD_INCENTIVE,
    PAID_TWICE, BAND_BEHIND_LIMIT, LESS_FOR_MORE, COUNTED_AGAIN,
)  # fmt: skip
