"""Renderers of diagnostics, by the name of their format: pure functions from findings to text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cli.render.concise import render_concise
from cli.render.diagnostics_json import render_json
from cli.render.github import render_github
from cli.render.sarif import render_sarif
from cli.render.terminal import render_terminal
from engine.language.diagnostic import Diagnostic

Renderer = Callable[[Iterable[Diagnostic], Mapping[str, bytes]], str]

RENDERERS: Mapping[str, Renderer] = {
    "text": render_terminal,
    "concise": render_concise,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
}
"""Each takes the findings and the bytes of the files they are about, by the name in their spans."""
