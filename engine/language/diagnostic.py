"""Errors are data: a diagnostic is a value, its rendering is the shell's affair.

A check returns diagnostics and does not raise. A code is never reused; families:
RNG0xx YAML, RNG1xx shape, RNG2xx names and types, RNG3xx meaning, RNG4xx time,
RNG5xx expressions, RNG6xx feeds, RNG7xx records, RNG8xx runs and workspace, RNG9xx test files and bank files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.language.source import Span

MAX_PLACES = 8  # shown of one finding that is reported once


class Severity(StrEnum):
    """How much a finding weighs: an error stops, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding, with its short label."""

    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a finding of the analysis is true, so that it can be checked.

    `form` is `proof` or `example`; `text` has a sentence a line for a proof, and for an example the cases of a test
    file that show it, to be pasted beside the program.
    """

    form: str
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, and the cure."""

    code: str
    name: str
    severity: Severity
    message: str
    span: Span | None
    label: str = ""
    related: tuple[Related, ...] = ()
    help: str = ""
    once: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding, with the page `rung explain CODE` shows.

    `page` is Markdown: what it means, why it matters (in money where it does), the cure. With `once`, findings of the
    same words are one finding with several places: a name that was renamed is reported once, however often it is used.
    """

    code: str
    name: str
    page: str
    severity: Severity = Severity.ERROR
    once: bool = False

    def at(
        self,
        span: Span | None,
        message: str,
        *,
        label: str = "",
        related: Iterable[Related] = (),
        help: str = "",
        evidence: Iterable[Evidence] = (),
    ) -> Diagnostic:
        """A finding of this kind at `span`. Messages are lower case, without a full stop."""
        return Diagnostic(
            self.code,
            self.name,
            self.severity,
            message,
            span,
            label,
            tuple(related),
            help,
            self.once,
            tuple(evidence),
        )


def add_once(diagnostic: Diagnostic, found: list[Diagnostic]) -> None:
    """Add a finding unless the same is said of the same place, with whatever cure."""
    told = {(each.code, each.span, each.message) for each in found}
    if (diagnostic.code, diagnostic.span, diagnostic.message) not in told:
        found.append(diagnostic)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def in_file_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings sorted by place, each once."""
    nowhere = Span("", 0, 0, 0, 0)
    unique = dict.fromkeys(diagnostics)
    return _gathered(sorted(unique, key=lambda each: (each.span or nowhere, each.code, each.message)))


def _gathered(ordered: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings that are reported once in a file, with the places of the others beside the first."""
    found: dict[object, Diagnostic] = {}
    for number, each in enumerate(ordered):
        key = (each.code, each.message, each.span.file) if each.once and each.span else number
        first = found.get(key)
        if first is None:
            found[key] = each
        elif each.span and len(first.related) < MAX_PLACES:
            found[key] = replace(first, related=(*first.related, Related(each.span, "and here")))
    return tuple(found.values())
