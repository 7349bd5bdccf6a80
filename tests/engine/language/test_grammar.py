"""The grammar: its terminals, that it is built once, and that no depth of input meets Python's stack."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from engine.language.grammar import GRAMMAR, Refusal, parse_tokens, parser
from engine.language.tokens import TokenKind, tokenize


def test_the_grammar_declares_every_kind_of_token() -> None:
    """Declared terminals, used terminals and kinds are the same set."""
    rules, declared = GRAMMAR.split("%declare", 1)
    kinds = {kind.value for kind in TokenKind}
    assert set(re.findall("[A-Z]+", declared)) == kinds
    assert set(re.findall("[A-Z]+", rules)) == kinds


def test_the_parser_is_built_once() -> None:
    """The table is built at first use and kept."""
    assert parser() is parser()


def test_depth_is_no_matter_to_the_parser() -> None:
    """Twenty thousand brackets and twenty thousand terms parse, or are refused, without recursion."""
    assert not isinstance(parse_tokens(tokenize("(" * 20_000 + "a" + ")" * 20_000)[0]), Refusal)
    assert not isinstance(parse_tokens(tokenize("a" + "+a" * 20_000)[0]), Refusal)
    assert parse_tokens(tokenize("(" * 20_000)[0]) == Refusal(
        20_000,
        frozenset(
            {
                TokenKind.NUMBER,
                TokenKind.PERCENT,
                TokenKind.MONEY,
                TokenKind.DURATION,
                TokenKind.DAY,
                TokenKind.TEXT,
                TokenKind.NAME,
                TokenKind.NOT,
                TokenKind.TRUE,
                TokenKind.FALSE,
                TokenKind.MINUS,
                TokenKind.LPAR,
            }
        ),
    )


def test_importing_the_language_does_not_import_lark(repository: Path) -> None:
    """Start-up pays for the grammar only where an expression is read."""
    program = "import sys, engine.language.expression; sys.exit('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, check=False)
    assert done.returncode == 0
