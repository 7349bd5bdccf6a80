"""RNG100 to RNG199: keys and values that do not fit the form of a program."""

from __future__ import annotations

from engine.language.diagnostic import Code


def _code(number: int, name: str, what: str, why: str, cure: str, example: str) -> Code:
    page = f"{what}\n\n**Why it matters.** {why}\n\n**Cure.** {cure}\n\n```yaml\n{example}\n```\n"
    return Code(f"RNG{number}", name, page)


UNKNOWN_KEY = _code(
    100,
    "unknown-key",
    "The language has no key of this name at this place.",
    "If a misspelt `limits:` were ignored, an incentive would have no limit.",
    "Correct the spelling. The message lists the keys that are possible here.",
    "incentives:\n  volume_rebate:\n    limits:\n      - {at_most: 75_000 USD, per: [partner, period]}",
)
MISSING_KEY = _code(
    101,
    "missing-key",
    "A required key is missing.",
    "Keys that decide about money have no default.",
    "Add the key. The message shows an example.",
    "currency: USD",
)
WRONG_SHAPE = _code(
    102,
    "wrong-shape",
    "There is a list, a mapping or a single value where another of the three is expected.",
    "rung cannot guess what was meant.",
    "A list has one `- ` item on each line, or is in brackets. A mapping has `key: value` lines, or is in braces.",
    "ladder: [silver, gold]     # a list\nrounding: {mode: half_up}  # a mapping\ncurrency: USD              # a value",
)
NOT_ONE_OF = _code(
    103,
    "not-one-of",
    "A word is not one of the possible values here.",
    "An unknown word, such as a rounding mode, cannot be guessed.",
    "Choose one of the words in the message.",
    "rounding: {mode: half_up}",
)
BAD_FORM = _code(
    104,
    "bad-form",
    "A value does not have the expected form.",
    "An amount without its currency, or a window without its unit, could have two meanings.",
    "Write it like the example in the message.",
    "at_most: 75_000 USD\nwindow: trailing 12 months",
)
BAD_NAME = _code(
    105,
    "bad-name",
    "A name contains a character that names cannot contain.",
    "Names are used in expressions, where a space or a minus sign has another meaning.",
    "Use lower case letters, digits and underscores, starting with a letter; titles may contain any text.",
    "metrics:\n  net_revenue: {title: Net revenue, from: sales, sum: amount, window: lifetime}",
)
TOO_FEW = _code(
    106,
    "too-few",
    "A list or mapping has fewer members than it needs.",
    "An empty list of conditions would be met by every partner.",
    "Add what is missing, or leave the key out.",
    "requires:\n  - revenue >= 100_000 USD",
)
TOO_MANY = _code(
    107,
    "too-many",
    "A list or mapping has too many members, or the same one twice.",
    "Two keys in one place have no defined order. An incentive has at most 50 bands: each pays on top of all below.",
    "Keep one; of a long table of bands, write fewer; write two conditions as two lines of the list.",
    "requires:\n  - any: [strategic, large]\n  - none: [blocked]",
)
NOT_SUPPORTED_YET = _code(
    108,
    "not-supported-yet",
    "The key or word is part of the language, but this version of rung does not support it yet.",
    "If it were ignored, payments would follow other rules than the file states.",
    "Leave it out, or wait for the version that supports it. The changelog names it.",
    "incentives:\n  volume_rebate: {kind: rebate}",
)
CODES = (
    UNKNOWN_KEY, MISSING_KEY, WRONG_SHAPE, NOT_ONE_OF, BAD_FORM, BAD_NAME, TOO_FEW, TOO_MANY,
    NOT_SUPPORTED_YET,
)  # fmt: skip
"""All codes of this module, in order."""
