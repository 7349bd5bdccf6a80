"""One target under libFuzzer: `python -m tests.fuzz.harness TARGET [libFuzzer's own options] [folders]`.

Our own code and the YAML parser are instrumented, so that inputs which reach new branches are kept. Three of four
changes move lines and words (`mutation`), the fourth is libFuzzer's.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["engine", "rules", "cli.programs", "cli.render", "yaml"]):
    from rules import SCHEMA
    from tests.fuzz.mutation import ODD, SIGNS, mutated, words_of
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS

NAMES = (
    "revenue",
    "growth",
    "csat",
    "engineers",
    "silver",
    "gold",
    "platinum",
    "amount",
    "sales",
    "partners",
    "region",
)
BYTEWISE = 4  # every fourth change is of bytes, not of words


def main(arguments: list[str]) -> None:
    """Fuzz until libFuzzer ends: at its time limit, or at the first input that breaks something."""
    target = arguments[1]
    words = tuple(dict.fromkeys([*words_of(SCHEMA), *NAMES]))
    others = [each.decode("utf-8", errors="replace") for each in seeds(target)]
    if target == "expression":
        words = (*NAMES, *ODD, *SIGNS)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        if seed % BYTEWISE == 0:
            return bytes(atheris.Mutate(data, most))
        text = data.decode("utf-8", errors="replace")
        return mutated(text, words, others, seed).encode("utf-8", errors="replace")[:most]

    TARGETS[target](seeds(target)[0])  # grammars and tables are built once: no input's time
    atheris.Setup([arguments[0], *arguments[2:]], TARGETS[target], custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
