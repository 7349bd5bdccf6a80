"""What a process is given and may lose: its streams, signals that end it, names that are no text.

Data goes to stdout through `cli.output.emit`, messages to stderr through `tell`.
"""

from __future__ import annotations

import io
import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

import typer

from cli.exits import ExitCode, Stop
from cli.render.visible import visible

ENDING = ("SIGTERM", "SIGHUP")  # what `kill`, a service or a lost connection sends; Windows has only the first
PATIENCE = 5  # seconds in which more of them do not disturb the cleaning


class NoStream(io.TextIOBase):
    """In place of a stream that was closed before the start (`>&-`): nothing can be written to it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Says so."""
        raise OSError(9, os.strerror(9))  # EBADF, as for any other closed file


def prepare() -> None:
    """Give the process streams of UTF-8 that are never absent, and signals that end it as Ctrl-C does."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: no file of ours becomes stdout
    sys.stdout = _usable(sys.stdout)
    sys.stderr = _usable(sys.stderr)
    for name in ENDING:
        ending = getattr(signal, name, None)
        if ending is not None and signal.getsignal(ending) is signal.SIG_DFL:  # `nohup` has it ignored
            signal.signal(ending, _Ending())


def _usable(stream: IO[str] | None) -> IO[str]:
    """The stream, so that every name can be shown: what is no text is written as `\\udce9`."""
    if stream is None:
        return NoStream()  # type: ignore[return-value] # all of a text stream that is used
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


class _Ending:
    """Handles a signal as Ctrl-C is handled. Holds state: when it last did."""

    def __init__(self) -> None:
        self.last = -math.inf

    def __call__(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self.last >= PATIENCE:
            self.last = now
            raise KeyboardInterrupt


class _Progress:
    """The line on the terminal that says what is being done. Holds state: whether it is there."""

    def __init__(self) -> None:
        self.is_shown = False

    def show(self, text: str) -> None:
        """Put the text in place of the line before."""
        room = shutil.get_terminal_size((80, 24)).columns - 1
        self._write(CLEARED + visible(text)[:room])
        self.is_shown = True

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self.is_shown:
            self.is_shown = False
            self._write(CLEARED)

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            hush(sys.stderr)


CLEARED = "\r\x1b[2K"  # to the beginning of the line, which is emptied
PROGRESS = _Progress()


def is_watched() -> bool:
    """Whether somebody sees stderr on a terminal that can show one line in place of another."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def tell(text: str, *, newline: bool = True, rendered: bool = False) -> None:
    """Write a message to stderr. Nobody hears if stderr is closed or full, and the exit code says enough.

    Nothing in it acts on a terminal, unless it was `rendered` for one.
    """
    PROGRESS.clear()
    try:
        typer.echo(text if rendered else "\n".join(map(visible, text.split("\n"))), err=True, nl=newline)
    except OSError:
        hush(sys.stderr)


def hush(stream: IO[str]) -> None:
    """Let nothing more be written to a stream that takes nothing, or the interpreter complains at its end."""
    if not isinstance(stream, NoStream):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_data(parts: Iterable[str]) -> None:
    """Write to stdout; a reader that went away (`| head`) has seen enough, and that is not an error."""
    try:
        sys.stdout.writelines(_after_progress(parts))
        sys.stdout.flush()
    except BrokenPipeError:
        hush(sys.stdout)
    except OSError as fault:
        hush(sys.stdout)
        _refuse(fault)


def _after_progress(parts: Iterable[str]) -> Iterator[str]:
    """The parts; work may go on while they are made, but its line is gone when the first of them is written."""
    for part in parts:
        PROGRESS.clear()
        yield part


def _refuse(fault: OSError) -> NoReturn:
    message = f"cannot write to stdout: {(fault.strerror or str(fault)).lower()}"
    raise Stop(ExitCode.USAGE, message, "write to a file with `--output`") from None


def check_names(arguments: Iterable[str]) -> None:
    """Refuse arguments, and a present folder, whose bytes are not text: no message or document could name them."""
    for argument in (*arguments, os.environ.get("RUNG_HOME", "")):
        if not _is_text(argument):
            raise Stop(ExitCode.USAGE, f"`{visible(argument)}` is not valid UTF-8", "rename the file or folder")
    try:
        folder = str(Path.cwd())
    except FileNotFoundError:
        raise Stop(ExitCode.USAGE, "the present folder does not exist any more", "go to another folder") from None
    if not _is_text(folder):
        message = f"the present folder `{visible(folder)}` has a name that is not valid UTF-8"
        raise Stop(ExitCode.USAGE, message, "go to another folder, or rename it")


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
