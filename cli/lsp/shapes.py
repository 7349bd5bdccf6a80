"""Answers of the workbench in the words of the Language Server Protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

import cli
from engine.authoring.services.complete import Offer, OfferKind
from engine.authoring.services.contents import Heading
from engine.authoring.services.edits import Edit
from engine.authoring.services.fixes import Fix
from engine.authoring.services.positions import Encoding, Position, Range, Text
from engine.authoring.services.symbols import SymbolKind
from engine.language.diagnostic import Diagnostic, Severity
from engine.language.source import Span

SOURCE = "rung"
PAGES = Path(cli.__file__).resolve().parent.parent / "docs" / "errors"  # where this is run from its repository
_BUILDS_ON = re.compile(r"(extends|amends)[ \t]*:")

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
SYMBOLS = {
    SymbolKind.PARAMETER: types.SymbolKind.Constant,
    SymbolKind.CERTIFICATION: types.SymbolKind.Key,
    SymbolKind.METRIC: types.SymbolKind.Variable,
    SymbolKind.SEGMENT: types.SymbolKind.Boolean,
    SymbolKind.DESIGNATION: types.SymbolKind.Enum,
    SymbolKind.CHOICE: types.SymbolKind.TypeParameter,
    SymbolKind.TIER: types.SymbolKind.EnumMember,
    SymbolKind.BENEFIT: types.SymbolKind.Property,
    SymbolKind.INCENTIVE: types.SymbolKind.Function,
    SymbolKind.TABLE: types.SymbolKind.Struct,
    SymbolKind.FIELD: types.SymbolKind.Field,
    SymbolKind.LINK: types.SymbolKind.Interface,
}
OFFERS = {
    OfferKind.NAME: types.CompletionItemKind.Variable,
    OfferKind.FIELD: types.CompletionItemKind.Field,
    OfferKind.VALUE: types.CompletionItemKind.EnumMember,
    OfferKind.FUNCTION: types.CompletionItemKind.Function,
    OfferKind.WORD: types.CompletionItemKind.Keyword,
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Turns places of files into the protocol's.

    `text_of` reads a file as the editor has it; `uris` are the addresses of open ones.
    """

    text_of: Callable[[str], str]
    encoding: Encoding
    uris: dict[str, str]
    _texts: dict[str, Text] = field(default_factory=dict)

    def uri(self, path: str) -> str:
        """The address of a file, as the editor wrote it where it is open."""
        return self.uris.get(path) or from_fs_path(path) or path

    def text(self, path: str) -> Text:
        """A file as the editor counts its places."""
        if path not in self._texts:
            self._texts[path] = Text.of(self.text_of(path), self.encoding)
        return self._texts[path]

    def range(self, span: Span) -> types.Range:
        """A span in its own file."""
        return _range(self.text(span.file).range_of(span))

    def location(self, span: Span) -> types.Location:
        """A span with the address of its file."""
        return types.Location(self.uri(span.file), self.range(span))

    def place(self, path: str, position: types.Position) -> tuple[int, int]:
        """Line and column of an editor's position."""
        return self.text(path).place(Position(position.line, position.character))

    def finding(self, path: str, finding: Diagnostic) -> types.Diagnostic:
        """A finding in the editor's list; one about a file that this one builds on is at the key that names it."""
        span, related = finding.span, list(finding.related)
        elsewhere = span is not None and span.file != path
        message = f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message
        around = [(each.span, each.label) for each in related]
        if span is None or elsewhere:
            around += [(span, finding.label or "here")] if span else []
            span = self._building_line(path)
        page = PAGES / f"{finding.code}.md"
        return types.Diagnostic(
            range=self.range(span),
            message=message,
            severity=SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(page.as_uri()) if page.is_file() else None,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.name == "unused" else None,
            related_information=[
                types.DiagnosticRelatedInformation(self.location(place), label or finding.message)
                for place, label in around
            ],
        )

    def _building_line(self, path: str) -> Span:
        lines = self.text(path).lines
        at = next((number for number, line in enumerate(lines, 1) if _BUILDS_ON.match(line)), 1)
        return Span(path, at, 1, at, len(lines[at - 1].rstrip()) + 1)

    def edits(self, edits: Iterable[Edit], versions: dict[str, int | None]) -> types.WorkspaceEdit:
        """Edits of one or several files; of an open one, only as long as it is the text they were made for."""
        by_file: dict[str, list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]] = {}
        for each in edits:
            edit = types.TextEdit(self.range(each.span), each.text)
            by_file.setdefault(each.span.file, []).append(edit)
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(self.uri(path), versions.get(path)), found
                )
                for path, found in by_file.items()
            ]
        )

    def action(self, fix: Fix, versions: dict[str, int | None]) -> types.CodeAction:
        """A cure that can be carried out."""
        return types.CodeAction(
            title=fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[self.finding(fix.edit.span.file, fix.finding)],
            is_preferred=fix.preferred,
            edit=self.edits([fix.edit], versions),
        )

    def heading(self, heading: Heading) -> types.DocumentSymbol:
        """One line of the outline."""
        kind = SYMBOLS[heading.kind] if heading.kind else types.SymbolKind.Namespace
        chosen, whole = self.range(heading.span), self.range(heading.whole)
        whole = types.Range(min(whole.start, chosen.start), max(whole.end, chosen.end))
        inside = [self.heading(each) for each in heading.inside]
        return types.DocumentSymbol(heading.name or "(no name)", kind, whole, chosen, heading.detail, children=inside)

    def offer(self, offer: Offer, place: int) -> types.CompletionItem:
        """One word that can be written; they keep their order."""
        return types.CompletionItem(
            label=offer.text,
            kind=OFFERS[offer.kind],
            detail=offer.detail or None,
            sort_text=f"{place:04}",
            text_edit=types.TextEdit(self.range(offer.span), offer.text),
        )

    def relaid(self, path: str, after: str) -> list[types.TextEdit]:
        """The edits that make a text what it should be, line by line, so that the cursor stays where it was."""
        before = self.text_of(path)
        old, new = _rows(before), _rows(after)
        edits = []
        for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                span = types.Range(types.Position(start, 0), types.Position(end, 0))
                edits.append(types.TextEdit(span, "".join(new[first:last])))
        return edits


def _rows(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", text)


def _range(found: Range) -> types.Range:
    start, end = found.start, found.end
    return types.Range(types.Position(start.line, start.unit), types.Position(end.line, end.unit))
