"""Findings about a feed mapping and the files it names (600-649)."""

from engine.language.diagnostic import Code, Severity

UNKNOWN_TABLE = Code(
    "RNG600",
    "feed-unknown-table",
    """The feed fills a record table that the program does not have.

Its rows could not be used.

**Cure.** Correct the name, or declare the table in the program's `records`.

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

**Cure.** Correct the name, or declare the field in the program's `records`. Leave columns that no rule needs out of
the feed.

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

**Cure.** Correct the name, or declare the source.

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
    """The feed has no value for a required field.

**Cure.** Map the field to a column, join it from several columns, or give all rows the same constant.

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

Names must match exactly, including capital letters and spaces.

**Cure.** Correct the feed, or get the complete file. If lines stand above the header, write under
the source how many, with `skip`.
""",
)
PATH_OUTSIDE = Code(
    "RNG605",
    "feed-path-outside",
    """A file of the feed is outside the feed's folder, or its name contains wildcards or is a URL.

A feed from somebody else must not read other files on your machine. File names are relative to the folder of
the feed (or to `--files FOLDER`). They use `/`, and contain no `..`, no wildcards and no links that lead
outside.

**Cure.** Move the file into the folder of the feed, or name its folder with `--files FOLDER`.

```yaml
sources:
  lines: {file: exports/Sales.csv}
```
""",
)
FILE_MISSING = Code(
    "RNG606",
    "feed-file-missing",
    """A file of the feed does not exist, is not a regular file, or cannot be read.

File names are relative to the folder of the feed.

**Cure.** If the files are in another folder, use `--files FOLDER`.
""",
)
UNKNOWN_FORMAT = Code(
    "RNG607",
    "feed-unknown-format",
    """The format of the file is unknown: its ending is not known, and the feed has no `format`.

Known endings: .csv, .txt and .tsv (CSV), .xlsx, .json, .jsonl and .ndjson (JSON Lines), .parquet.

**Cure.** Add `format`, if the file is in one of these formats under another name. Save other workbooks (.xlsm, .xls,
.ods) as .xlsx, unpack archives (.zip, .gz), and read databases with a query.

```yaml
sources:
  lines: {file: SALES.DAT, format: csv, delimiter: ";"}
```
""",
)
FOREIGN_KEY = Code(
    "RNG608",
    "feed-key-of-another-format",
    """A key of the source has no meaning for its file format: a `delimiter` for a workbook, a `sheet` for a CSV file.

**Cure.** Remove it, or correct `format`.
""",
)
PERSONAL_DROPPED = Code(
    "RNG609",
    "feed-personal-field",
    """The field is personal (`personal: true`), so it is left out and never stored in a snapshot.

Decisions need no names. Data that is not stored need not be erased, and every decision can still be replayed.

**Cure.** You can remove the line from the feed, or leave it; it has no effect.
""",
    Severity.NOTE,
)
UNUSED_SOURCE = Code(
    "RNG610",
    "feed-unused-source",
    """No table and no look-up reads this source. Perhaps a table was forgotten.

**Cure.** Add the table, or remove the source.
""",
    Severity.WARNING,
)
DATE_FORMAT = Code(
    "RNG611",
    "feed-date-format",
    """A `date_format` needs a year, a month and a day, once each. Other characters between them are read as they are.

| written | meaning |
|---|---|
| `%Y`, `%m`, `%d` | year, month and day as numbers |
| `%y` | a year of two digits; `first_year: 1990` makes `90` to `99` and `00` to `89` the years from 1990 to 2089 |
| `%b` | a month by name: `January` or `Jan`, or one of twelve `months` that the source lists |
| `excel`, `excel 1904` | days as spreadsheets count them |
| `epoch seconds`, `epoch milliseconds` | times of computers, with the `zone` in which days count |

A time beside the day needs no directive: state the `zone` in which days count, and the time is cut off. `first_year`,
`months`, `zone` and `written_in` are refused where they have no effect.

**Cure.** Write one such format, and change other days in the source.

```yaml
sources:
  lines: {file: Sales.csv, date_format: "%d/%m/%Y"}
  visits: {file: Visits.csv, date_format: "%d-%b-%y", first_year: 1990, zone: Europe/Berlin}
```
""",
)
FEED_CURRENCY = Code(
    "RNG612",
    "feed-currency",
    """The feed's amounts are in another currency than the program's records.

Nothing is converted at import.

**Cure.** If the amounts are in the program's currency, correct `currency` or `currency_marks` in the feed. If not, use
a program in the currency of the files; or declare the amounts with `currency: row` and a field `currency`, and map that
field: `currency: {constant: EUR}`, or its column.
""",
)
BAD_CONSTANT = Code(
    "RNG613",
    "feed-bad-value",
    """A constant, or a value of a `map`, is not a valid value for its field.

**Cure.** Write one of the field's values.

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
    """A field takes its value from exactly one source: a `column`, a `join` of columns, a `constant`, a calculation
(`calculate`, with its columns under `of`), or two columns `plus` and `minus`.

`look_up` and `map` change a value from a column or a join. `with` belongs to `join`, and `currency` to money.
`numbered` makes every row a record of its own, so it cannot stand beside `repeated: once`.

**Cure.** Keep one of them, and remove the keys that do not belong to it.

```yaml
fields:
  closed_on: InvoiceDate                                # short for {column: InvoiceDate}
  sale_id: {join: [Order, Line], with: "-"}
  entry: {constant: sale}
  amount: {calculate: price * quantity, of: {price: Unit Price, quantity: Qty}, round: half_up}
```
""",
)
PARTNERS_MISSING = Code(
    "RNG615",
    "feed-partners-missing",
    """The feed does not fill `partners`. Every other record belongs to a partner, so a snapshot needs them.

**Cure.** Add `partners` to `tables`.

```yaml
tables:
  partners: {from: resellers, fields: {partner_id: ResellerKey}}
```
""",
)
REFERENCE_UNCHECKED = Code(
    "RNG616",
    "feed-reference-unchecked",
    """A field refers to a table that the feed does not fill, so the references cannot be checked.

If the feed fills the table, the import reports wrong references.

**Cure.** Add the table to the feed, or make sure that the references are correct.
""",
    Severity.NOTE,
)
FILE_CHANGED = Code(
    "RNG617",
    "feed-file-changed",
    """A source file changed while it was being read.

Half of one export and half of the next would give records that never existed.

**Cure.** Import again when the file is complete.
""",
)
AMBIGUOUS_FORMAT = Code(
    "RNG618",
    "feed-number-format",
    """The decimal mark and the thousands separator are the same, or one of them could be part of a number.

**Cure.** Write two different marks, neither of them a digit or a minus.

```yaml
sources:
  lines: {file: Umsatz.csv, delimiter: ";", decimal: ",", thousands: "."}
```
""",
)
TABLE_LATER = Code(
    "RNG619",
    "feed-table-later",
    """This standard table is part of the language, but this version of rung does not read it yet.

It is refused rather than ignored, because a program that needs these records would decide without them.

**Cure.** Remove the table from the feed, and decide nothing that needs its records.
""",
)
NOT_A_FEED = Code(
    "RNG620",
    "not-a-feed",
    """A program is given where a feed is expected.

A program contains the rules. A feed says which columns of which files become records, and names the program
under `records`.

**Cure.** Name the feed.

```
rung import acme/feed.yaml
```
""",
)
SIGN_OPEN = Code(
    "RNG621",
    "sign-open",
    """The feed says for one number of `sales` that its sign is written elsewhere, and says nothing for another one.

In such a file other numbers are mostly without a sign too. An amount that a return takes back would then be added
instead of subtracted. A price or a rate is the same in a sale and in its return, and needs no sign.

**Cure.** Say it for each number.

```yaml
amount: {column: Net, sign: entry}
list_amount: {column: List, sign: entry}       # a return takes it back
unit_price: {column: Price, sign: written}     # a return repeats it
```
""",
)
COMPLETE_LATER = Code(
    "RNG622",
    "complete-later",
    """The feed says that its files have every record through a day that is still to come.

Nobody can know that. With such a day, `rung evaluate --complete` would accept an old export later, when records are
missing. Tomorrow is accepted, because it may be tomorrow where the files were written.

**Cure.** Write the last day of which the files have every record, or leave the key out.

```yaml
complete_through: 2026-06-30
```
""",
)
ROWS_LEFT_OUT = Code(
    "RNG623",
    "rows-left-out",
    """Rows of a source were left out: by `where`, lines above and below the table by `skip` and `stop_at`, a line like
`sep=;` that says the delimiter, or rows without any value at the end of the file.

The note says how many they are, and what they have in the columns that decide it.

**Cure.** Nothing, if these rows are no records. Otherwise correct the conditions.

```yaml
sources:
  deals: {file: pipeline.csv, where: {Stage: [Won, Closed], Account: {not: ""}}}
```
""",
    Severity.NOTE,
)
CELLS_FILLED = Code(
    "RNG630",
    "cells-filled-down",
    """Cells without a value have the value of the row above, because the feed lists their columns under `fill_down`.

Reports write the name of a group once: in its first row, or in a row of its own. The note says how many cells were
filled. Cells above the first value stay without one.

**Cure.** Nothing, if these cells repeat what stands above them. Otherwise remove the column from `fill_down`.

```yaml
sources:
  lines: {file: report.csv, fill_down: [Customer], where: {Date: {not: ""}}}
```
""",
    Severity.NOTE,
)
WHERE_NEVER_MET = Code(
    "RNG624",
    "where-never-met",
    """A condition of `where` names a text that no row of the file has.

Texts must match exactly, including capital letters and spaces. In this file the condition has no effect, or leaves
out all rows.

**Cure.** Correct the text. If the file of another month may have it, leave it.
""",
    Severity.WARNING,
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
    SIGN_OPEN,
    COMPLETE_LATER,
    ROWS_LEFT_OUT,
    WHERE_NEVER_MET,
    CELLS_FILLED,
)
