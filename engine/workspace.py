"""The workspace: one folder that keeps snapshots and runs, each in a folder of its own.

What is in it never changes: a folder is written beside its place under another name and
renamed when it is complete, so a reader sees all of it or nothing. The folder is made at
the first write, for its owner alone, and one that belongs to another user is refused.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.folders import make_folder
from engine.language.diagnostic import Code, Diagnostic, Severity
from engine.memory import FORGETFUL, Memory

PRIVATE = 0o700  # partner records are private
SHORTEST_PREFIX = 4  # of the hexadecimal part of an id
LISTED_BY = {"snap-": "rung runs --snapshots", "run-": "rung runs"}
PENDING = ".pending-"  # beginning of the name of a folder that is being written

NOT_YOURS = Code(
    "RNG790",
    "workspace-not-yours",
    """The workspace folder belongs to another user, or is not a folder.

The owner of the folder could have put records or runs into it.

**Cure.** Use a folder of your own with `--home`. rung creates it when it first writes, readable only by you.
""",
)
UNKNOWN_ID = Code(
    "RNG791",
    "unknown-id",
    """No snapshot or run in the workspace has this id.

**Cure.** You can shorten an id to at least four characters of its hexadecimal part, as long as only one id starts
with them. `rung runs` lists the runs, and `rung runs --snapshots` the snapshots, of the workspace: the folder in
which rung stores them, `.rung` or the one that `--home` names.
""",
)
AMBIGUOUS_ID = Code(
    "RNG792",
    "ambiguous-id",
    """Several snapshots or runs start with these characters.

**Cure.** Write more of the id.
""",
)
LEFT_BEHIND = Code(
    "RNG793",
    "left-behind",
    """A folder or file that was being written was left behind: the process was killed, or the machine stopped.

It was never part of a snapshot, a run or a publication, and nothing reads it. It only takes up space.

**Cure.** Make sure that no rung command is running, then delete it.
""",
    Severity.WARNING,
)
OPEN_TO_OTHERS = Code(
    "RNG794",
    "open-to-others",
    """Other users of this machine can write into the workspace, some of it belongs to another user, or there is a link
in it.

They could change records and runs. rung makes no links: what a link leads to may be anybody's.

**Cure.** Do what the message says: take the rights away, or put what a link leads to in its place.
""",
)
READABLE = Code(
    "RNG795",
    "readable-by-others",
    """Other users of this machine can read records or runs. rung creates all folders for their owner alone, so the
rights were changed afterwards, or the workspace was copied.

**Cure.** Take the rights away, with the command in the message.
""",
    Severity.WARNING,
)
CODES = (NOT_YOURS, UNKNOWN_ID, AMBIGUOUS_ID, LEFT_BEHIND, OPEN_TO_OTHERS, READABLE)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder `home`, which need not exist until something is written; `memory` is what is remembered of it."""

    home: Path
    memory: Memory = FORGETFUL

    @property
    def snapshots(self) -> Path:
        """Where snapshots are, each in a folder named by its id."""
        return self.home / "snapshots"

    @property
    def runs(self) -> Path:
        """Where runs are, each in a folder named by its id."""
        return self.home / "runs"

    @property
    def published(self) -> Path:
        """Where published programs are, each in a numbered folder."""
        return self.home / "published"


def check_workspace(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """Whether the workspace can be trusted: it is absent, or a folder of the present user."""
    home = workspace.home
    if not os.path.lexists(home):
        return ()
    if not home.is_dir():
        return (NOT_YOURS.at(None, f"the workspace `{home}` is not a folder", help="name another with `--home`"),)
    if home.stat().st_uid != os.getuid():
        message = f"the workspace `{home}` belongs to another user"
        return (NOT_YOURS.at(None, message, help="name a folder of your own with `--home`"),)
    return ()


def write_workspace(workspace: Workspace) -> None:
    """Make the folders of the workspace, for the owner alone, unless they are there."""
    make_folder(workspace.home, PRIVATE)
    for folder in (workspace.snapshots, workspace.runs):
        folder.mkdir(mode=PRIVATE, exist_ok=True)


def pending_prefix() -> str:
    """The beginning of the name of what this process is writing, so that it can be told from what was left behind."""
    return f"{PENDING}{os.getpid()}-"


@contextmanager
def pending_folder(parent: Path) -> Iterator[Path]:
    """A new folder in `parent` to be filled and published; whatever is left of it is removed."""
    folder = Path(tempfile.mkdtemp(prefix=pending_prefix(), dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish_folder(pending: Path, final: Path) -> bool:
    """Give a complete folder its name. False when it is there already: content decides the name.

    Files are flushed to the disk before the rename, so that a name always has its content.
    """
    for file in sorted(pending.rglob("*")):
        if file.is_file():
            _flush(file)
    _flush(pending)
    try:
        pending.rename(final)
    except OSError:
        if final.is_dir():
            return False
        raise
    _flush(final.parent)
    return True


def _flush(path: Path) -> None:
    """Force what was written at `path` to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_id(name: str, prefix: str) -> bool:
    """Whether a folder has the name of a snapshot or run, as `prefix` says."""
    return re.fullmatch(f"{prefix}[0-9a-f]{{16}}", name) is not None


def find_folder(parent: Path, prefix: str, id: str) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """The one folder of `parent` whose name begins with `id`; `prefix` is `snap-` or `run-`."""
    short = re.fullmatch(f"{prefix}[0-9a-f]{{{SHORTEST_PREFIX},64}}", id)
    found = sorted(each for each in parent.glob(f"{prefix}*") if each.name.startswith(id)) if short else []
    if len(found) == 1:
        return found[0], ()
    if found:
        names = ", ".join(f"`{each.name}`" for each in found[:3])
        return None, (AMBIGUOUS_ID.at(None, f"`{id}` is the beginning of {len(found)} ids: {names}"),)
    cure = f"write `{prefix}` and at least {SHORTEST_PREFIX} of its characters 0-9 a-f;"
    cure += f" `{LISTED_BY[prefix]}` lists the ids"
    is_short = re.fullmatch(f"{prefix}[0-9a-f]{{,{SHORTEST_PREFIX - 1}}}", id) is not None
    message = f"`{id}` is too short" if is_short else f"nothing in this workspace has the id `{id}`"
    return None, (UNKNOWN_ID.at(None, message, help=cure),)
