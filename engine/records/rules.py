"""Rules between rows: keys, references, periods, parents. Each is a query for the rows that break it.

Loaded tables are named by `loaded`; their rows have the fields, `_source` and `_line`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from engine.duck import quoted
from engine.language.diagnostic import Diagnostic
from engine.language.records import CURRENCY, ENTRY, REACH, RETURNS, TAKEN_BACK, Field, RecordSchema, RecordTable
from engine.records.codes import rows as row_codes
from engine.records.codes import tables as codes
from engine.records.convert import Problem, shown
from engine.records.feed import TableMapping
from engine.records.findings import Finding, row_span
from engine.records.projection import SOURCE
from engine.records.readers.layout import LINE
from engine.types import COUNT_DIGITS, TOTAL_DIGITS

MAX_PARENTS = 16  # above one partner; deeper trees are mistakes
PARENT = "parent_id"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one table. `query` gives the rows that break it:

    `_row` (of the loaded table), `_source`, `_line`, `_value`, `_other` (line of the row it breaks it with, or
    missing) and `_led`: whether this row is only the other half of a pair, set aside with it but not reported for
    itself. Our own names begin with `_`; no field name does.
    """

    table: str
    field: str
    query: str
    describe: Callable[[str], Problem]
    other_label: str = ""
    near: tuple[str, str] = ("", "")  # a relation and its key, in which the value was looked for
    only_if: str = ""  # a query that counts, quickly, what could break the rule; of nothing the rule is not asked

    def finding(self, row: tuple[object, ...]) -> Finding:
        """What is said about one row of the query."""
        _, source, line, value, other, _ = row
        text = value if isinstance(value, str) else ""
        return Finding(
            self.table,
            str(source),
            line if isinstance(line, int) else 0,
            self.field,
            self.describe(text),
            text,
            other if isinstance(other, int) else 0,
            self.other_label,
        )


def loaded(table: str) -> str:
    """The relation with the rows of a record table that have no fault of their own."""
    return quoted(f"loaded {table}")


def twins(table: RecordTable) -> str:
    """SQL: hashes of keys that several rows may have."""
    key = ", ".join(quoted(name) for name in table.key)
    return f"SELECT hash({key}) AS _twin FROM {loaded(table.name)} GROUP BY _twin HAVING count(*) > 1"


def counted(query: str) -> str:
    """SQL: the number of rows of a query."""
    return f"SELECT count(*) FROM ({query})"


def merge_repeated_rows(connection: duckdb.DuckDBPyConnection, table: RecordTable) -> int:
    """Remove rows that repeat an earlier one in all fields; their number."""
    key = ", ".join(quoted(name) for name in table.key)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE twins AS {twins(table)}")
    fields = ", ".join(quoted(field.name) for field in table.stored)
    place = f"row_number() OVER (PARTITION BY {fields} ORDER BY {LINE}, rowid)"
    twin_rows = f"FROM {loaded(table.name)} WHERE hash({key}) IN (SELECT _twin FROM twins)"
    some = f"SELECT rowid AS _row, {place} AS _place {twin_rows}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT _row FROM ({some}) WHERE _place > 1")
    connection.execute(f"DELETE FROM {loaded(table.name)} WHERE rowid IN (SELECT _row FROM repeated)")
    return count(connection, "SELECT count(*) FROM repeated")


def _alike(table: RecordTable, names: Iterable[str]) -> str:
    """SQL: rows that have the same values as another in these fields, which include the key; the first one leads."""
    key = ", ".join(quoted(name) for name in table.key)
    same = ", ".join(quoted(name) for name in names)
    value = " || ' ' || ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in table.key)
    rows = (
        f"SELECT rowid AS _row, {SOURCE}, {LINE}, {value} AS _value, first_value({LINE}) OVER _place AS _other,"
        f" row_number() OVER _place = 1 AS _led, count(*) OVER (PARTITION BY {same}) AS _rows FROM {loaded(table.name)}"
        f" WHERE hash({key}) IN ({twins(table)}) WINDOW _place AS (PARTITION BY {same} ORDER BY {LINE}, rowid)"
    )
    return f"SELECT * EXCLUDE (_rows) FROM ({rows}) WHERE _rows > 1"


def equal_rows(table: RecordTable, by_query: bool) -> Rule:
    """Rows that are equal in all fields: copies, or two records whose difference is in a column that is not read.

    Rows of a query have no numbers.
    """
    query = _alike(table, [field.name for field in table.stored])

    def describe(value: str) -> Problem:
        message = f"the row of {shown(value)} is equal to another in all fields that the feed reads"
        help = (
            f"if they are two records, add a column to `{table.key[0]}`{'' if by_query else ', or `numbered: true`'};"
            " if one is a copy, write "
            f"`repeated: once` in the table `{table.name}` of the feed"
        )
        return Problem(codes.EQUAL_ROWS, message, help)

    return Rule(table.name, table.key[0], query, describe, "the first of them", only_if=counted(twins(table)))


def stand_alone(connection: duckdb.DuckDBPyConnection, table: RecordTable, mapping: TableMapping) -> list[Diagnostic]:
    """Take the sale from returns whose sale is in no file, where the feed says that they count by themselves."""
    field = next((each for each in mapping.fields if each.stands_alone), None)
    if field is None:
        return []
    rows, key, sale = loaded(table.name), quoted(table.key[0]), quoted(field.field.text)
    alone = f"{sale} IS NOT NULL AND {sale} NOT IN (SELECT {key} FROM {rows})"
    query = f"SELECT count(*), min({{line: {LINE}, source: {SOURCE}, id: {sale}}}) FROM {rows} WHERE {alone}"
    ((number, first),) = connection.execute(query).fetchall()
    if not number:
        return []
    connection.execute(f"UPDATE {rows} SET {sale} = NULL WHERE {alone}")
    who = "1 return counts" if number == 1 else f"{number:,} returns count"
    message = f"{who} without a sale: none in the files has its id, such as {shown(first['id'])} here"
    return [codes.RETURN_ALONE.at(row_span(first["source"], first["line"]), message)]


def is_of_things(table: RecordTable, schema: RecordSchema) -> bool:
    """Whether a row says what something is, so that two equal rows say it twice: not what happened, perhaps twice."""
    referred = {field.references for each in schema.tables for field in each.stored}
    return not table.date and (table.period is not None or table.name in referred)


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query gives."""
    ((number,),) = connection.execute(query).fetchall()
    return int(number)


def rules_of(table: RecordTable, schema: RecordSchema, filled: frozenset[str]) -> Iterator[Rule]:
    """The rules of one table. `filled` are the tables whose rows can be trusted to be complete."""
    yield _unique_key(table)
    if table.period and table.period[0] in table.key and len(table.key) > 1:
        yield _no_overlap(table, table.period)
    for field in table.stored:
        target = schema.table(field.references) if field.references in filled else None
        if target:
            yield _reference(table, field, target)
        if target and field.same_partner:
            yield _same_partner(table, field, target)
    if table.field(RETURNS) and table.name in filled:
        yield _return_of_return(table)
        yield _return_before_its_sale(table)
        if table.currencies:
            yield _return_in_another_currency(table)
        for name in TAKEN_BACK:
            yield _return_of_more(table, name)


def _unique_key(table: RecordTable) -> Rule:
    query = _alike(table, table.key)
    names = " and ".join(f"`{name}`" for name in table.key)

    def describe(value: str) -> Problem:
        message = f"another row has {names} {shown(value)} with other values"
        return Problem(codes.DUPLICATE_KEY, message, "correct the source, or add more columns to the key")

    return Rule(table.name, table.key[0], query, describe, "the key is first used here", only_if=counted(twins(table)))


def _named(table: RecordTable, field: str) -> str:
    """SQL: how many rows name another record in a field."""
    return f"SELECT count({quoted(field)}) FROM {loaded(table.name)}"


def _reference(table: RecordTable, field: Field, target: RecordTable) -> Rule:
    name, key = quoted(field.name), quoted(target.key[0])
    query = (
        f"SELECT t.rowid AS _row, t.{SOURCE}, t.{LINE}, t.{name} AS _value,"
        f" CAST(NULL AS BIGINT) AS _other, false AS _led FROM {loaded(table.name)} AS t"
        f" ANTI JOIN {loaded(target.name)} AS there ON t.{name} = there.{key}"
        f" WHERE t.{name} IS NOT NULL"
    )

    def describe(value: str) -> Problem:
        message = f"there is no record {shown(value)} in `{target.name}`"
        help = f"complete `{target.name}`, or correct the row"
        if field.name == RETURNS:
            help += "; if its sale is in no file and it counts by itself, "
            help += f"write `{RETURNS}: {{column: COLUMN, not_found: alone}}`"
        return Problem(codes.UNKNOWN_REFERENCE, message, help)

    return Rule(
        table.name, field.name, query, describe, near=(loaded(target.name), key), only_if=_named(table, field.name)
    )


def _same_partner(table: RecordTable, field: Field, target: RecordTable) -> Rule:
    """A record is read together with the one it names, and a partner is decided from its own records alone."""
    name, key = quoted(field.name), quoted(target.key[0])
    query = (
        f"SELECT t.rowid AS _row, t.{SOURCE}, t.{LINE}, t.{name} AS _value, s.{LINE} AS _other, false AS _led"
        f" FROM {loaded(table.name)} AS t JOIN {loaded(target.name)} AS s ON t.{name} = s.{key}"
        f" WHERE t.{quoted(table.partner)} <> s.{quoted(target.partner)}"
    )

    def describe(value: str) -> Problem:
        message = f"{shown(value)} is a record of another partner"
        return Problem(
            codes.OTHER_PARTNERS_RECORD, message, f"correct `{table.partner}`, or name a record of the same partner"
        )

    return Rule(table.name, field.name, query, describe, "the record it names", only_if=_named(table, field.name))


def _returned(table: RecordTable, value: str, where: str) -> str:
    """SQL: returns `t` whose sale `s` makes them wrong, with what is said of them."""
    rows, key, sale = loaded(table.name), quoted(table.key[0]), quoted(RETURNS)
    return (
        f"SELECT t.rowid AS _row, t.{SOURCE}, t.{LINE}, {value} AS _value, s.{LINE} AS _other, false AS _led"
        f" FROM {rows} AS t JOIN {rows} AS s ON t.{sale} = s.{key} WHERE {where}"
    )


def _return_of_return(table: RecordTable) -> Rule:
    entry = quoted(ENTRY)
    value = f"t.{quoted(RETURNS)} || ' ' || if(s.{entry} = 'sale', 'return', s.{entry})"
    query = _returned(table, value, f"s.{quoted(RETURNS)} IS NOT NULL OR s.{entry} <> 'sale'")

    def describe(value: str) -> Problem:
        id, _, entry = value.rpartition(" ")
        if entry == "adjustment":
            help = "name the sale that is returned, or make the row an `adjustment` with an empty `returns_id`"
            return Problem(codes.RETURN_OF_RETURN, f"{shown(id)} is an adjustment", help)
        help = (
            "if the row cancels that return, delete both rows, or make it an `adjustment` with an empty `returns_id`;"
            " if it returns a sale, name the sale"
        )
        return Problem(codes.RETURN_OF_RETURN, f"{shown(id)} is itself a return", help)

    return Rule(table.name, RETURNS, query, describe, "the record it names", only_if=_named(table, RETURNS))


def _return_before_its_sale(table: RecordTable) -> Rule:
    day = quoted(table.date)
    query = _returned(table, f"t.{day} || ' ' || s.{day}", f"t.{day} < s.{day}")

    def describe(value: str) -> Problem:
        own, sold = value.split(" ")
        message = f"a return on {own} names a sale of {sold}, which was made later"
        return Problem(codes.RETURN_BEFORE_SALE, message, "correct one of the two days, or name the sale that is meant")

    return Rule(table.name, table.date, query, describe, "the sale it returns", only_if=_named(table, RETURNS))


def _return_of_more(table: RecordTable, field: str) -> Rule:
    """What the returns of a sale take back of it, one after the other, is not more than there was.

    One that goes beyond takes back nothing, so those behind it are judged as if it were not there.
    """
    rows, key, sale = loaded(table.name), quoted(table.key[0]), quoted(RETURNS)
    number, day = quoted(field), quoted(table.date)
    declared = table.field(field)
    exact = f"DECIMAL(38, {declared.type.scale if declared else 0})"
    returns = (
        f"SELECT t.rowid AS _row, t.{SOURCE}, t.{LINE}, s.{LINE} AS _other, s.{key} AS _sale,"
        f" CAST(s.{number} AS {exact}) AS _sold, CAST(t.{number} AS {exact}) AS _number,"
        f" sum(t.{number}) OVER _order AS _sum, row_number() OVER _order AS _place"
        f" FROM {rows} AS t JOIN {rows} AS s ON t.{sale} = s.{key} WHERE s.{ENTRY} = 'sale' AND s.{number} IS NOT NULL"
        f" AND t.{number} IS NOT NULL"
        + (f" AND t.{quoted(CURRENCY)} = s.{quoted(CURRENCY)}" if table.currencies else "")
        + f" WINDOW _order AS (PARTITION BY s.{key} ORDER BY t.{day}, t.{LINE}, t.{key})"
    )
    beyond = "{left} + {number} < 0 AND {number} < 0"
    refused = beyond.format(left="_before[-1]", number="_each[1]")
    left = f"_before[-1] + CASE WHEN {refused} THEN CAST(0 AS {exact}) ELSE _each[1] END"
    walked = (  # what is left of a sale before each of its returns, and behind the last
        "SELECT _sale, list_reduce(list_prepend([_sold], list([_number] ORDER BY _place)),"
        f" lambda _before, _each: list_append(_before, {left})) AS _left"
        " FROM returns WHERE _sale IN (SELECT _sale FROM returns WHERE _sold + _sum < 0) GROUP BY _sale, _sold"
    )
    query = (
        f"WITH returns AS ({returns}), walked AS ({walked})"
        f" SELECT _row, {SOURCE}, {LINE}, _sold - _left[_place] - _number || ' ' || _sold AS _value, _other,"
        " false AS _led FROM returns JOIN walked USING (_sale)"
        f" WHERE {beyond.format(left='_left[_place]', number='_number')}"
    )

    def describe(value: str) -> Problem:
        taken, sold = value.split(" ")
        message = f"the returns of this sale add up to {taken}, more than the {sold} sold"
        help = "correct the row; record what is credited beyond the sale as an `adjustment` without `returns_id`"
        return Problem(codes.RETURN_OF_MORE, message, help)

    return Rule(table.name, field, query, describe, "the sale it returns", only_if=_named(table, RETURNS))


def _return_in_another_currency(table: RecordTable) -> Rule:
    """A return reduces its sale before anything is converted."""
    money = quoted(CURRENCY)
    query = _returned(table, f"t.{money} || ' ' || s.{money}", f"t.{money} <> s.{money}")

    def describe(value: str) -> Problem:
        own, sold = value.split(" ")
        message = f"the return is in {own}, but its sale is in {sold}"
        return Problem(codes.RETURN_CURRENCY, message, f"write what was credited in {sold}")

    return Rule(table.name, CURRENCY, query, describe, "the sale it returns", only_if=_named(table, RETURNS))


def too_large(connection: duckdb.DuckDBPyConnection, table: RecordTable) -> Iterator[str]:
    """What of a loaded table is beyond what sums hold exactly: `rows`, or names of fields."""
    numbers = [field for field in table.stored if field.type.is_numeric]
    sums = [f"coalesce(sum(abs(CAST({quoted(each.name)} AS DECIMAL(38, {each.type.scale})))), 0)" for each in numbers]
    (found,) = connection.execute(f"SELECT {', '.join(['count(*)', *sums])} FROM {loaded(table.name)}").fetchall()
    if found[0] >= 10**COUNT_DIGITS:
        yield "rows"
    for field, total in zip(numbers, found[1:], strict=True):
        if total >= Decimal(10) ** (TOTAL_DIGITS - field.type.scale):
            yield field.name


def _no_overlap(table: RecordTable, period: tuple[str, str]) -> Rule:
    start, before = (quoted(name) for name in period)
    entity = ", ".join(quoted(name) for name in table.key if name != period[0])
    order = f"OVER (PARTITION BY {entity} ORDER BY {start}, {LINE}, rowid)"
    pairs = (
        f"SELECT rowid AS _row, {SOURCE}, {LINE}, CAST({start} AS VARCHAR) AS _value, {start} AS _start,"
        f" lag(rowid) {order} AS _previous, lag({LINE}) {order} AS _other, lag({before}) {order} AS _previous_end"
        f" FROM {loaded(table.name)}"
    )
    clash = f"SELECT * FROM ({pairs}) WHERE _previous IS NOT NULL AND (_previous_end IS NULL OR _previous_end > _start)"
    query = (
        f"WITH clash AS ({clash}) SELECT _row, {SOURCE}, {LINE}, _value, _other, false AS _led FROM clash UNION ALL"
        f" SELECT rowid, {SOURCE}, {LINE}, CAST({start} AS VARCHAR), NULL, true FROM {loaded(table.name)}"
        f" WHERE rowid IN (SELECT _previous FROM clash) AND rowid NOT IN (SELECT _row FROM clash)"
    )

    def describe(value: str) -> Problem:
        message = f"a period starts on {value}, before the previous period ends"
        return Problem(codes.PERIODS_OVERLAP, message, f"end the earlier one there: `{period[1]}` is excluded")

    return Rule(table.name, period[0], query, describe, "the previous period")


def climb(connection: duckdb.DuckDBPyConnection) -> Rule | None:
    """Make the relation `reach` from the partners' parents; the rule that is broken when they never end."""
    rows = loaded("partners")
    reach = loaded(REACH.name)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {reach} AS SELECT partner_id, partner_id AS source_id FROM {rows}"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE up AS SELECT partner_id AS child, {PARENT} AS parent FROM {rows}"
        f" WHERE {PARENT} IS NOT NULL"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE chain AS SELECT child AS start, parent AS above FROM up")
    connection.execute("CREATE OR REPLACE TEMP TABLE circle (id VARCHAR)")
    for _ in range(MAX_PARENTS):
        if count(connection, "SELECT count(*) FROM chain") == 0:
            break
        connection.execute("INSERT INTO circle SELECT start FROM chain WHERE start = above")
        connection.execute("DELETE FROM chain WHERE start IN (SELECT id FROM circle)")
        connection.execute(f"INSERT INTO {reach} SELECT above, start FROM chain")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE chain AS SELECT start, parent AS above FROM chain JOIN up ON child = above"
        )
    in_circle = count(connection, "SELECT count(*) FROM circle") > 0
    if not in_circle and count(connection, "SELECT count(*) FROM chain") == 0:
        return None
    ids = "SELECT id FROM circle" if in_circle else "SELECT start FROM chain"
    query = (
        f"SELECT rowid AS _row, {SOURCE}, {LINE}, partner_id AS _value, CAST(NULL AS BIGINT) AS _other, false AS _led"
        f" FROM {rows} WHERE partner_id IN ({ids})"
    )

    def describe(value: str) -> Problem:
        if in_circle:
            return Problem(
                codes.PARENT_CYCLE,
                f"{shown(value)} is its own ancestor",
                "correct one of the parents",
            )
        message = f"{shown(value)} has more than {MAX_PARENTS} parents above it"
        return Problem(codes.PARENTS_TOO_DEEP, message, "check the parents for a mistake")

    return Rule("partners", PARENT, query, describe)


def confusable_ids(table: RecordTable) -> Rule:
    """Ids of partners that a person reads as the same one: a warning, not a fault."""
    key = quoted(table.key[0])
    looks = f"translate(upper({key}), 'OIL', '011')"
    rows = loaded(table.name)
    alike = f"SELECT {looks} FROM {rows} GROUP BY 1 HAVING count(DISTINCT {key}) > 1"
    query = (
        f"SELECT rowid AS _row, {SOURCE}, {LINE}, {key} AS _value, first_value({LINE}) OVER _place AS _other,"
        f" row_number() OVER _place = 1 AS _led FROM {rows} WHERE {looks} IN ({alike})"
        f" WINDOW _place AS (PARTITION BY {looks} ORDER BY {LINE}, rowid)"
    )

    def describe(value: str) -> Problem:
        message = f"{shown(value)} looks like the id of another partner"
        return Problem(row_codes.ID_CONFUSABLE, message, "make sure that they are two partners")

    return Rule(table.name, table.key[0], query, describe, "the other one")
