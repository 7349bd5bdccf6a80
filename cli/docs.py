"""The generated pages: docs/cli.md from the commands' help, docs/errors from the codes, the JSON
Schemas, the demo records of programs/summit, the guides of the shipped programs, and in docs/language.md
the kinds of incentive.

`python -m cli.docs` writes them, `python -m cli.docs --check` says which are not current.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from textwrap import dedent, indent

from cli.app import lines, run
from cli.catalogue import all_codes, page_of
from cli.commands.docs import planned
from cli.commands.schema import SchemaKind, schema_text
from cli.output import render_csv
from cli.programs import diagnose
from cli.render.diagnostics_schema import render_diagnostics_schema
from cli.render.guide_html import render_guide_html
from cli.render.guide_md import render_guide_md
from cli.synthetic import Size, synthetic_records
from engine.authoring.guide.guide import guide_of
from engine.explain.schema import render_schema
from engine.language.catalogue import IncentiveKind
from rules import KINDS

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = ROOT / "docs" / "language.md"
KINDS_BEGIN = "<!-- kinds: from their pages in rules/, by `make docs` -->"
KINDS_END = "<!-- kinds end -->"
GUIDED = {"summit": "programs/summit/2026.yaml", "adventureworks": "programs/adventureworks/2020.yaml"}


def command_pages() -> str:
    """The help of every command, as one Markdown page."""
    blocks = ["# Commands\n", "Generated from the help by `make docs`.\n", help_of()]
    for words in lines():
        blocks += [f"## {' '.join(words)}\n", help_of(*words)]
    return "\n".join(blocks)


def help_of(*arguments: str) -> str:
    """The help of a command, as on the terminal."""
    screen = io.StringIO()
    with redirect_stdout(screen):
        run([*arguments, "--help"])
    line = " ".join(("rung", *arguments, "--help"))
    return f"```\n$ {line}\n{screen.getvalue().strip()}\n```\n"


def code_pages() -> dict[str, str]:
    """Pages of the codes by file name, with an index."""
    codes = all_codes()
    pages = {f"{code.code}.md": page_of(code) for code in codes}
    index = "".join(f"| [{code.code}]({code.code}.md) | {code.name} | {code.severity.value} |\n" for code in codes)
    head = "# Diagnostics\n\nGenerated from the code by `make docs`; also `rung explain CODE`.\n\n"
    return {"README.md": f"{head}| code | name | severity |\n| --- | --- | --- |\n{index}", **pages}


def schema_pages() -> dict[str, str]:
    """The JSON Schemas of files and of output, by path."""
    texts = {
        "docs/schemas/program.schema.json": schema_text(SchemaKind.PROGRAM),
        "docs/schemas/feed.schema.json": schema_text(SchemaKind.FEED),
        "docs/schemas/tests.schema.json": schema_text(SchemaKind.TESTS),
        "programs/rung.schema.json": schema_text(SchemaKind.PROGRAM),  # the modelines of the shipped files find them
        "programs/rung.tests.schema.json": schema_text(SchemaKind.TESTS),
    }
    read = {
        "docs/schemas/explain-v1.schema.json": render_schema(),
        "docs/schemas/diagnostics-v1.schema.json": render_diagnostics_schema(),
    }
    return {**texts, **read}


def language_page() -> str:
    """docs/language.md, with a section for each kind of incentive made from the kind's own page."""
    before, rest = LANGUAGE.read_text("utf-8").split(f"{KINDS_BEGIN}\n", 1)
    after = rest.split(KINDS_END, 1)[1]
    return f"{before}{KINDS_BEGIN}\n{''.join(map(kind_section, KINDS))}{KINDS_END}{after}"


def kind_section(kind: IncentiveKind) -> str:
    """The section of a kind: its page, its example as YAML that continues the page's `incentives:`, and its keys."""
    said, example = kind.page.strip().split("\n\n    ", 1)
    yaml = indent(dedent(f"    {example}"), "  ")
    properties, required = kind.schema["properties"], kind.schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    keys = [key for key, schema in properties.items() if not (schema.get("x-later") or schema.get("x-moved"))]
    told = ", ".join(f"**`{key}`**" if key in required else f"`{key}`" for key in keys)
    return f"\n### {kind.name}\n\n{said}\n\n```yaml\n{yaml}\n```\n\nKeys (required ones in bold): {told}.\n"


def demo_records() -> dict[str, str]:
    """The records that `programs/summit` ships, by path."""
    return {f"programs/summit/demo/{name}.csv": render_csv(sheet) for name, sheet in synthetic_records(Size()).items()}


def guides() -> dict[str, str]:
    """The guides of the shipped programs, by path: what `rung docs` writes."""
    found = {}
    for name, path in GUIDED.items():
        program, _ = diagnose((ROOT / path).read_bytes(), path)
        assert program is not None, path
        guide = guide_of(program, program.first_day, planned)
        found[f"docs/examples/{name}-guide.md"] = render_guide_md(guide)
        found[f"docs/examples/{name}-guide.html"] = render_guide_html(guide)
    return found


def pages() -> dict[Path, str]:
    """Every generated page by its path."""
    errors = {f"docs/errors/{name}": text for name, text in code_pages().items()}
    written = {
        "docs/cli.md": command_pages(),
        "docs/language.md": language_page(),
        **errors,
        **schema_pages(),
        **demo_records(),
        **guides(),
    }
    return {ROOT / path: text for path, text in written.items()}


def stale(wanted: dict[Path, str]) -> tuple[Path, ...]:
    """Pages that are absent, differ, or should not be there."""
    present = set((ROOT / "docs" / "errors").glob("*.md"))
    differing = {path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text}
    return tuple(sorted(differing | (present - wanted.keys())))


def write_pages(wanted: dict[Path, str], paths: Iterable[Path]) -> None:
    """Write the changed pages and remove those of removed codes."""
    for path in paths:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only compare them."""
    wanted = pages()
    changed = stale(wanted)
    if "--check" in arguments:
        for path in changed:
            sys.stderr.write(f"not current: {path.relative_to(ROOT)}; run `make docs`\n")
        return 1 if changed else 0
    write_pages(wanted, changed)
    sys.stderr.write(f"{len(changed)} pages written, {len(wanted) - len(changed)} current\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
