"""Findings about runs, with their pages, and the exit code of each."""

from __future__ import annotations

from collections.abc import Iterable

from engine.language.diagnostic import Code, Diagnostic, Severity
from engine.records.codes.tables import DAMAGED as DAMAGED_SNAPSHOT

DIFFERENCES = 5  # exit codes of the shell, from its contract
INVALID = 3
INTEGRITY = 7

DAMAGED_RUN = Code(
    "RNG800",
    "damaged-run",
    """A file of a stored run is missing or differs from its manifest, or some rows do not match their leaf.

A run is written once and never changed, so it was changed or damaged afterwards. Do not pay from it or use it
as evidence.

Cure: restore the run's folder from a backup, or delete the folder and evaluate again. The same program,
snapshot and date give the same run.

```
error RNG800 damaged-run: `statuses.parquet` of `run-3f9a10c2b7d4e561` differs from its manifest
```
""",
)
FOREIGN_FOLDER = Code(
    "RNG801",
    "foreign-folder",
    """A folder among the runs is not a run: it has no readable manifest.

rung ignores it. Another program wrote it, or its manifest was damaged.

Cure: look into the folder. Then move it elsewhere, or restore its `manifest.json`.
""",
    Severity.WARNING,
)
RECHECK_MISMATCH = Code(
    "RNG802",
    "recheck-mismatch",
    """Another evaluator decided a partner differently from the stored run.

All evaluators must agree on every condition, status and amount. If they do not, one of them is wrong, and the
run cannot be trusted. A run with a mismatch can never be approved.

Cure: report it, with the partner's records. The cause is a bug in rung or a damaged run.

```
error RNG802 recheck-mismatch: partner `P0042`, condition `tier.gold.1`: columnar says met, reference not met
```
""",
)
REPLAY_DIFFERENCE = Code(
    "RNG803",
    "replay-difference",
    """Computing a stored run again gave a different result.

The program, the snapshot and the date are those of the run, so the result must be the same to the last digit.
The message names the first difference.

Cure: report it. Until the reason is known, do not rely on the stored decisions.

```
error RNG803 replay-difference: `earnings`, partner `P0042`, `amount`: stored 120.50, recomputed 120.51
```
""",
)
PINNED_INPUT = Code(
    "RNG804",
    "pinned-input",
    """An input of the run does not exist any more, or has changed.

A run records the exact bytes of its program and the hash of its snapshot. If either differs, a replay would
prove nothing, so rung does not replay the run.

Cure: restore the snapshot's folder from a backup, or import the same files again. The same records give the
same snapshot id.
""",
)
NO_REFEREE = Code(
    "RNG805",
    "no-referee",
    """The referee cannot run here, so only the reference evaluator rechecked the conditions.

The referee needs the package durable-rules, which needs Python 3.12 or older. Everything else works without it.
The recheck says which engines took part.

Cure: if you need the second engine, recheck with Python 3.11 or 3.12.
""",
    Severity.WARNING,
)
NOT_COVERED = Code(
    "RNG806",
    "not-covered",
    """The referee did not check some conditions.

Its engine compares whole numbers up to 2**62, which is 46 million billion in cents. Larger values, and
conditions that it cannot compute, are skipped and counted, never guessed. The reference evaluator checks them.
""",
    Severity.NOTE,
)
UNKNOWN_PARTNER = Code(
    "RNG807",
    "unknown-partner",
    """The run has no partner with this id.

Ids must match the records exactly.

Cure: list the partners of the run with `rung evaluate ... --format csv`, or find the id in your source file.
""",
)
FAILED_RECHECK = Code(
    "RNG808",
    "failed-recheck",
    """An earlier recheck of this run found a mismatch.

The note about it stays with the run. You can look at a run with a mismatch, but it can never be approved.

Cure: read the notes in the run's folder `attestations`. Evaluate with a version of rung in which the bug is
fixed; this gives another run.
""",
)
OTHER_ROOT = Code(
    "RNG809",
    "other-root",
    """Another version of the engine computes different results for this run.

A run is identified by its inputs, so a newer rung or DuckDB must give the same results. Here it did not: either
the stored run or the current version is wrong.

Cure: replay the run with the version that its manifest names, and report the difference.
""",
)
UNREADABLE = Code(
    "RNG810",
    "unreadable-run",
    """The run was written in a format that this version of rung cannot read.

Cure: use the version named in its manifest, or a newer one.
""",
)
MISSING_RATE = Code(
    "RNG811",
    "missing-rate",
    """Records are in another currency than the program, and no rate converts them on the day that `conversion` names.

A rate holds from its `effective_from` until the next one of the same two currencies. Only the direction from the
record's currency to the program's is read: a rate the other way round is not turned over, because one divided by a
rounded rate is another rate. Every record up to the day of the run needs a rate, whether its amount counts or not. With
`as_at: period end` it needs the rate of the last day of each complete period and each window that it is in.

Cure: add the rate to `fx_rates`, import again and evaluate. A rate with an earlier day is enough.

```
error RNG811 missing-rate: there is no rate from EUR to USD on 2025-12-30 and on 4 later days until 2026-01-03
```
""",
)
CODES = (
    DAMAGED_RUN,
    FOREIGN_FOLDER,
    RECHECK_MISMATCH,
    REPLAY_DIFFERENCE,
    PINNED_INPUT,
    NO_REFEREE,
    NOT_COVERED,
    UNKNOWN_PARTNER,
    FAILED_RECHECK,
    OTHER_ROOT,
    UNREADABLE,
    MISSING_RATE,
)

EXITS = {
    DAMAGED_SNAPSHOT.code: INTEGRITY,
    DAMAGED_RUN.code: INTEGRITY,
    PINNED_INPUT.code: INTEGRITY,
    OTHER_ROOT.code: INTEGRITY,
    RECHECK_MISMATCH.code: DIFFERENCES,
    REPLAY_DIFFERENCE.code: DIFFERENCES,
    FAILED_RECHECK.code: DIFFERENCES,
}


def exit_code(findings: Iterable[Diagnostic]) -> int:
    """What a command that ends with these findings exits with: 0, 3, 5 or 7, the gravest."""
    errors = (each for each in findings if each.severity is Severity.ERROR)
    return max((EXITS.get(each.code, INVALID) for each in errors), default=0)
