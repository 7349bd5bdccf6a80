"""`rung init`: a new program folder that works at once, to be changed into one's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import DryRunOption, settings_of

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def init(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="A new folder; its name names the program.")],
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The program's name for people.")] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Make a new program folder: three tiers, a rebate, a feed, and records to try them on.

    \b
    Example:
      rung init acme
      rung init acme --title "Acme Partner Program"
    """
    from cli.output import write_whole
    from cli.starter import starter_files
    from rules.editing import editor_schema

    settings = settings_of(context)
    root = Path(folder)
    name = program_name(root)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Stop(ExitCode.USAGE, f"`{folder}` is there already", "name a folder that does not exist")
    files = starter_files(name, title or f"{name.replace('_', ' ').title()} Partner Program", editor_schema())
    for path, text in files.items():
        target = root / path
        if not dry_run:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, text.encode("utf-8"))
        typer.echo(str(target))
    settings.say("nothing was written" if dry_run else f"next: rung check {root / '2026.yaml'}")


def program_name(root: Path) -> str:
    """The program's name from its folder: small letters, digits and underscores.

    >>> program_name(Path("work/Gold-Partners 2"))
    'gold_partners_2'
    """
    name = re.sub(r"[^a-z0-9]+", "_", root.absolute().name.lower()).strip("_")
    if not NAME.fullmatch(name):
        raise Stop(ExitCode.USAGE, f"`{root}` gives no name for a program", "begin the folder's name with a letter")
    return name
