"""`rung explain` of one partner beside that of an earlier commit, each over a run that it made of the same files.

    python -m tests.benchmarks.explain_beside OTHER [PARTNERS]

OTHER is a checkout of that commit, as in `check_many`. Both run with the same interpreter, in turns. The least
processor seconds of each are compared.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.generate import PARTNERS, generate
from tests.benchmarks.run import AS_OF, ROOT, RUNG, Cost, best, cost, say, shown

ROUNDS = 7
PARTNER = "P00000077"
BENCH = "tests/benchmarks"


def command_of(checkout: Path, data: Path, home: Path) -> tuple[str, ...]:
    """The command that explains the partner, after the checkout has imported and evaluated the files."""
    rung = (*RUNG, "--home", str(home))
    subprocess.run(("rm", "-rf", str(home)), check=True)
    # an interpreter may be told to write no bytecode
    subprocess.run((sys.executable, "-m", "compileall", "-q", "engine", "rules", "cli"), cwd=checkout, check=True)
    cost(*rung, "import", f"{BENCH}/feed.yaml", "--files", str(data), folder=checkout)
    (snapshot,) = (each.name for each in (home / "snapshots").glob("snap-*"))
    cost(*rung, "evaluate", f"{BENCH}/bench.yaml", "--data", snapshot, "--as-of", AS_OF, folder=checkout)
    (run,) = (each.name for each in (home / "runs").glob("run-*"))
    return (*rung, "explain", run, PARTNER)


def main(other: Path, partners: int) -> None:
    """Both figures, each the best of some rounds, and their ratio."""
    work = ROOT / ".bench" / str(partners)
    if not (work / "data" / "sales.csv").exists():
        generate(work / "data", partners)
    ours, theirs = (command_of(each, work / "data", work / name) for each, name in ((ROOT, "ours"), (other, "theirs")))
    mine: list[Cost] = []
    earlier: list[Cost] = []
    for _ in range(ROUNDS):
        mine.append(cost(*ours))
        earlier.append(cost(*theirs, folder=other))
    say(f"rung explain, one partner of {partners:,}", shown(best(mine)), "goal: under 1 s")
    say("the same by the other checkout", shown(best(earlier)))
    ratio = min(each.cpu for each in mine) / min(each.cpu for each in earlier)
    say("ratio of processor seconds to it", f"{ratio:.2f}", "goal: at most 1")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2].replace("_", "")) if sys.argv[2:] else PARTNERS)
