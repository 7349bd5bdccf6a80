"""`rung schema`: the JSON Schema with which an editor completes and checks a program."""

from __future__ import annotations

import typer

from cli.options import OutputOption, settings_of


def schema(context: typer.Context, output: OutputOption = None) -> None:
    """Print the JSON Schema of program files.

    \b
    Example:
      rung schema --output rung.schema.json

    An editor with yaml-language-server then completes and checks a program whose first line is
    `# yaml-language-server: $schema=rung.schema.json`.
    """
    import json

    from cli.output import emit
    from rules import SCHEMA

    emit(json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n", output)
    if output not in (None, "-"):
        settings_of(context).say(f"wrote {output}")
