"""`rung check` from the shell, of one file and of a repository.

    python -m tests.benchmarks.check_many [FILES] [OTHER]

OTHER is a checkout of an earlier commit (`git worktree add --detach FOLDER COMMIT`). It checks the same programs with
the same interpreter, in turns, so that a busy machine hurts both. The least processor seconds of each are compared. The
programs are made from its own summit program, which both can read.

The programs are distinct: each is the summit program with other names, figures and dates, and with more or fewer
metrics, benefits and incentives: one in eight is twice as long as the rest.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.run import ROOT, Cost, best, cost, say, shown

FILES = 1_000
ROUNDS = 3
SUMMIT = "programs/summit/2026.yaml"
RUNG = (sys.executable, "-m", "cli")
LADDERS = (
    ("registered", "silver", "gold", "platinum"),
    ("member", "select", "premier", "elite"),
    ("authorised", "advanced", "expert", "master"),
    ("bronze", "copper", "amber", "diamond"),
)
YEAR = re.compile(r"\b(202[567])-")
AMOUNT = re.compile(r"\b([0-9_]+) USD")
LINES = (("network", "security", "collaboration"), ("compute", "storage", "backup"), ("water", "power", "heat"))


def program(seed: int, summit: str) -> str:
    """One program made from the text of summit: the same for the same seed, another for any other."""
    chance = random.Random(seed)
    text = summit
    for old, new in zip(LADDERS[0], chance.choice(LADDERS), strict=True):
        text = text.replace(old, new)
    for old, new in zip(LINES[0], chance.choice(LINES), strict=True):
        text = text.replace(f"[{old}", f"[{new}").replace(f" {old}", f" {new}")
    year = chance.randint(2024, 2030)
    text = YEAR.sub(lambda found: f"{int(found[1]) - 2026 + year}-", text)
    factor = chance.randint(1, 9)
    text = AMOUNT.sub(lambda found: f"{int(found[1].replace('_', '')) * factor:_} USD", text)
    text = text.replace("program: summit", f"program: program_{seed}").replace("Summit", f"Program {seed}")
    return with_more(text, chance.choice((0, 0, 0, 1, 1, 2, 3, 8)), chance)


def with_more(text: str, count: int, chance: random.Random) -> str:
    """The program with so many more metrics, benefits and incentives."""
    metrics, benefits, incentives = [], [], []
    for number in range(count):
        field = chance.choice(("product_id", "customer_id"))
        metrics.append(
            f"  distinct_{number}: {{from: sales, count_distinct: {field}, window: trailing {number + 3} months}}\n"
        )
        benefits.append(f"  extra_{number}: {{value: flag, when: [distinct_{number} >= {chance.randint(5, 90)}]}}\n")
        incentives.append(
            f"  spiff_{number}:\n    kind: spiff\n    title: Launch of product {number}\n    from: sales\n"
            f"    where: item.name is 'Product {number}' and entry is sale\n"
            f"    eligible: [distinct_{number} >= {chance.randint(2, 9)}]\n"
            f"    amount: {chance.randint(5, 90)} USD\n    per: 1\n    of: quantity\n"
            "    limits:\n      - {at_most: 900 USD, per: [seller], order: [closed_on, sale_id]}\n"
            "    payee: seller\n"
        )
    text = text.replace("\nsegments:", f"{''.join(metrics)}\nsegments:")
    return text.replace("\nincentives:\n", f"{''.join(benefits)}\nincentives:\n{''.join(incentives)}")


def generate(folder: Path, files: int, checkout: Path = ROOT) -> None:
    """A repository of programs, ten in a folder, made from the summit program of a checkout."""
    summit = (checkout / SUMMIT).read_text(encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    for seed in range(files):
        file = folder / f"region_{seed // 100}" / f"vendor_{seed // 10}" / f"{seed}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(program(seed, summit), encoding="utf-8")


def main(files: int, other: Path | None = None) -> None:
    """The figures, each the best of some rounds; those of another checkout beside them."""
    folder = ROOT / ".bench" / f"programs-{files}"
    for checkout in (ROOT, *([other] if other else [])):  # an interpreter may be told to write no bytecode
        subprocess.run((sys.executable, "-m", "compileall", "-q", "engine", "rules", "cli"), cwd=checkout, check=True)
    generate(folder, files, other or ROOT)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in folder.rglob("*.yaml"))
    say("programs, lines", f"{files:,}, {lines:,}")
    one = best([cost(*RUNG, "check", SUMMIT) for _ in range(ROUNDS)])
    say("rung check of one file", shown(one), "goal: under 0.4 s")
    many: list[Cost] = []
    theirs: list[Cost] = []
    for _ in range(ROUNDS):
        many.append(cost(*RUNG, "check", str(folder)))
        if other is not None:
            theirs.append(cost(*RUNG, "check", str(folder), folder=other))
    say(f"rung check of a folder of {files:,}", shown(best(many)))
    each = (best(many).seconds - one.seconds) / files * 100
    say("seconds for 100 files after start-up", f"{each:.2f} s", "goal: under 2 s")
    if other is not None:
        say("the same folder by the other checkout", shown(best(theirs)))
        ratio = min(each.cpu for each in many) / min(each.cpu for each in theirs)
        say("ratio of processor seconds to it", f"{ratio:.2f}", "goal: at most 1")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else FILES, Path(sys.argv[2]).resolve() if sys.argv[2:] else None)
