"""Findings about rows beside each other, and about snapshots (730-779)."""

from engine.language.diagnostic import Code, Severity

DUPLICATE_KEY = Code(
    "RNG730",
    "key-twice",
    """Two rows have the same key but different values, so one of them is wrong.

Only the source can tell which one.

**Cure.** Correct it, or add more columns to the key.

```yaml
sale_id: {join: [Order, Line], with: "-"}
```
""",
)
REPEATED_ROWS = Code(
    "RNG731",
    "repeated-rows",
    """Some rows are equal in all fields, and count once. They say the same of one thing (a partner, a product, a
period), or the feed says `repeated: once`.

**Cure.** Nothing has to be done.
""",
    Severity.NOTE,
)
UNKNOWN_REFERENCE = Code(
    "RNG732",
    "unknown-reference",
    """The row refers to a record of another table that does not exist.

Such a row is never accepted: a sale without its partner would be missing from every total.

**Cure.** Complete the other file. If only blanks around the value are wrong, write `trim: true` under its source.
""",
)
PERIODS_OVERLAP = Code(
    "RNG733",
    "periods-overlap",
    """Two periods of the same record overlap, so on some days two values would apply.

**Cure.** End the first period on the day the second starts: `before` is not included.
""",
)
PARENT_CYCLE = Code(
    "RNG734",
    "parent-cycle",
    """A partner is its own ancestor, so totals with children would never end.

**Cure.** Correct the parent of one of these partners in the source.
""",
)
PARENTS_TOO_DEEP = Code(
    "RNG735",
    "parents-too-deep",
    """A partner has more than 16 parents above it. Such a deep company hierarchy is most likely a mistake.

**Cure.** Correct the parents in the source.
""",
)
NO_ROWS = Code(
    "RNG736",
    "table-without-rows",
    """The source of a table has no rows.

**Cure.** If this is intended, write `empty` instead of the mapping.

```yaml
tables:
  surveys: empty
```
""",
    Severity.WARNING,
)
MORE_FINDINGS = Code(
    "RNG737",
    "more-row-findings",
    """A table has more kinds of errors than are listed.

Rows with the same error are one kind.

**Cure.** Correct the listed ones first: often one key of the feed fixes many of them.
""",
)
SET_ASIDE = Code(
    "RNG738",
    "rows-set-aside",
    """Wrong rows, and rows that refer to them, were set aside (`--quarantine`) and are not in the snapshot.

They are listed in `quarantine.csv` beside the record of the import, with file, line and reason. Without these rows, a
tier or a rebate of their partner could come out too low. So what is decided from their table stays undecided for that
partner. Rows without a known partner are in no decision; every run counts them.

**Cure.** Correct these rows in the source and import again.
""",
    Severity.WARNING,
)
EMPTY_CELLS = Code(
    "RNG739",
    "unpivot-empty-cells",
    """Empty cells of the wide columns were skipped: a month without a target is not a target of zero.

**Cure.** If an empty cell should be a record, write its value in the source.
""",
    Severity.NOTE,
)
CONTROL_TOTAL = Code(
    "RNG740",
    "control-total",
    """The records do not add up to the totals in the control file (`--control FILE`).

If an export was cut off between two rows, the file still looks complete, and missing sales mean missing
payments.

**Cure.** Request the file again, and compare the number of rows first.

```yaml
rung: 1
control: CRM export of 2026-02-01
tables:
  sales: {rows: 57_851, sums: {amount: 77_548_570.20, quantity: 204_114}}
```
""",
)
TOTAL_TOO_LARGE = Code(
    "RNG750",
    "total-too-large",
    """A table is too large for exact sums: it has more than a billion rows, or the numbers of a column add up to more
than 17 digits.

In cents, 18 digits are a million billion dollars. Most likely a column of ids was mapped to a number, or an
amount has the wrong unit.

**Cure.** Correct the mapping of the column or its unit.
""",
)
RETURN_OF_RETURN = Code(
    "RNG751",
    "return-of-a-return",
    """`returns_id` names a record that is no sale: another return, or an adjustment.

A return must name the sale it belongs to.

**Cure.** If the row cancels a return, delete both rows: the sale then counts in full. Or make it an `adjustment` with
an empty `returns_id`. It then counts on its own day, so the earlier quarter stays reduced. If the numbers have no sign,
a column must say the sign of an adjustment.

```yaml
entry: {column: Type, map: {INV: sale, CRN: return, CANCELLED: adjustment}}
amount: {column: Net, sign: {column: Type, plus: [INV, CANCELLED], minus: [CRN]}}
```

If the row returns a sale, name that sale.
""",
)
OTHER_PARTNERS_RECORD = Code(
    "RNG752",
    "record-of-another-partner",
    """The row names a record of another partner, but must name one of its own partner: a return takes back a sale of
the same partner.

A partner's earnings are decided from its own records. Otherwise the sale would be paid in full, and the return
would count for nobody.

**Cure.** Correct the partner or the number of the sale. If a sale moved to another partner, record a return for the
first partner and a new sale for the other.
""",
)
RETURN_CURRENCY = Code(
    "RNG753",
    "return-in-another-currency",
    """A return is in another currency than the sale it belongs to.

A return reduces its sale, in the currency of the sale, before anything is converted.

**Cure.** Write the credited amount in the currency of the sale. Do not record a difference between two exchange
rates as a return.
""",
)
RETURN_BEFORE_SALE = Code(
    "RNG754",
    "return-before-its-sale",
    """A return was made before the sale that it returns. On the same day is fine.

One of the two days is wrong, or the return belongs to another sale.

**Cure.** Correct the day, or the number of the sale.
""",
)
RETURN_OF_MORE = Code(
    "RNG755",
    "return-of-more",
    """The returns of a sale take back more than was sold: their amounts or quantities add up to more than those of the
sale. Adjustments that name the sale count among them.

The sale would be left with a negative amount. Mostly a return was exported twice, or names the wrong sale.

**Cure.** Correct the row. If more was credited than sold (a fee, freight), record what is beyond the sale as an
`adjustment` without `returns_id`.
""",
)
EQUAL_ROWS = Code(
    "RNG756",
    "equal-rows",
    """Two rows are equal in all fields that the feed reads. They may be one record that was exported twice, or two
records, such as two lines of one order, whose difference is in a column that the feed does not read.

Counted once, the second sale would be lost; counted twice, a copy would be paid.

**Cure.** If they are two records, make the key say so: add the column that tells them apart, or number the rows. If
one is a copy, say that equal rows are one.

```yaml
tables:
  sales:
    from: lines
    repeated: once                                  # equal rows are one record
    fields:
      sale_id: {join: [Order, Line], with: "-"}     # or: a key that tells the rows apart
      # sale_id: {column: Order, numbered: true}    # or: A-1, A-2 for the rows of order A, as they stand in the file
```
""",
)
NAME_NOT_DECLARED = Code(
    "RNG760",
    "name-not-declared",
    """Rows name a certification, a tier, a designation or a value of its choice that the program does not declare. They
count for nothing.

Names are compared letter by letter: `NetworkPro` is not `network_pro`. Another program may read these rows, so this is
a warning. But if the files only write a name in another way, partners seem to have no such certification.

**Cure.** Translate the name in the feed, or declare it in the program.
A tier of earlier years that no longer exists needs nothing.

```yaml
certification: {column: Certificate, map: {NetworkPro: network_pro}, unmapped: keep}
```
""",
    Severity.WARNING,
)
IDS_COLLIDE = Code(
    "RNG757",
    "ids-collide",
    """Two texts of the files become the same id, because the feed replaces a part of them.

They may be two partners or two sales, and one would get what belongs to the other. A part that is replaced by nothing
(`""`) is no difference: with `{" ": ""}`, `A B` and `AB` are the same id, and that is not reported.

**Cure.** Replace it by something else. If both texts mean the same, translate one of them with a `map`.

```yaml
ids: {replace: {" ": "_", "/": "."}}
```
""",
)
DAMAGED = Code(
    "RNG770",
    "snapshot-damaged",
    """A table of the snapshot is not what its id and its manifest say: its file, its columns, its rows or its totals.
Or the manifest is not as rung wrote it.

**Cure.** Do not decide anything from it. Move the folder away and import again: the same records give the same id.
""",
)
NOT_IN_SNAPSHOT = Code(
    "RNG771",
    "snapshot-lacks-records",
    """The program reads records that are not in the snapshot, or have another type there.

The snapshot was imported for another version of the program.

**Cure.** Import the feed again with this version.
""",
)
NEWER_FORMAT = Code(
    "RNG772",
    "snapshot-format",
    """The snapshot was written by another version of rung, in a format that this version cannot read.

**Cure.** Import the records again with this version, or use a newer one.
""",
)

RETURN_ALONE = Code(
    "RNG761",
    "return-alone",
    """Returns name a sale that is in no file, and count by themselves on their own day, because the feed says so
(`not_found: alone`).

They take back from what their own period adds up to. A limit that was reached with the sale is not known to them.

**Cure.** Nothing has to be done if these sales are older than the files. If an id is misspelt, correct the row.

```yaml
returns_id: {column: Credits, not_found: alone}
```
""",
    Severity.NOTE,
)

CODES = (
    DUPLICATE_KEY,
    REPEATED_ROWS,
    UNKNOWN_REFERENCE,
    PERIODS_OVERLAP,
    PARENT_CYCLE,
    PARENTS_TOO_DEEP,
    NO_ROWS,
    MORE_FINDINGS,
    SET_ASIDE,
    EMPTY_CELLS,
    CONTROL_TOTAL,
    TOTAL_TOO_LARGE,
    RETURN_OF_RETURN,
    OTHER_PARTNERS_RECORD,
    RETURN_CURRENCY,
    RETURN_BEFORE_SALE,
    RETURN_OF_MORE,
    EQUAL_ROWS,
    IDS_COLLIDE,
    NAME_NOT_DECLARED,
    RETURN_ALONE,
    DAMAGED,
    NOT_IN_SNAPSHOT,
    NEWER_FORMAT,
)
