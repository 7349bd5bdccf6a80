"""The published schema of program files for editors, with pages and a whole program to start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.language.lineage import AMENDS, EXTENDS, OF_AMENDMENT, OWN
from engine.language.published import Published, publish_schema, relax
from engine.language.shapes import Schema, snippet
from rules import SCHEMA

LAID_OVER: Final = 3  # levels of a file that are merged by name: section, name, key
FEED_PAGE: Final = "docs/feeds.md"
TEST_PAGE: Final = "docs/testing.md"
HEADER_PAGE: Final = "docs/language.md#header"
PAGES: Final = {
    "choices": "docs/language.md#choices",
    "records": "docs/language.md#records",
    "parameters": "docs/language.md#parameters",
    "certifications": "docs/language.md#certifications",
    "metrics": "docs/language.md#metrics",
    "segments": "docs/language.md#segments-tiers-benefits",
    "designations": "docs/language.md#designations",
    "tiers": "docs/language.md#segments-tiers-benefits",
    "benefits": "docs/language.md#segments-tiers-benefits",
    "incentives": "docs/language.md#incentives",
}
"""The page that describes each top-level key; the others are described with the header."""

WHOLE_PROGRAM: Final = snippet(
    "a whole program",
    "Parameters, a metric, tiers, a benefit and a rebate",
    {
        "rung": 1,
        "program": "${1:summit}",
        "title": "${2:Summit Partner Program}",
        "version": "${3:v2026}",
        "effective": {"from": "${4:2026-01-01}", "before": "${5:2027-01-01}"},
        "currency": "${6:USD}",
        "parameters": {"revenue_needed": {"by": ["tier"], "values": {"silver": "50_000 USD", "gold": "250_000 USD"}}},
        "metrics": {"revenue": {"from": "sales", "sum": "amount", "window": "trailing 12 months"}},
        "tiers": {"ladder": ["registered", "silver", "gold"], "requires": ["revenue >= revenue_needed"]},
        "benefits": {"discount": {"value": "percent", "by": ["tier"], "values": {"registered": "5%", "gold": "15%"}}},
        "incentives": {
            "volume_rebate": {
                "kind": "rebate",
                "eligible": ["tier >= silver"],
                "period": "quarter",
                "sum": "amount",
                "method": "marginal",
                "bands": [{"from": "0 USD", "rate": "1%"}, {"from": "100_000 USD", "rate": "2%"}],
                "payee": "partner",
            }
        },
    },
)


def editor_schema() -> Published:
    """The JSON Schema (draft-07) of program files, as `rung schema` prints it.

    A version that `extends` another and an amendment say only what changes: of them less is demanded.
    """
    pages = {key: PAGES.get(key, HEADER_PAGE) for key in _keys(SCHEMA)}
    relaxed, demands = relax(publish_schema(SCHEMA, pages, (WHOLE_PROGRAM,)), LAID_OVER)
    extending = {"if": {"required": [EXTENDS]}, "then": {"required": list(OWN)}, "else": demands}
    amending = {"if": {"required": [AMENDS]}, "then": {"required": ["rung", "program", *OF_AMENDMENT]}}
    return {**relaxed, **amending, "else": extending}


def editor_schema_of_feeds(schema: Schema) -> Published:
    """The JSON Schema of feeds; `schema` is the one they are checked against."""
    return publish_schema(schema, dict.fromkeys(_keys(schema), FEED_PAGE))


def editor_schema_of_tests(schema: Schema) -> Published:
    """The JSON Schema of test files; `schema` is the one they are checked against."""
    return publish_schema(schema, dict.fromkeys(_keys(schema), TEST_PAGE))


def _keys(schema: Schema) -> list[str]:
    properties = schema["properties"]
    assert isinstance(properties, Mapping), "the schema of a file is of a mapping"
    return list(properties)
