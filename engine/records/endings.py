"""What the ending of a file's name says of its format."""

from __future__ import annotations

from typing import Final

ENDINGS: Final = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
OTHERS: Final = {
    "a workbook with macros": ((".xlsm", ".xltm"), "in a spreadsheet program, save a copy as .xlsx, and name that"),
    "a workbook of another kind": (
        (".xls", ".xlsb", ".xltx", ".xlt", ".ods", ".fods", ".numbers", ".gsheet"),
        "in a spreadsheet program, save a copy as .xlsx, and name that",
    ),
    "an archive": (
        (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z", ".rar"),
        "unpack it, and name the file inside",
    ),
    "a database": (
        (".db", ".sqlite", ".sqlite3"),
        'read it with a query: `{database: NAME, query: "SELECT .."}`, where the variable NAME has its URL',
    ),
}
"""What an ending that rung does not read says of a file, and what to do: no `format` can help."""
