"""Fixes from messages: the proposed word replaces the word that the message is about. A fix is offered only if it
improves the text: the finding is gone, and there is no new error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from engine.authoring.services.document import Document
from engine.authoring.services.edits import Edit, edited
from engine.language.diagnostic import Diagnostic, Severity

MOST_TRIED = 8  # findings at one place; each cure is tried by checking the whole text
MOST_READ = 400_000  # bytes of the texts that are checked for one answer: an editor waits for it
FINDING = 100  # bytes of text that take as long as one finding

_PROPOSED = re.compile(
    r"^(?:did you mean|write|say|if it is an id, quote it:|windows are lower case:) (?P<words>`[^`]+`(?: or `[^`]+`)?)"
)
_WORD = re.compile(r"`([^`]+)`")

Check = Callable[[bytes], tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True)
class Fix:
    """One cure of one finding. `preferred`: it is the only one."""

    title: str
    finding: Diagnostic
    edit: Edit
    preferred: bool


def fixes_for(document: Document, findings: Iterable[Diagnostic], check: Check) -> tuple[Fix, ...]:
    """Cures of these findings of the document, tried out."""
    fixes: list[Fix] = []
    each_takes = len(document.data) + FINDING * len(document.findings)
    left = max(1, MOST_READ // max(1, each_takes))  # texts: one cure of a large text is better than none
    for finding in [each for each in findings if _proposals(each)][:MOST_TRIED]:
        tried = list(islice(_tried(document, finding), left))
        left -= len(tried)
        good = [each for each in tried if _is_better(document, finding, each, check)]
        fixes += [
            Fix(f"replace `{document.text_at(each.span)}` by `{each.text}`", finding, each, len(good) == 1)
            for each in good
        ]
    return tuple(fixes)


def _proposals(finding: Diagnostic) -> list[str]:
    match = _PROPOSED.match(finding.help)
    return _WORD.findall(match["words"]) if match else []


def _tried(document: Document, finding: Diagnostic) -> Iterator[Edit]:
    span = finding.span
    if span is None or span.file != document.file or not document.text_at(span):
        return
    for word in _proposals(finding):
        yield Edit(span, word)


def _is_better(document: Document, finding: Diagnostic, edit: Edit, check: Check) -> bool:
    before, after = document.findings, check(edited(document.data, [edit]))
    gone = _alike(after, finding) < _alike(before, finding)
    return gone and _errors(after) <= _errors(before) - (finding.severity is Severity.ERROR) + _hidden(document)


def _hidden(document: Document) -> int:
    """A layer is checked only if the one before has no error: fixing the last error of one may show others."""
    return 0 if len([each for each in document.findings if each.severity is Severity.ERROR]) > 1 else MOST_TRIED


def _alike(findings: Iterable[Diagnostic], finding: Diagnostic) -> int:
    """In how many places this is found: one finding may cover several."""
    alike = [each for each in findings if (each.code, each.message) == (finding.code, finding.message)]
    return sum(1 + len(each.related) for each in alike)


def _errors(findings: Iterable[Diagnostic]) -> int:
    return sum(each.severity is Severity.ERROR for each in findings)
