"""Findings about rows beside each other, and about snapshots (730-779)."""

from engine.language.diagnostic import Code, Severity

DUPLICATE_KEY = Code(
    "RNG730",
    "key-twice",
    """Two rows have the same key but different values, so one of them is wrong.

Only the source can tell which one. Correct it, or add more columns to the key.

```yaml
sale_id: {join: [Order, Line], with: "-"}
```
""",
)
REPEATED_ROWS = Code(
    "RNG731",
    "repeated-rows",
    """Some rows are equal in all fields. Each of them counts once.
""",
    Severity.NOTE,
)
UNKNOWN_REFERENCE = Code(
    "RNG732",
    "unknown-reference",
    """The row refers to a record of another table that does not exist.

Such a row is never accepted: a sale without its partner would be missing from every total. Complete the other
file.
""",
)
PERIODS_OVERLAP = Code(
    "RNG733",
    "periods-overlap",
    """Two periods of the same record overlap, so on some days two values would apply.

End the first period on the day the second starts: `before` is not included.
""",
)
PARENT_CYCLE = Code(
    "RNG734",
    "parent-cycle",
    """A partner is its own ancestor, so totals with children would never end.
""",
)
PARENTS_TOO_DEEP = Code(
    "RNG735",
    "parents-too-deep",
    """A partner has more than 16 parents above it. Such a deep company hierarchy is most likely a mistake.
""",
)
NO_ROWS = Code(
    "RNG736",
    "table-without-rows",
    """The source of a table has no rows. If this is intended, write `empty` instead of the mapping.

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

Rows with the same error are one kind. Correct the listed ones first: often one key of the feed fixes many of
them.
""",
)
SET_ASIDE = Code(
    "RNG738",
    "rows-set-aside",
    """Wrong rows, and rows that refer to them, were set aside (`--quarantine`) and are not in the snapshot.

They are listed in `quarantine.csv` beside the record of the import, with file, line and reason. Decisions from
this snapshot do not include them.
""",
    Severity.WARNING,
)
EMPTY_CELLS = Code(
    "RNG739",
    "unpivot-empty-cells",
    """Empty cells of the wide columns were skipped: a month without a target is not a target of zero.

If an empty cell should be a record, write its value in the source.
""",
    Severity.NOTE,
)
CONTROL_TOTAL = Code(
    "RNG740",
    "control-total",
    """The records do not add up to the totals in the control file (`--control FILE`).

If an export was cut off between two rows, the file still looks complete, and missing sales mean missing
payments. Request the file again, and compare the number of rows first.

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
""",
)
RETURN_OF_RETURN = Code(
    "RNG751",
    "return-of-a-return",
    """`returns_id` names a record that is itself a return.

A return must name the sale it belongs to. If a return was cancelled, record this as an `adjustment` without
`returns_id`.
""",
)
OTHER_PARTNERS_RECORD = Code(
    "RNG752",
    "record-of-another-partner",
    """The row names a record of another partner, but must name one of its own partner: a return takes back a sale of
the same partner.

A partner's earnings are decided from its own records. Otherwise the sale would be paid in full, and the return
would count for nobody. Correct the partner or the number of the sale. If a sale moved to another partner,
record a return for the first partner and a new sale for the other.
""",
)
RETURN_CURRENCY = Code(
    "RNG753",
    "return-in-another-currency",
    """A return is in another currency than the sale it belongs to.

A return reduces its sale, in the currency of the sale, before anything is converted. Write the credited amount in the
currency of the sale. Do not record a difference between two exchange rates as a return.
""",
)
DAMAGED = Code(
    "RNG770",
    "snapshot-damaged",
    """A file of the snapshot differs from its manifest, or the manifest differs from the snapshot's id.

Do not decide anything from it. Move the folder away and import again: the same records give the same id.
""",
)
NOT_IN_SNAPSHOT = Code(
    "RNG771",
    "snapshot-lacks-records",
    """The program reads records that are not in the snapshot, or have another type there.

The snapshot was imported for another version of the program. Import the feed again with this version.
""",
)
NEWER_FORMAT = Code(
    "RNG772",
    "snapshot-format",
    """The snapshot was written by another version of rung, in a format that this version cannot read.
""",
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
    DAMAGED,
    NOT_IN_SNAPSHOT,
    NEWER_FORMAT,
)
