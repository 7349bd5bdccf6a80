"""The benchmark program as SQL written by hand: the same outputs from the same snapshot.

    python tests/benchmarks/by_hand.py SNAPSHOT_FOLDER OUTPUT_FOLDER     prints its own processor seconds

It shares nothing with rung but the Parquet files it reads. It is written as somebody who knows DuckDB
would: one pass over each table, decimals throughout, three files written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

import duckdb

MEASURES = """
CREATE TEMP TABLE measured AS
WITH sold AS (
    SELECT partner_id,
           coalesce(sum(amount) FILTER (closed_on >= DATE '2024-10-01'), 0) AS revenue,
           coalesce(sum(amount) FILTER (closed_on < DATE '2024-10-01'), 0) AS revenue_before,
           coalesce(sum(amount) FILTER (closed_on >= DATE '2024-10-01' AND line = 'security'), 0) AS security_revenue,
           coalesce(sum(amount) FILTER (closed_on >= DATE '2025-07-01' AND line IN ('network', 'security')), 0)
               AS quarter
    FROM read_parquet($sales)
    WHERE closed_on >= DATE '2023-10-01' AND closed_on < DATE '2025-10-01'
    GROUP BY partner_id
), certified AS (
    SELECT p.partner_id, count(DISTINCT c.person_id) AS engineers
    FROM read_parquet($certifications) AS c JOIN read_parquet($people) AS p USING (person_id)
    WHERE c.certification = 'security_pro' AND c.earned_on <= DATE '2025-09-30'
      AND CASE WHEN c.expires_on IS NULL THEN c.earned_on >= DATE '2023-07-03'
               ELSE c.expires_on >= DATE '2025-07-03' END
    GROUP BY p.partner_id
), joined AS (
    SELECT p.partner_id,
           CAST(coalesce(revenue, 0) AS DECIMAL(18,2)) AS revenue,
           CAST(coalesce(revenue_before, 0) AS DECIMAL(18,2)) AS revenue_before,
           CAST(coalesce(security_revenue, 0) AS DECIMAL(18,2)) AS security_revenue,
           CAST(coalesce(quarter, 0) AS DECIMAL(18,2)) AS quarter,
           coalesce(engineers, 0) AS engineers
    FROM read_parquet($partners) AS p LEFT JOIN sold USING (partner_id) LEFT JOIN certified USING (partner_id)
), grown AS (
    SELECT *,
           CASE WHEN revenue_before = 0 THEN NULL
                WHEN revenue_before > 0 THEN revenue - revenue_before >= 0.05 * revenue_before
                ELSE revenue - revenue_before <= 0.05 * revenue_before END AS grows,
           CASE WHEN revenue_before <> 0
                THEN decimal_division(revenue - revenue_before, revenue_before, 6) END AS growth
    FROM joined
)
SELECT *,
       revenue >= 20000 AS silver_1, engineers >= 1 AS silver_2,
       revenue >= 40000 AS gold_1, engineers >= 2 AS gold_2, grows AS gold_3,
       revenue >= 60000 AS platinum_1, engineers >= 3 AS platinum_2, security_revenue >= 15000 AS platinum_3
FROM grown
"""

TIERS = """
CREATE TEMP TABLE decided AS
SELECT *,
       CASE WHEN platinum_1 AND platinum_2 AND platinum_3 THEN 3 WHEN gold_1 AND gold_2 AND gold_3 THEN 2
            WHEN silver_1 AND silver_2 THEN 1 ELSE 0 END AS floor,
       CASE WHEN platinum_1 AND platinum_2 AND platinum_3 THEN 3
            WHEN gold_1 AND gold_2 AND coalesce(gold_3, true) THEN 2
            WHEN silver_1 AND silver_2 THEN 1 ELSE 0 END AS ceiling
FROM measured
"""

CONDITIONS = """
SELECT partner_id, DATE '2025-09-30' AS day, CAST(NULL AS VARCHAR) AS incentive,
       silver_1, revenue AS silver_1_value, greatest(20000 - revenue, 0) AS silver_1_distance,
       silver_2, engineers AS silver_2_value, greatest(1 - engineers, 0) AS silver_2_distance,
       gold_1, revenue AS gold_1_value, greatest(40000 - revenue, 0) AS gold_1_distance,
       gold_2, engineers AS gold_2_value, greatest(2 - engineers, 0) AS gold_2_distance,
       gold_3, growth AS gold_3_value,
       CASE WHEN gold_3 THEN 0 WHEN NOT gold_3 THEN greatest(0.05 - growth, 0.000001) END AS gold_3_distance,
       platinum_1, revenue AS platinum_1_value, greatest(60000 - revenue, 0) AS platinum_1_distance,
       platinum_2, engineers AS platinum_2_value, greatest(3 - engineers, 0) AS platinum_2_distance,
       platinum_3, security_revenue AS platinum_3_value,
       greatest(15000 - security_revenue, 0) AS platinum_3_distance,
       revenue, engineers, revenue_before, growth, security_revenue
FROM decided ORDER BY partner_id
"""

STATUSES = """
SELECT partner_id, 'tiers' AS ladder, CAST(NULL AS VARCHAR) AS scope,
       names[floor + 1] AS held, names[floor + 1] AS floor, names[ceiling + 1] AS ceiling,
       CAST(NULL AS VARCHAR) AS prior, floor <> ceiling AS undecided
FROM decided, (SELECT ['registered', 'silver', 'gold', 'platinum'] AS names) ORDER BY partner_id
"""

PAID = """
CREATE TEMP TABLE paid AS
WITH earned AS (
    SELECT partner_id, quarter,
           least(quarter, 5000) * 0.01 + greatest(least(quarter, 20000) - 5000, 0) * 0.02
           + greatest(quarter - 20000, 0) * 0.035 AS earned
    FROM decided WHERE floor >= 1 AND quarter > 0
)
SELECT *, round(earned, 2) AS rounded FROM earned WHERE round(earned, 2) <> 0
"""

EARNINGS = """
SELECT partner_id, 'bench' AS program, 'volume_rebate' AS incentive, '2025-Q3' AS period,
       DATE '2025-07-01' AS period_from, DATE '2025-10-01' AS period_before, CAST(NULL AS VARCHAR) AS keys,
       CAST(NULL AS VARCHAR) AS source_id, partner_id AS earner_id, 'USD' AS currency,
       quarter AS measure, earned, rounded, least(rounded, 1000) AS amount
FROM paid ORDER BY partner_id
"""

ALLOCATIONS = """
SELECT partner_id, 'volume_rebate' AS incentive, '2025-Q3' AS period, DATE '2025-07-01' AS period_from,
       CAST(NULL AS VARCHAR) AS source_id, partner_id AS earner_id, '1' AS "limit",
       1000 AS room, least(rounded, 1000) AS taken, 1000 - least(rounded, 1000) AS "left"
FROM paid ORDER BY partner_id
"""


def evaluate_by_hand(snapshot: Path, output: Path) -> None:
    """Write conditions, statuses, earnings and allocations as Parquet."""
    output.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    files = {name: str(snapshot / f"{name}.parquet") for name in ("sales", "certifications", "people", "partners")}
    connection.execute(MEASURES, files)
    connection.execute(TIERS)
    connection.execute(PAID)
    queries = {"conditions": CONDITIONS, "statuses": STATUSES, "earnings": EARNINGS, "allocations": ALLOCATIONS}
    for name, query in queries.items():
        target = str(output / f"{name}.parquet").replace("'", "''")
        connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


if __name__ == "__main__":
    begun = process_time()
    evaluate_by_hand(Path(sys.argv[1]), Path(sys.argv[2]))
    print(process_time() - begun)
