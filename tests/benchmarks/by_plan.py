"""The benchmark program through its Plan: read Parquet, decide, write Parquet; no run folder.

python -m tests.benchmarks.by_plan SNAPSHOT_FOLDER OUTPUT_FOLDER
python -m tests.benchmarks.by_plan --leaves SNAPSHOT_FOLDER OUTPUT_FOLDER     and everybody's leaf, and the root
python -m tests.benchmarks.by_plan --tiers FIGURES_FILE OUTPUT_FOLDER     prints its own seconds
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import duckdb

from engine.columnar.evaluate import evaluate_columnar
from engine.plan.plan import Plan
from engine.runs.leaf import form_of
from engine.runs.leaves import write_leaves
from rules import compile_program, load_program

HERE = Path(__file__).resolve().parent
AS_OF = date(2025, 9, 30)
TABLES = ("partners", "people", "certifications", "sales")


def plan_of(name: str) -> Plan:
    """A program of this folder, compiled."""
    program, found = load_program((HERE / name).read_bytes(), name)
    plan, more = compile_program(program, AS_OF) if program else (None, ())
    if plan is None:
        raise SystemExit(f"{name}: {[each.message for each in (*found, *more)]}")
    return plan


def parquet(path: Path) -> str:
    """The file as a relation."""
    escaped = str(path).replace("'", "''")
    return f"read_parquet('{escaped}')"


def evaluate_by_plan(plan: Plan, records: dict[str, str], output: Path) -> duckdb.DuckDBPyConnection:
    """Write every output as Parquet; returns the database, which goes on to make the leaves, as in a run."""
    output.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    result = evaluate_columnar(plan, records, connection)
    for each in plan.outputs:
        result.write(each.name, output / f"{each.name}.parquet")
    return connection


def main(words: list[str]) -> None:
    """Run one of the three forms."""
    if words[0] == "--tiers":
        plan, start = plan_of("tiers.yaml"), perf_counter()
        evaluate_by_plan(plan, {"partners": parquet(Path(words[1]))}, Path(words[2]))
        print(perf_counter() - start)
    else:
        *flags, snapshot, output = words
        plan = plan_of("bench.yaml")
        records = {name: parquet(Path(snapshot) / f"{name}.parquet") for name in TABLES}
        begun = process_time()
        connection = evaluate_by_plan(plan, records, Path(output))
        if "--leaves" in flags:
            write_leaves(form_of(plan.outputs), Path(output), connection)
        print(process_time() - begun)


if __name__ == "__main__":
    main(sys.argv[1:])
