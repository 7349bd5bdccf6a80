"""Fuzzing with a bound on everything: `python -m tests.fuzz.run --seconds 600 [--target check] [--keep]`.

Each target runs in a process of its own, which libFuzzer ends after the time; an input that takes longer than twenty
seconds, or more than a gigabyte, is a finding like an exception. What was found stands in `.fuzz/TARGET`, and a line
for `corpus/TARGET.txt` is printed, so that the test replays it from then on.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.fuzz.seeds import ROOT, seeds

TARGETS = ("loader", "expression", "check", "feed", "cases", "layout")
HANG_SECONDS = 20  # for one input, on a machine that has other things to do; ordinary ones take 0.1 s
MEMORY_MB = 1_024
MAX_BYTES = 8 * 1024
ARTIFACT = re.compile(r"(?:crash|timeout|oom|leak|slow-unit)-")
EXECUTED = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
COVERED = re.compile(r"cov: (\d+) ft: (\d+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one target did: inputs tried, edges reached, and the inputs that broke something."""

    target: str
    executed: int
    covered: int
    broken: tuple[Path, ...]
    log: Path

    @property
    def sound(self) -> bool:
        """Whether it ran and nothing broke."""
        return self.executed > 0 and not self.broken


def fuzz(target: str, seconds: int, folder: Path) -> Outcome:
    """Run one target for so many seconds; `folder` keeps its corpus, log and findings."""
    corpus, found = folder / "corpus", folder / "found"
    for each in (corpus, found):
        each.mkdir(parents=True, exist_ok=True)
    log = folder / "log.txt"
    with tempfile.TemporaryDirectory() as start:
        for seed in seeds(target):
            (Path(start) / sha256(seed).hexdigest()[:16]).write_bytes(seed)
        command = [
            *(sys.executable, "-m", "tests.fuzz.harness", target),
            f"-max_total_time={seconds}",
            f"-timeout={HANG_SECONDS}",
            f"-report_slow_units={HANG_SECONDS}",
            f"-rss_limit_mb={MEMORY_MB}",
            f"-max_len={MAX_BYTES}",
            f"-artifact_prefix={found}{os.sep}",
            "-print_final_stats=1",
            "-seed=1",
            *(str(corpus), start),
        ]
        with log.open("wb") as output:
            code = subprocess.run(
                command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, timeout=seconds + 300, check=False
            ).returncode
    said = log.read_text(encoding="utf-8", errors="replace")
    covered = COVERED.findall(said)
    executed = EXECUTED.findall(said)
    broken = tuple(sorted(path for path in found.iterdir() if ARTIFACT.match(path.name)))
    count = int(executed[-1]) if executed and (code == 0 or broken) else 0
    return Outcome(target, count, int(covered[-1][0]) if covered else 0, broken, log)


def report(outcome: Outcome) -> None:
    """One line a target, and the findings with the line that keeps them."""
    state = "sound" if outcome.sound else f"{len(outcome.broken)} broken" if outcome.broken else "did not run"
    print(f"{outcome.target:12} {outcome.executed:>9,} inputs  {outcome.covered:>6,} edges  {state}", flush=True)
    if not outcome.sound:
        print(f"  the log is {outcome.log}")
    for path in outcome.broken:
        print(f"  {path}\n  {json.dumps(path.read_bytes().decode('latin-1'))}")


def main(arguments: list[str]) -> int:
    """Run the targets one after the other; 1 if any input broke something."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for each target (600)")
    parser.add_argument("--target", choices=TARGETS, action="append", help="only this one; may be repeated")
    parser.add_argument("--folder", type=Path, default=ROOT / ".fuzz", help="for corpus, logs and findings (.fuzz)")
    chosen = parser.parse_args(arguments)
    sound = True
    for target in chosen.target or TARGETS:
        outcome = fuzz(target, chosen.seconds, chosen.folder.resolve() / target)
        report(outcome)
        sound = sound and outcome.sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
