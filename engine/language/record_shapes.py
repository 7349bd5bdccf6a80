"""The shape of `records`: tables and fields beside the standard ones."""

from __future__ import annotations

from typing import Final

from engine.language.shapes import (
    ROW,
    Example,
    Schema,
    digits,
    expression,
    listing,
    mapping,
    name_of,
    named,
    names,
    noted,
    one_of,
    text,
    truth,
)

TYPE_MEANING: Final = {
    "id": "Identifies records; never used in calculations",
    "text": "Any text",
    "choice": "One of `values`",
    "integer": "A whole number",
    "decimal": "A number with `scale` digits after the point",
    "money": "An amount in the program's currency; with `currency: row` in that of its row",
    "date": "A day",
    "boolean": "`true` or `false`",
}
TYPE: Final[Schema] = {
    "type": "string",
    "description": "What the value is, or the name of a choice",
    "examples": list(TYPE_MEANING),
    "x-refers": "type",
}
FIELD_KEYS: Final = {
    "type": TYPE,
    "values": listing(text("A word", "emea"), "The words of a choice, low to high when ordered", ["smb", "enterprise"]),
    "ordered": truth("Whether the words of the choice rise from low to high, so that `<` compares them"),
    "references": name_of("table", "The table whose key this is; the import checks that the row exists", "products"),
    "currency": one_of(
        "In whose currency an amount is: `row` is that of its row, whose field `currency` says it", "row"
    ),
    "scale": digits("Digits after the point of a decimal, 4 by default; a formula is not rounded then", 2),
    "optional": truth("Whether the value may be missing"),
    "personal": truth("Whether it is personal data: such a value is never stored and cannot be used in a decision"),
    "formula": expression(
        "Computed from the row and the rows it refers to; it has no column in the import",
        "price * quantity * (1 - discount)",
        "product.line",
        scope=ROW,
    ),
}
FIELD: Final[Schema] = {
    "type": ["string", "object"],
    "title": "field",
    "properties": FIELD_KEYS,
    "additionalProperties": False,
    "description": "A type by name, or a mapping with `type`",
    "if": {"type": "object"},
    "then": {"required": ["type"]},
    "x-refers": "type",
}
CHOICE: Final[Schema] = {
    "type": ["array", "object"],
    "title": "choice",
    "items": {"type": "string"},
    "minItems": 1,
    "properties": {
        "values": listing(text("A word", "emea"), "The words, low to high when ordered", ["smb", "enterprise"]),
        "ordered": truth("Whether the words rise from low to high, so that `<` compares them"),
    },
    "additionalProperties": False,
    "description": "The words; or a mapping with `values` and `ordered`",
    "if": {"type": "object"},
    "then": {"required": ["values"]},
}
CHOICES: Final[Schema] = named(
    CHOICE,
    "Values that fields, tables and rules share; a field may have the name of one as its type",
    {"region": ["emea", "na"], "size": {"values": ["smb", "enterprise"], "ordered": "true"}},
    declares="choice",
)
PERIOD: Final = mapping(
    {
        "from": name_of("own_field", "The field with the first day of the record", "from"),
        "before": name_of("own_field", "The field with the first day after it", "before"),
    },
    "from",
    "before",
    title="history",
)
LINK: Final = mapping(
    {
        "to": name_of("table", "The table the link leads to", "products"),
        "by": name_of("own_field", "The field of this table with the id of the row there", "product_id"),
        "as_at": name_of("own_field", "The field with the day by which a row with history is picked", "closed_on"),
    },
    "to",
    "by",
    title="link",
)
TABLE: Final = mapping(
    {
        "key": names("The fields that identify a record; the first field by default", "survey_id", refers="own_field"),
        "partner": name_of("own_field", "The field that says whose record it is", "partner_id"),
        "date": name_of("own_field", "The field with the day it happened", "answered_on"),
        "history": noted(
            PERIOD,
            "The fields with the first day of a record and the first day after it",
            {"from": "from", "before": "before"},
        ),
        "fields": named(FIELD, "Fields by name", {"score": {"type": "decimal", "scale": 1}}, declares="field"),
        "links": named(
            LINK,
            "Links by name: `item.line` reads `line` of the row that the link `item` leads to",
            {"item": {"to": "products", "by": "product_id"}},
            declares="link",
        ),
    },
    description="A record table: a standard one with more fields, or one of your own",
    title="table",
)
SIZES: Final[Example] = {"size": {"type": "choice", "values": ["smb", "enterprise"]}}
RECORDS: Final[Schema] = {
    "type": "object",
    "description": "Tables and fields in addition to the standard ones",
    "examples": [{"extends": "standard", "partners": {"fields": SIZES}}],
    "properties": {"extends": one_of("The standard tables always exist", "standard")},
    "x-declares": "table",
    "additionalProperties": TABLE,
}
