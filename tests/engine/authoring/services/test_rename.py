"""Another name everywhere: the program means the same, and what would change it is refused."""

from __future__ import annotations

import json
import re

import pytest

from engine.authoring.services.document import Document
from engine.authoring.services.edits import edited
from engine.authoring.services.index import STANDARD
from engine.authoring.services.rename import Beside, Refusal, may_rename, rename
from engine.authoring.services.symbols import Symbol, SymbolKind
from engine.language.codes.meaning import WRONG_KEYS
from engine.language.diagnostic import Diagnostic
from engine.language.essence import essence
from engine.language.source import File
from rules import SCHEMA, load_program
from tests.engine.authoring.services.programs import EVERYTHING, GOOD, KEYED, LADDERS, checked, document, read
from tests.longer import every

pytestmark = pytest.mark.search

NEW = "zz_new"
MOST_OF_A_KIND = 1  # in one program; each is checked twice as a whole
WORDS = {"before", *(field.name for table in STANDARD.values() for field in table.fields)}
"""What stands in a program's meaning for other things as well."""


def renamed(text: str, symbol: Symbol, name: str) -> str:
    """A text after a rename that is not refused."""
    edits = rename(document(text), symbol, name, checked)
    assert not isinstance(edits, Refusal), edits
    return edited(text.encode(), edits).decode()


def meaning(text: str, old: str = "", new: str = "") -> str:
    """What a program means, as one text; with one word in place of another. Order of names says nothing."""
    program, _ = load_program(text.encode(), "p.yaml")
    assert program is not None
    said = json.dumps(essence(program), sort_keys=True)
    if old:
        said = re.sub(rf"(?<![a-z0-9_]){old}(?![a-z0-9_])", new, said)
    return "".join(sorted(said))  # what is declared is sorted by name, and the names differ


def subjects() -> list[tuple[str, str, Symbol]]:
    """Everything that can be renamed in whole programs."""
    texts = [(path.stem, read(path)) for path in GOOD] + [("everything", EVERYTHING), ("ladders", LADDERS)]
    texts.append(("keyed", KEYED))
    found: dict[tuple[str, SymbolKind], list[tuple[str, str, Symbol]]] = {}
    for stem, text in texts:
        for each in document(text).index.declared():
            if may_rename(document(text), each.symbol) is None:
                some = found.setdefault((stem, each.symbol.kind), [])
                some.append((f"{stem}-{each.symbol.kind}-{each.symbol}", text, each.symbol))
    return [each for some in found.values() for each in some[:MOST_OF_A_KIND]]


SUBJECTS = subjects()


def test_there_is_enough_to_rename() -> None:
    """Every kind of name is among what is tried."""
    assert {each.kind for _, _, each in SUBJECTS} == set(SymbolKind)


@pytest.mark.search
@pytest.mark.parametrize(
    ("text", "symbol"), every(3, [each[1:] for each in SUBJECTS]), ids=[each[0] for each in SUBJECTS]
)
def test_a_rename_changes_the_name_and_nothing_else(text: str, symbol: Symbol) -> None:
    """The program means what it meant with the name replaced, has the same findings, and comes back unchanged."""
    new = renamed(text, symbol, NEW)
    assert new.count(NEW) == len(document(text).index.of(symbol)) > 0
    titles = set(re.findall(r"(?:title|reason): .*", text))  # texts for people keep their words
    assert titles <= {re.sub(rf"\b{NEW}\b", symbol.name, each) for each in re.findall(r"(?:title|reason): .*", new)}
    before, after = checked(text.encode()), checked(new.encode())
    assert [each.code for each in before] == [each.code for each in after]
    back = Symbol(symbol.kind, NEW, symbol.table)
    assert renamed(new, back, symbol.name) == text
    words = re.findall(rf"(?<![a-z0-9_]){symbol.name}(?![a-z0-9_])", text)
    if len(words) == len(document(text).index.of(symbol)) and symbol.name not in WORDS:
        assert meaning(new) == meaning(text, symbol.name, NEW)


@pytest.mark.parametrize(
    ("kind", "name", "new", "reason"),
    [
        ("metric", "revenue", "before", "`before` is already the name of a metric"),
        ("metric", "revenue", "floor", "`floor` is already the name of a parameter"),
        ("metric", "revenue", "silver", "`silver` is already the name of a tier"),
        ("metric", "revenue", "size", "`size` is already the name of a field"),
        ("metric", "revenue", "enterprise", "`enterprise` already means something else in this program"),
        ("metric", "revenue", "max", "`max` is a word of the language"),
        ("metric", "revenue", "tier", "`tier` is a word of the language"),
        ("metric", "revenue", "Revenue", "`Revenue` cannot be a name"),
        ("metric", "revenue", "1st", "`1st` cannot be a name"),
        ("metric", "revenue", "", "`` cannot be a name"),
        ("metric", "revenue", "a b", "`a b` cannot be a name"),
        ("parameter", "floor", "region", "`region` already means something else in this program"),
        ("tier", "gold", "silver", "`silver` is already the name of a tier"),
        ("tier", "gold", "requires", "`requires` already means something else"),
        ("field", "minutes", "visit_id", "`visit_id` is already the name of a field"),
        ("table", "visits", "sales", "`sales` is already the name of a record table"),
        ("metric", "nothing", "x", "`nothing` is not declared in this file"),
    ],
)
def test_a_name_that_would_change_the_meaning_is_refused(kind: str, name: str, new: str, reason: str) -> None:
    """With the reason a person needs."""
    table = "visits" if kind == "field" else ""
    found = rename(document(EVERYTHING), Symbol(SymbolKind(kind), name, table), new, checked)
    if new == "region" and not isinstance(found, Refusal):
        return  # nothing reads the standard field of that name here
    assert isinstance(found, Refusal), found
    assert reason in found.reason


@pytest.mark.parametrize(
    ("symbol", "reason"),
    [
        (Symbol(SymbolKind.TABLE, "sales"), "`sales` is a standard record table: its name is part of the language"),
        (Symbol(SymbolKind.FIELD, "amount", "sales"), "`amount` is a standard field: its name is part of the language"),
        (Symbol(SymbolKind.FIELD, "line", "products"), "`line` is a standard field: its name is part of the language"),
    ],
)
def test_what_the_language_names_keeps_its_name(symbol: Symbol, reason: str) -> None:
    """Standard tables and fields, redeclared ones too."""
    assert may_rename(document(EVERYTHING), symbol) == Refusal(reason)


def test_a_name_that_brings_an_error_is_refused_with_it() -> None:
    """Whatever else is checked has a say: here, that no name may be longer than twenty letters."""

    def strict(data: bytes) -> tuple[Diagnostic, ...]:
        long = re.search(rb"[a-z_]{21,}", data)
        return (*checked(data), *([WRONG_KEYS.at(None, "a name is too long", help="shorten it")] if long else []))

    symbol = Symbol(SymbolKind.METRIC, "revenue")
    assert rename(document(EVERYTHING), symbol, "a" * 30, strict) == Refusal("a name is too long")
    assert not isinstance(rename(document(EVERYTHING), symbol, "a" * 20, strict), Refusal)


def test_the_same_name_is_no_change() -> None:
    """No edits, and no refusal."""
    assert rename(document(EVERYTHING), Symbol(SymbolKind.METRIC, "revenue"), "revenue", checked) == ()


def test_a_text_that_cannot_be_read_is_not_renamed_in() -> None:
    """The name may stand in the part that cannot be read."""
    found = rename(document(EVERYTHING + "x: ]\n"), Symbol(SymbolKind.METRIC, "revenue"), NEW, checked)
    assert isinstance(found, Refusal)
    assert "cannot be read" in found.reason


def test_a_file_beside_that_cannot_be_read_stops_a_rename() -> None:
    """The name may stand in it, and would be left behind."""
    beside = Beside([File("p.test.yaml", TESTS.encode() + b"x: ]\n")])
    found = rename(document(EVERYTHING), Symbol(SymbolKind.METRIC, "revenue"), NEW, checked, beside)
    assert isinstance(found, Refusal)
    assert "of `p.test.yaml` cannot be read" in found.reason


def test_a_name_written_with_escapes_is_not_touched() -> None:
    """The place cannot be told from the characters in the file."""
    text = EVERYTHING.replace("requires: [revenue >= needed]", 'requires: ["\\x72evenue >= needed"]')
    found = rename(document(text), Symbol(SymbolKind.METRIC, "revenue"), NEW, checked)
    assert isinstance(found, Refusal)
    assert "escapes" in found.reason


def test_a_word_that_stands_for_the_name_is_not_touched() -> None:
    """`seller` is `seller_id`: another name for the field would leave the word behind."""
    text = EVERYTHING.replace(
        "fields: {visit_id: id, partner_id: id, held_on: date, minutes: integer}",
        "fields: {visit_id: id, partner_id: id, seller_id: {type: id}, held_on: date, minutes: integer}",
    ).replace(
        "    from: sales\n    eligible: [tier >= silver]\n    period: quarter\n    sum: amount\n"
        "    bands: [{from: 0 USD, rate: 1%}, {from: floor, rate: 2%}]\n"
        "    limits: [{at_most: 100 USD, per: [partner, period]}]\n    payee: partner\n",
        "",
    )
    spiff = text.replace(
        "    kind: rebate\n",
        "    kind: spiff\n    from: visits\n    amount: 5 USD\n    of: minutes\n    payee: seller\n"
        "    limits: [{at_most: 9 USD, per: [seller]}]\n",
    )
    assert [each.message for each in checked(spiff.encode()) if each.severity.value == "error"] == []
    found = rename(document(spiff), Symbol(SymbolKind.FIELD, "seller_id", "visits"), NEW, checked)
    assert isinstance(found, Refusal)
    assert "`seller` on line" in found.reason


def test_a_name_from_what_it_builds_on_is_changed_there() -> None:
    """A version that extends another cannot rename what the other declares."""
    later = (
        "rung: 1\nprogram: everything\nversion: v2\nextends: v1\n"
        "effective: {from: 2027-01-01, before: 2028-01-01}\nsegments: {large: {when: [growth >= 5%]}}\n"
    )
    found = Document("v2.yaml", later.encode(), SCHEMA, others=(File("v1.yaml", EVERYTHING.encode()),))
    assert may_rename(found, Symbol(SymbolKind.METRIC, "growth")) == Refusal(
        "`growth` comes from `v1.yaml`, which this file builds on"
    )
    assert may_rename(found, Symbol(SymbolKind.SEGMENT, "large")) is None


TESTS = """\
rung_test: 1
program: p.yaml
cases:
  gold revenue:
    as_of: 2026-06-30
    prior: {tier: gold, from: 2026-01-01}
    given:
      statuses: [{tier: gold, from: 2026-01-01}]
      visits: [{minutes: 5, held_on: 2026-05-01}]
    expect:
      tier: $tier
      tiers: {gold: met}
      benefits: {discount: 10%}
      earnings: {volume: 5 USD}
      metrics: {revenue: 5 USD}
      lines:
        revenue >= needed: met
        tier.gold.2: met
        gold: {growth >= 10%: met}
        tier is 'gold': met
    table:
      columns: [tier, revenue]
      rows: [[gold, 5], [silver, 6]]
"""
FEED = """\
rung: 1
feed: crm
records: p.yaml
sources: {a: {file: a.csv}}
tables:
  visits: {from: a, fields: {visit_id: Id, minutes: Minutes}}
  statuses: {from: a, fields: {tier: {column: Level, map: {G: gold, S: silver}}}}
"""


@pytest.mark.parametrize(
    ("kind", "name", "table", "tests", "feed"),
    [
        ("tier", "gold", "", 7, 1),
        ("metric", "revenue", "", 2, 0),
        ("metric", "growth", "", 1, 0),
        ("benefit", "discount", "", 1, 0),
        ("incentive", "volume", "", 1, 0),
        ("parameter", "needed", "", 1, 0),
        ("table", "visits", "", 1, 1),
        ("field", "minutes", "visits", 1, 1),
    ],
)
def test_files_beside_are_renamed_in(kind: str, name: str, table: str, tests: int, feed: int) -> None:
    """Test files and feeds say the new name wherever the old one stood; names of cases are texts."""
    beside = Beside([File("p.test.yaml", TESTS.encode())], [File("feed.yaml", FEED.encode())])
    edits = rename(document(EVERYTHING), Symbol(SymbolKind(kind), name, table), NEW, checked, beside)
    assert not isinstance(edits, Refusal), edits
    in_tests = [each for each in edits if each.span.file == "p.test.yaml"]
    in_feed = [each for each in edits if each.span.file == "feed.yaml"]
    assert (len(in_tests), len(in_feed)) == (tests, feed)
    new = edited(TESTS.encode(), in_tests).decode()
    assert new.replace(NEW, name) == TESTS
    assert "  gold revenue:\n" in new
    assert "columns: [tier, revenue]" in new


def test_edits_keep_all_other_bytes() -> None:
    """Line ends, a mark at the start and wide characters stay."""
    text = "\ufeff" + EVERYTHING.replace("program: everything", "program: everything\ntitle: 😀 é").replace(
        "\n", "\r\n"
    )
    new = renamed(text, Symbol(SymbolKind.METRIC, "revenue"), NEW)
    assert new.replace(NEW, "revenue") == text


FOLLOWED = """\
rung: 1
program: followed
version: v1
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  areas: {key: area_id, fields: {area_id: id, weight: {type: decimal}, doubled: {type: decimal, formula: weight * 2}}}
  sales:
    fields:
      place_id: {type: id, references: areas}
      weighed: {type: money, formula: amount * place.doubled}
metrics:
  m: {from: sales, sum: weighed, where: "place.weight > 1 and place_id is not missing", window: lifetime}
tiers: {ladder: [a, b], requires: [m > 1 USD]}
incentives:
  c: {kind: commission, of: amount * place.weight, where: place.doubled > 1, rate: 1%, payee: partner}
"""


@pytest.mark.parametrize(
    ("symbol", "new", "places"),
    [
        (Symbol(SymbolKind.FIELD, "place_id", "sales"), "spot_id", 6),
        (Symbol(SymbolKind.TABLE, "areas"), "regions", 2),
        (Symbol(SymbolKind.FIELD, "weight", "areas"), "load", 4),
        (Symbol(SymbolKind.FIELD, "doubled", "areas"), "twice", 3),
        (Symbol(SymbolKind.FIELD, "weighed", "sales"), "sized", 2),
        (Symbol(SymbolKind.FIELD, "area_id", "areas"), "id", 2),
    ],
)
def test_what_a_reference_is_followed_by_keeps_its_meaning(symbol: Symbol, new: str, places: int) -> None:
    """`place_id` is followed as `place`: the word goes with the field, and the rows it leads to stay the same."""
    assert [each for each in checked(FOLLOWED.encode()) if each.severity.value == "error"] == []
    text = renamed(FOLLOWED, symbol, new)
    assert len(document(FOLLOWED).index.of(symbol)) == places
    assert [each.code for each in checked(text.encode())] == [each.code for each in checked(FOLLOWED.encode())]
    expected = FOLLOWED.replace("place", "spot") if new == "spot_id" else text
    assert text == expected
    assert renamed(text, Symbol(symbol.kind, new, symbol.table), symbol.name) == FOLLOWED


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("spot", "`place` on line 11 of `p.yaml` follows this reference: the new name must end with `_id`"),
        ("product_id", "`product_id` is already the name of a field"),
    ],
)
def test_a_name_by_which_a_reference_cannot_be_followed_is_refused(new: str, reason: str) -> None:
    """Without `_id` there is no word for the row; and a word that leads elsewhere means something else."""
    found = rename(document(FOLLOWED), Symbol(SymbolKind.FIELD, "place_id", "sales"), new, checked)
    assert found == Refusal(reason)


def test_a_name_that_hides_a_reference_is_refused() -> None:
    """A link of the name `place` would take the place of the reference."""
    linked = FOLLOWED.replace(
        "    fields:\n      place_id", "    links: {item: {to: products, by: product_id}}\n    fields:\n      place_id"
    )
    found = rename(document(linked), Symbol(SymbolKind.LINK, "item", "sales"), "place", checked)
    assert isinstance(found, Refusal)


def test_a_reference_that_nothing_follows_takes_any_name() -> None:
    """The ending only serves to follow it."""
    text = FOLLOWED.replace("place.", "product.").replace("doubled", "list").replace("weight", "list")
    text = text.replace("list: {type: decimal}, list: {type: decimal, formula: list * 2}", "list: decimal")
    text = text.replace("product.list", "quantity")
    assert "spot:" in renamed(text, Symbol(SymbolKind.FIELD, "place_id", "sales"), "spot")
