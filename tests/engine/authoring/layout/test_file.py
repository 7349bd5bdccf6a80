"""Files before and after: what the one layout looks like, and what it leaves alone."""

from __future__ import annotations

from textwrap import dedent

import pytest

from engine.authoring.cases.schema import SCHEMA as TEST_SCHEMA
from engine.authoring.layout import file
from engine.authoring.layout.file import Unfaithful, lay_out
from engine.language.codes.yaml import DUPLICATE_KEY
from engine.records.control import CONTROL_SCHEMA
from engine.records.feed_schema import FEED_SCHEMA
from rules import SCHEMA

Schema = dict[str, object]


def laid(text: str, schema: Schema | None = None) -> str:
    """The text in the one layout, which stays as it is when laid out again."""
    data, found = lay_out(dedent(text).encode(), "2026.yaml", SCHEMA if schema is None else schema)
    assert data is not None, found
    assert lay_out(data, "2026.yaml", SCHEMA if schema is None else schema)[0] == data
    return data.decode()


def check(before: str, after: str) -> None:
    """The text is laid out so."""
    assert laid(before) == dedent(after)


def test_header_first_then_the_sections_in_their_order() -> None:
    """A section that takes several lines stands between empty lines; names stay in the author's order."""
    check(
        """\
        tiers: {ladder: [registered, silver]}
        metrics:
           sold: {sum: amount, from: sales}
           bought: {sum: amount, from: sales}
        currency: USD
        rung: 1
        program: acme
        """,
        """\
        rung: 1
        program: acme
        currency: USD

        metrics:
          sold: {from: sales, sum: amount}
          bought: {from: sales, sum: amount}

        tiers: {ladder: [registered, silver]}
        """,
    )


def test_headers_of_versions_and_amendments() -> None:
    """What a version builds on stands below it; what it drops or why it amends, at the end of the header."""
    check(
        "without: [a.b]\neffective: {before: 2028-01-01, from: 2027-01-01}\nextends: '2026'\nversion: '2027'\n",
        'version: "2027"\nextends: "2026"\neffective: {from: 2027-01-01, before: 2028-01-01}\nwithout: [a.b]\n',
    )
    check(
        "on_paid: both\nreason: r\neffective_from: 2026-08-01\namendment: 1\namends: '2026'\nprogram: a\nrung: 1\n",
        'rung: 1\nprogram: a\namends: "2026"\namendment: 1\neffective_from: 2026-08-01\nreason: r\non_paid: both\n',
    )


def test_each_kind_of_incentive_has_its_order() -> None:
    """What is paid on stands before what is paid, money before booking."""
    check(
        """\
        incentives:
          launch:
            tax: w9
            payee: seller
            of: quantity
            amount: 150 USD
            kind: spiff
          volume:
            bands:
            - {rate: 1%, from: 0 USD}
            sum: amount
            payee: partner
            period: quarter
            kind: rebate
        """,
        """\
        incentives:
          launch:
            kind: spiff
            of: quantity
            amount: 150 USD
            per: 1
            payee: seller
            tax: w9
          volume:
            kind: rebate
            period: quarter
            sum: amount
            bands:
              - {from: 0 USD, rate: 1%}
            payee: partner
        """,
    )


def test_a_key_nobody_knows_goes_last() -> None:
    """Another layer tells of it; its value is laid out all the same."""
    check("metrics: {m: {colour: [a,b], from: sales}}\n", "metrics: {m: {from: sales, colour: [a, b]}}\n")


def test_braces_stay_where_they_fit() -> None:
    """What was in braces is broken out where the line gets too long, the outermost first."""
    wide = ", ".join(f"word_{number}" for number in range(12))
    check(
        f"""\
        benefits:
          support: {{value: level, levels: [{wide}], when: [a]}}
          other:
            value: flag
        """,
        f"""\
        benefits:
          support:
            value: level
            levels: [{wide}]
            when: [a]
          other:
            value: flag
        """,
    )


def test_rows_of_a_table_stay_on_their_line() -> None:
    """However long: records of a case, and rows of cells; a comment inside breaks even these out."""
    long = "_".join(["long"] * 30)
    text = f"""\
rung_test: 1

cases:
  one:
    given:
      sales:
        - {{product_id: {long}, amount: $amount}}
        - product_id: p
          # asked for
          amount: 1 USD
    table:
      columns: [amount, tier]
      rows:
        - [1 USD, {long}]
        - [1 USD, {long}]
"""
    assert laid(text, TEST_SCHEMA) == text
    squeezed = text.replace("- product_id: p\n          # asked", "- {product_id: p,\n          # asked")
    squeezed = squeezed.replace("amount: 1 USD\n", "amount: 1 USD}\n")
    assert laid(squeezed, TEST_SCHEMA) == text


def test_a_long_item_begins_behind_its_dash() -> None:
    """A mapping in a list, broken out; and a list in a list."""
    long = "revenue >= revenue_needed and engineers >= engineers_needed"
    check(
        f"""\
        segments:
          s:
            when: [{{any: ["{long}", {long}]}}, {{all: [a]}}]
        other: [[[{long}, {long}], [b]]]
        """,
        f"""\
        segments:
          s:
            when:
              - any:
                  - {long}
                  - {long}
              - {{all: [a]}}

        other:
          - - - {long}
              - {long}
            - [b]
        """,
    )


def test_comments_stay_with_what_they_speak_of() -> None:
    """Above an entry, beside it, beside its key, at the end of a block, at the end of the file."""
    check(
        """\
        # About the file.

        # what counts
        metrics:      # measured
          #  the main one
          revenue:
            sum: amount   # in dollars
            # where from
            from: sales
            # no window yet
          # more to come

        rung: 1 # the language
        #the end
        """,
        """\
        # About the file.

        rung: 1  # the language

        # what counts
        metrics:  # measured
          #  the main one
          revenue:
            # where from
            from: sales
            sum: amount  # in dollars
            # no window yet
          # more to come
        # the end
        """,
    )


def test_comments_below_each_other() -> None:
    """Beside neighbouring lines they are aligned; a long line stands for itself."""
    long = "x" * 80
    check(
        f"""\
        rung: 1 # a
        program: acme # b
        title: {long} # c
        currency: USD # d
        """,
        f"""\
        rung: 1        # a
        program: acme  # b
        title: {long}  # c
        currency: USD  # d
        """,
    )


def test_a_comment_inside_braces_breaks_them_out() -> None:
    """There is no other place for it on a line."""
    check(
        """\
        tiers: {ladder: [ # low to high
          registered, silver, # the second
          # the last
          gold
          # no more
          ], requires: [ # none
          ]} # so far
        """,
        """\
        tiers:  # so far
          ladder:
            # low to high
            - registered
            - silver  # the second
            # the last
            - gold
            # no more
          requires: []  # none
        """,
    )


def test_comments_at_odd_places() -> None:
    """Behind a dash, between key and value, behind the sign of a text, twice on one entry, before a broken out item."""
    wide = ", ".join(f"word_{number}" for number in range(12))
    check(
        f"""\
        parameters:
          p:
            - # first
              from: 2026-01-01
              value: # here
                # and below
                1
            - {{from: 2026-02-01, value: 1, values: {{a: 1}}, reason: "{wide}"}} # second
        title: > # folded
          of
          two
        version: # one
          "2026" # two
        """,
        f"""\
        title: >  # folded
          of
          two

        # one
        version: "2026"  # two

        parameters:
          p:
            # first
            - from: 2026-01-01
              # and below
              value: 1  # here
            # second
            - from: 2026-02-01
              value: 1
              values: {{a: 1}}
              reason: {wide}
        """,
    )


def test_the_modeline_stays_first() -> None:
    """Editors look for it at the top."""
    check(
        "# Ours\n# yaml-language-server: $schema=a.json\nprogram: a\nrung: 1\n",
        "# yaml-language-server: $schema=a.json\n# Ours\nrung: 1\nprogram: a\n",
    )


def test_a_comment_above_the_first_key_moves_with_it_when_it_stands_apart() -> None:
    """An empty line parts what is said of the file from what is said of its first key."""
    check("# file\n\n# key\nprogram: a\nrung: 1\n", "# file\n\nrung: 1\n# key\nprogram: a\n")
    check("# file\ncurrency: EUR\n\n# key\nrung: 1\n", "# file\n\n# key\nrung: 1\ncurrency: EUR\n")


def test_empty_lines() -> None:
    """One of the author's stays, between entries; none at the start or end of a block or of the file."""
    check(
        "\n\nrung: 1\n\n\n\nprogram: a\n\nmetrics:\n\n  a: {from: sales}\n\n\n  b: {from: sales}\n\n\n",
        "rung: 1\n\nprogram: a\n\nmetrics:\n  a: {from: sales}\n\n  b: {from: sales}\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'Net revenue, yearly'", "Net revenue, yearly"),
        ('"2026"', '"2026"'),
        ("'no'", '"no"'),
        ("'1e3'", '"1e3"'),
        ("'a: b'", '"a: b"'),
        ("""'say "go"'""", """'say "go"'"""),
        ("'it''s \"x\"'", "'it''s \"x\"'"),
        (r'"a\ttab\u00a0here"', r'"a\ttab\u00a0here"'),
        ("Partner's choice", "Partner's choice"),
        ("|\n  one\n   two\n\n  three\n", "|\n  one\n   two\n\n  three"),
        (">-\n      one\n      two\n", ">-\n  one\n  two"),
        ("|+\n  one\n", '"one\\n\\n"'),
        ("|\n\n", '""'),
        ('"two\n  lines"', "two lines"),
        ("", ""),
        ("~", "~"),
    ],
)
def test_values(before: str, after: str) -> None:
    """Quotes only where they say something; texts over several lines keep their lines."""
    assert laid(f"title: {before}\n") == f"title: {after}".rstrip(" ") + "\n"


def test_a_long_text_in_quotes_over_lines() -> None:
    """It is filled anew; one without a space to break at stays whole."""
    words = " ".join(["word"] * 40)
    first, second = " ".join(["word"] * 23), " ".join(["word"] * 17)
    check(f'title: "a:\n  {words}"\n', f'title:\n  "a: {first}\n  {second}"\n')
    check(f'title: "{"w" * 130}:\n\n  "\n', f'title: "{"w" * 130}:\\n"\n')


def test_keys() -> None:
    """A key keeps its quotes where it would be something else without."""
    check(
        """{"a": {"true": 1, "10": 2, 'a b': 3, "x >= 1": 4, ? "two\n\n words" : 5, b: , c: {}}}""",
        """a: {"true": 1, "10": 2, a b: 3, "x >= 1": 4, "two\\nwords": 5, b: , c: {}}\n""",
    )


def test_a_file_with_a_key_without_end_stays() -> None:
    """Such a key cannot stand before a colon; nobody writes one, but a file with one is not broken either."""
    for text in (f"b:  1\n? {'k' * 1025}\n: 2\n", f"b:  [ {{? {'k' * 1025} : 2}}]\n"):
        assert laid(text, {}) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("250000 USD", "250_000 USD"),
        ("1000 USD", "1_000 USD"),
        ("999 USD", "999 USD"),
        ("2500000.50 USD", "2_500_000.50 USD"),
        ("1_0000", "1_0000"),
        ("2500", "2500"),
        ("25000", "25_000"),
        ("2026-02-01", "2026-02-01"),
        ("10000 days", "10000 days"),
        ("12.5%", "12.5%"),
        ("10_000 +", "10_000 +"),
        ("'2000000 USD'", "2_000_000 USD"),
        ("10000 USD == y", "10000 USD == y"),
    ],
)
def test_digits_of_expressions(before: str, after: str) -> None:
    """Amounts from four digits on, numbers from five; what is no expression is left as it is."""
    assert laid(f"parameters: {{p: {{value: {before}}}}}\n") == f"parameters: {{p: {{value: {after}}}}}\n"
    assert (
        laid(f"parameters: {{p: {{values: {{a: {before}}}}}}}\n") == f"parameters: {{p: {{values: {{a: {after}}}}}}}\n"
    )
    lines = "segments: {{s: {{when: [{{any: [x >= {}]}}]}}}}\n"
    assert laid(lines.format(before.strip("'"))) == lines.format(after)


def test_digits_of_texts_stay() -> None:
    """A name or reason that looks like an amount is a text."""
    text = "parameters: {p: {value: 1, reason: 250000 USD}}\n"
    assert laid(text) == text
    assert laid("title: 250000 USD\n") == "title: 250000 USD\n"


def test_feeds_and_control_totals() -> None:
    """Whatever has a schema."""
    feed = "tables: {partners: {fields: {name: N}, from: p}}\nsources: {p: {file: p.csv}}\nfeed: a\n"
    assert laid(feed, dict(FEED_SCHEMA)) == (
        "feed: a\nsources: {p: {file: p.csv}}\ntables: {partners: {from: p, fields: {name: N}}}\n"
    )
    assert laid("tables: {sales: {sums: {a: 1}, rows: 2}}\ncontrol: x", dict(CONTROL_SCHEMA)) == (
        "control: x\ntables: {sales: {rows: 2, sums: {a: 1}}}\n"
    )


def test_signs_of_files() -> None:
    """A mark at the start, other line ends, the sign of a document: gone; a comment behind that sign stays."""
    assert laid("\ufeff--- # start\r\nb: 1\r\na: [1]\r\n...", {}) == "# start\nb: 1\na: [1]\n"
    assert laid("a: 'x #y' # z #\n", {}) == 'a: "x #y"  # z #\n'
    assert laid("  b: 1\n  a: 2\n   # c\n", {}) == "b: 1\na: 2\n# c\n"
    assert laid("# alone\n{} # beside\n# below\n", {}) == "{}\n# alone\n# beside\n# below\n"


def test_a_file_with_faults_is_left_alone() -> None:
    """Its findings come back, and no text."""
    data, found = lay_out(b"a: 1\na: 2\n", "2026.yaml", SCHEMA)
    assert data is None
    assert [each.code for each in found] == [DUPLICATE_KEY.code]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("rung: 2\n# c\n", "does not have the same contents as the file"),
        ("rung: 1\n", "lacks some comments"),
        ("rung: [\n", "cannot be read"),
        ("rung: 1\nrung: 1\n", "cannot be read"),
    ],
)
def test_what_would_change_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, written: str, message: str) -> None:
    """The writer is not trusted: what it wrote is read again and compared."""
    monkeypatch.setattr(file, "render_tree", lambda *_: written)
    with pytest.raises(Unfaithful, match=message):
        lay_out(b"rung: 1\n# c\n", "2026.yaml", SCHEMA)
