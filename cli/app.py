"""The application: global options, the list of commands, and what happens when one fails.

Commands are light modules: each imports what it needs when it is called, so `rung --help` loads neither DuckDB nor
lark.
"""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.check import check
from cli.commands.diff import diff
from cli.commands.docs import docs
from cli.commands.doctor import doctor
from cli.commands.evaluate import evaluate
from cli.commands.explain import explain
from cli.commands.fmt import fmt
from cli.commands.import_feed import import_feed
from cli.commands.init import init
from cli.commands.lsp import lsp
from cli.commands.publish import publish
from cli.commands.replay import replay
from cli.commands.runs import runs
from cli.commands.schema import schema
from cli.commands.show import show
from cli.commands.test import test
from cli.exits import ExitCode, Stop
from cli.options import HOME, Settings, is_debug, lifted
from cli.plain import PlainCommand, PlainGroup

app = typer.Typer(
    name="rung",
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help: the same in a pipe, and 0.1 s sooner
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 100},
)

COMMANDS: tuple[Callable[..., None], ...] = (
    init,
    check,
    test,
    fmt,
    diff,
    docs,
    show,
    publish,
    schema,
    lsp,
    import_feed,
    evaluate,
    explain,
    replay,
    runs,
    doctor,
)


DUCKDB_INTERRUPTED = "Query interrupted"  # what DuckDB 2.0 makes of Ctrl-C while it computes


UNUSABLE = frozenset(
    [
        errno.ENOENT,
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENAMETOOLONG,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ELOOP,
        errno.EEXIST,
    ]
)
"""What can be wrong with a place, so that another one is the cure."""


def verb(command: Callable[..., None]) -> str:
    """The word that calls a command."""
    return command.__name__.removesuffix("_feed")


def print_version(wanted: bool) -> None:
    """`--version`: the name and the number, and out."""
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("rung")
        except PackageNotFoundError:
            number = "(not installed)"
        typer.echo(f"rung {number}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        str,
        typer.Option(
            "--home", metavar="DIR", envvar="RUNG_HOME", show_envvar=True, help="The folder for snapshots and runs."
        ),
    ] = HOME,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors on stderr.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask; fail if an answer is needed.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an internal error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check, evaluate, explain and replay channel partner programs.

    \b
    Examples:
      rung init gold-program                                   create a program with demo records
      rung check gold-program/2026.yaml                        report every error with its line
      rung evaluate gold-program/2026.yaml --data gold-program/demo --as-of 2026-06-30
      rung explain RUN PARTNER                                 why this tier, why this amount

    The options below can be anywhere on the line.
    """
    context.obj = Settings(home=Path(home or HOME), quiet=quiet, no_input=no_input, debug=debug or is_debug())


for command in COMMANDS:
    app.command(name=verb(command), cls=PlainCommand)(command)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; only a fault of rung itself gives 1."""
    line = lifted(arguments)
    try:
        app(args=line, prog_name="rung")
    except SystemExit as leaving:
        return exit_code(leaving)
    except Stop as stop:
        typer.echo(f"error: {stop.message}", err=True)
        if stop.cure:
            typer.echo(f"  = help: {stop.cure}", err=True)
        return stop.code
    except OSError as fault:
        return report_machine(fault, debug="--debug" in line or is_debug())
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a person must never see a bare traceback
        return report(fault, debug="--debug" in line or is_debug())
    return ExitCode.DONE


def exit_code(leaving: SystemExit) -> int:
    """The code Typer wanted to end with; an interrupt is said in words."""
    code = leaving.code if isinstance(leaving.code, int) else ExitCode.DONE
    return interrupted() if code == ExitCode.INTERRUPTED else code


def interrupted() -> int:
    """Ctrl-C: unfinished files are removed, complete ones are kept."""
    typer.echo("interrupted: no file is left half-written", err=True)
    return ExitCode.INTERRUPTED


def report_machine(fault: OSError, debug: bool) -> int:
    """The machine said no: a folder that cannot be written, a full disk. What was being written is not there."""
    from cli.render.visible import visible

    if debug:
        traceback.print_exception(fault)
    place = f"`{visible(str(fault.filename))}`" if fault.filename else "a file"
    typer.echo(f"error: cannot use {place}: {(fault.strerror or str(fault)).lower()}", err=True)
    typer.echo("  = help: the workspace is chosen with `--home`, the output with `--output`", err=True)
    return ExitCode.USAGE if fault.errno in UNUSABLE else ExitCode.INTERNAL


def is_out_of_memory(fault: Exception) -> bool:
    """Whether memory was the reason; DuckDB's error is tested only if DuckDB is loaded."""
    duckdb = sys.modules.get("duckdb")
    return isinstance(fault, MemoryError) or (duckdb is not None and isinstance(fault, duckdb.OutOfMemoryException))


def report(fault: Exception, debug: bool) -> int:
    """An internal error: one message that says how to report it."""
    if isinstance(fault, RuntimeError) and str(fault) == DUCKDB_INTERRUPTED:
        return interrupted()
    if debug:
        traceback.print_exception(fault)
    if is_out_of_memory(fault):
        typer.echo("error: not enough memory", err=True)
        typer.echo("  = help: raise `--memory`, for example to 4GB, or use more `--shards`", err=True)
        return ExitCode.USAGE
    typer.echo(f"internal error: {type(fault).__name__}: {fault}", err=True)
    typer.echo("  this is a bug in rung, not an error in your program or records", err=True)
    cure = "" if debug else ", run the command again with `--debug`"
    typer.echo(f"  = help: please report it: the command line{cure}, and add what `rung doctor` prints", err=True)
    return ExitCode.INTERNAL
