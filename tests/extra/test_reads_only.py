"""Commands that read only, watched by strace: they write into temporary and cache folders alone and call nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CALLS = "open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,connect,sendto"
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|\b(?:creat|mkdir|mkdirat|rename\w*|unlink\w*)\(")
ALLOWED = re.compile(r'"/(?:dev/(?:null|tty|shm/[^"]*)|proc/[^"]*)"')


def rung(folder: Path, *arguments: str) -> str:
    """Run a command in `folder` and give what it printed."""
    line = [sys.executable, "-m", "cli", *arguments]
    done = subprocess.run(line, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """Our code, no compiled files, temporary files and the memory of verified hashes in a folder of its own."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    own = {"TMPDIR": str(scratch), "XDG_CACHE_HOME": str(scratch / "cache")}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a program and a run of it."""
    folder = tmp_path_factory.mktemp("work")
    rung(folder, "init", "acme")
    rung(folder, "evaluate", "acme/2026.yaml", "--data", "acme", "--as-of", "2026-06-30")
    return folder


def forbidden(trace: str, scratch: Path) -> list[str]:
    """Calls that write outside the scratch folder or speak to a network."""
    found = []
    for line in trace.splitlines():
        if " = -1 " in line or str(scratch) in line or ALLOWED.search(line):
            continue
        if WRITES.search(line) or re.search(r"AF_INET|sendto\(", line):
            found.append(line)
    return found


@pytest.mark.tools
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "acme/2026.yaml"),
        ("explain", "RUN", "P-0001"),
        ("replay", "RUN", "--by", "columnar"),
        ("replay", "RUN", "--by", "reference"),
        ("diff", "acme/2026.yaml", "acme/2026.yaml"),
        ("diff", "RUN", "RUN"),
        ("runs",),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_it_only_reads(work: Path, arguments: tuple[str, ...]) -> None:
    """No file is opened for writing outside the scratch folder, no name is made or removed, no network is used."""
    run = next((work / ".rung" / "runs").glob("run-*")).name
    line = [run if each == "RUN" else each for each in arguments]
    log = work / "scratch" / "trace"
    before = sorted(path.relative_to(work) for path in work.rglob("*") if "scratch" not in path.parts)
    subprocess.run(
        ["strace", "-f", "-qq", "-y", "-e", f"trace={CALLS}", "-o", str(log), sys.executable, "-m", "cli", *line],
        cwd=work,
        env=environment(work),
        capture_output=True,
        check=True,
    )
    after = sorted(path.relative_to(work) for path in work.rglob("*") if "scratch" not in path.parts)
    trace = log.read_text("utf-8", errors="replace")
    assert "program.yaml" in trace or arguments[0] not in ("explain", "replay")
    assert forbidden(trace, work / "scratch") == []
    assert after == before
