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
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="A new folder; the program gets its name.")],
    template: Annotated[
        str, typer.Option("--template", metavar="NAME", help="basic, reseller, msp, referral or distributor.")
    ] = "basic",
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The program's name for people.")] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Create a program folder that works at once: a program, a feed, and demo records.

    \b
    Example:
      rung init acme
      rung init acme --title "Acme Partner Program"
      rung init acme --template msp

    \b
    Templates (all but the first include test cases):
      basic        three tiers by revenue, a discount, a rebate
      reseller     revenue and certified engineers, discounts, a volume rebate, a launch SPIFF
      msp          monthly recurring revenue, customers, growth, margins
      referral     deals won, a fee with limits
      distributor  distributors and the resellers below them, sell-through rebates
    """
    from cli.commands.schema import SchemaKind, schema_text
    from cli.output import write_whole
    from cli.render.visible import visible
    from cli.starter import starter_files
    from cli.template import Template, template_files
    from engine.folders import make_folder

    settings = settings_of(context)
    root = Path(folder)
    if template not in tuple(Template):
        raise Stop(ExitCode.USAGE, f"there is no template `{template}`", f"templates: {', '.join(Template)}")
    name = program_name(root)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Stop(ExitCode.USAGE, f"`{folder}` already exists", "name a folder that does not exist")
    called = title or f"{name.replace('_', ' ').title()} Partner Program"
    is_basic = template == Template.BASIC
    files = starter_files(name, called) if is_basic else template_files(Template(template), name, called)
    if title:
        _demand_title(files["2026.yaml"])
    files["rung.schema.json"] = schema_text(SchemaKind.PROGRAM)
    if not is_basic:
        files["rung.tests.schema.json"] = schema_text(SchemaKind.TESTS)
    for path, text in files.items():
        target = root / path
        if not dry_run:
            make_folder(target.parent)
            write_whole(target, text.encode("utf-8"))
        typer.echo(visible(str(target)))
    settings.say("nothing was written" if dry_run else f"next: rung check {root / '2026.yaml'}")


def _demand_title(program: str) -> None:
    """Stop if the program is wrong, which can only be because of a title that was given."""
    from engine.language.diagnostic import has_errors
    from rules import load_program

    _, found = load_program(program.encode("utf-8", "surrogateescape"), "2026.yaml")
    if has_errors(found):
        raise Stop(ExitCode.USAGE, f"this cannot be a title: {found[0].message}", "write another `--title`")


def program_name(root: Path) -> str:
    """The program's name from its folder: small letters, digits and underscores.

    >>> program_name(Path("work/Gold-Partners 2"))
    'gold_partners_2'
    """
    name = re.sub(r"[^a-z0-9]+", "_", root.absolute().name.lower()).strip("_")
    if not NAME.fullmatch(name):
        raise Stop(ExitCode.USAGE, f"`{root}` cannot be the name of a program", "start the folder's name with a letter")
    return name
