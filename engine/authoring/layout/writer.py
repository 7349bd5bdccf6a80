"""A tree as text, in the one layout.

A mapping or list that the author wrote in braces or brackets stays on one line where it fits and holds no comment; else
it is broken out, one line for each entry. What was broken out is never joined again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.authoring.layout.outline import Outline
from engine.authoring.layout.remarks import EMPTY, Element, Remarks, elements, value_of
from engine.authoring.layout.values import STEP, WIDTH, folded, written_key, written_value
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence

MAX_ALIGNED = 80  # columns; a longer line does not push the comments of its neighbours away
APART = 2  # spaces before a comment beside something

Beside = Callable[[Element], str]
"""A comment to show beside an element, without its `#`; empty for none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text with indentation, and the comment beside it."""

    text: str
    comment: str = ""


GAP = Line(EMPTY)


def render_tree(tree: Mapping, outline: Outline, remarks: Remarks | None = None, beside: Beside | None = None) -> str:
    """The text of a file: keys in the order of `outline`, with the remarks of the file and the comments from
    `beside`, which is called once for every entry of a mapping and item of a list on its own line.
    """
    writer = _Writer(remarks or Remarks(), beside or (lambda _: ""))
    return "".join(f"{line}\n" for line in aligned(writer.file(tree, outline)))


def aligned(lines: list[Line]) -> list[str]:
    """The lines as texts; comments beside neighbouring lines are aligned."""
    texts: list[str] = []
    run: list[Line] = []
    for line in [*lines, GAP]:
        if line.comment and len(line.text) <= MAX_ALIGNED:
            run.append(line)
            continue
        width = max((len(each.text) for each in run), default=0) + APART
        texts += [f"{each.text:{width}}{each.comment}" for each in run]
        texts.append(f"{line.text}{' ' * APART}{line.comment}" if line.comment else line.text)
        run = []
    return texts[:-1]


@dataclass(slots=True)
class _Writer:
    remarks: Remarks
    beside: Beside

    def file(self, tree: Mapping, outline: Outline) -> list[Line]:
        """The head, then the top-level entries; one of several lines is between empty lines."""
        lines: list[Line] = []
        was_long = False
        for entry in outline.ordered(tree):
            before = self._before(entry, 0)
            own = self._entry(entry, 0, outline.under(tree, entry.key.text))
            is_long = len(own) > 1
            if not lines:
                lines = self._headed(_without_first_gap(before))
            else:
                needs_gap = (was_long or is_long) and not (before and before[0] == GAP)
                lines += [GAP, *before] if needs_gap else before
            lines += own
            was_long = is_long
        return [*(lines or [Line("{}")]), *self._after(tree, 0)]

    def _headed(self, before: list[Line]) -> list[Line]:
        """The head of the file, then the remarks before the first entry, separated from it."""
        head = [_remark(each, 0) for each in self.remarks.head]
        if not head:
            return before
        is_parted = head[-1] == GAP
        return [*head, *([GAP] if before and not is_parted else []), *before]

    def _block(self, node: Node, indent: int, outline: Outline) -> list[Line]:
        """The lines of a mapping or list that is broken out."""
        lines: list[Line] = []
        if isinstance(node, Mapping):
            for entry in outline.ordered(node):
                own = self._entry(entry, indent, outline.under(node, entry.key.text))
                lines += [*self._before(entry, indent), *own]
        else:
            inner = outline.items(node)
            for item in node.items if isinstance(node, Sequence) else ():
                lines += [*self._before(item, indent), *self._item(item, indent, inner)]
        return _without_first_gap([*lines, *self._after(node, indent)])

    def _entry(self, entry: Entry, indent: int, outline: Outline) -> list[Line]:
        start = f"{' ' * indent}{written_key(entry.key)}:"
        return self._behind(start, entry, indent, outline)

    def _item(self, item: Node, indent: int, outline: Outline) -> list[Line]:
        start = f"{' ' * indent}-"
        if not elements(item) or self._fits(item, len(start) + 1, outline):
            return self._behind(start, item, indent, outline)
        lines = self._block(item, indent + STEP, outline)
        first = next(number for number, line in enumerate(lines) if not _is_remark(line))
        comment = self.remarks.beside.get(id(item))
        above = [*([comment] if comment else []), *(line.text.strip() for line in lines[:first])]  # not behind the dash
        head = replace(lines[first], text=f"{start} {lines[first].text.lstrip()}")
        return [*(_remark(each, indent) for each in above), head, *lines[first + 1 :]]

    def _behind(self, start: str, element: Element, indent: int, outline: Outline) -> list[Line]:
        """An element whose first line begins with `start`, a key with its colon or a dash."""
        node, comment = value_of(element), self._comment(element)
        if isinstance(node, Scalar):
            return self._scalar(start, node, comment, indent, outline)
        if self._fits(node, len(start) + 1, outline):
            return [Line(f"{start} {self._flow(node, outline)}", comment)]
        return [Line(start, comment), *self._block(node, indent + STEP, outline)]

    def _scalar(self, start: str, scalar: Scalar, comment: str, indent: int, outline: Outline) -> list[Line]:
        deeper = " " * (indent + STEP)
        if scalar.block and _ends_plainly(scalar.text):
            sign = scalar.style + ("" if scalar.text.endswith("\n") else "-")
            body = [Line(deeper + line if line else EMPTY) for line in scalar.block]
            return [Line(f"{start} {sign}", comment), *body]
        text = written_value(scalar, False, outline.calculates)
        if scalar.span.line != scalar.span.end_line and len(start) + 1 + len(text) > WIDTH:
            *rest, last = folded(scalar.text, WIDTH - len(deeper))
            if rest:
                return [Line(start), *(Line(deeper + each) for each in rest), Line(deeper + last, comment)]
        return [Line(f"{start} {text}" if text else start, comment)]

    def _fits(self, node: Node, column: int, outline: Outline) -> bool:
        """Whether a list or mapping is on one line that is written up to a column."""
        if isinstance(node, Scalar) or (elements(node) and not node.flow):
            return False
        if elements(node) and self.remarks.inside(node):
            return False
        return not elements(node) or outline.is_line or column + len(self._flow(node, outline)) <= WIDTH

    def _flow(self, node: Node, outline: Outline) -> str:
        """A value on one line."""
        if isinstance(node, Scalar):
            return written_value(node, True, outline.calculates)
        if isinstance(node, Sequence):
            inner = outline.items(node)
            return f"[{', '.join(self._flow(each, inner) for each in node.items)}]"
        entries = outline.ordered(node)
        return f"{{{', '.join(self._pair(node, each, outline) for each in entries)}}}"

    def _pair(self, node: Mapping, entry: Entry, outline: Outline) -> str:
        return f"{written_key(entry.key)}: {self._flow(entry.value, outline.under(node, entry.key.text))}"

    def _comment(self, element: Element) -> str:
        said = self.beside(element)
        own = self.remarks.beside.get(id(element), "")
        return f"{own}  # {said}" if own and said else f"# {said}" if said else own

    def _before(self, element: Element, indent: int) -> list[Line]:
        return [_remark(each, indent) for each in self.remarks.before.get(id(element), ())]

    def _after(self, node: Node, indent: int) -> list[Line]:
        return [_remark(each, indent) for each in self.remarks.after.get(id(node), ())]


def _ends_plainly(text: str) -> bool:
    """Whether a text over several lines ends in a line break or none: anything else is seen in quotes only."""
    return bool(text.strip()) and text.rstrip("\n") == text.rstrip() and not text.endswith("\n\n")


def _remark(text: str, indent: int) -> Line:
    return Line(f"{' ' * indent}{text}") if text else GAP


def _is_remark(line: Line) -> bool:
    return not line.text or line.text.lstrip().startswith("#")


def _without_first_gap(lines: list[Line]) -> list[Line]:
    first = next((number for number, line in enumerate(lines) if line.text), len(lines))
    return lines[first:]
