"""`rung lsp` where its library is not installed; with it, tests/cli/lsp drives the server."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

WITHOUT = "import sys; sys.modules['pygls'] = None; from cli.app import run; sys.exit(run(['lsp']))"


def test_without_its_library_it_says_what_to_install() -> None:
    """One sentence and the cure, and nothing on the editor's channel."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=False)
    expected = (
        "error: the editor server needs pygls, which is not installed\n"
        "  = help: install rung with its extra: `pip install '.[lsp]'` in the folder of rung\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_nothing_else_needs_the_library() -> None:
    """The help and a check of a program do not load it, nor the server's own modules."""
    code = (
        "import sys\nfrom cli.app import run\nrun(['check', 'programs/summit/2026.yaml'])\n"
        "sys.exit(', '.join(each for each in sys.modules if each.startswith(('pygls', 'lsprotocol', 'cli.lsp'))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
