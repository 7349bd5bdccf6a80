"""Mutants of comparisons and arithmetic, and which of them no test notices: `python -m tests.mutants.run --count 200`.

Each mutant is made in a copy of the repository and meets the tests that run its line, fastest first, up to the first
that fails. Which tests those are is recorded once for a state of the tree. Stopping (Ctrl-C) prints what is known.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

from tests.mutants.draw import draw, mutants, mutated, sources
from tests.mutants.equivalent import key, read_equivalents, stale
from tests.mutants.mutant import Mutant
from tests.mutants.record import Record, read, record, state
from tests.mutants.report import Tried, closing, line_of, share, table, unclear
from tests.mutants.tree import Tree
from tests.mutants.trial import try_mutant

ROOMS = ("rules", "engine/compiler", "engine/course", "engine/plan", "engine/reference", "engine/columnar")
BUDGET = 120.0  # recorded seconds of tests for one mutant; without coverage they take about half
SEEDS = 1_000_000


def possible(root: Path, files: Iterable[str], *, numbers: bool) -> list[Mutant]:
    """Every mutant of the files that are there."""
    return [
        mutant
        for file in files
        if (root / file).is_file()
        for mutant in mutants(file, (root / file).read_text(encoding="utf-8"), numbers)
    ]


def try_all(ready: Sequence[tuple[Mutant, str]], known: Record, trees: Sequence[Tree], budget: float) -> list[Tried]:
    """Try the mutants, one in each copy, and say a line about each as it ends; what is known when it is interrupted."""
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)
    sound: set[str] = set()

    def work(mutant: Mutant, text: str) -> Tried:
        tree, start = free.get(), time.monotonic()
        try:
            outcome = try_mutant(tree, mutant, text, known, budget, sound)
        finally:
            free.put(tree)
        return Tried(mutant, outcome, time.monotonic() - start)

    done: list[Tried] = []
    pool = ThreadPoolExecutor(len(trees))
    waiting: list[Future[Tried]] = [pool.submit(work, *each) for each in ready]
    try:
        for future in as_completed(waiting):
            done.append(future.result())
            print(f"[{len(done):>3}/{len(ready)}] {line_of(done[-1])}", flush=True)
    except KeyboardInterrupt:
        print("\ninterrupted", flush=True)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for tree in trees:
            tree.close()
        pool.shutdown(wait=True)
    return done


def options(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many mutants (200)")
    parser.add_argument("--seed", type=int, help="of the draw (a new one, printed)")
    parser.add_argument("--only", action="append", metavar="PATH", help="draw from this file or folder (repeatable)")
    parser.add_argument("--processes", type=int, default=2, help="mutants at once (2)")
    parser.add_argument("--at-most", type=float, default=3.0, metavar="PERCENT", help="that may go unnoticed (3)")
    parser.add_argument("--budget", type=float, default=BUDGET, help=f"seconds of tests for one mutant ({BUDGET:.0f})")
    parser.add_argument("--tests", action="append", metavar="PATH", help="record these tests only (repeatable)")
    parser.add_argument("--numbers", action="store_true", help="change numbers by one too")
    return parser.parse_args(arguments)


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """A polite `kill` ends a run as Ctrl-C does: with its report, and no copy left behind."""
    raise KeyboardInterrupt


def recorded(tree: Tree, tests: Sequence[str], processes: int) -> Record:
    """The record for the state of a copy: the one that was kept, or a new one."""
    known, start = read(state(tree.path, tests)), time.monotonic()
    if known is None:
        print("recording which tests run which line ..", flush=True)
        known = record(tree, tests, processes)
        print(f"recorded {len(known.seconds)} tests in {time.monotonic() - start:.0f} s", flush=True)
    for test in known.failing:
        print(f"not used, it fails without any change: {test}")
    return known


def main(arguments: list[str]) -> int:
    """Draw, record if need be, try, report.

    Returns 1 if too many went unnoticed, an entry is stale or tests failed anyway, 130 if interrupted.
    """
    chosen = options(arguments)
    seed = random.randrange(SEEDS) if chosen.seed is None else chosen.seed
    listed = read_equivalents()
    done: list[Tried] = []
    start = time.monotonic()
    signal.signal(signal.SIGTERM, interrupt)
    with tempfile.TemporaryDirectory(prefix="rung-mutants-") as name:
        first = Tree(Path(name) / "record")  # the state of this moment, whatever is edited meanwhile
        root = first.path
        files = sources(root, chosen.only or ROOMS)
        everything = possible(root, files, numbers=chosen.numbers)
        drawn = draw(everything, chosen.count, seed, listed)
        lost = stale(listed, map(key, possible(root, {each.file for each in listed}, numbers=True)))
        print(f"{len(drawn)} of {len(everything)} possible mutants in {len(files)} files, --seed {seed}", flush=True)
        ready = [(each, mutated(each, (root / each.file).read_text(encoding="utf-8"))) for each in drawn]
        with suppress(KeyboardInterrupt):
            known = recorded(first, chosen.tests or (), chosen.processes)
            trees = [Tree(Path(name) / f"copy-{number}", root) for number in range(chosen.processes)]
            done = try_all(ready, known, trees, chosen.budget)
    print(table(done))
    for each in lost:
        print(f"stale entry in equivalent.toml: {each.file}, {each.where}: {each.before} -> {each.after}")
    print(closing(done, len(ready), chosen.at_most, time.monotonic() - start))
    if len(done) < len(ready):
        return 130
    return 1 if lost or unclear(done) or share(done) > chosen.at_most else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
