"""`rung fmt`: program, feed and test files in the one layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode
from cli.options import OutputOption, check_ending, settings_of
from cli.words import counted

if TYPE_CHECKING:
    from cli.laid import Laid


def fmt(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE|DIR", help="Files, folders; `-` is stdin.", show_default=False),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; list files that would change; exit code 5 if any.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show the changes; exit code 5 if any.")] = False,
    output: OutputOption = None,
) -> None:
    """Format programs, feeds and tests: order of keys, spacing, quotes. Comments and meaning stay.

    Keys in an older place are moved to their current place, unless a version or amendment beside the file
    changes that incentive.

    \b
    Example:
      rung fmt programs/summit/2026.yaml
      rung fmt --check programs
      rung fmt --diff programs/summit/2026.yaml
      rung fmt - < draft.yaml > 2026.yaml

    A file with YAML errors is not changed: the errors are shown, and the exit code is 3. Other YAML files,
    without a key `program`, `feed`, `rung_test` or `control`, are ignored.
    """
    from cli.findings import exit_code_of, show
    from cli.laid import difference, lay_out_files, replace_file
    from cli.output import emit
    from cli.render.visible import visible

    settings = settings_of(context)
    piped = "-" in files and not (check or diff)
    check_ending(output, ["text", *(["diff"] if diff else ["yaml"] if piped else [])])
    each_laid = lay_out_files(files)
    for each in each_laid:
        show(settings, each.findings, {each.name: each.before})
    changed = [each for each in each_laid if each.is_changed]
    if diff:
        emit("".join(map(difference, changed)), output)
    elif check:
        emit("".join(f"{visible(each.name)}\n" for each in changed), output)
    else:
        named = [each for each in changed if not each.is_stdin]
        for each in named:
            replace_file(each)
        through = [(each.after or b"").decode("utf-8") for each in each_laid if each.is_stdin]
        emit("".join([*through, *(f"{visible(each.name)}\n" for each in named)]), output)
    settings.say(summary(each_laid, wrote=not (check or diff)))
    if code := exit_code_of(finding for each in each_laid for finding in each.findings):
        raise typer.Exit(code)
    if changed and (check or diff):
        raise typer.Exit(ExitCode.DIFFERENCES)


def summary(each_laid: list[Laid], wrote: bool) -> str:
    """One closing sentence."""
    changed = sum(each.is_changed for each in each_laid)
    others = sum(not each.is_ours for each in each_laid)
    faulty = sum(each.after is None for each in each_laid) - others
    same = len(each_laid) - changed - faulty - others
    parts = [
        f"{counted(changed, 'file')} {'formatted' if wrote else 'would change'}" if changed else "",
        f"{counted(same, 'file')} already formatted" if same else "",
        f"{counted(faulty, 'file')} with errors, not changed" if faulty else "",
        f"{counted(others, 'other file')} ignored" if others else "",
    ]
    return ", ".join(each for each in parts if each)
