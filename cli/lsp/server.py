"""The server: what the editor asks, handed to the workbench, and its answers sent back."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from cli.catalogue import find_code
from cli.lsp.shapes import Speaker
from cli.lsp.workbench import Workbench, is_ours
from engine.authoring.services.positions import Encoding
from engine.authoring.services.rename import Refusal
from engine.language.diagnostic import Diagnostic, in_file_order

PAUSE = 0.2  # seconds without a key before a text is checked


class RungServer(LanguageServer):
    """One editor's server. `turns` count the changes of each text: the result of an outdated check is not reported."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__("rung", _version(), text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.bench = Workbench(today)
        self.uris: dict[str, str] = {}
        self.versions: dict[str, int | None] = {}
        self.turns: dict[str, int] = {}

    @property
    def speaker(self) -> Speaker:
        """The editor's way of counting places."""
        encoding = Encoding(str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)))
        return Speaker(lambda path: self.bench.data(path).decode("utf-8", "replace"), encoding, self.uris)

    def take(self, uri: str) -> str:
        """Take the text of an open document as it is now; its path."""
        document = self.workspace.get_text_document(uri)
        path = path_of(uri)
        self.uris[path], self.versions[path] = uri, document.version
        self.turns[path] = self.turns.get(path, 0) + 1
        self.bench.put(path, document.source.encode("utf-8", "replace"))
        return path

    async def tell(self, path: str, pause: float) -> None:
        """Check a text once nobody types, and send what was found."""
        turn = self.turns[path]
        await asyncio.sleep(pause)
        if turn != self.turns.get(path):
            return
        if not is_ours(self.bench.data(path)):
            self._publish(path, ())
            return
        found = await asyncio.to_thread(self.bench.check, path)
        if turn != self.turns.get(path):
            return
        self._publish(path, found)
        more = await asyncio.to_thread(self.bench.analyse, path)
        if more and turn == self.turns.get(path):
            self._publish(path, in_file_order((*found, *more)))

    def _publish(self, path: str, found: tuple[Diagnostic, ...]) -> None:
        speaker = self.speaker
        told = [speaker.finding(path, each) for each in found]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(self.uris[path], told, self.versions[path])
        )


def path_of(uri: str) -> str:
    """The path of a file; of a text that is in no file, its address."""
    return to_fs_path(uri) or uri


def _version() -> str:
    try:
        return version("rung")
    except PackageNotFoundError:
        return "0"


def server(today: Callable[[], date]) -> RungServer:
    """A server with everything it can do."""
    made = RungServer(today)
    _add_texts(made)
    _add_names(made)
    _add_writing(made)
    return made


def _add_texts(made: RungServer) -> None:
    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        await made.tell(made.take(params.text_document.uri), 0)

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        await made.tell(made.take(params.text_document.uri), PAUSE)

    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        for path in [made.take(params.text_document.uri), *list(made.bench.texts)]:
            await made.tell(path, 0)  # what is open beside may build on what was saved

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        made.bench.drop(path)
        for each in (made.uris, made.versions, made.turns):
            each.pop(path, None)
        made.text_document_publish_diagnostics(types.PublishDiagnosticsParams(params.text_document.uri, []))


def _add_names(made: RungServer) -> None:
    @made.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        path, speaker = path_of(params.text_document.uri), made.speaker
        line, column = speaker.place(path, params.position)
        here = [each for each in made.bench.findings(path) if _is_at(each, path, line, column)]
        known = made.bench.hover(path, line, column)
        span = known[1] if known else here[0].span if here else None
        if span is None:
            return None
        parts = [known[0]] if known else [_page(each) for each in here[:1]]
        told = types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join([*parts, *map(_evidence, here)]).rstrip())
        return types.Hover(told, speaker.range(span))

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        path, speaker = path_of(params.text_document.uri), made.speaker
        span = made.bench.definition(path, *speaker.place(path, params.position))
        return speaker.location(span) if span else None

    @made.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location]:
        path, speaker = path_of(params.text_document.uri), made.speaker
        place = speaker.place(path, params.position)
        found = made.bench.references(path, *place, params.context.include_declaration)
        return [speaker.location(each) for each in found]

    @made.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        path, speaker = path_of(params.text_document.uri), made.speaker
        found = made.bench.highlights(path, *speaker.place(path, params.position))
        return [types.DocumentHighlight(speaker.range(each)) for each in found]

    @made.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outline(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        path, speaker = path_of(params.text_document.uri), made.speaker
        return [speaker.heading(each) for each in made.bench.contents(path)]


def _is_at(finding: Diagnostic, path: str, line: int, column: int) -> bool:
    """Whether a finding is about a place."""
    span = finding.span
    if span is None or span.file != path:
        return False
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def _page(finding: Diagnostic) -> str:
    """The page of a finding."""
    code = find_code(finding.code)
    return f"**{finding.code}** {finding.name}\n\n{code.page if code else finding.message}".rstrip()


def _evidence(finding: Diagnostic) -> str:
    """What shows that a finding is true: a proof, or records; unchanged, in a block of its own."""
    return "\n\n".join(f"{each.form}:\n\n{_block(each.text)}" for each in finding.evidence)


def _block(text: str) -> str:
    """A block of code that its text cannot end."""
    fence = max((len(each) for each in re.findall("`+", text)), default=2) + 1
    return f"{'`' * max(fence, 3)}\n{text}\n{'`' * max(fence, 3)}"


def _add_writing(made: RungServer) -> None:
    @made.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", ".", "[", "("]))
    def completion(params: types.CompletionParams) -> types.CompletionList:
        path, speaker = path_of(params.text_document.uri), made.speaker
        offers = made.bench.offers(path, *speaker.place(path, params.position))
        items = [speaker.offer(each, place) for place, each in enumerate(offers)]
        return types.CompletionList(is_incomplete=False, items=items)

    @made.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        path, speaker = path_of(params.text_document.uri), made.speaker
        found = made.bench.may_rename(path, *speaker.place(path, params.position))
        if found is None:
            return None
        if isinstance(found, Refusal):
            raise _refused(found)
        return types.PrepareRenamePlaceholder(speaker.range(found.span), found.symbol.name)

    @made.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def rename(params: types.RenameParams) -> types.WorkspaceEdit:
        path, speaker = path_of(params.text_document.uri), made.speaker
        edits = made.bench.rename(path, *speaker.place(path, params.position), params.new_name)
        if isinstance(edits, Refusal):
            raise _refused(edits)
        return speaker.edits(edits, made.versions)

    @made.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        path, speaker = path_of(params.text_document.uri), made.speaker
        fixes = made.bench.fixes(path, params.range.start.line + 1, params.range.end.line + 1)
        return [speaker.action(each, made.versions) for each in fixes]

    @made.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        path = path_of(params.text_document.uri)
        after = made.bench.laid_out(path)
        return made.speaker.relaid(path, after.decode("utf-8")) if after is not None else None


def _refused(refusal: Refusal) -> JsonRpcException:
    """A refusal as the editor shows it."""
    return JsonRpcInvalidRequest(refusal.reason)


def is_fault(record: logging.LogRecord) -> bool:
    """Whether a log record is about a bug in rung: a refusal is an answer."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcException))


def serve() -> None:
    """Answer the editor on stdin and stdout until it leaves."""
    logging.getLogger("pygls.protocol.json_rpc").addFilter(is_fault)
    server(lambda: datetime.now().astimezone().date()).start_io()
