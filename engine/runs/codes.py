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
    """A file of a stored run is missing or differs from its manifest, some rows do not match their leaf, or the program
and the records of the run give other decisions.

A run is written once and never changed, so it was changed or damaged afterwards. Do not pay from it or use it
as evidence.

**Cure.** Restore the run's folder from a backup, or delete the folder and evaluate again. The same program,
snapshot and date give the same run.

```
error RNG800 damaged-run: `statuses.parquet` of `run-3f9a10c2b7d4e561` differs from its manifest
```
""",
)
FOREIGN_FOLDER = Code(
    "RNG801",
    "foreign-folder",
    """A folder or file among the runs is not a run: its name is not the id of one.

rung ignores it. Another program wrote it, or a run was renamed.

**Cure.** Look into it. Then move it elsewhere, or give the run its name again: its manifest has the id under `run`.
""",
    Severity.WARNING,
)
RECHECK_MISMATCH = Code(
    "RNG802",
    "recheck-mismatch",
    """Another evaluator decided a partner differently from the stored run.

All evaluators must agree on every condition, status and amount. If they do not, one of them is wrong, and the
run cannot be trusted. A run with a mismatch must not be approved.

**Cure.** Report it, with the partner's records. The cause is a bug in rung or a damaged run.

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

**Cure.** Report it. Until the reason is known, do not rely on the stored decisions.

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

**Cure.** Restore the snapshot's folder from a backup, or import the same files again. The same records give the
same snapshot id.
""",
)
NO_REFEREE = Code(
    "RNG805",
    "no-referee",
    """The referee cannot run here, so only the reference evaluator rechecked the conditions.

The referee needs the package durable-rules, which needs Python 3.12 or older. Everything else works without it.
The recheck says which engines took part.

**Cure.** If you need the second engine, recheck with Python 3.11 or 3.12.
""",
    Severity.WARNING,
)
NOT_COVERED = Code(
    "RNG806",
    "not-covered",
    """The referee did not check some conditions.

Its engine compares whole numbers up to 2**62, which is 46 million billion in cents. Larger values, and
conditions that it cannot compute, are skipped and counted, never guessed. The reference evaluator checks them.

**Cure.** Nothing has to be done.
""",
    Severity.NOTE,
)
UNKNOWN_PARTNER = Code(
    "RNG807",
    "unknown-partner",
    """The run has no partner with this id or name, or several with this name.

Ids must match the records exactly; in names, capitals do not matter. The message names the partners that you may mean.

**Cure.** List the partners of the run with `rung evaluate .. --show partners`, or find the id in your source file. If
several partners have the same name, give the id.
""",
)
FAILED_RECHECK = Code(
    "RNG808",
    "failed-recheck",
    """An earlier recheck of this run found a mismatch.

The note about it stays in the run's folder. The machine that made the recheck remembers it as well, even if the folder
was deleted and the run made again by the same version of rung. You can look at a run with a mismatch, but it must not
be approved.

**Cure.** Read the notes in the run's folder `attestations`. Delete the run's folder, then evaluate and recheck again
with a version of rung in which the bug is fixed.
""",
)
OTHER_ROOT = Code(
    "RNG809",
    "other-root",
    """Another version of the engine computes different results for this run.

A run is identified by its inputs, so a newer rung or DuckDB must give the same results. Here it did not: either
the stored run or the current version is wrong.

**Cure.** Replay the run with the version that its manifest names, and report the difference.
""",
)
UNREADABLE = Code(
    "RNG810",
    "unreadable-run",
    """The run was written in a format that this version of rung cannot read.

**Cure.** Use the version named in its manifest, or a newer one.
""",
)
MISSING_RATE = Code(
    "RNG811",
    "missing-rate",
    """Records are in another currency than the program, and no rate converts them on the day that `conversion` names.

A rate holds from its `effective_from` until the next one of the same two currencies. Only the direction from the
record's currency to the program's is read: a rate the other way round is not inverted, because 1 divided by a rounded
rate is not exact. Every record up to the day of the run needs a rate, whether its amount counts or not. With
`as_at: period end` it needs the rate of the last day of each complete period and each window that it is in.

**Cure.** Add the rate to `fx_rates`, import again and evaluate. A rate with an earlier day is enough.

```
error RNG811 missing-rate: there is no rate from EUR to USD on 2025-12-30 and on 4 later days until 2026-01-03
```
""",
)
NOT_COMPLETE = Code(
    "RNG815",
    "records-not-complete",
    """A table that a run reads may not have every record through the day of the run. A quarter of which a month is
missing would be paid as a whole one. This is a warning; with `--complete` it is an error, and no run is made.

A feed says through which day its files are complete; without that, the last day of a record counts. Every run lists
this day for each table with days, in its report and in its `manifest.json`.

**Cure.** Export the files again. If they have every record and the last days had none, say so in the feed and import
again. A run of a day that is still to come can have no such records: its amounts are provisional.

```yaml
feed: crm
complete_through: 2026-06-30
```
""",
)
NOT_WHOLE = Code(
    "RNG816",
    "records-not-whole",
    """`rung diff` and `rung test --from` need all records. Here, an import with `--quarantine` set rows aside.

What reads the records of their partners is undecided, so a difference could come from the rows that are missing.

**Cure.** Correct the rows that `quarantine.csv` lists, and import again without `--quarantine`.

```
error RNG816 records-not-whole: rows were set aside from the records of `snap-0405b5de15ae282d`
```
""",
)
DAMAGED_NOTES = Code(
    "RNG812",
    "damaged-attestations",
    """A note beside a run is missing, or a file there is not a note of this run.

The name of a note is its hash. A note states its run, the root of the run and the notes that were beside it. A note
that was changed, or copied from another run, is void. A note is missing if it is not there, but another one names it,
or rung has seen it on this machine.

**Cure.** Restore the folder `attestations` of the run from a backup. Without a backup, delete the run's folder, then
evaluate and recheck again.

```
error RNG812 damaged-attestations: attestations of `run-3f9a10c2b7d4e561`: `recheck-5f0c9e1d2a3b4c5d.json` is missing
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
    DAMAGED_NOTES,
    NOT_COMPLETE,
    NOT_WHOLE,
)

EXITS = {
    DAMAGED_SNAPSHOT.code: INTEGRITY,
    DAMAGED_RUN.code: INTEGRITY,
    PINNED_INPUT.code: INTEGRITY,
    DAMAGED_NOTES.code: INTEGRITY,
    OTHER_ROOT.code: INTEGRITY,
    RECHECK_MISMATCH.code: DIFFERENCES,
    REPLAY_DIFFERENCE.code: DIFFERENCES,
    FAILED_RECHECK.code: DIFFERENCES,
}


def exit_code(findings: Iterable[Diagnostic]) -> int:
    """What a command that ends with these findings exits with: 0, 3, 5 or 7, the gravest."""
    errors = (each for each in findings if each.severity is Severity.ERROR)
    return max((EXITS.get(each.code, INVALID) for each in errors), default=0)
