"""The only place where a value becomes SQL text.

Every literal is typed by an explicit cast, and its text is produced from the typed value, so no
string of a program or a record reaches SQL unquoted.
"""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal

from engine.duck import quoted, text_literal
from engine.plan.gauge import Width
from engine.plan.scalar import Value
from engine.types import MAX_DIGITS, Kind, Type

BIGINT_DIGITS = 18  # every number of so many digits fits 64 bits
EXACT = Context(prec=1_000)  # more digits than any constant has
WHOLE = (Kind.INTEGER, Kind.DAYS, Kind.MONTHS)


def column_sql(name: str, alias: str = "") -> str:
    """A column as an SQL identifier, of the relation `alias` if given."""
    return f"{alias}.{quoted(name)}" if alias else quoted(name)


def text_sql(text: str) -> str:
    """A text constant; a NUL, which SQL text cannot contain, is concatenated."""
    parts = [text_literal(part) for part in text.split("\0")]
    return parts[0] if len(parts) == 1 else "(" + " || chr(0) || ".join(parts) + ")"


def is_wide(width: Width) -> bool:
    """Whether a DECIMAL is too small for it, so that it is stored as a whole number without its point."""
    return width.digits > MAX_DIGITS


def decimal_type(width: Width) -> str:
    """The SQL type of a number inside a query."""
    return "BIGNUM" if is_wide(width) else f"DECIMAL({width.digits},{width.scale})"


def number_sql(value: Decimal | int, width: Width) -> str:
    """A numeric constant of this width."""
    if is_wide(width):
        return f"CAST('{int(Decimal(value).scaleb(width.scale, EXACT))}' AS BIGNUM)"
    return f"CAST('{Decimal(value):f}' AS {decimal_type(width)})"


def inner_type(type: Type) -> str:
    """The SQL type of a value inside a query: every number is a DECIMAL."""
    if type.is_numeric:
        return decimal_type(Width(type.digits, type.scale))
    if type.kind is Kind.BOOLEAN:
        return "BOOLEAN"
    return "DATE" if type.kind is Kind.DATE else "VARCHAR"


def output_width(type: Type) -> Width:
    """The width of a written number: no more than 38 digits."""
    return Width(min(type.digits, MAX_DIGITS), type.scale)


def output_type(type: Type) -> str:
    """The SQL type of a written column: whole numbers are BIGINT where they fit."""
    if type.kind in WHOLE and type.digits <= BIGINT_DIGITS:
        return "BIGINT"
    return decimal_type(output_width(type)) if type.is_numeric else inner_type(type)


def plain_sql(value: Value, type: Type) -> str:
    """A constant of a type that is not a number; None is a typed NULL."""
    if value is None:
        return f"CAST(NULL AS {inner_type(type)})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"CAST('{value.isoformat()}' AS DATE)"
    if isinstance(value, str):
        return text_sql(value)
    raise TypeError(f"{value!r} is no {type}")


def value_sql(value: Value, type: Type) -> str:
    """A constant of a type, number or not."""
    if not type.is_numeric or value is None:
        return plain_sql(value, type)
    if isinstance(value, str | date):
        raise TypeError(f"{value!r} is not a number")
    return number_sql(Decimal(value), Width(type.digits, type.scale))
