"""Files as `rung fmt` takes them: read, laid out, compared, and put back whole."""

from __future__ import annotations

import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.language.diagnostic import Diagnostic

STDIN = "-"
STDIN_SHOWN = "stdin"
_TOP_LEVEL = re.compile(rb"^['\"]?(rung_test|control|feed|program)['\"]?[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Laid:
    """A file before and after; `after` is None where its YAML has faults."""

    name: str
    before: bytes
    after: bytes | None
    findings: tuple[Diagnostic, ...]
    is_stdin: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the layout differs."""
        return self.after is not None and self.after != self.before


def lay_out_file(name: str) -> Laid:
    """A file, or stdin, in the one layout."""
    from cli.programs import read_program
    from engine.layout.file import lay_out

    shown = STDIN_SHOWN if name == STDIN else name
    data = read_stdin() if name == STDIN else read_program(name)
    after, findings = lay_out(data, shown, schema_of(data))
    return Laid(shown, data, after, findings, name == STDIN)


def read_stdin() -> bytes:
    """All of stdin; the loader says so where that is more than a program may hold."""
    from engine.language.characters import MAX_BYTES

    return sys.stdin.buffer.read(MAX_BYTES + 1)


def schema_of(data: bytes) -> Mapping[str, object]:
    """The schema that gives the order of keys: of a program, unless the top-level keys tell another file."""
    keys = {match[1] for match in _TOP_LEVEL.finditer(data)}
    if b"rung_test" in keys:
        from engine.cases.schema import SCHEMA as TEST_SCHEMA

        return TEST_SCHEMA
    if b"control" in keys:
        from engine.records.control import CONTROL_SCHEMA

        return CONTROL_SCHEMA
    if b"feed" in keys and b"program" not in keys:
        from engine.records.parse import FEED_SCHEMA

        return FEED_SCHEMA
    from rules import SCHEMA

    return SCHEMA


def difference(laid: Laid) -> str:
    """What would change, as a unified diff."""
    before, after = (re.findall("[^\n]*\n|[^\n]+", (each or b"").decode("utf-8")) for each in (laid.before, laid.after))
    return "".join(_ended(line) for line in unified_diff(before, after, laid.name, laid.name))


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def replace_file(laid: Laid) -> None:
    """Put the new text in the place of the old, whole; a link stays one, and permissions stay."""
    from cli.output import write_whole

    target = Path(laid.name).resolve()
    mode = stat.S_IMODE(target.stat().st_mode)
    write_whole(target, laid.after or b"")
    target.chmod(mode)
