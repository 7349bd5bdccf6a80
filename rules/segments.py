"""`segments`: named groups of partners, by conditions. A segment's name is true for its members.

strategic:
  when:
    - region in [emea, na]
    - revenue >= 1_000_000 USD
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from engine.compiler.conditions import all_lines, lower_requirements
from engine.compiler.definitions import Behind, Definition
from engine.compiler.frame import Frame, FrameScope
from engine.compiler.typed import Scope, Typed
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Section
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.names import words_used
from engine.language.program import Program, Segment
from engine.language.reading import Reader, text_of
from engine.language.shapes import mapping, named, requirements, snippet, text
from engine.language.source import Entry, Mapping, Node
from engine.plan.owner import Owner, OwnerKind
from engine.types import BOOLEAN

SCHEMA = named(
    mapping(
        {
            "title": text("The segment's name for people", "Strategic partners"),
            "when": requirements("Who is in it: all must be met", ["region in [emea, na]", "revenue >= 1_000_000 USD"]),
        },
        "when",
        title="segment",
    ),
    "Named groups of partners; a segment's name is true for its members",
    {"strategic": {"when": ["revenue >= 1_000_000 USD"]}},
    declares="segment",
    snippets=(
        snippet(
            "segment", "A named group of partners", {"${1:strategic}": {"when": ["${2:revenue >= 1_000_000 USD}"]}}
        ),
    ),
)


def parse(node: Node, program: Program, reader: Reader) -> Program:
    """The program with its segments."""
    entries = node if isinstance(node, Mapping) else ()
    return replace(program, segments=tuple(_segment(entry, reader) for entry in entries))


def _segment(entry: Entry, reader: Reader) -> Segment:
    name = reader.declare(entry.key)
    node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    return Segment(name, entry.key.span, reader.requirements(node.get("when")), text_of(node.get("title")))


def check(program: Program) -> Iterator[Diagnostic]:
    """A segment that nothing uses is said."""
    used = words_used(program)
    for segment in program.segments:
        if segment.name not in used:
            yield meaning.UNUSED.at(
                segment.span, f"the segment `{segment.name}` is not used", help="use it in a condition, or remove it"
            )


def define(program: Program, bench: Workbench) -> None:
    """Declare every segment's name: true if the partner is in it."""
    for segment in program.segments:
        bench.define(
            Definition(segment.name, segment.span, partial(member_of, segment), behind=partial(_behind, segment))
        )


def owner_of(segment: Segment) -> Owner:
    """Whose the lines of a segment are."""
    return Owner(OwnerKind.SEGMENT, segment.name)


def member_of(segment: Segment, scope: Scope) -> Typed | None:
    """Whether the partner is in the segment on the day judged."""
    assert isinstance(scope, FrameScope)  # it is not defined in rows
    return scope.frame.once(segment.name, segment.span, lambda: _decided(segment, scope.frame))


def _decided(segment: Segment, frame: Frame) -> Typed | None:
    decided = lower_requirements(owner_of(segment), segment.when, FrameScope(frame))
    column = frame.derive(f"{segment.name}.member", all_lines(decided)) if decided else None
    return Typed(column, BOOLEAN, segment.span) if column else None


def _behind(segment: Segment, scope: FrameScope, values: tuple[str, ...]) -> Behind:
    return Behind(owner_of(segment))


SECTION = Section("segments", SCHEMA, parse, check, __doc__ or "", define)
