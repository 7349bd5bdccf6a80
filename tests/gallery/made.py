"""Bad files that are too large to keep: made when the gallery is looked at."""

from __future__ import annotations

from collections.abc import Mapping


def _program(line: str) -> bytes:
    """A program with one line for its second tier."""
    head = 'rung: 1\nprogram: ridge\nversion: "2026"\ncurrency: USD\n'
    head += "effective: {from: 2026-01-01, before: 2027-01-01}\n"
    return f"{head}tiers:\n  ladder: [registered, silver]\n  requires:\n    - {line}\n".encode()


def _doubled(times: int) -> bytes:
    """A program whose line uses a chain of formulas, each the sum of the one before and itself."""
    metrics = "  m0: {from: sales, sum: amount, window: lifetime}\n"
    metrics += "".join(f"  m{place}: {{formula: m{place - 1} + m{place - 1}}}\n" for place in range(1, times))
    return _program(f"m{times - 1} >= 1 USD") + f"metrics:\n{metrics}".encode()


def pigeons(number: int) -> bytes:
    """A program in which each pigeon wants a hole of its own, one hole too few: only trying all ways proves it."""
    holes = range(number - 1)
    names = [[f"p{pigeon}h{hole}" for hole in holes] for pigeon in range(number)]
    some = "".join(f"    - any: [{', '.join(each)}]\n" for each in names)
    alone = "".join(
        f"    - {{at_least: {number - 1}, of: [{', '.join(f'not {each[hole]}' for each in names)}]}}\n"
        for hole in holes
    )
    fields = "".join(f"      {name}: {{type: boolean, optional: true}}\n" for each in names for name in each)
    head = _program("").decode().removesuffix("    - \n")
    return f"{head}{some}{alone}records:\n  extends: standard\n  partners:\n    fields:\n{fields}".encode()


MADE: Mapping[str, bytes] = {
    "RNG003-long-value": b"title: " + b"x" * (1024 * 1024) + b"\n",
    "RNG003-many-values": b"values: [" + b"1, " * 100_000 + b"1]\n",
    "RNG004-brackets": b"a: " + b"[" * 100_000 + b"]" * 100_000 + b"\n",
    "RNG004-mappings": b"".join(b" " * depth + b"a:\n" for depth in range(500)) + b" " * 500 + b"a: 1\n",
    "RNG013-five-thousand-digits": b"amount: " + b"7" * 5_000 + b"\n",
    "RNG215-doubled-twenty-times": _doubled(20),
    "RNG362-pigeons": pigeons(8),
    "RNG502-parentheses": _program("(" * 10_000 + "1 > 0" + ")" * 10_000),
    "RNG502-terms": _program(" + ".join(["1"] * 1_000) + " > 0"),
    "RNG099-many-slips": b"".join(b"key_%d: yes\n" % number for number in range(150)),
}
"""Name of the file without its ending, and its bytes."""

TOO_LARGE = b"# " + b"x" * (6 * 1024 * 1024)
"""More than a program may have."""
