"""One door for all formats: pick the reader, then unpivot."""

from __future__ import annotations

from pathlib import Path

import duckdb

from engine.language.diagnostic import Diagnostic
from engine.language.source import Span
from engine.records.readers.layout import Layout, Staged


def stage_source(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, name: str, layout: Layout, span: Span
) -> tuple[Staged | None, tuple[Diagnostic, ...]]:
    """Make `relation` from the file at `path`, or say why not.

    `name` is the file's name in findings; `span` is the place in the feed mapping, for findings
    about the file as a whole. `path` was resolved and checked by the caller and is taken
    literally, never as a pattern. With any error finding nothing is staged.
    The connection keeps the order of rows (`preserve_insertion_order`, the default).
    """
    raise NotImplementedError
