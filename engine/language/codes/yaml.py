"""RNG001 to RNG099: what keeps a file from being read, or would be read otherwise than meant."""

from __future__ import annotations

from engine.language.diagnostic import Code, Severity


def _code(number: int, name: str, what: str, why: str, cure: str, example: str) -> Code:
    page = f"{what}\n\n**Why it matters.** {why}\n\n**Cure.** {cure}\n\n```yaml\n{example}\n```\n"
    return Code(f"RNG{number:03}", name, page)


NOT_YAML = _code(
    1,
    "not-yaml",
    "The file cannot be read as YAML from this place on.",
    "What follows is not checked until this is mended.",
    "Compare the line with its neighbours: a missing quote, bracket, colon or space is the usual reason.",
    "tiers:\n  ladder: [silver, gold]   # every bracket closed, a space after every colon",
)
NOT_UTF8 = _code(
    2,
    "not-utf8",
    "The file is not UTF-8 text.",
    "Read in another encoding, a name or a currency sign becomes another character.",
    "Save the file again as UTF-8; every editor offers it, often in the status line.",
    "title: Société Générale   # saved as UTF-8",
)
TOO_LARGE = _code(
    3,
    "too-large",
    "The file, one value in it, or the number of its values is beyond the limit.",
    "Limits (5 MiB a file, 64 KiB a value, 100,000 values) keep a check from hanging on a broken or hostile file.",
    "Programs are rules, not data: move records into files named by a feed.",
    "records: {extends: standard}   # the records themselves stand in CSV files",
)
TOO_DEEP = _code(
    4,
    "too-deep",
    "Lists and mappings are nested more than 64 levels deep.",
    "No program needs it, and deep nesting crashes many readers.",
    "Give parts a name: a segment or a metric can be used by name in many places.",
    "segments:\n  strategic:\n    when: [region in [emea]]",
)
EMPTY_FILE = _code(
    5,
    "empty-file",
    "The file holds nothing but comments and space.",
    "An empty program would grant nothing to anybody.",
    "Start from a template: `rung init` writes one.",
    "rung: 1\nprogram: summit",
)
NOT_A_MAPPING = _code(
    6,
    "not-a-mapping",
    "The file does not consist of `key: value` lines at its top level.",
    "Every part of a program is found by its key.",
    "Write `key: value` lines from the first column.",
    "rung: 1\nprogram: summit",
)
DUPLICATE_KEY = _code(
    7,
    "duplicate-key",
    "The same key stands twice in one mapping.",
    "Most readers keep the last one in silence: a rate could change without anybody seeing it.",
    "Keep one of the two, or rename one.",
    "values: {silver: 5%, gold: 10%}   # each tier once",
)
KEY_NOT_TEXT = _code(
    8,
    "key-not-text",
    "A key is a number, a truth value, empty, or a list; keys are texts.",
    "`1`, `1.0` and `true` are one and the same key to many readers.",
    "Put the key in quotes.",
    "map: {'1': smb, '2': enterprise}",
)
AMBIGUOUS_WORD = _code(
    9,
    "ambiguous-word",
    "A bare `yes`, `no`, `on`, `off` (or `True`, `NULL` and the like) means one thing in one YAML version and "
    "another in the next.",
    "The country code `NO` has become `false` in many a file.",
    "Write `true` or `false` for a truth value; put a word in quotes.",
    "active: true\ncountry: 'NO'",
)
LEADING_ZERO = _code(
    10,
    "leading-zero",
    "A bare number starts with a zero.",
    "YAML 1.1 reads `010` as eight and `08` as text: an id would change, or lose its zero.",
    "Put ids in quotes; write numbers without the zero.",
    "partner: '0123'\ncount: 123",
)
EXPONENT = _code(
    11,
    "exponent",
    "A bare number is written with an exponent.",
    "`1e3` is text to one reader and a rounded binary number to another.",
    "Write the number out; put an id in quotes.",
    "amount: 1_000 USD\nproduct: '1e3'",
)
NOT_FINITE = _code(
    12,
    "not-finite",
    "`.inf` and `.nan` are no numbers a program can use.",
    "No amount and no threshold is infinite.",
    "Leave the limit out where there is none.",
    "bands: [{from: 0 USD, rate: 1%}]   # the last band has no end",
)
NUMBER_TOO_LONG = _code(
    13,
    "number-too-long",
    "A bare number has more than 38 digits.",
    "Exact arithmetic is kept up to 38 digits; no amount needs more.",
    "Shorten the number; put an id in quotes.",
    "partner: '123456789012345678901234567890123456789'",
)
TAB = _code(
    14,
    "tab",
    "A line is indented with a tab.",
    "A tab is as wide as each editor likes, so the nesting would be a guess.",
    "Indent with spaces, two for each level; editors can convert tabs.",
    "tiers:\n  ladder: [silver, gold]",
)
CONTROL_CHARACTER = _code(
    15,
    "control-character",
    "The file holds a control character, such as NUL or an exotic line end.",
    "It is invisible, and readers disagree on what it does to the line it stands in.",
    "Delete it; it usually came with text copied from another program.",
    "title: Summit Partner Program",
)
INVISIBLE_CHARACTER = _code(
    16,
    "invisible-character",
    "The text holds a character that is not shown, or that turns the direction of writing.",
    "Two names that look the same would be two names, and a line could read otherwise than it acts.",
    "Delete it and type the word again.",
    "tiers:\n  ladder: [silver, gold]",
)
BAD_ESCAPE = _code(
    17,
    "bad-escape",
    "A backslash in double quotes starts an escape that is not one, or half a character.",
    "The text would not be what it seems, or could not be written anywhere.",
    "Use single quotes, where a backslash is a backslash; or double it.",
    "path: 'north\\south'",
)
TAG = _code(
    18,
    "tag",
    "A value starts with `!`, which YAML takes for a tag.",
    "Tags can ask a reader to build objects or run code; a condition after `!` would lose its first word.",
    "Write `not` in conditions; put a text that starts with `!` in quotes.",
    "when:\n  - not strategic\n  - region is not emea",
)
ANCHOR = _code(
    19,
    "anchor",
    "`&name` and `*name` are YAML's anchors and aliases; programs do not use them.",
    "A value copied from afar changes when somebody edits the other place, and nested copies can fill the memory.",
    "Name the thing: a parameter, a metric with `like:`, or a segment.",
    "metrics:\n  revenue: {from: sales, sum: amount, window: trailing 12 months}\n"
    "  revenue_before: {like: revenue, shifted: 12 months}",
)
MERGE_KEY = _code(
    20,
    "merge-key",
    "`<<` is YAML's merge key; programs do not use it.",
    "What a mapping says would stand somewhere else, with rules of its own on what wins.",
    "Use `like:` for metrics and `extends:` for record tables, or write the keys out.",
    "metrics:\n  quarter_revenue: {like: revenue, window: this fiscal quarter}",
)
DIRECTIVE = _code(
    21,
    "directive",
    "A line starting with `%` is a YAML directive; programs have none.",
    "A `%YAML 1.1` line changes what `no` and `010` mean.",
    "Delete the line.",
    "rung: 1",
)
SEVERAL_DOCUMENTS = _code(
    22,
    "several-documents",
    "The file holds a second document after `---` or `...`.",
    "One file is one program; most readers would ignore the rest.",
    "Move the second document into a file of its own.",
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
    "The text holds curly quotes, as word processors write them.",
    "They are ordinary letters to YAML, so they would be part of the value.",
    "Type straight quotes: `'` or `\"`. Curly ones may stand inside straight double quotes.",
    "where: item.name is 'EdgeGuard 9'",
)
NO_BREAK_SPACE = _code(
    25,
    "no-break-space",
    "The text holds a no-break space, which looks like a space and is none.",
    "A name with it is another name, and it does not indent.",
    "Replace it by an ordinary space. In quotes it is accepted.",
    "title: Summit Partner Program",
)
UNQUOTED_COLON = _code(
    26,
    "unquoted-colon",
    "A bare value holds a colon followed by a space, which YAML takes for a second key.",
    "Readers refuse the line, or read half of the text as a key.",
    "Put the whole value in double quotes.",
    'title: "Rebate: quarterly"',
)
BLOCK_INDICATOR = _code(
    27,
    "block-indicator",
    "A value starts with `>` or `|`, which YAML takes for the start of a text over several lines.",
    "`min: >= 100` never is a comparison.",
    "Write the whole comparison on one line of a list, or the bare number where a number is wanted.",
    "requires:\n  - revenue >= 100 USD",
)
SPLIT_EXPRESSION = _code(
    28,
    "split-expression",
    "A comma inside brackets or braces has split one expression into two values.",
    "The halves would be read as two conditions.",
    "Put the expression on a line of its own, or in double quotes.",
    "requires:\n  - max(growth, csat) >= 3",
)
THOUSANDS_COMMA = _code(
    29,
    "thousands-comma",
    "A comma between digits separates two values here.",
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
    "A bare value runs on to the next line.",
    "Usually a `- ` is missing, and two conditions have become one.",
    "Start each line of a list with `- `. A long text stands in double quotes or after `>`.",
    "requires:\n  - revenue >= 100 USD\n  - engineers >= 2\nreason: >\n  A long text\n  over two lines.",
)
UNCLOSED_QUOTE = _code(
    32,
    "unclosed-quote",
    "A quote is opened and never closed.",
    "Everything up to the next quote, or the end of the file, becomes one text.",
    "Close the quote. An apostrophe inside single quotes is written twice.",
    "title: 'Partner''s choice'",
)
TEXT_AFTER_VALUE = _code(
    33,
    "text-after-value",
    "Text stands after a closing quote or bracket.",
    "YAML ends the value at the quote that started it.",
    "Put the whole value in double quotes, with single quotes inside.",
    "where: \"'EdgeGuard 9' is item.name\"",
)
UNCLOSED_BRACKET = _code(
    34,
    "unclosed-bracket",
    "A bracket or brace is opened and not closed before the next key.",
    "All that follows would belong to it.",
    "Close it, or write the list with one `- ` a line.",
    "ladder: [silver, gold]",
)
STRAY_BRACKET = _code(
    35,
    "stray-bracket",
    "A closing bracket or brace has no partner, or the wrong one.",
    "It is unclear where the list ends.",
    "Delete it, or open it where the list begins.",
    "ladder: [silver, gold]",
)
BRACKET_IN_VALUE = _code(
    36,
    "bracket-in-value",
    "Inside braces or brackets, a bare value cannot hold another bracket.",
    "YAML takes it for the start of a list.",
    "Put the expression in double quotes, or on a line of its own.",
    'growth_coaching: {value: flag, when: ["region in [emea, na]"]}',
)
INDENTATION = _code(
    37,
    "indentation",
    "A line is indented to a level that no line above it has.",
    "Indentation says what belongs to what; here it says two things.",
    "Line the key up with its siblings.",
    "tiers:\n  gold:\n    requires: [growth >= 10%]\n  platinum:\n    requires: [growth >= 20%]",
)
MISSING_COLON = _code(
    38,
    "missing-colon",
    "A line among keys has no colon.",
    "Without it there is no key and no value.",
    "Write `key: value`; start a list item with `- `.",
    "program: summit",
)
LIST_ON_KEY_LINE = _code(
    39,
    "list-on-key-line",
    "A list item starts on the line of its key.",
    "YAML wants `- ` items on lines of their own.",
    "Move the item to the next line, or use brackets.",
    "requires:\n  - revenue >= 100 USD\nladder: [silver, gold]",
)
RESERVED_START = _code(
    40,
    "reserved-start",
    "A bare value starts with a character YAML keeps for itself.",
    "Readers refuse it.",
    "Put the value in double quotes.",
    'title: "@partner rebate"',
)
NO_SUCH_DAY = _code(
    41,
    "no-such-day",
    "A date is not in the calendar.",
    "A period would start on a day that never comes.",
    "Write a day that exists, as year-month-day.",
    "effective: {from: 2026-02-28}",
)
DATE_WITH_TIME = _code(
    42,
    "date-with-time",
    "A date carries a time of day; programs count in days.",
    "A time needs a zone, and a zone can move a sale into another period.",
    "Write the day alone.",
    "effective: {from: 2026-02-01}",
)
EMPTY_ITEM = _code(
    43,
    "empty-item",
    "Nothing stands between two commas, or before one.",
    "A forgotten tier or rate would go unnoticed.",
    "Write the value, or delete the comma.",
    "ladder: [silver, gold]",
)
MISSING_COMMA = _code(
    44,
    "missing-comma",
    "Inside brackets or braces, a comma is missing between two values.",
    "The two would be read as one.",
    "Write the comma; a text that holds a colon stands in double quotes.",
    "values: {silver: 5%,\n         gold: 10%}",
)
DECIMAL_COMMA = _code(
    45,
    "decimal-comma",
    "A number in brackets or braces is written with a decimal comma, which ends the value there.",
    "`2,5%` would become 2 and 5%, and `40.000,00 EUR` forty and nothing.",
    "Write a decimal point, and group digits with an underscore.",
    "bands: [{from: 40_000 EUR, rate: 2.5%}]",
)
COMMA_AT_END = _code(
    46,
    "comma-at-the-end",
    "A line ends in a comma, as lines do in other formats.",
    "The comma would belong to the value: a currency `USD,` is none.",
    "Delete it.",
    "currency: USD",
)
GLUED_DASH = _code(
    47,
    "space-after-dash",
    "A line starts with a dash that has no space behind it.",
    "It is no item of the list: it runs on from the line before, or is read as a minus.",
    "Put a space behind the dash.",
    "requires:\n  - growth >= 10%",
)
MORE_FINDINGS = Code(
    "RNG099",
    "more-findings",
    "There are more findings than are shown.\n\n**Why it matters.** One slip early in a file can cause many."
    "\n\n**Cure.** Mend the findings shown and check again.\n",
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
