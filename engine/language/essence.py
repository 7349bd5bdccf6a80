"""What a program says, without where and how it was written: the base of its hash.

Two files that differ in spacing, comments, order of keys in a mapping of settings, or number
spelling (`5%`, `0.05`) have the same essence.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from engine.language.program import Program
from engine.language.source import Span

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]

PLACES = ("span", "spans", "file", "percent")  # field names that end so tell where or how, not what


def essence(program: Program) -> Plain:
    """The program as plain values: texts, integers, truths, lists and mappings; numbers as text."""
    return _plain(program)


def _plain(value: object) -> Plain:
    if value is None or isinstance(value, bool):
        return value
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
        said: dict[str, Plain] = {"is": type(value).__name__}
        for each in fields(value):
            if not each.name.endswith(PLACES):
                said[each.name] = _plain(getattr(value, each.name))
        return said
    raise TypeError(f"a program holds {type(value).__name__}")  # a new kind of value: say here what it means
