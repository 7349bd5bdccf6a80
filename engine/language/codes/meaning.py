"""Findings about what a program means: names and types (2xx), rules (3xx), time (4xx)."""

from engine.language.diagnostic import Code, Severity

UNKNOWN_NAME = Code(
    "RNG200",
    "unknown-name",
    """A name is used that nothing declares here.

Names are declared once: metrics, parameters, segments, fields of the record table at hand, `tier`, `as_of`.
A misspelt metric would otherwise be a rule that never holds, and a partner that is never paid.

Cure: declare the name, or correct its spelling. In a `where`, only the fields of that table, its links and
the parameters are known.
""",
    once=True,
)
TYPE_MISMATCH = Code(
    "RNG201",
    "type-mismatch",
    """Two values of different types meet: money with a number, a date with a text, a choice with money.

Write the unit: `revenue >= 100_000 USD`, not `revenue >= 100_000`. A percentage is a number: `5%` is 0.05.
""",
)
CURRENCY_MISMATCH = Code(
    "RNG202",
    "currency-mismatch",
    """An amount in one currency meets an amount in another. Adding or comparing them would need a rate and a date.

Cure: write the amount in the program's currency. Conversion tables are not supported yet.
""",
)
NOT_A_CONDITION = Code(
    "RNG203",
    "not-a-condition",
    """A line that must be true or false is a number, an amount, a date or a text.

Cure: compare it: `revenue >= 100_000 USD` in place of `revenue`.
""",
)
UNKNOWN_TABLE = Code(
    "RNG204",
    "unknown-table",
    """A record table is named that is neither standard nor declared under `records`.

Standard tables: partners, people, assignments, certifications, products, customers, sales, deals, activities,
nominations, statuses.
""",
    once=True,
)
UNKNOWN_FIELD = Code(
    "RNG205",
    "unknown-field",
    """A field is named that its record table does not have. Declare it under `records`, or correct its spelling.""",
    once=True,
)
AMBIGUOUS_WORD = Code(
    "RNG206",
    "ambiguous-name",
    """A bare word is both a declared name and a value of the choice it is compared with, so a reader cannot tell.

Cure: write the value in single quotes, `region is 'emea'`, or rename the metric, segment or parameter.
""",
)
DUPLICATE_NAME = Code(
    "RNG207",
    "duplicate-name",
    """One name is declared twice, perhaps in two sections or in another case. Every name is declared once.""",
)
CYCLE = Code(
    "RNG208",
    "cycle",
    """Metrics, segments or records depend on each other in a circle, so none can be computed first.

Cure: break the loop that the message spells out.
""",
)
UNKNOWN_VALUE = Code(
    "RNG209",
    "unknown-value",
    """A word is not a value of the choice or the ladder it is used with.

The comparison could never hold. The message lists the values there are.
""",
    once=True,
)
RESERVED_NAME = Code(
    "RNG210",
    "reserved-name",
    """A declared name is a word of the language (`tier`, `as_of`, `and`, `missing`, ...) or no proper name.

Names are lower case letters, digits and underscores, and start with a letter.
""",
)
UNUSED = Code(
    "RNG211",
    "unused",
    """Something is declared and nothing uses it. It decides nothing; perhaps a line was forgotten.""",
    Severity.WARNING,
)
MISSING_COMBINATION = Code(
    "RNG212",
    "missing-combination",
    """A parameter has no value for a combination that a rule asks for. There is no silent default.

Cure: add the combination to `values`.
""",
    once=True,
)
NOT_HERE = Code(
    "RNG213",
    "not-available-here",
    """A name is known, but not at this place: the tier in a tier's own metric, a metric in a row's `where`,
a parameter by tier where no tier is tested.""",
)
TOO_WIDE = Code(
    "RNG214",
    "too-many-digits",
    """A step of a calculation could need more than 400 digits.

Sums, products and quotients of fields are computed exactly, and need far fewer. Only formulas that multiply or
divide each other again and again grow so long. Cure: multiply and divide less. Where `b` is positive, `a >= 10% * b`
decides the same as `a / b >= 10%`, and needs half the digits.
""",
)
WRONG_KEYS = Code(
    "RNG300",
    "wrong-keys",
    """Keys stand together that exclude each other, or one that must be there is missing.

A metric has exactly one of `from` with a measure, `formula` and `people_holding`; an incentive exactly one of
`bands`, `rate` and `amount`.
""",
)
MISSING_WINDOW = Code(
    "RNG301",
    "missing-window",
    """A metric over dated records does not say which days count.

Without it, all records since the beginning would count, which is seldom meant. Say `window: lifetime` if it is.
""",
)
NEEDLESS_WINDOW = Code(
    "RNG302",
    "needless-window",
    """A window stands on records without a date. A table of state has no days to choose from.""",
)
OVERLAPPING_BANDS = Code(
    "RNG304",
    "overlapping-bands",
    """Two bands cover the same measure, so the same money would have two rates.

Bands are half-open and `from` is included: a band ends where the next begins. Cure: drop `up_to`.
""",
)
BAND_GAP = Code(
    "RNG305",
    "band-gap",
    """A part of the measure has no band: the first band starts above zero, or a band ends before the next begins.

Cure: start at `0 USD` (a rate of 0% earns nothing) and drop `up_to` between bands.
""",
)
BAND_ORDER = Code(
    "RNG306",
    "band-order",
    """Bands do not ascend, or two start at the same place. Order them from low to high.""",
)
RATE_TOO_HIGH = Code(
    "RNG307",
    "rate-above-100",
    """A rate pays more than the whole amount: 150%, or 5 where 5% was meant. Rates are written with `%`.""",
)
RATE_WITHOUT_PERCENT = Code(
    "RNG316",
    "rate-without-percent",
    """A rate or percentage is written as a plain number.

`rate: 1` is the whole amount, a hundred times `1%`, and reads alike. Rates are written one way: `1%`, `2.5%`. Zero
needs no sign.
""",
)
NO_LIMIT = Code(
    "RNG308",
    "uncapped-incentive",
    """An amount per unit is paid without any limit. One wrong quantity in a feed is paid in full.

Cure: add `limits`, for example `- {at_most: 3_000 USD, per: [seller]}`.
""",
    Severity.WARNING,
)
EASIER_TIER = Code(
    "RNG309",
    "easier-tier",
    """A higher tier asks for less than a lower one in the same line, so partners would skip a tier.

The finding shows a partner that meets the one and is refused the other. Where other lines of the higher tier make up
for it, so that there is no such partner, nothing is said.

Cure: let thresholds rise with the ladder.
""",
)
UNKNOWN_TIER = Code(
    "RNG310",
    "unknown-tier",
    """A tier is named that the ladder does not have.""",
)
NEVER_GRANTED = Code(
    "RNG311",
    "benefit-never-granted",
    """Nobody ever gets a benefit: it has no value for any tier, or its `when` is never met, whatever the records are.

Cure: give it a value, or change one of the lines the proof names.
""",
)
NEVER_VALID = Code(
    "RNG312",
    "certification-never-valid",
    """A certification is retired, with its run-off, before the program starts, or is valid for no day: it never counts.

Cure: drop it, or give it the days it is meant to have.
""",
    Severity.WARNING,
)
FIRST_TIER = Code(
    "RNG314",
    "first-tier-requires",
    """The lowest tier has requirements. A partner is never below the ladder, so they could not refuse anybody.

Cure: put a tier without requirements below it.
""",
)
BAD_LIMIT = Code(
    "RNG315",
    "limit-cannot-be-walked",
    """A limit names a dimension its rows do not have, or is not one fixed amount for its partition.

Limits run per partner, seller, customer, period or another field of the rows, up to one amount.
""",
)
MAY_NOT_APPLY = Code(
    "RNG320",
    "line-may-not-apply",
    """A line reads a designation that some partners have no status of, because its `applies_to` is not met for them.

Such a line is not applicable: neither met nor not met. Inside a group it is left out. At the top of a list it counts
as not met, so these partners can never meet the list.

Cure: put it in a group beside a line that holds for the others, such as `any: [specialist, region is not emea]`.
""",
    Severity.WARNING,
)
EMPTY_PERIOD = Code(
    "RNG400",
    "empty-period",
    """A range of dates ends before it starts, or on the same day. Ranges include `from` and exclude `before`.""",
)
NO_CALENDAR = Code(
    "RNG401",
    "no-calendar",
    """A fiscal period is named, and the program declares no fiscal calendar.

Cure: add `calendar: {fiscal_year_starts: february, year_named: start}`, or drop the word `fiscal`.
""",
    once=True,
)
VERSION_ORDER = Code(
    "RNG402",
    "version-order",
    """Dated values of one parameter do not ascend, or two start on the same day: two values would be in force.""",
)
NOT_YET_IN_FORCE = Code(
    "RNG403",
    "value-not-in-force",
    """A dated parameter has no value on a day the program governs: its first version starts later.""",
)
OUTSIDE_PROGRAM = Code(
    "RNG404",
    "outside-program",
    """A date lies outside the program's effective range: an incentive that never runs, or a decision on a day
before this version begins. After its last day a version can be evaluated: its periods are decided by its rules, with
what is known by then.""",
)

CODES = (
    UNKNOWN_NAME, TYPE_MISMATCH, CURRENCY_MISMATCH, NOT_A_CONDITION, UNKNOWN_TABLE, UNKNOWN_FIELD, AMBIGUOUS_WORD,
    DUPLICATE_NAME, CYCLE, UNKNOWN_VALUE, RESERVED_NAME, UNUSED, MISSING_COMBINATION, NOT_HERE, TOO_WIDE, WRONG_KEYS,
    MISSING_WINDOW, NEEDLESS_WINDOW, OVERLAPPING_BANDS, BAND_GAP, BAND_ORDER, RATE_TOO_HIGH,
    RATE_WITHOUT_PERCENT, NO_LIMIT, EASIER_TIER,
    UNKNOWN_TIER, NEVER_GRANTED, NEVER_VALID, FIRST_TIER, BAD_LIMIT, MAY_NOT_APPLY, EMPTY_PERIOD, NO_CALENDAR,
    VERSION_ORDER, NOT_YET_IN_FORCE, OUTSIDE_PROGRAM,
)  # fmt: skip
