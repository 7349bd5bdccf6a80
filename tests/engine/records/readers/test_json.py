"""A JSON document: the list in it, wherever it is, and values inside objects by their path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.records.readers.layout import Layout
from tests.engine.records.desk import FEED, imported, rows_of, told

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]

ROWS = [("id", "net.value", "net.cur"), ("1", "1.10", "USD", 2), ("2", None, None, 4)]
LIST = '[\n {"id": 1, "net": {"value": 1.10, "cur": "USD"}},\n\n {"id": "2", "net": {}}]\n'


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (LIST, ""),
        ("\ufeff" + LIST, ""),
        ('{"data": {"more": [1, {"items": []}], "items": ' + LIST + '}, "total": 2}', "data.items"),
    ],
)
def test_the_list_is_found(stage: Stage, text: str, path: str) -> None:
    """At the top or at a path; numbers keep their text, rows the line where they begin."""
    rows, found = stage(text.encode(), Layout("json", records=path), "sales.json")
    assert (rows, found) == (ROWS, [])


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ('[{"id": 1}', "", "1:11 RNG680 the document is not JSON here"),
        ('[{"id": 1},\n]', "", "2:1 RNG680 nothing follows the comma"),
        ('[{"id": 1},\n{"id": 00}]', "", "2:9 RNG680 the document is not JSON: expecting ',' delimiter"),
        ('[{"id": 1}, 5]', "", "1:13 RNG680 an item of the list is not an object"),
        ('{"items": [{"id": 1}]}', "", "1:1 RNG680 there is no list in the document"),
        ('{"items": [{"id": 1}]}', "rows", "1:22 RNG680 the object has no `rows`"),
        ('{"items": {"id": 1}}', "items", "1:11 RNG680 there is no list at `items` in the document"),
        ('[{"id": 1}] []', "", "1:13 RNG680 something follows the end of the list"),
        ('[{"id": 1, "id": 2}]', "", "1:2 RNG680 `id` appears twice in the object"),
        ('{"items": [{"id": 1}], "items": []}', "items", "1:24 RNG680 `items` appears twice in the object"),
        ('{"data": {"items": [{"id": 1}]}, "data": 1}', "data.items", "1:34 RNG680 `data` appears twice in the object"),
        ('{"items": [{"id": 1}], "total"', "items", "1:31 RNG680 the document is not JSON here"),
        ('{"items": [{"id": 1}]} {}', "items", "1:24 RNG680 something follows the end of the document"),
        ("[" * 100_000, "", "1:2 RNG680 values are nested too deep to read"),
    ],
)
def test_what_is_no_such_document(stage: Stage, text: str, path: str, said: str) -> None:
    """Each has its place."""
    rows, found = stage(text.encode(), Layout("json", records=path), "sales.json")
    assert (rows, found) == ([], [f"sales.json:{said}"])


SALES = '{"rows": [{"sale": "S1", "partner": {"id": "P1"}, "day": "2026-01-05", "amount": 10.50, "tags": ["a"]}]}'


def test_a_list_matters_only_where_it_is_read(tmp_path: Path) -> None:
    """A note if nothing reads it, an error if a field does."""
    feed = FEED.replace("lines.csv", "lines.json, records: rows").replace(
        "partner_id: partner,", "partner_id: partner.id,"
    )
    result = imported(tmp_path, feed, {"lines.json": SALES})
    assert result.snapshot is not None, told(result.diagnostics)
    assert told(result.diagnostics) == ["lines.json:1 RNG682 `tags` is a list"]
    assert rows_of(result.snapshot, "sales", "partner_id") == [("P1",)]
    refused = imported(tmp_path, feed.replace("amount: amount", "amount: tags"), {"lines.json": SALES})
    assert (refused.snapshot, told(refused.diagnostics)) == (None, ["lines.json:1 RNG682 `tags` is a list"])
