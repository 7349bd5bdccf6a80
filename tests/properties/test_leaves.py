"""Leaves are the same bytes in SQL and by definition, for any program and any values, and can be read back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.evaluate import evaluate_columnar
from engine.columnar.literals import output_type
from engine.columnar.shards import evaluate_shards
from engine.duck import open_connection, quoted
from engine.plan.scalar import Value
from engine.reference.evaluate import evaluate
from engine.runs import leaves as module
from engine.runs.leaf import Form, Row, Sheet, form_of, leaf_of, leaf_text, leaves_of, make_form, root_of
from engine.runs.leaves import sql_texts, write_leaves
from engine.runs.writing import Writes
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Kind, Type, choice, money, number
from tests.properties.agreement import scanned, seeded, written
from tests.properties.programs import compiled, loaded, random_case
from tests.properties.relations import write_relations

# ---- any values: two tables of every type, rows of odd partners

IDS = ("", "p", "P", "p1", "p\n", "p|", "2:", "it's", 'say "so"', "ü", "\U0001f600", "\uffff", "nul\0", ".\n")
TYPES: Mapping[str, Type] = {
    "flag": BOOLEAN, "day": DATE, "text": TEXT, "word": choice("a", ".\n"), "id": ID, "count": INTEGER,
    "long": Type(Kind.INTEGER, digits=38), "amount": money("USD", 2), "small": number(2, 2), "share": number(18, 18),
    "finest": number(38, 38), "wide": number(0, 38), "growth": number(6, 24),
}  # fmt: skip
SHEETS = (
    Sheet("earnings", (("partner_id", ID), *sorted(TYPES.items())), ("partner_id", "text", "amount", "flag", "day")),
    Sheet("statuses", (("partner_id", ID), ("held", TEXT), ("growth", number(6, 24))), ("partner_id",)),
    Sheet(
        "twice",
        (("partner_id", ID), *((name, number(6, 24)) for name in ("growth", "small", "same"))),
        ("partner_id", "growth"),
        {"same": "growth", "small": "growth"},
    ),
    Sheet("bare", (("partner_id", ID),), ("partner_id",)),
    # a column of the name of another, and a key that does not begin with the partner
    Sheet("posted", (("n", INTEGER), ("partner_id", ID), ("text", TEXT)), ("n", "partner_id")),
)
FORM = make_form(SHEETS)
TEXTS = st.sampled_from(IDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def values(type: Type) -> st.SearchStrategy[Value]:
    """Values of a type, and missing ones: usual, zero, and with all digits there can be."""
    match type.kind:
        case Kind.BOOLEAN:
            return st.none() | st.booleans()
        case Kind.DATE:
            return st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))
        case Kind.CHOICE:
            return st.none() | st.sampled_from(type.values)
        case Kind.TEXT | Kind.ID:
            return st.none() | TEXTS
    most = 10 ** min(type.digits, 38) - 1
    units = st.sampled_from((0, 1, -1, 10, most, -most)) | st.integers(-most, most)
    if type.kind is Kind.INTEGER:
        return st.none() | units
    return st.none() | units.map(lambda each: Decimal(f"{each}E-{type.scale}"))  # exact: `scaleb` rounds to 28 digits


def tables_of(sheet: Sheet) -> st.SearchStrategy[list[dict[str, Value]]]:
    """Rows of a table with one row for each key."""
    columns = dict(sheet.columns)
    others = {name: values(type) for name, type in columns.items() if name != "partner_id"}
    row = st.fixed_dictionaries({"partner_id": st.sampled_from(IDS), **others})
    if sheet.repeats:
        row |= row.map(lambda each: {**each, **{name: each[other] for name, other in sheet.repeats.items()}})
    return st.lists(row, max_size=12, unique_by=lambda each: tuple(str(each[name]) for name in sheet.key))


ROWS = st.fixed_dictionaries({sheet.name: tables_of(sheet) for sheet in SHEETS})


@contextmanager
def database(threads: int) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """A folder, and a database that reads and writes there."""
    with tempfile.TemporaryDirectory() as name:
        connection = open_connection(threads, folders=[Path(name)])
        try:
            yield Path(name), connection
        finally:
            connection.close()


def store(rows: Mapping[str, Sequence[Row]], folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """The tables as results are stored: of exactly their types, sorted by their key."""
    for sheet in SHEETS:
        columns = ", ".join(f"{quoted(name)} {output_type(type)}" for name, type in sheet.columns)
        connection.execute(f"CREATE TEMP TABLE stored ({columns})")
        for row in rows[sheet.name]:
            marks = ", ".join(f"CAST(? AS {output_type(type)})" for _, type in sheet.columns)
            texts = [spelled(row[name]) for name, _ in sheet.columns]
            connection.execute(f"INSERT INTO stored VALUES ({marks})", texts)
        order = ", ".join(f"{quoted(name)} NULLS LAST" for name in sheet.key)
        path = folder / f"{sheet.name}.parquet"
        connection.execute(f"COPY (FROM stored ORDER BY {order}) TO '{path}' (FORMAT parquet)")
        connection.execute("DROP TABLE stored")


def spelled(value: Value) -> str | None:
    """A value as text for a cast."""
    return None if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def texts_of(form: Form, rows: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """The texts of all partners by the definition."""
    everybody = sorted({str(row["partner_id"]) for each in rows.values() for row in each})
    return {
        partner: leaf_text(
            form, partner, {name: [row for row in each if row["partner_id"] == partner] for name, each in rows.items()}
        )
        for partner in everybody
    }


@given(ROWS, st.sampled_from((1, 3, 100_000)), st.integers(1, 2), st.randoms(use_true_random=False))
def test_sql_writes_the_bytes_of_the_definition(
    rows: dict[str, list[dict[str, Value]]], batch: int, threads: int, random: Random
) -> None:
    """For any values, sizes of batches, threads and orders of rows, text by text, leaf by leaf, and at the root."""
    expected = texts_of(FORM, rows)
    shuffled = {name: random.sample(each, len(each)) for name, each in rows.items()}
    assert texts_of(FORM, shuffled) == expected
    with (
        database(threads) as (folder, connection),
        patch.object(module, "BATCH_ROWS", batch),
    ):
        store(shuffled, folder, connection)
        assert sql_texts(FORM, folder, connection) == expected
        leaves = leaves_of(FORM, rows)
        assert leaves == {partner: sha256(text.encode()).digest() for partner, text in expected.items()}
        assert write_leaves(FORM, folder, connection) == (len(leaves), root_of(b"".join(leaves.values())))


class Reading:
    """Reads a text back that was written for FORM, by nothing but the rules of its first lines."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        assert self.data.startswith(FORM.head.encode())
        self.at = len(FORM.head)

    def until(self, end: bytes) -> bytes:
        """What stands before the next `end`."""
        place = self.data.index(end, self.at)
        found, self.at = self.data[self.at : place], place + len(end)
        return found

    def take(self, size: int) -> bytes:
        """So many bytes."""
        found, self.at = self.data[self.at : self.at + size], self.at + size
        return found

    def text(self) -> str | None:
        """A text with its length, or a missing one."""
        size = self.until(b":")
        return self.take(int(size)).decode() if size else None

    def repeated(self, row: dict[str, Value], name: str, type: Type) -> bool:
        """Whether the field repeats another; else it is read into the row."""
        if self.data[self.at : self.at + 1] == b"=" and type.is_numeric:
            return bool(self.take(1))
        row[name] = self.field(type)
        return False

    def field(self, type: Type) -> Value:
        """A value of a type."""
        if type.kind is Kind.BOOLEAN:
            return {b"t": True, b"f": False, b"-": None}[self.take(1)]
        if type.is_textual:
            return self.text()
        found = self.until(b"|").decode()
        if not found:
            return None
        return date.fromisoformat(found) if type.kind is Kind.DATE else Decimal(found)

    def rows(self) -> dict[str, list[dict[str, Value]]]:
        """Partner and rows of the whole text."""
        partner = self.text()
        assert self.take(1) == b"\n"
        found: dict[str, list[dict[str, Value]]] = {}
        for sheet in FORM.sheets:
            mine = found.setdefault(sheet.name, [])
            while self.data[self.at : self.at + 2] != b".\n":
                row: dict[str, Value] = {"partner_id": partner}
                again = [name for name, type in sheet.columns if self.repeated(row, name, type)]
                mine.append({**row, **{name: row[sheet.repeats[name]] for name in again}})
                assert self.take(1) == b"\n"
            self.at += 2
        assert self.at == len(self.data)
        return found


@given(ROWS)
def test_a_text_can_be_read_back(rows: dict[str, list[dict[str, Value]]]) -> None:
    """No two sets of rows have one text: from the text alone the rows are found again."""
    for partner, text in texts_of(FORM, rows).items():
        mine = {name: [row for row in each if row["partner_id"] == partner] for name, each in rows.items()}
        found = Reading(text).rows()
        for name, each in mine.items():
            order = partial(sorted, key=lambda row: sorted((name, str(value)) for name, value in row.items()))
            assert order(plain(found[name])) == order(plain(each))
        assert leaf_of(FORM, partner, found) == sha256(text.encode()).digest()


def plain(rows: Sequence[Row]) -> list[dict[str, Value]]:
    """Rows with every number as a decimal without an exponent or zeros at its end, to compare by text."""
    return [
        {
            name: Decimal(f"{value:f}") if isinstance(value, Decimal) else value if isinstance(value, bool) else
            Decimal(value) if isinstance(value, int) else value
            for name, value in row.items()
        }
        for row in rows
    ]  # fmt: skip


# ---- any program: shards, threads and orders of rows

SHARDS = (1, 2, 7)


@seeded(6)
@given(seed=st.integers(0, 2**32))
def test_leaves_of_any_program(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """In 1, 2 or 7 shards, on one thread or two, from rows in any order, everybody's text is that of the reference."""
    case = random_case(seed)
    plan, schema = compiled(case.text, case.as_of), loaded(case.text).records
    form = form_of(plan.outputs)
    expected = texts_of(form, evaluate(plan, case.records).outputs)
    random = Random(seed)
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in case.records.items()}
    folder = tmp_path_factory.mktemp("leaves")
    connection = open_connection(random.choice((1, 2)), folders=[folder])

    def found(evaluated: Writes) -> dict[str, str]:
        for output in plan.outputs:
            evaluated.write(output.name, folder / f"{output.name}.parquet")
        return sql_texts(form, folder, connection)

    try:
        whole = evaluate_columnar(plan, write_relations(connection, shuffled, scanned(plan)), connection)
        assert found(whole) == expected
        whole.close()
        records = folder / "records"
        records.mkdir()
        for each in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.execute(f"DROP TABLE {quoted(str(each[0]))}")
        paths = written(records, schema, shuffled, connection)
        shards = random.choice(SHARDS)
        assert found(evaluate_shards(plan, paths, schema, connection, shards)) == expected
    finally:
        connection.close()
