"""The files of `rung fmt`: read, formatted, compared, and written back completely."""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode, Stop
from cli.programs import changed_beside, top_level
from cli.render.visible import visible

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic

STDIN = "-"
STDIN_SHOWN = "stdin"
KEYS = ("program", "feed", "rung_test", "control")
"""The top-level keys that identify the kind of a rung file."""

_TOP_LEVEL = top_level(*KEYS)


@dataclass(frozen=True, slots=True)
class Laid:
    """A file before and after; `after` is None if its YAML has faults, or if it is not a rung file."""

    name: str
    before: bytes
    after: bytes | None
    findings: tuple[Diagnostic, ...]
    is_ours: bool = True
    is_stdin: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the layout differs."""
        return self.after is not None and self.after != self.before


def lay_out_files(places: Sequence[str]) -> list[Laid]:
    """The files named on the command line, formatted; `-` is stdin, a folder means all rung files in it."""
    from cli.checking import files_at

    files = files_at([each for each in places if each != STDIN])
    each_laid = [lay_out_file(name, data) for name, data in files.items()]
    if STDIN in places:
        laid = lay_out_file(STDIN_SHOWN, read_stdin())
        if not laid.is_ours:
            raise Stop(ExitCode.INVALID, "stdin is not a rung file", f"its key is one of {', '.join(KEYS)}")
        each_laid.append(replace(laid, is_stdin=True))
    return each_laid


def lay_out_file(name: str, data: bytes) -> Laid:
    """One file in the standard layout. Other files are not changed: they may be YAML of any kind."""
    from engine.authoring.layout.file import lay_out

    if not _TOP_LEVEL.search(data):
        return Laid(name, data, None, (), is_ours=False)
    return Laid(name, data, *lay_out(data, name, schema_of(data), changed_beside(data, name)))


def read_stdin() -> bytes:
    """All of stdin; the loader says so where that is more than a program may hold."""
    from engine.language.characters import MAX_BYTES

    return sys.stdin.buffer.read(MAX_BYTES + 1)


def schema_of(data: bytes) -> Mapping[str, object]:
    """The schema that gives the order of keys: of a program, unless the top-level keys show another kind of file."""
    keys = {match[1] for match in _TOP_LEVEL.finditer(data)}
    if b"rung_test" in keys:
        from engine.authoring.cases.schema import SCHEMA as TEST_SCHEMA

        return TEST_SCHEMA
    if b"control" in keys:
        from engine.records.control import CONTROL_SCHEMA

        return CONTROL_SCHEMA
    if b"feed" in keys and b"program" not in keys:
        from engine.records.feed_schema import FEED_SCHEMA

        return FEED_SCHEMA
    from rules import SCHEMA

    return SCHEMA


def difference(laid: Laid) -> str:
    """What would change, as a unified diff."""
    before, after = (re.findall("[^\n]*\n|[^\n]+", (each or b"").decode("utf-8")) for each in (laid.before, laid.after))
    name = visible(laid.name)
    return "".join(_ended(line) for line in unified_diff(before, after, name, name))


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def replace_file(laid: Laid) -> None:
    """Put the new text in the place of the old, whole; a link stays one, and permissions stay."""
    from cli.output import write_whole

    target = Path(laid.name).resolve()
    mode = stat.S_IMODE(target.stat().st_mode)
    write_whole(target, laid.after or b"")
    target.chmod(mode)
