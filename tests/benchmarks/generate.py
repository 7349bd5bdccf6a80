"""The records of the benchmark as CSV files: seeded, text ids, unsorted, one optional value in twenty missing.

    python tests/benchmarks/generate.py FOLDER [PARTNERS]

The default is 1,000,000 partners, 20,000,000 sales and 5,000,000 certificates; with fewer partners
all else shrinks alike. A draw is a hash of the row's number and a salt for the column.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

PARTNERS = 1_000_000
SALES_EACH, PEOPLE_EACH, CERTIFICATES_EACH = 20, 3, 5
DAYS = 800  # 2023-10-01 to 2025-12-08: the trailing year, the year before, and some more

# A draw in [0, n). Another version of DuckDB may hash, and so draw, otherwise; within one run all read the same files.
DRAW = "CREATE MACRO draw(i, salt, n) AS CAST(hash(i * 64 + salt) % n AS BIGINT)"
# Numbers in shuffled order: n * odd % count walks over all of them when odd and count share no factor.
SHUFFLED = "CREATE MACRO shuffled(i, count) AS (i * 48271 + 11) % count"

TABLES = {
    "partners": """
        SELECT 'P' || lpad(CAST(shuffled(i, $partners) AS VARCHAR), 8, '0') AS partner_id,
               CASE WHEN draw(i, 1, 20) = 0 THEN NULL
                    ELSE ['emea', 'na', 'apac', 'latam'][1 + draw(i, 2, 4)] END AS region,
               CASE WHEN draw(i, 3, 20) = 0 THEN NULL ELSE ['smb', 'smb', 'enterprise'][1 + draw(i, 4, 3)] END AS size,
               CASE WHEN draw(i, 5, 20) = 0 THEN NULL
                    ELSE strftime(DATE '2015-01-01' + CAST(draw(i, 6, 3000) AS INTEGER), '%Y-%m-%d') END AS joined_on
        FROM range($partners) AS each(i)""",
    "people": """
        SELECT 'U' || lpad(CAST(shuffled(i, $people) AS VARCHAR), 8, '0') AS person_id,
               'P' || lpad(CAST(draw(i, 11, $partners) AS VARCHAR), 8, '0') AS partner_id
        FROM range($people) AS each(i)""",
    "certifications": """
        SELECT 'H' || lpad(CAST(shuffled(i, $certificates) AS VARCHAR), 8, '0') AS holding_id,
               'U' || lpad(CAST(draw(i, 21, $people) AS VARCHAR), 8, '0') AS person_id,
               ['security_pro', 'network_pro', 'cloud_pro'][1 + draw(i, 22, 3)] AS certification,
               strftime(DATE '2022-06-01' + CAST(draw(i, 23, 1290) AS INTEGER), '%Y-%m-%d') AS earned_on,
               CASE WHEN draw(i, 24, 20) = 0 THEN NULL
                    ELSE strftime(DATE '2024-06-01' + CAST(draw(i, 25, 1500) AS INTEGER), '%Y-%m-%d') END AS expires_on
        FROM range($certificates) AS each(i)""",
    "sales": """
        SELECT 'S' || lpad(CAST(shuffled(i, $sales) AS VARCHAR), 9, '0') AS sale_id,
               'P' || lpad(CAST(draw(i, 31, $partners) AS VARCHAR), 8, '0') AS partner_id,
               ['network', 'security', 'cloud', 'services'][1 + draw(i, 32, 4)] AS line,
               CASE WHEN draw(i, 33, 25) = 0 THEN 'return' ELSE 'sale' END AS entry,
               strftime(DATE '2023-10-01' + CAST(draw(i, 34, $days) AS INTEGER), '%Y-%m-%d') AS closed_on,
               CASE WHEN draw(i, 35, 20) = 0 THEN NULL ELSE CAST(1 + draw(i, 36, 9) AS VARCHAR) END AS quantity,
               CASE WHEN draw(i, 33, 25) = 0 THEN '-' ELSE '' END
                   || CAST(10 + draw(i, 37, 9000) AS VARCHAR)
                   || '.' || lpad(CAST(draw(i, 38, 100) AS VARCHAR), 2, '0') AS amount
        FROM range($sales) AS each(i)""",
}


def generate(folder: Path, partners: int = PARTNERS) -> None:
    """Write one CSV file a table into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(DRAW)
    connection.execute(SHUFFLED)
    sizes = {
        "$partners": partners,
        "$people": partners * PEOPLE_EACH,
        "$certificates": partners * CERTIFICATES_EACH,
        "$sales": partners * SALES_EACH,
        "$days": DAYS,
    }
    for name, query in TABLES.items():
        for word, value in sizes.items():
            query = query.replace(word, str(value))
        target = str(folder / f"{name}.csv").replace("'", "''")
        connection.execute(f"COPY ({query}) TO '{target}' (HEADER, DELIMITER ',')")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2].replace("_", "")) if len(sys.argv) > 2 else PARTNERS)
