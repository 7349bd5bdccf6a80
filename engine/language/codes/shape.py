"""RNG100 to RNG199: keys and values that do not fit the form of a program."""

from __future__ import annotations

from engine.language.diagnostic import Code


def _code(number: int, name: str, what: str, why: str, cure: str, example: str) -> Code:
    page = f"{what}\n\n**Why it matters.** {why}\n\n**Cure.** {cure}\n\n```yaml\n{example}\n```\n"
    return Code(f"RNG{number}", name, page)


UNKNOWN_KEY = _code(
    100,
    "unknown-key",
    "A key stands where the language has no key of that name.",
    "A misspelt `limits:` that is ignored would leave an incentive without its cap.",
    "Correct the spelling; the message lists what is known at this place.",
    "incentives:\n  volume_rebate:\n    limits:\n      - {at_most: 75_000 USD, per: [partner, period]}",
)
MISSING_KEY = _code(
    101,
    "missing-key",
    "A key that is always needed is not there.",
    "There is no default for what decides over money.",
    "Add the key; the message shows an example.",
    "currency: USD",
)
WRONG_SHAPE = _code(
    102,
    "wrong-shape",
    "A list, a mapping or a single value stands where another of the three is wanted.",
    "What was meant cannot be guessed.",
    "A list has one `- ` a line or stands in brackets; a mapping has `key: value` lines or stands in braces.",
    "ladder: [silver, gold]     # a list\nrounding: {mode: half_up}  # a mapping\ncurrency: USD              # a value",
)
NOT_ONE_OF = _code(
    103,
    "not-one-of",
    "A word is not one of those that can stand here.",
    "A rounding mode that is not known cannot be guessed.",
    "Choose one of the words in the message.",
    "rounding: {mode: half_up}",
)
BAD_FORM = _code(
    104,
    "bad-form",
    "A value does not have the form that is wanted here.",
    "An amount without its currency, or a window without its unit, could be read in two ways.",
    "Write it like the example in the message.",
    "at_most: 75_000 USD\nwindow: trailing 12 months",
)
BAD_NAME = _code(
    105,
    "bad-name",
    "A name that you may choose has a character that names cannot have.",
    "Names stand in expressions, where a space or a minus sign would mean something else.",
    "Use lower case letters, digits and underscores, starting with a letter; titles may hold anything.",
    "metrics:\n  net_revenue: {title: Net revenue, from: sales, sum: amount, window: lifetime}",
)
TOO_FEW = _code(
    106,
    "too-few",
    "A list or mapping has fewer members than it needs.",
    "An empty list of conditions would hold for everybody.",
    "Add what is missing, or leave the key out.",
    "requires:\n  - revenue >= 100_000 USD",
)
TOO_MANY = _code(
    107,
    "too-many",
    "A list or mapping has more members than it can have, or the same one twice.",
    "Two keys that say different things in one place have no order.",
    "Keep one; write two conditions as two lines of the list.",
    "requires:\n  - any: [strategic, large]\n  - none: [blocked]",
)
NOT_SUPPORTED_YET = _code(
    108,
    "not-supported-yet",
    "The key or word belongs to the language, and this version does not act on it yet.",
    "Ignoring it would pay by rules that are not those in the file.",
    "Leave it out, or wait for the version that supports it; the change log says which does.",
    "incentives:\n  volume_rebate: {kind: rebate}",
)
CODES = (
    UNKNOWN_KEY, MISSING_KEY, WRONG_SHAPE, NOT_ONE_OF, BAD_FORM, BAD_NAME, TOO_FEW, TOO_MANY,
    NOT_SUPPORTED_YET,
)  # fmt: skip
"""All codes of this module, in order."""
