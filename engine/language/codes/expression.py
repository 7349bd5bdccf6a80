"""Findings about expressions, literals, windows and currencies (5xx)."""

from engine.language.diagnostic import Code

SYNTAX = Code(
    "RNG500",
    "expression-syntax",
    """The text is no expression of the language: a word, a value or an operator is missing, or there is one too many.

The language compares and calculates, and nothing else: no loops, no text building, no user functions, no attribute
access beyond one link, no power operator. What cannot be read cannot be paid by, so nothing is guessed.

Cure: the message says what was expected at the place marked.

```yaml
where: item.line in [network, security] and entry is sale
```
""",
)
EMPTY = Code(
    "RNG501",
    "expression-empty",
    """A value was left out where an expression or a literal must stand.

An empty condition would hold for everybody or for nobody; both are wrong often enough.

Cure: write the value, or remove the key.

```yaml
requires:
  - revenue >= 50_000 USD
```
""",
)
TOO_LARGE = Code(
    "RNG502",
    "expression-too-large",
    """An expression has more than 2,000 characters, more than 500 values and operators, or nests deeper than 32 levels.

Nobody can check such a line by reading it, and a file with thousands of brackets is an accident or an attack. A long
sum nests too: `a + b + c` has two levels.

Cure: give the parts names, as metrics of their own with a `formula`.

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

Read that way, a threshold of a quarter of a million becomes one of 250.

Spaces between digits are refused for the same reason.

Cure: group digits with underscores, or not at all. Between two values, put a space after the comma.

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
and web pages and look like the right ones; a program that reads right and is wrong helps nobody.

Cure: type the character again: `'`, a space, `-`, `<=`. Inside single quotes any character may stand.

```yaml
where: item.name is 'EdgeGuard 9'
```
""",
)
FOREIGN_OPERATOR = Code(
    "RNG505",
    "foreign-operator",
    """An operator or keyword is written as in another language: `==`, `!=`, `&&`, `AND`.

There is one way to write each thing, so that a program can be read aloud.

Cure: `is`, `is not`, `and`, `or`, `not`; keywords are lower case.

```yaml
where: entry is sale and not region is na
```
""",
)
BRACKETS = Code(
    "RNG506",
    "unbalanced-brackets",
    """A bracket is opened and never closed, or closed and never opened.

Often the expression stands in a YAML list in brackets, where a comma ends the item: `[max(a, b) >= 3]` is the two
items `max(a` and `b) >= 3`.

Cure: close the bracket; or put the expression on a line of its own, or in double quotes.

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
    """A number is not written as the language writes numbers.

Digits, perhaps grouped in threes by underscores, perhaps a point and up to 8 decimals; at most 15 digits before the
point; no leading zero, no exponent, no letters. Everything else has been read as another amount by somebody.

Cure: write it out.

```yaml
amount: 1_500 USD
rate: 12.5%
```
""",
)
DAY = Code(
    "RNG508",
    "malformed-date",
    """A date does not exist, is written in another order, or lies outside the years 1990 to 2199.

`03/04/2026` is a day in March or in April, depending on the reader; `2026-3-4` would be a subtraction.

Cure: year, month and day with four, two and two digits.

```yaml
effective: {from: 2026-02-01, before: 2027-02-01}
```
""",
)
FUNCTION = Code(
    "RNG509",
    "wrong-call",
    """A function is unknown or is given the wrong number of values.

The functions are `min` and `max` (two values or more), `abs` (one), `days_between` and `months_between` (two dates,
from the earlier to the later).

Cure: use one of these; what they cannot say is a metric.

```yaml
where: days_between(submitted_on, closed_on) <= 30
```
""",
)
CHAINED = Code(
    "RNG510",
    "chained-comparison",
    """Two comparisons stand in one, as `1 <= x <= 5`.

Some languages read this as a range, others compare the answer of the first with 5.

Cure: say `between`, which includes both ends, or join two comparisons with `and`.

```yaml
where: quantity between 1 and 5
```
""",
)
LITERAL = Code(
    "RNG511",
    "wrong-literal",
    """One value of a certain type must stand here, with its unit: an amount, a number, a date, a duration.

A number without its unit is read in whatever unit the reader has in mind.

Cure: write the value as the message shows.

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
    """A number of days, months or years is longer than 210 years, beyond any day the engine knows.

Cure: for something without an end, leave the key out, or use the window `lifetime`.

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

Cure: write one of these.
""",
)
WINDOW_LATER = Code(
    "RNG521",
    "window-not-supported-yet",
    """`since FIELD` is part of the language and is not supported yet. It is refused, so that it is never ignored.

Cure: use one of the other windows.

```yaml
window: program year
```
""",
)
CURRENCY_UNKNOWN = Code(
    "RNG530",
    "currency-unknown",
    """A currency is not a code of ISO 4217: three capital letters, such as `USD`, `EUR` or `JPY`.

`$` is the sign of twenty currencies, and the number of minor digits comes from the code.

Cure: write the code.

```yaml
currency: USD
```
""",
)
CURRENCY_UNPAYABLE = Code(
    "RNG531",
    "currency-not-payable",
    """A code of ISO 4217 that no bank pays in: metals (`XAU`), units of account (`XDR`), codes for tests (`XTS`).

Cure: use the currency in which the partner is paid.
""",
)
CURRENCY_RETIRED = Code(
    "RNG532",
    "currency-retired",
    """A currency was replaced by another before the program starts: nothing can be paid in it any more.

Cure: use the successor, and convert thresholds at the fixed rate of the change.

```yaml
currency: EUR    # HRK until 2022-12-31
```
""",
)
MONEY_SCALE = Code(
    "RNG533",
    "money-scale",
    """An amount has more digits after its point than its currency: yen have none, dollars two, Kuwaiti dinars three.

A threshold of 100.50 JPY is reached by nobody at exactly that amount, and half a cent cannot be paid. Zeros count too:
`15.000 EUR` is fifteen euros to one reader and fifteen thousand to another.

Cure: group thousands by underscores, `15_000 EUR`; round the amount to what the currency has. Where something
earns less than a minor unit, say for how many.

```yaml
amount: 5 USD      # half a cent a piece
per: 1_000
of: quantity
```
""",
)
AMOUNT_TOO_LARGE = Code(
    "RNG534",
    "amount-too-large",
    """An amount is larger than 9,007,199,254,740,991 minor units (90 trillion dollars), the largest that spreadsheets,
JSON readers and the ledger hold exactly.

Cure: check the number of zeros.
""",
)

CODES = (
    SYNTAX, EMPTY, TOO_LARGE, THOUSANDS_COMMA, CHARACTER, FOREIGN_OPERATOR, BRACKETS, NUMBER, DAY, FUNCTION, CHAINED,
    LITERAL, DURATION, WINDOW, WINDOW_LATER, CURRENCY_UNKNOWN, CURRENCY_UNPAYABLE, CURRENCY_RETIRED, MONEY_SCALE,
    AMOUNT_TOO_LARGE,
)  # fmt: skip
