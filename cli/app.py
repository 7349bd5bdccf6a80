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

from cli.commands.actor import actor_add, actor_list, actor_remove
from cli.commands.balance import balance
from cli.commands.check import check
from cli.commands.diff import diff
from cli.commands.docs import docs
from cli.commands.doctor import doctor
from cli.commands.evaluate import evaluate
from cli.commands.explain import explain
from cli.commands.fmt import fmt
from cli.commands.import_feed import import_feed
from cli.commands.init import init
from cli.commands.key import key_create, key_list
from cli.commands.ledger import ledger_controls, ledger_create
from cli.commands.lsp import lsp
from cli.commands.pay import pay_approve, pay_plan, pay_release, pay_show
from cli.commands.pay_one import pay_clawback, pay_forfeit, pay_free, pay_hold, pay_refund, pay_write_off
from cli.commands.payee import payee_assign
from cli.commands.post import post
from cli.commands.publish import publish
from cli.commands.replay import replay
from cli.commands.runs import runs
from cli.commands.schema import schema
from cli.commands.show import show
from cli.commands.test import test
from cli.exits import ExitCode, Stop
from cli.options import HOME, Settings, is_debug, lifted
from cli.plain import PlainCommand, PlainGroup
from cli.process import PROGRESS, check_names, tell
from cli.render.visible import visible

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
    post,
    balance,
)

PAYING = (
    pay_plan,
    pay_show,
    pay_approve,
    pay_release,
    pay_hold,
    pay_free,
    pay_clawback,
    pay_forfeit,
    pay_refund,
    pay_write_off,
)
GROUPS: dict[str, tuple[str, tuple[Callable[..., None], ...]]] = {
    "ledger": ("Create the ledger that money is booked in.", (ledger_create, ledger_controls)),
    "pay": ("Plan payments, approve and release them.", PAYING),
    "payee": ("Who is paid for whom.", (payee_assign,)),
    "key": ("The keys with which you sign.", (key_create, key_list)),
    "actor": ("Who may do what in a ledger.", (actor_add, actor_remove, actor_list)),
}
"""Words with commands below them, each with what it is about."""


DUCKDB_INTERRUPTED = "Query interrupted"  # what DuckDB 2.0 makes of Ctrl-C while it computes


MACHINE = frozenset(
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
        errno.EBADF,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EMFILE,
        errno.ENFILE,
        errno.EAGAIN,
        errno.ENOMEM,
        errno.EIO,
        errno.EBUSY,
        errno.ENXIO,
        errno.ENODEV,
        errno.ESTALE,
        errno.ETXTBSY,
        errno.EINVAL,
    ]
)
"""What can be wrong with a place or a machine, so that another one is the cure; anything else is a fault of rung."""


def verb(command: Callable[..., None]) -> str:
    """The word that calls a command; in a group, the second one."""
    name = command.__name__.removesuffix("_feed")
    group, _, word = name.partition("_")
    return word.replace("_", "-") if group in GROUPS else name


def lines() -> tuple[tuple[str, ...], ...]:
    """The words of every command."""
    groups = tuple((group, verb(each)) for group, (_, commands) in GROUPS.items() for each in commands)
    return (*((verb(each),) for each in COMMANDS), *groups)


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
      rung check gold-program/2026.yaml                        report errors with their lines
      rung evaluate gold-program/2026.yaml --data gold-program/demo --as-of 2026-06-30
      rung explain RUN PARTNER                                 why this tier, why this amount

    The options below can be anywhere on the line.
    """
    context.obj = Settings(home=home_at(home or HOME), quiet=quiet, no_input=no_input, debug=debug or is_debug())


def home_at(name: str) -> Path:
    """The folder of the workspace. `~` is a home directory, because no shell replaces it in `--home=~/x`."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise Stop(ExitCode.USAGE, f"`{name}`: there is no such home directory", "write the folder in full") from None


for command in COMMANDS:
    app.command(name=verb(command), cls=PlainCommand)(command)
for name, (about, commands) in GROUPS.items():
    group = typer.Typer(
        name=name,
        cls=PlainGroup,
        no_args_is_help=True,
        rich_markup_mode=None,
        help=about,
        pretty_exceptions_enable=False,
    )
    for command in commands:
        group.command(name=verb(command), cls=PlainCommand)(command)
    app.add_typer(group)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; only a fault of rung itself gives 1."""
    line = lifted(arguments)
    try:
        check_names(arguments)
        app(args=line, prog_name="rung")
    except SystemExit as leaving:
        return exit_code(leaving)
    except Stop as stop:
        tell(f"error: {stop.message}")
        if stop.cure:
            tell(f"  = help: {stop.cure}")
        return stop.code
    except OSError as fault:
        return report_machine(fault, debug="--debug" in line or is_debug())
    except Exception as fault:  # noqa: BLE001 - the last line of defence: a person must never see a bare traceback
        return report(fault, debug="--debug" in line or is_debug())
    finally:
        PROGRESS.clear()
    return ExitCode.DONE


def exit_code(leaving: SystemExit) -> int:
    """The code Typer wanted to end with; an interrupt is said in words.

    When the reader of help or a version goes away, Typer ends with 1. No command of ours does.
    """
    code = leaving.code if isinstance(leaving.code, int) else ExitCode.DONE
    if code == ExitCode.INTERNAL:
        return ExitCode.DONE
    return interrupted() if code == ExitCode.INTERRUPTED else code


def interrupted() -> int:
    """Ctrl-C: unfinished files are removed, complete ones are kept."""
    tell("interrupted: no file is left half-written")
    return ExitCode.INTERRUPTED


def report_machine(fault: OSError, debug: bool) -> int:
    """The machine said no: a folder that cannot be written, a full disk. What was being written is not there."""
    if debug:
        traceback.print_exception(fault)
    place = f"`{visible(str(fault.filename))}`" if fault.filename else "a file"
    tell(f"error: cannot use {place}: {(fault.strerror or str(fault)).lower()}")
    tell("  = help: the workspace is chosen with `--home`, the output with `--output`")
    return ExitCode.USAGE if fault.errno in MACHINE else ExitCode.INTERNAL


def is_refused_by_machine(fault: Exception) -> bool:
    """Whether DuckDB could not write or read a file, or the machine gives no more threads."""
    duckdb = sys.modules.get("duckdb")
    threads = isinstance(fault, RuntimeError) and "start new thread" in str(fault)
    return (
        threads
        or "Resource temporarily unavailable" in str(fault)
        or (duckdb is not None and isinstance(fault, duckdb.IOException))
    )


def is_out_of_memory(fault: Exception) -> bool:
    """Whether memory was the reason; DuckDB's error is tested only if DuckDB is loaded."""
    duckdb = sys.modules.get("duckdb")
    return isinstance(fault, MemoryError) or (duckdb is not None and isinstance(fault, duckdb.OutOfMemoryException))


def last_words(fault: Exception) -> str:
    """The reason that the system gave: DuckDB writes it last."""
    return (str(fault).splitlines() or [type(fault).__name__])[0].rpartition(": ")[2].lower()


def report(fault: Exception, debug: bool) -> int:
    """An internal error: one message that says how to report it."""
    if isinstance(fault, RuntimeError) and str(fault) == DUCKDB_INTERRUPTED:
        return interrupted()
    if debug:
        traceback.print_exception(fault)
    if is_out_of_memory(fault):
        tell("error: not enough memory")
        tell("  = help: raise `--memory`, for example to 4GB, or use more `--shards`")
        return ExitCode.USAGE
    if is_refused_by_machine(fault):
        tell(f"error: this machine has no room or no right: {visible(last_words(fault))}")
        tell("  = help: free space in the workspace (`--home`), or raise the limits of this process (`ulimit -a`)")
        return ExitCode.USAGE
    tell(f"internal error: {type(fault).__name__}: {visible(str(fault))}")
    tell("  this is a bug in rung, not an error in your program or records")
    cure = "" if debug else ", run the command again with `--debug`"
    tell(f"  = help: please report it: the command line{cure}, and add what `rung doctor` prints")
    return ExitCode.INTERNAL
