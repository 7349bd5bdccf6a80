"""Every diagnostic code there is, for `rung explain RNG304` and for the pages in docs/errors."""

from __future__ import annotations

from importlib import import_module

from engine.language.diagnostic import Code

MODULES = (
    "engine.authoring.analysis.codes",
    "engine.authoring.cases.codes",
    "engine.bank.codes",
    "engine.language.codes.expression",
    "engine.language.codes.lineage",
    "engine.language.codes.meaning",
    "engine.language.codes.shape",
    "engine.language.codes.yaml",
    "engine.ledger.codes",
    "engine.publications.codes",
    "engine.records.codes.feed",
    "engine.records.codes.queries",
    "engine.records.codes.rows",
    "engine.records.codes.tables",
    "engine.records.codes_readers",
    "engine.runs.codes",
    "engine.workspace",
)  # each holds `Code` values; a test finds one that is not listed


def all_codes() -> tuple[Code, ...]:
    """Every code, sorted, as often as it is defined (a test holds that to once)."""
    found: dict[int, Code] = {}
    for name in MODULES:
        for value in vars(import_module(name)).values():
            if isinstance(value, Code):
                found[id(value)] = value
    return tuple(sorted(found.values(), key=lambda code: code.code))


def find_code(name: str) -> Code | None:
    """The code written like `RNG304`, in whatever case."""
    wanted = name.upper()
    return next((code for code in all_codes() if code.code == wanted), None)


def page_of(code: Code) -> str:
    """The page of a code, as Markdown."""
    return f"# {code.code} {code.name}\n\n{code.severity.value}\n\n{code.page.strip()}\n"
