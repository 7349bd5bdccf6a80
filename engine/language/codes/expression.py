"""Findings about expressions, literals, windows and currencies (5xx)."""

from engine.language.diagnostic import Code

SYNTAX = Code(
    "RNG500",
    "expression-syntax",
    """The text is not a valid expression: a word, a value or an operator is missing, or there is one too many.

Expressions compare and calculate. There are no loops, no string functions, no user functions, no power
operator, and names can follow only one link. An expression that cannot be read is refused, never guessed.

**Cure.** The message says what is expected at the marked place.

```yaml
where: item.line in [network, security] and entry is sale
```
""",
)
EMPTY = Code(
    "RNG501",
    "expression-empty",
    """A value is missing where an expression or a literal is required.

An empty condition could mean "every partner" or "no partner", so it is refused.

**Cure.** Write the value, or remove the key.

```yaml
requires:
  - revenue >= 50_000 USD
```
""",
)
TOO_LARGE = Code(
    "RNG502",
    "expression-too-large",
    """An expression has more than 2,000 characters, more than 500 values and operators, or more than 32 levels.

Nobody can check such a line by reading it. A long sum also has levels: `a + b + c` has two.

**Cure.** Split it: declare the parts as metrics with a `formula`.

```yaml
metrics:
  hardware: {formula: servers + storage}
  total: {formula: hardware + software}
```
""",
)
THOUSANDS_COMMA = Code(
    "RNG503",
    "digits-grouped",
    """A comma separates values, so `250,000` would be the two numbers 250 and 000.

A threshold of 250,000 would become 250. Spaces between digits are refused for the same reason.

**Cure.** Group digits with underscores, or not at all. Between two values, put a space after the comma.

```yaml
requires:
  - revenue >= 250_000 USD
```
""",
)
CHARACTER = Code(
    "RNG504",
    "unexpected-character",
    """A character is not part of the language. Curly quotes, no-break spaces and long dashes come from word processors
and web pages. They look like the right characters but are different.

**Cure.** Type the character again: `'`, a space, `-`, `<=`. Inside single quotes, any character is allowed.

```yaml
where: item.name is 'EdgeGuard 9'
```
""",
)
FOREIGN_OPERATOR = Code(
    "RNG505",
    "foreign-operator",
    """An operator or keyword comes from another language: `==`, `!=`, `&&`, `AND`.

There is only one way to write each operator, so that everybody can read a program.

**Cure.** Use `is`, `is not`, `and`, `or`, `not`. Keywords are lower case.

```yaml
where: entry is sale and not region is na
```
""",
)
BRACKETS = Code(
    "RNG506",
    "unbalanced-brackets",
    """A bracket is never closed, or was never opened.

Often the expression is in a YAML list in brackets, where a comma ends the item: `[max(a, b) >= 3]` is the two
items `max(a` and `b) >= 3`.

**Cure.** Close the bracket, or put the expression on its own line or in double quotes.

```yaml
requires:
  - max(a, b) >= 3
when: ["max(a, b) >= 3"]
```
""",
)
NUMBER = Code(
    "RNG507",
    "malformed-number",
    """A number is not written in the form of the language.

Numbers have digits, optionally grouped in threes by underscores, and optionally a point with up to 8 decimals.
There are at most 15 digits before the point, no leading zero, no exponent and no letters. Other forms are
ambiguous.

**Cure.** Write the number in full.

```yaml
amount: 1_500 USD
rate: 12.5%
```
""",
)
DAY = Code(
    "RNG508",
    "malformed-date",
    """A date does not exist, is in another order, or is outside the years 1990 to 2199.

`03/04/2026` can be in March or in April; `2026-3-4` would be a subtraction.

**Cure.** Write year, month and day with four, two and two digits.

```yaml
effective: {from: 2026-02-01, before: 2027-02-01}
```
""",
)
FUNCTION = Code(
    "RNG509",
    "wrong-call",
    """A function is unknown, or has the wrong number of values.

The functions are `min` and `max` (two or more values), `abs` (one), `days_between` and `months_between` (two
dates, the earlier one first).

**Cure.** Use one of these. For anything else, declare a metric.

```yaml
where: days_between(submitted_on, closed_on) <= 30
```
""",
)
CHAINED = Code(
    "RNG510",
    "chained-comparison",
    """Two comparisons are combined in one, as in `1 <= x <= 5`.

Some languages read this as a range, others compare the result of the first comparison with 5.

**Cure.** Use `between`, which includes both ends, or join two comparisons with `and`.

```yaml
where: quantity between 1 and 5
```
""",
)
LITERAL = Code(
    "RNG511",
    "wrong-literal",
    """A value of a certain type is required here, with its unit: an amount, a number, a date, a duration.

A number without a unit can be misunderstood.

**Cure.** Write the value as the message shows.

```yaml
amount: 150 USD
rate: 12.5%
valid_for: 24 months
effective_from: 2026-02-01
```
""",
)
DURATION = Code(
    "RNG512",
    "duration-too-long",
    """A number of days, months or years is longer than 210 years, which is more than rung can represent.

**Cure.** For something without an end, leave out the key, or use the window `lifetime`.

```yaml
certifications:
  founder: {}
```
""",
)
WINDOW = Code(
    "RNG520",
    "window-syntax",
    """The text is none of the windows. The whole list:

- `trailing 12 months` (also days, years): up to and including the day judged
- `last 4 quarters` (also months, years): complete ones
- `this quarter` (also month, year): from its first day to the day judged
- `this month and last 2 months`
- `program year`: since the last anniversary of the program's first day
- `lifetime`: everything so far

`fiscal` before month, quarter or year uses the program's own calendar: `last 4 fiscal quarters`.

A window decides which sales count, so a misread one moves money.

**Cure.** Write one of these.
""",
)
WINDOW_LATER = Code(
    "RNG521",
    "window-not-supported-yet",
    """`since FIELD` is part of the language, but is not supported yet.

**Cure.** Use one of the other windows.

```yaml
window: program year
```
""",
)
CURRENCY_UNKNOWN = Code(
    "RNG530",
    "currency-unknown",
    """A currency is not an ISO 4217 code: three capital letters, such as `USD`, `EUR` or `JPY`.

Twenty currencies use the sign `$`, and the number of decimals depends on the code.

**Cure.** Write the code.

```yaml
currency: USD
```
""",
)
CURRENCY_UNPAYABLE = Code(
    "RNG531",
    "currency-not-payable",
    """An ISO 4217 code in which nothing can be paid: metals (`XAU`), units of account (`XDR`), test codes (`XTS`).

**Cure.** Use the currency in which partners are paid.
""",
)
CURRENCY_RETIRED = Code(
    "RNG532",
    "currency-retired",
    """A currency was replaced before the program starts, so nothing can be paid in it.

**Cure.** Use the new currency, and convert thresholds at the official fixed rate.

```yaml
currency: EUR    # HRK until 2022-12-31
```
""",
)
MONEY_SCALE = Code(
    "RNG533",
    "money-scale",
    """An amount has more decimals than its currency: yen have none, dollars two, Kuwaiti dinars three.

Half a cent cannot be paid. Zeros count too: `15.000 EUR` could be fifteen euros or fifteen thousand.

**Cure.** Group thousands with underscores, `15_000 EUR`, and round the amount to the decimals of the currency. To
pay less than a minor unit for each unit, state an amount for several units.

```yaml
amount: 5 USD      # half a cent for each piece
per: 1_000
of: quantity
```
""",
)
AMOUNT_TOO_LARGE = Code(
    "RNG534",
    "amount-too-large",
    """An amount is larger than 9,007,199,254,740,991 minor units (90 trillion dollars). Spreadsheets, JSON readers and
the ledger cannot store larger amounts exactly.

**Cure.** Check the number of zeros.
""",
)

CODES = (
    SYNTAX, EMPTY, TOO_LARGE, THOUSANDS_COMMA, CHARACTER, FOREIGN_OPERATOR, BRACKETS, NUMBER, DAY, FUNCTION, CHAINED,
    LITERAL, DURATION, WINDOW, WINDOW_LATER, CURRENCY_UNKNOWN, CURRENCY_UNPAYABLE, CURRENCY_RETIRED, MONEY_SCALE,
    AMOUNT_TOO_LARGE,
)  # fmt: skip
