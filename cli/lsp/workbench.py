"""The texts an editor has open, with the files beside them, and calls to the language services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cli.checking import OURS, Kind, check_file, kind_of
from cli.exits import Stop
from cli.laid import schema_of
from cli.programs import BUILDS_ON, changed_beside, foundations_of, is_named_pipe
from engine.authoring.layout.file import lay_out
from engine.authoring.services.cases import index_of_cases
from engine.authoring.services.complete import Offer, complete
from engine.authoring.services.contents import Heading, contents_of
from engine.authoring.services.document import Document, recover_tree
from engine.authoring.services.edits import Edit
from engine.authoring.services.feeds import index_of_feed
from engine.authoring.services.fixes import Fix, fixes_for
from engine.authoring.services.hover import day_shown, describe, view_of
from engine.authoring.services.navigate import Found, declaration_of, places_of, symbol_at
from engine.authoring.services.rename import Beside, Refusal, may_rename, rename
from engine.authoring.services.symbols import Index, Occurrence, Symbol
from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.program import Program
from engine.language.reading import text_of
from engine.language.source import File, Span
from engine.plan.plan import Plan
from rules import SCHEMA, analyse_program, check_program, compile_program, load_program

MAX_BYTES = 4 * 1024 * 1024  # of a file beside; a larger one is not a rung file
MOST_BESIDE = 200  # files of one folder that are searched for names

Today = Callable[[], date]


@dataclass(slots=True)
class Workbench:
    """Mutable: `texts` are the open texts by path. `today` gives the day for values in hovers."""

    today: Today
    texts: dict[str, bytes] = field(default_factory=dict)
    _read: dict[str, Document] = field(default_factory=dict)
    _good: dict[str, Document] = field(default_factory=dict)
    _proved: dict[str, tuple[bytes, tuple[Diagnostic, ...]]] = field(default_factory=dict)
    _plans: dict[tuple[str, bytes, date], Plan | None] = field(default_factory=dict)

    def put(self, path: str, data: bytes) -> None:
        """Take a text as it is in the editor now."""
        self.texts[path] = data

    def drop(self, path: str) -> None:
        """Forget a text that was closed; the file counts again."""
        for each in (self.texts, self._read, self._good, self._proved):
            each.pop(path, None)

    def check(self, path: str) -> tuple[Diagnostic, ...]:
        """What is found at once in an open text: every layer but the analysis, which may take longer."""
        data = self.data(path)
        if kind_of(data) is Kind.PROGRAM:
            return self.checked(path).findings
        try:
            return check_file(path, data).found
        except Stop:
            return ()  # a file it needs cannot be read: the command line reports it

    def analyse(self, path: str) -> tuple[Diagnostic, ...]:
        """What is found beside that in a program without errors: what no record could ever reach."""
        if kind_of(self.data(path)) is not Kind.PROGRAM:
            return ()
        document = self.checked(path)
        if document.program is None or has_errors(document.findings):
            return ()
        found = analyse_program(document.program)
        self._proved[path] = (document.data, found)
        return found

    def findings(self, path: str) -> tuple[Diagnostic, ...]:
        """The findings of a program's last check, if its text has not changed."""
        known, (text, proved) = self._read.get(path), self._proved.get(path, (b"", ()))
        if known is None or known.data != self.data(path):
            return ()
        return (*known.findings, *proved) if text == known.data else known.findings

    def checked(self, path: str) -> Document:
        """The program in an open text, with its findings; its meaning is that of the last text without errors."""
        data = self.data(path)
        known, others = self._read.get(path), self.others(path, data)
        if known is not None and (known.data, known.others) == (data, others):
            return known
        program, found = _found(path, data, others)
        document = Document(path, data, SCHEMA, program, found, others)
        if program is not None and not has_errors(found):
            self._good[path] = document
        elif document.program is None and path in self._good:
            document = replace(document, program=self._good[path].program)
        self._read[path] = document
        return document

    def data(self, path: str) -> bytes:
        """An open text, or the file; nothing if there is none."""
        if path in self.texts:
            return self.texts[path]
        try:
            if is_named_pipe(Path(path)):
                return b""
            with Path(path).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (OSError, ValueError):
            return b""
        return data if len(data) <= MAX_BYTES else b""

    def others(self, path: str, data: bytes) -> tuple[File, ...]:
        """The files a program builds on, open texts before files."""
        try:
            found = foundations_of(data, path)
        except Stop:
            return ()
        return tuple(File(each.name, self.texts.get(each.name, each.data)) for each in found)

    def subject(self, path: str) -> tuple[Document, Index]:
        """The program a text is about, and the names in the text: its own, or those of a test file or feed."""
        data = self.data(path)
        kind = kind_of(data)
        if kind is Kind.PROGRAM:
            document = self.checked(path)
            return document, document.index
        document = self.checked(str(self._program_of(path, data, kind)))
        names = index_of_cases if kind is Kind.TESTS else index_of_feed
        return document, names(data, path, document.index)

    def _program_of(self, path: str, data: bytes, kind: Kind) -> Path:
        """The program file that a test file or a feed names, or is named after."""
        tree = recover_tree(data, path)
        named = text_of(tree.get("program" if kind is Kind.TESTS else "records"))
        own = Path(path).name.removesuffix(".yaml").removesuffix(".test") + ".yaml"
        return Path(path).parent / (named or own)

    def found(self, path: str, line: int, column: int) -> tuple[Document, Found] | None:
        """The symbol at a place, with the program it belongs to."""
        document, index = self.subject(path)
        if document.file == path:
            found = symbol_at(document, line, column, self._good.get(path))
            return (document, found) if found else None
        each = index.at(path, line, column)
        return (document, Found(each.symbol, each.span)) if each and each.span else None

    def hover(self, path: str, line: int, column: int) -> tuple[str, Span] | None:
        """The description of the name at a place, as Markdown, and its span."""
        known = self.found(path, line, column)
        if known is None or known[0].program is None:
            return None
        document, found = known
        program = document.program
        assert program is not None  # asked above
        day = day_shown(program, self.today())
        text = describe(found.symbol, view_of(program, day, self._plan(document, day)))
        return (text, found.span) if text else None

    def _plan(self, document: Document, day: date) -> Plan | None:
        """The Plan of the last text without errors, on a day."""
        good = self._good.get(document.file)
        if good is None or good.program is None:
            return None
        key = (good.file, good.data, day)
        if key not in self._plans:
            self._plans.clear()  # one program is analysed at a time
            self._plans[key] = compile_program(good.program, day)[0]
        return self._plans[key]

    def definition(self, path: str, line: int, column: int) -> Span | None:
        """Where the name at a place is declared."""
        known = self.found(path, line, column)
        return declaration_of(known[0], known[1].symbol, self._good.get(known[0].file)) if known else None

    def references(self, path: str, line: int, column: int, declaring: bool) -> tuple[Span, ...]:
        """All places of the name at a place: in its program, what that builds on, and the files beside it."""
        known = self.found(path, line, column)
        if known is None:
            return ()
        document, found = known
        beside = self.beside(document)
        places = [*places_of(document, found.symbol, declaring)]
        for index in _indexes(document, beside):
            places += index.of(found.symbol)
        places += self._above(document, found.symbol)
        return tuple(each.span or each.around for each in places)

    def highlights(self, path: str, line: int, column: int) -> tuple[Span, ...]:
        """The places of a name in the same text."""
        known = self.found(path, line, column)
        if known is None:
            return ()
        _, index = self.subject(path)
        spans = (each.span for each in index.of(known[1].symbol))
        return tuple(each for each in spans if each is not None and each.file == path)

    def may_rename(self, path: str, line: int, column: int) -> Found | Refusal | None:
        """The name at a place where it can be changed; None if there is none."""
        known = self.found(path, line, column)
        if known is None:
            return None
        return may_rename(known[0], known[1].symbol) or known[1]

    def rename(self, path: str, line: int, column: int, name: str) -> tuple[Edit, ...] | Refusal:
        """The edits, in all files, that give the name at a place another one."""
        known = self.found(path, line, column)
        if known is None:
            return Refusal("there is no name here")
        document, found = known
        above = next(iter(self._above(document, found.symbol)), None)
        if above is not None:
            other = Path(above.around.file).name
            return Refusal(f"`{found.symbol.name}` is used in `{other}`, which builds on this file")

        def check(data: bytes) -> tuple[Diagnostic, ...]:
            return _found(document.file, data, document.others)[1]

        return rename(document, found.symbol, name, check, self.beside(document))

    def _above(self, document: Document, symbol: Symbol) -> list[Occurrence]:
        """Uses of a name in files that build on its own: later versions, and amendments."""
        found: list[Occurrence] = []
        for path in self._neighbours(Path(document.file)):
            data = self.data(str(path))
            if kind_of(data) is Kind.PROGRAM and BUILDS_ON.search(data):
                above = self.checked(str(path))
                if any(Path(each.name) == Path(document.file) for each in above.others):
                    found += [each for each in above.index.of(symbol) if each.around.file == above.file]
        return found

    def beside(self, document: Document) -> Beside:
        """Test files and feeds of a program, in its folder."""
        tests: list[File] = []
        feeds: list[File] = []
        own = Path(document.file)
        for path in self._neighbours(own):
            data = self.data(str(path))
            kind = kind_of(data)
            if kind is Kind.PROGRAM or self._program_of(str(path), data, kind).name != own.name:
                continue
            (tests if kind is Kind.TESTS else feeds).append(File(str(path), data))
        return Beside(tests, feeds)

    def _neighbours(self, own: Path) -> Iterator[Path]:
        open_here = {Path(each) for each in self.texts if Path(each).parent == own.parent}
        try:
            there = set(own.parent.glob("*.yaml"))
        except OSError:
            there = set()
        yield from [each for each in sorted(there | open_here) if each != own][:MOST_BESIDE]

    def offers(self, path: str, line: int, column: int) -> tuple[Offer, ...]:
        """What can be written at a place of a program."""
        data = self.data(path)
        if kind_of(data) is not Kind.PROGRAM:
            return ()
        good = self._good.get(path)
        document = Document(path, data, SCHEMA, good.program if good else None, (), self.others(path, data))
        return complete(document, line, column, good)

    def contents(self, path: str) -> tuple[Heading, ...]:
        """The outline of a text."""
        data = self.data(path)
        return contents_of(Document(path, data, SCHEMA if kind_of(data) is Kind.PROGRAM else {}))

    def fixes(self, path: str, first: int, last: int) -> tuple[Fix, ...]:
        """Fixes for the findings in these lines."""
        data = self.data(path)
        if kind_of(data) is not Kind.PROGRAM:
            return ()
        document = self.checked(path)
        here = [each for each in document.findings if each.span and first <= each.span.line <= last]
        return fixes_for(document, here, lambda changed: _found(path, changed, document.others)[1])

    def laid_out(self, path: str) -> bytes | None:
        """The text in the one layout; None where it cannot be read."""
        data = self.data(path)
        return lay_out(data, path, schema_of(data), changed_beside(data, path))[0]


def _found(path: str, data: bytes, others: tuple[File, ...]) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The program, with the findings of its YAML, its shape and its meaning."""
    program, found = load_program(data, path, others)
    if program is not None and not has_errors(found):
        found = (*found, *check_program(program))
    return program, in_file_order(found)


def is_ours(data: bytes) -> bool:
    """Whether a text is a program, a feed or a test file."""
    return OURS.search(data) is not None


def _indexes(document: Document, beside: Beside) -> Iterator[Index]:
    yield from (index_of_cases(each.data, each.name, document.index) for each in beside.tests)
    yield from (index_of_feed(each.data, each.name, document.index) for each in beside.feeds)
