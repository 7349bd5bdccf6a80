"""Findings about the values of a row (700-729)."""

from engine.language.diagnostic import Code, Severity

MISSING_VALUE = Code(
    "RNG700",
    "missing-value",
    """A field that every record must have is empty in this row.

Absent is not zero, and not an empty text. Have the source completed, or set the row aside with `--quarantine`.

A row that has neither its key nor other fields that it must have is told once. It is mostly no record but a line of
totals at the end of an export: delete it, and give its totals to `--control` instead.
""",
)
NUMBER_FORM = Code(
    "RNG701",
    "number-form",
    """The text is not a plain number: digits, perhaps a minus before them, perhaps a decimal point.

Currency signs, brackets, exponents and marks between thousands are not guessed, because `1.234` is a thousand in one
country and about one in another. State the marks in the feed, and clean the rest at the source. `minus: behind` reads
`241,19-`, as SAP writes a number below zero.

```yaml
sources:
  lines: {file: Umsatz.csv, decimal: ",", thousands: ".", minus: behind}
```
""",
)
NUMBER_ABSENT = Code(
    "RNG702",
    "number-absent",
    """Where a number must stand, there is a word that spreadsheets and databases write when there is none.

Absent is not zero. If the text means missing in this source, say so; the field must then be optional.

```yaml
sources:
  products: {file: Product.csv, missing: ["", "NULL", "#N/A"]}
```
""",
)
SCALE = Code(
    "RNG703",
    "too-many-decimals",
    """The number has more decimals than its field keeps: more than the currency has, or than the field declares.

Cutting them would change money silently. Round at the source, or declare a `decimal` with that scale when it is a rate.
""",
)
TOO_LARGE = Code(
    "RNG704",
    "number-too-large",
    """The number is beyond what is kept exactly everywhere: 9,007,199,254,740,991 minor units of money, 15 digits of an
integer, 16 digits of a decimal. It is most likely two columns glued together.
""",
)
DATE_FORM = Code(
    "RNG705",
    "date-form",
    """The text is not a day as this source writes days: `2026-02-01`, or as its `date_format` says.

`03/04/2026` is March in one country and April in another, so nothing is guessed. Times are not cut off: which day an
instant belongs to depends on a time zone.

```yaml
sources:
  lines: {file: Sales.csv, date_format: "%m/%d/%Y"}
```
""",
)
DATE_RANGE = Code(
    "RNG706",
    "date-range",
    """The day lies outside 1990-01-01 to 2200-12-31.

Such days are placeholders (`9999-12-31`, `1900-01-01`) or slips of the pen. A range without an end has no end date: let
the placeholder mean missing.

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

Letters of other alphabets look alike (a Cyrillic A is not a Latin A), and two partners that look the same get each
other's money. Map such ids to plain ones with a look-up.

```yaml
partner_id: {column: Account, look_up: {in: crosswalk, match: Account, take: PartnerId}}
```
""",
)
ID_WHITESPACE = Code(
    "RNG708",
    "id-whitespace",
    """The id has a blank, a no-break space or an invisible character in it or beside it.

`P-1` and `P-1 ` would be two partners. It is not trimmed, because then two ids could become one. Clean the source.
""",
)
ID_NUMERIC_CELL = Code(
    "RNG709",
    "id-numeric-cell",
    """The id is stored as a number in the workbook. Leading zeros are gone and `1E5` has become 100000, for good.

Format the column as text and enter the ids again, or export the original as CSV.
""",
)
ID_CONFUSABLE = Code(
    "RNG710",
    "id-confusable",
    """Two partner ids differ only in case, or in `O` and `0`, or in `I`, `l` and `1`.

They are two partners for rung. Make sure that they are two partners for you.
""",
    Severity.WARNING,
)
CONTROL_CHARACTER = Code(
    "RNG711",
    "unseen-character",
    """The text holds a character that cannot be seen: a control character, a line break, a tag, a zero-width space.

It would hide in comparisons (`region is 'emea'` would not hold) and break exports. Clean the source.
""",
)
BIDI = Code(
    "RNG712",
    "bidi-character",
    """The text holds a character that turns the direction of writing.

With it a name can be shown as another one than is stored. Clean the source.
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
    """A boolean is written `true` or `false`. Map other words.

```yaml
active: {column: Active, map: {Y: true, N: false}}
```
""",
)
NOT_MAPPED = Code(
    "RNG715",
    "value-not-mapped",
    """The feed maps the values of this column, and this one is not among them.

Add it to `map`, or say what becomes of all others: `unmapped: keep` takes them as they are, `unmapped: missing`
leaves them out.

```yaml
type: {column: BusinessType, map: {Ware House: warehouse}, unmapped: keep}
```
""",
)
LOOK_UP_NONE = Code(
    "RNG716",
    "look-up-none",
    """A look-up found no row of the other source with this value.

Complete the other source. A look-up never makes a value missing.
""",
)
LOOK_UP_SEVERAL = Code(
    "RNG717",
    "look-up-several",
    """A look-up found more than one row of the other source with this value, and no one says which is meant.

Remove the repeated rows from the other source.
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
    """A sale has a negative amount. Only a return or an adjustment may.

A return takes back what its sale earned, a negative sale would only look like one. Say what the row is.

```yaml
entry: {column: DocumentType, map: {INV: sale, CRN: return}}
```
""",
)
PERIOD_EMPTY = Code(
    "RNG720",
    "period-empty",
    """The period ends on the day it starts, or before. Periods include their first day and exclude `before`.""",
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
