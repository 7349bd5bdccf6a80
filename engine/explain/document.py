"""An explanation as the JSON document `rung.explain/v1`.

Every number is a string, so that no reader can lose a digit; days are ISO dates; a missing value is null.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from engine.explain.model import Explanation, Quantity

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORMAT = "rung.explain/v1"

Json = str | bool | int | None | list["Json"] | dict[str, "Json"]


def to_json(explanation: Explanation) -> dict[str, Json]:
    """The document as plain values, in the order of its schema."""
    return {"format": FORMAT, **_object(explanation)}


def _object(value: DataclassInstance) -> dict[str, Json]:
    """A dataclass by its fields."""
    return {each.name: _json(getattr(value, each.name)) for each in fields(value)}


def _json(value: object) -> Json:
    if isinstance(value, Quantity):
        plain: dict[str, Json] = {
            "value": _plain(value.value),
            "unit": value.unit,
            "currency": value.currency or None,
        }
        return {**plain, "between": list(value.between)} if value.between else plain
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    if isinstance(value, Enum):
        return str(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return _object(value)
    return value if isinstance(value, int) else _plain(value)


def _plain(value: object) -> Json:
    """A single value: numbers and dates as text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
