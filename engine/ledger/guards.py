"""Guards: what the database itself refuses, whoever asks. Made for all tables alike, by one function that creation and
migrations call.

They prevent accidents and plain SQL. Whoever owns the file can take them away: `rung doctor` compares what is stored
with what is expected here.
"""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

ENDED = ("posting", "item", "clearing", "payment")
"""Tables whose rows belong to a journal, and are refused after its seal."""

BALANCED = """
SELECT RAISE(ABORT, 'journal not balanced') WHERE EXISTS (
  SELECT 1 FROM posting WHERE journal = NEW.journal GROUP BY currency HAVING sum(minor) <> 0)"""
COUNTED = """
SELECT RAISE(ABORT, 'seal counts wrong')
WHERE NEW.lines <> (SELECT count(*) FROM posting WHERE journal = NEW.journal)
   OR NEW.items <> (SELECT count(*) FROM item WHERE journal = NEW.journal)
                 + (SELECT count(*) FROM clearing WHERE journal = NEW.journal)"""
TIED = """
SELECT RAISE(ABORT, 'items differ from accrued') WHERE EXISTS (
  SELECT 1 FROM (
    SELECT currency, minor FROM item WHERE journal = NEW.journal
    UNION ALL
    SELECT item.currency, -item.minor FROM clearing JOIN item ON item.id = clearing.item
    WHERE clearing.journal = NEW.journal
    UNION ALL
    SELECT currency, minor FROM posting WHERE journal = NEW.journal AND account = 'accrued')
  GROUP BY currency HAVING sum(minor) <> 0)"""
FOLLOWS = """
SELECT RAISE(ABORT, 'version does not follow') WHERE NEW.version <> 1 + coalesce(
    (SELECT max(version) FROM item WHERE earning = NEW.earning), 0)
  OR NEW.total <> iif(NEW.origin IS NULL, NEW.minor, 0) + coalesce(
    (SELECT total FROM item WHERE earning = NEW.earning AND version = NEW.version - 1), 0)"""
"""An item with an origin is what is left, or what came back, of another one, whose amount is in the total already."""

WHOSE = """
SELECT RAISE(ABORT, 'the item is not of its earning') WHERE NOT EXISTS (
  SELECT 1 FROM earning WHERE id = NEW.earning AND role = NEW.role AND earner = NEW.party AND currency = NEW.currency)
OR (NEW.origin IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM item WHERE id = NEW.origin AND earning = NEW.earning AND minor < NEW.minor AND NEW.minor < 0))"""
"""What is left of a debt is less of a debt, of the same earning."""

PAID = """
SELECT RAISE(ABORT, 'payment differs from its items') WHERE EXISTS (
  SELECT 1 FROM payment WHERE journal = NEW.journal AND (minor <> (
    SELECT coalesce(sum(item.minor - coalesce(
        (SELECT rest.minor FROM item AS rest WHERE rest.origin = item.id AND rest.journal = NEW.journal), 0)), 0)
    FROM clearing JOIN item ON item.id = clearing.item WHERE clearing.payment = payment.id)
  OR EXISTS (SELECT 1 FROM clearing JOIN item ON item.id = clearing.item
    WHERE clearing.payment = payment.id AND item.currency <> payment.currency)))"""


def guards_of(table: Table) -> dict[str, str]:
    """The triggers of a table on SQLite, by name: each a statement."""
    name = table.name
    keys = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
    keys.sort(key=lambda each: str(each.name or ""))
    same = " OR ".join(f"({' AND '.join(f'{each.name} = NEW.{each.name}' for each in key.columns)})" for key in keys)
    guards = {
        f"{name}_keeps": f"BEFORE UPDATE ON {name} BEGIN SELECT RAISE(ABORT, 'rows of {name} are never changed'); END",
        f"{name}_stays": f"BEFORE DELETE ON {name} BEGIN SELECT RAISE(ABORT, 'rows of {name} are never deleted'); END",
        # INSERT OR REPLACE deletes without asking a trigger, unless `recursive_triggers` is on
        f"{name}_once": f"BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM {name} WHERE {same} LIMIT 1)"
        f" BEGIN SELECT RAISE(ABORT, 'this row of {name} is there already'); END",
    }
    if name in ENDED:
        guards[f"{name}_sealed"] = (
            f"BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM seal WHERE journal = NEW.journal)"
            f" BEGIN SELECT RAISE(ABORT, 'the journal is sealed'); END"
        )
    if name == "seal":
        checks = (BALANCED, COUNTED, TIED, PAID)
        guards["seal_holds"] = f"BEFORE INSERT ON seal BEGIN {'; '.join(checks)}; END"
    if name == "item":
        guards["item_follows"] = f"BEFORE INSERT ON item BEGIN {FOLLOWS}; {WHOSE}; END"
    return {name: f"CREATE TRIGGER {name} {text}" for name, text in guards.items()}
