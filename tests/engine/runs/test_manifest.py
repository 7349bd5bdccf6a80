"""Ids and roots of runs, and the manifest read back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from engine.canonical import canonical_json
from engine.plan.scope import Decided
from engine.records.incomplete import SetAside
from engine.records.through import Through
from engine.runs.manifest import (
    Damaged,
    Leaves,
    Manifest,
    Meaning,
    Result,
    Source,
    Unreadable,
    manifest_document,
    manifest_text,
    parse_manifest,
    run_id,
)
from engine.types import DATE, ID, money, number

DAY = date(2026, 1, 1)
MEANING = Meaning("ab" * 32, "snap-0123456789abcdef", date(2026, 6, 30), parameters=(("a", "1"), ("b", "2")))
RESULT = Result("statuses", 3, "ef" * 32, (("partner_id", ID), ("at", DATE), ("sum", money("KWD", 3))), ("partner_id",))
MANIFEST = Manifest(
    run_id(MEANING),
    MEANING,
    Source(
        "ridge", "2026", "Ridge", "ridge/2026.yaml", "aa" * 32, (("2025.yaml", "bb" * 32),), (("2025", "2025.yaml"),)
    ),
    (RESULT,),
    Leaves(3, "cd" * 32, "0f" * 32),
    (("duckdb", "2.0.0"), ("rung", "0.1.0")),
    (
        Decided("rebate", "2026", "2026-Q1", DAY, date(2026, 4, 1), DAY, None),
        Decided("spiff", "2026", "", DAY, date(2026, 7, 1), None, date(2026, 7, 2)),
    ),
    date(2026, 6, 29),
    (Through("deals", None, False), Through("sales", date(2026, 6, 28), True)),
    (SetAside("products", 2, 2), SetAside("sales", 3, 1)),
)


def test_an_id_says_what_was_meant_and_nothing_else() -> None:
    """The id is `run-` and sixteen hexadecimal digits, the same for the same meaning."""
    id = run_id(MEANING)
    assert id == run_id(replace(MEANING))
    assert id.startswith("run-")
    assert len(id) == 20
    assert int(id[4:], 16) >= 0


@pytest.mark.parametrize(
    "change",
    [
        {"program_hash": "cd" * 32},
        {"snapshot": "snap-0000000000000000"},
        {"as_of": date(2026, 7, 1)},
        {"semantics": 2},
        {"parameters": ()},
    ],
)
def test_everything_a_decision_depends_on_changes_the_id(change: dict[str, str]) -> None:
    """Another program, snapshot, date, semantics or parameter is another run."""
    assert run_id(replace(MEANING, **change)) != run_id(MEANING)  # type: ignore[arg-type]  # values differ by field


def test_a_manifest_is_read_back_as_it_was_written() -> None:
    """Writing, reading and writing again gives the same bytes."""
    text = manifest_text(MANIFEST)
    again = parse_manifest(text)
    assert manifest_text(again) == text
    assert again.meaning == MEANING
    assert again.result("statuses") == again.results[0]
    assert again.result("earnings") is None
    assert again.results[0].file == "statuses.parquet"


def test_the_form_says_names_and_types_by_name() -> None:
    """The order of columns and tables says nothing; a name or a scale is another form."""
    form = MANIFEST.form
    assert replace(MANIFEST, results=(replace(RESULT, columns=RESULT.columns[::-1]),)).form == form
    other = replace(RESULT, columns=(*RESULT.columns[:2], ("sum", money("KWD", 2))))
    assert replace(MANIFEST, results=(other,)).form.head != form.head
    assert replace(MANIFEST, results=(replace(RESULT, name="stati"),)).form.head != form.head


DOCUMENT = json.loads(canonical_json(manifest_document(MANIFEST)))
STATUSES = DOCUMENT["results"]["statuses"]
CHANGES: tuple[dict[str, object], ...] = (
    {"meaning": None},
    {"results": {"statuses": {}}},
    {"results": {"statuses": STATUSES | {"key": "partner_id"}}},
    {"results": {"../statuses": STATUSES}},
    {"meaning": DOCUMENT["meaning"] | {"parameters": "all"}},
    {"scope": DOCUMENT["scope"] | {"judged_on": "never"}},
    {"scope": DOCUMENT["scope"] | {"decides": [{"incentive": "rebate"}]}},
    {"meaning": DOCUMENT["meaning"] | {"as_of": "2026-13-01"}},
    {"program": {}},
    {"engine": []},
    {"leaves": {"count": 3}},
    {"leaves": "many"},
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{", "its manifest is not JSON"),
        (b"\xff", "its manifest is not JSON"),
        (b"[]", "its manifest has no format"),
        *(
            (json.dumps(DOCUMENT | change).encode(), "its manifest is incomplete or has a wrong value")
            for change in CHANGES
        ),
    ],
)
def test_what_is_no_manifest_is_refused(text: bytes, reason: str) -> None:
    """A damaged manifest is refused with a reason, never half read."""
    with pytest.raises(Damaged, match=reason):
        parse_manifest(text)


def test_another_format_is_not_damage() -> None:
    """A later version may write otherwise."""
    with pytest.raises(Unreadable, match="its manifest is not in the format"):
        parse_manifest(b'{"format":"rung.run/v9"}')


def test_a_manifest_is_exactly_what_is_written() -> None:
    """Another order, another space, a field more: not as it was written."""
    text = manifest_text(MANIFEST)
    for other in (text + b" ", text.replace(b",", b", ", 1), text.replace(b"{", b'{"a":1,', 1)):
        with pytest.raises(Damaged, match="its manifest is not as it was written"):
            parse_manifest(other)


def test_a_number_without_currency_is_read_back() -> None:
    """A type is as much as hashing needs: kind, scale and currency."""
    result = replace(RESULT, columns=(("rate", number(4)),))
    again = parse_manifest(manifest_text(replace(MANIFEST, results=(result,))))
    (name, type), *_ = again.results[0].columns
    assert (name, type.kind, type.scale, type.currency) == ("rate", number(4).kind, 4, "")
