"""`rung lsp`: the editor server."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.process import NoStream


def lsp(stdio: Annotated[bool, typer.Option("--stdio", help="Use stdin and stdout (always on).")] = False) -> None:
    """Run the language server for editors: errors as you type, hover, definitions, rename, completion.

    \b
    Example:
      rung lsp

    An editor starts it; docs/editors.md says how for VS Code, Neovim, Zed and Helix.
    """
    del stdio  # the only way: editors that pass it are right
    if find_spec("pygls") is None:
        raise Stop(ExitCode.USAGE, "the editor server needs pygls, which is not installed", INSTALL)
    if sys.stdin is None or isinstance(sys.stdout, NoStream):
        raise Stop(ExitCode.USAGE, "stdin or stdout is closed: an editor talks to the server through them")
    from cli.lsp.server import serve

    serve()


INSTALL = "install rung with its extra: `pip install '.[lsp]'` in the folder of rung"
