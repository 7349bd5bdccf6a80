"""A page in a real browser: what it fetches, what it says, what axe finds, whether it fits. For `tools` tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NODE = Path(__file__).resolve().parent / "node"
LEAST_RULES = 15  # axe rules that pass on any real page: fewer, and axe did not look


@dataclass(frozen=True)
class Audit:
    """What was seen of a page in six views: wide, phone and print, each light and dark."""

    title: str
    requests: tuple[str, ...]
    console: tuple[str, ...]
    violations: tuple[dict[str, Any], ...]
    overflow: tuple[dict[str, Any], ...]
    rules: int

    def assert_sound(self) -> None:
        """Nothing fetched, nothing complained of, accessible, and no wider than the window."""
        assert self.requests == ()
        assert self.console == ()
        assert self.violations == (), json.dumps(self.violations, indent=1)
        assert self.overflow == (), json.dumps(self.overflow, indent=1)
        assert self.rules >= LEAST_RULES


def chromium() -> str | None:
    """The browser's path, if this machine has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def audit(file: Path, pictures: Path | None = None) -> Audit:
    """Look at an HTML file in the browser; `pictures` is a folder for screenshots. Skips where tools are absent."""
    node, browser = shutil.which("node"), chromium()
    if node is None or browser is None or not (NODE / "node_modules" / "axe-core").is_dir():
        pytest.skip("needs node, Chromium and tests/extra/node/node_modules")
    line = [node, str(NODE / "audit.mjs"), str(file), *([str(pictures)] if pictures else [])]
    environment = {**os.environ, "CHROMIUM": browser}
    done = subprocess.run(line, cwd=NODE, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return Audit(
        found["title"],
        tuple(found["requests"]),
        tuple(found["console"]),
        tuple(found["violations"]),
        tuple(found["overflow"]),
        found["rules"],
    )
