"""Values by dimensions or bands, and parameters with their versions, as grids and as sentences."""

from __future__ import annotations

from dataclasses import dataclass

from engine.authoring.wording.expressions import said_choices, say_dimension, say_key, say_value
from engine.authoring.wording.values import joined, say_day
from engine.authoring.wording.voice import Voice, say_name
from engine.language.program import Choice, Parameter, Table, Version

NOTHING = "\u2013"  # where a combination has no value


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words: `heads` over the columns, the first column heading the rows."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def say_table(table: Table, voice: Voice) -> str:
    """All values in one line: `50,000 USD for silver, 250,000 USD for gold`."""
    if table.single is not None:
        return say_value(table.single, voice)
    if table.thresholds:
        measured = say_dimension(table.by[0], voice) if table.by else ""
        first, *rest = table.thresholds
        said = [_entry(first.value, voice)]
        said += [f"{_entry(each.value, voice)} from {_entry(each.start, voice)} on" for each in rest]
        return joined(said) + (f" (by {measured[:1].lower() + measured[1:]})" if measured else "")
    if not table.choices:
        return "nothing"
    return joined([f"{value} {keys}".strip() for value, keys in said_choices(table, voice)])


def _entry(table: Table, voice: Voice) -> str:
    """An entry of a value; an entry with dimensions of its own is in brackets."""
    return say_value(table.single, voice) if table.single is not None else f"({say_table(table, voice)})"


def grid_of(table: Table, voice: Voice) -> Grid:
    """The values as a grid: one dimension down, the last across where there are several."""
    if table.single is not None:
        return Grid(("",), ((say_value(table.single, voice),),))
    if table.thresholds:
        measured = say_dimension(table.by[0], voice) if table.by else "Measure"
        rows = tuple(
            (f"from {say_table(each.start, voice)}", say_table(each.value, voice)) for each in table.thresholds
        )
        return Grid((measured, "Value"), rows)
    if len(table.by) < 2:
        head = say_dimension(table.by[0], voice) if table.by else ""
        return Grid((head, "Value"), tuple((_first(each, table, voice), _value(each, voice)) for each in table.choices))
    return _across(table, voice)


def _first(choice: Choice, table: Table, voice: Voice) -> str:
    return say_key(table.by[0], choice.keys[0], voice) if table.by else ""


def _value(choice: Choice, voice: Voice) -> str:
    return say_table(choice.value, voice)


def _across(table: Table, voice: Voice) -> Grid:
    columns = tuple(dict.fromkeys(each.keys[-1] for each in table.choices))
    values = {each.keys: say_table(each.value, voice) for each in table.choices}
    down = tuple(dict.fromkeys(each.keys[:-1] for each in table.choices))
    heads = (
        *(say_dimension(by, voice) for by in table.by[:-1]),
        *(say_key(table.by[-1], key, voice) for key in columns),
    )
    rows = tuple(
        (
            *(say_key(by, key, voice) for by, key in zip(table.by[:-1], keys, strict=True)),
            *(values.get((*keys, key), NOTHING) for key in columns),
        )
        for keys in down
    )
    return Grid(heads, rows)


def say_version(version: Version, voice: Voice) -> str:
    """What a parameter is from a day on."""
    said = say_table(version.table, voice)
    return f"from {say_day(version.start)}: {said}" if version.start is not None else said


def say_parameter(parameter: Parameter, voice: Voice) -> str:
    """A parameter with all its versions: `revenue needed: 50,000 USD for silver; from 1 August 2026: ...`."""
    versions = "; ".join(say_version(each, voice) for each in parameter.versions)
    return f"{say_name(parameter.name, voice)}: {versions or 'nothing'}"
