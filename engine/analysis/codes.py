"""Findings of the analysis: proved of the whole program, each with its proof or an example."""

from engine.language.diagnostic import Code

UNREACHABLE_TIER = Code(
    "RNG350",
    "unreachable-tier",
    """No partner can ever meet all lines of a tier, whatever its records are.

The finding carries the proof: what each line leaves open, and why nothing is left in the end. Usually two lines
exclude each other, a threshold was written on the wrong side, or a certification is asked for that no longer counts.

Cure: change one of the lines the proof names, or drop the tier.
""",
)
CODES = (UNREACHABLE_TIER,)
