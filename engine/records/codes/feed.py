"""Findings about a feed mapping and the files it names (600-649)."""

from engine.language.diagnostic import Code, Severity

UNKNOWN_TABLE = Code(
    "RNG600",
    "feed-unknown-table",
    """The feed fills a record table that the program does not have.

Its rows would go nowhere. Correct the name, or declare the table in the program's `records`.

```yaml
tables:
  sales: {from: lines, fields: {sale_id: Invoice, amount: Net}}
```
""",
)
UNKNOWN_FIELD = Code(
    "RNG601",
    "feed-unknown-field",
    """The feed fills a field that the record table does not have.

Correct the name, or declare the field in the program's `records`. Columns nobody needs are left out of the feed.

```yaml
records:
  extends: standard
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise]}
```
""",
)
UNKNOWN_SOURCE = Code(
    "RNG602",
    "feed-unknown-source",
    """A table or a look-up reads a source that the feed does not declare under `sources`.

```yaml
sources:
  lines: {file: Sales.csv}
tables:
  sales: {from: lines, fields: {sale_id: Invoice}}
```
""",
)
FIELD_NOT_MAPPED = Code(
    "RNG603",
    "feed-field-not-mapped",
    """A field that every record of the table must have gets no value from the feed.

Map it to a column, join it from several, or give all rows one constant.

```yaml
fields:
  sale_id: {join: [Order, Line], with: "-"}
  entry: {constant: sale}
```
""",
)
UNKNOWN_COLUMN = Code(
    "RNG604",
    "feed-unknown-column",
    """The feed names a column that the source file does not have.

Names are compared exactly, with their case and blanks. Correct the feed, or ask for the complete file.
""",
)
PATH_OUTSIDE = Code(
    "RNG605",
    "feed-path-outside",
    """A file of the feed lies outside the folder of its files, or is named by a pattern or an address.

A feed that comes from elsewhere must not read anything else of your machine. File names are relative to the folder
of the feed (or to `--files FOLDER`), written with `/`, without `..`, wildcards and links that lead outside.

```yaml
sources:
  lines: {file: exports/Sales.csv}
```
""",
)
FILE_MISSING = Code(
    "RNG606",
    "feed-file-missing",
    """A file of the feed is not there, is not a regular file, or cannot be read.

File names are relative to the folder of the feed. Where the files lie elsewhere, say `--files FOLDER`.
""",
)
UNKNOWN_FORMAT = Code(
    "RNG607",
    "feed-unknown-format",
    """The ending of the file does not tell its format, and the feed does not say it.

Known endings: .csv, .txt and .tsv (CSV), .xlsx, .jsonl and .ndjson, .parquet.

```yaml
sources:
  lines: {file: SALES.DAT, format: csv, delimiter: ";"}
```
""",
)
FOREIGN_KEY = Code(
    "RNG608",
    "feed-key-of-another-format",
    """A key of the source has no meaning for files of its format: a `delimiter` for a workbook, a `sheet` for a CSV.

Remove it, or correct `format`.
""",
)
PERSONAL_DROPPED = Code(
    "RNG609",
    "feed-personal-field",
    """The field is personal (`personal: true`): it is left out, and never enters a snapshot.

Decisions need no names. What is not stored need not be erased, and every decision stays replayable. Remove the line
from the feed, or leave it: it does nothing.
""",
    Severity.NOTE,
)
UNUSED_SOURCE = Code(
    "RNG610",
    "feed-unused-source",
    """No table and no look-up reads this source. Perhaps a table was forgotten; otherwise remove the source.""",
    Severity.WARNING,
)
DATE_FORMAT = Code(
    "RNG611",
    "feed-date-format",
    """A `date_format` has `%Y`, `%m` and `%d` once each, and other characters between them as they are.

No other directive is known: names of months differ by language, and years of two digits by century.

```yaml
sources:
  lines: {file: Sales.csv, date_format: "%d/%m/%Y"}
```
""",
)
FEED_CURRENCY = Code(
    "RNG612",
    "feed-currency",
    """The feed's amounts are in another currency than the program's records.

Nothing is converted at import. Use a program in the currency of the files; or declare the amounts with
`currency: row` and a field `currency`, and map that field: `currency: {constant: EUR}`, or its column.
""",
)
BAD_CONSTANT = Code(
    "RNG613",
    "feed-bad-value",
    """A constant, or a value of a `map`, cannot be a value of the field it fills.

```yaml
fields:
  entry: {constant: sale}        # one of sale, return, adjustment
  type: {column: BusinessType, map: {Ware House: warehouse}}
```
""",
)
FIELD_FORM = Code(
    "RNG614",
    "feed-field-form",
    """A field takes its value from one place: a `column`, a `join` of columns, or a `constant`.

`look_up` and `map` change a value that comes from a column or a join; `with` belongs to `join`; `currency` to money.

```yaml
fields:
  closed_on: InvoiceDate                                # short for {column: InvoiceDate}
  sale_id: {join: [Order, Line], with: "-"}
  entry: {constant: sale}
```
""",
)
PARTNERS_MISSING = Code(
    "RNG615",
    "feed-partners-missing",
    """The feed fills no `partners`. Every other record belongs to one, so a snapshot cannot be without them.

```yaml
tables:
  partners: {from: resellers, fields: {partner_id: ResellerKey}}
```
""",
)
REFERENCE_UNCHECKED = Code(
    "RNG616",
    "feed-reference-unchecked",
    """A field refers to a table that the feed does not fill, so nobody can tell whether what it names exists.

Fill the table, and wrong references are found at import.
""",
    Severity.NOTE,
)
FILE_CHANGED = Code(
    "RNG617",
    "feed-file-changed",
    """A source file changed while it was being read.

Half of one export and half of the next would make records that never existed. Import again when the file is complete.
""",
)
AMBIGUOUS_FORMAT = Code(
    "RNG618",
    "feed-number-format",
    """The decimal mark and the mark between thousands are the same, or one of them could be part of a number.

```yaml
sources:
  lines: {file: Umsatz.csv, delimiter: ";", decimal: ",", thousands: "."}
```
""",
)
TABLE_LATER = Code(
    "RNG619",
    "feed-table-later",
    """A standard table of the language that this version does not read yet.

It is refused rather than ignored: a program that counts on these records would decide without them.
""",
)
NOT_A_FEED = Code(
    "RNG620",
    "not-a-feed",
    """A program stands where a feed belongs.

The program says what is decided; the feed says which columns of which files become its records, and names the program
under `records`.

```
rung import acme/feed.yaml
```
""",
)
CODES = (
    UNKNOWN_TABLE,
    UNKNOWN_FIELD,
    UNKNOWN_SOURCE,
    FIELD_NOT_MAPPED,
    UNKNOWN_COLUMN,
    PATH_OUTSIDE,
    FILE_MISSING,
    UNKNOWN_FORMAT,
    FOREIGN_KEY,
    PERSONAL_DROPPED,
    UNUSED_SOURCE,
    DATE_FORMAT,
    FEED_CURRENCY,
    BAD_CONSTANT,
    FIELD_FORM,
    PARTNERS_MISSING,
    REFERENCE_UNCHECKED,
    FILE_CHANGED,
    AMBIGUOUS_FORMAT,
    TABLE_LATER,
    NOT_A_FEED,
)
