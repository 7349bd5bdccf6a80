"""Findings about rows beside each other, and about snapshots (730-779)."""

from engine.language.diagnostic import Code, Severity

DUPLICATE_KEY = Code(
    "RNG730",
    "key-twice",
    """Two rows have the same key and different values, so one of them is wrong.

Which one, only the source knows. Correct it, or take more columns into the key.

```yaml
sale_id: {join: [Order, Line], with: "-"}
```
""",
)
REPEATED_ROWS = Code(
    "RNG731",
    "repeated-rows",
    """Rows are repeated with the same values in all fields. Each counts once.""",
    Severity.NOTE,
)
UNKNOWN_REFERENCE = Code(
    "RNG732",
    "unknown-reference",
    """The row names a record of another table that does not exist.

It is never joined to nothing: a sale without its partner would vanish from every total. Complete the other file.
""",
)
PERIODS_OVERLAP = Code(
    "RNG733",
    "periods-overlap",
    """Two periods of the same record overlap, so on some days two things would hold at once.

End the first on the day the second starts: `before` is excluded.
""",
)
PARENT_CYCLE = Code(
    "RNG734",
    "parent-cycle",
    """A partner is its own parent, directly or through others. Totals with children would never end.""",
)
PARENTS_TOO_DEEP = Code(
    "RNG735",
    "parents-too-deep",
    """A partner has more than 16 parents above it. A company tree of that depth is most likely a mistake.""",
)
NO_ROWS = Code(
    "RNG736",
    "table-without-rows",
    """The source of a table has no rows. If that is meant, write `empty` in place of the mapping.

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
    """More kinds of faults were found in a table than are listed.

Rows with the same fault are one kind. Correct the ones shown first: often one key of the feed cures many of them.
""",
)
SET_ASIDE = Code(
    "RNG738",
    "rows-set-aside",
    """Rows with faults, and rows that refer to them, were set aside (`--quarantine`) and are not in the snapshot.

They stand in `quarantine.csv` beside the import's record, with file, line and reason. What is decided from this
snapshot is decided without them.
""",
    Severity.WARNING,
)
EMPTY_CELLS = Code(
    "RNG739",
    "unpivot-empty-cells",
    """Cells of the wide columns that mean missing made no row: a month without a target is no target of zero.

If an empty cell should be a record, write its value into the source.
""",
    Severity.NOTE,
)
CONTROL_TOTAL = Code(
    "RNG740",
    "control-total",
    """The records do not add up to the totals that came with them (`--control FILE`).

An export that was cut off between two rows looks whole; sales that are missing are incentives that are not paid. Ask
for the file again, and compare the number of rows first.

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
    """A table is larger than sums of it can be held exactly: a billion rows, or a column of numbers whose sizes add up
to 18 digits.

That is a thousand million million dollars in cents. Most likely a column of ids was mapped to a number, or an amount
is in another unit.
""",
)
RETURN_OF_RETURN = Code(
    "RNG751",
    "return-of-a-return",
    """`returns_id` names a record that is itself a return, so it is open what is returned.

A return names the sale it belongs to. A return that was cancelled is an `adjustment` without `returns_id`.
""",
)
OTHER_PARTNERS_RECORD = Code(
    "RNG752",
    "record-of-another-partner",
    """The row names a record of another partner where only one of its own can be meant: a return takes back what the
same partner sold.

What a partner earns is decided from its own records, so the sale would be paid in full and the return be counted for
nobody. Correct the partner or the number of the sale. A sale that moved to another partner is returned by the partner
that sold it and sold again by the other.
""",
)
RETURN_CURRENCY = Code(
    "RNG753",
    "return-in-another-currency",
    """A return is in another currency than the sale it belongs to.

A return lowers what its sale comes to, in the currency of the sale, before anything is converted. Write the amount that
was credited of the sale, in its currency; a difference of rates is no return.
""",
)
DAMAGED = Code(
    "RNG770",
    "snapshot-damaged",
    """A file of the snapshot is not what its manifest says, or the manifest is not what its id says.

Nothing may be decided from it. Move the folder away and import again: the same records give the same id.
""",
)
NOT_IN_SNAPSHOT = Code(
    "RNG771",
    "snapshot-lacks-records",
    """The program reads records that the snapshot does not have, or has in another form.

It was made for another version of the program. Import the feed again with this one.
""",
)
NEWER_FORMAT = Code(
    "RNG772",
    "snapshot-format",
    """The snapshot was written by another version of rung, in a form that this one does not read.""",
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
