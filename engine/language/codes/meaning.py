"""Findings about what a program means: names and types (2xx), rules (3xx), time (4xx)."""

from engine.language.diagnostic import Code, Severity

UNKNOWN_NAME = Code(
    "RNG200",
    "unknown-name",
    """A name is used that is not declared.

Every name is declared once: metrics, parameters, segments, fields of the record table in use, `tier`, `as_of`.
With a misspelt metric, a rule would never be met and a partner would never be paid.

**Cure.** Declare the name, or correct its spelling. In a `where`, only the fields of that table, its links and the
parameters are available.
""",
    once=True,
)
TYPE_MISMATCH = Code(
    "RNG201",
    "type-mismatch",
    """Two values have different types: money and a number, a date and a text, a choice and money.

**Cure.** Write the unit: `revenue >= 100_000 USD`, not `revenue >= 100_000`. A percentage is a number: `5%` is
0.05.
""",
)
CURRENCY_MISMATCH = Code(
    "RNG202",
    "currency-mismatch",
    """Two amounts in different currencies are added or compared. This would need a rate and a date.

**Cure.** Write the amount in the program's currency. Amounts of records may be in others: see `currency: row`.
With `pays_in: row`, write the amounts of pay and limits in the currency of the row: one for each, in a table by
`currency`.
""",
)
NOT_A_CONDITION = Code(
    "RNG203",
    "not-a-condition",
    """A line must be true or false, but it is a number, an amount, a date or a text.

**Cure.** Compare it: `revenue >= 100_000 USD` instead of `revenue`.
""",
)
UNKNOWN_TABLE = Code(
    "RNG204",
    "unknown-table",
    """A record table is named that is neither a standard table nor declared under `records`.

Standard tables: partners, people, assignments, certifications, products, customers, sales, deals, activities,
nominations, statuses.

**Cure.** Correct the name, or declare the table under `records`.
""",
    once=True,
)
UNKNOWN_FIELD = Code(
    "RNG205",
    "unknown-field",
    """A field is named that its record table does not have.

**Cure.** Declare it under `records`, or correct its spelling.
""",
    once=True,
)
AMBIGUOUS_WORD = Code(
    "RNG206",
    "ambiguous-name",
    """A word is both a declared name and a value of the choice, so its meaning is not clear.

**Cure.** Put the value in single quotes, `region is 'emea'`, or rename the metric, segment or parameter.
""",
)
DUPLICATE_NAME = Code(
    "RNG207",
    "duplicate-name",
    """A name is declared twice, perhaps in two sections or with different capital letters. Every name is declared
once.

**Cure.** Give one of the two another name, or remove it.
""",
)
CYCLE = Code(
    "RNG208",
    "cycle",
    """Metrics, segments or records depend on each other in a circle, so none of them can be computed first.

**Cure.** Break the circle that the message shows.
""",
)
UNKNOWN_VALUE = Code(
    "RNG209",
    "unknown-value",
    """A word is not a value of the choice or the ladder with which it is compared.

The comparison could never be true. The message lists the possible values.

**Cure.** Write one of these, or add the value to the choice or the ladder.
""",
    once=True,
)
RESERVED_NAME = Code(
    "RNG210",
    "reserved-name",
    """A declared name is a reserved word (`tier`, `as_of`, `and`, `missing`, ...) or not a valid name.

Names have lower case letters, digits and underscores, and start with a letter.

**Cure.** Choose another name.
""",
)
UNUSED = Code(
    "RNG211",
    "unused",
    """Something is declared but never used, so it changes nothing. Perhaps a line was forgotten.

A value of a parameter is not used if it is for a tier in whose lines nothing reads the parameter, while only the lines
of tiers read it; the lowest tier has no lines. It is not used either if it is in force on no day of the program.

**Cure.** Use it in a rule, or remove it.
""",
    Severity.WARNING,
)
MISSING_COMBINATION = Code(
    "RNG212",
    "missing-combination",
    """A parameter or a table has no value for a combination that a rule needs. There is no default.

What an incentive pays, and its limits, need no value for tiers, segments or other words that its `eligible` lines
exclude: with `eligible: [tier >= silver]`, none for the tiers below silver. Both are read on the same day: the last of
the period, or the day of the record. A line that something else can decide, such as `any: [tier >= silver, strategic]`,
excludes no tier.

**Cure.** Add the combination to `values`, or exclude it with a line of `eligible`.
""",
    once=True,
)
NOT_HERE = Code(
    "RNG213",
    "not-available-here",
    """A name exists but cannot be used at this place: the tier in a metric that decides the tier, a metric in the
`where` of a row, a parameter by tier outside the conditions of a tier.

**Cure.** Use the name at one of the places that the message shows, or use another name here.
""",
)
TOO_WIDE = Code(
    "RNG214",
    "too-many-digits",
    """A step of a calculation could need more than 400 digits.

Sums, products and quotients of fields are computed exactly, and need far fewer. Only formulas that multiply or
divide each other again and again grow so long; the finding points at the calculation that is too long.

**Cure.** Multiply less, and divide once. Where `g` is `(a - b) / b`, `g / (1 + g)` is `(a - b) / a`: the same number,
where `b` is not 0, so no outcome changes at any threshold.
""",
)
WRONG_KEYS = Code(
    "RNG300",
    "wrong-keys",
    """Some keys cannot be used together, or a required key is missing.

A metric has exactly one of `from` with a measure, `formula` and `people_holding`. An incentive has exactly one
of `bands`, `rate` and `amount`.

**Cure.** Add or remove the key that the message names.
""",
)
MISSING_WINDOW = Code(
    "RNG301",
    "missing-window",
    """A metric over dated records has no window.

Without a window, all records since the beginning would count, which is rarely intended.

**Cure.** If this is intended, write `window: lifetime`.
""",
)
NEEDLESS_WINDOW = Code(
    "RNG302",
    "needless-window",
    """A metric has a `window` but no days to select: its table has no date, or it is a formula of other metrics.

**Cure.** Remove `window`, or give the table a `date`. For a formula, give the window to the metrics in it.
""",
)
OVERLAPPING_BANDS = Code(
    "RNG304",
    "overlapping-bands",
    """Two bands cover the same values, so the same money would have two rates.

A band includes its `from` and ends where the next band begins.

**Cure.** Remove `up_to`.
""",
)
BAND_GAP = Code(
    "RNG305",
    "band-gap",
    """Some values are in no band: the first band starts above zero, a band ends before the next one begins, or the last
band ends and nothing says what is earned from there on.

**Cure.** Start at `0 USD` (a rate of 0% earns nothing), and remove `up_to`. If nothing is to be earned from
the `up_to` of the last band on, add `beyond: nothing` beside `bands`: from there on, `whole` pays nothing at all, and
`marginal` nothing more.
""",
)
BAND_ORDER = Code(
    "RNG306",
    "band-order",
    """The bands do not ascend, two bands start at the same value, or the last band does not end above its start.

**Cure.** Sort them from low to high. If two start at the same value, give one a higher `from`, or remove one. An
`up_to` is above the `from` of its band.
""",
)
RATE_TOO_HIGH = Code(
    "RNG307",
    "rate-above-100",
    """A rate pays more than 100 %, such as `250%` where `2.5%` was meant. A rate without `%`, such as `5`, is RNG316.

**Cure.** Write the rate that is meant, at most `100%`.
""",
)
RATE_WITHOUT_PERCENT = Code(
    "RNG316",
    "rate-without-percent",
    """A rate or percentage is written as a plain number.

`rate: 1` would mean 100 %, a hundred times `1%`, but looks similar. Rates are always written with `%`: `1%`, `2.5%`.
Only zero needs no sign.

**Cure.** Add the `%`.
""",
)
RATIO_WITHOUT_PERCENT = Code(
    "RNG317",
    "ratio-without-percent",
    """A percentage is compared with a number of 2 or more that has no `%`.

`growth >= 15` means 1,500 %, a hundred times `growth >= 15%`, but looks similar. The finding is reported for

- a change: `(a - b) / b` or `a / b - 1`;
- a part of a whole: a metric divided by one that measures more records of the same kind;
- any value that the program compares with a percentage elsewhere.

Other ratios may be plain numbers, such as `revenue / 100_000 USD`, and so may numbers below 2: `growth >= 1.5`.

**Cure.** Write the number with its `%`: `15%`, or `1500%` if that is meant.
""",
    Severity.WARNING,
)
NO_LIMIT = Code(
    "RNG308",
    "uncapped-incentive",
    """An amount per unit is paid without a limit. A single wrong quantity in a feed would be paid in full.

**Cure.** Add `limits`, for example `- {at_most: 3_000 USD, per: [seller]}`.
""",
    Severity.WARNING,
)
EASIER_TIER = Code(
    "RNG309",
    "easier-tier",
    """In the same line, a higher tier requires less than a lower tier, so partners would skip a tier.

The finding shows a partner that meets the higher tier but not the lower one. If other lines of the higher tier
make such a partner impossible, nothing is reported. Tiers of a designation are looked at as well.

**Cure.** Raise the thresholds from tier to tier.
""",
)
UNKNOWN_TIER = Code(
    "RNG310",
    "unknown-tier",
    """A tier is named that is not on the ladder.

**Cure.** Correct the name, or add the tier to the ladder.
""",
)
NEVER_GRANTED = Code(
    "RNG311",
    "benefit-never-granted",
    """No partner ever gets a benefit: it has no value for any tier, or its `when` can never be met.

**Cure.** Give it a value, or change one of the lines in the proof.
""",
)
NEVER_VALID = Code(
    "RNG312",
    "certification-never-valid",
    """A certification never counts: it is retired, including its run-off, before the program starts, or it is valid
for no day.

**Cure.** Remove it, or correct its dates.
""",
    Severity.WARNING,
)
FIRST_TIER = Code(
    "RNG314",
    "first-tier-requires",
    """The lowest tier has requirements. Every partner has at least the lowest tier, so these requirements have no
effect.

**Cure.** Remove these requirements. Or add a tier without requirements below it; the common `requires` of the ladder
then hold for this tier too, so it needs a value in every parameter by tier that they read.
""",
)
BAD_LIMIT = Code(
    "RNG315",
    "limit-cannot-be-walked",
    """A limit names a dimension that its rows do not have, or it has no fixed amount for each combination.

A limit applies per partner, seller, customer, period or another field of the rows, and has one amount for each.
If several partners use up the same limit, the incentive says in which order their records are taken. A limit for each
record, partner or seller needs no order.

**Cure.** Name a field of the rows under `per`, and write one amount under `at_most`.
""",
)
MAY_NOT_APPLY = Code(
    "RNG320",
    "line-may-not-apply",
    """A line reads a designation for which some partners have no status, because its `applies_to` is not met for them.

For these partners the line does not apply: it is neither met nor not met. Inside a group it is skipped. At the
top of a list it counts as not met, so these partners can never meet the list. A group does not apply if none of its
lines applies.

There is no warning if the designations of a group have a choice field of the partner in `applies_to`, and each of its
values is in one of them: then one of the lines applies to every partner.

**Cure.** Put it in a group with a line that applies to the other partners, such as `any: [specialist, region is not
emea]`. If these partners are not meant to meet the list, leave it as it is.
""",
    Severity.WARNING,
)
BAD_WORTH = Code(
    "RNG330",
    "amounts-not-of-equal-worth",
    """Amounts under `equal` cannot be worth the same: one is zero or less, one currency appears twice, or none of them
is in the program's currency.

**Cure.** One amount for each currency, one of them in the program's: `amounts: [100 USD, 75 EUR, 12_000 JPY]`.
""",
)
NO_ROW_CURRENCY = Code(
    "RNG331",
    "row-without-currency",
    """An amount is in the currency of its row (`currency: row`), and the table has no field `currency` that says which.

**Cure.** Declare it as a choice of the currencies that occur, never missing:

```yaml
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY]}
```
""",
)
NO_CONVERSION = Code(
    "RNG332",
    "no-conversion",
    """Amounts in several currencies are added up, compared or paid on, but it is not stated how to convert them.

**Cure.** Add `conversion` at the top of the program: a table of rates, or a list of amounts that are worth the same.
Every currency of the field needs an amount there.

```yaml
conversion: {rates: fx_rates, as_at: row}
conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR]}], as_at: row}     # or; `from` is the first day
```

With `as_at: row` an amount is converted on the day of its record; one of a record without a day, such as a partner, is
not. With `as_at: period end` it is converted on the last day of a period or window; a formula of a record has none.
""",
)
TOO_MUCH = Code(
    "RNG215",
    "too-much-written-out",
    """A definition is too large once every name in it is replaced by what the name stands for: it has more than 10,000
parts, or more than 100 levels. Or the whole program has more than 100,000 parts. Designations and benefits
with `per` count for each combination of values.

Parameters, formulas of metrics, segments and benefits are written out where they are used. A chain of twenty formulas
that each use the one before twice has a million parts.

**Cure.** Use each name once, and build definitions on fewer steps.

```yaml
metrics:
  double: {formula: revenue * 2}
  total: {formula: double * 2}
```
""",
)
EMPTY_PERIOD = Code(
    "RNG400",
    "empty-period",
    """A range of dates ends before it starts, or on the same day. Ranges include `from` and exclude `before`.

**Cure.** Correct one of the two dates; `before` is the first day after the range.
""",
)
NO_CALENDAR = Code(
    "RNG401",
    "no-calendar",
    """A fiscal period is used, but the program declares no fiscal calendar.

**Cure.** Add `calendar: {fiscal_year_starts: february, year_named: start}`, or remove the word `fiscal`.
""",
    once=True,
)
VERSION_ORDER = Code(
    "RNG402",
    "version-order",
    """Dated values do not ascend, or two start on the same day, so two values would be in force.

**Cure.** Sort the values by their `from`, and remove one of two that start on the same day.
""",
)
NOT_YET_IN_FORCE = Code(
    "RNG403",
    "value-not-in-force",
    """There is no value for the first days of the program, because the first dated value starts later.

**Cure.** Start the first value on the program's first day or earlier.
""",
)
OUTSIDE_PROGRAM = Code(
    "RNG404",
    "outside-program",
    """A date is outside the program's effective range: an incentive that never runs, or a decision before this version
begins.

After its last day, a version can still be evaluated. Its rules decide its periods, with the records known
by then.

**Cure.** Correct the date, or the program's `effective` range.
""",
)

CODES = (
    UNKNOWN_NAME, TYPE_MISMATCH, CURRENCY_MISMATCH, NOT_A_CONDITION, UNKNOWN_TABLE, UNKNOWN_FIELD, AMBIGUOUS_WORD,
    DUPLICATE_NAME, CYCLE, UNKNOWN_VALUE, RESERVED_NAME, UNUSED, MISSING_COMBINATION, NOT_HERE, TOO_WIDE, WRONG_KEYS,
    TOO_MUCH,
    MISSING_WINDOW, NEEDLESS_WINDOW, OVERLAPPING_BANDS, BAND_GAP, BAND_ORDER, RATE_TOO_HIGH,
    RATE_WITHOUT_PERCENT, RATIO_WITHOUT_PERCENT, NO_LIMIT, EASIER_TIER,
    UNKNOWN_TIER, NEVER_GRANTED, NEVER_VALID, FIRST_TIER, BAD_LIMIT, MAY_NOT_APPLY, BAD_WORTH, NO_ROW_CURRENCY,
    NO_CONVERSION, EMPTY_PERIOD, NO_CALENDAR,
    VERSION_ORDER, NOT_YET_IN_FORCE, OUTSIDE_PROGRAM,
)  # fmt: skip
