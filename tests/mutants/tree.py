"""A copy of the repository to change and test in: the working tree itself is never touched."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.outcome import PLACE

ROOT = Path(__file__).resolve().parent.parent.parent
PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants.outcome"),
    "--hypothesis-profile=mutants",
)
MEMORY = 12 << 30  # bytes of address space for a test process: an endless list must not take the machine down
LONG_AGO = 1_000_000_000  # the time of a changed file, plus one second for each change


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one call of pytest: its exit code (None: stopped after the time), and test -> (state, seconds)."""

    code: int | None
    tests: dict[str, tuple[str, float]]
    output: str

    @property
    def failed(self) -> str:
        """The first test that failed; empty if none did."""
        return next((name for name, (state, _) in self.tests.items() if state == "failed"), "")


def tracked(root: Path) -> list[str]:
    """Files the repository keeps, or would keep if it were committed now."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return sorted(name for name in listing.stdout.decode().split("\0") if name and (root / name).is_file())


class Tree:
    """One copy, and the tests that run in it at the moment."""

    def __init__(self, folder: Path, source: Path = ROOT) -> None:
        """Copy the repository, or another copy, below `folder`, which is new; some tests ask git what there is."""
        self.path = folder / "rung"
        self.folder = folder
        self.changes = 0
        self.closed = False
        self.process: subprocess.Popen[bytes] | None = None
        for name in tracked(source):
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, self.path / name)
        for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
            subprocess.run(command, cwd=self.path, check=True, capture_output=True)

    def run(self, arguments: Sequence[str], seconds: float) -> Run:
        """Run pytest in the copy; it and its children end after so many seconds.

        The copy stands first on the import path, before the installed rooms.
        """
        if self.closed:
            raise InterruptedError("this copy is closed")
        place, listed, log = (self.folder / name for name in ("outcome.json", "arguments", "log"))
        place.unlink(missing_ok=True)
        listed.write_text("\n".join(arguments), encoding="utf-8")  # thousands of tests do not fit on a command line
        environment = {**os.environ, "PYTHONPATH": str(self.path), "PYTHONHASHSEED": "0", PLACE: str(place)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [*PYTEST, f"@{listed}"],
                cwd=self.path,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=limit,
            )
            try:
                code: int | None = self.process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                self.stop()
        found = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
        tests = {name: (state, spent) for name, (state, spent) in found.items()}
        return Run(code, tests, log.read_text(encoding="utf-8", errors="replace"))

    def close(self) -> None:
        """End the tests that run now; none start here any more."""
        self.closed = True
        self.stop()

    def stop(self) -> None:
        """End the tests that run now, and the children they left."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @contextmanager
    def changed(self, file: str, text: str) -> Iterator[None]:
        """A file of the copy with another text.

        Python knows stale bytecode by the size and the second of its source, and `<` for `>` keeps both: so each change
        has a second of its own.
        """
        path = self.path / file
        old, times = path.read_bytes(), path.stat()
        self.changes += 1
        path.write_text(text, encoding="utf-8")
        os.utime(path, (LONG_AGO + self.changes, LONG_AGO + self.changes))
        try:
            yield
        finally:
            path.write_bytes(old)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def limit() -> None:
    """Bound the memory of the process that is about to start."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
