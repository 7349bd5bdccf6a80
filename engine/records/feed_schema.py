"""The shape of a feed: its keys, what each may say, and what editors show about it."""

from __future__ import annotations

from typing import Final

from engine.language.shapes import (
    NAME_PATTERN,
    Schema,
    day,
    listing,
    mapping,
    matching,
    named,
    noted,
    one_of,
    text,
    truth,
)
from engine.records.feed import Unmapped
from engine.types import Mode

SIGNS: Final = ("before", "behind", "parentheses")
FORMATS: Final = ("csv", "xlsx", "json", "jsonl", "parquet")
ONE_CHARACTER: Final = "^[\\t\\x20-\\x7e]$"

DELIMITER: Final = 'one character, such as `";"`, or `"\\t"` in double quotes for a tab'
THOUSANDS: Final = 'one of `"."`, `","`, `"\'"`, `"_"`, `" "`, `"\\u2019"`, `"\\u00A0"` and `"\\u202F"`'

ONE_SOURCE: Final = "a table is read from one source: put the rows of all files into one, below one header"

MISSING: Final = listing({"type": "string"}, "Texts that mean that there is no value", ["", "n/a"], least=0)
COLUMN: Final = text("A column of the source, exactly as its header writes it", "ResellerKey")
UNPIVOT: Final = mapping(
    {
        "columns": {
            "type": ["array", "object"],
            "items": {"type": "string"},
            "minItems": 1,
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
            "description": "The wide columns, or a mapping from them to the text that goes into `name`",
            "examples": [["Jan", "Feb"], {"Jan": "2026-01-01", "Feb": "2026-02-01"}],
        },
        "name": text("New column for the name of the wide column", "month"),
        "value": text("New column for its cell", "target"),
    },
    "columns",
    "name",
    "value",
    description="Turns wide columns into rows; cells without a value are skipped",
    title="unpivot",
)
WORDS: Final[Schema] = {
    "type": ["string", "array"],
    "items": {"type": "string"},
    "minItems": 1,
    "description": "A text, or several",
    "examples": ["Won", ["Won", "Closed"]],
}
WHERE: Final[Schema] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "type": ["string", "array", "object"],
        "items": {"type": "string"},
        "minItems": 1,
        "properties": {"not": WORDS},
        "required": ["not"],
        "additionalProperties": False,
        "description": 'The texts of the column with which a row counts, or `{not: ..}`; `""` is an empty cell',
        "examples": ["Won", {"not": ""}],
    },
    "description": "Only rows for which all of this holds are read: columns, each with its texts",
    "examples": [{"Stage": "Won", "Account": {"not": ""}}],
}
ID: Final = mapping(
    {
        "replace": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
            "description": "Texts inside an id, and what stands there instead; one after the other",
            "examples": [{" ": "_", "&": "and"}],
        },
        "salesforce": truth("Whether ids of 15 characters get the three that Salesforce puts behind them"),
        "digits": matching(
            "^([1-9]|[1-5][0-9]|6[0-4])$",
            "a number of digits from 1 to 64, such as `10`",
            "Ids of digits alone get zeros in front up to so many digits, and keep no others",
            "10",
            reads="integer",
        ),
        "prefix": text("A text before every id", "SAP-"),
    },
    description="How texts of the files become ids",
    title="ids",
)
SOURCE: Final = mapping(
    {
        "file": {
            **text("The file, relative to the folder of the feed", "exports/Sales.csv"),
            "x-listed": "a source is one file: put the rows of all into one, below one header",
        },
        "database": text("The environment variable with the URL of the database, for a query", "CRM_URL"),
        "query": text("The query on the database: one SELECT", "SELECT id, name FROM accounts"),
        "format": one_of("The format, if the file ending does not show it", *FORMATS),
        "delimiter": matching(ONE_CHARACTER, DELIMITER, "Between two cells of a CSV", ";"),
        "quote": matching(
            "^[\\x21-\\x7e]?$", 'one character, such as `"\'"`, or `""` for none', "Around a cell of a CSV", '"'
        ),
        "encoding": one_of("How characters are stored", "utf-8", "windows-1252", "latin-1"),
        "header": truth("Whether the first line names the columns", example=False),
        "sheet": text("The sheet of a workbook", "Sales"),
        "records": text("The path of the list in a JSON document", "data.items"),
        "each": text("The path of a list in each object, whose items are the rows", "line_items"),
        "trim": truth("Whether spaces around names of columns and around cells are left out"),
        "missing": MISSING,
        "decimal": one_of("The decimal mark", ".", ","),
        "thousands": matching("^[.,' _\\u00a0\\u202f\\u2019]$", THOUSANDS, "Between thousands", ","),
        "grouping": one_of("How digits are grouped, if not in threes: `12,34,567`", "indian"),
        "minus": one_of("Where a negative number has its minus, or `parentheses` around it", *SIGNS),
        "currency_marks": listing(
            {"type": "string"}, "Marks beside amounts, all of the field's currency", ["$", "USD"]
        ),
        "date_format": text("How days are written, with %Y, %m and %d; or `excel` or `epoch seconds`", "%d/%m/%Y"),
        "first_year": matching(
            "^[12][0-9]{3}$", "a year, such as `1990`", "%y is a year from this one on", "1990", reads="integer"
        ),
        "year": matching(
            "^[12][0-9]{3}$", "a year, such as `2026`", "The year of days without one", "2026", reads="integer"
        ),
        "months": listing({"type": "string"}, "The names of the twelve months, for %b", ["janv.", "févr."], least=12),
        "zone": text("The time zone in which days count, for days with a time", "Europe/Berlin"),
        "written_in": text("The time zone of times without an offset, if it is another one", "UTC"),
        "skip": matching("^[0-9]{1,4}$", "a whole number, such as `3`", "Lines above the header", "3", reads="integer"),
        "stop_at": text('The table ends before the row whose first text is this; `""` for an empty row', "Total"),
        "rows_begin": matching(
            "^[\\x21-\\x7e][\\x20-\\x7e]{0,9}$",
            'up to ten characters, such as `"| "`',
            "Only lines that begin with this are the header or rows, as in printed lists",
            "| ",
        ),
        "fill_down": listing(
            COLUMN, "Columns in which a cell without a value has the value of the row above", ["Customer", "Invoice"]
        ),
        "where": WHERE,
        "unpivot": noted(
            UNPIVOT,
            "Turns wide columns into rows; cells without a value are skipped",
            {"columns": ["Jan", "Feb"], "name": "month", "value": "target"},
        ),
    },
    description="A file, and how it is written, or a query on a database",
    title="source",
)
LOOK_UP: Final = mapping(
    {
        "in": text("A source", "crosswalk"),
        "match": text("Its column that equals the value", "Account"),
        "take": text("Its column to take instead", "PartnerId"),
    },
    "in",
    "match",
    "take",
    description="Replace the value by that of the one row that matches",
    title="look up",
)
LETTERS: Final = listing({"type": "string"}, "Texts of the column that say so", ["H", "C"])
SIGN: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {
        "column": text("The column that says the sign", "DC"),
        "plus": noted(LETTERS, "Its texts for a number above zero", ["D"]),
        "minus": noted(LETTERS, "Its texts for a number below zero", ["C"]),
    },
    "additionalProperties": False,
    "title": "sign",
    "description": "What says the sign of the numbers: `entry`, a column with its texts, or each number as `written`",
    "examples": ["entry", "written", {"column": "DC", "plus": ["D"], "minus": ["C"]}],
    "if": {"type": "object"},
    "then": {"required": ["column", "plus", "minus"]},
    "else": {
        "pattern": "^(entry|written)$",
        "x-expected": "`entry`, `written`, or `{column: COLUMN, plus: [TEXTS], minus: [TEXTS]}`",
        "examples": ["entry", "written"],
    },
}
FIELD: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {
        "column": {**COLUMN, "x-listed": "to join texts, write `join: [ITEMS]` in place of `column`"},
        "join": listing(COLUMN, "Columns whose texts are joined", ["Order", "Line"], least=2),
        "with": text("The text between the joined texts; `-` by default", "-"),
        "calculate": text("A calculation from columns, by their names under `of`", "price * quantity * (1 - discount)"),
        "of": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": NAME_PATTERN},
            "additionalProperties": {"type": "string"},
            "description": "The names in the calculation, with their columns",
            "examples": [{"price": "Unit Price", "quantity": "Qty", "discount": "Discount"}],
        },
        "round": one_of("How the result is rounded to the digits of the field", *(each.value for each in Mode)),
        "constant": text("The value of every row", "sale"),
        "look_up": noted(
            LOOK_UP,
            "Replace the value by that of the one row that matches",
            {"in": "crosswalk", "match": "Account", "take": "PartnerId"},
        ),
        "map": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": ["string", "boolean"]},
            "description": "Values of the source, and the values they become",
            "examples": [{"SALE": "sale", "RET": "return"}],
        },
        "unmapped": one_of("What happens to values that are not in `map`", *(each.value for each in Unmapped)),
        "currency": text("The column with the currency of the amount", "Currency"),
        "id": noted(ID, "How the text becomes an id; replaces `ids` of the feed", {"replace": {"/": "-"}}),
        "not_found": one_of("A return counts by itself if its sale is in no file; only for `returns_id`", "alone"),
        "numbered": truth("Whether the number of the row among those with the same text ends the key: `A-1`, `A-2`"),
        "sign": SIGN,
        "plus": text("The column with numbers above zero, where another has those below zero", "Debit"),
        "minus": text("The column with numbers below zero, written without a minus", "Credit"),
    },
    "additionalProperties": False,
    "minProperties": 1,
    "title": "field",
    "x-listed": "to join the texts of columns, write `{join: [ITEMS]}`",
    "description": "A column, or a mapping that says where the value comes from",
}
TABLE: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {
        "from": {**text("A source", "lines"), "x-listed": ONE_SOURCE},
        "fields": named(FIELD, "Fields of the table", {"sale_id": "OrderLine"}),
        "repeated": one_of("Rows that are equal in all fields are one record", "once"),
    },
    "additionalProperties": False,
    "title": "table",
    "description": "How the table is filled, or `empty`",
    "if": {"type": "object"},
    "then": {"required": ["from", "fields"]},
    "else": {
        "pattern": "^empty$",
        "x-expected": "`{from: SOURCE, fields: {partner_id: COLUMN}}`, with all fields, or `empty`",
        "examples": ["empty"],
    },
}
FEED_SCHEMA: Final[dict[str, object]] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "rung feed",
    "type": "object",
    "required": ["rung", "feed", "records", "sources", "tables"],
    "properties": {
        "rung": one_of("Version of the language", "1"),
        "feed": matching(NAME_PATTERN, "a name such as `crm`", "The feed's name", "crm"),
        "records": text("The program file whose record tables apply", "2026.yaml"),
        "currency": matching("^[A-Z]{3}$", "an ISO 4217 code such as `USD`", "The currency of all amounts", "USD"),
        "missing": MISSING,
        "ids": noted(ID, "How texts of the files become ids", {"replace": {" ": "_"}}),
        "complete_through": day("The last day through which the files have every record", "2026-06-30"),
        "sources": named(
            {**SOURCE, "x-text": "write `{file: TEXT}`"},
            "Files and queries by name",
            {"lines": {"file": "exports/Sales.csv"}},
        ),
        "tables": named(
            TABLE,
            "Record tables and how they are filled",
            {"sales": {"from": "lines", "fields": {"sale_id": "OrderLine"}}, "deals": "empty"},
        ),
    },
    "additionalProperties": False,
}
