"""Record tables: what a vendor knows of its partners, as declared types.

The standard tables are here; a program adds own tables and fields. Field names of the
standard tables are part of the language and do not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.language.currency import currencies
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.types import BOOLEAN, DATE, ID, INTEGER, ROW, TEXT, Kind, Type, choice, money, number

ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"  # of an id, in every source
RATE_DIGITS, RATE_SCALE = 13, 8  # of an exchange rate: what a growth of converted totals leaves of 38 digits
REFERENCE = "_id"  # ends the name of a field that refers to a row
DECIMAL_SCALE = 4  # digits after the point of a `decimal` field that does not say


PEOPLE, ASSIGNMENTS, PERSON = "people", "assignments", "person_id"


@dataclass(frozen=True, slots=True)
class Names:
    """The names by which a program knows the values of a field: a row with any other counts for nothing.

    `what` is what one of them is called, `section` where they are declared. Not `closed` where rows of years ago may
    have names that are no longer declared.
    """

    what: str
    section: str
    known: tuple[str, ...]
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a record table.

    `references` names the table whose key it holds; with `same_partner` a record of the same partner,
    which the import makes sure of. `personal` fields never enter a snapshot. With a `default` it is never missing.
    One with a `formula` is not imported: it is computed from the row and the rows it refers to, and rounded if it has
    a `scale`. `names` are known while records are imported, and are no part of a program.
    """

    name: str
    type: Type
    optional: bool = False
    references: str = ""
    personal: bool = False
    same_partner: bool = False
    default: str = ""  # used if a record does not state it
    choice: str = ""  # the name of its choice under `choices`
    formula: Expression | None = None
    scale: int | None = None  # of a formula that is rounded
    span: Span | None = None  # of a formula's field
    names: Names | None = None

    @property
    def is_stored(self) -> bool:
        """Whether a snapshot keeps it."""
        return not self.personal and self.formula is None


@dataclass(frozen=True, slots=True)
class Link:
    """A name under which a row reads one row of another table: `item.line`.

    `as_at` is the date field by which the row in force is picked, for a table with history.
    """

    name: str
    to: str
    by: str
    as_at: str = ""


WHOSE = {"partner": "partner_id", "seller": "seller_id", "customer": "customer_id"}
"""Words for whom a limit holds or whose first record counts, with the field of the language's own tables."""


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A kind of record: events with a `date`, history with `period` fields, or state.

    `partner` is the field with the partner of a record; "" for tables without partners (products). People's records
    belong to the person's partner: `person`.
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
    def currencies(self) -> tuple[str, ...]:
        """The currencies that amounts of its rows may have; none where all are in the program's."""
        found = self.field(CURRENCY)
        return found.type.values if found and any(each.type.currency == ROW for each in self.fields) else ()

    def key_field(self, key: str) -> Field | None:
        """The field for a key of `per`: the field of that name, or the only field of the choice of that name."""
        named = self.field(key)
        of_choice = [each for each in self.fields if each.choice == key]
        return named or (of_choice[0] if len(of_choice) == 1 else None)

    def field_of(self, word: str) -> str:
        """The field that says whose a record is, for a word of a limit's `per`: one of WHOSE, or a field itself."""
        return self.partner if word == "partner" and self.partner else WHOSE.get(word, word)

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields a snapshot keeps."""
        return tuple(each for each in self.fields if each.is_stored)

    @property
    def measurable(self) -> Field:
        """A stored field for an example of a measure: an amount if there is one, else a number if there is one."""
        return max(self.stored, key=lambda each: (each.type.kind is Kind.MONEY, each.type.is_numeric))

    @property
    def formulas(self) -> tuple[Field, ...]:
        """The fields that are computed."""
        return tuple(each for each in self.fields if each.formula is not None)

    @property
    def readable(self) -> tuple[Field, ...]:
        """The fields that a rule may read."""
        return tuple(each for each in self.fields if not each.personal)

    @property
    def followed(self) -> tuple[Link, ...]:
        """The links declared, and one for each reference: `product_id` that refers to `products` is read as `product`.

        A declared link takes the name.
        """
        declared = {each.name for each in self.links}
        implied = (
            Link(each.name.removesuffix(REFERENCE), each.references, each.name)
            for each in self.stored
            if each.references and each.name.endswith(REFERENCE) and each.name != REFERENCE
        )
        return (*self.links, *(each for each in implied if each.name not in declared))

    def reads(self, name: str) -> bool:
        """Whether a name is one of a row: a field, or a field of a row it refers to."""
        return self.field(name) is not None or self.link(name.partition(".")[0]) is not None

    def link(self, name: str) -> Link | None:
        """The link of this name, declared or implied by a reference."""
        return next((each for each in self.followed if each.name == name), None)

    @property
    def holder(self) -> str:
        """The field with the person that a record belongs to; "" if it belongs to none."""
        return self.person or (PERSON if self.name in (PEOPLE, ASSIGNMENTS) else "")


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """All record tables of a program."""

    tables: tuple[RecordTable, ...]

    def table(self, name: str) -> RecordTable | None:
        """The table of this name."""
        return next((each for each in self.tables if each.name == name), None)

    def joined(self, other: RecordSchema) -> RecordSchema:
        """The tables of both, with the fields and links of both; what both have is the same."""
        tables = {each.name: each for each in self.tables}
        for table in other.tables:
            tables[table.name] = _joined(tables[table.name], table) if table.name in tables else table
        return RecordSchema(tuple(tables.values()))


def _joined(one: RecordTable, other: RecordTable) -> RecordTable:
    fields = {each.name: each for each in (*other.fields, *one.fields)}
    links = {each.name: each for each in (*other.links, *one.links)}
    first = [each.name for each in one.fields]
    order = dict.fromkeys((*first, *fields))
    return replace(one, fields=tuple(fields[each] for each in order), links=tuple(links.values()))


ENTRIES = ("sale", "return", "adjustment")
SALES, ENTRY, RETURNS = "sales", "entry", "returns_id"
TAKEN_BACK = ("amount", "quantity")  # the numbers that a return takes back, in every program


PARTNER = Field("partner_id", ID, references="partners")


def _maybe(name: str, type: Type, references: str = "") -> Field:
    """A field that may be missing."""
    return Field(name, type, optional=True, references=references)


HISTORY = (Field("from", DATE), _maybe("before", DATE))


def standard_tables(currency: str, scale: int) -> tuple[RecordTable, ...]:
    """The tables every vendor has, with money in the program's currency.

    `scale` is the currency's number of minor digits.
    """
    amount = money(currency, scale)
    return (*_companies(), *_people(), *_trade(amount), *_statuses())


def _companies() -> tuple[RecordTable, ...]:
    partners = (
        Field("partner_id", ID),
        _maybe("parent_id", ID, "partners"),
        _maybe("name", TEXT),
        _maybe("type", TEXT),
        _maybe("region", TEXT),
        _maybe("country", TEXT),
        _maybe("joined_on", DATE),
    )
    customers = (Field("customer_id", ID), _maybe("name", TEXT), _maybe("industry", TEXT))
    return (
        RecordTable("partners", ("partner_id",), partners, partner="partner_id"),
        RecordTable("customers", ("customer_id",), customers),
    )


def _people() -> tuple[RecordTable, ...]:
    person = Field("person_id", ID, references="people")
    people = (
        Field("person_id", ID),
        _maybe("partner_id", ID, "partners"),
        Field("name", TEXT, optional=True, personal=True),
        Field("email", TEXT, optional=True, personal=True),
    )
    certifications = (
        Field("holding_id", ID),
        person,
        Field("certification", ID),
        Field("earned_on", DATE),
        _maybe("expires_on", DATE),
    )
    return (
        RecordTable("people", ("person_id",), people, partner="partner_id"),
        RecordTable(
            "assignments",
            ("person_id", "from"),
            (person, PARTNER, *HISTORY),
            partner="partner_id",
            period=("from", "before"),
        ),
        RecordTable("certifications", ("holding_id",), certifications, person="person_id", date="earned_on"),
    )


def _trade(amount: Type) -> tuple[RecordTable, ...]:
    products = (
        Field("product_id", ID),
        _maybe("name", TEXT),
        _maybe("line", TEXT),
        _maybe("category", TEXT),
        _maybe("standard_cost", amount),
    )
    sales = (
        Field("sale_id", ID),
        PARTNER,
        _maybe("seller_id", ID, "people"),
        _maybe("customer_id", ID, "customers"),
        _maybe("product_id", ID, "products"),
        Field("entry", choice(*ENTRIES)),
        Field("returns_id", ID, optional=True, references="sales", same_partner=True),
        Field("closed_on", DATE),
        _maybe("recorded_on", DATE),
        _maybe("quantity", INTEGER),
        Field("amount", amount),
    )
    deals = (
        Field("deal_id", ID),
        PARTNER,
        _maybe("customer_id", ID, "customers"),
        Field("submitted_on", DATE),
        _maybe("stage", TEXT),
        _maybe("value", amount),
    )
    activities = (
        Field("activity_id", ID),
        PARTNER,
        Field("type", TEXT),
        Field("done_on", DATE),
        _maybe("cost", amount),
    )
    return (
        RecordTable("products", ("product_id",), products),
        RecordTable("sales", ("sale_id",), sales, partner="partner_id", date="closed_on"),
        RecordTable("deals", ("deal_id",), deals, partner="partner_id", date="submitted_on"),
        RecordTable("activities", ("activity_id",), activities, partner="partner_id", date="done_on"),
    )


def _statuses() -> tuple[RecordTable, ...]:
    """Tiers stated for a time: invitations, and the vendor's status history."""
    period = ("from", "before")
    return tuple(
        RecordTable(name, key, (PARTNER, Field("tier", ID), *HISTORY, _maybe(why, TEXT)), "partner_id", period=period)
        for name, key, why in (
            ("nominations", ("partner_id", "tier", "from"), "approver"),
            ("statuses", ("partner_id", "from"), "cause"),
        )
    )


EVERY_SCOPE = "all"  # the value of a key that the ladder of a status does not use; it is never read
STANDING = ("statuses", "nominations")  # the tables about ladders


def with_ladders(schema: RecordSchema, tiers: str, keys: Iterable[str]) -> RecordSchema:
    """The tables about ladders of a program that has several: each row says which one, and the values of its keys."""
    more = (Field("ladder", ID, default=tiers), *(Field(each, TEXT, default=EVERY_SCOPE) for each in keys))
    names = tuple(each.name for each in more)
    return RecordSchema(
        tuple(
            replace(each, fields=(*each.fields, *more), key=(each.key[0], *names, *each.key[1:]))
            if each.name in STANDING
            else each
            for each in schema.tables
        )
    )


CURRENCY = "currency"
"""The field that says in which currency the amounts of a row are, where its table holds several."""

RATES = RecordTable(
    "fx_rates",
    ("from_currency", "to_currency", "effective_from"),
    (
        Field("from_currency", choice(*sorted(currencies()))),
        Field("to_currency", choice(*sorted(currencies()))),
        Field("effective_from", DATE),
        Field("rate", number(RATE_SCALE, RATE_DIGITS)),
    ),
    date="effective_from",
)
"""What one unit of a currency is worth in another from a day on, until the next; of programs that convert by rates."""

LATER_TABLES = ("claims", "overrides", "successions", "agreements")
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

NOBODY = ""  # the partner of a row set aside of which none is known

SET_ASIDE = RecordTable(
    "set-aside",
    ("table", "place", "partner"),
    (Field("table", TEXT), Field("place", TEXT), Field("partner", TEXT), Field("fault", TEXT)),
)
"""Rows that an import set aside (`--quarantine`), each with a partner that it belongs to, or `NOBODY`.

No program can name it. `place` is file and line, `fault` the code of a fault and the field that has it.
"""

REACH = RecordTable(
    "reach",
    ("partner_id", "source_id"),
    (Field("partner_id", ID), Field("source_id", ID)),
    partner="partner_id",
)
"""Derived at import: whose records count for whom in `partner with children`.

Each partner reaches itself and all partners below it, at any depth.
"""


def linked_by_day(table: RecordTable, name: str) -> str:
    """The declaration of a link with a day, for a reference such as `status.tier` to rows with history."""
    first = name.split(".", 1)[0]
    link = table.link(first)
    assert link is not None  # it was found
    return f"{first}: {{to: {link.to}, by: {link.by}, as_at: {table.date or 'a day'}}}"
