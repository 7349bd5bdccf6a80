"""Findings about the values of a row (700-729)."""

from engine.language.diagnostic import Code, Severity

MISSING_VALUE = Code(
    "RNG700",
    "missing-value",
    """A required field is empty in this row.

A missing value is neither zero nor an empty text. Complete the source, or set the row aside with
`--quarantine`.

A row without its key and its other required fields is reported once. Usually it is not a record but a line of
totals at the end of an export. Delete it, and check its totals with `--control` instead.
""",
)
NUMBER_FORM = Code(
    "RNG701",
    "number-form",
    """The text is not a plain number: digits, with an optional minus before them and an optional decimal point.

Currency signs, brackets, exponents and thousands separators are not guessed, because `1.234` is about a
thousand in one country and about one in another. State the decimal mark and the separator in the feed, and
correct the rest in the source. `minus: behind` reads `241,19-`, as SAP writes negative numbers.

```yaml
sources:
  lines: {file: Umsatz.csv, decimal: ",", thousands: ".", minus: behind}
```
""",
)
NUMBER_ABSENT = Code(
    "RNG702",
    "number-absent",
    """A number is required, but there is a word that spreadsheets and databases write if there is no value.

A missing value is not zero. If the text means missing in this source, list it under `missing`; the field must
then be optional.

```yaml
sources:
  products: {file: Product.csv, missing: ["", "NULL", "#N/A"]}
```
""",
)
SCALE = Code(
    "RNG703",
    "too-many-decimals",
    """The number has more decimals than its field: more than the currency has, or more than the field declares.

Cutting them off would change money silently. Round in the source. If it is a rate, declare a `decimal` field
with that scale.
""",
)
TOO_LARGE = Code(
    "RNG704",
    "number-too-large",
    """The number is too large to be stored exactly everywhere: the limits are 9,007,199,254,740,991 minor units of
money, 15 digits of an integer, and 16 digits of a decimal. Most likely two columns were joined by mistake.
""",
)
DATE_FORM = Code(
    "RNG705",
    "date-form",
    """The text is not a day in the format of this source: `2026-02-01`, or the format in its `date_format`.

`03/04/2026` is in March in one country and in April in another, so nothing is guessed. Times are not cut off,
because the day of a point in time depends on a time zone.

```yaml
sources:
  lines: {file: Sales.csv, date_format: "%m/%d/%Y"}
```
""",
)
DATE_RANGE = Code(
    "RNG706",
    "date-range",
    """The day is outside 1990-01-01 to 2200-12-31.

Such days are placeholders (`9999-12-31`, `1900-01-01`) or typing mistakes. A range without an end has no end
date: list the placeholder under `missing`.

```yaml
sources:
  statuses: {file: Tiers.csv, missing: ["", "9999-12-31"]}
```
""",
)
ID_FORM = Code(
    "RNG707",
    "id-form",
    """An id has 1 to 64 characters: letters A-Z and a-z, digits, and `.` `_` `-` after the first.

Letters of other alphabets look similar (a Cyrillic A is not a Latin A), so two partners could be mistaken for
each other and receive each other's money. Translate such ids to plain ones with a look-up.

```yaml
partner_id: {column: Account, look_up: {in: crosswalk, match: Account, take: PartnerId}}
```
""",
)
ID_WHITESPACE = Code(
    "RNG708",
    "id-whitespace",
    """The id contains a space, a no-break space or an invisible character, or has one beside it.

`P-1` and `P-1 ` would be two partners. Ids are not trimmed, because then two ids could become one. Correct the
source.
""",
)
ID_NUMERIC_CELL = Code(
    "RNG709",
    "id-numeric-cell",
    """The id is stored as a number in the workbook. Leading zeros are lost, and `1E5` has become 100000.

Format the column as text and enter the ids again, or export the original data as CSV.
""",
)
ID_CONFUSABLE = Code(
    "RNG710",
    "id-confusable",
    """Two partner ids differ only in capital letters, in `O` and `0`, or in `I`, `l` and `1`.

For rung they are two partners. Make sure that they really are.
""",
    Severity.WARNING,
)
CONTROL_CHARACTER = Code(
    "RNG711",
    "unseen-character",
    """The text contains an invisible character: a control character, a line break, a tag, a zero-width space.

It would affect comparisons (`region is 'emea'` would be false) and break exports. Correct the source.
""",
)
BIDI = Code(
    "RNG712",
    "bidi-character",
    """The text contains a character that changes the writing direction.

A name could then be shown differently from what is stored. Correct the source.
""",
)
UNKNOWN_VALUE = Code(
    "RNG713",
    "unknown-choice",
    """The text is not one of the values of the choice.

Correct it, map it, or add the value to the program's `records`.

```yaml
type: {column: BusinessType, map: {Ware House: warehouse, Warehouse: warehouse}}
```
""",
)
BOOLEAN_FORM = Code(
    "RNG714",
    "boolean-form",
    """A boolean is `true` or `false`. Use `map` for other words.

```yaml
active: {column: Active, map: {Y: true, N: false}}
```
""",
)
NOT_MAPPED = Code(
    "RNG715",
    "value-not-mapped",
    """The feed maps the values of this column, but this value is not in the map.

Add it to `map`, or say what happens to all other values: `unmapped: keep` uses them as they are, `unmapped:
missing` makes them missing.

```yaml
type: {column: BusinessType, map: {Ware House: warehouse}, unmapped: keep}
```
""",
)
LOOK_UP_NONE = Code(
    "RNG716",
    "look-up-none",
    """A look-up found no row with this value in the other source.

Complete the other source. A look-up never makes a value missing.
""",
)
LOOK_UP_SEVERAL = Code(
    "RNG717",
    "look-up-several",
    """A look-up found more than one row with this value in the other source, so it is not clear which one is meant.

Remove the duplicate rows from the other source.
""",
)
CURRENCY = Code(
    "RNG718",
    "other-currency",
    """The amount is in another currency than the program's records, or its currency is missing.

Nothing is converted at import. A table may hold several currencies: declare the amount with `currency: row` and a
field `currency`, map both, and say in `conversion` how amounts are converted.
""",
)
NEGATIVE_SALE = Code(
    "RNG719",
    "negative-sale",
    """A sale has a negative amount. Only a return or an adjustment may be negative.

A return takes back what its sale earned. A negative sale would only look like a return. Set `entry` for this
row.

```yaml
entry: {column: DocumentType, map: {INV: sale, CRN: return}}
```
""",
)
PERIOD_EMPTY = Code(
    "RNG720",
    "period-empty",
    """The period ends on the day it starts, or earlier. Periods include their first day and exclude `before`.
""",
)
RATE = Code(
    "RNG721",
    "exchange-rate",
    """An exchange rate is zero or less. It says what one unit of `from_currency` is worth in `to_currency`.

Only that direction is read: a rate from USD to EUR does not convert euros into dollars.
""",
)

CODES = (
    MISSING_VALUE,
    NUMBER_FORM,
    NUMBER_ABSENT,
    SCALE,
    TOO_LARGE,
    DATE_FORM,
    DATE_RANGE,
    ID_FORM,
    ID_WHITESPACE,
    ID_NUMERIC_CELL,
    ID_CONFUSABLE,
    CONTROL_CHARACTER,
    BIDI,
    UNKNOWN_VALUE,
    BOOLEAN_FORM,
    NOT_MAPPED,
    LOOK_UP_NONE,
    LOOK_UP_SEVERAL,
    CURRENCY,
    NEGATIVE_SALE,
    PERIOD_EMPTY,
    RATE,
)
