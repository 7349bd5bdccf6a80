"""`cli/app.py`: global options, exit codes and what a person sees when something breaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli import app as shell_app
from cli.app import lines
from cli.exits import ExitCode, Stop

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

ROOT = Path(__file__).resolve().parent.parent.parent


def failing(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    """Let the application fail with `fault`."""

    def application(**_: object) -> None:
        raise fault

    monkeypatch.setattr(shell_app, "app", application)


def test_version(rung: Shell) -> None:
    """`--version` prints the name and a number."""
    answer = rung("--version")
    assert answer.code == 0
    assert answer.out.startswith("rung ")


def test_version_of_a_bare_source_tree(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing was installed, `--version` says so instead of failing."""

    def absent(_: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr("importlib.metadata.version", absent)
    assert rung("--version").out == "rung (not installed)\n"


def test_no_argument_shows_the_help(rung: Shell) -> None:
    """`rung` alone is a usage error that shows the commands."""
    answer = rung()
    assert answer.code == ExitCode.USAGE
    assert "Commands:" in answer.out + answer.err


@pytest.mark.parametrize("name", [" ".join(words) for words in lines()])
def test_help_starts_with_an_example(rung: Shell, name: str) -> None:
    """Every command's help shows how it is called before it lists options."""
    answer = rung(*name.split(), "--help")
    assert answer.code == 0
    example = answer.out.index("Example:")
    assert example < answer.out.index("Options:")
    assert f"  rung {name}" in answer.out[example:]


def test_commands_are_found_though_misspelt(rung: Shell) -> None:
    """A misspelt command is a usage error that names the likely one, on stderr."""
    answer = rung("chek")
    assert (answer.code, answer.out) == (ExitCode.USAGE, "")
    assert "Did you mean 'check'" in answer.err


def test_stop_gives_message_and_cure(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that cannot go on says why and the cure, and gives its own code."""
    failing(monkeypatch, Stop(ExitCode.REFUSED, "not approved", "ask somebody else"))
    answer = rung("check")
    assert answer.code == ExitCode.REFUSED
    assert answer.err == "error: not approved\n  = help: ask somebody else\n"
    failing(monkeypatch, Stop(ExitCode.INTEGRITY, "the hash differs"))
    answer = rung("check")
    assert (answer.code, answer.err) == (ExitCode.INTEGRITY, "error: the hash differs\n")


def test_internal_error_tells_how_to_report(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours gives exit code 1, one message and no traceback."""
    failing(monkeypatch, KeyError("tier"))
    answer = rung("check")
    assert (answer.code, answer.out) == (ExitCode.INTERNAL, "")
    assert answer.err.startswith("internal error: KeyError: 'tier'\n")
    assert "please report it" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("by", ["option", "environment"])
def test_debug_shows_the_traceback(rung: Shell, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    """`--debug` and RUNG_DEBUG show where it broke."""
    failing(monkeypatch, KeyError("tier"))
    if by == "environment":
        monkeypatch.setenv("RUNG_DEBUG", "1")
    answer = rung("check", *(["--debug"] if by == "option" else []))
    assert answer.code == ExitCode.INTERNAL
    assert "Traceback (most recent call last)" in answer.err


def test_interrupt_is_said_in_words(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C gives 130 and says that the state is consistent."""
    failing(monkeypatch, SystemExit(130))
    answer = rung("check")
    assert (answer.code, answer.err) == (130, "interrupted: no file is left half-written\n")


def test_interrupt_of_a_query_is_one_too(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB turns Ctrl-C into an error of its own while it computes: the same words, the same code."""
    failing(monkeypatch, RuntimeError("Query interrupted"))
    answer = rung("check")
    assert (answer.code, answer.err) == (130, "interrupted: no file is left half-written\n")


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_ends_a_process_leaves_nothing_half_written(acme: Path, tmp_path: Path, ending: signal.Signals) -> None:
    """Ctrl-C, `kill` and a lost connection in the middle of an evaluation: exit code 130, and no pending folder."""
    line = ["evaluate", str(acme / "2026.yaml"), "--data", str(acme), "--as-of", "2026-06-30", "--recheck", "all"]
    child = subprocess.Popen(
        [sys.executable, "-m", "cli", *line],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while child.poll() is None and not (tmp_path / ".rung" / "snapshots").is_dir():
        time.sleep(0.01)
    child.send_signal(ending)
    _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (130, "interrupted: no file is left half-written\n")
    assert list((tmp_path / ".rung").rglob(".pending-*")) == []


def test_application_that_returns_is_done(rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that simply returns gives 0."""
    monkeypatch.setattr(shell_app, "app", lambda **_: None)
    assert rung("check").code == 0
