"""What must not matter does not: shards, order of rows, threads, hash seed, and reading the program again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reference.evaluate import evaluate
from tests.conftest import ROOT
from tests.properties.agreement import alone, assert_same, columnar, seeded, sharded
from tests.properties.digest import digest_of
from tests.properties.programs import compiled, loaded, random_case

SHARDS = (1, 2, 7)
SEEDS = range(900, 904)


@seeded(10)
@given(seed=st.integers(0, 2**32))
def test_shards_do_not_matter(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """In 1, 2 or 7 shards, each from its own world of records, every output is that of the whole."""
    case = random_case(seed)
    plan, schema = compiled(case.text, case.as_of), loaded(case.text).records
    expected = evaluate(plan, case.records).outputs
    for found in sharded(plan, schema, case.records, tmp_path_factory.mktemp("shards"), SHARDS):
        assert_same(expected, found)


@seeded(5)
@given(seed=st.integers(0, 2**32))
def test_a_partner_alone_is_decided_as_with_everybody(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """The records of its world, which the Plan alone says, are all that deciding one partner needs."""
    case = random_case(seed)
    plan, schema = compiled(case.text, case.as_of), loaded(case.text).records
    expected = evaluate(plan, case.records).outputs
    assert_same(expected, alone(plan, schema, case.records, tmp_path_factory.mktemp("alone")))


@seeded(5)
@given(seed=st.integers(0, 2**32))
def test_order_and_threads_do_not_matter(seed: int) -> None:
    """Rows in another order, on one thread or two, give the same outputs in both evaluators."""
    case = random_case(seed)
    plan = compiled(case.text, case.as_of)
    expected = evaluate(plan, case.records).outputs
    random = Random(seed)
    other = {name: random.sample(rows, len(rows)) for name, rows in case.records.items()}
    assert_same(expected, evaluate(plan, other).outputs)
    assert_same(expected, columnar(plan, other, threads=2))


@pytest.mark.long
def test_hash_seed_does_not_matter() -> None:
    """In new processes with other hash seeds, the same programs give equal plans and outputs."""
    expected = digest_of(SEEDS)
    for seed in ("0", "random"):
        run = subprocess.run(
            (sys.executable, "-m", "tests.properties.digest", str(SEEDS.start), str(SEEDS.stop)),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=Path(ROOT),
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == expected, f"hash seed {seed}"


@seeded(5)
@given(seed=st.integers(0, 2**32))
def test_the_same_bytes_replay(seed: int) -> None:
    """The program's bytes alone give an equal plan and the same outputs again."""
    case = random_case(seed)
    first, again = compiled(case.text, case.as_of), compiled(case.text, case.as_of)
    assert first == again
    assert_same(evaluate(first, case.records).outputs, evaluate(again, case.records).outputs)
