"""RNG650 to RNG699: source files that are not written as the feed says, or not safe to read."""

from __future__ import annotations

from engine.language.diagnostic import Code, Severity


def _code(number: int, name: str, what: str, why: str, cure: str, example: str) -> Code:
    page = f"{what}\n\n**Why it matters.** {why}\n\n**Cure.** {cure}\n\n```\n{example}\n```\n"
    return Code(f"RNG{number}", name, page)


# Any format

LAYOUT = _code(
    650,
    "source-layout",
    "The feed describes a way of writing a file that cannot be read.",
    "A delimiter that is also the quote, or longer than one character, splits rows in more than one way.",
    "Delimiter and quote are one ASCII sign each, and not the same; the encoding is utf-8, windows-1252 or latin-1.",
    "delimiter: ';'\nquote: '\"'\nencoding: utf-8",
)
EMPTY = _code(
    651,
    "source-empty",
    "The file has no bytes, or nothing but empty lines.",
    "An export that failed often leaves an empty file; taken as no records, it would take back what was earned.",
    "Export again. A table that really has no rows has its header line alone.",
    "sale_id,partner_id,amount",
)
FORMAT = _code(
    652,
    "source-format",
    "The content is of another format than the feed says, whatever the file's name is.",
    "A workbook or a web page read as text gives rows of nonsense.",
    "State the format the file has, or export it in the stated one.",
    "file: sales.xlsx\nformat: xlsx",
)
ENCODING = _code(
    653,
    "source-encoding",
    "A byte is not part of the stated encoding.",
    "Read in another encoding, a name or a currency sign becomes another character, and ids no longer match.",
    "Save the file as UTF-8, or state its encoding in the feed: `windows-1252` is what older Windows programs write.",
    "encoding: windows-1252",
)
HIDDEN = _code(
    654,
    "hidden-character",
    "A value holds a character that cannot be seen: NUL or another control character, a mark that turns the direction "
    "of writing, or half of a surrogate pair.",
    "Two ids that look the same would be different, and what a person approves would not be what is stored.",
    "Remove the character at its source. Tabs and line ends inside a value are accepted.",
    "sale_id,customer\nS-1,Northwind",
)
COLUMN_TWICE = _code(
    655,
    "column-twice",
    "Two columns have the same name, or names that differ only in capital letters.",
    "Which one is meant cannot be told, and most programs silently take the last.",
    "Rename one of the columns in the source.",
    "sale_id,list_amount,net_amount",
)
COLUMN_NAME = _code(
    656,
    "column-name",
    "A column has no name, or one that the import keeps for itself (`_line`, `_numbers`).",
    "A feed can only map columns by name.",
    "Give the column a name in the first row, or delete it.",
    "sale_id,partner_id,note",
)
TOO_LONG = _code(
    657,
    "value-too-long",
    "One value has more than 131,072 bytes, or one row more than a mebibyte.",
    "So long a value is nearly always a quote that was never closed.",
    "Close the quote at the place marked; leave out columns that hold documents.",
    'S-1,"a short note",120.00',
)
CHANGED = _code(
    658,
    "source-changed",
    "The file changed while it was read.",
    "Half of the old file and half of the new is neither.",
    "Let the export finish, then import again.",
    "rung import feed.yaml",
)

# CSV

ROW_LENGTH = _code(
    660,
    "row-length",
    "A row has more or fewer fields than the header.",
    "From the missing or extra field on, each value stands in another column: a quantity is read as an amount.",
    "Quote a text that holds the delimiter; write an empty field for a missing value.",
    'sale_id,customer,amount\nS-1,"Smith, Jones & Co",120.00\nS-2,,80.00',
)
DELIMITER = _code(
    661,
    "delimiter",
    "The first line does not hold the stated delimiter, but another one that is common.",
    "The whole row would be one field.",
    "State the delimiter the file is written with. A file with `;` often has decimal commas too.",
    "delimiter: ';'",
)
UNCLOSED_QUOTE = _code(
    662,
    "unclosed-field",
    "A quote is opened and not closed in its row.",
    "Everything up to the next quote, often the rest of the file, is swallowed into one field.",
    "Close the quote at the place marked. A quote inside a quoted field is written twice.",
    'S-1,"24"" monitor",120.00',
)
STRAY_QUOTE = _code(
    663,
    "stray-quote",
    "A quote stands inside a field that is not quoted, or a text follows a closing quote.",
    "Programs disagree on where such a field ends, so the amount beside it may move.",
    'Quote the whole field and double the quote inside; or write `quote: ""` in the feed where quotes mean nothing.',
    'S-1,"24"" monitor",120.00',
)
LINE_END = _code(
    664,
    "line-end",
    "A carriage return stands alone, where a line ends with a line feed or with both.",
    "Some programs begin a new row there and others do not.",
    "Save the file with the line ends of Unix (LF) or Windows (CRLF).",
    "sale_id,amount\nS-1,120.00",
)

# XLSX

ZIP_LIMIT = _code(
    670,
    "workbook-limit",
    "The workbook unpacks to more than 200 MB, to more than a hundred times its size, or has more than 2,000 parts.",
    "Such a file stops the machine that opens it; a small one of that kind is made on purpose.",
    "Export the sheet as CSV or Parquet.",
    "file: sales.csv\nformat: csv",
)
XML_ENTITY = _code(
    671,
    "workbook-entity",
    "A part of the workbook declares a document type or entities.",
    "Entities can grow without bound or read other files; no spreadsheet program writes them.",
    "Open the workbook in a spreadsheet program and save it again.",
    "file: sales.xlsx",
)
UNSAFE = _code(
    672,
    "workbook-unsafe",
    "The workbook is encrypted, has macros, links to other workbooks, or holds parts with names that lead elsewhere.",
    "What a macro or another workbook computes can change between two readings of the same file.",
    "Save a copy as a plain .xlsx with values in place of links, without a password.",
    "file: sales.xlsx",
)
FORMULA = _code(
    673,
    "formula-without-value",
    "A cell holds a formula, and the workbook does not hold its result.",
    "The import computes no formulas; an amount that is missing is not zero.",
    "Open the workbook in a spreadsheet program, let it calculate, and save it; or paste the values.",
    "file: sales.xlsx",
)
SHEET = _code(
    674,
    "sheet",
    "The workbook has no sheet of the stated name, or several and none is stated.",
    "The first sheet is often a cover or last year's copy.",
    "Name the sheet in the feed.",
    "file: sales.xlsx\nsheet: Sales 2026",
)
EXTENT = _code(
    675,
    "sheet-extent",
    "The cells of the sheet span more than 30 million places.",
    "One stray cell far below or to the right makes a sheet of billions of empty cells.",
    "Delete the rows and columns beyond the records, or export the sheet as CSV.",
    "file: sales.csv\nformat: csv",
)
UNREADABLE = _code(
    676,
    "source-unreadable",
    "The file is damaged, or could not be read within the limits of memory and time.",
    "A damaged file gives some of the records, and nobody can say which are missing.",
    "Export again; for a large workbook, as CSV or Parquet.",
    "file: sales.csv\nformat: csv",
)
EARLY_DATE = _code(
    677,
    "early-date",
    "A date cell lies before 1 March 1900.",
    "Workbooks count a day in 1900 that never was, so dates before it differ by a day from program to program.",
    "Write the date as text, year first.",
    "1900-02-28",
)

# JSON Lines

NOT_JSON = _code(
    680,
    "not-json",
    "A line is not one JSON object.",
    "A record cut off in the middle, or a list in place of records, cannot be mapped to columns.",
    "Write one object a line, with names and texts in double quotes.",
    '{"sale_id": "S-1", "amount": 120.00}',
)
KEY_TWICE = _code(
    681,
    "json-key-twice",
    "A name stands twice in one object.",
    "Most programs silently take the last value.",
    "Remove one of the two.",
    '{"sale_id": "S-1", "amount": 120.00}',
)
NESTED = _code(
    682,
    "json-nested",
    "A value is a list or an object.",
    "A column holds one value a row.",
    "Write the inner values as columns of their own, or as records of another file.",
    '{"sale_id": "S-1", "customer_id": "C-7", "customer_city": "Oslo"}',
)
NOT_FINITE = _code(
    683,
    "json-not-finite",
    "A number is NaN or infinite.",
    "Such a value is no amount, and JSON does not have it; programs that write it divided by zero before.",
    "Write `null` where a value is missing.",
    '{"sale_id": "S-1", "score": null}',
)

# Parquet

FLOAT_COLUMN = _code(
    690,
    "float-column",
    "A Parquet column holds binary floating-point numbers.",
    "0.1 is not exact in them, and a sum depends on the order of its rows.",
    "Cast the column to DECIMAL where the file is written.",
    "COPY (SELECT sale_id, CAST(amount AS DECIMAL(18, 2)) AS amount FROM sales) TO 'sales.parquet'",
)
COLUMN_TYPE = _code(
    691,
    "column-type",
    "A Parquet column holds lists, structures, bytes, times or another type that is no text, integer, decimal, date or "
    "boolean.",
    "How such a value is written as text is not for the import to guess; a time becomes a day only in a time zone.",
    "Cast the column to VARCHAR, DECIMAL or DATE where the file is written, or leave it out.",
    "COPY (SELECT sale_id, CAST(closed_at AS DATE) AS closed_on FROM sales) TO 'sales.parquet'",
)

# Unpivot

UNPIVOT = _code(
    695,
    "unpivot",
    "The feed turns columns into rows that the file does not have, or gives the new columns names that are taken.",
    "A month misspelt would silently be missing from every row.",
    "Name the columns as the first row of the file does.",
    "unpivot: {columns: [M01, M02, M03], name: month, value: target}",
)
MORE = Code(
    "RNG699",
    "more-source-findings",
    "The file has more findings than the twenty shown.\n\n**Why it matters.** One slip repeats on every row."
    "\n\n**Cure.** Mend the findings shown and import again.\n",
    Severity.NOTE,
)

CODES = tuple(each for each in list(globals().values()) if isinstance(each, Code))
"""All codes of this module, in order."""
