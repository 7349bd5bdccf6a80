"""One hash over the plans and outputs of some random cases; as a command, for another process."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable

from engine.reference.evaluate import evaluate
from tests.properties.agreement import columnar
from tests.properties.programs import compiled, random_case


def digest_of(seeds: Iterable[int]) -> str:
    """The SHA-256 of every case's text, plan and outputs by both evaluators."""
    digest = hashlib.sha256()
    for seed in seeds:
        case = random_case(seed)
        plan = compiled(case.text, case.as_of)
        outputs = evaluate(plan, case.records).outputs
        for each in (case.text, plan, dict(outputs), dict(columnar(plan, case.records))):
            digest.update(repr(each).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(digest_of(range(int(sys.argv[1]), int(sys.argv[2]))))
