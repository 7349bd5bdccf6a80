"""Notes beside a run: rechecks, and confirmations by other versions of the engine. They are no part of the run.

Each note is a canonical JSON file in `attestations/`, named by its kind and its hash, so that writing it twice changes
nothing. It names its run, the root of the run, and the notes that were beside it: one that another one names cannot be
taken away unnoticed, nor one that this machine has seen. What a note says is not signed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.canonical import Canonical, canonical_json
from engine.memory import engine_versions
from engine.runs import codes
from engine.runs.store import HELP, Findings, Run
from engine.workspace import PENDING, pending_prefix

NOTES = "attestations"
FORMAT = "rung.attestation/v1"
DIGITS = 16  # of the hash, in a name
BESIDE = "beside"

Note = Mapping[str, Canonical]


@dataclass(frozen=True, slots=True)
class Notes:
    """The valid notes of a run by file name, and the names of files that are none: those are void."""

    valid: Mapping[str, Note]
    void: tuple[str, ...]


def write_note(run: Run, kind: str, note: Note) -> Path:
    """Put a note beside the run, unless it is there. It is written completely or not at all."""
    folder = run.folder / NOTES
    folder.mkdir(exist_ok=True)
    present = all_notes(run).valid
    document: Note = {"format": FORMAT, "kind": kind, "run": run.id, "root": run.manifest.root, **note}
    for name, each in present.items():
        if canonical_json({**each, BESIDE: []}) == canonical_json({**document, BESIDE: []}):
            return folder / name
    text = canonical_json({**document, BESIDE: sorted(present)})
    final = folder / _name(kind, text)
    handle, pending = tempfile.mkstemp(prefix=pending_prefix(), dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(pending).replace(final)
    run.memory.see(folder, [*present, final.name])
    if note.get("mismatches"):
        run.memory.see(run.folder, [_failed(run)])
    return final


def _name(kind: object, text: bytes) -> str:
    return f"{kind}-{hashlib.sha256(text).hexdigest()[:DIGITS]}.json"


def all_notes(run: Run) -> Notes:
    """Every note beside the run; a file whose name is not its hash, or of another run or root, is void."""
    valid: dict[str, Note] = {}
    void: list[str] = []
    folder = run.folder / NOTES
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(PENDING):
            continue
        note = _read(path, run)
        if note is None:
            void.append(path.name)
        else:
            valid[path.name] = note
    return Notes(valid, tuple(void))


def _read(path: Path, run: Run) -> Note | None:
    try:
        text = path.read_bytes()
        note = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(note, dict) or not isinstance(note.get(BESIDE), list):
        return None
    says = (note.get("format"), note.get("run"), note.get("root"), path.name)
    return note if says == (FORMAT, run.id, run.manifest.root, _name(note.get("kind"), text)) else None


def read_notes(run: Run, kind: str = "") -> tuple[Note, ...]:
    """The valid notes beside a run, of one kind or all."""
    return tuple(note for note in all_notes(run).valid.values() if kind in ("", note["kind"]))


def check_attestations(run: Run) -> Findings:
    """Files beside the run that are no notes of it; notes that are named by another one, or were seen, and are gone."""
    folder = run.folder / NOTES
    notes = all_notes(run)
    named = {str(name) for note in notes.valid.values() for name in _beside(note)}
    missing = sorted((named | run.memory.seen(folder)) - notes.valid.keys() - set(notes.void))
    wrong = [f"`{name}` is void: it is not a note of this run as it was written" for name in notes.void]
    wrong += [f"`{name}` is missing" for name in missing]
    if not wrong:
        run.memory.see(folder, notes.valid)
    return tuple(codes.DAMAGED_NOTES.at(None, f"attestations of `{run.id}`: {each}", help=NOTES_HELP) for each in wrong)


NOTES_HELP = f"{HELP}, and recheck"


def _beside(note: Note) -> list[Canonical]:
    names = note[BESIDE]
    return list(names) if isinstance(names, list) else []


def check_notes(run: Run) -> Findings:
    """Whether an earlier recheck of these results found a mismatch: noted beside the run, or seen on this machine.

    The run may have been deleted, and made again without its notes.
    """
    noted = any(note.get("mismatches") for note in read_notes(run, "recheck"))
    if not noted and _failed(run) not in run.memory.seen(run.folder):
        return ()
    return (codes.FAILED_RECHECK.at(None, f"a recheck of `{run.id}` found mismatches, so it must not be approved"),)


def _failed(run: Run) -> str:
    """How a failed recheck is remembered: other decisions are not meant, nor other versions, which may be right."""
    return " ".join(("mismatch", run.manifest.root, *(each for pair in engine_versions() for each in pair)))
