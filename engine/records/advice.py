"""What would cure a row that cannot be a record, where that is something about its file or about other records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from engine.language.records import RecordSchema
from engine.records.blanks import padded_reference, place_of, to_trim
from engine.records.feed import Feed
from engine.records.findings import Finding
from engine.records.near import near_help, with_near
from engine.records.readers.layout import Staged
from engine.records.rules import Rule
from engine.records.totals import at_end, find_totals


def with_advice(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    schema: RecordSchema,
    staged: Mapping[str, Staged],
    rule: Rule,
    findings: Sequence[Finding],
) -> list[Finding]:
    """The findings about rows that break a rule, with what is probably meant and what in the feed would cure them."""
    advised = [_named(connection, feed, schema, staged, rule, each) for each in findings] if rule.near[0] else findings
    mapping = feed.table(rule.table)
    source = feed.source(mapping.source.text) if mapping and mapping.source else None
    return at_end(advised, find_totals(connection, source, staged[source.name]) if source and findings else None)


def _named(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    schema: RecordSchema,
    staged: Mapping[str, Staged],
    rule: Rule,
    finding: Finding,
) -> Finding:
    """A reference to no record, with the record that is probably meant."""
    table = schema.table(rule.table)
    field = table.field(rule.field) if table else None
    target = schema.table(field.references) if field else None
    if table and target:
        place = (rule.field, finding.line, finding.value)
        source = feed.source(padded_reference(connection, feed, table, target, place, staged))
        if source:
            problem = replace(finding.problem, help=to_trim(source.name), of_text=True)
            return replace(finding, problem=problem, related=(place_of(source),))
    near = near_help(connection, *rule.near, finding.value)
    return replace(finding, problem=with_near(finding.problem, near))
