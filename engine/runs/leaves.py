"""The leaves of all partners at once: rows written as text in SQL, `leaf.py` says what comes out.

Every file of results is sorted by partner. Its rows become lines of text; the lines of one partner are adjacent, so
in Arrow's buffer their text is already one piece, and only its bounds change. The files
are read side by side, and as soon as all of them have passed a partner its leaf is made. Nothing is
grouped or sorted, and no more than a batch of text is held at a time. Python hashes them, for its SHA-256 uses the
processor's instructions: on one thread, it takes half the processor seconds that DuckDB's takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.duck import path_literal, quoted, text_literal
from engine.merkle import SIZE
from engine.plan.outputs import PARTNER
from engine.runs.leaf import END, FILE, REPEATED, Form, NoLeaves, Sheet, root_of
from engine.types import Kind, Type

NARROW = 18  # digits of a decimal in 64 bits
BATCH_ROWS = 10_000  # texts of so many rows stay in the processor's cache, and far below Arrow's 2 GiB
TEXT = pa.large_string()
SCHEMA = pa.schema([(PARTNER, pa.string()), ("leaf", pa.binary(SIZE))])
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


def write_leaves(form: Form, folder: Path, connection: duckdb.DuckDBPyConnection) -> tuple[int, bytes]:
    """Write the leaves of the tables in `folder` beside them, in the order of partners: their number and the root.

    Raises NoLeaves.
    """
    leaves = compute_leaves(form, folder, connection)
    # An open file, for a path may read like an address. Hashes repeat nothing: no dictionary and no compression help.
    with (folder / FILE).open("wb") as file:
        pq.write_table(leaves, file, compression="none", use_dictionary=False)
    return leaves.num_rows, root_of(leaf_bytes(leaves))


def read_leaves(folder: Path, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The leaves kept in `folder`, in the order of the file. Raises NoLeaves for a file that holds something else."""
    found = connection.sql(f"FROM {_parquet(folder / FILE)}").to_arrow_table()
    try:
        leaves = found.cast(SCHEMA)
    except (pa.ArrowException, ValueError) as error:
        raise NoLeaves(f"`{FILE}` contains no leaves") from error
    if any(column.null_count for column in leaves.columns):
        raise NoLeaves(f"`{FILE}` contains no leaves")
    return leaves


def leaf_bytes(leaves: pa.Table) -> bytes:
    """The leaves of a table one after another."""
    return b"".join(
        chunk.buffers()[1][SIZE * chunk.offset : SIZE * (chunk.offset + len(chunk))].to_pybytes()
        for chunk in leaves.column("leaf").chunks
    )


def differing_partners(
    one: pa.Table, other: pa.Table, connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, bool, bool]]:
    """Partners whose leaves differ, by id, and whether each side has one; both sides are tables of SCHEMA."""
    if one.equals(other):
        return []
    connection.register("one", one)
    connection.register("other", other)
    select = f"""
        SELECT {PARTNER}, one.leaf IS NOT NULL, other.leaf IS NOT NULL FROM one FULL JOIN other USING ({PARTNER})
        WHERE one.leaf IS DISTINCT FROM other.leaf ORDER BY {PARTNER}"""
    found = connection.execute(select).fetchall()
    connection.unregister("one")
    connection.unregister("other")
    return [(str(partner), bool(mine), bool(theirs)) for partner, mine, theirs in found]


def compute_leaves(form: Form, folder: Path, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The leaves of the tables in `folder`, in the order of partners, as a table of SCHEMA. Raises NoLeaves."""
    parts = [
        pa.table([partners, _hashes(texts)], schema=SCHEMA) for partners, texts in _texts(form, folder, connection)
    ]
    return pa.concat_tables([SCHEMA.empty_table(), *parts])


def sql_texts(form: Form, folder: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The text of each partner's leaf as SQL writes it: to see what was hashed."""
    return {
        partner: text
        for partners, texts in _texts(form, folder, connection)
        for partner, text in zip(partners.to_pylist(), texts.to_pylist(), strict=True)
    }


def _texts(form: Form, folder: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[pa.Array, pa.Array]]:
    """Partners, and the text of the leaf of each."""
    files = [_Lines(sheet, folder / f"{sheet.name}.parquet", connection.cursor()) for sheet in form.sheets]
    while True:
        last = min((each.last for each in files if each.read()), default=None)
        if last is None:
            return
        partners, lines = _side_by_side([each.take(last) for each in files])
        names = [pc.binary_length(partners).cast(TEXT), ":", partners.cast(TEXT), "\n"]
        ended = [part for each in lines for part in (each, END)]
        yield partners, _concatenated([form.head, *names, *ended])


def _concatenated(parts: Sequence[pa.Array | str]) -> pa.Array:
    """Texts side by side, each a column or the same in all rows."""
    texts = [pa.scalar(each, TEXT) if isinstance(each, str) else each for each in parts]
    return pc.binary_join_element_wise(*texts, pa.scalar("", TEXT))


def _hashes(texts: pa.Array) -> pa.Array:
    """SHA-256 of each text."""
    _, bounds, data = texts.buffers()
    ends = memoryview(bounds).cast("q")[: len(texts) + 1].tolist()
    entries = memoryview(data)
    hashes = b"".join([sha256(entries[start:end]).digest() for start, end in pairwise(ends)])
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(SIZE), len(texts), [None, pa.py_buffer(hashes)])


def _side_by_side(taken: Sequence[_Taken]) -> tuple[pa.Array, Sequence[pa.Array]]:
    """Partners in order, with the lines of each file, of which they may have none."""
    partners = max((each.partners for each in taken), key=len)  # usually one table has a row for all partners
    lines = [_spread(each, partners) for each in taken]
    if None in lines:
        everybody = pc.unique(pa.chunked_array([each.partners for each in taken]))
        partners = everybody.take(pc.sort_indices(everybody))
        lines = [_spread(each, partners) for each in taken]
    return partners, lines


def _spread(taken: _Taken, partners: pa.Array) -> pa.Array | None:
    """The lines of these partners, whoever has none with an empty text; None if others have lines. All are in order."""
    if taken.partners.equals(partners):
        return taken.lines
    places = pc.index_in(partners, value_set=taken.partners)
    if len(places) - places.null_count < len(taken.partners):
        return None
    passed = pc.fill_null(pc.fill_null_forward(pc.add(places, 1)), 0)
    return _joined(taken.lines, passed)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Partners and all their lines, as Arrow arrays."""

    partners: pa.Array
    lines: pa.Array


class _Lines:
    """The lines of one file of results, partner by partner."""

    def __init__(self, sheet: Sheet, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        query = lines_query(sheet, path, connection)
        self._name = sheet.name
        self._batches = iter(connection.sql(query).to_arrow_reader(BATCH_ROWS))
        self._rows: pa.RecordBatch | None = None  # the last partner read, who may go on
        self._ready = _Taken(pa.array([], pa.string()), pa.array([], TEXT))

    @property
    def last(self) -> str:
        """The last partner that is ready."""
        return str(self._ready.partners[-1])

    def read(self) -> bool:
        """Have at least one partner ready; False at the end of the file."""
        while len(self._ready.partners) == 0:
            batch = next(self._batches, None)
            if batch is None and self._rows is None:
                return False
            self._cut(batch)
        return True

    def take(self, last: str) -> _Taken:
        """The partners that are ready up to and with this one."""
        partners, lines = self._ready.partners, self._ready.lines
        count = pc.sum(pc.less_equal(partners, last)).as_py() or 0
        self._ready = _Taken(partners[count:], lines[count:])
        return _Taken(partners[:count], lines[:count])

    def _cut(self, batch: pa.RecordBatch | None) -> None:
        """Cut rows into partners. The last partner of a batch waits for the next batch, or for the end."""
        parts = [each for each in (self._rows, batch) if each is not None]
        table = pa.Table.from_batches(parts).combine_chunks()
        if table.num_rows == 0:
            return
        runs = pc.run_end_encode(table.column(0).chunk(0))
        ends, partners = runs.run_ends, runs.values
        self._check(partners)
        whole = len(partners) if batch is None else len(partners) - 1
        start = ends[whole - 1].as_py() if whole else 0
        self._rows = None if batch is None else table.slice(start).combine_chunks().to_batches()[0]
        self._ready = _Taken(partners[:whole], _joined(table.column(1).chunk(0), ends[:whole]))

    def _check(self, partners: pa.Array) -> None:
        """Every row has a partner, and partners come in order: else one could have two leaves."""
        if partners.null_count:
            raise NoLeaves(f"`{self._name}` has a row without a partner")
        if len(partners) > 1 and not pc.all(pc.less(partners[:-1], partners[1:])).as_py():
            raise NoLeaves(f"the rows of `{self._name}` are not in the order of partners")


def _joined(lines: pa.Array, ends: pa.Array) -> pa.Array:
    """Texts joined to one for each run of them: the same bytes, with fewer bounds."""
    lines = lines.cast(TEXT)
    _, bounds, data = lines.buffers()
    offsets = pa.Array.from_buffers(pa.int64(), len(lines) + 1, [None, bounds], offset=lines.offset)
    places = pa.concat_arrays([pa.array([0], ends.type), ends])
    return pa.LargeStringArray.from_buffers(len(ends), offsets.take(places).buffers()[1], data)


def lines_query(sheet: Sheet, path: Path, connection: duckdb.DuckDBPyConnection) -> str:
    """SELECT of partners and the lines of their rows, in the order of partners and then of the key. Raises NoLeaves."""
    source = _parquet(path)
    stored = {str(name): str(type) for name, type, *_ in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
    expected = {PARTNER, *(name for name, _ in sheet.columns)}
    if stored.keys() != expected:
        raise NoLeaves(f"`{sheet.name}` has other columns: {', '.join(sorted(stored.keys() ^ expected))}")
    if stored[PARTNER] != "VARCHAR":
        raise NoLeaves(f"`{PARTNER}` of `{sheet.name}` is a {stored[PARTNER]}")
    fields = [part for name, type in sheet.columns for part in _cell(sheet, name, type, stored)]
    order = ", ".join(f"{quoted(name)} NULLS LAST" for name in sheet.key if name != PARTNER)
    by_partner = "" if sheet.key[:1] == (PARTNER,) else f" ORDER BY {PARTNER}, {order}"  # the file is sorted by its key
    return f"SELECT {PARTNER}, concat({', '.join([*fields, 'chr(10)'])}) AS line FROM {source}{by_partner}"


def _cell(sheet: Sheet, name: str, type: Type, stored: Mapping[str, str]) -> list[str]:
    """SQL arguments of the `concat` that writes one column of a row."""
    field, other = _field(sheet, name, type, stored[name]), sheet.repeats.get(name)
    if other is None:
        return field
    same = f"{quoted(name)} = {quoted(other)}"
    return [f"CASE WHEN {same} THEN {text_literal(REPEATED)} ELSE concat({', '.join(field)}) END"]


def _field(sheet: Sheet, name: str, type: Type, stored: str) -> list[str]:
    """SQL arguments of the `concat` that writes a row; `concat` reads a missing value as ''."""
    column = quoted(name)
    if type.is_textual and stored == "VARCHAR":
        return _framed(column)
    if type.kind is Kind.BOOLEAN and stored == "BOOLEAN":
        return [f"CASE WHEN {column} THEN 't' WHEN NOT {column} THEN 'f' ELSE '-' END"]
    if type.kind is Kind.DATE and stored == "DATE":
        return [f"CAST({column} AS VARCHAR)", "'|'"]
    if type.is_numeric and (stored.endswith(f",{type.scale})") or (stored in WHOLE and type.scale == 0)):
        return [_number(column, type.scale, stored), "'|'"]
    raise NoLeaves(f"`{name}` of `{sheet.name}` is a {stored}")


def _number(column: str, scale: int, stored: str) -> str:
    """SQL of a number's text."""
    text = f"CAST({column} AS VARCHAR)"
    if stored == f"DECIMAL({scale},{scale})":  # here DuckDB leaves out the zero before the point
        return f"replace({text}, '.', '0.')"
    if stored in WHOLE or scale >= NARROW or int(stored.removeprefix("DECIMAL(").partition(",")[0]) <= NARROW:
        return text
    # few numbers of a wide type are long, and DuckDB writes the others in half the time
    return f"coalesce(CAST(TRY_CAST({column} AS DECIMAL({NARROW},{scale})) AS VARCHAR), {text})"


def _parquet(path: Path) -> str:
    return f"read_parquet({path_literal(path.resolve())})"


def _framed(column: str) -> list[str]:
    """SQL arguments that write a text with its length."""
    return [f"strlen({column})", "':'", column]
