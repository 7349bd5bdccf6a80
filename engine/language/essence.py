"""What a program says, without where and how it was written: the base of its hash.

Two files that differ in spacing, comments, order of keys in a mapping, order in which things are
declared, or number spelling (`5%`, `0.05`) have the same essence, and so have an order said by an incentive and the
same one said by each of its limits. What is left at its default is
not said, so that the hash of a program stays when the language learns a new key.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from engine.language.program import Choice, Incentive, Program
from engine.language.source import Span

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]

BY_NAME = frozenset(("parameters", "certifications", "metrics", "segments", "benefits", "incentives", "tables",
                     "fields", "links", "own_tables", "designations"))  # fmt: skip
"""Fields that hold declarations: they are identified by name, and their order has no meaning."""

BY_KEY = frozenset(("choices",))
"""Fields that hold values by keys."""

BY_WORD = frozenset((("Limit", "per"),))
"""Fields of a class that hold words whose order has no meaning; names give the values of any other `per` in order."""

PLACES = ("span", "spans", "file", "files", "percent")  # fields with these endings hold places or spelling, not meaning


def essence(program: Program) -> Plain:
    """The program as plain values: texts, integers, truths, lists and mappings; numbers as text."""
    return _plain(program)


def essence_of(part: object) -> Plain:
    """A part of a program as plain values: an incentive, a metric, the ladder."""
    return _plain(part)


def settled(incentive: Incentive) -> Incentive:
    """The incentive with the order of its records stated once, if its limits state it instead.

    Programs said it in every limit before an incentive had an order of its own. Of an incentive that pays for
    first records it stays where it is: there its own order says which record is the first.
    """
    orders = {each.order or incentive.order for each in incentive.limits}
    order, spans = incentive.order, incentive.order_spans
    if len(orders) == 1 and not incentive.first:
        (order,) = orders
        spans = next((each.order_spans for each in incentive.limits if each.order), spans)
    limits = tuple(
        replace(each, order=(), order_spans=()) if each.order == order else each for each in incentive.limits
    )
    return replace(incentive, order=order, order_spans=spans, limits=limits)


def _plain(value: object) -> Plain:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Span):
        return True  # that it is said counts, as with `by_invitation`; where, never
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int | str):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value if not isinstance(each, Span)]
    if is_dataclass(value) and not isinstance(value, type):
        value = settled(value) if isinstance(value, Incentive) else value
        said: dict[str, Plain] = {"is": type(value).__name__}
        for each in fields(value):
            held = getattr(value, each.name)
            if not each.name.endswith(PLACES) and not _is_default(held, each):
                said[each.name] = _plain(_ordered(held, each.name, type(value).__name__))
        return said
    raise TypeError(f"a program holds {type(value).__name__}")  # a new kind of value: say here what it means


def _is_default(value: object, field: Field[object]) -> bool:
    if field.default_factory is not MISSING:
        return _plain(value) == _plain(field.default_factory())  # where it was written makes no difference
    return field.default is not MISSING and type(value) is type(field.default) and value == field.default


def _ordered(value: object, name: str, owner: str) -> object:
    """Declarations by name, choices by key, words by themselves; anything else in the order written."""
    if not isinstance(value, tuple):
        return value
    if name in BY_NAME:
        return tuple(sorted(value, key=lambda each: each if isinstance(each, str) else each.name))
    if (owner, name) in BY_WORD:
        return tuple(sorted(value))
    if name in BY_KEY and all(isinstance(each, Choice) for each in value):
        return tuple(sorted(value, key=lambda each: each.keys))
    return tuple(sorted(value, key=lambda each: each.name)) if name in BY_KEY else value
