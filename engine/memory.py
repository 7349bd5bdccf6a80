"""What was verified in a workspace, and what was seen in it: remembered outside the workspace, on this machine.

To verify a folder takes as long as to make it. A folder whose files are the ones that were verified need not be
verified again. This is decided by what the file system says of them, the time of the last change (ctime) included,
which no user can set. Whoever can write into the workspace alone gains nothing: the memory is not there.

It may be lost at any time: then everything is verified again. A record that cannot be read or written counts as none.
`rung doctor`, `rung replay` and rechecks never ask it whether a folder was verified (docs/decisions/0016).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote, unquote

from engine import PROJECT
from engine.folders import make_folder

FORMAT = "rung.memory/v1"
PRIVATE = 0o700

State = Mapping[str, list[int]]
"""By name of a file: its size, mtime and ctime in nanoseconds, device and inode."""


def state_of(folder: Path) -> State:
    """The state of the files in a folder, without those in folders below it; nothing if it cannot be read.

    Taken before the files are read to be verified, or as soon as they are written, so that a change in the meantime is
    noticed. A folder that is renamed keeps its state.
    """
    try:
        with os.scandir(folder) as found:
            files = [Path(each) for each in found if not each.is_dir(follow_symlinks=False)]
        return {each.name: _file_state(each) for each in files}
    except OSError:
        return {}


def _file_state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino]


@cache
def engine_versions() -> tuple[tuple[str, str], ...]:
    """What computes and verifies: rung and DuckDB."""
    return tuple((name, _version(name)) for name in ("duckdb", PROJECT))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a checkout
        return "unknown"


@dataclass(frozen=True, slots=True)
class Memory:
    """Records below `folder`; with None nothing is remembered.

    For each folder of a workspace there is a file with the state that was verified, and a folder with an empty file for
    each name that was seen. Both are written without being read before, so two processes lose nothing of each other.
    """

    folder: Path | None = None

    @property
    def suspicious(self) -> Memory:
        """A memory that knows what was seen before, but vouches for nothing that was verified before."""
        return Suspicious(self.folder)

    def vouches(self, place: Path, state: State) -> bool:
        """Whether the files of `place` are exactly those that this version of the engine verified."""
        if self.folder is None or not state:
            return False
        try:
            record = json.loads(_verified(self.folder, place).read_bytes())
            return bool((record["format"], record["versions"], record["files"]) == (FORMAT, _versions(), state))
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return False

    def keep(self, place: Path, state: State) -> None:
        """Remember that the files of `place` were verified in this state: completely or not at all."""
        if self.folder is None:
            return
        with suppress(OSError, ValueError):  # a full disk, a name that is no text: it is verified again next time
            text = json.dumps(
                {"format": FORMAT, "place": os.fsdecode(place.resolve()), "versions": _versions(), "files": dict(state)}
            )
            make_folder(self.folder, PRIVATE)
            handle, pending = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(pending).replace(_verified(self.folder, place))

    def seen(self, place: Path) -> frozenset[str]:
        """Names that were seen in `place` and must still be there."""
        if self.folder is None:
            return frozenset()
        try:
            return frozenset(unquote(each.name) for each in _seen(self.folder, place).iterdir())
        except OSError:
            return frozenset()

    def see(self, place: Path, names: Iterable[str]) -> None:
        """Remember these names as well."""
        if self.folder is None:
            return
        folder = _seen(self.folder, place)
        with suppress(OSError):
            for name in sorted(set(names) - self.seen(place)):
                make_folder(self.folder, PRIVATE)
                folder.mkdir(mode=PRIVATE, exist_ok=True)
                (folder / quote(name, safe="")).touch()

    def forget(self, place: Path) -> None:
        """Remember nothing of `place`: it is made anew."""
        if self.folder is not None:
            shutil.rmtree(_seen(self.folder, place), ignore_errors=True)
            with suppress(OSError):
                _verified(self.folder, place).unlink()


@dataclass(frozen=True, slots=True)
class Suspicious(Memory):
    """A memory that vouches only for what was kept through it. Others may rely on that, too."""

    own: dict[Path, State] = field(default_factory=dict, compare=False)

    def vouches(self, place: Path, state: State) -> bool:
        """Whether the files of `place` are exactly those that were just verified."""
        return bool(state) and self.own.get(place) == state

    def keep(self, place: Path, state: State) -> None:
        """Remember it here and for later."""
        self.own[place] = state
        Memory.keep(self, place, state)  # `super()` knows no class with slots


def _verified(folder: Path, place: Path) -> Path:
    return folder / f"{_hash(place)}.json"


def _seen(folder: Path, place: Path) -> Path:
    return folder / f"{_hash(place)}.seen"


def _hash(place: Path) -> str:
    return hashlib.sha256(os.fsencode(place.resolve())).hexdigest()


FORGETFUL = Memory()


def _versions() -> list[list[str]]:
    return [list(each) for each in engine_versions()]
