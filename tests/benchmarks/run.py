"""`make bench`: speed and memory, as ratios against the same work done otherwise, in one run on the same data.

    python -m tests.benchmarks.run [PARTNERS]

Writes below `.bench/`, which can be deleted. Every figure is the best of some rounds; rivals take turns, so
that a busy machine hurts both. Outputs are compared before times are printed.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import duckdb

from engine.plan.outputs import ALLOCATIONS, CONDITIONS, EARNINGS
from tests.benchmarks.generate import PARTNERS, generate
from tests.benchmarks.rivals import durable_rules, plain_python, rate, zen_engine

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "benchmarks"
RUNG = (sys.executable, "-m", "cli")
AS_OF = "2025-09-30"
EARLIER = "2025-08-31"
ROUNDS = 3
LARGE = 500_000_000  # bytes; such a file is imported once, for a second takes minutes


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    seconds: float
    cpu: float
    mebibytes: int
    output: str


def cost(*command: str, folder: Path = ROOT, codes: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end in a folder; refuses one that fails, or ends with none of `codes`."""
    start = perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
    return Cost(perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, output)


def best(costs: Sequence[Cost]) -> Cost:
    """The round that was disturbed least."""
    return min(costs, key=lambda each: each.seconds)


def say(what: str, found: str, goal: str = "") -> None:
    """One line of the report."""
    print(f"{what:<58}{found:>30}   {goal}", flush=True)


def shown(each: Cost) -> str:
    """Seconds, processor seconds, peak memory."""
    return f"{each.seconds:.2f} s ({each.cpu:.1f} cpu), {each.mebibytes} MiB"


def main(partners: int) -> None:
    """Everything, in order."""
    work = ROOT / ".bench" / str(partners)
    data, home = work / "data", work / "home"
    if not (data / "sales.csv").exists():
        start = perf_counter()
        generate(data, partners)
        say("records generated", f"{perf_counter() - start:.1f} s")
    say("partners, sales, certificates", f"{partners:,}, {partners * 20:,}, {partners * 5:,}")
    snapshot = bench_import(data, home)
    run = bench_evaluation(work, home, snapshot)
    bench_shell(home, run)  # before the rivals: a child's peak counts what its parent held when it began
    bench_verification(home, snapshot, run)
    bench_rivals(work, home / "runs" / run)


def bench_import(data: Path, home: Path) -> str:
    """From CSV to a snapshot, the first time."""
    if home.exists():
        subprocess.run(["rm", "-rf", str(home)], check=True)
    by_hand = (sys.executable, "-m", "tests.benchmarks.import_by_hand", str(data), str(home.parent / "hand-import"))
    command = (*RUNG, "--home", str(home), "import", str(HERE / "feed.yaml"), "--files", str(data))
    hand, taken = [cost(*by_hand)], [cost(*command)]
    for _ in range(1, ROUNDS if (data / "sales.csv").stat().st_size < LARGE else 1):
        subprocess.run(["rm", "-rf", str(home)], check=True)
        hand.append(cost(*by_hand))
        taken.append(cost(*command))
    say("SQL written by hand: typed, checked, sorted, compressed", shown(best(hand)))
    say("rung import, from CSV", shown(best(taken)), "goal: under 90 s")
    ratio = min(each.cpu for each in taken) / min(each.cpu for each in hand)
    say("ratio to SQL by hand, processor seconds", f"{ratio:.2f}", "goal: at most 2.0")
    return next((home / "snapshots").glob("snap-*")).name


def bench_evaluation(work: Path, home: Path, snapshot: str) -> str:
    """Evaluation against SQL written by hand: the same outputs from the same Parquet files."""
    folder = home / "snapshots" / snapshot
    hand_command = (sys.executable, "-m", "tests.benchmarks.by_hand", str(folder), str(work / "hand"))
    by_plan = (sys.executable, "-m", "tests.benchmarks.by_plan")
    plan_command = (*by_plan, str(folder), str(work / "plan"))
    leaves_command = (*by_plan, "--leaves", str(folder), str(work / "leaves"))
    hand: list[Cost] = []
    plan: list[Cost] = []
    leaves: list[Cost] = []
    shell: list[Cost] = []
    evaluate = (*RUNG, "--home", str(home), "evaluate", str(HERE / "bench.yaml"), "--data", snapshot, "--as-of", AS_OF)
    for _ in range(ROUNDS):
        hand.append(cost(*hand_command))
        plan.append(cost(*plan_command))
        leaves.append(cost(*leaves_command))
        subprocess.run(["rm", "-rf", str(home / "runs")], check=True)  # a run that is there would only be verified
        shell.append(cost(*evaluate))
    compare(work / "hand", work / "plan")
    say("SQL written by hand", shown(best(hand)))
    say("the Plan in SQL, same outputs and entitlements", shown(best(plan)), "goal: under 3 GiB")
    say("the same, with everybody's leaf and the root", shown(best(leaves)), "goal: under 3 GiB")
    say("ratio to SQL by hand, without leaves", ratios(plan, hand), "goal: at most 1.3")
    say("ratio to SQL by hand, with leaves", ratios(leaves, hand), "goal: at most 1.6")
    say("rung evaluate from the shell", shown(best(shell)), "goal: under 3 GiB")
    least = min(each.cpu for each in shell)
    beside_leaves, beside_plan = (least / min(each.cpu for each in other) for other in (leaves, plan))
    ratio = f"{beside_leaves:.2f} ({beside_plan:.2f} without leaves)"
    say("ratio to the Plan with leaves, start-up in both", ratio, "goal: at most 1.3")
    return next((home / "runs").glob("run-*")).name


COMPARED = {
    "statuses": ("partner_id", "ladder", "held", "floor", "ceiling", "undecided"),
    "earnings": ("partner_id", "program", "period", "currency", *EARNINGS.values),
    "allocations": ("partner_id", "incentive", "period", "limit", *ALLOCATIONS.values),
}
"""Columns that both write, by output."""


def ratios(some: Sequence[Cost], others: Sequence[Cost]) -> str:
    """Of the processor seconds that two commands print of their evaluation, each by its least disturbed round.

    Starting Python and compiling the program are left out: they take the same time for ten partners.
    """
    evaluated = min(float(each.output) for each in some) / min(float(each.output) for each in others)
    whole = min(each.cpu for each in some) / min(each.cpu for each in others)
    return f"{evaluated:.2f} ({whole:.2f} with start-up)"


def compare(hand: Path, plan: Path) -> None:
    """The two must have written the same decisions."""
    lines = [
        (tier, place) for tier, count in (("silver", 2), ("gold", 3), ("platinum", 3)) for place in range(1, count + 1)
    ]
    pairs = {
        **{table: [(each, each) for each in names] for table, names in COMPARED.items()},
        "conditions": [(each, each) for each in CONDITIONS.key]
        + [(f"{tier}_{place}{end.replace('.', '_')}", f"tier.{tier}.{place}{end}")
           for tier, place in lines for end in ("", ".value", ".distance")],
    }  # fmt: skip
    connection = duckdb.connect()
    for table, columns in pairs.items():
        ours, theirs = (", ".join(f'"{pair[side]}"' for pair in columns) for side in (1, 0))
        sides = (f"SELECT {ours} FROM '{plan / table}.parquet'", f"SELECT {theirs} FROM '{hand / table}.parquet'")
        for one, two in (sides, sides[::-1]):
            found = connection.execute(f"SELECT count(*) FROM ({one} EXCEPT ALL {two})").fetchone()
            if found is None or found[0]:
                raise SystemExit(f"{table} differ between hand and plan: {found}")


def bench_rivals(work: Path, run: Path) -> None:
    """The tier part against other engines, from the figures of the run."""
    connection = duckdb.connect()
    figures = f"""
        SELECT partner_id, "metric.revenue" AS revenue, "metric.engineers" AS engineers,
               "metric.growth" AS growth, "metric.security_revenue" AS security_revenue
        FROM '{run}/conditions.parquet' ORDER BY partner_id"""
    cents = connection.execute(
        f"SELECT CAST(revenue * 100 AS BIGINT), engineers, CAST(growth * 1000000 AS BIGINT), "
        f"CAST(security_revenue * 100 AS BIGINT) FROM ({figures})"
    ).fetchall()
    rows = [dict(zip(("revenue", "engineers", "growth", "security"), each, strict=True)) for each in cents]
    speed, answers = rate(plain_python, rows)
    for name, rival, count in (("zen-engine", zen_engine, 100_000), ("durable-rules alone", durable_rules, 20_000)):
        found, given = rate(rival, rows[:count])
        if given != answers[: len(given)]:
            raise SystemExit(f"{name} decides otherwise")
        say(f"tiers by {name}", f"{found:,} decisions/s")
    say("tiers by plain Python", f"{speed:,} decisions/s")
    connection.execute(f"COPY ({figures}) TO '{work}/figures.parquet' (FORMAT parquet)")
    taken = cost(
        sys.executable, "-m", "tests.benchmarks.by_plan", "--tiers", str(work / "figures.parquet"), str(work / "tiers")
    )
    seconds = float(taken.output)
    say("tiers by rung, with values and distances, to Parquet", f"{round(len(rows) / seconds):,} decisions/s")
    held = connection.execute(f"SELECT held FROM '{work}/tiers/statuses.parquet' ORDER BY partner_id").fetchall()
    if [each[0] for each in held] != answers:
        raise SystemExit("rung decides otherwise than plain Python")


def bench_shell(home: Path, run: str) -> None:
    """What a person waits for."""
    partner = "P00000077"
    explain = best([cost(*RUNG, "--home", str(home), "explain", run, partner) for _ in range(ROUNDS)])
    say("rung explain, one partner of that run", shown(explain), "goal: under 1 s")
    for words, goal in (
        (("--help",), "goal: under 0.4 s"),
        (("check", "programs/summit/2026.yaml"), "goal: under 0.4 s"),
    ):
        say(f"rung {' '.join(words)}", shown(best([cost(*RUNG, *words) for _ in range(5)])), goal)


def bench_verification(home: Path, snapshot: str, run: str) -> None:
    """What it costs to verify what has not changed since it was verified, and to verify it the first time."""
    program, at = str(HERE / "bench.yaml"), ("--home", str(home))
    cost(*RUNG, *at, "evaluate", program, "--data", snapshot, "--as-of", EARLIER)
    other = next(each.name for each in (home / "runs").glob("run-*") if each.name != run)
    unverified = (sys.executable, "-m", "tests.benchmarks.unverified")
    partner = "P00000077"
    for words in (("runs",), ("explain", run, partner), ("diff", other, run, "--exit-zero")):
        pairs = [(cost(*RUNG, *at, *words), cost(*unverified, *at, *words)) for _ in range(ROUNDS)]
        verified, plain = (min(side, key=lambda each: each.cpu) for side in zip(*pairs, strict=True))
        if verified.output != plain.output:
            raise SystemExit(f"rung {words[0]} says something else without verification")
        ratio = f"{verified.cpu / plain.cpu:.2f} ({verified.cpu:.2f} cpu against {plain.cpu:.2f})"
        say(f"rung {words[0]}, verified against not verified", ratio, "goal: at most 1.5")
    say("rung doctor: everything verified, both runs computed again", shown(cost(*RUNG, *at, "doctor", codes=(0, 6))))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else PARTNERS)
