"""Records that are probably meant by an id that no record has."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from engine.duck import text_literal
from engine.records.convert import Problem, shown

LIKE = "0.92"  # of one, in the measure of Jaro and Winkler: one letter of ten
MOST_COMPARED = 200_000  # keys; of more, the first ones in their order
MOST_MEANT = 2


def near_help(connection: duckdb.DuckDBPyConnection, relation: str, key: str, value: str) -> str:
    """The keys of a relation that resemble a value, as a help text; "" if there are none.

    A key that differs only in leading zeros, or in the three letters behind a Salesforce id, is named alone,
    with the rule that makes both the same where there is one.
    """
    text, small = text_literal(value), text_literal(value.lower())
    zeros, cut = f"ltrim({key}, '0') = ltrim({text}, '0')", f"left({key}, 15) = left({text}, 15)"
    alike = f"CAST(jaro_winkler_similarity(lower({key}), {small}) AS DECIMAL(5, 4))"
    query = (
        f"SELECT {key}, {zeros} AND regexp_full_match({key}, '[0-9]+'), {cut} AND strlen({key}) IN (15, 18), {alike}"
        f" FROM (SELECT DISTINCT {key} FROM {relation} WHERE {key} IS NOT NULL ORDER BY {key} LIMIT {MOST_COMPARED})"
        f" WHERE {zeros} OR lower({key}) = {small} OR {alike} >= {LIKE} ORDER BY 2 DESC, 3 DESC, 4 DESC, 1"
        f" LIMIT {MOST_MEANT}"
    )
    found = connection.execute(query).fetchall()
    if not found:
        return ""
    name, only_zeros, is_salesforce, _ = found[0]
    if only_zeros:
        digits = max(len(name), len(value))
        return (
            f"if {shown(name)} is meant, write `id: {{digits: {digits}}}` in both fields, so that zeros in front agree"
        )
    if is_salesforce and len(value) in (15, 18) and len(name) != len(value):
        return f"if {shown(name)} is meant, write `id: {{salesforce: true}}` in both fields"
    return f"did you mean {' or '.join(shown(each) for each, *_ in found)}?"


def with_near(problem: Problem, near: str) -> Problem:
    """The problem with what is probably meant; it is about this text alone."""
    if not near:
        return problem
    parted = " otherwise, " if near.endswith("?") else "; or "
    return replace(problem, help=f"{near}{parted}{problem.help}", of_text=True)
