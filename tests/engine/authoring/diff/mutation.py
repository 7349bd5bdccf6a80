"""One thing of a program changed, whatever it is: every field of every dataclass is in reach."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from random import Random
from types import NoneType, UnionType

from engine.calendar import Unit
from engine.language.changes import Amendment
from engine.language.program import Line, Program, Table
from engine.language.source import Span
from engine.language.syntax import Duration, Name
from engine.language.window import Window, WindowKind

PLACE = Span("other.yaml", 1, 1, 1, 2)
SAMPLES: tuple[tuple[object, object], ...] = (
    (str, "drawn"),
    (int, 3),
    (bool, True),
    (Decimal, Decimal("7.5")),
    (date, date(2026, 5, 17)),
    (Span, PLACE),
    (Window, Window(WindowKind.TRAILING_DAYS, PLACE, 45)),
    (Table, Table(PLACE, single=Name("drawn", PLACE))),
    (Name, Name("drawn", PLACE)),
    (Line, Line(Name("drawn", PLACE), PLACE)),
    (Unit, Unit.YEAR),
    (Duration, Duration(45, "days", PLACE)),
    (Amendment, Amendment(9, date(2026, 5, 17), "drawn", "", PLACE)),
)
CLOSED = {
    ("Arithmetic", "op"): ("+", "-", "*", "/"),
    ("Comparing", "op"): ("<", "<=", ">", ">=", "is", "is not"),
    ("Logic", "op"): ("and", "or"),
    ("Group", "form"): ("all", "any", "none", "at_least"),
    ("Duration", "unit"): ("days", "months"),
    ("Calendar", "year_named"): ("start", "end"),
}


@dataclass(frozen=True)
class Spot:
    """A place inside a program: the fields it lies in, from the program's own to the innermost, and the way there."""

    fields: tuple[str, ...]
    way: tuple[str | int, ...]

    @property
    def name(self) -> str:
        """The innermost field, as `Tier.requires`."""
        return self.fields[-1]


def spots(value: object, way: tuple[str | int, ...] = (), within: tuple[str, ...] = ()) -> Iterator[Spot]:
    """Every place of a program, the places of whole tuples and parts among them."""
    if way:
        yield Spot(within, way)
    if isinstance(value, tuple):
        for at, each in enumerate(value):
            yield from spots(each, (*way, at), within)
    elif is_dataclass(value) and not isinstance(value, type | Span):
        for each in fields(value):
            inner = (*within, f"{type(value).__name__}.{each.name}")
            yield from spots(getattr(value, each.name), (*way, each.name), inner)


def mutated(program: Program, spot: Spot, random: Random) -> Program | None:
    """The program with something else at a spot; None where nothing else can stand there."""
    found = _put(program, spot.way, random, Program, "")
    return found if isinstance(found, Program) and found != program else None


def _put(value: object, way: tuple[str | int, ...], random: Random, owner: object, field: str) -> object:
    if not way:
        listed = isinstance(value, tuple) and bool(value)
        return value if listed and not (field and _is_list(owner, field)) else _other(value, random, owner, field)
    step, rest = way[0], way[1:]
    if isinstance(step, int):
        assert isinstance(value, tuple)
        inner = _put(value[step], rest, random, owner, "" if isinstance(value[step], tuple) else field)
        return (*value[:step], inner, *value[step + 1 :])
    inner = _put(getattr(value, step), rest, random, type(value), step)
    return replace(value, **{step: inner})  # type: ignore[type-var]  # a dataclass


def _is_list(owner: object, field: str) -> bool:
    """Whether a field holds any number of things; a pair stays a pair."""
    hint = hints(owner)[field]
    members = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return any(typing.get_args(each)[-1:] == (...,) for each in members)


def _other(value: object, random: Random, owner: object, field: str) -> object:
    """Another value of the same type; for None one the field could hold."""
    match value:
        case bool():
            return not value
        case Enum():
            return random.choice([each for each in type(value) if each is not value])
        case str():
            words = CLOSED.get((getattr(owner, "__name__", ""), field))
            return random.choice([each for each in words if each != value]) if words else f"{value}x"
        case Decimal():
            return random.choice([each for each in (value + 1, value * 2, value // 2) if each != value])
        case int():
            return value + 1
        case date():
            return value + timedelta(days=1)
        case tuple() if len(value) > 1 and random.random() < 0.5:
            return (value[1], value[0], *value[2:])
        case tuple() if value:
            return value[:-1]
        case None if field.endswith("span"):
            return value  # a place where nothing stands
        case None | ():
            return _sample(owner, field, empty=value)
        case _:
            return value


def _sample(owner: object, field: str, empty: object) -> object:
    """A value the field could hold by its declared type."""
    hint = hints(owner)[field]
    for each in typing.get_args(hint) if isinstance(hint, UnionType) else (hint,):
        if each is NoneType:
            continue
        if typing.get_origin(each) is tuple:
            parts = [part for part in typing.get_args(each) if part is not ...]
            made = tuple(_of(part) for part in parts)
            return made if None not in made else empty
        found = _of(each)
        if found is not None:
            return found
    return empty


def _of(hint: object) -> object:
    """The sample of a type, of an expression a name, of a tuple one of each."""
    if typing.get_origin(hint) is tuple:
        return tuple(_of(part) for part in typing.get_args(hint) if part is not ...)
    members = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
    return next((sample for kind, sample in SAMPLES for each in members if each is kind), None)


@cache
def hints(owner: object) -> dict[str, object]:
    """The declared types of a dataclass's fields."""
    return typing.get_type_hints(owner)
