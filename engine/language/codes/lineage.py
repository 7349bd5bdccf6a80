"""RNG410 to RNG429: versions that build on others, and amendments."""

from __future__ import annotations

from engine.language.diagnostic import Code, Severity


def _code(number: int, name: str, what: str, cure: str, severity: Severity = Severity.ERROR) -> Code:
    return Code(f"RNG{number}", name, f"{what}\n\n**Cure.** {cure[0].upper()}{cure[1:]}\n", severity)


MISSING_FOUNDATION = _code(
    410,
    "missing-foundation",
    "A version `extends` another, or an amendment `amends` one, but that version (or an earlier amendment) is not in "
    "the same folder. Without it, nothing can be checked, because the inherited rules are unknown.",
    "put the file in the same folder: `<version>.yaml` for a version, `<version>.amendment-<n>.yaml` for an amendment.",
)
ENDLESS_LINEAGE = _code(
    411,
    "endless-lineage",
    "Versions extend each other in a circle.",
    "remove `extends` from the earliest version.",
)
OTHER_FAMILY = _code(
    412,
    "other-family",
    "The extended or amended file belongs to another program, or its version differs from its file name. Or two "
    "different programs were given to be evaluated together. Rules are inherited only within one program.",
    "correct `program`, `version`, `amends` or `amendment` in one of the two files.",
)
NOTHING_TO_DROP = _code(
    413,
    "nothing-to-drop",
    "`without` names something that the extended version does not have, so nothing would be removed. Usually this is "
    "a spelling mistake, and the rule that was meant would stay in force.",
    "write a section and one of its names, as in `incentives.launch_spiff`.",
)
FIXED_BY_VERSION = _code(
    414,
    "fixed-by-version",
    "An amendment changes something that applies to a whole version: its currency, calendar, rounding, records or "
    "title. With two currencies in one year, the totals of the year would have no meaning.",
    "remove it, or publish a new version.",
)
AMENDMENT_OUTSIDE = _code(
    415,
    "amendment-outside-version",
    "An amendment takes effect on a day on which the version is not in force.",
    "use an `effective_from` inside the version's `effective` range.\n\n```yaml\n# 2026.yaml\n"
    "effective: {from: 2026-01-01, before: 2027-01-01}\n# 2026.amendment-1.yaml\neffective_from: 2026-07-01\n```",
)
CHANGE_INSIDE_PERIOD = _code(
    416,
    "change-inside-period",
    "The rules of an incentive change inside one of its periods, or while one of its limits runs: by an amendment, or "
    "because a second version begins there and both are evaluated together. The program must state which rules pay "
    "the sales of the period: the old ones, the new ones, or each for its part.",
    "add `on_change` to the incentive. For an amendment: `split` (the period ends on that day; bands and limits start "
    "again), `at_start` (the rules at the start of the period apply to all of it) or `at_end` (the rules at its end "
    "apply to all of it). For two versions: `split`, so that each version pays for its own days.",
)
NOTHING_AMENDED = _code(
    417,
    "nothing-amended",
    "An amendment changes no rule.",
    "state what changes, or delete the file.",
    Severity.WARNING,
)
OVERLAPPING_VERSIONS = _code(
    418,
    "overlapping-versions",
    "Two versions of one program are in force on the same day. On that day, two sets of rules would apply.",
    "end one on the day the other begins: `before` is the first day after the range. Move a draft of a version to "
    "another folder.\n\n```yaml\neffective: {from: 2026-01-01, before: 2027-01-01}   # 2026.yaml\n"
    "effective: {from: 2027-01-01, before: 2028-01-01}   # 2027.yaml\n```",
)
UNKNOWN_PREDECESSOR = _code(
    419,
    "unknown-predecessor",
    "`was` maps a tier of the previous version to a tier of this one. The new name must be on the ladder.",
    "correct the name of the tier.",
)

GAP_BETWEEN_VERSIONS = _code(
    420,
    "gap-between-versions",
    "Versions that are evaluated together leave days between them on which none is in force, so no rule would decide "
    "what happened on those days.",
    "add the version for those days, or evaluate each version separately.",
)
VERSIONS_DIFFER = _code(
    421,
    "versions-differ",
    "Versions that are evaluated together must agree on their records, their currency and the days of their periods. "
    "They differ in the type of a field, in the currency, or in the days of a period with the same name.",
    "declare these parts in the same way in all versions, or evaluate each version separately.",
)
RETURNS_CHANGE = _code(
    422,
    "returns-change",
    "Two versions that are evaluated together have an incentive of one name with different `returns`. A return in the "
    "days of the later version, of a sale in the days of the earlier one, then lowers the amounts of both (`restate`, "
    "then `current_period`) or of neither (`current_period`, then `restate`). Each version alone decides the same.",
    "give both versions the same `returns`, if what they pay may still change.",
    Severity.WARNING,
)

CODES = (
    MISSING_FOUNDATION, ENDLESS_LINEAGE, OTHER_FAMILY, NOTHING_TO_DROP, FIXED_BY_VERSION, AMENDMENT_OUTSIDE,
    CHANGE_INSIDE_PERIOD, NOTHING_AMENDED, OVERLAPPING_VERSIONS, UNKNOWN_PREDECESSOR, GAP_BETWEEN_VERSIONS,
    VERSIONS_DIFFER, RETURNS_CHANGE,
)  # fmt: skip
