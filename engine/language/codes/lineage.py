"""RNG410 to RNG429: versions that build on others, and amendments."""

from __future__ import annotations

from engine.language.diagnostic import Code, Severity


def _code(number: int, name: str, what: str, cure: str, severity: Severity = Severity.ERROR) -> Code:
    return Code(f"RNG{number}", name, f"{what}\n\nCure: {cure}\n", severity)


MISSING_FOUNDATION = _code(
    410,
    "missing-foundation",
    "A version `extends` another, or an amendment `amends` one, and that version (or an amendment before this one) is"
    " not beside it. What it would inherit is unknown, so nothing of it can be checked.",
    "put the file beside it: `<version>.yaml` for a version, `<version>.amendment-<n>.yaml` for an amendment.",
)
ENDLESS_LINEAGE = _code(
    411,
    "endless-lineage",
    "Versions that extend each other in a circle have no beginning.",
    "let the earliest version stand on its own, without `extends`.",
)
OTHER_FAMILY = _code(
    412,
    "other-family",
    "The file it builds on is of another program, or says another version than its name does; or two programs were"
    " given to be evaluated together. Rules are inherited inside one family only.",
    "correct `program`, `version`, `amends` or `amendment` in one of the two files.",
)
NOTHING_TO_DROP = _code(
    413,
    "nothing-to-drop",
    "`without` names something that the version it builds on does not have, so nothing would be dropped. A line that"
    " drops nothing is a slip: the rule it was meant for would stay in force.",
    "name a section and one of its names, as in `incentives.launch_spiff`.",
)
FIXED_BY_VERSION = _code(
    414,
    "fixed-by-version",
    "An amendment states something that holds for a whole version: its currency, calendar, rounding, records or title."
    " Half a year in another currency would make every total of the year a sum of two.",
    "leave it out, or publish a new version.",
)
AMENDMENT_OUTSIDE = _code(
    415,
    "amendment-outside-version",
    "An amendment takes effect on a day that the version it amends does not govern.",
    "give an `effective_from` inside the version's `effective` range.",
)
CHANGE_INSIDE_PERIOD = _code(
    416,
    "change-inside-period",
    "An amendment changes an incentive inside one of its periods, or while one of its limits runs; or a version that is"
    " evaluated together with the one before it begins there. The same sales could"
    " be paid by the old rules, by the new ones, or partly by each, and the amounts differ.",
    "say `on_change` in the incentive: `split` (the period ends on that day, bands and limits start anew), `at_start`"
    " (the rules in force when the period began hold to its end) or `at_end` (those in force when it ends hold for all"
    " of it). Between versions only `split` is possible: each version pays for its own days.",
)
NOTHING_AMENDED = _code(
    417,
    "nothing-amended",
    "An amendment leaves every rule as it was.",
    "state what changes, or drop the file.",
    Severity.WARNING,
)
OVERLAPPING_VERSIONS = _code(
    418,
    "overlapping-versions",
    "Two versions of one program govern the same day. On that day there would be two answers to every question.",
    "let one end on the day the other begins: `before` is the first day that is no longer in the range.",
)
UNKNOWN_PREDECESSOR = _code(
    419,
    "unknown-predecessor",
    "`was` says which tier of the version before became which tier of this one. A new name must be on the ladder.",
    "correct the name of the tier.",
)

GAP_BETWEEN_VERSIONS = _code(
    420,
    "gap-between-versions",
    "Versions that are evaluated together leave days between them that none of them governs. What happened on those"
    " days would be decided by no rule.",
    "name the version that governs those days as well, or evaluate each version by itself.",
)
VERSIONS_DIFFER = _code(
    421,
    "versions-differ",
    "Versions that are evaluated together share their records and their currency, and a period has one name. A field"
    " that is a text in one version and a number in the other, another currency, or a period of the same name with"
    " other days cannot be one thing.",
    "declare what they share alike, or evaluate each version by itself.",
)

CODES = (
    MISSING_FOUNDATION, ENDLESS_LINEAGE, OTHER_FAMILY, NOTHING_TO_DROP, FIXED_BY_VERSION, AMENDMENT_OUTSIDE,
    CHANGE_INSIDE_PERIOD, NOTHING_AMENDED, OVERLAPPING_VERSIONS, UNKNOWN_PREDECESSOR, GAP_BETWEEN_VERSIONS,
    VERSIONS_DIFFER,
)  # fmt: skip
