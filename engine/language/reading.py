"""Taking values out of the spanned tree, after its shape was checked.

A `Reader` collects findings, so that a section's parser reads top to bottom. It trusts the
shape layer: a key that must be a text is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from engine.language import expression, window
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.program import Choice, Group, Line, Requirement, Table, Threshold
from engine.language.source import Entry, Mapping, Node, Scalar, Sequence, Span
from engine.language.syntax import Duration, Expression, Money
from engine.language.window import Window

FUNCTIONS = ("min", "max", "abs", "days_between", "months_between")
WORDS = ("and", "or", "not", "is", "in", "between", "missing", "true", "false", "tier", "as_of", "window")
RESERVED = frozenset((*WORDS, *FUNCTIONS))
TABLE_FORMS = ("value", "by", "values", "bands")


@dataclass(slots=True)
class Reader:
    """Findings of one program file, with the words to read its values."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    declared: dict[str, Span] = field(default_factory=dict)

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.diagnostics.append(diagnostic)

    def declare(self, key: Scalar) -> str:
        """A name declared here; each name once, whatever the section or the case."""
        name = key.text
        if name in RESERVED:
            self.report(
                meaning.RESERVED_NAME.at(key.span, f"`{name}` is a word of the language", help="choose another name")
            )
        before = self.declared.setdefault(name.lower(), key.span)
        if before is not key.span:
            self.report(
                meaning.DUPLICATE_NAME.at(
                    key.span,
                    f"`{name}` is declared twice",
                    related=[Related(before, "declared here first")],
                    help="give one of them another name",
                )
            )
        return name

    def each_once(self, words: Iterable[Scalar], what: str) -> None:
        """No word appears twice in a list."""
        seen: dict[str, Span] = {}
        for word in words:
            before = seen.setdefault(word.text, word.span)
            if before is not word.span:
                self.report(
                    meaning.DUPLICATE_NAME.at(
                        word.span,
                        f"`{word.text}` is {what} twice",
                        related=[Related(before, "here first")],
                        help="remove one of them",
                    )
                )

    def expression(self, node: Node | None) -> Expression | None:
        """The expression in a scalar; None if there is none or it is broken."""
        if not isinstance(node, Scalar):
            return None
        parsed, found = expression.parse_expression(node)
        self.diagnostics.extend(found)
        return parsed

    def window(self, node: Node | None) -> Window | None:
        """A window such as `trailing 12 months`."""
        if not isinstance(node, Scalar):
            return None
        parsed, found = window.parse_window(node)
        self.diagnostics.extend(found)
        return parsed

    def day(self, node: Node | None) -> date | None:
        """A date."""
        if not isinstance(node, Scalar):
            return None
        parsed, found = expression.parse_day(node)
        self.diagnostics.extend(found)
        return parsed.value if parsed else None

    def money(self, scalar: Scalar) -> Money | None:
        """An amount with its currency."""
        parsed, found = expression.parse_money(scalar)
        self.diagnostics.extend(found)
        return parsed

    def any_duration(self, node: Node | None) -> Duration | None:
        """A number of days or of months."""
        if not isinstance(node, Scalar):
            return None
        parsed, found = expression.parse_duration(node)
        self.diagnostics.extend(found)
        return parsed

    def duration(self, node: Node | None, unit: str) -> int | None:
        """A number of days or months; the other unit is a finding."""
        parsed = self.any_duration(node)
        if parsed is None or node is None:
            return None
        if parsed.unit != unit:
            self.report(
                meaning.TYPE_MISMATCH.at(node.span, f"expected {unit}, found {parsed.unit}", help=f"write it in {unit}")
            )
            return None
        return parsed.count

    def integer(self, node: Node | None) -> int | None:
        """A whole number."""
        if not isinstance(node, Scalar):
            return None
        parsed, found = expression.parse_integer(node)
        self.diagnostics.extend(found)
        return parsed

    def range(self, node: Node | None) -> tuple[date, date] | None:
        """`{from: .., before: ..}`, half-open and not empty."""
        if not isinstance(node, Mapping):
            return None
        start, before = self.day(node.get("from")), self.day(node.get("before"))
        if start is None or before is None:
            return None
        if before <= start:
            place = node.get("before") or node
            self.report(
                meaning.EMPTY_PERIOD.at(
                    place.span,
                    f"the range ends on {before}, but it starts on {start}",
                    help="`before` is the first day after the range",
                )
            )
            return None
        return start, before

    def requirements(self, node: Node | None) -> tuple[Requirement, ...]:
        """A list of conditions, or a single one."""
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        return tuple(filter(None, (self._requirement(item) for item in items)))

    def _requirement(self, node: Node) -> Requirement | None:
        if isinstance(node, Scalar):
            parsed = self.expression(node)
            return Line(parsed, node.span) if parsed else None
        if isinstance(node, Mapping):
            return self._group(node)
        return None

    def _group(self, node: Mapping) -> Group | None:
        first = node.entries[0]
        if first.key.text == "at_least" or node.get("of") is not None:
            count = self.integer(node.get("at_least"))
            lines = self.requirements(node.get("of"))
            if node.get("at_least") is None:
                help = "write how many must be met: `{at_least: 2, of: [..]}`"
                self.report(
                    meaning.WRONG_KEYS.at(
                        first.key.span, "`of` needs `at_least`, the number that must be met", help=help
                    )
                )
            if count is not None and not 1 <= count <= len(lines):
                self.report(
                    meaning.WRONG_KEYS.at(
                        first.key.span,
                        f"at least {count} of {len(lines)} conditions is not possible",
                        help=f"write a number from 1 to {len(lines)}",
                    )
                )
            return Group("at_least", lines, first.key.span, count or 1)
        return Group(first.key.text, self.requirements(first.value), first.key.span)

    def table(self, node: Node | None) -> Table | None:
        """One value, or `{value}`, or `{by, values}`, or `{by, bands}`; None after a finding, or for no node."""
        if not isinstance(node, Mapping):
            single = self.expression(node)
            return Table(node.span, single=single) if node and single else None
        if not self._one_form(node):
            return None
        if node.get("value") is not None:
            return self.table(node.get("value"))
        names = words_of(node.get("by"))
        self.each_once(names, "under `by`")
        return Table(
            node.span,
            by=tuple(each.text for each in names),
            by_spans=tuple(each.span for each in names),
            choices=tuple(self._choices(node.get("values"), (), len(names))),
            thresholds=tuple(self._thresholds(node.get("bands"))),
        )

    def _one_form(self, node: Mapping) -> bool:
        """Whether the keys say one thing: a value, values by names, or values by bands of one name."""
        given = [each.key for each in node if each.key.text in TABLE_FORMS]
        by, words = node.entry("by"), {each.text for each in given}
        if words not in ({"value"}, {"by", "values"}, {"by", "bands"}):
            self.report(
                meaning.WRONG_KEYS.at(
                    given[-1].span if given else start_of(node),
                    f"{', '.join(f'`{each.text}`' for each in given)}: these keys cannot be combined to one value"
                    if given
                    else "there is no value here",
                    help="write `value`, or `by` with `values`, or `by` with `bands`",
                )
            )
            return False
        if by is not None and "bands" in words and len(words_of(by.value)) != 1:
            self.report(
                meaning.WRONG_KEYS.at(
                    by.key.span, "`bands` need exactly one number", help="name one metric or field under `by`"
                )
            )
            return False
        return True

    def _choices(self, node: Node | None, above: tuple[Scalar, ...], depth: int) -> list[Choice]:
        if not isinstance(node, Mapping):
            return []
        found: list[Choice] = []
        for entry in node:
            path = (*above, entry.key)
            if isinstance(entry.value, Mapping) and len(path) < depth:
                found += self._choices(entry.value, path, depth)
            elif len(path) == depth and (isinstance(entry.value, Scalar) or _is_table(entry.value)):
                value = self.table(entry.value)
                keys, spans = tuple(each.text for each in path), tuple(each.span for each in path)
                found += [Choice(keys, value, entry.value.span, spans)] if value else []
            else:
                self.wrong_depth(entry, depth)
        return found

    def wrong_depth(self, entry: Entry, depth: int) -> None:
        """Report that keys under `values` do not have one level for each name under `by`."""
        self.report(
            meaning.WRONG_KEYS.at(
                entry.key.span,
                f"`values` must be nested {depth} deep, once for each name under `by`",
                help="one mapping level for each dimension, in the order of `by`",
            )
        )

    def _thresholds(self, node: Node | None) -> list[Threshold]:
        if not isinstance(node, Sequence):
            return []
        found = []
        for item in node:
            if isinstance(item, Mapping):
                start, value = self.table(item.get("from")), self.table(item.get("value"))
                if start and value:
                    found.append(Threshold(start, value))
        return found


def _is_table(node: Node) -> bool:
    """Whether a mapping is a value of its own, and not a level of the table around it."""
    return isinstance(node, Mapping) and any(each.key.text == "by" for each in node)


def text_of(node: Node | None, default: str = "") -> str:
    """The text of a scalar, or the default."""
    return node.text if isinstance(node, Scalar) and not node.is_null else default


def start_of(node: Mapping) -> Span:
    """The first key of a mapping; the mapping itself when it is empty."""
    return node.entries[0].key.span if node.entries else node.span


def words_of(node: Node | None) -> tuple[Scalar, ...]:
    """The scalars of a list, or a single scalar as a list of one."""
    if isinstance(node, Scalar):
        return (node,)
    if isinstance(node, Sequence):
        return tuple(each for each in node if isinstance(each, Scalar))
    return ()


def truth_of(node: Node | None, default: bool = False) -> bool:
    """Whether the scalar says `true`."""
    return default if node is None else text_of(node) == "true"
