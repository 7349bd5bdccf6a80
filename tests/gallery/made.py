"""Bad files that are too large to keep: made when the gallery is looked at."""

from __future__ import annotations

from collections.abc import Mapping


def _program(line: str) -> bytes:
    """A program with one line for its second tier."""
    head = 'rung: 1\nprogram: ridge\nversion: "2026"\ncurrency: USD\n'
    head += "effective: {from: 2026-01-01, before: 2027-01-01}\n"
    return f"{head}tiers:\n  ladder: [registered, silver]\n  requires:\n    - {line}\n".encode()


MADE: Mapping[str, bytes] = {
    "RNG003-long-value": b"title: " + b"x" * (1024 * 1024) + b"\n",
    "RNG003-many-values": b"values: [" + b"1, " * 100_000 + b"1]\n",
    "RNG004-brackets": b"a: " + b"[" * 100_000 + b"]" * 100_000 + b"\n",
    "RNG004-mappings": b"".join(b" " * depth + b"a:\n" for depth in range(500)) + b" " * 500 + b"a: 1\n",
    "RNG013-five-thousand-digits": b"amount: " + b"7" * 5_000 + b"\n",
    "RNG502-parentheses": _program("(" * 10_000 + "1 > 0" + ")" * 10_000),
    "RNG502-terms": _program(" + ".join(["1"] * 1_000) + " > 0"),
    "RNG099-many-slips": b"".join(b"key_%d: yes\n" % number for number in range(150)),
}
"""Name of the file without its ending, and its bytes."""

TOO_LARGE = b"# " + b"x" * (6 * 1024 * 1024)
"""More than a program may have."""
