"""An editor, as a language server sees one: it opens texts, asks, and reads what the server sends on its own."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 60  # seconds until a silent server has failed; other tests share the processors

Json = Any  # what a server sends


class Refused(Exception):
    """The server answered with an error."""


class Editor:
    """One server on stdin and stdout. `settings` answers what it asks of the configuration."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        settings: Mapping[str, Json] | None = None,
        encodings: Sequence[str] = ("utf-16",),
    ) -> None:
        self.folder, self.settings = folder, settings or {}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self._messages: queue.Queue[Json] = queue.Queue()
        self._findings: dict[str, list[Json]] = {}
        self._versions: dict[str, int] = {}
        self._asked = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        completion = {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}}
        text = {"completion": completion, "hover": {"contentFormat": ["markdown"]}}
        capabilities = {
            "textDocument": text,
            "workspace": {"configuration": True},
            "general": {"positionEncodings": list(encodings)},
        }
        root = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities}
        self.server = self.ask("initialize", root)
        self.tell("initialized", {})

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None and kind is None:
            self.ask("shutdown", None)
            self.tell("exit", None)
        self.close()

    def close(self) -> None:
        """End the server, whatever it does."""
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self._reader.join(5)

    def tell(self, method: str, params: Json) -> None:
        """Send what needs no answer."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Json) -> Json:
        """Send a request and wait for its answer; raises `Refused` on an error."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._asked and "method" not in message:
                if "error" in message:
                    raise Refused(message["error"]["message"])
                return message["result"]

    def uri(self, name: str) -> str:
        """The address of a file in the folder."""
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> list[Json]:
        """Open a text; what the server finds in it."""
        self._versions[name] = 1
        item = {"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text}
        self._findings.pop(self.uri(name), None)
        self.tell("textDocument/didOpen", {"textDocument": item})
        return self.findings(name)

    def change(self, name: str, text: str) -> list[Json]:
        """Put another text in place of an open one; what the server finds in it."""
        self.type(name, text)
        return self.findings(name)

    def type(self, name: str, text: str) -> None:
        """Put another text in place of an open one, and do not wait."""
        self._versions[name] += 1
        document = {"uri": self.uri(name), "version": self._versions[name]}
        self._findings.pop(self.uri(name), None)
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def findings(self, name: str) -> list[Json]:
        """The next list of findings of a file; one of an older text is not it."""
        while self.uri(name) not in self._findings:
            self._next()
        return self._findings.pop(self.uri(name))

    def at(self, method: str, name: str, line: int, character: int, **more: Json) -> Json:
        """A request about a place of a text, counted from 0."""
        place = {"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}}
        return self.ask(f"textDocument/{method}", {**place, **more})

    def _next(self) -> Json:
        message = self._messages.get(timeout=PATIENCE)
        if message is None:
            raise ConnectionError(f"the server ended with {self.process.wait(5)}")
        method = message.get("method")
        if method is not None and "id" in message:
            items = message["params"].get("items", []) if method == "workspace/configuration" else None
            answer = [self.settings.get(each.get("section")) for each in items] if items is not None else None
            self._send({"id": message["id"], "result": answer})
        elif method == "textDocument/publishDiagnostics":
            told = message["params"]
            current = {self.uri(name): number for name, number in self._versions.items()}
            if told.get("version") in (None, current.get(told["uri"])):
                self._findings[told["uri"]] = told["diagnostics"]
        return message

    def _send(self, message: Mapping[str, Json]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while header := stream.readline().strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not length:
                break
            self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)


def place_of(text: str, marked: str, mark: str = "|") -> tuple[str, int, int]:
    """`text` with `marked` put into it, without its mark; and where the mark stood: line and UTF-16 unit from 0.

    `marked` without the mark, up to it and behind it, must stand in the text exactly once.
    """
    before, _, behind = marked.partition(mark)
    plain = before + behind
    assert text.count(plain) == 1, f"{plain!r} stands {text.count(plain)} times in the text"
    at = text.index(plain) + len(before)
    line = text.count("\n", 0, at)
    return text, line, len(text[text.rfind("\n", 0, at) + 1 : at].encode("utf-16-le")) // 2
