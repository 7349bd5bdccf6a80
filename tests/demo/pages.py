"""The commands on a page of documentation, run as written, and their output compared with what the page shows.

A block fenced as `console` holds command lines after `$ ` and their output. A block whose line before it is
`<!-- file: PATH -->` is the content of a file. All commands of a page run in order, in one folder that at the start
holds only a copy of `programs/`. `python -m tests.demo.pages` writes the current output into the pages of `PAGES`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = (
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("currencies", "diff", "feeds", "payouts", "testing", "tutorial")),
)
BLOCK = re.compile(r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)```\n", re.DOTALL)
RUN_ID = re.compile(r"run-[0-9a-f]{16}")  # when a run's id changes, later commands follow
EXPORT = re.compile(r"export (\w+)=(\S+)")
CHANCE = tuple(
    map(
        re.compile,
        (
            r"plan-[0-9a-f]{8}",
            r"\b[0-9a-f]{64}\b",
            r"\b[0-9a-f]{32}\b",
            r"SHA256:[A-Za-z0-9+/]{43}",
            r"AAAAC3[A-Za-z0-9+/]{62}",
            r"\bE[A-Z2-7]{32}\b",
        ),
    )
)
"""What is another one each time: keys, and what is signed or made with them. A page keeps those it was written with."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where its body stands in the text, and what it is for."""

    start: int
    end: int
    body: str
    language: str
    file: str = ""


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for match in BLOCK.finditer(text):
        yield Block(match.start("body"), match.end("body"), match["body"], match["language"], match["file"] or "")


def commands(body: str) -> list[str]:
    """The command lines of a console block; a line that ends with a backslash goes on."""
    lines = body.replace("\\\n", "\\\0").splitlines()
    return [line[2:].replace("\\\0", "\\\n") for line in lines if line.startswith("$ ")]


def played(body: str, folder: Path, renamed: dict[str, str], exported: dict[str, str]) -> str:
    """The console block as it looks when its commands run now, in `folder`.

    `renamed` takes the ids that runs have now, by those that the page was written with: later commands follow.
    `exported` takes what `export NAME=VALUE` sets, for the rest of the page. What chance made takes the place of what
    it made when the page was written, and is shown as it was.
    """
    parts = []
    for shown in commands(body):
        command = with_names(shown, renamed)
        if setting := EXPORT.fullmatch(command):
            exported[setting[1]] = setting[2]
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment(folder) | exported,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        output = done.stdout
        for ids in CHANCE:
            written = [each for each in dict.fromkeys(ids.findall(body)) if each not in renamed]
            made = [each for each in dict.fromkeys(ids.findall(output)) if each not in renamed.values()]
            renamed.update(zip(written, made, strict=False))
            as_written = {now: before for before, now in renamed.items() if ids.fullmatch(before)}
            output = with_ids(ids, output, as_written)
        parts.append(f"$ {with_ids(RUN_ID, shown, renamed)}\n{output}")
        before = [each for each in dict.fromkeys(RUN_ID.findall(body)) if each not in renamed]
        now = [each for each in dict.fromkeys(RUN_ID.findall(done.stdout)) if each not in renamed.values()]
        renamed.update(zip(before, now, strict=False))
    return "".join(parts)


def environment(folder: Path) -> dict[str, str]:
    """An environment in which `rung` is this tree, and the home folder is the empty one."""
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    starter = tools / "rung"
    if not starter.exists():
        starter.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m cli "$@"\n', "utf-8")
        starter.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUNG_")}
    return {**kept, "PATH": f"{tools}{os.pathsep}{kept.get('PATH', '')}", "HOME": str(folder), "NO_COLOR": "1"}


def refreshed(text: str, folder: Path) -> str:
    """The page with the output its commands have now."""
    shutil.copytree(ROOT / "programs", folder / "programs")
    parts = []
    position = 0
    renamed: dict[str, str] = {}
    exported: dict[str, str] = {}
    for block in blocks(text):
        parts.append(text[position : block.start])
        position = block.end
        if block.file:
            (folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.file).write_text(block.body, "utf-8")
        if block.language == "console":
            parts.append(played(block.body, folder, renamed, exported))
        else:
            parts.append(block.body)
    parts.append(text[position:])
    return "".join(parts)


def with_names(body: str, renamed: dict[str, str]) -> str:
    """The block with the ids that changed since the page was written."""
    for ids in (RUN_ID, *CHANCE):
        body = with_ids(ids, body, renamed)
    return body


def with_ids(ids: re.Pattern[str], text: str, names: dict[str, str]) -> str:
    """The text with other ids of one sort."""
    return ids.sub(lambda match: names.get(match[0], match[0]), text)


def main() -> None:
    """Write the current output into every page."""
    for page in PAGES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "work"
            folder.mkdir()
            page.write_text(refreshed(page.read_text("utf-8"), folder), "utf-8")


if __name__ == "__main__":
    main()
