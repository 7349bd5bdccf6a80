"""What of a record need not be written, and what must be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.authoring.cases.given import MAX_ROWS, neutral
from engine.plan.scalar import Value
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Kind, Type, choice, money, number
from tests.engine.authoring.cases.suites import answers, only, run, told


def test_ids_partner_and_entry_are_filled_in() -> None:
    """A sale is a sale of the case's partner; fields that nobody reads are neutral."""
    case = only("""
        cases:
          two sales:
            given:
              sales:
                - {closed_on: 2026-05-01, amount: 1 USD}
                - {sale_id: sale-1, closed_on: 2026-05-02, amount: 2 USD, batch: B7}
            expect: {tier: registered}
    """)
    first, second = case.records["sales"]
    assert (first["sale_id"], first["partner_id"], first["entry"]) == ("sale-2", "P1", "sale")
    assert (first["kept"], first["batch"], second["batch"]) == (False, "none", "B7")
    assert case.records["partners"] == ({"partner_id": "P1", "rank": 0},)


def test_a_partner_of_another_name() -> None:
    """The only partner given is the case's; several are numbered where they have no id."""
    case = only("cases: {a: {given: {partners: [{partner_id: acme}]}, expect: {tier: registered}}}")
    assert case.partner == "acme"
    case = only("cases: {a: {partner: P2, given: {partners: [{size: smb}, {}, {}]}, expect: {tier: registered}}}")
    assert [row["partner_id"] for row in case.records["partners"]] == ["P2", "P1", "P3"]


def test_people_come_with_what_names_them() -> None:
    """Without `people`, whoever is named works for the partner of the record; unnamed certificates differ in person."""
    case = only("""
        cases:
          a:
            partner: P1
            given:
              partners: [{partner_id: P1}, {partner_id: P2}]
              sales: [{partner_id: P2, seller_id: ann, closed_on: 2026-05-01, amount: 1 USD}]
              certifications: [{times: 2, certification: pro, earned_on: 2026-01-01}]
            expect: {metrics: {engineers: 2}}
    """)
    assert [(row["person_id"], row["partner_id"]) for row in case.records["people"]] == [
        ("ann", "P2"),
        ("S1", "P1"),
        ("S2", "P1"),
    ]


def test_given_people_are_all_people() -> None:
    """With `people`, a name must be among them; `missing` says that somebody works for nobody."""
    cases = """
        cases:
          a:
            given:
              people: [{person_id: ann}, {person_id: bob, partner_id: missing}]
              certifications:
                - {person_id: ann, certification: pro, earned_on: 2026-01-01}
                - {person_id: bob, certification: pro, earned_on: 2026-01-01}
            expect: {metrics: {engineers: 2}}
    """
    assert answers(run(cases)[0]) == {"metrics.engineers": 1}
    assert told(cases.replace("person_id: bob, cert", "person_id: eve, cert")) == [
        "RNG904 9: there is no record `eve` in `people`"
    ]


def test_nobody_is_said_to_work_here() -> None:
    """An empty list of people is one that nobody fills: names in it are not checked, and count for nobody."""
    (outcome,) = run("""
        cases:
          a:
            given:
              people: []
              certifications: [{person_id: ann, certification: pro, earned_on: 2026-01-01}]
            expect: {metrics: {engineers: 1}}
    """)
    assert answers(outcome) == {"metrics.engineers": 0}


def test_parts_of_keys() -> None:
    """A part of a key that nobody reads is numbered; one that is a day stays the day."""
    case = only("""
        cases:
          a:
            given: {visits: [{times: 2, day: 2026-05-01, paid: true}]}
            expect: {metrics: {paid_visits: 2}}
    """)
    assert [row["visit_id"] for row in case.records["visits"]] == ["visit-1", "visit-2"]


def test_what_is_left_out_is_missing() -> None:
    """An optional field that is read is missing, as in real records."""
    (outcome,) = run("""
        cases:
          a:
            given:
              sales: [{closed_on: 2026-05-01, amount: 1 USD}, {closed_on: 2026-05-01, amount: 1 USD, weight: missing}]
            expect: {metrics: {weight: 1.00}}
    """)
    assert str(answers(outcome)) == "{'metrics.weight': <Word.MISSING: 'missing'>}"


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        ("sales: [{amount: 1 USD}]", [
            "RNG903 5: this record of `sales` has no `closed_on`, which the program reads"
        ]),
        ("sales: [{closed_on: 2026-05-01, amuont: 1 USD}]", ["RNG901 5: `sales` has no field `amuont`"]),
        ("certifications: [{earned_on: 2026-01-01}]", [
            "RNG903 5: this record of `certifications` has no `certification`, which the program reads"
        ]),
        ("sales: [{times: some, closed_on: 2026-05-01, amount: 1 USD}]", [
            "RNG511 5: expected a whole number, such as `12`, found `some`"
        ]),
        (f"visits: [{{times: {MAX_ROWS}, day: 2026-05-01}}, {{day: 2026-05-01}}]", [
            f"RNG905 5: a case has more than {MAX_ROWS:,} records"
        ]),
    ],
)  # fmt: skip
def test_what_must_be_written(given: str, messages: list[str]) -> None:
    """A field that every record has and the program reads decides the case: it is not made up."""
    assert told(f"cases:\n  a:\n    given: {{{given}}}\n    expect: {{tier: registered}}") == messages


def test_statuses_must_say_since_when() -> None:
    """The day a tier began is read, and nothing stands for it; `prior` says it for the whole program."""
    assert told("cases: {a: {given: {statuses: [{tier: silver}]}, expect: {tier: silver}}}") == [
        "RNG903 3: this record of `statuses` has no `from`, which the program reads"
    ]
    case = only("cases: {a: {prior: silver, expect: {tier: registered}}}")
    assert case.records["statuses"] == ({"partner_id": "P1", "tier": "silver", "from": date(2026, 1, 1)},)
    case = only("cases: {a: {prior: {tier: silver, from: 2026-03-01}, expect: {tier: registered}}}")
    assert case.records["statuses"][0]["from"] == date(2026, 3, 1)


DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("type", "value"),
    [
        (money("USD", 2), Decimal(0)),
        (number(2), Decimal(0)),
        (INTEGER, 0),
        (Type(Kind.DAYS), 0),
        (DATE, DAY),
        (choice("a", "b"), "a"),
        (TEXT, "none"),
        (ID, "none"),
        (BOOLEAN, False),
    ],
)
def test_neutral_values(type: Type, value: Value) -> None:
    """A value of every type that a field can have."""
    assert neutral(type, DAY) == value
