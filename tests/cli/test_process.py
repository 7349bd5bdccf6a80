"""A process with streams that are closed or full, limits that are too low, and names that are no text."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli import process
from cli.app import report, report_machine
from cli.exits import ExitCode
from tests.cli.conftest import ROOT, Answer, Shell

Line = Callable[..., Answer]
WRONG = "rung: 1\nprogram: wrong\n" + "".join(f"key_{number}: 1\n" for number in range(400))


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """Run a line of bash in an empty folder, in which `$RUNG` is rung."""

    def run(text: str, **environment: str) -> Answer:
        done = subprocess.run(
            ["bash", "-c", text],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "RUNG": f"{sys.executable} -m cli", **environment},
            capture_output=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def test_a_closed_stdout_is_said(line: Line, tmp_path: Path) -> None:
    """The data cannot be written anywhere, so the command has not done its work."""
    (tmp_path / "p.yaml").write_text(WRONG, "utf-8")
    answer = line("$RUNG check p.yaml >&-")
    assert (answer.code, answer.err.splitlines()) == (
        ExitCode.USAGE,
        ["error: cannot write to stdout: bad file descriptor", "  = help: write to a file with `--output`"],
    )


def test_a_closed_stderr_changes_no_code(line: Line) -> None:
    """There is nobody to tell; a file that is opened later does not take its place."""
    assert line("$RUNG check nothing.yaml 2>&- <&-") == Answer(ExitCode.USAGE, "", "")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="this machine has no /dev/full")
def test_full_streams_are_said(line: Line) -> None:
    """A sentence where it can be written, and the right code."""
    answer = line("$RUNG schema >/dev/full")
    assert (answer.code, answer.err.splitlines()[0]) == (
        ExitCode.USAGE,
        "error: cannot write to stdout: no space left on device",
    )
    assert line("$RUNG check nothing.yaml 2>/dev/full") == Answer(ExitCode.USAGE, "", "")
    assert line("$RUNG --help >/dev/full").code == ExitCode.USAGE


def test_a_reader_that_goes_away_does_not_make_a_program_valid(line: Line, tmp_path: Path) -> None:
    """`rung check wrong.yaml | head -1` keeps its code under `pipefail`."""
    (tmp_path / "p.yaml").write_text(WRONG, "utf-8")
    assert line("$RUNG check p.yaml --format json | true; exit ${PIPESTATUS[0]}") == Answer(ExitCode.INVALID, "", "")
    assert line("$RUNG --help | true; exit ${PIPESTATUS[0]}") == Answer(ExitCode.DONE, "", "")


def test_limits_of_the_machine_are_said(line: Line, acme: Path) -> None:
    """Files that may not grow, and too few of them: no fault of rung, and nothing half-written."""
    text = f"$RUNG evaluate {acme}/2026.yaml --data {acme} --as-of 2026-06-30"
    for limit in ("-f 2", "-n 9"):
        answer = line(f"ulimit {limit}; {text} --home w; code=$?; find w -name '.pending*'; exit $code")
        assert (answer.code, answer.out) == (ExitCode.USAGE, "")
        assert answer.err.startswith("error: ")
        assert "bug" not in answer.err


def test_names_that_are_no_text_are_refused(line: Line) -> None:
    """An argument, the workspace, the present folder: no document could name them."""
    for text in (
        r"$RUNG check $'caf\xe9.yaml'",
        r"RUNG_HOME=$'\xe9' $RUNG runs",
        r"mkdir $'\xe9'; cd $'\xe9'; $RUNG runs",
    ):
        answer = line(text)
        assert (answer.code, answer.out) == (ExitCode.USAGE, "")
        assert "<U+DCE9>" in answer.err
        assert "is not valid UTF-8" in answer.err


def test_names_in_folders_are_shown(line: Line, tmp_path: Path) -> None:
    """A file that a folder holds is checked, whatever it is called."""
    (tmp_path / "p.yaml").write_text(WRONG, "utf-8")
    answer = line(r"mkdir d; mv p.yaml d/$'\xe9.yaml'; $RUNG check d --format json")
    assert (answer.code, answer.err) == (ExitCode.INVALID, "")
    assert r'"d/\udce9.yaml"' in answer.out


def test_a_tilde_is_the_home_directory(rung: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No shell replaces it after an equals sign, or in a file of settings; `~name` must exist."""
    monkeypatch.setenv("HOME", str(tmp_path / "own"))
    assert str(tmp_path / "own" / "work") in rung("runs", "--home=~/work").err
    monkeypatch.setenv("RUNG_HOME", "~/other")
    assert str(tmp_path / "own" / "other") in rung("runs").err
    answer = rung("runs", "--home=~nobody-of-this-name/x")
    assert (answer.code, "there is no such home directory" in answer.err) == (ExitCode.USAGE, True)


def test_a_folder_that_is_gone_is_said(rung: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process removed the present folder."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    answer = rung("check", "x.yaml")
    monkeypatch.chdir(tmp_path)
    assert (answer.code, answer.err.splitlines()[0]) == (2, "error: the present folder does not exist any more")


def test_named_pipes_are_not_waited_for(rung: Shell, line: Line, tmp_path: Path) -> None:
    """Nobody may ever write into one; a pipe of the shell is open already."""
    os.mkfifo(tmp_path / "pipe")
    answer = rung("check", "pipe")
    assert (answer.code, answer.err.splitlines()[0]) == (2, "error: `pipe` is a pipe, which may never end")
    assert line("$RUNG check <(echo 'rung: 1')").code == ExitCode.INVALID


def test_signals_that_end_a_process_are_an_interrupt() -> None:
    """The first one interrupts; those that follow at once do not disturb the cleaning."""
    ending = process._Ending()
    with pytest.raises(KeyboardInterrupt):
        ending(signal.SIGTERM, None)
    ending(signal.SIGTERM, None)


def test_streams_are_never_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was closed before the start refuses every write; other streams show every name."""
    assert isinstance(process._usable(None), process.NoStream)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert process._usable(stream) is stream
    assert (stream.encoding, stream.errors) == ("utf-8", "backslashreplace")
    other = io.StringIO()
    assert process._usable(other) is other
    process.hush(process.NoStream())  # type: ignore[arg-type]  # it is used as a text stream


def test_what_the_machine_refuses_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    """Threads and disks have limits."""
    assert report(RuntimeError("can't start new thread"), debug=False) == ExitCode.USAGE
    assert report_machine(OSError(28, "No space left on device"), debug=False) == ExitCode.USAGE
    assert "bug" not in capsys.readouterr().err
