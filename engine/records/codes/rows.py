"""Findings about the values of a row (700-729)."""

from engine.language.diagnostic import Code, Severity

MISSING_VALUE = Code(
    "RNG700",
    "missing-value",
    """A required field is empty in this row.

A missing value is neither zero nor an empty text.

**Cure.** Complete the source, or set the row aside with `--quarantine`.

A row without its key and its other required fields is reported once. Usually it is not a record but a line of
totals at the end of an export. Delete it, and check its totals with `--control` instead.
""",
)
NUMBER_FORM = Code(
    "RNG701",
    "number-form",
    """The text is not a plain number: digits, with an optional minus before them and an optional decimal point.

Currency signs, brackets, exponents and thousands separators are not guessed, because `1.234` is about a
thousand in one country and about one in another.

**Cure.** State in the feed how the source writes numbers, and correct the rest in the source. `minus: behind` reads
`241,19-`, as SAP writes negative numbers, and `minus: parentheses` reads `(241.19)`. `currency_marks: ["$"]` reads
`$5.00`.

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

A missing value is not zero.

**Cure.** If the text means missing in this source, list it under `missing`; the field must then be optional.

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

Cutting them off would change money silently.

**Cure.** Round in the source, or in the feed. If it is a rate, declare a `decimal` field with that scale.

```yaml
amount: {calculate: net, of: {net: Net Amount}, round: half_up}
```
""",
)
TOO_LARGE = Code(
    "RNG704",
    "number-too-large",
    """The number is too large to be stored exactly everywhere: the limits are 9,007,199,254,740,991 minor units of
money, 15 digits of an integer, and 16 digits of a decimal. Most likely two columns were joined by mistake.

**Cure.** Check which columns are mapped to the field, and correct the number in the source.

```yaml
amount: InvoiceNumber     # 20260105000000123 is no amount
amount: Net
```
""",
)
DATE_FORM = Code(
    "RNG705",
    "date-form",
    """The text is not a day in the format of this source: `2026-02-01`, or the format in its `date_format`.

`03/04/2026` is in March in one country and in April in another, so nothing is guessed. Times are cut off
only if the source states the `zone` in which days count, because the day of a point in time depends on it.

**Cure.** Write the format of the source in `date_format`, and `zone` if there are times; or correct the day in the
source.

```yaml
sources:
  lines: {file: Sales.csv, date_format: "%m/%d/%Y", zone: America/New_York}
```
""",
)
DATE_RANGE = Code(
    "RNG706",
    "date-range",
    """The day is outside 1990-01-01 to 2200-12-31.

Such days are placeholders (`9999-12-31`, `1900-01-01`) or typing mistakes.

**Cure.** A range without an end has no end date: list the placeholder under `missing`.

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
each other and receive each other's money.

**Cure.** State what stands in place of the other signs, or translate such ids to plain ones with a look-up.

```yaml
sale_id: {column: Invoice, id: {replace: {"/": "-"}}}
partner_id: {column: Account, look_up: {in: crosswalk, match: Account, take: PartnerId}}
```
""",
)
ID_WHITESPACE = Code(
    "RNG708",
    "id-whitespace",
    """The id contains a space, a no-break space or an invisible character, or has one beside it.

`P-1` and `P-1 ` would be two partners. Ids are not trimmed, because then two ids could become one.

**Cure.** Correct the source, or state what stands in place of a space: `ids: {replace: {" ": "_"}}`. If the text is a
name that the program writes in another way, such as a certification or a tier, translate it in the feed.

```yaml
certification: {column: Certificate, map: {Network Pro: network_pro}, unmapped: keep}
```
""",
)
ID_NUMERIC_CELL = Code(
    "RNG709",
    "id-numeric-cell",
    """The id is stored as a number in the workbook. Leading zeros are lost, and `1E5` has become 100000.

**Cure.** If all ids are numbers of so many digits, say so, and the zeros in front are written again. Otherwise format
the column as text and enter the ids again, or export the original data as CSV. A line of totals at the end is no
record: write its first text as `stop_at` of the source.

```yaml
partner_id: {column: Account, id: {digits: 6}}
```
""",
)
ID_CONFUSABLE = Code(
    "RNG710",
    "id-confusable",
    """Two partner ids differ only in capital letters, in `O` and `0`, or in `I`, `l` and `1`.

For rung they are two partners.

**Cure.** Make sure that they really are.
""",
    Severity.WARNING,
)
CONTROL_CHARACTER = Code(
    "RNG711",
    "unseen-character",
    """The text contains an invisible character: a control character, a line break, a tag, a zero-width space.

It would affect comparisons (`region is 'emea'` would be false) and break exports.

**Cure.** Correct the source.
""",
)
BIDI = Code(
    "RNG712",
    "bidi-character",
    """The text contains a character that changes the writing direction.

A name could then be shown differently from what is stored.

**Cure.** Correct the source.
""",
)
UNKNOWN_VALUE = Code(
    "RNG713",
    "unknown-choice",
    """The text is not one of the values of the choice.

**Cure.** Correct it, map it, or add the value to the program's `records`.

```yaml
type: {column: BusinessType, map: {Ware House: warehouse, Warehouse: warehouse}}
```
""",
)
BOOLEAN_FORM = Code(
    "RNG714",
    "boolean-form",
    """A boolean is `true` or `false`.

**Cure.** Use `map` for other words.

```yaml
active: {column: Active, map: {Y: true, N: false}}
```
""",
)
NOT_MAPPED = Code(
    "RNG715",
    "value-not-mapped",
    """The feed maps the values of this column, but this value is not in the map.

**Cure.** Add it to `map`.

```yaml
entry: {column: Type, map: {SALE: sale, CREDIT: return, invoice: sale}}
```

If other values need no translation, write `unmapped: keep`: they are used as they are, and must be values of the field.
With `unmapped: missing` they are missing, so the field must be optional.
""",
)
LOOK_UP_NONE = Code(
    "RNG716",
    "look-up-none",
    """A look-up found no row with this value in the other source.

**Cure.** Add a row with this value to the other source, or correct the value.
""",
)
LOOK_UP_SEVERAL = Code(
    "RNG717",
    "look-up-several",
    """A look-up found more than one row with this value in the other source, so it is not clear which one is meant.

**Cure.** Remove the duplicate rows from the other source.
""",
)
CURRENCY = Code(
    "RNG718",
    "other-currency",
    """The amount is in another currency than the program's records, or its currency is missing.

Nothing is converted at import.

**Cure.** A table may hold several currencies: declare the amount with `currency: row` and a field `currency`, map
both, and say in `conversion` how amounts are converted.
""",
)
NEGATIVE_SALE = Code(
    "RNG719",
    "negative-sale",
    """A sale has a negative amount or quantity. Only a return or an adjustment may be negative.

A return takes back what its sale earned. A negative sale would only look like a return.

**Cure.** Set `entry` for this row.

```yaml
entry: {column: DocumentType, map: {INV: sale, CRN: return}}
```
""",
)
PERIOD_EMPTY = Code(
    "RNG720",
    "period-empty",
    """The period ends on the day it starts, or earlier. Periods include their first day and exclude `before`.

**Cure.** Correct one of the two days in the source.
""",
)
RATE = Code(
    "RNG721",
    "exchange-rate",
    """An exchange rate is zero or less. It says what one unit of `from_currency` is worth in `to_currency`.

Only that direction is read: a rate from USD to EUR does not convert euros into dollars.

**Cure.** Correct the rate in the source.
""",
)
POSITIVE_RETURN = Code(
    "RNG722",
    "positive-return",
    """A return has an amount or a quantity above zero. A return takes something back, so its numbers are negative or
zero. The same holds for an adjustment that names a sale.

Many files write credits without a minus. Added up as they are, they would raise the revenue. The feed has to say
how credits are signed; it is not guessed.

**Cure.** Say in the feed what gives the sign: `entry`, a column with letters, or two columns.

```yaml
amount: {column: Net, sign: entry}                                       # returns are negative
amount: {column: Net, sign: {column: DC, plus: [D], minus: [C]}}
amount: {plus: Debit, minus: Credit}
```

If the feed says it and a return is still positive, correct the row.
""",
)
SIGN_TWICE = Code(
    "RNG723",
    "sign-twice",
    """The feed says that the sign of a number is written elsewhere (`sign`, or `plus` with `minus`), but the number has
a minus of its own, or both columns have a number other than zero.

Two signs could cancel each other or mean the same.

**Cure.** Write the numbers of the column without a minus. If the file has a minus where one is meant, remove `sign`
from the feed.
""",
)
SIGN_UNKNOWN = Code(
    "RNG724",
    "sign-unknown",
    """The feed does not say whether this number is added or subtracted: the text of the column is neither in `plus` nor
in `minus`, or the feed says `sign: entry`, and the row is an adjustment.

**Cure.** List all texts of the column. For an adjustment, name the column that says whether it adds or subtracts; this
may be the one that `entry` is made from.

```yaml
entry: {column: Type, map: {INV: sale, CRN: return, CANCELLED: adjustment}}
amount: {column: Net, sign: {column: Type, plus: [INV, CANCELLED], minus: [CRN]}}
```
""",
)
SALE_RETURNS = Code(
    "RNG725",
    "sale-that-returns",
    """A row is a sale, and names in `returns_id` a sale that it returns. It cannot be both.

**Cure.** Set `entry` to `return`. If the column holds something else for sales, such as an order number, fill
`returns_id` from a column that only returns have.
""",
)
MARK_OPEN = Code(
    "RNG726",
    "decimal-mark-open",
    """A number such as `25.000` may be 25 or 25,000, and neither the feed nor the column says which.

A point before exactly three digits stands between thousands in some countries and before decimals in others. If
another number of the column settles it, as `12.50` does, nothing is asked. `25,000` is always an error (RNG701) until
the feed states its marks.

**Cure.** If `25.000` means 25, write `decimal: "."`. If it means 25,000, write `decimal: ","` and `thousands: "."`.

```yaml
sources:
  lines: {file: Umsatz.csv, decimal: ",", thousands: "."}
```
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
    POSITIVE_RETURN,
    SIGN_TWICE,
    SIGN_UNKNOWN,
    SALE_RETURNS,
    MARK_OPEN,
)
