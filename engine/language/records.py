"""Record tables: what a vendor knows of its partners, as declared types.

The standard tables are here; a program adds own tables and fields. Field names of the
standard tables are part of the language and do not change.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Type, choice, money, number

DECIMAL_SCALE = 4  # digits after the point of a `decimal` field that does not say


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a record table.

    `references` names the table whose key it holds. `personal` fields never enter a snapshot.
    """

    name: str
    type: Type
    optional: bool = False
    references: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A name under which a row reads one row of another table: `item.line`.

    `as_at` is the date field by which the row in force is picked, for a table with history.
    """

    name: str
    to: str
    by: str
    as_at: str = ""


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A kind of record: events with a `date`, history with `period` fields, or state.

    `partner` is the field that says whose record it is; "" for tables of nobody in
    particular (products). People's records belong to the person's partner: `person`.
    """

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    partner: str = ""
    person: str = ""
    date: str = ""
    period: tuple[str, str] | None = None
    links: tuple[Link, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((each for each in self.fields if each.name == name), None)

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields a snapshot keeps."""
        return tuple(each for each in self.fields if not each.personal)


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """All record tables of a program."""

    tables: tuple[RecordTable, ...]

    def table(self, name: str) -> RecordTable | None:
        """The table of this name."""
        return next((each for each in self.tables if each.name == name), None)


ENTRIES = ("sale", "return", "adjustment")


def standard_tables(currency: str, scale: int) -> tuple[RecordTable, ...]:
    """The tables every vendor has, with money in the program's currency.

    `scale` is the currency's number of minor digits.
    """
    amount = money(currency, scale)
    partner = Field("partner_id", ID, references="partners")

    def maybe(name: str, type: Type, references: str = "") -> Field:
        return Field(name, type, optional=True, references=references)

    history = (Field("from", DATE), maybe("before", DATE))
    return (
        RecordTable(
            "partners",
            ("partner_id",),
            (
                Field("partner_id", ID),
                maybe("parent_id", ID, "partners"),
                maybe("name", TEXT),
                maybe("type", TEXT),
                maybe("region", TEXT),
                maybe("country", TEXT),
                maybe("joined_on", DATE),
            ),
            partner="partner_id",
        ),
        RecordTable(
            "people",
            ("person_id",),
            (
                Field("person_id", ID),
                maybe("partner_id", ID, "partners"),
                Field("name", TEXT, optional=True, personal=True),
                Field("email", TEXT, optional=True, personal=True),
            ),
            partner="partner_id",
        ),
        RecordTable(
            "assignments",
            ("person_id", "from"),
            (Field("person_id", ID, references="people"), partner, *history),
            partner="partner_id",
            period=("from", "before"),
        ),
        RecordTable(
            "certifications",
            ("holding_id",),
            (
                Field("holding_id", ID),
                Field("person_id", ID, references="people"),
                Field("certification", ID),
                Field("earned_on", DATE),
                maybe("expires_on", DATE),
            ),
            person="person_id",
            date="earned_on",
        ),
        RecordTable(
            "products",
            ("product_id",),
            (
                Field("product_id", ID),
                maybe("name", TEXT),
                maybe("line", TEXT),
                maybe("category", TEXT),
                maybe("standard_cost", amount),
            ),
        ),
        RecordTable(
            "customers",
            ("customer_id",),
            (Field("customer_id", ID), maybe("name", TEXT), maybe("industry", TEXT)),
        ),
        RecordTable(
            "sales",
            ("sale_id",),
            (
                Field("sale_id", ID),
                partner,
                maybe("seller_id", ID, "people"),
                maybe("customer_id", ID, "customers"),
                maybe("product_id", ID, "products"),
                Field("entry", choice(*ENTRIES)),
                maybe("returns_id", ID, "sales"),
                Field("closed_on", DATE),
                maybe("recorded_on", DATE),
                maybe("quantity", INTEGER),
                Field("amount", amount),
            ),
            partner="partner_id",
            date="closed_on",
        ),
        RecordTable(
            "deals",
            ("deal_id",),
            (
                Field("deal_id", ID),
                partner,
                maybe("customer_id", ID, "customers"),
                Field("submitted_on", DATE),
                maybe("stage", TEXT),
                maybe("value", amount),
            ),
            partner="partner_id",
            date="submitted_on",
        ),
        RecordTable(
            "activities",
            ("activity_id",),
            (Field("activity_id", ID), partner, Field("type", TEXT), Field("done_on", DATE), maybe("cost", amount)),
            partner="partner_id",
            date="done_on",
        ),
        RecordTable(
            "nominations",
            ("partner_id", "tier", "from"),
            (partner, Field("tier", ID), *history, maybe("approver", TEXT)),
            partner="partner_id",
            period=("from", "before"),
        ),
        RecordTable(
            "statuses",
            ("partner_id", "from"),
            (partner, Field("tier", ID), *history, maybe("cause", TEXT)),
            partner="partner_id",
            period=("from", "before"),
        ),
    )


LATER = ("claims", "overrides", "successions", "agreements", "fx_rates")
"""Standard tables of the language that are not supported yet."""

FIELD_TYPES = {
    "id": ID,
    "text": TEXT,
    "integer": INTEGER,
    "decimal": number(DECIMAL_SCALE),
    "date": DATE,
    "boolean": BOOLEAN,
}
"""Types a field may name; `choice` and `money` need more and are made where they are read."""

REACH = RecordTable(
    "reach",
    ("partner_id", "source_id"),
    (Field("partner_id", ID), Field("source_id", ID)),
    partner="partner_id",
)
"""Derived at import: whose records count for whom in `partner with children`.

Each partner reaches itself and all partners below it, at any depth.
"""

