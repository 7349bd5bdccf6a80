"""Guides for tests: shipped programs, and who compiles a program for its worked examples."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from engine.authoring.guide.document import Guide
from engine.authoring.guide.guide import guide_of
from engine.language.program import Program
from engine.plan.plan import Plan
from rules import compile_program
from tests.properties.programs import loaded


def planned(program: Program, day: date) -> Plan | None:
    """The plan of a program at a day."""
    return compile_program(program, day)[0]


def shipped(path: str) -> Program:
    """A program of this repository."""
    return loaded(Path(path).read_text(encoding="utf-8"))


def guide_at(program: Program, day: date | None = None) -> Guide:
    """The guide of a program on a day, its first one by default."""
    return guide_of(program, day or program.effective[0], planned)


Part = TypeVar("Part")


def retitled(part: Part, title: str) -> Part:
    """A program, or any part of one, with this title in every place that has one."""
    if isinstance(part, tuple):
        return cast(Part, tuple(retitled(each, title) for each in part))
    if not is_dataclass(part) or isinstance(part, type):
        return part
    changed = {each.name: retitled(getattr(part, each.name), title) for each in fields(part)}
    return replace(part, **changed | ({"title": title} if "title" in changed else {}))


HOSTILE = (
    "</title></style><script>alert(1)</script>[x](javascript:alert(1)) ![i](//e.org/i) | `c` *b* _u_ # $m$ &amp; <b>"
)
"""A title that tries what pages and Markdown might do with it."""
