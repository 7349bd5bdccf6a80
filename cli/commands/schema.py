"""`rung schema`: the JSON Schema with which an editor completes and checks what people write."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.options import OutputOption, check_ending, settings_of


class SchemaKind(StrEnum):
    """Kinds of files that people write."""

    PROGRAM = "program"
    FEED = "feed"
    TESTS = "tests"


def schema(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(metavar="[program|feed|tests]", help="Kind of file.", show_default=False)
    ] = SchemaKind.PROGRAM.value,
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of programs, feeds or test files.

    \b
    Example:
      rung schema --output rung.schema.json
      rung schema tests --output rung.tests.schema.json

    An editor with yaml-language-server then completes and checks a program whose first line is
    `# yaml-language-server: $schema=rung.schema.json`.
    """
    from cli.output import emit

    check_ending(output, ["json"])
    known = [each.value for each in SchemaKind]
    if kind not in known:
        raise Stop(ExitCode.USAGE, f"there is no schema of `{kind}`", f"write one of {', '.join(known)}")
    emit(schema_text(SchemaKind(kind)), output)
    if output not in (None, "-"):
        settings_of(context).say(f"wrote {output}")


def schema_text(kind: SchemaKind) -> str:
    """The schema of a kind of file, as it is printed and shipped."""
    import json

    from engine.authoring.cases.schema import SCHEMA as TESTS
    from engine.records.feed_schema import FEED_SCHEMA
    from rules.editing import editor_schema, editor_schema_of_feeds, editor_schema_of_tests

    match kind:
        case SchemaKind.PROGRAM:
            published = editor_schema()
        case SchemaKind.FEED:
            published = editor_schema_of_feeds(FEED_SCHEMA)
        case SchemaKind.TESTS:
            published = editor_schema_of_tests(TESTS)
    return json.dumps(published, indent=2, ensure_ascii=False) + "\n"
