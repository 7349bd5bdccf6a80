"""Parser events to nodes. One builder reads one text once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from engine.language.codes import yaml as codes
from engine.language.diagnostic import Diagnostic, Related
from engine.language.faults import (
    Fault,
    Reading,
    anchor_finding,
    explain_fault,
    explain_huge_escape,
    tag_finding,
)
from engine.language.lines import line_span, shown, unindented
from engine.language.plain import check_key
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence, Span

MAX_DEPTH = 64  # nested lists and mappings; programs use about ten
MAX_NODES = 100_000  # values and keys; a file of 5 MiB could hold millions
MAX_SCALAR = 64 * 1024  # bytes of one value
MAX_RELATED = 5  # places shown beside one finding
MERGE = "<<"


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read; a mapping's children are key, value, key, .."""

    is_mapping: bool
    flow: bool
    span: Span
    children: list[Node] = field(default_factory=list)

    @property
    def awaits_key(self) -> bool:
        """Whether the next child is a key."""
        return self.is_mapping and len(self.children) % 2 == 0

    @property
    def key(self) -> Node | None:
        """The key whose value is read now."""
        return self.children[-1] if self.is_mapping and not self.awaits_key else None


@dataclass(slots=True)
class _Anchor:
    """`&name`, and where `*name` uses it."""

    span: Span
    uses: list[Span] = field(default_factory=list)
    merged: bool = False


class Builder:
    """Reads the events of one text into a tree, as far as it can be read."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.fault: Fault | None = None
        self._file = file
        self._findings: list[Diagnostic] = []
        self._anchors: dict[str, _Anchor] = {}
        self._stack: list[_Open] = []
        self._root: Node | None = None
        self._last: Scalar | None = None
        self._nodes = 0
        self._documents = 0

    def read(self, text: str) -> bool:
        """Read all of `text`; False where reading stopped before its end."""
        line = 1
        try:
            for event in yaml.parse(text, Loader=yaml.BaseLoader):
                span = self._span(event)
                line = span.end_line
                if not self._take(event, span):
                    return False
        except yaml.MarkedYAMLError as error:
            self.fault = explain_fault(error, self._reading())
            return False
        except (ValueError, OverflowError):  # the parser requests the character of an impossible number
            self.fault = explain_huge_escape(line, self._reading())
            return False
        return True

    def root(self) -> Node | None:
        """The tree, with what was still open closed where reading stopped."""
        while self._stack:
            self._close(self._stack[-1].span)
        return self._root

    def findings(self) -> list[Diagnostic]:
        """What the events showed: tags, anchors, documents, duplicate keys, limits."""
        anchors = []
        for name, anchor in self._anchors.items():
            if not anchor.merged:
                related = [Related(each, "used here") for each in anchor.uses[:MAX_RELATED]]
                anchors.append(anchor_finding(anchor.span, f"&{name}", related))
        return self._findings + anchors

    def _reading(self) -> Reading:
        bracket = next((each.span for each in reversed(self._stack) if each.flow), None)
        return Reading(self._file, self.lines, self._last, bracket)

    def _take(self, event: Event, span: Span) -> bool:
        """Take in one event; False to stop."""
        if isinstance(event, DocumentStartEvent):
            return self._start_document(span)
        if isinstance(event, CollectionEndEvent):
            self._close(span)
            return True
        if not isinstance(event, NodeEvent):
            return True
        self._nodes += 1
        if self._nodes > MAX_NODES:
            help = "move records into data files; a program contains only rules"
            message = f"more than {MAX_NODES:,} values in one file"
            self._findings.append(codes.TOO_LARGE.at(_start(span), message, help=help))
            return False
        if isinstance(event, AliasEvent):
            self._alias(event, span)
            return True
        self._refuse_tag_and_anchor(event, span)
        if isinstance(event, ScalarEvent):
            self._add(self._scalar(event, span))
            return True
        return self._open(event, span)

    def _start_document(self, span: Span) -> bool:
        self._documents += 1
        if self._documents == 1:
            return True
        help = "move the rest into a separate file"
        self._findings.append(codes.SEVERAL_DOCUMENTS.at(span, "a second document starts here", help=help))
        return False

    def _open(self, event: NodeEvent, span: Span) -> bool:
        if len(self._stack) == MAX_DEPTH:
            message = f"lists and mappings are nested more than {MAX_DEPTH} deep here"
            help = "declare inner parts separately: as a segment, a metric or a parameter"
            self._findings.append(codes.TOO_DEEP.at(_start(span), message, help=help))
            return False
        assert isinstance(event, MappingStartEvent | SequenceStartEvent)
        self._stack.append(_Open(isinstance(event, MappingStartEvent), bool(event.flow_style), span))
        return True

    def _close(self, end: Span) -> None:
        """Close the innermost collection; block collections end where their last child does."""
        closed = self._stack.pop()
        start = closed.span
        last = end if closed.flow else closed.children[-1].span if closed.children else start
        span = Span(start.file, start.line, start.column, last.end_line, last.end_column)
        if closed.is_mapping:
            self._add(Mapping(tuple(self._entries(closed.children)), span, closed.flow))
        else:
            self._add(Sequence(tuple(closed.children), span, closed.flow))

    def _entries(self, children: list[Node]) -> Iterator[Entry]:
        """The entries whose key is a text, each key once."""
        seen: dict[str, Scalar] = {}
        for key, value in zip(children[::2], children[1::2], strict=False):
            if not isinstance(key, Scalar):
                message, help = "a key is a list or mapping", "write one `key: value` line for each"
                if self.lines[key.span.line - 1][key.span.column - 2 :].startswith("{{"):
                    message = "`{{` has no meaning here: rung does not fill in templates"
                    help = "write the value itself, or declare a parameter for a value that changes"
                self._findings.append(codes.KEY_NOT_TEXT.at(_start(key.span), message, help=help))
            elif key.text == MERGE and not key.quoted:
                self._merge(key, value)
            elif key.text in seen:
                self._duplicate(seen[key.text], key)
            else:
                seen[key.text] = key
                yield Entry(key, value)

    def _duplicate(self, first: Scalar, second: Scalar) -> None:
        """Report a repeated key, unless one of the two is at fault for not being a text."""
        found = None if second.quoted else check_key(second)
        if not found and (first.quoted or not check_key(first)):
            related = [Related(first.span, "first written here")]
            message = f"key `{shown(first.text)}` is already on line {first.span.line}"
            help = "keep one of the two, or rename one"
            found = codes.DUPLICATE_KEY.at(second.span, message, label="written again", help=help, related=related)
        if found:
            self._findings.append(found)

    def _merge(self, key: Scalar, value: Node) -> None:
        anchor = self._anchors.get(value.text[1:]) if isinstance(value, Scalar) else None
        related = []
        if anchor:
            related = [Related(anchor.span, "what it would copy")]
            anchor.merged = True
        help = "use `like:` for a metric or `extends:` for record tables, or write the keys out"
        message = "`<<` is YAML's merge key; programs cannot use it"
        self._findings.append(codes.MERGE_KEY.at(key.span, message, help=help, related=related))

    def _alias(self, event: AliasEvent, span: Span) -> None:
        """Keep the alias as a text; report it here only if no anchor or merge key is reported."""
        name = str(event.anchor)
        text = f"*{name}"
        key = self._stack[-1].key if self._stack else None
        merging = isinstance(key, Scalar) and key.text == MERGE
        if anchor := self._anchors.get(name):
            if not merging:
                anchor.uses.append(span)
        elif not merging:
            self._findings.append(anchor_finding(span, text, []))
        self._add(Scalar(text, span, quoted=True))

    def _refuse_tag_and_anchor(self, event: NodeEvent, span: Span) -> None:
        if event.anchor:
            found = re.compile(re.escape(f"&{event.anchor}")).search(self.lines[span.line - 1], span.column - 1)
            start = found.start() + 1 if found else span.column
            place = line_span(self._file, span.line, start, start + len(event.anchor) + 1)
            self._anchors.setdefault(event.anchor, _Anchor(place))
        if getattr(event, "tag", None) is not None:
            self._findings.append(tag_finding(self._reading(), span.line, span.column))

    def _scalar(self, event: ScalarEvent, span: Span) -> Scalar:
        size = len(event.value.encode("utf-8", "surrogatepass"))
        if size > MAX_SCALAR:
            message = f"a value of {size:,} bytes; the limit is {MAX_SCALAR:,}"
            help = "move long texts and records into separate files"
            self._findings.append(codes.TOO_LARGE.at(_start(span), message, help=help))
        block: tuple[str, ...] = ()
        if event.style in ("|", ">"):
            span = self._block_span(span)
            block = unindented(self.lines[span.line : span.end_line])
        self._last = Scalar(event.value, span, quoted=event.style is not None, style=event.style or "", block=block)
        return self._last

    def _add(self, node: Node) -> None:
        if not self._stack:
            self._root = node
        else:
            self._stack[-1].children.append(node)

    def _span(self, event: Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None, "the parser gives every event its place"
        assert end is not None, "the parser gives every event its place"
        return Span(self._file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _block_span(self, span: Span) -> Span:
        """A text over several lines, up to its last line that says something."""
        last = span.end_line - 1 if span.end_column == 1 else span.end_line
        while last > span.line and not self.lines[last - 1].strip():
            last -= 1
        return Span(span.file, span.line, span.column, last, len(self.lines[last - 1].rstrip()) + 1)


def _start(span: Span) -> Span:
    """The first character of a span."""
    return line_span(span.file, span.line, span.column, span.column + 1)
