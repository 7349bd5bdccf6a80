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
    "The feed describes a file format that cannot be read.",
    "A delimiter that is also the quote, or longer than one character, splits rows in more than one way.",
    "Delimiter and quote must be two different ASCII characters; the encoding is utf-8, windows-1252 or latin-1.",
    "delimiter: ';'\nquote: '\"'\nencoding: utf-8",
)
EMPTY = _code(
    651,
    "source-empty",
    "The file has no bytes, or nothing but empty lines.",
    'A failed export often leaves an empty file. Read as "no records", it would take back what was earned.',
    "Export again. A table without rows still has its header line.",
    "sale_id,partner_id,amount",
)
FORMAT = _code(
    652,
    "source-format",
    "The content has another format than the feed says, whatever the file name is.",
    "A workbook or a web page, read as text, gives meaningless rows.",
    "Correct the format in the feed, or export the file in the stated format.",
    "file: sales.xlsx\nformat: xlsx",
)
ENCODING = _code(
    653,
    "source-encoding",
    "A byte is not part of the stated encoding.",
    "In another encoding, a name or a currency sign becomes a different character, and ids no longer match.",
    "Save the file as UTF-8, or state its encoding in the feed: `windows-1252` is what older Windows programs write.",
    "encoding: windows-1252",
)
HIDDEN = _code(
    654,
    "hidden-character",
    "A value contains an invisible character: NUL or another control character, one that changes the writing "
    "direction, or half of a surrogate pair.",
    "Two ids could look the same but be different, and a person could approve something other than what is stored.",
    "Remove the character at its source; `--quarantine` sets such rows aside. Tabs and line ends inside a value are "
    "accepted. In a column that the feed does not read, this is a note.",
    "S-1,North<U+200B>wind    # refused: a zero-width space\nS-1,Northwind           # the same text without it",
)
COLUMN_TWICE = _code(
    655,
    "column-twice",
    "Two columns have the same name, or names that differ only in capital letters.",
    "It is not clear which one is meant, and most programs silently use the last.",
    "Rename one of the columns in the source. If the feed reads neither of them, this is a note.",
    "sale_id,list_amount,net_amount",
)
COLUMN_NAME = _code(
    656,
    "column-name",
    "A column has no name, or a name that is reserved for the import (`_line`, `_numbers`).",
    "A feed maps columns by name. It can read a column without a name by its number, such as `column1` for the first.",
    "Give the column a name in the first row, or read it by its number. If a title stands above the header, write "
    "under `skip` how many lines it has. This is a note, except for values behind the last name of a CSV file: there, "
    "a text that contains the delimiter may have moved the values of its row.",
    "sale_id,,note             # the second column has no name\nsale_id,partner_id,note   # it has one",
)
TOO_LONG = _code(
    657,
    "value-too-long",
    "One value has more than 131,072 bytes, or one row more than a mebibyte.",
    "Such a long value is nearly always caused by a quote that was never closed.",
    "Close the quote at the marked place. Leave out columns that contain documents.",
    'S-1,"a short note",120.00',
)

COLUMNS = _code(
    659,
    "too-many-columns",
    "The file has more than 5,000 columns.",
    "The rows and columns of such a file are usually swapped. Reading it would take gigabytes of memory.",
    "Write one record a row. Leave out columns that no table needs.",
    "sale_id,partner_id,amount",
)

# CSV

ROW_LENGTH = _code(
    660,
    "row-length",
    "A row has more or fewer fields than the header.",
    "After the missing or extra field, each value is in the wrong column: a quantity is read as an amount.",
    "Quote a text that contains the delimiter. Write an empty field for a missing value. `--quarantine` sets up to "
    "10,000 such rows aside.",
    'sale_id,customer,amount\nS-1,"Smith, Jones & Co",120.00\nS-2,,80.00',
)
DELIMITER = _code(
    661,
    "delimiter",
    "The first line does not contain the stated delimiter, but another common one.",
    "The whole row would be one field.",
    "Write the delimiter that the file uses. A file with `;` often has decimal commas too.",
    "delimiter: ';'",
)
UNCLOSED_QUOTE = _code(
    662,
    "unclosed-field",
    "A quote is not closed in its row.",
    "Everything up to the next quote, often the rest of the file, becomes part of one field.",
    "Close the quote at the marked place. Write a quote inside a quoted field twice.",
    'S-1,"24"" monitor",120.00',
)
STRAY_QUOTE = _code(
    663,
    "stray-quote",
    "There is a quote inside an unquoted field, or text after a closing quote.",
    "Programs disagree on where such a field ends, so the amount beside it may move.",
    'Quote the whole field and double the quote inside; or write `quote: ""` in the feed if quotes mean nothing.',
    'S-1,"24"" monitor",120.00',
)
LINE_END = _code(
    664,
    "line-end",
    "There is a carriage return without a line feed.",
    "Some programs start a new row there, others do not.",
    "Save the file with the line ends of Unix (LF) or Windows (CRLF).",
    "sale_id,amount\nS-1,120.00",
)
NO_END = _code(
    665,
    "no-end",
    "No row of the file has the text at which the table ends (`stop_at`).",
    "A file that lacks its last line, such as the one with the totals, may have been cut off.",
    "Write the whole text of that row's first cell that is not empty under `stop_at`, or export the file again.",
    "lines: {file: report.csv, skip: 3, stop_at: Total}",
)

# XLSX

HIDDEN_ROWS = Code(
    "RNG669",
    "hidden-rows",
    """Rows of the sheet are hidden, by hand or by a filter. They are read like the others.

**Why it matters.** Somebody who looks at the workbook sees other records, and another total, than those that count.

**Cure.** Show all rows and look at them. Delete those that are no records, or leave them out with `where` in the feed.

```yaml
lines: {file: sales.xlsx, sheet: Sales, where: {Status: {not: [draft]}}}
```
""",
    Severity.WARNING,
)
ZIP_LIMIT = _code(
    670,
    "workbook-limit",
    "The workbook unpacks to more than 200 MB, to more than a hundred times its size, or has more than 2,000 parts.",
    "Opening such a file can stop a machine. A small file of this kind is usually an attack.",
    "Export the sheet as CSV or Parquet.",
    "file: sales.csv\nformat: csv",
)
XML_ENTITY = _code(
    671,
    "workbook-entity",
    "A part of the workbook declares a document type or entities.",
    "Entities can grow without limit or read other files. No spreadsheet program writes them.",
    "Open the workbook in a spreadsheet program and save it again.",
    "file: sales.xlsx",
)
UNSAFE = _code(
    672,
    "workbook-unsafe",
    "The workbook is encrypted, has macros, links to other workbooks, or contains parts with unsafe names.",
    "The result of a macro or of another workbook can change between two imports of the same file.",
    "In the spreadsheet program, replace links by their values, and save the file as .xlsx, without macros and without "
    "a password. Name the copy in the feed.",
    "file: sales.xlsx    # a copy of sales.xlsm, saved without macros",
)
FORMULA = _code(
    673,
    "formula-without-value",
    "A cell contains a formula, but the workbook does not contain its result.",
    "The import does not calculate formulas, and a missing amount is not zero.",
    "Open the workbook in a spreadsheet program, let it calculate, and save it; or paste the values. In a column that "
    "the feed does not read, this is a note.",
    "file: sales.xlsx",
)
SHEET = _code(
    674,
    "sheet",
    "The workbook has no sheet of the stated name, two sheets of one name, or several sheets and the feed names none.",
    "The first sheet is often a cover or last year's copy.",
    "Name the sheet in the feed.",
    "file: sales.xlsx\nsheet: Sales 2026",
)
EXTENT = _code(
    675,
    "sheet-extent",
    "The used range of the sheet has more than 30 million cells.",
    "A single stray cell far below or to the right creates billions of empty cells.",
    "Delete the rows and columns beyond the records, or export the sheet as CSV.",
    "file: sales.csv\nformat: csv",
)
UNREADABLE = _code(
    676,
    "source-unreadable",
    "The file is damaged, or could not be read within the limits of memory and time. A sheet is damaged, too, in which "
    "a cell has two values or a value of another type than it says, or in which XML comments stand between cells.",
    "A damaged file gives only some of the records, and it is unknown which ones are missing.",
    "Export again; for a large workbook, as CSV or Parquet.",
    "file: sales.csv\nformat: csv",
)
EARLY_DATE = _code(
    677,
    "early-date",
    "A date cell is before 1 March 1900.",
    "Workbooks count a day in 1900 that did not exist, so earlier dates differ by one day between programs.",
    "Write the date as text, year first.",
    "1900-02-28",
)
CELL_PLACE = _code(
    678,
    "cell-place",
    "A row or a cell of a sheet appears twice, is not behind the one before it, or names another row than the one it "
    "stands in.",
    "Programs disagree about which of two values at one place counts: 600.00 becomes 400.00.",
    "Export the sheet again from its source. Do not let a spreadsheet program repair the workbook: it keeps only one "
    "of the values.",
    "file: sales.csv\nformat: csv",
)
MERGED = _code(
    679,
    "merged-cells",
    "Cells of the sheet are merged, in the table and in a column that the feed reads; elsewhere, this is a note.",
    "Only the first of them holds the value. The others look the same and are empty, so their rows have no value.",
    "Unmerge the cells and write the value in each of them.",
    "partner_id,amount\nP-1,120.00\nP-1,80.00",
)

# JSON Lines

NOT_JSON = _code(
    680,
    "not-json",
    "A line is not one JSON object.",
    "An incomplete record, or a list instead of records, cannot be mapped to columns.",
    "Write one object on each line, with names and texts in double quotes.",
    '{"sale_id": "S-1", "amount": 120.00}',
)
KEY_TWICE = _code(
    681,
    "json-key-twice",
    "A name appears twice in one object.",
    "Most programs silently use the last value.",
    "Remove one of the two.",
    '{"sale_id": "S-1", "amount": 120.00}',
)
NESTED = _code(
    682,
    "json-nested",
    "A value is a list, or is nested too deep. Values inside objects are columns with their path: `customer.id`.",
    "A column has one value for each row. If no field of the feed reads the list, this is a note.",
    "If each item of the list is a record, write `each:` with its path under the source. Otherwise write the values of "
    "the list as separate columns, or as records of another file.",
    "orders: {file: orders.json, records: orders, each: line_items}   # reads `line_items.sku` and `customer.id`",
)
NOT_FINITE = _code(
    683,
    "json-not-finite",
    "A number is NaN or infinite.",
    "Such a value is not an amount and not valid JSON. It usually comes from a division by zero.",
    "Write `null` for a missing value.",
    '{"sale_id": "S-1", "score": null}',
)

# Parquet

FLOAT_COLUMN = _code(
    690,
    "float-column",
    "A column of a Parquet file or of a query contains binary floating-point numbers.",
    "They cannot represent 0.1 exactly, and a sum depends on the order of the rows.",
    "Cast the column to DECIMAL where the file is written. In a query, round it there: "
    "`CAST(round(amount, 2) AS TEXT) AS amount` in SQLite, `CAST(amount AS numeric(18, 2)) AS amount` in PostgreSQL. "
    "A rate needs more digits than 2.",
    "COPY (SELECT sale_id, CAST(amount AS DECIMAL(18, 2)) AS amount FROM sales) TO 'sales.parquet'",
)
COLUMN_TYPE = _code(
    691,
    "column-type",
    "A column of a Parquet file or of a query contains lists, structures, bytes, times or another type that is not "
    "text, integer, decimal, date or boolean. Days with a time are read from a query, but not from Parquet.",
    "The import cannot guess how to write such a value as text. A time becomes a day only in a time zone.",
    "Make the column a text, a decimal number or a day where the file is written, or in the query, or leave it out. In "
    "SQL these types are called `VARCHAR`, `DECIMAL` and `DATE`.",
    "COPY (SELECT sale_id, CAST(closed_at AS DATE) AS closed_on FROM sales) TO 'sales.parquet'",
)

# Unpivot

UNPIVOT = _code(
    695,
    "unpivot",
    "The feed turns columns into rows, but the file lacks them, or the new column names are already used.",
    "A misspelt month would silently be missing from every row.",
    "Write the column names exactly as in the first row of the file.",
    "unpivot: {columns: [M01, M02, M03], name: month, value: target}",
)
MORE = Code(
    "RNG699",
    "more-source-findings",
    "The file has more than the twenty findings shown.\n\n**Why it matters.** One mistake often repeats in every row."
    "\n\n**Cure.** Fix the findings shown and import again.\n",
    Severity.NOTE,
)

CODES = tuple(each for each in list(globals().values()) if isinstance(each, Code))
"""All codes of this module, in order."""
