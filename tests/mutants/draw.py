"""Mutants of comparisons and arithmetic: where a file can be changed, and the changed text, made by cosmic-ray.

Left out: bitwise operators (in this code they join types and sets), `==` turned into `is` (whether two equal values are
one object is an accident of the interpreter), and `==` turned into an order where neither side is plainly a number
(that one name comes before another is an accident of the names).
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from tests.mutants.equivalent import Key, key
from tests.mutants.mutant import Mutant

EQUALITY = {"Eq": "==", "NotEq": "!="}
ORDERED = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
IDENTITY = {"Is": "is", "IsNot": "is not"}
ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%"}
NUMBER = "core/NumberReplacer"
COUNTING = {"len", "sum", "min", "max", "abs", "int"}
Position = tuple[int, int]  # line from 1, column from 0 in characters


@dataclass(frozen=True, slots=True)
class Expression:
    """A comparison, an arithmetic expression or a number in the syntax tree, and the function around it."""

    gaps: tuple[tuple[Position, Position], ...]  # where its operators stand
    unordered: tuple[tuple[Position, Position], ...]  # those of them between things that have no order
    where: str
    first: int
    last: int


def operators(numbers: bool) -> Iterator[tuple[str, str]]:
    """Names of cosmic-ray's operators that are drawn from, each with the text it puts in ("" for a number)."""
    for family, signs in (
        ("ReplaceComparisonOperator", ORDERED),
        ("ReplaceComparisonOperator", IDENTITY),
        ("ReplaceBinaryOperator", ARITHMETIC),
    ):
        for old, new in permutations(signs, 2):
            yield f"core/{family}_{old}_{new}", signs[new]
    yield "core/ReplaceUnaryOperator_USub_UAdd", "+"
    if numbers:
        yield NUMBER, ""


def expressions(source: str) -> list[Expression]:
    """Every expression of a source text whose operator may be changed."""
    lines = source.splitlines()
    found: list[Expression] = []

    def place(line: int, column: int) -> Position:
        return line, len(lines[line - 1].encode()[:column].decode())  # the syntax tree counts bytes

    def gap(left: ast.expr, right: ast.expr) -> tuple[Position, Position]:
        return place(left.end_lineno or 0, left.end_col_offset or 0), place(right.lineno, right.col_offset)

    def walk(node: ast.AST, where: str) -> None:
        gaps: list[tuple[Position, Position]] = []
        unordered: list[tuple[Position, Position]] = []
        match node:
            case ast.Compare(left=left, comparators=others):
                pairs = list(zip([left, *others], others, strict=False))
                gaps = [gap(*pair) for pair in pairs]
                unordered = [gap(*pair) for pair in pairs if not any(map(is_number, pair))]
            case ast.BinOp(left=left, right=right):
                gaps = [gap(left, right)]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                gaps = [(place(node.lineno, node.col_offset), place(operand.lineno, operand.col_offset))]
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                start = place(node.lineno, node.col_offset)
                gaps = [(start, (start[0], start[1] + 1))]
            case _:
                pass
        if gaps and isinstance(node, ast.expr):
            found.append(Expression(tuple(gaps), tuple(unordered), where, node.lineno, node.end_lineno or node.lineno))
        inner = where
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{where}.{node.name}".lstrip(".")
        for child in ast.iter_child_nodes(node):
            walk(child, inner)

    walk(ast.parse(source), "")
    return found


def is_order(operator: str) -> bool:
    """Whether an operator of cosmic-ray puts an order in place of an equality."""
    _, _, change = operator.partition("ComparisonOperator_")
    old, _, new = change.partition("_")
    return old in EQUALITY and new in ORDERED and new not in EQUALITY


def is_number(operand: ast.expr) -> bool:
    """Whether it is plainly a number: written as one, counted or computed."""
    match operand:
        case ast.Constant(value=value):
            return isinstance(value, int) and not isinstance(value, bool)
        case ast.UnaryOp(op=ast.USub()) | ast.BinOp():
            return True
        case ast.Call(func=ast.Name(id=called)):
            return called in COUNTING
        case _:
            return False


def mutants(file: str, source: str, numbers: bool = False) -> list[Mutant]:
    """Every mutant of one source text, in the order of the text; what is no operator to Python is left out."""
    known = expressions(source)
    lines = source.splitlines()
    nodes = list(ast_nodes(get_ast(source)))
    found: list[Mutant] = []
    for name, sign in operators(numbers):
        operator = get_operator(name)()
        positions = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, (start, end) in enumerate(positions):
            around = next((e for e in known if any(low <= start < high for low, high in e.gaps)), None)
            if around is None or start[0] != end[0]:
                continue  # a star of a signature, say; or an `is not` written on two lines
            if is_order(name) and any(low <= start < high for low, high in around.unordered):
                continue
            line = lines[start[0] - 1]
            text = sign or str(int(line[start[1] : end[1]].replace("_", "")) + (-1 if occurrence % 2 else 1))
            after = line[: start[1]] + text + line[end[1] :]
            told = (around.where, line.strip(), after.strip(), around.first, around.last)
            found.append(Mutant(file, start[0], start[1], name, occurrence, *told))
    return sorted(found)


def mutated(mutant: Mutant, source: str) -> str:
    """The changed source text, as cosmic-ray makes it; ValueError if it is not the change the mutant tells."""
    text = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
    if text is None:
        raise ValueError(f"{mutant.file}: no such change")
    old, new = source.splitlines(), str(text).splitlines()
    changed = [number for number, pair in enumerate(zip(old, new, strict=True), 1) if pair[0] != pair[1]]
    if changed != [mutant.line] or bare(new[mutant.line - 1]) != bare(mutant.after):
        raise ValueError(f"{mutant.file}:{mutant.line}: not the change that was drawn")
    return str(text)


def bare(line: str) -> str:
    """A line without blanks: cosmic-ray and the table may set them otherwise."""
    return re.sub(r"\s", "", line)


def draw(everything: Iterable[Mutant], count: int, seed: int, left_out: Collection[Key] = ()) -> list[Mutant]:
    """So many places at random, each once, with one of its changes at random; the seed settles all of it.

    Places are drawn, not changes: otherwise a `+` with its five changes would come five times as often as an `is`.
    A change that is left out drops its place and alters no other draw.
    """
    places: dict[tuple[str, int, int], list[Mutant]] = {}
    for mutant in sorted(everything):
        places.setdefault((mutant.file, mutant.line, mutant.column), []).append(mutant)
    chance = random.Random(seed)
    order = list(places)
    chance.shuffle(order)
    drawn = [chance.choice(places[place]) for place in order]
    return [mutant for mutant in drawn if key(mutant) not in left_out][:count]


def sources(root: Path, rooms: Iterable[str]) -> list[str]:
    """The Python files of rooms, or files named themselves, relative to the root; absent rooms are skipped."""
    found: set[str] = set()
    for room in rooms:
        path = root / room
        paths = path.rglob("*.py") if path.is_dir() else [path] if path.is_file() else []
        found |= {each.relative_to(root).as_posix() for each in paths}
    return sorted(found)
