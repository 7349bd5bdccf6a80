"""RNG950 and following: controls of a ledger."""

from __future__ import annotations

from engine.language.diagnostic import Code

UNKNOWN_CONTROL = Code(
    "RNG950",
    "unknown-control",
    """A file of controls has a key that there is not, or lacks one that it needs.

A key that is misspelt would leave a limit out without a word.

**Cure.** Use the keys that the message names. `rung ledger create` writes a file with all of them.
""",
)
BAD_CONTROL = Code(
    "RNG951",
    "bad-control",
    """A control has a value that cannot be read, or that it cannot have.

Amounts are by currency, with the digits of that currency: `minimum: {USD: 25.00, JPY: 2_500}`. A share is a percentage
from `0%` to `100%`.

**Cure.** Write the value as the message shows.
""",
)
