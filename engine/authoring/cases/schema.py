"""The JSON Schema (draft-07) of test files, for the shape layer and for editors."""

from __future__ import annotations

from typing import Final

from engine.language.shapes import DAY, Example, Schema, mapping, matching, noted, one_of, snippet, text

CELL: Final = "^\\$[a-z][a-z0-9_]*$"
"""A text that is replaced by the cell of a column: `$revenue`."""

OUTCOMES: Final = ("met", "not_met", "cannot_decide", "not_applicable")
VALUE: Final[Schema] = {"type": ["string", "boolean"]}


def _day(description: str) -> Schema:
    """A date, or the cell of a column."""
    pattern = f"{DAY['pattern']}|{CELL}"
    return matching(pattern, "a date such as `2026-06-30`", description, "2026-06-30")


def _by_name(item: Schema, description: str, example: Example) -> Schema:
    """A mapping from names of the program."""
    named: Schema = {"type": "object", "additionalProperties": item, "minProperties": 1, "description": description}
    return {**named, "examples": [example]}


def _outcome(description: str) -> Schema:
    pattern = f"^({'|'.join(OUTCOMES)})$|{CELL}"
    return matching(pattern, "`met`, `not_met`, `cannot_decide` or `not_applicable`", description, *OUTCOMES)


KEYED: Final[Schema] = {**VALUE, "type": ["string", "boolean", "object"]}
LINE: Final[Schema] = {
    "type": ["string", "object"],
    "description": "The outcome of a line; or its outcome, value, threshold, distance and what is missing;"
    " or lines of one tier, segment, benefit or incentive",
    "additionalProperties": {"type": ["string", "boolean", "object", "array"]},
    "minProperties": 1,
}
EARNING: Final[Schema] = {
    "type": ["string", "object"],
    "description": "The total amount, or amounts by period or record; `none` or `undecided` instead of an amount",
    "additionalProperties": {
        "type": ["string", "object"],
        "description": "The amount; with `pays_in: row` the amounts of a period by currency",
        "additionalProperties": {"type": "string"},
        "minProperties": 1,
    },
    "minProperties": 1,
}
EXPECT: Final = mapping(
    {
        "tier": text("The tier held", "gold"),
        "floor": text("The highest tier whose lines are all met", "gold"),
        "ceiling": text("The highest tier that is still possible", "platinum"),
        "tiers": _by_name(
            _outcome("Whether the tier's own lines are met"),
            "Outcomes of the tiers' lines",
            {"gold": "met", "platinum": "not_met"},
        ),
        "designations": _by_name(
            {"type": ["string", "object"], "additionalProperties": {"type": ["string", "object"]}},
            "The status on each designation, `none` where it does not apply; by the values of its `per`",
            {"specialist": "held", "regional": {"emea": "expert"}},
        ),
        "metrics": _by_name({"type": "string"}, "Values of metrics, or `missing`", {"revenue": "250_000 USD"}),
        "benefits": _by_name(
            {**KEYED, "additionalProperties": KEYED},
            "Values of benefits, `none` or `undecided`; by the values of its `per`",
            {"discount": "15%", "badge": {"emea": "true"}},
        ),
        "earnings": _by_name(EARNING, "Amounts by incentive", {"volume_rebate": {"FY2026-Q1": "1_500.00 USD"}}),
        "lines": _by_name(LINE, "Lines by their text or id", {"revenue >= revenue_needed": "met"}),
    },
    description="The expected results; only these are compared",
    title="expect",
)
RECORD: Final[Schema] = {
    "type": "object",
    "x-line": True,
    "additionalProperties": VALUE,
    "description": "The fields of one record. What is left out is missing; ids and the partner are filled in;"
    " `times` repeats the record",
}
GIVEN: Final[Schema] = {
    "type": "object",
    "additionalProperties": {
        "type": ["array", "string"],
        "items": RECORD,
        "description": "Records, or the name of a CSV file beside the test file",
    },
    "description": "Records by table",
    "examples": [{"sales": [{"closed_on": "2026-05-01", "amount": "250_000 USD"}]}],
}
PRIOR: Final[Schema] = {
    "type": ["string", "object"],
    "properties": {"tier": text("The tier", "silver"), "from": _day("Since when")},
    "required": ["tier"],
    "additionalProperties": False,
    "description": "The tier held before",
    "title": "prior",
    "examples": ["silver", {"tier": "silver", "from": "2026-01-01"}],
}
CELLS: Final[Schema] = {"type": ["string", "boolean", "array", "object"]}
ROW: Final[Schema] = {"type": "array", "items": CELLS, "minItems": 1, "x-line": True}
TABLE: Final = mapping(
    {
        "columns": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": matching("^[a-z][a-z0-9_]*$", "a name such as `revenue`", "A column, used as `$name`", "revenue"),
            "description": "Names of the columns; `$name` in the case is replaced by the cell",
            "examples": [["revenue", "tier"]],
        },
        "rows": {
            "type": ["array", "object"],
            "items": ROW,
            "additionalProperties": ROW,
            "minItems": 1,
            "minProperties": 1,
            "description": "One case each: a list of cells, or a name and its cells",
            "examples": [[["49_999 USD", "registered"], ["50_000 USD", "silver"]]],
        },
    },
    "columns",
    "rows",
    description="One case for each row",
    title="table",
)
CASE: Final = mapping(
    {
        "why": text("What the case is for", "ticket CH-812"),
        "skip": text("Why this case is not run", "waits for CH-812"),
        "as_of": _day("The day of the decision"),
        "partner": text("The partner whose result is compared", "P1"),
        "prior": PRIOR,
        "given": GIVEN,
        "expect": noted(EXPECT, "The expected results; only these are compared", {"tier": "gold"}),
        "table": noted(
            TABLE,
            "One case for each row",
            {"columns": ["revenue", "tier"], "rows": [["49_999 USD", "registered"], ["50_000 USD", "silver"]]},
        ),
    },
    description="One case",
    title="case",
)
SCHEMA: Final[dict[str, object]] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "rung test file",
    "type": "object",
    "required": ["rung_test", "cases"],
    "properties": {
        "rung_test": one_of("Version of the test file format", "1"),
        "program": text("The program file, relative to this one", "2026.yaml"),
        "as_of": _day("The day of all cases without their own day"),
        "given": GIVEN,
        "cases": {
            "type": "object",
            "additionalProperties": CASE,
            "minProperties": 1,
            "description": "Cases by name; any text",
            "examples": [
                {"gold by revenue": {"given": {"sales": [{"amount": "250_000 USD"}]}, "expect": {"tier": "gold"}}}
            ],
            "defaultSnippets": [
                snippet(
                    "case",
                    "Given records and expected results",
                    {
                        "${1:gold by revenue}": {
                            "as_of": "${2:2026-06-30}",
                            "given": {"sales": [{"closed_on": "${3:2026-05-01}", "amount": "${4:250_000 USD}"}]},
                            "expect": {"tier": "${5:gold}"},
                        }
                    },
                ),
                snippet(
                    "cases in a table",
                    "One case for each row",
                    {
                        "${1:thresholds of revenue}": {
                            "as_of": "${2:2026-06-30}",
                            "given": {"sales": [{"closed_on": "${3:2026-05-01}", "amount": "\\$revenue"}]},
                            "expect": {"tier": "\\$tier"},
                            "table": {
                                "columns": ["revenue", "tier"],
                                "rows": {
                                    "${4:just below}": ["${5:49_999 USD}", "${6:registered}"],
                                    "${7:at the edge}": ["${8:50_000 USD}", "${9:silver}"],
                                },
                            },
                        }
                    },
                ),
            ],
        },
    },
    "additionalProperties": False,
}
