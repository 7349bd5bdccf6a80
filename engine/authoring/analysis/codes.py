"""Findings of the analysis: proved of the whole program, each with its proof or an example."""

from engine.language.diagnostic import Code, Severity

UNREACHABLE_TIER = Code(
    "RNG350",
    "unreachable-tier",
    """No partner can ever meet all lines of a tier, or of a designation or one of its tiers, whatever its records are.

The finding contains the proof: what each line allows, and why no value is left in the end. Usually two lines
exclude each other, a comparison has the wrong direction, or a required certification no longer counts.

**Cure.** Change one of the lines in the proof, or remove the tier.
""",
)
CLOSED_FOR_A_TIME = Code(
    "RNG351",
    "tier-closed-for-a-time",
    """On some of the program's days, no partner can meet all lines of a tier, or of a designation or one of its tiers,
whatever its records are.

A dated parameter, a retired certification or a line on `as_of` closes the tier on these days. Partners that
hold it then fall.

**Cure.** Change one of the lines in the proof for those days.
""",
    Severity.WARNING,
)
SKIPPED_TIER = Code(
    "RNG352",
    "tier-skips-one",
    """A partner can meet all lines of a tier but not those of the tier below it. The finding shows such a partner.

A tier does not require the lines of lower tiers; only the common lines apply to all tiers. Such a partner holds
the higher tier. If it loses that tier, it falls past the lower one. This is true of the tiers of a designation as well.

Nothing is reported without such an example. So the finding can be missing where a line reads a value for which rung
cannot make records, such as a product of two metrics.

**Cure.** Write `cumulative: true` beside `ladder`: then every tier also requires the lines of the tiers below it.
Or repeat the line in the higher tier, or move it to the common `requires`. If you want two different ways up,
change nothing.
""",
    Severity.WARNING,
)
NEVER_HELD = Code(
    "RNG353",
    "tier-never-held",
    """Every partner that meets the lines of a tier also meets those of a higher tier, so no partner holds this tier.
This is true of the tiers of a designation as well.

**Cure.** Make the higher tier require more, or remove one of the two.
""",
    Severity.WARNING,
)
IDLE_LINE = Code(
    "RNG354",
    "line-never-decides",
    """A line makes no difference: it is met whenever the other lines are met. As one of several alternatives, it is
met only when another one is met too.

Often a threshold was raised in one place but not in another, or a comparison has the wrong direction. The proof
says what each line allows.

**Cure.** Remove the line, or write what was meant.
""",
    Severity.WARNING,
)
NEVER_MET = Code(
    "RNG355",
    "never-met",
    """Lines that must all be met exclude each other: a segment has no possible members, or an alternative can never be
used.

**Cure.** Change one of the lines in the proof.
""",
    Severity.WARNING,
)
UNUSED_VALUE = Code(
    "RNG356",
    "value-never-used",
    """A benefit has a value for a tier, segment or choice, but no such partner can meet its `when`.

**Cure.** Remove the value, or change `when`.
""",
    Severity.WARNING,
)
DEAD_INCENTIVE = Code(
    "RNG357",
    "dead-incentive",
    """An incentive can never pay: no partner is ever eligible, no record ever counts, or every possible amount is zero.

That a period ends after the program is no such reason. The part before the program's end is paid when the whole period
has ended, by a run of that day or later.

**Cure.** Change what the proof names, or remove the incentive.
""",
)
PAID_TWICE = Code(
    "RNG358",
    "paid-twice",
    """Two incentives of one kind pay the same payee for the same record. The finding shows such a record.

Often one is a copy of the other with one changed line, and the double payment is a mistake.

**Cure.** Exclude the records of one in the `where` of the other. If both payments are intended, write `adds_to:
[the_other]`.
""",
    Severity.WARNING,
)
BAND_BEHIND_LIMIT = Code(
    "RNG359",
    "band-behind-limit",
    """A band starts where the limit is already reached, so it never changes what is paid.

**Cure.** Raise the limit, or remove the band.
""",
    Severity.WARNING,
)
LESS_FOR_MORE = Code(
    "RNG360",
    "less-for-more",
    """A partner that sells more earns less. This happens with `method: whole` where a band starts: its rate or amount
on everything pays less than the band before pays just below.

At such an edge, partners hold back sales.

**Cure.** Raise the rate or amount of the upper band, or use `method: marginal`.
""",
    Severity.WARNING,
)
COUNTED_AGAIN = Code(
    "RNG361",
    "counted-again",
    """An amount is granted every period, but its metric has a window longer than the period. Each record therefore
counts several times.

**Cure.** Measure the period of the grant, for example `window: last 1 quarter` with `every: quarter`.
""",
    Severity.WARNING,
)
NOT_FINISHED = Code(
    "RNG362",
    "analysis-not-finished",
    """The analysis of this program was stopped at its limit of a million steps. Programs of usual size need a few
thousand. All errors are reported. Warnings about what was not looked at, such as a tier that no partner can reach, may
be missing.

Lists with many alternatives need the most steps, such as thirty `any` groups of thirty lines each.

**Cure.** Use fewer alternatives, or declare a segment for a group of lines that occurs several times. Otherwise test
the program with cases: `rung test`.
""",
    Severity.NOTE,
)
CODES = (
    UNREACHABLE_TIER, CLOSED_FOR_A_TIME, SKIPPED_TIER, NEVER_HELD, IDLE_LINE, NEVER_MET, UNUSED_VALUE, DEAD_INCENTIVE,
    PAID_TWICE, BAND_BEHIND_LIMIT, LESS_FOR_MORE, COUNTED_AGAIN, NOT_FINISHED,
)  # fmt: skip
