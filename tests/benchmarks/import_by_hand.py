"""The import of the benchmark's files as SQL written by hand: typed, checked, sorted, compressed.

    python tests/benchmarks/import_by_hand.py FOLDER_OF_CSV OUTPUT_FOLDER     prints its own processor seconds

As somebody who knows DuckDB would do it: its CSV reader with the types stated, which ends at the first wrong value;
keys are unique, and every reference finds its row. It writes no hashes, no totals and no source lines, and cannot
say which rows are wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

import duckdb

MONEY = "DECIMAL(18,2)"
TABLES = {
    "partners": (
        {"partner_id": "VARCHAR", "region": "VARCHAR", "size": "VARCHAR", "joined_on": "DATE"},
        "partner_id",
        {},
    ),
    "people": ({"person_id": "VARCHAR", "partner_id": "VARCHAR"}, "person_id", {"partner_id": "partners"}),
    "certifications": (
        {
            "holding_id": "VARCHAR",
            "person_id": "VARCHAR",
            "certification": "VARCHAR",
            "earned_on": "DATE",
            "expires_on": "DATE",
        },
        "holding_id",
        {"person_id": "people"},
    ),
    "sales": (
        {
            "sale_id": "VARCHAR",
            "partner_id": "VARCHAR",
            "line": "VARCHAR",
            "entry": "VARCHAR",
            "closed_on": "DATE",
            "quantity": "BIGINT",
            "amount": MONEY,
        },
        "sale_id",
        {"partner_id": "partners"},
    ),
}
ORDER = {"people": "partner_id, person_id", "certifications": "person_id, holding_id", "sales": "partner_id, sale_id"}
"""As rung sorts: whose record it is, then the key."""


def main(data: Path, output: Path) -> None:
    """Every table in turn."""
    output.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '2GB'")
    connection.execute("SET temp_directory = ?", [str(output / "spill")])
    for name, (columns, key, references) in TABLES.items():
        source = connection.read_csv(str(data / f"{name}.csv"), header=True, dtype=columns)
        source.create(name)
        (twice,) = connection.execute(
            f"SELECT count(*) FROM (SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1)"
        ).fetchall()[0]
        lost = sum(
            connection.execute(f"SELECT count(*) FROM {name} ANTI JOIN {other} USING ({column})").fetchall()[0][0]
            for column, other in references.items()
        )
        if twice or lost:
            raise SystemExit(f"{name}: {twice} keys stand twice, {lost} references find no row")
        connection.execute(
            f"COPY (SELECT * FROM {name} ORDER BY {ORDER.get(name, key)}) TO '{output / name}.parquet'"
            " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
    (total,) = connection.execute("SELECT sum(amount) FROM sales").fetchall()[0]
    print(f"{total} {process_time():.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
