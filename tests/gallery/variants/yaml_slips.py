"""Slips in the writing: spaces, quotes, brackets, commas, signs of other languages."""

from __future__ import annotations

from tests.gallery.variants.variant import ADVENTUREWORKS, Variant

VARIANTS = (
    Variant("no-colon", "currency: USD\n", "¦currency USD\n", "RNG038", "`currency: USD`", "has no colon"),
    Variant("no-colon-above-a-block", "metrics:\n", "¦metrics\n", "RNG038", "write `metrics:`"),
    Variant("no-colon-at-a-tier", "  gold:\n", "  ¦gold\n", "RNG038", "write `gold:`"),
    Variant(
        "no-colon-in-braces", "{from: 100_000 USD, rate: 2%}", "{from: 100_000 USD, ¦rate 2%}", "RNG038", "`rate: 2%`"
    ),
    Variant("no-space-behind-the-colon", "currency: USD", "¦currency:USD", "RNG030", "`currency: USD`"),
    Variant("no-space-in-braces", "{from: 0 USD, rate: 1%}", "{from: 0 USD, ¦rate:1%}", "RNG030", "`rate: 1%`"),
    Variant("no-space-behind-the-dash", "- growth >= 10%", "¦-growth >= 10%", "RNG047", "`- growth"),
    Variant("equals-for-a-colon", "currency: USD", "¦currency = USD", "RNG038", "`currency: USD`"),
    Variant("tab", "    sum: amount\n    method:", "¦\tsum: amount\n    method:", "RNG014", "indent with spaces"),
    Variant("quote-not-closed", 'version: "2026"', 'version: ¦"2026', "RNG032", "close the quote"),
    Variant("quote-not-opened", 'version: "2026"', 'version: ¦2026"', "RNG104", "`2026`"),
    Variant("quote-twice", 'version: "2026"', 'version: "2026"¦"', "RNG032", "close the quote"),
    Variant("curly-quotes", 'version: "2026"', "version: ¦“2026”", "RNG024", "type `'`"),
    Variant("curly-quote-in-an-expression", "is 'EdgeGuard 9'", "is ¦\u2018EdgeGuard 9\u2019", "RNG024", "type `'`"),
    Variant(
        "quote-in-an-expression-not-closed", "is 'EdgeGuard 9' and", "is ¦'EdgeGuard 9 and", "RNG504", "closing quote"
    ),
    Variant(
        "title-with-a-colon", "title: Net revenue, trailing", "title: ¦Net revenue: trailing", "RNG026", "double quotes"
    ),
    Variant(
        "title-with-an-apostrophe",
        "title: Net revenue, trailing twelve months",
        "title: ¦'Net revenue's twelve months'",
        "RNG033",
        "twice",
        at="title: 'Net revenue'¦s twelve",
    ),
    Variant(
        "comment-in-a-value",
        "- revenue >= revenue_needed",
        "- revenue >= revenue_needed ¦#gold",
        "RNG023",
        "space after `#`",
    ),
    Variant(
        "bracket-not-closed", "gold, platinum]\n", "gold, platinum\n", "RNG034", "`]`", at="  ladder: ¦[registered"
    ),
    Variant(
        "bracket-not-opened",
        "ladder: [registered",
        "ladder: registered",
        "RNG102",
        "`[registered, silver, gold, platinum]`",
        at="  ladder: ¦registered",
    ),
    Variant("bracket-twice", "gold, platinum]\n", "gold, platinum]¦]\n", "RNG035", "delete it"),
    Variant("brace-not-closed", "{from: 0 USD, rate: 1%}", "¦{from: 0 USD, rate: 1%", "RNG034", "`}`"),
    Variant("brace-closed-by-a-bracket", "{from: 0 USD, rate: 1%}", "{from: 0 USD, rate: 1%¦]", "RNG035", "`}`"),
    Variant("list-in-an-expression-not-closed", "region in [emea, na]", "region in ¦[emea, na", "RNG506", "`]`"),
    Variant("comma-missing-in-braces", "{from: 0 USD, rate: 1%}", "{from: 0 USD ¦rate: 1%}", "RNG044", "`, rate:`"),
    Variant(
        "comma-missing-in-brackets",
        "[standard, priority, named]",
        "[standard ¦priority, named]",
        "RNG200",
        "`standard priority`",
        at="registered: standard, gold: ¦priority",
        program=ADVENTUREWORKS,
    ),
    Variant("comma-behind-a-value", "currency: USD\n", "currency: USD¦,\n", "RNG046", "delete the comma"),
    Variant(
        "comma-behind-an-item", "{from: 0 USD, rate: 1%}", "{from: 0 USD, rate: 1%}¦,", "RNG033", "delete the comma"
    ),
    Variant("comma-behind-a-condition", "- csat >= 4.5\n", "- csat >= 4.5¦,\n", "RNG046", "delete the comma"),
    Variant("two-commas", "[registered, silver, gold", "[registered, silver,¦, gold", "RNG043", "delete"),
    Variant("thousands-comma", "{from: 100_000 USD,", "{from: ¦100,000 USD,", "RNG029", "`100_000 USD`"),
    Variant(
        "thousands-comma-in-a-condition",
        "group_revenue >= 1_000_000 USD",
        "group_revenue >= ¦1,000,000 USD",
        "RNG503",
        "1_000_000",
    ),
    Variant("thousands-dots", "{from: 100_000 USD,", "{from: ¦1.000.000 USD,", "RNG507", "1_000_000"),
    Variant("thousands-space", "{from: 100_000 USD,", "{from: ¦100 000 USD,", "RNG503", "100_000"),
    Variant("decimal-comma", "rate: 3.5%", "rate: ¦3,5%", "RNG045", "`3.5%`"),
    Variant("yes", "by_invitation: true", "by_invitation: ¦yes", "RNG009", "`true`"),
    Variant("capital-true", "by_invitation: true", "by_invitation: ¦True", "RNG009", "`true`"),
    Variant("on", "ignore_missing: true", "ignore_missing: ¦on", "RNG009", "`true`"),
    Variant("quoted-true", "by_invitation: true", 'by_invitation: ¦"true"', "RNG102", "without quotes"),
    Variant(
        "threshold-without-a-name",
        "- revenue >= revenue_needed\n",
        "- ¦>= 50_000 USD\n",
        "RNG027",
        "- revenue >= 50_000 USD",
    ),
    Variant(
        "anchor",
        "sum: amount\n    window: trailing",
        "sum: ¦&measure amount\n    window: trailing",
        "RNG019",
        "give the value a name",
    ),
    Variant("merge", "  group_revenue: {like: revenue,", "  group_revenue: {¦<<: revenue,", "RNG020", "like"),
    Variant("exclamation-mark", "- strategic\n", "- ¦!strategic\n", "RNG018", "`not strategic`"),
    Variant("template-sign", "currency: USD", "currency: {¦{currency}}", "RNG008", "write the value itself"),
    Variant("percent-sign-first", "rate: 1%", "rate: ¦%1", "RNG040", "1%"),
    Variant("no-break-space", "- revenue >= revenue_needed", "- revenue¦\u00a0>= revenue_needed", "RNG025", "space"),
    Variant("zero-width-space", "currency: USD", "currency: USD¦\u200b", "RNG016", "delete"),
    Variant(
        "line-too-deep", "    window: trailing 12 months", "      ¦window: trailing 12 months", "RNG037", "align it"
    ),
    Variant("line-too-far-out", "    sum: amount\n    window", "   ¦sum: amount\n    window", "RNG037", "align it"),
    Variant(
        "item-too-far-out",
        "      - region in [emea, na]\n      -",
        "      - region in [emea, na]\n    ¦-",
        "RNG037",
        "indent it below its key",
    ),
    Variant("key-among-items", "          - csat >= 4.2\n", "          ¦csat: 4.2\n", "RNG037", "`- `"),
    Variant("two-keys-on-a-line", "payee: seller\n", "payee: ¦seller accounting: expense\n", "RNG026", "its own line"),
    Variant("key-twice", "    per: 1\n", "    per: 1\n    ¦per: 2\n", "RNG007", "keep one"),
    Variant(
        "section-twice",
        "segments:\n",
        "segments:\n  big: {when: [revenue >= 1 USD]}\n¦segments:\n",
        "RNG007",
        "keep one",
    ),
    Variant("no-such-day", "before: 2027-02-01}", "before: ¦2027-02-30}", "RNG041", "2027-02-28"),
    Variant("time-with-a-date", "{from: 2026-03-01,", "{from: ¦2026-03-01T00:00:00,", "RNG042", "2026-03-01"),
    Variant("leading-zero", "valid_for: 24 months", "valid_for: ¦024 months", "RNG507", "remove the zero"),
    Variant("exponent", "{from: 100_000 USD,", "{from: ¦1e5 USD,", "RNG507", "write the number out"),
    Variant(
        "continued-line", "- revenue >= revenue_needed\n", "- revenue >=\n      ¦revenue_needed\n", "RNG031", "one line"
    ),
    Variant(
        "expression-over-two-items",
        "- region in [emea, na]\n",
        "- region in\n      - [¦emea, na]\n",
        "RNG102",
        "write a condition such as `revenue >=",
    ),
    Variant(
        "list-on-the-line-of-its-key",
        "    requires:\n      - any:",
        "    requires: ¦- any:",
        "RNG039",
        "its own line",
    ),
    Variant(
        "dash-in-brackets", "[tier >= silver]", "[¦- tier >= silver]", "RNG039", "commas only", program=ADVENTUREWORKS
    ),
    Variant(
        "bracket-in-braces",
        "{value: flag, when: [tier <= silver, growth >= 30%]}",
        "{value: flag, when: type in ¦[warehouse]}",
        "RNG036",
        "double quotes",
        program=ADVENTUREWORKS,
    ),
    Variant("document-twice", "segments:\n", "¦---\nsegments:\n", "RNG022", "a separate file"),
)
