"""RNG001 to RNG099: files that cannot be read, or would not be read as intended."""

from __future__ import annotations

from engine.language.diagnostic import Code, Severity


def _code(number: int, name: str, what: str, why: str, cure: str, example: str) -> Code:
    page = f"{what}\n\n**Why it matters.** {why}\n\n**Cure.** {cure}\n\n```yaml\n{example}\n```\n"
    return Code(f"RNG{number:03}", name, page)


NOT_YAML = _code(
    1,
    "not-yaml",
    "The file cannot be read as YAML from this place on.",
    "The rest of the file is not checked until this is fixed.",
    "Compare the line with its neighbours. Usually a quote, bracket, colon or space is missing.",
    "tiers:\n  ladder: [silver, gold]   # every bracket closed, a space after every colon",
)
NOT_UTF8 = _code(
    2,
    "not-utf8",
    "The file is not UTF-8 text.",
    "In another encoding, a name or a currency sign becomes a different character.",
    "Save the file again as UTF-8. Every editor can do this, often in the status line.",
    "title: Société Générale   # saved as UTF-8",
)
TOO_LARGE = _code(
    3,
    "too-large",
    "The file is too large, one of its values is too long, or it has too many values.",
    "Limits (5 MiB a file, 64 KiB a value, 100,000 values) keep a broken or hostile file from blocking the check.",
    "A program contains rules, not data. Move records into files that a feed names.",
    "# feed.yaml\nsources:\n  lines: {file: sales.csv}   # the records are in this file, and not in the program",
)
TOO_DEEP = _code(
    4,
    "too-deep",
    "Lists and mappings are nested more than 64 levels deep.",
    "No program needs this, and deep nesting crashes many readers.",
    "Declare parts separately: a segment or a metric can be used by its name in many places.",
    "segments:\n  strategic:\n    when: [region in [emea]]",
)
EMPTY_FILE = _code(
    5,
    "empty-file",
    "The file contains only comments and spaces.",
    "An empty program grants nothing.",
    "Start from a template, which `rung init` writes.",
    "rung: 1\nprogram: summit",
)
NOT_A_MAPPING = _code(
    6,
    "not-a-mapping",
    "The file does not consist of `key: value` lines at its top level.",
    "rung finds every part of a program by its key.",
    "Write `key: value` lines from the first column.",
    "rung: 1\nprogram: summit",
)
DUPLICATE_KEY = _code(
    7,
    "duplicate-key",
    "The same key appears twice in one mapping.",
    "Most readers silently keep the last one, so a rate could change unnoticed.",
    "Keep one of the two, or rename one.",
    "values: {silver: 5%, gold: 10%}   # each tier once",
)
KEY_NOT_TEXT = _code(
    8,
    "key-not-text",
    "A key is a number, a truth value, empty, or a list. Keys must be texts.",
    "Many readers treat `1`, `1.0` and `true` as the same key.",
    "Put the key in quotes.",
    "map: {'1': smb, '2': enterprise}",
)
AMBIGUOUS_WORD = _code(
    9,
    "ambiguous-word",
    "An unquoted `yes`, `no`, `on`, `off` (or `True`, `NULL` and similar words) has different meanings in different "
    "YAML versions.",
    "In many files, the country code `NO` has become `false`.",
    "Write `true` or `false` for a truth value. Put any other word in quotes.",
    "active: true\ncountry: 'NO'",
)
LEADING_ZERO = _code(
    10,
    "leading-zero",
    "An unquoted number starts with a zero.",
    "YAML 1.1 reads `010` as eight and `08` as text, so an id would change or lose its zero.",
    "Put ids in quotes; write numbers without the zero.",
    "partner: '0123'\ncount: 123",
)
EXPONENT = _code(
    11,
    "exponent",
    "An unquoted number has an exponent.",
    "Some readers read `1e3` as text, others as a rounded binary number.",
    "Write the number out; put an id in quotes.",
    "amount: 1_000 USD\nproduct: '1e3'",
)
NOT_FINITE = _code(
    12,
    "not-finite",
    "A program cannot use `.inf` and `.nan`.",
    "Amounts and thresholds are finite.",
    "If there is no limit, leave it out.",
    "bands: [{from: 0 USD, rate: 1%}]   # the last band has no end",
)
NUMBER_TOO_LONG = _code(
    13,
    "number-too-long",
    "An unquoted number has more than 38 digits.",
    "Calculations are exact up to 38 digits, and no amount needs more.",
    "Shorten the number; put an id in quotes.",
    "partner: '123456789012345678901234567890123456789'",
)
TAB = _code(
    14,
    "tab",
    "A line is indented with a tab.",
    "Each editor shows tabs with a different width, so the nesting is not clear.",
    "Indent with spaces, two for each level. Editors can convert tabs.",
    "tiers:\n  ladder: [silver, gold]",
)
CONTROL_CHARACTER = _code(
    15,
    "control-character",
    "The file contains a control character, such as NUL or an unusual line end.",
    "It is invisible, and readers treat it differently.",
    "Delete it. It usually comes with text copied from another program.",
    "title: Summit Partner Program",
)
INVISIBLE_CHARACTER = _code(
    16,
    "invisible-character",
    "The text contains an invisible character, or one that changes the writing direction.",
    "Two names could look the same but be different, and a line could look different from what it means.",
    "Delete it and type the word again.",
    "tiers:\n  ladder: [silver, gold]",
)
BAD_ESCAPE = _code(
    17,
    "bad-escape",
    "A backslash in double quotes starts an invalid escape, or one for only half of a character.",
    "The text would differ from what you see, or could not be stored.",
    "Use single quotes, where a backslash has no special meaning, or write it twice.",
    "path: 'north\\south'",
)
TAG = _code(
    18,
    "tag",
    "A value starts with `!`, which YAML reads as a tag.",
    "Tags can make a reader build objects or run code, and a condition after `!` would lose its first word.",
    "Write `not` in conditions; put a text that starts with `!` in quotes.",
    "when:\n  - not strategic\n  - region is not emea",
)
ANCHOR = _code(
    19,
    "anchor",
    "`&name` and `*name` are YAML's anchors and aliases; programs do not use them.",
    "A copied value changes when somebody edits the original, and nested copies can use up the memory.",
    "Give the value a name: a parameter, a metric with `like:`, or a segment.",
    "metrics:\n  revenue: {from: sales, sum: amount, window: trailing 12 months}\n"
    "  revenue_before: {like: revenue, shifted: 12 months}",
)
MERGE_KEY = _code(
    20,
    "merge-key",
    "`<<` is YAML's merge key; programs do not use it.",
    "The keys would come from another place, with special rules about which value wins.",
    "Use `like:` for metrics and `extends:` for record tables, or write the keys out.",
    "metrics:\n  quarter_revenue: {like: revenue, window: this fiscal quarter}",
)
DIRECTIVE = _code(
    21,
    "directive",
    "A line that starts with `%` is a YAML directive; programs do not use them.",
    "A `%YAML 1.1` line changes what `no` and `010` mean.",
    "Delete the line.",
    "rung: 1",
)
SEVERAL_DOCUMENTS = _code(
    22,
    "several-documents",
    "The file contains a second document after `---` or `...`.",
    "One file is one program. Most readers would ignore the rest.",
    "Move the second document into a separate file.",
    "rung: 1   # one program, no `---` between its parts",
)
CUT_BY_HASH = _code(
    23,
    "cut-by-hash",
    "A space followed by `#` starts a comment, so the value ends before it.",
    "`is 'Model #9'` would silently lose its end.",
    "Put the whole value in double quotes; for a comment, leave a space after `#`.",
    "where: \"item.name is 'Model #9'\"\ntitle: Rebate   # a comment",
)
CURLY_QUOTES = _code(
    24,
    "curly-quotes",
    "The text contains curly quotes, as word processors write them.",
    "For YAML they are ordinary letters, so they would be part of the value.",
    "Type straight quotes: `'` or `\"`. Curly quotes are allowed inside straight double quotes.",
    "where: item.name is 'EdgeGuard 9'",
)
NO_BREAK_SPACE = _code(
    25,
    "no-break-space",
    "The text contains a no-break space, which looks like an ordinary space.",
    "A name that contains it is a different name, and it does not count as indentation.",
    "Replace it by an ordinary space. In quotes it is accepted.",
    "title: Summit Partner Program",
)
UNQUOTED_COLON = _code(
    26,
    "unquoted-colon",
    "An unquoted value contains a colon and a space, which YAML reads as a second key.",
    "Readers refuse the line, or read half of the text as a key.",
    "Put the whole value in double quotes.",
    'title: "Rebate: quarterly"',
)
BLOCK_INDICATOR = _code(
    27,
    "block-indicator",
    "A value starts with `>` or `|`, which YAML reads as the start of a text of several lines.",
    "`min: >= 100` is not a comparison.",
    "Write the whole comparison as a list item, or only the number if a number is expected.",
    "requires:\n  - revenue >= 100 USD",
)
SPLIT_EXPRESSION = _code(
    28,
    "split-expression",
    "A comma inside brackets or braces has split one expression into two values.",
    "The two halves would be read as two conditions.",
    "Put the expression on its own line, or in double quotes.",
    "requires:\n  - max(growth, csat) >= 3",
)
THOUSANDS_COMMA = _code(
    29,
    "thousands-comma",
    "Here, a comma between digits separates two values.",
    "`75,000` would become 75 and 000.",
    "Group digits with an underscore. For two values, leave a space after the comma.",
    "at_most: 75_000 USD\nsteps: [1, 100]",
)
SPACE_AFTER_COLON = _code(
    30,
    "space-after-colon",
    "A space is missing after the colon.",
    "Without it, key and value are one word.",
    "Write a space after the colon.",
    "effective: {from: 2026-02-01, before: 2027-02-01}",
)
VALUE_OVER_LINES = _code(
    31,
    "value-over-lines",
    "An unquoted value continues on the next line.",
    "Usually a `- ` is missing, so two conditions became one.",
    "Start each line of a list with `- `. Put a long text in double quotes or after `>`.",
    "requires:\n  - revenue >= 100 USD\n  - engineers >= 2\nreason: >\n  A long text\n  over two lines.",
)
UNCLOSED_QUOTE = _code(
    32,
    "unclosed-quote",
    "A quote is never closed.",
    "Everything up to the next quote, or the end of the file, becomes one text.",
    "Close the quote. Write an apostrophe inside single quotes twice.",
    "title: 'Partner''s choice'",
)
TEXT_AFTER_VALUE = _code(
    33,
    "text-after-value",
    "There is text after a closing quote or bracket.",
    "For YAML, the closing quote ends the value.",
    "Put the whole value in double quotes, with single quotes inside.",
    "where: \"'EdgeGuard 9' is item.name\"",
)
UNCLOSED_BRACKET = _code(
    34,
    "unclosed-bracket",
    "A bracket or brace is not closed before the next key.",
    "Everything after it would be part of it.",
    "Close it, or write one list item for each line, starting with `- `.",
    "ladder: [silver, gold]",
)
STRAY_BRACKET = _code(
    35,
    "stray-bracket",
    "A closing bracket or brace has no opening one, or the wrong one.",
    "It is unclear where the list ends.",
    "Delete it, or add the opening bracket.",
    "ladder: [silver, gold]",
)
BRACKET_IN_VALUE = _code(
    36,
    "bracket-in-value",
    "Inside braces or brackets, an unquoted value cannot contain another bracket.",
    "YAML reads it as the start of a list.",
    "Put the expression in double quotes, or on its own line. A table of values cannot be in it: make it a parameter.",
    'growth_coaching: {value: flag, when: ["region in [emea, na]"]}',
)
INDENTATION = _code(
    37,
    "indentation",
    "The indentation of a line does not match any line above.",
    "Indentation shows what belongs together; here it is not clear.",
    "Align the key with the others of its level.",
    "tiers:\n  gold:\n    requires: [growth >= 10%]\n  platinum:\n    requires: [growth >= 20%]",
)
MISSING_COLON = _code(
    38,
    "missing-colon",
    "A line between keys has no colon.",
    "Without a colon there is no key and no value.",
    "Write `key: value`; start a list item with `- `.",
    "program: summit",
)
LIST_ON_KEY_LINE = _code(
    39,
    "list-on-key-line",
    "A list item starts on the line of its key.",
    "YAML needs each `- ` item on its own line.",
    "Move the item to the next line, or use brackets.",
    "requires:\n  - revenue >= 100 USD\nladder: [silver, gold]",
)
RESERVED_START = _code(
    40,
    "reserved-start",
    "An unquoted value starts with a character that YAML reserves.",
    "Readers refuse it.",
    "Put the value in double quotes.",
    'title: "@partner rebate"',
)
NO_SUCH_DAY = _code(
    41,
    "no-such-day",
    "A date is not in the calendar.",
    "A period could start on a day that does not exist.",
    "Write a day that exists, as year-month-day.",
    "effective: {from: 2026-02-28}",
)
DATE_WITH_TIME = _code(
    42,
    "date-with-time",
    "A date has a time of day, but programs count in days.",
    "A time needs a time zone, which can move a sale into another period.",
    "Write only the day.",
    "effective: {from: 2026-02-01}",
)
EMPTY_ITEM = _code(
    43,
    "empty-item",
    "There is no value between two commas, or before a comma.",
    "A forgotten tier or rate would go unnoticed.",
    "Write the value, or delete the comma.",
    "ladder: [silver, gold]",
)
MISSING_COMMA = _code(
    44,
    "missing-comma",
    "Inside brackets or braces, a comma is missing between two values.",
    "The two would be read as one.",
    "Write the comma. Put a text with a colon in double quotes.",
    "values: {silver: 5%,\n         gold: 10%}",
)
DECIMAL_COMMA = _code(
    45,
    "decimal-comma",
    "A number in brackets or braces is written with a decimal comma, which ends the value there.",
    "`2,5%` would become 2 and 5%, and `40.000,00 EUR` would become 40 and 0.",
    "Write a decimal point, and group digits with an underscore.",
    "bands: [{from: 40_000 EUR, rate: 2.5%}]",
)
COMMA_AT_END = _code(
    46,
    "comma-at-the-end",
    "A line ends with a comma, as in other formats.",
    "The comma would be part of the value, and `USD,` is not a currency.",
    "Delete it.",
    "currency: USD",
)
GLUED_DASH = _code(
    47,
    "space-after-dash",
    "A line starts with a dash without a space after it.",
    "It is not a list item: YAML reads it as part of the line above, or as a minus sign.",
    "Put a space after the dash.",
    "requires:\n  - growth >= 10%",
)
MORE_FINDINGS = Code(
    "RNG099",
    "more-findings",
    "There are more findings than are shown.\n\n**Why it matters.** One mistake can cause many findings."
    "\n\n**Cure.** Fix the findings shown and check again.\n",
    Severity.NOTE,
)

CODES = (
    NOT_YAML, NOT_UTF8, TOO_LARGE, TOO_DEEP, EMPTY_FILE, NOT_A_MAPPING, DUPLICATE_KEY, KEY_NOT_TEXT,
    AMBIGUOUS_WORD, LEADING_ZERO, EXPONENT, NOT_FINITE, NUMBER_TOO_LONG, TAB, CONTROL_CHARACTER,
    INVISIBLE_CHARACTER, BAD_ESCAPE, TAG, ANCHOR, MERGE_KEY, DIRECTIVE, SEVERAL_DOCUMENTS, CUT_BY_HASH,
    CURLY_QUOTES, NO_BREAK_SPACE, UNQUOTED_COLON, BLOCK_INDICATOR, SPLIT_EXPRESSION, THOUSANDS_COMMA,
    SPACE_AFTER_COLON, VALUE_OVER_LINES, UNCLOSED_QUOTE, TEXT_AFTER_VALUE, UNCLOSED_BRACKET, STRAY_BRACKET,
    BRACKET_IN_VALUE, INDENTATION, MISSING_COLON, LIST_ON_KEY_LINE, RESERVED_START, NO_SUCH_DAY,
    DATE_WITH_TIME, EMPTY_ITEM, MISSING_COMMA, DECIMAL_COMMA, COMMA_AT_END, GLUED_DASH, MORE_FINDINGS,
)  # fmt: skip
"""All codes of this module, in order."""
