"""What fuzzing starts from: our own programs, feeds, tests and gallery, and what earlier runs found.

`corpus/TARGET.txt` holds one input a line, as a JSON text whose characters are the bytes (Latin-1): inputs that once
broke something, and small ones that reach far.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).parent / "corpus"
MAX_BYTES = 8 * 1024  # of a seed: what is larger slows every later step


def kept(target: str) -> tuple[bytes, ...]:
    """The inputs kept from earlier runs."""
    file = CORPUS / f"{target}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return tuple(json.loads(line).encode("latin-1") for line in lines if line.strip())


def seeds(target: str) -> tuple[bytes, ...]:
    """All seeds of a target, each once."""
    found = dict.fromkeys(kept(target))
    found |= dict.fromkeys(each for each in _own(target) if len(each) <= MAX_BYTES)
    return tuple(found)


def _own(target: str) -> Iterator[bytes]:
    if target == "expression":
        blocks = (ROOT / "tests/engine/language/misreadings.txt").read_text(encoding="utf-8").split("\n\n")
        yield from (block.split("\n", 1)[0].encode("utf-8") for block in blocks)
        for program in (ROOT / "programs").rglob("*.yaml"):
            lines = (line.strip().removeprefix("- ") for line in program.read_text(encoding="utf-8").splitlines())
            yield from (line.encode("utf-8") for line in lines if line and not line.endswith(":"))
        return
    patterns = {
        "feed": ("programs/**/feed.yaml", "tests/gallery/data*/**/feed.yaml"),
        "cases": ("programs/**/*.test.yaml", "tests/gallery/tests/**/*.yaml"),
    }.get(
        target,
        (
            "programs/**/*.yaml",
            "tests/gallery/bad/*.yaml",
            "tests/gallery/good/*.yaml",
            "tests/gallery/lineage/**/*.yaml",
        ),
    )
    for pattern in patterns:
        yield from (path.read_bytes() for path in sorted(ROOT.glob(pattern)) if path.is_file())
