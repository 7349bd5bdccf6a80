"""Findings about runs, with their pages, and the exit code each one asks for."""

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
    """A file of a stored run is missing or differs from what its manifest says, or rows do not give their leaf.

A run is written once and never changed, so somebody or something changed it afterwards. Nothing of
it may be paid or shown as evidence.

The cure: restore the run's folder from a copy, or delete the folder and evaluate again; the same
program, snapshot and date give the same run.

```
error RNG800 damaged-run: `statuses.parquet` of `run-3f9a10c2b7d4e561` differs from its manifest
```
""",
)
FOREIGN_FOLDER = Code(
    "RNG801",
    "foreign-folder",
    """A folder among the runs is not a run: it has no manifest that can be read.

It is left alone and not listed. Something else wrote it, or a manifest was damaged.

The cure: look into the folder, then move it elsewhere or restore its `manifest.json`.
""",
    Severity.WARNING,
)
RECHECK_MISMATCH = Code(
    "RNG802",
    "recheck-mismatch",
    """Another evaluator decided a partner otherwise than the stored run.

The run's evaluator, the reference and the referee must agree on every condition, status and
amount. Where they do not, one of them is wrong and nothing in the run may be trusted: a run with a
mismatch can never be approved.

The cure: report it, with the partner's records; this is a defect of rung or a damaged run.

```
error RNG802 recheck-mismatch: partner `P0042`, condition `tier.gold.1`: columnar says met, reference not met
```
""",
)
REPLAY_DIFFERENCE = Code(
    "RNG803",
    "replay-difference",
    """Recomputing a stored run from what it pinned gave another decision.

The program, the snapshot and the date are those of the run, so the answer must be the same to the
last digit. The message names the first difference.

The cure: report it. Until it is understood, treat the stored decisions as unproven.

```
error RNG803 replay-difference: `earnings`, partner `P0042`, `amount`: stored 120.50, recomputed 120.51
```
""",
)
PINNED_INPUT = Code(
    "RNG804",
    "pinned-input",
    """What a run was computed from is not there any more, or has changed.

A run pins its program by bytes and its records by the hash of the snapshot. If either differs, a
replay would prove nothing, so it is not done.

The cure: restore the snapshot's folder from a copy, or import the same files again; the same
records give the same snapshot id.
""",
)
NO_REFEREE = Code(
    "RNG805",
    "no-referee",
    """The referee cannot work here, so conditions were rechecked by the reference alone.

The referee needs the package durable-rules, which builds only below Python 3.13. Everything else
works without it; the recheck says which engines took part.

The cure: where a second engine is demanded, recheck with Python 3.11 or 3.12.
""",
    Severity.WARNING,
)
NOT_COVERED = Code(
    "RNG806",
    "not-covered",
    """The referee gave no opinion on some conditions.

Its engine compares whole numbers up to 2**62, which is 46 thousand million million in cents. Larger values,
and forms it has no arithmetic for, are left out and counted, never guessed. The reference covers
them.
""",
    Severity.NOTE,
)
UNKNOWN_PARTNER = Code(
    "RNG807",
    "unknown-partner",
    """The run decided no partner with this id.

Ids are compared as they stand in the records, letter by letter.

The cure: list the partners of the run with `rung evaluate ... --format csv`, or look up the id in
your source file.
""",
)
FAILED_RECHECK = Code(
    "RNG808",
    "failed-recheck",
    """An earlier recheck of this run found a mismatch.

The note stays beside the run for good. A run with a mismatch may be looked at, and can never be
approved.

The cure: see the notes in the run's folder `attestations`; evaluate with a version of rung in which
the defect is repaired, which gives another run.
""",
)
OTHER_ROOT = Code(
    "RNG809",
    "other-root",
    """Another version of the engine computes other decisions for this run.

A run is found again by what it means, so evaluating it with a newer rung or DuckDB must give the
same decisions. Here it did not: either the stored run or the present version is wrong.

The cure: replay the run with the version its manifest names, and report the difference.
""",
)
UNREADABLE = Code(
    "RNG810",
    "unreadable-run",
    """The run was written in a form that this version of rung does not know.

The cure: use the version named in its manifest, or a newer one.
""",
)
MISSING_RATE = Code(
    "RNG811",
    "missing-rate",
    """Records are in another currency than the program, and no rate converts them on their day.

A rate holds from its `effective_from` until the next one of the same two currencies. Only the direction from the
record's currency to the program's is read: a rate the other way round is not turned over, because one divided by a
rounded rate is another rate. Every record up to the day of the run needs a rate, whether its amount counts or not.

The cure: add the rate to `fx_rates`, import again and evaluate. A rate with an earlier day is enough, as it holds on.

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
